package store_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hamlet/internal/comment"
	"hamlet/internal/spam"
	"hamlet/internal/store"
)

// coming are as many calls that add a comment of one site as there is room for their numbers.
func coming(b *bench, ids []comment.ID, site string) []func() error {
	calls := make([]func() error, len(ids))
	for i := range ids {
		calls[i] = func() error {
			c := wrote(comment.Approved, "a", site, fmt.Sprintf("%s And that is number %d of those.", roses, i))
			c.CreatedAt = b.clock.now()
			added, err := b.Comments().Add(b.Context(), c, comment.Given{})
			ids[i] = added.ID
			return err
		}
	}
	return calls
}

// burst adds comments of one site that come together, and returns their numbers.
func burst(b *bench, n int, site string) []comment.ID {
	b.Helper()
	ids := make([]comment.ID, n)
	for _, err := range together(b, coming(b, ids, site)...) {
		b.fine(err)
	}
	slices.Sort(ids)
	return ids
}

// ofSite is how often a site is remembered.
func (b *bench) ofSite(site string, want spam.Past) {
	b.Helper()
	if got := b.memory(wrote("", "b", site, "Hm.")).Site; got != want {
		b.Errorf("%s: remembered as %+v, want %+v", site, got, want)
	}
}

// TestTracesLate: of many comments that come together the traces are written later, and nobody
// can tell: not from what is remembered, not after a decision, and not if the program is killed.
func TestTracesLate(t *testing.T) {
	t.Parallel()
	b := newBench(t, engine{url: newFile})
	const site, more = "https://www.example.org", "https://www.example.net"
	ids := burst(b, 12, site)
	if n := store.Late(b.DB); n != 12 {
		t.Fatalf("the traces of %d comments are late, want 12", n)
	}
	b.ofSite(site, spam.Past{Published: 12})
	if m := b.memory(wrote("", "b", "", roses+" And that is number 3 of those.")); m.Text.Published == 0 {
		t.Error("the text is not remembered")
	}
	if p, err := b.Comments().Personal(t.Context(), ids[0]); err != nil || len(p.Traces) == 0 {
		t.Errorf("of a comment %d traces are told, %v", len(p.Traces), err)
	}
	if n := b.count("comments WHERE wave > 0"); n != 12 {
		t.Errorf("%d are in a wave, want 12", n)
	}
	b.update(ids[0], said(comment.Spam, true))
	b.update(ids[1], comment.Change{Delete: true})
	act := b.act(ids[2], comment.Change{Status: comment.Trash, Entry: entry})
	b.ofSite(site, spam.Past{Published: 9, Spam: 1})
	if _, err := b.undo(act); err != nil {
		t.Fatal(err)
	}
	b.ofSite(site, spam.Past{Published: 10, Spam: 1})
	burst(b, 8, more)
	b.ofSite(more, spam.Past{Published: 8})
	b.ofSite(site, spam.Past{Published: 10, Spam: 1})

	// Killed: another program opens what is on the disk.
	other := &bench{TB: t, DB: mustOpen(t, options(b.url)), clock: b.clock}
	other.ofSite(site, spam.Past{Published: 10, Spam: 1})
	other.ofSite(more, spam.Past{Published: 8})
	// Not killed at all: it goes on, with what the other has changed.
	other.update(ids[3], said(comment.Spam, true))
	burst(b, 9, more)
	b.ofSite(site, spam.Past{Published: 9, Spam: 2})
	b.ofSite(more, spam.Past{Published: 17})
	burst(b, 8, more)
	b.add(wrote(comment.Approved, "a", more, "alone"), "")
	if n := store.Late(b.DB); n != 0 {
		t.Errorf("the traces of %d comments are late after one that came alone", n)
	}
	for _, one := range []*bench{b, other} {
		one.ofSite(site, spam.Past{Published: 9, Spam: 2})
		one.ofSite(more, spam.Past{Published: 26})
	}
	before := b.traces()
	b.fine(store.RememberAnew(t.Context(), b.DB))
	if diff := cmp.Diff(before, b.traces()); diff != "" {
		t.Errorf("-kept late +made anew\n%s", diff)
	}
}

// TestTracesNotTooLate: there is an end to waiting, and what was not kept left nothing.
func TestTracesNotTooLate(t *testing.T) {
	t.Parallel()
	b := newBench(t, engine{url: newFile})
	burst(b, 20, "https://www.example.org")
	var calls []func() error
	for i := range 10 {
		calls = append(calls, func() error {
			c := wrote(comment.Approved, "a", "https://www.example.com", fmt.Sprint("one more ", i))
			if i == 5 {
				c.Parent = 4711 // which is not there: each of them is on its own then
			}
			c.CreatedAt = b.clock.now()
			_, err := b.Comments().Add(t.Context(), c, comment.Given{})
			return err
		})
	}
	failed := 0
	for _, err := range together(b, calls...) {
		if err != nil {
			failed++
		}
	}
	if n := store.Late(b.DB); failed != 1 || n != 0 {
		t.Errorf("%d failed and %d are late, want 1 and none", failed, n)
	}
	b.ofSite("https://www.example.org", spam.Past{Published: 20})
	b.ofSite("https://www.example.com", spam.Past{Published: 9})
	for range 5 {
		burst(b, 250, "")
	}
	if n := store.Late(b.DB); n == 0 || n > 512+250 {
		t.Errorf("%d are late", n)
	}
	b.fine(b.Comments().Forget(t.Context()))
	if n := store.Late(b.DB); n != 0 {
		t.Errorf("%d are late after what is done each hour", n)
	}
	before := b.traces()
	b.fine(store.RememberAnew(t.Context(), b.DB))
	if diff := cmp.Diff(before, b.traces()); diff != "" {
		t.Errorf("-kept late +made anew\n%s", diff)
	}
}

