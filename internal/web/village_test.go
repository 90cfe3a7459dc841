package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"hamlet/internal/apptest"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// village is a small blog with everything that gives a post an address or a
// place in a list.
func village() fstest.MapFS {
	post := func(front, body string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("---\n" + front + "\n---\n" + body)}
	}
	return fstest.MapFS{
		"site.toml": {Data: []byte("title = \"Village\"\nper_page = 2\ntime_zone = \"Europe/London\"\nsecurity_contact = \"https://village.example.org/holes\"\n" +
			"[authors.\"Ada Fern\"]\nabout = \"Mends clocks.\"\nurl = \"https://ada.example.org/\"\n")},
		"gone.txt":       {Data: []byte("/posts/fete\n/old shop\n")},
		"pages/about.md": post("title: About\nupdated: 2026-05-01\naliases: /who", "We live here. </script><b>Bold</b>"),
		"posts/clock.md": post("title: The </script> clock & the tower\ndate: 2026-03-01\nauthor: [Ada Fern, Bo Reed]\ncategories: [Works, News]\ntags: [Clocks]\n"+
			"series: The tower\npart: 1\naliases: [/2019/clock.html, /uhr]", "It *ticks*.\n\n<!--more-->\n\nOn and on.\n"),
		"posts/bell.md": post("title: The bell\ndate: 2026-04-01\nupdated: 2026-04-05\nauthor: Bo Reed\ncategories: Works\ntags: [Clocks, Sound]\n"+
			"series: The tower\ntoc: on\nsummary: It rings.", "## Cast\n\nText.\n\n### In iron\n\nText.\n\n## Hung\n\nText.\n"),
		"posts/door.md": post("title: The door\ndate: 2026-05-01\ntags: [Sound]\nseries: The tower", "It creaks.\n"),
		"posts/fair.md": post("title: The fair\ndate: 2026-06-01\npinned: true\nimage: /about.png\nauthor: Ada Fern\ncategories: News\n"+
			"event: {name: 'Fair & dance', start: 2026-07-04 14:00, end: 2026-07-04 23:30, zone: Europe/Berlin, place: 'The green', url: 'https://fair.example.org/'}",
			"Come.\n\n```go\nfunc main() {}\n```\n"),
		"posts/fête.md":  post("title: Fête\ndate: 2025-12-31 23:30\ncomments: off\nevent: {name: Fête, start: 2026-01-02, end: 2026-01-03}", "Two days.\n"),
		"posts/gone.md":  post("title: Gone\ndate: 2025-01-01\ngone: true\naliases: /long-gone", "Not for you.\n"),
		"posts/past.md":  post("title: Past\ndate: 2025-01-02\nexpires: 2026-01-01", "Over.\n"),
		"posts/draft.md": post("title: Draft\ndate: 2026-01-02\ndraft: true\ntags: [Secret]", "Not yet.\n"),
	}
}

func openVillage(tb testing.TB) *apptest.Blog {
	tb.Helper()
	b := apptest.Open(tb, apptest.Options{Content: village(), Judge: apptest.Says(spam.Ham)})
	b.MustComment(comment.Submission{Post: "clock", Author: "Cleo", Body: "It *stopped*."})
	b.MustComment(comment.Submission{Post: "bell", Author: "Dee", URL: "https://dee.example.org", Body: "Loud."})
	b.MustComment(comment.Submission{Post: "clock", Author: "Eve", Body: "Started again.", Parent: "1"})
	return b
}

// TestVillage asks for every kind of address there is: see testdata/village.
func TestVillage(t *testing.T) {
	t.Parallel()
	apptest.RunScripts(t, "testdata/village/*.txt", func(t *testing.T) http.Handler {
		t.Helper()
		return openVillage(t).Handler()
	})
}

// TestVillageCrawl follows every link, those of feeds and the sitemap too.
func TestVillageCrawl(t *testing.T) {
	t.Parallel()
	found := noFaults(t, openVillage(t).Get, "/", "/robots.txt", "/comments.xml", "/manifest.webmanifest")
	for _, want := range []string{
		"/page/3", "/archive/2026/03", "/archive/2025/12", "/authors/bo-reed", "/series/the-tower/page/2", "/categories/works/atom.xml",
		"/posts/fair.ics", "/posts/clock/comments.xml", "/opensearch.xml", "/authors/ada-fern/feed.json", "/series",
	} {
		if !slices.Contains(found, want) {
			t.Errorf("the crawl did not come by %s; found\n%s", want, strings.Join(found, "\n"))
		}
	}
}

