package web_test

import (
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
)

// TestSentMentions: moderators see what became of each link, and authors of those in their
// own posts.
func TestSentMentions(t *testing.T) {
	t.Parallel()
	m := fstest.MapFS{}
	n := newNeighbour(t, apptest.Options{Content: m, Config: func(c *apptest.Config) { c.Webmention = "both" }})
	n.write("/wm", `<link rel="webmention" href="/endpoint?x=1">`)
	n.write("/plain", "<p>Nothing")
	m["posts/own.md"] = &fstest.MapFile{Data: []byte("---\ntitle: Own post\nauthor: Ines Fern\ndate: 2026-11-21\n---\n[x](" + n.URL + "/wm)\n"), ModTime: n.blog.Clock.Now()}
	m["posts/other.md"] = &fstest.MapFile{Data: []byte("---\ntitle: Other post\ndate: 2026-11-21\n---\n[x](" + n.URL + "/plain) [y](" + n.URL + "/missing)\n"), ModTime: n.blog.Clock.Now()}
	if err := n.blog.Reload(); err != nil {
		t.Fatal(err)
	}
	send := func() {
		if err := n.blog.SendMentions(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	send()
	mo := n.mod
	has(t, mo.Get("/admin/mentions").Body, "It is to be told.", "Next attempt:", n.URL+"/plain")
	n.blog.Clock.Advance(3 * time.Minute)
	send()
	page := mo.Get("/admin/mentions").Body
	has(t, page, "It was told.", n.URL+"/endpoint?x=1", "The page does not ask to be told.", "Own post", "/posts/other", "Last answer:")
	hasNot(t, page, "is to be told")
	amiss := mo.Get("/admin/mentions?list=amiss").Body
	has(t, amiss, n.URL+"/missing", "the page is gone")
	hasNot(t, amiss, "/plain", "/wm")

	has(t, mo.Get("/admin/queue?channel=webmention&status=pending").Body, `href="/admin/mentions"`)
	hasNot(t, mo.Get("/admin/queue").Body, `<p class="ways"><a href="/admin/mentions">`)
	if r := mo.Get("/admin/mentions?after=x"); r.Code != http.StatusNotFound {
		t.Errorf("a page that is no page: got %d, want 404", r.Code)
	}
	ines := loginAuthor(t, n.blog, "Ines Fern")
	own := ines.Get("/admin/mentions").Body
	has(t, own, "/wm")
	hasNot(t, own, "/plain", "/missing", "Other post")
}

// TestSentMentionsPaged: a page has fifty, and leads to the next.
func TestSentMentionsPaged(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	for i := range 60 {
		fmt.Fprintf(&text, "[x](https://%02d.example/a,b)\n\n", i)
	}
	b := apptest.Open(t, apptest.Options{
		Content: fstest.MapFS{"posts/many.md": {Data: []byte("---\ntitle: Many\ndate: 2026-11-21\n---\n" + text.String())}},
		Config:  func(c *apptest.Config) { c.Webmention = "both" },
	})
	if err := b.SendMentions(t.Context()); err != nil {
		t.Fatal(err)
	}
	mo := b.Login("mo", account.Moderator)
	next := regexp.MustCompile(`href="([^"]+)" rel="next"`)
	seen := map[string]bool{}
	for at, pages := "/admin/mentions", 0; at != ""; pages++ {
		r := mo.Get(at)
		for i := range 60 {
			if target := fmt.Sprintf("https://%02d.example/a,b", i); strings.Contains(r.Body, `href="`+target) {
				if seen[target] {
					t.Errorf("%s is there twice", target)
				}
				seen[target] = true
			}
		}
		at = ""
		if found := next.FindStringSubmatch(r.Body); found != nil {
			at = html.UnescapeString(found[1])
		}
		if pages > 3 {
			t.Fatal("there is no end")
		}
	}
	if len(seen) != 60 {
		t.Errorf("got %d links, want 60", len(seen))
	}
}
