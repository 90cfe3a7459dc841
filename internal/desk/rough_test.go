package desk_test

import (
	"context"
	"testing"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/desk"
)

// counting finds one comment more each time it is asked.
type counting struct {
	desk.Finder
	n int
}

func (c *counting) Count(context.Context, desk.Scope, desk.Filter) (int, error) {
	c.n++
	return c.n, nil
}

type noImitations struct{}

func (noImitations) MarkImitations(context.Context, []comment.Comment) error { return nil }

func TestRoughlyIsOldForAWhile(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	q, err := desk.New(desk.Options{Finder: &counting{}, Imitations: noImitations{}, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	ask := func(who account.Actor, f desk.Filter, want int) {
		t.Helper()
		if got, err := q.Roughly(t.Context(), who, f); err != nil || got != want {
			t.Errorf("got %d, %v; want %d", got, err, want)
		}
	}
	spam := desk.Filter{Status: comment.Spam}
	ask(account.Shell, spam, 1)
	ask(account.Shell, spam, 1)
	ask(account.Shell, desk.Filter{}, 2)
	ask(account.Actor{Name: "bo", Role: account.Author, Posts: []string{"a"}}, spam, 3)
	ask(account.Actor{Name: "cy", Role: account.Author, Posts: []string{"a", "b"}}, spam, 4)
	now = now.Add(10 * time.Second)
	ask(account.Shell, spam, 5)
	if _, err := q.Roughly(t.Context(), account.Actor{}, spam); err == nil {
		t.Error("whoever may see nothing is told a count")
	}
}
