package store

import (
	"encoding/json"
	"fmt"

	"hamlet/internal/spam"
)

// keptVerdict is a verdict as it is kept: a JSON object. Its reasons are most of it, and stand in it
// in the encoding of receipts, a third as long; in those from before, and where a filter has weights that
// this encoding has not, they are a list.
type keptVerdict struct {
	spam.Verdict

	Reasons []spam.Reason `json:"reasons,omitempty"`
	Why     []byte        `json:"why,omitempty"`
}

func verdictText(v spam.Verdict) (string, error) {
	kept := keptVerdict{Verdict: v}
	var err error
	if kept.Why, err = spam.Receipt(v.Reasons).MarshalBinary(); err != nil || len(v.Reasons) == 0 {
		kept.Reasons, kept.Why = v.Reasons, nil
	}
	text, err := json.Marshal(kept)
	if err != nil {
		return "", fmt.Errorf("verdict: %w", err)
	}
	return string(text), nil
}

func verdictOf(text string) (spam.Verdict, error) {
	var kept keptVerdict
	if err := json.Unmarshal([]byte(text), &kept); err != nil {
		return spam.Verdict{}, fmt.Errorf("verdict: %w", err)
	}
	v := kept.Verdict
	v.Reasons = kept.Reasons
	if len(kept.Why) > 0 {
		var why spam.Receipt
		if err := why.UnmarshalBinary(kept.Why); err != nil {
			return spam.Verdict{}, fmt.Errorf("reasons of a verdict: %w", err)
		}
		v.Reasons = why
	}
	return v, nil
}
