package store_test

import (
	"encoding/json"
	"reflect"
	"strings"

	"hamlet/internal/comment"
	"hamlet/internal/spam"
	"hamlet/internal/store"
)

// verdictsComeBack also as versions before kept them, and take up less room than those did: they
// were most of what was written for a comment.
func verdictsComeBack(b *bench) {
	real := a(comment.Pending)
	real.Body = strings.Repeat("A text of some words that a filter finds this and that in, and more than that. ", 4)
	real.Verdict = spam.NewFilter(spam.Default()).Receipt(spam.Message{Author: real.Author, Body: real.Body})
	real.Verdict.Receipt, real.Verdict.Labels = nil, 7
	before, err := json.Marshal(real.Verdict)
	if err != nil || len(real.Verdict.Reasons) < 5 {
		b.Fatalf("%d reasons, %v", len(real.Verdict.Reasons), err)
	}
	odd, none := real, a(comment.Pending)
	odd.Verdict.Reasons = []spam.Reason{{Feature: "word:test", Weight: 0.6}} // no whole number of units
	for _, c := range []comment.Comment{real, odd, none} {
		if got := b.get(b.add(c, "")).Verdict; !reflect.DeepEqual(got, c.Verdict) {
			b.Errorf("got %+v, want %+v", got, c.Verdict)
		}
	}
	id, kept := b.add(real, ""), ""
	raw := store.Raw(b.DB)
	if err := raw.QueryRowContext(b.Context(), "SELECT verdict FROM comments WHERE id = $1", id).Scan(&kept); err != nil || 2*len(kept) > len(before) {
		b.Errorf("%d bytes, and %d before: %s, %v", len(kept), len(before), kept, err)
	}
	if _, err := raw.ExecContext(b.Context(), "UPDATE comments SET verdict = $1 WHERE id = $2", string(before), id); err != nil {
		b.Fatal(err)
	}
	if got := b.get(id).Verdict; !reflect.DeepEqual(got, real.Verdict) {
		b.Errorf("as it was kept before: got %+v, want %+v", got, real.Verdict)
	}
	for _, broken := range []string{`{"why":"AA=="}`, `{"why":1}`} {
		if _, err := raw.ExecContext(b.Context(), "UPDATE comments SET verdict = $1 WHERE id = $2", broken, id); err != nil {
			b.Fatal(err)
		}
		if c, err := b.Comments().Get(b.Context(), id); err == nil {
			b.Errorf("%s is read as %+v", broken, c.Verdict)
		}
	}
}
