package app_test

import (
	"path/filepath"
	"testing"
	"testing/fstest"

	"hamlet/internal/account"
	"hamlet/internal/app"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// oneRose opens a blog with one post.
func oneRose(t *testing.T, cost string) *app.App {
	t.Helper()
	content := fstest.MapFS{"posts/roses.md": {Data: []byte("---\ntitle: Roses\ndate: 2026-01-02\n---\nText.\n")}}
	c := app.Config{Content: t.TempDir(), Data: filepath.Join(t.TempDir(), "data"), Addr: "127.0.0.1:0", CommentRate: "0", SpamCost: cost}
	a, err := app.Open(t.Context(), c, app.World{Content: content, Offline: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

// odds are the odds of spam from which a comment that comes now is held.
func odds(t *testing.T, a *app.App) float64 {
	t.Helper()
	r, err := a.Comments.Submit(t.Context(), comment.Submission{Post: "roses", Author: "Ada", Body: "Thank you for this."})
	if err != nil {
		t.Fatal(err)
	}
	kept, err := a.Comments.Get(t.Context(), account.Actor{Name: "ada", Role: account.Owner}, r.ID)
	if err != nil {
		t.Fatal(err)
	}
	p := kept.Verdict.Thresholds.Unsure
	return p / (1 - p)
}

// The owner's cost moves the thresholds that comments are judged by, and the odds of
// them by as much.
func TestCost(t *testing.T) {
	t.Parallel()
	usual := odds(t, oneRose(t, "1"))
	for cost, times := range map[string]float64{"": 1, "0.5": 0.5, "4": 4} {
		if got := odds(t, oneRose(t, cost)) / usual; got < times*0.999 || got > times*1.001 {
			t.Errorf("cost %q: the odds are %v times the usual, want %v", cost, got, times)
		}
	}
}

// Where many honest comments were held, less is.
func TestPromise(t *testing.T) {
	t.Parallel()
	a := oneRose(t, "1")
	before := odds(t, a)
	for i := range 60 {
		c := comment.Comment{Post: "roses", Author: "Ada", Body: "x", Status: comment.Approved}
		c.Verdict = spam.Verdict{Probability: 0.9, Class: spam.Unsure, Model: "test"}
		if i%2 == 0 {
			c.Verdict.Probability = 0.1
		}
		if _, err := a.Store().Add(t.Context(), c, comment.Given{}); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.Promise(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after := odds(t, a); after <= before {
		t.Errorf("the odds are %v after half of the honest comments were held, %v before", after, before)
	}
}
