package web_test

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"hamlet/internal/apptest"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// budget is what the page of an article may take over the wire, with all that
// the browser loads for it.
const budget = 30_000

// TestBudget reads an article of a good five thousand characters as a browser with
// brotli does, and counts.
func TestBudget(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{Content: os.DirFS("../../content"), Judge: apptest.Says(spam.Ham)})
	for range 10 {
		b.MustComment(comment.Submission{Post: "how-comments-are-judged", Author: "Ada", Body: "I had wondered about that, *thank you*."})
	}
	const target = "/posts/how-comments-are-judged"
	load := func(target string) int {
		r := request(b, "GET", target, "Accept-Encoding", "br, gzip")
		if r.Code != http.StatusOK {
			t.Errorf("GET %s: got %d", target, r.Code)
		}
		return len(r.Body)
	}
	plain := b.Get(target).Body
	if len(plain) < 9000 {
		t.Fatalf("the page has %d bytes: no article", len(plain))
	}
	total := load(target)
	loads := 0
	for n := range parsed(t, plain).Descendants() {
		to := loadedBy(n)
		if to == "" {
			continue
		}
		loads++
		total += load(to)
		if strings.Contains(to, ".css") && strings.Contains(b.Get(to).Body, "@font-face") {
			t.Errorf("%s loads a font: the text moves when it comes", to)
		}
	}
	if loads < 3 {
		t.Errorf("found %d things that the page loads, want the style sheet and icons at least", loads)
	}
	if total > budget {
		t.Errorf("the page and all that belongs to it: %d bytes, want at most %d", total, budget)
	}
	t.Logf("%d bytes in %d answers", total, loads+1)
}

// loadedBy is what a browser loads for an element; empty for nothing.
func loadedBy(n *html.Node) string {
	rel, _ := attribute(n, "rel")
	switch {
	case n.Data == "link" && slices.Contains([]string{"stylesheet", "icon", "apple-touch-icon", "manifest", "preload"}, rel):
		to, _ := attribute(n, "href")
		return to
	case n.Data == "script" || n.Data == "img":
		to, _ := attribute(n, "src")
		return to
	}
	return ""
}
