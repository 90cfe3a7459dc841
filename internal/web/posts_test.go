package web_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
	"hamlet/internal/content"
	"hamlet/internal/web"
)

// TestPosts: moderators see what readers do not, why, and where to read it.
func TestPosts(t *testing.T) {
	t.Parallel()
	folder := unpublished()
	folder["site.toml"].Data = []byte("time_zone = \"Europe/Berlin\"\n")
	folder["posts/soon.md"].Data = []byte("---\ntitle: Soon\ndate: 2026-11-22 14:00\n---\nNot yet.\n")
	folder["posts/tide.md"] = &fstest.MapFile{Data: []byte("---\ntitle: The tide\ndate: 2026-01-01\nexpires: 2026-12-01\n---\nHigh.\n")}
	b := apptest.Open(t, apptest.Options{Content: folder})
	if got := b.Get("/admin/content").Code; got != http.StatusSeeOther {
		t.Errorf("without an account: got %d, want 303", got)
	}
	page := b.Login("ada", account.Moderator).Get("/admin/content").Body
	heron := web.PreviewPath(b.PreviewKey(), &content.Post{Kind: content.KindPost, Slug: "heron"})
	for _, want := range []string{
		"One is shown to readers.",
		`The heron <span class="number">draft</span>`, "<code>posts/heron/index.md</code>",
		"It is not shown until the line draft: true is taken out.", `href="` + heron + `"`,
		"It appears on 22 November 2026, 14:00.",
		"2026-11-22 14:00 without an offset is 2026-11-22 14:00 in Europe/Berlin, which is 2026-11-22 13:00 UTC; it is now 2026-11-22 12:00 UTC.",
		"Its author took it away", "It is shown until 1 December 2026, 00:00.", `href="/posts/tide"`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s", want)
		}
	}
	if sunk := web.PreviewPath(b.PreviewKey(), &content.Post{Kind: content.KindPost, Slug: "sunk"}); strings.Contains(page, sunk) {
		t.Error("what was taken away has a preview")
	}
	if t.Failed() {
		t.Log(page)
	}
}

// TestPostsWhileWriting: who writes sees drafts among the posts; the page says all
// the same that readers do not.
func TestPostsWhileWriting(t *testing.T) {
	t.Parallel()
	folder := fstest.MapFS{
		"posts/heron.md": {Data: []byte("---\ntitle: The heron\ndate: 2026-01-01\ndraft: true\n---\nGrey.\n")},
		"posts/soon.md":  {Data: []byte("---\ntitle: Soon\ndate: 2026-12-01\n---\nNot yet.\n")},
		"posts/tide.md":  {Data: []byte("---\ntitle: The tide\ndate: 2026-01-01\n---\nHigh.\n")},
	}
	b := apptest.Open(t, apptest.Options{Content: folder, Config: func(c *apptest.Config) { c.Dev = true }})
	page := b.Login("ada", account.Moderator).Get("/admin/content").Body
	for _, want := range []string{
		"One is shown to readers.", `The heron <span class="number">draft</span>`, `Soon <span class="number">scheduled</span>`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s in\n%s", want, page)
		}
	}
}
