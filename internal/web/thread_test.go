package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
	"hamlet/internal/web"
)

// talked is a blog with a long thread under the boat: n comments, of which every third
// replies to the one before.
func talked(tb testing.TB, n int, pattern string) *apptest.Blog {
	tb.Helper()
	fsys := notes()
	fsys["site.toml"] = &fstest.MapFile{Data: []byte("title = \"Harbour Notes\"\npermalink = \"" + pattern + "\"\n")}
	b := apptest.Open(tb, apptest.Options{Content: fsys, Judge: apptest.Says(spam.Ham)})
	for i := range n {
		sub := comment.Submission{Post: "boat", Author: fmt.Sprint("Reader ", i+1), Body: fmt.Sprintf("Said as number %d.", i+1)}
		if i%3 == 2 {
			sub.Parent = strconv.Itoa(i)
		}
		b.MustComment(sub)
	}
	return b
}

var (
	shownID = regexp.MustCompile(`id="comment-([0-9]+)"`)
	relNext = regexp.MustCompile(`<link rel="next" href="([^"]+)">`)
)

func idsOn(page string) (ids []string) {
	for _, m := range shownID.FindAllStringSubmatch(page, -1) {
		ids = append(ids, m[1])
	}
	return ids
}

// Under any permalink pattern, a reader who follows the links from the post finds
// every comment once, in either order, and each permalink leads to its page.
func TestThreadPageByPage(t *testing.T) {
	t.Parallel()
	for _, pattern := range []string{"/posts/:slug", "/:year/:month/:slug", "/:slug"} {
		t.Run(pattern, func(t *testing.T) {
			t.Parallel()
			const n = 200
			b := talked(t, n, pattern)
			post := strings.NewReplacer(":year", "2026", ":month", "11", ":slug", "boat").Replace(pattern)
			where := map[string]string{}
			for _, start := range []string{post, post + "/comments/newest"} {
				var seen []string
				for at := start; at != ""; {
					r := b.Get(at)
					if r.Code != http.StatusOK || r.Header.Get("Cache-Control") != "public, max-age=0, must-revalidate" {
						t.Fatalf("%s: got %d, %v", at, r.Code, r.Header)
					}
					if newest := start != post; newest != strings.Contains(r.Body, `<meta name="robots" content="noindex">`) {
						t.Errorf("%s: noindex is not %v", at, newest)
					}
					has(t, r.Body, `<link rel="canonical" href="http://blog.example.org`+at+`">`)
					ids := idsOn(r.Body)
					if start == post {
						for _, id := range ids {
							where[id] = at
						}
					}
					seen = append(seen, ids...)
					next := relNext.FindStringSubmatch(r.Body)
					if at = ""; next != nil {
						at = next[1]
					}
				}
				if got := slices.Compact(slices.Sorted(slices.Values(seen))); len(seen) != n || len(got) != n {
					t.Errorf("from %s: came by %d comments, %d different, want %d", start, len(seen), len(got), n)
				}
			}
			for id := range where {
				r := b.Get("/comment/" + id)
				if got, want := r.Header.Get("Location"), where[id]+"#comment-"+id; r.Code != http.StatusFound || got != want {
					t.Fatalf("comment %s: got %d to %s, want %s", id, r.Code, got, want)
				}
			}
			has(t, b.Get(post).Body, "200 replies", `<link rel="next" href="`+post+`/comments/2">`)
			hasNot(t, b.Get(post+"/comments/2").Body, "200 replies", "Its bell")
			has(t, b.Get(post+"/comments/2").Body, `<link rel="prev" href="`+post+`">`, "Replies, page 2")
		})
	}
}

func TestThreadAddresses(t *testing.T) {
	t.Parallel()
	b := talked(t, 100, "/:year/:slug")
	b.MustComment(comment.Submission{Post: "note-01", Author: "Ada", Body: "Short."})
	ada := b.Login("ada", account.Moderator)
	for _, id := range []string{"99", "100"} {
		ada.Post("/admin/comments/"+id+"/trash", nil)
	}
	ada.Post("/admin/comments/100/delete", nil)
	for _, tt := range []struct {
		target string
		code   int
		to     string
	}{
		{"/2026/boat/comments/2", 200, ""},
		{"/2026/boat/comments/1", 301, "/2026/boat"},
		{"/2026/boat/comments/02", 404, ""},
		{"/2026/boat/comments/0", 404, ""},
		{"/2026/boat/comments/-1", 404, ""},
		{"/2026/boat/comments/9", 404, ""},
		{"/2026/boat/comments/99999999999999999999", 404, ""},
		{"/2026/boat/comments/newest", 200, ""},
		{"/2026/boat/comments/newest/1", 200, ""},
		{"/2026/boat/comments/newest/9", 404, ""},
		{"/2026/boat/comments/newest/", 301, "/2026/boat/comments/newest"},
		{"/posts/boat/comments/2", 301, "/2026/boat/comments/2"},
		{"/2026/BOAT/comments/2", 301, "/2026/boat/comments/2"},
		{"/2026/quiet/comments/newest", 404, ""},
		{"/about/comments/newest", 404, ""},
		{"/none/comments/2", 404, ""},
		{"/2026/note-01/comments/newest", 200, ""},
		{"/2026/note-01/comments/2", 404, ""},
		{"/comment/1", 302, "/2026/boat#comment-1"},
		{"/comment/101", 302, "/2026/note-01#comment-101"},
		{"/comment/99", 410, ""},
		{"/comment/100", 410, ""},
		{"/comment/102", 404, ""},
		{"/comment/01", 404, ""},
		{"/comment/x", 404, ""},
		{"/comment/0", 404, ""},
	} {
		r := b.Get(tt.target)
		if r.Code != tt.code || r.Header.Get("Location") != tt.to {
			t.Errorf("%s: got %d to %q, want %d to %q", tt.target, r.Code, r.Header.Get("Location"), tt.code, tt.to)
		}
	}
	if got := b.Get("/comment/1").Header.Get("Cache-Control"); got != "no-cache" {
		t.Errorf("a permalink is kept: %s", got)
	}
}

