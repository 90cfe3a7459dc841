package main

import (
	"encoding/json"
	"fmt"
	"io"
)

// lister is a command that prints a list: a line each, to read or as JSON.
type lister struct {
	JSON bool `name:"json" help:"Print one JSON object a line."`
}

// fields are those of a JSON object.
type fields map[string]any

// line prints a line of the list: the object as JSON, or else the text.
func (l lister) line(w io.Writer, object fields, text string, args ...any) error {
	if !l.JSON {
		_, err := fmt.Fprintf(w, text, args...)
		return err
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(object)
}
