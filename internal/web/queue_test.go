package web_test

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// by is a comment to the one post of harbour.
func by(author, body string) comment.Submission {
	return comment.Submission{Post: "harbour", Author: author, Body: body}
}

// classes is a filter that goes by the name of the author, and is not sure
// about everybody else.
type classes map[string]spam.Class

func (c classes) Judge(ctx context.Context, m spam.Message) (spam.Verdict, error) {
	class, ok := c[m.Author]
	if !ok {
		class = spam.Unsure
	}
	return apptest.Says(class).Judge(ctx, m)
}

// moderated is a blog with a filter, and a browser that is logged in to it.
func moderated(t *testing.T, judge comment.Judge) (*apptest.Blog, *apptest.Client) {
	t.Helper()
	b := apptest.Open(t, apptest.Options{Content: harbour(), Judge: judge})
	return b, b.Login("ada", account.Moderator)
}

func TestAdminIsForModerators(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{Content: harbour(), Judge: classes{}})
	id := b.MustComment(by("Bo", "Hello.")).ID
	owner, moderator, nobody := b.Login("ada", account.Owner), b.Login("mo", account.Moderator), b.Client()
	tests := []struct {
		path         string
		in, out      int
		inTo, outsTo string
	}{
		{"/admin", 303, 303, "/admin/queue?status=pending", "/admin/login?next=%2Fadmin"},
		{"/admin/queue", 200, 303, "", "/admin/login?next=%2Fadmin%2Fqueue"},
		{"/admin/queue?status=spam", 200, 303, "", "/admin/login?next=%2Fadmin%2Fqueue%3Fstatus%3Dspam"},
		{"/admin/queue?status=mine", 400, 303, "", "/admin/login?next=%2Fadmin%2Fqueue%3Fstatus%3Dmine"},
		{"/admin/queue?before=0", 404, 303, "", "/admin/login?next=%2Fadmin%2Fqueue%3Fbefore%3D0"},
		{"/admin/queue?before=1or1", 404, 303, "", "/admin/login?next=%2Fadmin%2Fqueue%3Fbefore%3D1or1"},
		{"/admin/login", 303, 200, "/admin", ""},
		{"/admin/setup", 403, 403, "", ""},
		{"/admin/nothing", 404, 404, "", ""},
		{fmt.Sprintf("/admin/comments/%d", id), 200, 303, "", fmt.Sprintf("/admin/login?next=%%2Fadmin%%2Fcomments%%2F%d", id)},
		{fmt.Sprintf("/admin/comments/%d", id+1), 404, 303, "", fmt.Sprintf("/admin/login?next=%%2Fadmin%%2Fcomments%%2F%d", id+1)},
		{"/admin/comments/x", 404, 303, "", "/admin/login?next=%2Fadmin%2Fcomments%2Fx"},
		{fmt.Sprintf("/admin/comments/%d/approve", id), 404, 404, "", ""},
		{"/admin/logout", 404, 404, "", ""},
	}
	for _, tt := range tests {
		for who, c := range map[string]*apptest.Client{"owner": owner, "moderator": moderator, "nobody": nobody} {
			code, to := tt.in, tt.inTo
			if c == nobody {
				code, to = tt.out, tt.outsTo
			}
			r := c.Get(tt.path)
			if r.Code != code || r.Header.Get("Location") != to {
				t.Errorf("%s, %s: got %d to %q, want %d to %q", tt.path, who, r.Code, r.Header.Get("Location"), code, to)
			}
			if got := r.Header.Get("Cache-Control"); got != "no-store" {
				t.Errorf("%s, %s: Cache-Control %q, want no-store", tt.path, who, got)
			}
			if r.Code == 200 && (!strings.Contains(r.Body, `content="noindex`) || r.Header.Get("X-Robots-Tag") == "") {
				t.Errorf("%s, %s: search engines are not kept out", tt.path, who)
			}
		}
	}
	if got := statusOf(t, b, id); got != comment.Pending {
		t.Errorf("after all these GETs the comment is %s, want pending", got)
	}
}