// A reply on an old page makes that page anew, and the post with its count; all others
// stay as they were, to the tag.
func TestReplyRenewsWhatShowsIt(t *testing.T) {
	t.Parallel()
	b := talked(t, 300, "/posts/:slug")
	targets := []string{"/posts/boat", "/posts/boat/comments/2", "/posts/boat/comments/3", "/posts/boat/comments/4", "/posts/boat/comments/newest"}
	tag := func(target string) string { return b.Get(target).Header.Get("Etag") }
	before := map[string]string{}
	for _, target := range targets {
		before[target] = tag(target)
	}
	on2 := idsOn(b.Get(targets[1]).Body)[0]
	b.MustComment(comment.Submission{Post: "boat", Parent: on2, Author: "Eve", Body: "Late to this."})
	for target, want := range map[string]bool{
		targets[0]: true, targets[1]: true, targets[2]: false, targets[3]: false, targets[4]: true,
	} {
		if got := tag(target) != before[target]; got != want {
			t.Errorf("%s: changed %v, want %v", target, got, want)
		}
	}
	has(t, b.Get(targets[1]).Body, "Late to this.")
	has(t, b.Get(targets[0]).Body, "301 replies")
}

func TestQuote(t *testing.T) {
	t.Parallel()
	b := talked(t, 80, "/posts/:slug")
	id := strconv.FormatInt(int64(b.MustComment(comment.Submission{Post: "boat", Author: "Bo", Body: "One *line*.\r\n\r\n> older\n</textarea>"}).ID), 10)
	for _, page := range []string{"/posts/boat", "/posts/boat/comments/2"} {
		r := b.Get(page + "?quote=" + id)
		has(t, r.Body, "&gt; One *line*.\n&gt;\n&gt; &gt; older\n&gt; &lt;/textarea&gt;\n\n</textarea>", `name="parent" value="`+id+`"`, "noindex")
		if got := r.Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: a form made for one reader is kept: %s", page, got)
		}
		hasNot(t, b.Get(page).Body, `name="parent"`, "&gt; One *line*")
	}
	has(t, b.Get("/posts/boat/comments/2").Body, `href="/posts/boat/comments/2?quote=`+id+`#respond"`)
	hasNot(t, b.Get("/posts/boat?quote=999").Body, `name="parent"`)
}

// Whole conversations can be folded, without a script.
func TestConversationsFold(t *testing.T) {
	t.Parallel()
	page := talked(t, 3, "/posts/:slug").Get("/posts/boat").Body
	has(t, page, `<details class="below" open>`, "<summary>One reply")
	if n := strings.Count(page, `<details class="below"`); n != 1 {
		t.Errorf("%d things to fold, want the one conversation with a reply", n)
	}
}

// What an author is, and what became of a comment, stands beside it in words.
func TestMarks(t *testing.T) {
	t.Parallel()
	h, disk, _ := openFailing(t)
	first, err := disk.Add(t.Context(), comment.Comment{Post: "boat", Author: "Ada", Body: "Said.", Status: comment.Approved}, comment.Given{})
	if err == nil {
		_, err = disk.Add(t.Context(), comment.Comment{Post: "boat", Parent: first.ID, Author: "Bo", Body: "Answered.", Status: comment.Approved}, comment.Given{})
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		change func(*comment.Comment)
		want   []string
		not    []string
	}{
		{"nothing", func(*comment.Comment) {}, []string{"<bdi>Ada</bdi>", "Said."}, []string{`class="badge"`, "edited", "imitates", "Erased"}},
		{"author", func(c *comment.Comment) { c.Role = comment.Author }, []string{`<span class="badge">Author</span></h3>`}, []string{"Moderator"}},
		{"moderator", func(c *comment.Comment) { c.Role = comment.Moderator }, []string{`<span class="badge">Moderator</span></h3>`}, nil},
		{"edited", func(c *comment.Comment) { c.EditedAt = apptest.Noon.Add(-time.Hour) }, []string{
			`(edited <time class="dt-updated" datetime="2026-11-22T11:00:00Z">22 November 2026, 11:00</time>)`,
		}, nil},
		{"erased", func(c *comment.Comment) { c.Author, c.Body, c.ErasedAt = "", "", apptest.Noon }, []string{
			`<span class="erased">Erased by its author</span></h3>`, `id="comment-1"`, `id="comment-2"`, `<summary>One reply</summary>`,
		}, []string{"?reply=1", "?quote=1", `<div class="said e-content" dir="auto">
<p>Said.`}},
	} {
		disk.change = tt.change
		h.(*web.Server).CommentsChanged("boat")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", "/posts/boat", http.NoBody))
		page := w.Body.String()
		t.Run(tt.name, func(t *testing.T) { //nolint:paralleltest // they share a page
			has(t, page, tt.want...)
			hasNot(t, page, tt.not...)
		})
	}
}

// A guest under the name of the post's author is told apart from her.
func TestImitationIsMarked(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.MustComment(comment.Submission{Post: "café", Author: "MARA", Body: "It is me."})
	b.MustComment(comment.Submission{Post: "boat", Author: "Mara", Body: "I wrote nothing here."})
	has(t, b.Get("/posts/caf%C3%A9").Body, `<p class="imitates">The name is not proven`)
	hasNot(t, b.Get("/posts/boat").Body, "imitates")
}
