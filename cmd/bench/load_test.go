package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/app"
	"hamlet/internal/comment"
	"hamlet/internal/desk"
)

// TestLoad: what is loaded can be opened, and what came as a copy is found like what it was
// copied from.
func TestLoad(t *testing.T) {
	t.Parallel()
	dir, data := t.TempDir(), t.TempDir()
	from := filepath.Join(dir, "comments.jsonl")
	f, err := os.Create(from)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []sample{{"Edith", "", "The ferry leaves at nine.", "ham"}, {"Casino", "https://win.example/", "Win a harbour now!", "spam"}} {
		if err := json.NewEncoder(f).Encode(s); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err := load(t.Context(), options{load: 40, from: from}, data); err != nil {
		t.Fatal(err)
	}
	if err := copied(t.Context(), filepath.Join(data, "hamlet.db"), 3, loaded/3); err != nil {
		t.Fatal(err)
	}
	a, err := app.Open(t.Context(), app.Config{
		Content: filepath.Join(data, "content"), Data: data, Database: filepath.Join(data, "hamlet.db"), Addr: "127.0.0.1:0", CommentRate: "0",
	}, app.World{Now: time.Now, Offline: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Close() }()
	for _, f := range []desk.Filter{{}, {Status: comment.Pending}, {Text: "harbour"}, {Domain: "win.example"}, {Text: "ferry"}} {
		n, err := a.Queue.Count(t.Context(), account.Shell, f)
		if err != nil || n == 0 || n%3 != 0 {
			t.Errorf("%d comments of %v, %v; want three times as many as were sent", n, f.Values(), err)
		}
	}
}