func statusOf(t *testing.T, b *apptest.Blog, id comment.ID) comment.Status {
	t.Helper()
	c, err := b.Comments.Get(t.Context(), account.Shell, id)
	if err != nil {
		t.Fatal(err)
	}
	return c.Status
}

func TestFormsFromElsewhereAreRefused(t *testing.T) {
	t.Parallel()
	b, c := moderated(t, classes{})
	id := b.MustComment(by("Bo", "Hello.")).ID
	c.Header = http.Header{"Origin": {"https://evil.example.net"}, "Sec-Fetch-Site": {"cross-site"}}
	for _, path := range []string{"/admin/login", "/admin/logout", "/admin/setup", fmt.Sprintf("/admin/comments/%d/approve", id)} {
		if r := c.Post(path, url.Values{"name": {"ada"}, "password": {apptest.Password}}); r.Code != http.StatusForbidden {
			t.Errorf("%s: got %d, want 403", path, r.Code)
		}
	}
	c.Header = nil
	if got := statusOf(t, b, id); got != comment.Pending {
		t.Errorf("comment: got %s, want pending", got)
	}
	if r := c.Get("/admin/queue"); r.Code != 200 {
		t.Errorf("queue: got %d, want to be still logged in", r.Code)
	}
}

func TestCard(t *testing.T) {
	t.Parallel()
	b, c := moderated(t, classes{"Wren": spam.Ham})
	first := b.MustComment(by("Wren", "I was **there** too."))
	sub := by("נועה <b>", "See [this](https://real.example.org/x) <script>alert(1)</script>")
	sub.Parent, sub.URL, sub.Email = fmt.Sprint(first.ID), "https://site.example.org:8080/me?a=1", "noa@private.example.com"
	b.MustComment(sub)
	b.Clock.Advance(2 * time.Hour)
	page := c.Get("/admin/queue").Body
	for _, want := range []string{
		`<bdi>נועה &lt;b&gt;</bdi>`,
		`href="https://site.example.org:8080/me?a=1" rel="nofollow noopener noreferrer"`,
		`https://<b>site.example.org:8080</b>/me?a=1</a>`,
		`<a href="/posts/harbour" dir="auto">A walk to the harbour</a>`,
		`<a href="/comment/1"><bdi>Wren</bdi></a>: <span dir="auto">I was there too.</span>`,
		`datetime="2026-11-22T12:00:00Z"`, `>2 hours ago</time>`,
		`href="https://real.example.org/x" rel="nofollow ugc noopener"`,
		"The filter is not sure: 60 % spam.", "\u002b0.60", "<code>test</code>",
		`Pending <span class="count" data-count="pending">1</span>`, `Approved <span class="count" data-count="approved">1</span>`, `Trash <span class="count" data-count="trash">0</span>`,
		"<title>Pending (1) · ",
	} {
		if !strings.Contains(html.UnescapeString(page), html.UnescapeString(want)) {
			t.Errorf("the page lacks %s", want)
		}
	}
	for _, bad := range []string{"<script>", "private.example.com", "noa@", "<b>\"", " style=", " onclick="} {
		if strings.Contains(page, bad) {
			t.Errorf("the page holds %s", bad)
		}
	}
	if t.Failed() {
		t.Log(page)
	}
}

var older = regexp.MustCompile(`<a href="([^"]+)" rel="next">`)

var cardID = regexp.MustCompile(`<article class="card" id="comment-(\d+)"`)

