package app_test

import (
	"path/filepath"
	"strconv"
	"testing"
	"testing/fstest"

	"hamlet/internal/app"
)

// BenchmarkOpen opens a new blog of one post and closes it, as most tests do.
func BenchmarkOpen(b *testing.B) {
	content := fstest.MapFS{"posts/roses.md": {Data: []byte("---\ntitle: Roses\ndate: 2026-01-02\n---\nText.\n")}}
	dir := b.TempDir()
	n := 0
	for b.Loop() {
		n++
		c := app.Config{Content: dir, Data: filepath.Join(dir, strconv.Itoa(n)), Addr: "127.0.0.1:0", CommentRate: "0"}
		a, err := app.Open(b.Context(), c, app.World{Content: content, Offline: true, QuickPasswords: true})
		if err != nil {
			b.Fatal(err)
		}
		if err := a.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
