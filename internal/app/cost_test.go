package app_test

import (
	"path/filepath"
	"testing"
	"testing/fstest"

	"hamlet/internal/account"
	"hamlet/internal/app"
	"hamlet/internal/comment"
)

// The owner's cost moves the thresholds that comments are judged by, and the odds of
// them by as much.
func TestCost(t *testing.T) {
	t.Parallel()
	odds := map[string]float64{}
	for _, cost := range []string{"", "0.5", "1", "4"} {
		content := fstest.MapFS{"posts/roses.md": {Data: []byte("---\ntitle: Roses\ndate: 2026-01-02\n---\nText.\n")}}
		c := app.Config{Content: t.TempDir(), Data: filepath.Join(t.TempDir(), "data"), Addr: "127.0.0.1:0", CommentRate: "0", SpamCost: cost}
		a, err := app.Open(t.Context(), c, app.World{Content: content, Offline: true})
		if err != nil {
			t.Fatal(err)
		}
		r, err := a.Comments.Submit(t.Context(), comment.Submission{Post: "roses", Author: "Ada", Body: "Thank you for this."})
		if err != nil {
			t.Fatal(err)
		}
		kept, err := a.Comments.Get(t.Context(), account.Actor{Name: "ada", Role: account.Owner}, r.ID)
		if err != nil {
			t.Fatal(err)
		}
		p := kept.Verdict.Thresholds.Unsure
		odds[cost] = p / (1 - p)
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}
	for cost, times := range map[string]float64{"": 1, "0.5": 0.5, "4": 4} {
		if got := odds[cost] / odds["1"]; got < times*0.999 || got > times*1.001 {
			t.Errorf("cost %q: the odds are %v times the usual, want %v", cost, got, times)
		}
	}
}