func TestQueuePages(t *testing.T) {
	t.Parallel()
	b, c := moderated(t, classes{})
	for i := range 51 {
		b.MustComment(by("Bo", fmt.Sprintf("Number %d.", i+1)))
	}
	var got []string
	path := "/admin/queue"
	for range 5 {
		r := c.Get(path)
		for _, m := range cardID.FindAllStringSubmatch(r.Body, -1) {
			got = append(got, m[1])
		}
		next := older.FindStringSubmatch(r.Body)
		if first := strings.Contains(r.Body, `rel="first"`); first != (path != "/admin/queue") {
			t.Errorf("%s: a link to the newest: %v", path, first)
		}
		if next == nil {
			break
		}
		path = html.UnescapeString(next[1])
	}
	var want []string
	for i := 51; i > 0; i-- {
		want = append(want, fmt.Sprint(i))
	}
	if !slices.Equal(got, want) {
		t.Errorf("comments on all pages:\ngot  %v\nwant %v", got, want)
	}
	first := cardID.FindStringSubmatch(c.Get("/admin/queue?status=pending&before=8").Body)
	if first == nil || first[1] != "7" {
		t.Errorf("the page that begins with 7 begins with %v", first)
	}
	if r := c.Get("/admin/queue?before=99"); r.Code != http.StatusOK || !strings.Contains(r.Body, "Number 51.") {
		t.Errorf("the page of a comment that is gone: %d", r.Code)
	}
}

func TestModeratorsAreToldOfBrokenContent(t *testing.T) {
	t.Parallel()
	content := harbour()
	b := apptest.Open(t, apptest.Options{Content: content})
	c := b.Login("ada", account.Moderator)
	if r := c.Get("/admin/queue"); strings.Contains(r.Body, "has a problem") {
		t.Error("a problem is told that is not there")
	}
	content["posts/broken.md"] = &fstest.MapFile{Data: []byte("---\ntitle: Broken\ndate: 2026-11-01\ndarft: <i>\n---\n")}
	if err := b.Reload(); err == nil {
		t.Fatal("the broken file was loaded")
	}
	page := c.Get("/admin/queue").Body
	for _, want := range []string{"The content folder has a problem", "last good version", "<code>posts/broken.md:4</code>", "<code>darft</code>", "unknown key; did you mean draft?"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s:\n%s", want, page)
		}
	}
	if r := b.Get("/admin/login"); strings.Contains(r.Body, "darft") {
		t.Error("strangers are told too")
	}
	if r := b.Get("/posts/harbour"); r.Code != 200 || strings.Contains(r.Body, "darft") {
		t.Errorf("readers: got %d", r.Code)
	}
}

func TestCardQuotesTheWordsRepliedTo(t *testing.T) {
	t.Parallel()
	b, c := moderated(t, classes{"Ada": spam.Ham})
	first := b.MustComment(by("Ada", "> Is it *so*?\n\nIt [is](https://example.org).\n"+strings.Repeat(" word", 100)))
	reply := by("Bo", "I see")
	reply.Parent = fmt.Sprint(first.ID)
	b.MustComment(reply)
	page := c.Get("/admin/queue").Body
	has(t, page, `<bdi>Ada</bdi></a>: <span dir="auto">Is it so? It is. word word`, "word…</span>")
	_, quoted, _ := strings.Cut(page, `<span dir="auto">Is it so?`)
	quoted, _, _ = strings.Cut(quoted, "</span>")
	if n := len(quoted); n > 140 {
		t.Errorf("%d bytes are quoted, want a line: %q", n, quoted)
	}
}

// brittle is a filter that panics when it is asked why.
type brittle struct{ classes }

func (brittle) Explain(context.Context, []*spam.Reading, comment.Depth) ([]spam.Explanation, error) {
	panic("out of order")
}

// TestPanicBeside: what panics while cards are made side by side is an error of one page, and no end
// of the whole program.
func TestPanicBeside(t *testing.T) {
	t.Parallel()
	b, c := moderated(t, brittle{})
	b.MustComment(by("Wren", "I was there too."))
	for _, page := range []string{"/admin/queue", "/admin/comments/1"} {
		if got := c.Get(page).Code; got != http.StatusInternalServerError {
			t.Errorf("%s: got %d, want 500", page, got)
		}
	}
}
