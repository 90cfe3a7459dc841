package main

import (
	"bytes"
	"strings"
	"testing"
	"testing/fstest"

	"hamlet/internal/content"
)

// TestPosts: what is generated is the same each time, is about as long as it
// should be, and has nothing wrong with it.
func TestPosts(t *testing.T) {
	t.Parallel()
	const n = 20
	folder, again := fstest.MapFS{}, newGenerator(1)
	g := newGenerator(1)
	for i := range n {
		p := g.post(i, n)
		if !bytes.Equal(p, again.post(i, n)) {
			t.Fatalf("post %d is another the second time", i)
		}
		if len(p) < postBytes*3/4 || len(p) > postBytes*5/4 {
			t.Errorf("post %d has %d bytes, want about %d", i, len(p), postBytes)
		}
		folder["posts/"+slugOf(i)+".md"] = &fstest.MapFile{Data: p}
	}
	lib, err := content.Load(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range lib.Posts {
		html := string(p.HTML())
		for _, want := range []string{"<h2", `<a href="/posts/post-`, "<pre", "<li>", "<em>"} {
			if !strings.Contains(html, want) {
				t.Errorf("%s: no %s", p.Source, want)
			}
		}
	}
}

func TestTable(t *testing.T) {
	t.Parallel()
	var got strings.Builder
	tab := table{}
	tab.add(row{"page view", "20 µs", "bare 19 µs", "1.05", "at most 1.15"})
	tab.note("%s is not installed", "nginx")
	if err := tab.print(&got); err != nil {
		t.Fatal(err)
	}
	want := "what                    hamlet  beside      ratio  aim\n" +
		"page view               20 µs   bare 19 µs  1.05   at most 1.15\n" +
		"nginx is not installed                             \n"
	if got.String() != want {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
}

func TestMedian(t *testing.T) {
	t.Parallel()
	if got := median([]float64{3, 1, 2}); got != 2 {
		t.Errorf("got %v, want 2", got)
	}
}
