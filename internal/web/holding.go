package web

import (
	"encoding/json"
	"fmt"

	"hamlet/internal/comment"
)

// holdingDocument is everything that is kept under an address: each comment as its
// author's private page tells it.
type holdingDocument struct {
	Person   minePerson     `json:"person"`
	Comments []mineDocument `json:"comments"`
}

// HoldingDocument is everything that is kept under an address, as JSON.
func HoldingDocument(h comment.Holding) ([]byte, error) {
	p := h.Person
	d := holdingDocument{
		Person:   personOf(p),
		Comments: []mineDocument{},
	}
	for _, c := range h.Comments {
		d.Comments = append(d.Comments, documentOf(c))
	}
	text, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write what is kept of person %d: %w", p.ID, err)
	}
	return append(text, '\n'), nil
}
