package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"hamlet/internal/comment"
	"hamlet/internal/spam"
	"hamlet/internal/store"
)

// othersKnown sees that what another program has written counts at once, however sure this one
// was before that there is nothing.
func othersKnown(b *bench) {
	other := b.another()
	if other == nil {
		return
	}
	form := func(n int) comment.FormKey { return fmt.Appendf(nil, "a form, and it is number %05d", n) }
	for round := range 3 {
		site := fmt.Sprintf("https://www%d.example", round)
		asks := func(once int, again comment.ID) {
			b.Helper()
			// More often than the database is asked before what is in it is read anew.
			for range 1 + round*600 {
				if got, want := b.memory(wrote("", "b", site, "Hm.")).Site, (spam.Past{Published: once}); got != want {
					b.Fatalf("round %d: the site: %+v, want %+v", round, got, want)
				}
				switch sent, err := b.Comments().Sent(b.Context(), form(round)); {
				case again == 0 && !errors.Is(err, comment.ErrNotFound), again != 0 && (err != nil || sent.ID != again):
					b.Fatalf("round %d: the form: %+v, %v, want %d", round, sent, err, again)
				}
			}
		}
		labels := func(want int) {
			b.Helper()
			if n, err := b.Comments().CountAfter(b.Context(), int64(round)); err != nil || n != want {
				b.Fatalf("round %d: %d labels, %v, want %d", round, n, err, want)
			}
		}
		asks(0, 0)
		labels(0)
		id := other.give(wrote(comment.Approved, "a", site, fmt.Sprint("one ", round)), comment.Given{FormKey: form(round)}).ID
		asks(1, id)
		b.add(wrote(comment.Approved, "a", site, fmt.Sprint("two ", round)), "")
		asks(2, id)
		other.update(id, said(comment.Spam, true))
		labels(1)
		if got, want := b.memory(wrote("", "b", site, "Hm.")).Site, (spam.Past{Published: 1, Spam: 1}); got != want {
			b.Fatalf("round %d: what a person said: %+v, want %+v", round, got, want)
		}
	}
}

// momentsAreOne: within a moment it is asked once what another program has written; a form that this
// wrote meanwhile makes no second comment all the same, and the next moment sees it.
func momentsAreOne(b *bench) {
	other := b.another()
	if other == nil {
		return
	}
	b.sent(b.Context(), "a form that makes what is known of forms", 0)
	store.Settled(b.DB)
	moment := b.Comments().Moment(b.Context())
	asked, err := store.AskedOfWriter(b.DB, func() error {
		for range 10 {
			b.sent(moment, "a form", 0)
		}
		return nil
	})
	if err != nil || store.Queued(b.DB) && len(asked) != 1 {
		b.Errorf("within a moment: asked %q, %v", asked, err)
	}
	of := comment.Given{FormKey: []byte("a form")}
	id := other.give(a(comment.Approved), of).ID
	if again, err := b.Comments().Add(moment, a(comment.Approved), of); err != nil || again.ID != id {
		b.Errorf("the form again: %+v, %v, want comment %d", again, err, id)
	}
	id = other.give(a(comment.Approved), comment.Given{FormKey: []byte("another")}).ID
	b.sent(b.Comments().Moment(b.Context()), "another", id)
}

// sent looks for the comment that came with a form; 0 for none.
func (b *bench) sent(ctx context.Context, form string, want comment.ID) {
	b.Helper()
	got, err := b.Comments().Sent(ctx, []byte(form))
	if got.ID != want || want == 0 && !errors.Is(err, comment.ErrNotFound) || want != 0 && err != nil {
		b.Fatalf("%s: %+v, %v, want comment %d", form, got, err, want)
	}
}

// TestNothingAsked: of a comment that has nothing in common with any other, the database is asked
// nothing before it is written, once it is known what is in it.
func TestNothingAsked(t *testing.T) {
	t.Parallel()
	b := newBench(t, engine{url: newFile})
	ask := func(body string) func() error {
		return func() error {
			c := wrote("", "b", "", body)
			c.CreatedAt = b.clock.now()
			_, err := b.Comments().Memory(t.Context(), c)
			if _, sent := b.Comments().Sent(t.Context(), []byte("a form that was never seen: "+body)); !errors.Is(sent, comment.ErrNotFound) {
				return sent
			}
			_, count := b.Comments().CountAfter(t.Context(), 0)
			_, removals := b.Comments().Removals(t.Context())
			return errors.Join(err, count, removals)
		}
	}
	b.fine(ask("The first of all that is asked about here is long enough to be known again by its text.")())
	store.Settled(b.DB)
	b.add(wrote(comment.Approved, "a", "", roses), "")
	asked, err := store.Asked(b.DB, ask("This is about something that has never been told here before, and at length."))
	if err != nil || len(asked) > 0 {
		t.Errorf("asked %q, %v", asked, err)
	}
	if asked, err = store.Asked(b.DB, ask(roses)); err != nil || len(asked) != 1 {
		t.Errorf("of a text that is known: asked %q, %v, want one question", asked, err)
	}
}