// TestTracesLateBesideRefused: who is refused in the transaction in which traces that are late are
// written unwrites nothing; what comes after that survives a kill, too.
func TestTracesLateBesideRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t, engine{url: newFile})
	const site, more = "https://www.example.org", "https://www.example.net"
	ids := burst(b, 12, site)
	refused := func() error {
		_, err := b.Comments().Update(t.Context(), ids[0], func(comment.Comment) (comment.Change, error) { return comment.Change{}, errNoChange })
		return err
	}
	calls := append(coming(b, make([]comment.ID, 2), site), refused)
	if errs := behind(b, ids[0], comment.Change{}, calls...); errs[0] != nil || errs[1] != nil || !errors.Is(errs[2], errNoChange) {
		t.Fatal(errs)
	}
	if n := store.Late(b.DB); n != 0 {
		t.Errorf("the traces of %d comments are late after a few that came together", n)
	}
	b.fine(errors.Join(behind(b, ids[0], comment.Change{}, coming(b, make([]comment.ID, 9), more)...)...))
	other := &bench{TB: t, DB: mustOpen(t, options(b.url)), clock: b.clock} // as if it was killed
	other.ofSite(site, spam.Past{Published: 14})
	other.ofSite(more, spam.Past{Published: 9})
}

// TestTracesWrittenOnce: comments of which one cannot be kept, so that each is on its own, write
// together what is late.
func TestTracesWrittenOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t, engine{url: newFile})
	first := burst(b, 20, "https://www.example.org")[0]
	b.exec("CREATE TRIGGER once BEFORE DELETE ON traces BEGIN SELECT RAISE(ABORT, 'written before'); END")
	calls := append(coming(b, make([]comment.ID, 10), "https://www.example.com"), func() error {
		c := a(comment.Approved)
		c.Parent = 4711
		_, err := b.Comments().Add(t.Context(), c, comment.Given{})
		return err
	})
	for i, err := range behind(b, first, comment.Change{}, calls...) {
		if (err != nil) != (i == 10) {
			t.Errorf("comment %d: %v", i, err)
		}
	}
	b.ofSite("https://www.example.org", spam.Past{Published: 20})
	b.ofSite("https://www.example.com", spam.Past{Published: 10})
}

// TestTracesOfErased: of a comment that is erased no trace waits to be written.
func TestTracesOfErased(t *testing.T) {
	t.Parallel()
	b := newBench(t, engine{url: newFile})
	id := burst(b, 9, "https://www.example.org")[0]
	if _, err := b.Comments().Erase(t.Context(), id, b.get(id).Link, entry); err != nil {
		t.Fatal(err)
	}
	if n := store.Late(b.DB); n != 8 {
		t.Errorf("the traces of %d comments are late, want 8", n)
	}
	b.ofSite("https://www.example.org", spam.Past{Published: 8})
}

// TestWordsLate: so are their words, and whoever looks for words finds them: after a decision, an edit,
// an undone deletion and an erasure as well, in this program and in one that opens the database after
// a kill.
func TestWordsLate(t *testing.T) {
	t.Parallel()
	b := newBench(t, engine{url: newFile})
	all := comment.Scope{All: true}
	some := func() []comment.ID {
		t.Helper()
		had := b.count("comment_words")
		ids := burst(b, 8, "")
		if n := b.count("comment_words") - had; n != 1 { // of the one that they waited behind
			t.Errorf("the words of %d comments are in the index at once", n-1)
		}
		return ids
	}
	backwards := func(ids ...comment.ID) []comment.ID {
		slices.Reverse(ids)
		return ids
	}
	first := some()
	b.update(first[7], said(comment.Spam, true))
	act := b.act(first[0], comment.Change{Delete: true, Entry: entry})
	b.finds("q=roses", all, backwards(slices.Clone(first[1:])...)...)
	if _, err := b.undo(act); err != nil {
		t.Fatal(err)
	}
	b.finds("q=roses", all, backwards(slices.Clone(first)...)...)
	b.exec("DELETE FROM comments WHERE id <= ?", first[7])

	second := some()
	act = b.act(second[1], comment.Change{Delete: true, Entry: entry})
	b.must(second[2], func(comment.Comment) (comment.Change, error) {
		return comment.Change{Status: comment.Pending, Entry: entry}, nil
	})
	other := &bench{TB: t, DB: mustOpen(t, options(b.url)), clock: b.clock} // after a kill
	for _, one := range []*bench{other, b} {
		one.finds("q=roses", all, backwards(slices.Concat(second[:1], second[2:])...)...)
	}
	if _, err := other.undo(act); err != nil {
		t.Fatal(err)
	}
	for _, one := range []*bench{other, b} {
		one.finds("q=roses", all, backwards(slices.Clone(second)...)...)
	}
	if n := b.count("comment_words"); n != 9 {
		t.Errorf("the index has the words of %d comments, want 9", n)
	}
}
