package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"hamlet/internal/apptest"
	"hamlet/internal/comment"
)

func TestEmbeddedFragment(t *testing.T) {
	t.Parallel()
	b := sharing(t, func(c *apptest.Config) { c.BaseURL = "https://blog.example.org" })
	b.MustComment(comment.Submission{Post: "boat", Author: "Ada", Email: "ada@example.org", Body: "See [this](/posts/boat)."})
	byNumber := b.Get("/embed/posts/boat/1")
	r := b.Get("/embed/posts/boat")
	if byNumber.Body != r.Body || !strings.Contains(r.Body, "1 reply") && !strings.Contains(r.Body, "One reply") {
		t.Errorf("the first page by its number is another, or has no count:\n%s", byNumber.Body)
	}
	if r.Code != http.StatusOK || strings.Contains(r.Body, "<html") || strings.Contains(r.Body, "<script") || strings.Contains(r.Body, "ada@example.org") {
		t.Fatalf("got %d\n%s", r.Code, r.Body)
	}
	for n := range parsed(t, r.Body).Descendants() {
		for _, name := range []string{"href", "src", "action"} {
			if to, ok := attribute(n, name); ok && !strings.HasPrefix(to, "https://blog.example.org/") && !strings.HasPrefix(to, "#") {
				t.Errorf("%s leads to %q", n.Data, to)
			}
		}
	}
	for _, want := range []string{`id="comment-1"`, `<form class="respond"`, `lang="en"`, `href="https://blog.example.org/comment/1"`, `data-live="https://blog.example.org/embed/posts/boat/live"`} {
		if !strings.Contains(r.Body, want) {
			t.Errorf("the fragment lacks %s", want)
		}
	}
	for _, leaves := range []string{`name="remember"`, `id="forget"`, `name="subject"`, `data-live="/`} {
		if strings.Contains(r.Body, leaves) {
			t.Errorf("the fragment has %s", leaves)
		}
	}
	for path, want := range map[string]int{
		"/embed/posts/closed": 200, "/embed/posts/off": 404, "/embed/posts/none": 404, "/embed/posts/boat/1": 200, "/embed/posts/boat/2": 404,
		"/embed/posts/boat/newest": 200, "/embed/posts/boat/other": 404, "/embed.css": 200, "/embed.js": 200,
	} {
		if got := b.Get(path).Code; got != want {
			t.Errorf("%s: got %d, want %d", path, got, want)
		}
	}
	for path, want := range map[string]int{
		"/embed/posts/boat/live": 200, "/embed/posts/closed/live": 200, "/embed/posts/off/live": 404, "/embed/posts/none/live": 404, "/embed/thread.js": 200,
	} {
		if got := b.Client().Do(httptest.NewRequest("HEAD", path, http.NoBody)).Code; got != want {
			t.Errorf("%s: got %d, want %d", path, got, want)
		}
	}
	h := b.Get("/embed.js").Header
	if h.Get("Cache-Control") != "public, max-age=3600" || h.Get("Cross-Origin-Resource-Policy") != "cross-origin" {
		t.Errorf("the script: %v", h)
	}
}

// What is ready for everybody must not be sent without the headers of its origin.
func TestSharedPagesGoThroughTheRouter(t *testing.T) {
	t.Parallel()
	b := sharing(t)
	for _, path := range []string{boatAPI, "/embed/posts/boat", "/embed.js", "/embed.css", "/api/openapi.json"} {
		b.Get(path)
		for range 2 {
			r := sent(b, "GET", path, "", "Origin", friend)
			if r.Code != http.StatusOK || r.Header.Get("Access-Control-Allow-Origin") != friend || r.Header.Get("Vary") != "Accept-Encoding, Origin" {
				t.Errorf("%s: got %d %v", path, r.Code, r.Header)
			}
		}
	}
}
