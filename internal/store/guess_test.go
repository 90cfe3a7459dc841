package store_test

import (
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"hamlet/internal/comment"
	"hamlet/internal/desk"
	"hamlet/internal/store"
)

// TestNoGuessIsConfirmed has everything that is left after an erasure, the blog's key and the key
// store of today, and a copy of the database of before: nothing in it may tell whether a guess of
// who wrote is right, neither where their key nor where a comment is erased.
func TestNoGuessIsConfirmed(t *testing.T) {
	t.Parallel()
	const reader = "203.0.113.9"
	guesses := []string{
		"203.0.113.0/24", "203.0.0.0/16", reader, "grace@example.org", // where from, and who
		"the form as it was sent", "the next form", "1 " + reader, "2 " + reader,
	}
	for name, erase := range map[string]func(*bench, comment.ID) error{
		"all of a person": func(b *bench, id comment.ID) error { return b.erase(b.get(id).Person) },
		"one comment": func(b *bench, id comment.ID) error {
			_, err := b.Comments().Erase(b.Context(), id, b.get(id).Link, entry)
			return err
		},
	} {
		for _, address := range []string{"grace@example.org", ""} {
			if address == "" && name == "all of a person" {
				continue
			}
			t.Run(name+" "+address, func(t *testing.T) {
				t.Parallel()
				b := newBench(t, engine{url: newFile})
				given := comment.Given{Email: address, FormKey: comment.FormKey(guesses[4]), Network: netip.MustParsePrefix(reader + "/32")}
				id := b.give(a(comment.Approved), given).ID
				other := b.give(a(comment.Approved), comment.Given{Email: "bo@example.org", FormKey: comment.FormKey("of another"), Network: given.Network}).ID
				for _, id := range []comment.ID{id, other} {
					r := desk.Report{At: start, Why: desk.ReportedSpam}
					if err := b.Reports().AddReport(t.Context(), id, r, reader, 3); err != nil {
						t.Fatal(err)
					}
				}
				copied := filepath.Join(t.TempDir(), "copy.db")
				b.exec("VACUUM INTO '" + copied + "'")
				if err := erase(b, id); err != nil {
					t.Fatal(err)
				}
				before, err := os.ReadFile(copied)
				if err != nil {
					t.Fatal(err)
				}
				for name, files := range map[string][]byte{"a copy of before": before, "the database": readAll(t, b.path())} {
					if found := store.Confirmed(b.DB, b.key(), files, guesses); len(found) > 0 {
						t.Errorf("%s confirms %q", name, found)
					}
				}
				if n := b.count("networks"); n != 1 {
					t.Errorf("of %d comments it is kept where they came from, want the other's", n)
				}
			})
		}
	}
}

// TestGuessesAreConfirmed sees that the test above would notice: before an erasure, whoever has
// the keys can tell.
func TestGuessesAreConfirmed(t *testing.T) {
	t.Parallel()
	b := newBench(t, engine{url: newFile})
	b.give(a(comment.Approved), comment.Given{FormKey: comment.FormKey("the form as it was sent")})
	r := desk.Report{At: start, Why: desk.ReportedSpam}
	if err := b.Reports().AddReport(t.Context(), 1, r, "203.0.113.9", 3); err != nil {
		t.Fatal(err)
	}
	for _, guess := range []string{"the form as it was sent", "1 203.0.113.9"} {
		if found := store.Confirmed(b.DB, b.key(), readAll(t, b.path()), []string{guess}); len(found) != 1 {
			t.Errorf("%q is found as %q", guess, found)
		}
	}
}

// key is the blog's key of the tests.
func (b *bench) key() []byte { return options(b.url).Key }

// formsPassing sees that a form is known again after an erasure, a start and two days less a
// bit, and that the keys by which it is do not stay.
func formsPassing(b *bench) {
	form := comment.FormKey("a form")
	id := b.give(a(comment.Approved), comment.Given{FormKey: form}).ID
	known := func() bool {
		sent, err := b.Comments().Sent(b.Context(), form)
		return err == nil && sent.ID == id
	}
	erased := b.add(a(comment.Approved), "ada@example.org")
	if err := b.erase(b.get(erased).Person); err != nil {
		b.Fatal(err)
	}
	if !known() {
		b.Error("right after somebody was erased, a form is not known again")
	}
	b.clock.pass(store.PassingGrace + time.Second)
	if known() {
		b.Error("the key of before an erasure is still there")
	}
	next := b.give(a(comment.Approved), comment.Given{FormKey: form}).ID
	if next == id {
		b.Fatal("it is the comment of before")
	}
	id = next
	for range 3 {
		b.clock.pass(47 * time.Hour / 3)
		if err := b.Comments().Expire(b.Context()); err != nil {
			b.Fatal(err)
		}
		if !known() {
			b.Errorf("it is not known again %v later", b.clock.now().Sub(start))
		}
	}
	if b.url == ":memory:" {
		return
	}
	was := store.PassingKeys(b.DB)
	for range 40 {
		b.clock.pass(24 * time.Hour)
		if err := b.Comments().Expire(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	for name := range store.PassingKeys(b.DB) {
		if was[name] && name[:5] == "forms" {
			b.Errorf("the key %s is there for good", name)
		}
	}
	if n := len(store.PassingKeys(b.DB)); n > 4 {
		b.Errorf("there are %d keys, want two of each kind at most", n)
	}
}