// TestPermalinks has the posts of a blog elsewhere: what was promised below /posts
// leads there, and what they have below their own URL is found.
func TestPermalinks(t *testing.T) {
	t.Parallel()
	fsys := village()
	fsys["site.toml"] = &fstest.MapFile{Data: []byte("title = \"Village\"\npermalink = \"/:year/:month/:slug\"\n")}
	fsys["posts/boat/index.md"] = &fstest.MapFile{Data: []byte("---\ntitle: Boat\ndate: 2026-08-01\n---\n![Boat](boat.svg)\n")}
	fsys["posts/boat/boat.svg"] = &fstest.MapFile{Data: []byte(`<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>`)}
	b := apptest.Open(t, apptest.Options{Content: fsys, Judge: apptest.Says(spam.Ham)})
	for _, tt := range []struct {
		target string
		want   int
		to     string
	}{
		{"/2026/03/clock", 200, ""},
		{"/2026/03/clock/", 301, "/2026/03/clock"},
		{"/2026/03/CLOCK?a=1", 301, "/2026/03/clock?a=1"},
		{"/2026/04/clock", 404, ""},
		{"/posts/clock", 308, "/2026/03/clock"},
		{"/posts/clock?reply=1", 308, "/2026/03/clock?reply=1"},
		{"/posts/clock/", 308, "/2026/03/clock"},
		{"/posts/CLOCK/?a=1", 308, "/2026/03/clock?a=1"},
		{"/2026/03/CLOCK/", 301, "/2026/03/clock"},
		{"/2025/12/fe%CC%82te/", 301, "/2025/12/f%C3%AAte"},
		{"/uhr", 308, "/2026/03/clock"},
		{"/uhr/", 308, "/2026/03/clock"},
		{"/2019/clock.html/", 308, "/2026/03/clock"},
		{"/posts/fete/", 410, ""},
		{"/posts/fete//", 410, ""},
		{"//uhr/", 301, "/uhr"},
		{"/2025/12/f%C3%AAte", 200, ""},
		{"/posts/fair.ics", 200, ""},
		{"/2026/06/fair.ics", 301, "/posts/fair.ics"},
		{"/posts/clock/comments.xml", 200, ""},
		{"/2026/03/clock/comments.xml", 301, "/posts/clock/comments.xml"},
		{"/2026/08/boat/boat.svg", 200, ""},
		{"/posts/fete", 410, ""},
		{"/posts/clock/comments", 303, "/2026/03/clock#respond"},
	} {
		if r := b.Get(tt.target); r.Code != tt.want || r.Header.Get("Location") != tt.to {
			t.Errorf("GET %s: got %d to %q, want %d to %q", tt.target, r.Code, r.Header.Get("Location"), tt.want, tt.to)
		}
	}
	for _, target := range []string{"/2026/03/clock", "/2026/03/clock?reply=1"} {
		if page := b.Get(target); !strings.Contains(page.Body, `method="post" action="/posts/clock/comments"`) {
			t.Errorf("%s: the form does not lead to where comments are taken", target)
		}
	}
	noFaults(t, b.Get, "/", "/robots.txt")
}

// TestCommentUnderAPermalink sends the form of a post that is not below /posts.
func TestCommentUnderAPermalink(t *testing.T) {
	t.Parallel()
	fsys := village()
	fsys["site.toml"] = &fstest.MapFile{Data: []byte("permalink = \"/:year/:month/:slug\"\n")}
	b := apptest.Open(t, apptest.Options{Content: fsys, Judge: apptest.Says(spam.Ham)})
	const post = "/2026/03/clock"
	action := formAction.FindStringSubmatch(b.Get(post).Body)
	if action == nil {
		t.Fatal("the post has no form")
	}
	r := b.Post(action[1], url.Values{"author": {"Fay"}, "body": {"It is slow."}})
	if got, want := r.Header.Get("Location"), b.Comments.OwnPath(1, 0); r.Code != http.StatusSeeOther || got != want {
		t.Errorf("POST %s: got %d to %q, want 303 to %q", action[1], r.Code, got, want)
	}
	if !strings.Contains(b.Get(post).Body, "It is slow.") {
		t.Error("the post lacks the comment")
	}
}

var formAction = regexp.MustCompile(`method="post" action="([^"]+)"`)

// TestCommentsFeedsAreFresh: a comment shows in the feeds on the very next request.
func TestCommentsFeedsAreFresh(t *testing.T) {
	t.Parallel()
	b := openVillage(t)
	for _, target := range []string{"/comments.xml", "/posts/bell/comments.xml"} {
		if strings.Contains(b.Get(target).Body, "Fresh") {
			t.Fatalf("%s has a comment before it was sent", target)
		}
	}
	b.MustComment(comment.Submission{Post: "bell", Author: "Fay", Body: "Fresh."})
	for _, target := range []string{"/comments.xml", "/posts/bell/comments.xml"} {
		if !strings.Contains(b.Get(target).Body, "Fresh") {
			t.Errorf("%s lacks a comment that was just published", target)
		}
	}
	if strings.Contains(b.Get("/posts/clock/comments.xml").Body, "Fresh") {
		t.Error("the feed of a post has a comment on another")
	}
}

// TestCodeBringsItsFiles: what blocks of code need is loaded where there is one, and
// only there.
func TestCodeBringsItsFiles(t *testing.T) {
	t.Parallel()
	b := openVillage(t)
	for _, file := range []string{"/static/code.css?v=", "/static/copy.js?v="} {
		for target, want := range map[string]bool{"/posts/fair": true, "/posts/clock": false, "/": false} {
			if got := strings.Contains(b.Get(target).Body, file); got != want {
				t.Errorf("%s loads %s: got %v, want %v", target, file, got, want)
			}
		}
	}
}
