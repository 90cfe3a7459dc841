package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"hamlet/internal/apptest"
	"hamlet/internal/content"
	"hamlet/internal/web"
)

// unpublished is a blog with posts that are not shown.
func unpublished() fstest.MapFS {
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	return fstest.MapFS{
		"site.toml":             file("permalink = \"/:year/:slug\"\n"),
		"posts/heron/index.md":  file("---\ntitle: The heron\ndate: 2026-11-20\ndraft: true\nevent: {name: Heron, start: 2026-12-05 10:00}\n---\n![Reeds](reeds.svg) [notes](notes.txt)\n"),
		"posts/heron/reeds.svg": file(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>`),
		"posts/heron/notes.txt": file("Wind from the west."),
		"posts/soon.md":         file("---\ntitle: Soon\ndate: 2026-11-22 13:00\n---\nNot yet.\n"),
		"pages/about.md":        file("---\ntitle: About us\ndraft: true\n---\nWe.\n"),
		"posts/sunk.md":         file("---\ntitle: Sunk\ndate: 2026-01-01\ngone: true\n---\nNo more.\n"),
	}
}

func TestPreview(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{Content: unpublished()})
	address := func(kind content.Kind, slug string) string {
		return web.PreviewPath(b.PreviewKey(), &content.Post{Kind: kind, Slug: slug})
	}
	if got := b.Get("/2026/heron").Code; got != http.StatusNotFound {
		t.Errorf("a draft at its address: got %d, want 404", got)
	}
	heron := address(content.KindPost, "heron")
	r := b.Get(heron)
	for _, want := range []string{
		"<h1 class=\"p-name\">The heron</h1>", "This is a preview.", `noindex`, `src="` + heron + `/reeds.svg`, `href="` + heron + `/notes.txt"`,
	} {
		if !strings.Contains(r.Body, want) {
			t.Errorf("preview: no %s in\n%s", want, r.Body)
		}
	}
	if r.Code != http.StatusOK || strings.Contains(r.Body, "<form") || strings.Contains(r.Body, `rel="canonical"`) {
		t.Errorf("preview: got %d, or it has a form or an address of its own", r.Code)
	}
	for _, m := range ownLinks.FindAllStringSubmatch(r.Body, -1) {
		if got := b.Get(m[1]).Code; got >= http.StatusBadRequest {
			t.Errorf("the preview leads to %s, which answers %d", m[1], got)
		}
	}
	for header, want := range map[string]string{
		"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex",
	} {
		if got := r.Header.Get(header); got != want {
			t.Errorf("%s: got %q, want %q", header, got, want)
		}
	}
	for path, want := range map[string]int{
		heron + "/reeds.svg":                                 http.StatusOK,
		heron + "/notes.txt":                                 http.StatusOK,
		heron + "/index.md":                                  http.StatusNotFound,
		heron + "/../../../site.toml":                        http.StatusNotFound,
		address(content.KindPage, "about"):                   http.StatusOK,
		address(content.KindPost, "about"):                   http.StatusNotFound,
		address(content.KindPost, "sunk"):                    http.StatusNotFound,
		strings.Replace(heron, "heron", "soon", 1):           http.StatusNotFound, // another's code
		strings.Replace(heron, "/preview/", "/preview/A", 1): http.StatusNotFound,
	} {
		if got := b.Get(path).Code; got != want {
			t.Errorf("GET %s: got %d, want %d", path, got, want)
		}
	}
}

var ownLinks = regexp.MustCompile(`(?:href|src)="(/[^"#?]*)`)

// TestPreviewEnds: once it is shown, the address of the preview leads to the post.
func TestPreviewEnds(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{Content: unpublished()})
	soon := web.PreviewPath(b.PreviewKey(), &content.Post{Kind: content.KindPost, Slug: "soon"})
	if got := b.Get(soon).Code; got != http.StatusOK {
		t.Fatalf("before: got %d, want 200", got)
	}
	b.Clock.Advance(2 * time.Hour)
	if err := b.Reload(); err != nil {
		t.Fatal(err)
	}
	r := b.Get(soon)
	if got, want := r.Header.Get("Location"), "/2026/soon"; r.Code != http.StatusFound || got != want {
		t.Errorf("after: got %d to %q, want 302 to %s", r.Code, got, want)
	}
}
