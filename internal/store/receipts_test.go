package store_test

import (
	"math"
	"slices"

	"hamlet/internal/comment"
	"hamlet/internal/spam"
	"hamlet/internal/store"
)

func receiptsComeBack(b *bench) {
	want := spam.Receipt{
		{Feature: "word:casino", Weight: 2.5, Taught: 0.5}, {Feature: spam.ReasonBias, Weight: -1}, {Feature: "word:日本", Weight: 0, Posts: -1.0 / 65536},
	}
	c := a(comment.Spam)
	none := b.add(c, "")
	c.Verdict.Receipt = want
	id := b.add(c, "ada@example.org")
	if got := b.receipt(id); !slices.Equal(got, want) {
		b.Errorf("got %v, want %v", got, want)
	}
	for _, missing := range []comment.ID{none, id + 1} {
		if got := b.receipt(missing); got != nil {
			b.Errorf("comment %d: got %v", missing, got)
		}
	}
	if got := b.get(id).Verdict.Receipt; got != nil {
		b.Errorf("read with its comment: %v", got)
	}
	b.update(id, comment.Change{Delete: true})
	if n := b.count("receipts"); n != 0 {
		b.Errorf("%d receipts outlive their comment", n)
	}
	c.Verdict.Receipt = spam.Receipt{{Weight: math.NaN()}}
	if _, err := b.Comments().Add(b.Context(), c, comment.Given{}); err == nil || b.count("comments") != 1 {
		b.Errorf("a comment with an impossible receipt: %v", err)
	}
	broken := b.add(a(comment.Spam), "")
	insert := func(id comment.ID, receipt string) error {
		_, err := store.Raw(b.DB).ExecContext(b.Context(), "INSERT INTO receipts (comment_id, receipt) VALUES ($1, $2)", id, []byte(receipt))
		return err
	}
	if insert(broken+1, "?") == nil || insert(broken, "") == nil {
		b.Error("the schema takes the receipt of no comment, or an empty one")
	}
	if err := insert(broken, "?"); err != nil {
		b.Fatal(err)
	}
	if r, err := b.Comments().Receipt(b.Context(), broken); err == nil {
		b.Errorf("a broken receipt is read as %v", r)
	}
}

// receipt is the receipt of a comment.
func (b *bench) receipt(id comment.ID) spam.Receipt {
	b.Helper()
	r, err := b.Comments().Receipt(b.Context(), id)
	if err != nil {
		b.Fatal(err)
	}
	return r
}
