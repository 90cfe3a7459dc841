package main

import (
	"testing"

	"hamlet/internal/spam"
)

// Marks are told apart without colours too, and what was typed cannot drive a terminal.
func TestMark(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		piece         spam.Piece
		plain, colour string
	}{
		{spam.Piece{Text: "casino", Weight: 1}, "[+casino+]", "\x1b[1;31m+casino\x1b[0m"},
		{spam.Piece{Text: "thanks", Weight: -1}, "[-thanks-]", "\x1b[4;32m-thanks\x1b[0m"},
		{spam.Piece{Text: "a\n\x1b[2Jb\u202e"}, "a\n\uFFFD[2Jb\uFFFD", "a\n\uFFFD[2Jb\uFFFD"},
	} {
		if got := (&explainer{}).mark(tt.piece); got != tt.plain {
			t.Errorf("got %q, want %q", got, tt.plain)
		}
		if got := (&explainer{colour: true}).mark(tt.piece); got != tt.colour {
			t.Errorf("got %q, want %q", got, tt.colour)
		}
	}
}

// What makes a verdict another one is told part by part, and the parts make the difference.
func TestSince(t *testing.T) {
	t.Parallel()
	verdict := func(model string, r ...spam.Reason) spam.Verdict {
		return spam.Verdict{Model: model, Receipt: r, LogOdds: spam.Receipt(r).LogOdds()}
	}
	then := verdict("1-a", spam.Reason{Feature: "word:a", Weight: 1}, spam.Reason{Feature: "memory:site called spam=1", Weight: 0.5})
	now := verdict("2-b", spam.Reason{Feature: "word:a", Weight: 3, Taught: 1.5, Posts: -0.25})
	want := []string{
		"another model: 1-a then, 2-b now", "labels given since: +1.50", "the posts of the blog: -0.25",
		"what the blog remembers: -0.50", "all else: +0.75",
	}
	got := since(then, now)
	if len(got) != len(want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("got %q, want %q", got[i], want[i])
		}
	}
	if got := since(then, then); got != nil {
		t.Errorf("of the same verdict: got %q", got)
	}
}

// A receipt that was changed is found out.
func TestExact(t *testing.T) {
	t.Parallel()
	v := spam.NewFilter(spam.Default()).Receipt(spam.Message{Body: "Thank you!"})
	if !exact(v) {
		t.Error("a receipt as the filter gives it is not exact")
	}
	v.Receipt[0].Weight += 1.0 / 65536
	if exact(v) {
		t.Error("a changed receipt is exact")
	}
	if exact(spam.Verdict{}) {
		t.Error("no receipt is exact")
	}
}
