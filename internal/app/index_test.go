package app_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"hamlet/internal/app"
	"hamlet/internal/site"
)

// many is a folder with so many posts, one of which is about a heron.
func many(n int) fstest.MapFS {
	folder := fstest.MapFS{}
	for i := range n {
		folder[fmt.Sprintf("posts/p%03d.md", i)] = text("---\ntitle: Post %d\ndate: 2026-01-02\n---\nNothing but reeds.\n", i)
	}
	folder["posts/heron.md"] = text("---\ntitle: At the weir\ndate: 2026-01-03\n---\nA heron.\n")
	return folder
}

func text(format string, args ...any) *fstest.MapFile {
	return &fstest.MapFile{Data: fmt.Appendf(nil, format, args...)}
}

func found(s *site.Site, query string) string {
	r, ok := s.Search(query, 0, 10)
	if !ok {
		return "no index"
	}
	var ids []string
	for _, h := range r.Hits {
		ids = append(ids, h.ID)
	}
	return strings.Join(ids, " ")
}

// TestIndexFollows: a small blog can be searched from the start, and a change
// with the page that shows it.
func TestIndexFollows(t *testing.T) {
	t.Parallel()
	folder := many(3)
	l := app.NewLibrary(folder, slog.New(slog.DiscardHandler))
	load(t, l)
	if got, want := found(l.Site(), "heron"), "post/heron"; got != want {
		t.Errorf("at the start: got %q, want %q", got, want)
	}
	folder["posts/p001.md"] = text("---\ntitle: Two\ndate: 2026-01-02\n---\nTwo herons, one kingfisher.\n")
	folder["posts/later.md"] = text("---\ntitle: Later\ndate: 2999-01-02\n---\nA kingfisher.\n")
	folder["posts/draft.md"] = text("---\ntitle: Draft\ndate: 2026-01-02\ndraft: true\n---\nA kingfisher.\n")
	delete(folder, "posts/heron.md")
	load(t, l)
	if got, want := found(l.Site(), "kingfisher"), "post/p001"; got != want {
		t.Errorf("after an edit: got %q, want %q", got, want)
	}
	if got := found(l.Site(), `"A heron"`); got != "" {
		t.Errorf("a post that is gone is found: %q", got)
	}
}

func load(t *testing.T, l app.Library) {
	t.Helper()
	if err := l.Load(); err != nil {
		t.Fatal(err)
	}
}

// TestIndexOfMany: a large blog is shown before it can be searched.
func TestIndexOfMany(t *testing.T) {
	t.Parallel()
	logged := make(lines, 10)
	l := app.NewLibrary(many(300), slog.New(slog.NewTextHandler(logged, nil)))
	load(t, l)
	version := l.Site().Version
	if got, want := found(l.Site(), "heron"), "no index"; got != want {
		t.Errorf("at the start: got %q, want %q", got, want)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- l.Complete(ctx) }()
	select {
	case line := <-logged:
		if !strings.Contains(line, "all posts are rendered") || !strings.Contains(line, "posts=301") {
			t.Errorf("logged %s", line)
		}
	case <-time.After(time.Minute):
		t.Fatal("no index after a minute")
	}
	if got, want := found(l.Site(), "heron"), "post/heron"; got != want {
		t.Errorf("completed: got %q, want %q", got, want)
	}
	if l.Site().Version == version {
		t.Error("related posts may be others now, and the version is the same")
	}
	l.Remind(3) // with nothing left to do
	cancel()
	if err := <-done; err != nil {
		t.Errorf("Complete: %v", err)
	}
	if len(logged) > 0 {
		t.Errorf("logged once more: %s", <-logged)
	}
}
