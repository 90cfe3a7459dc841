package store_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"hamlet/internal/comment"
	"hamlet/internal/store"
)

// next is what Changes finds, in order.
func next(tb testing.TB, c *store.Changes) []string {
	tb.Helper()
	posts, err := c.Next(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	slices.Sort(posts)
	return posts
}

func on(post string, status comment.Status) comment.Comment {
	c := a(status)
	c.Post = post
	return c
}

func changesFound(b *bench) {
	if got := next(b, b.Changes()); len(got) != 0 {
		b.Errorf("an empty database: found %v", got)
	}
	b.add(on("first", comment.Approved), "")
	b.add(on("held", comment.Pending), "")
	c := b.Changes()
	if got, want := next(b, c), []string{"first"}; !slices.Equal(got, want) {
		b.Errorf("at first: found %v, want %v", got, want)
	}
	if got := next(b, c); len(got) != 0 {
		b.Errorf("nothing has changed: found %v", got)
	}
	if c.Pause() <= 0 {
		b.Error("there is no pause")
	}
}

func foreignChangesFound(b *bench) {
	other := b.another()
	if other == nil {
		return
	}
	b.add(on("own", comment.Approved), "")
	c := b.Changes()
	next(b, c)
	id := other.add(on("foreign", comment.Approved), "")
	if got, want := next(b, c), []string{"foreign"}; !slices.Equal(got, want) {
		b.Errorf("published: found %v, want %v", got, want)
	}
	held := other.add(on("held", comment.Pending), "")
	if got := next(b, c); len(got) != 0 {
		b.Errorf("held: found %v", got)
	}
	other.update(held, comment.Change{Status: comment.Approved})
	other.update(id, comment.Change{Status: comment.Trash})
	b.add(on("unrelated", comment.Pending), "") // our own comes last, and hides nothing
	if got, want := next(b, c), []string{"foreign", "held"}; !slices.Equal(got, want) {
		b.Errorf("approved and taken away: found %v, want %v", got, want)
	}
	other.update(id, comment.Change{Delete: true})
	other.update(held, comment.Change{Delete: true})
	gone, cancel := context.WithCancel(b.Context())
	cancel()
	if _, err := c.Next(gone); !errors.Is(err, context.Canceled) {
		b.Errorf("cancelled: got %v", err)
	}
	if got, want := next(b, c), []string{"held"}; !slices.Equal(got, want) {
		b.Errorf("deleted while shown, after an error: found %v, want %v", got, want)
	}
}
