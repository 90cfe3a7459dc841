package web_test

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// neighbour is another site, and a blog that may reach it.
type neighbour struct {
	*httptest.Server
	blog *apptest.Blog
	mod  *apptest.Client

	mu    sync.Mutex
	pages map[string]string // by path; "" is gone
	told  []url.Values      // at its own endpoint
}

const boat = apptest.BaseURL + "/posts/boat"

func newNeighbour(t *testing.T, o apptest.Options) *neighbour {
	t.Helper()
	n := &neighbour{pages: map[string]string{}}
	n.Server = httptest.NewServer(n)
	t.Cleanup(n.Close)
	at := netip.MustParseAddrPort(strings.TrimPrefix(n.URL, "http://"))
	if o.Content == nil {
		o.Content = notes()
	}
	o.Reach = func(a netip.AddrPort) bool { return a == at }
	n.blog = apptest.Open(t, o)
	n.mod = n.blog.Login("mo", account.Moderator)
	return n
}

func (n *neighbour) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if r.Method == http.MethodPost {
		_ = r.ParseForm()
		n.told = append(n.told, r.PostForm)
		w.WriteHeader(http.StatusAccepted)
		return
	}
	page, ok := n.pages[r.URL.Path]
	switch {
	case !ok:
		http.NotFound(w, r)
	case page == "":
		w.WriteHeader(http.StatusGone)
	default:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = fmt.Fprint(w, page)
	}
}

// write puts a page up.
func (n *neighbour) write(path, page string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.pages[path] = page
}

// note is a page with an h-entry that links to a post.
func note(author, text string) string {
	return `<div class="h-entry"><p class="p-author h-card">` + author + `</p><a href="` + boat + `">boat</a><p class="e-content">` + text + `</p></div>`
}

// mention sends a webmention and lets the blog look at it.
func (n *neighbour) mention(t *testing.T, path string) {
	t.Helper()
	if r := n.blog.Post("/webmention", url.Values{"source": {n.URL + path}, "target": {boat}}); r.Code != http.StatusAccepted {
		t.Fatalf("got %d, want 202: %s", r.Code, r.Body)
	}
	if err := n.blog.ReceiveMentions(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func (n *neighbour) decide(t *testing.T, id int, action string) {
	t.Helper()
	if r := n.mod.Post("/admin/comments/"+strconv.Itoa(id)+"/"+action, url.Values{}); r.Code != http.StatusSeeOther {
		t.Fatalf("%s: got %d", action, r.Code)
	}
}

func (n *neighbour) counts(t *testing.T) map[comment.Status]int {
	t.Helper()
	counts, err := n.blog.Comments.Counts(context.Background(), account.Shell)
	if err != nil {
		t.Fatal(err)
	}
	return counts
}

func TestMentionIsShownAfterApproval(t *testing.T) {
	t.Parallel()
	n := newNeighbour(t, apptest.Options{Judge: apptest.Says(spam.Ham)})
	n.write("/note", note("Ada", "A fine boat."))
	n.mention(t, "/note")
	hasNot(t, n.blog.Get("/posts/boat").Body, "A fine boat.")
	has(t, n.mod.Get("/admin/queue").Body, "A fine boat.", "Ada", "always waits for a moderator", html.EscapeString(n.URL))
	n.decide(t, 1, "approve")
	host := strings.TrimPrefix(n.URL, "http://")
	has(t, n.blog.Get("/posts/boat").Body, "One reply", "A fine boat.",
		`<bdi>Ada</bdi></span> <span class="cited">mentioned this on <a class="u-url" href="`+n.URL+`/note" rel="nofollow ugc noopener"><bdi>`+host+`</bdi></a></span>`)
	has(t, n.blog.Get("/comments.xml").Body, "A fine boat.")
	n.mention(t, "/note")
	if got := n.counts(t); got[comment.Approved] != 1 || got[comment.Pending] != 0 {
		t.Errorf("the same again: %v", got)
	}
}

func TestMentionsOfEachKind(t *testing.T) {
	t.Parallel()
	n := newNeighbour(t, apptest.Options{Judge: apptest.Says(spam.Ham)})
	for i, class := range []string{"u-in-reply-to", "u-like-of", "u-repost-of"} {
		path := "/" + class
		n.write(path, `<div class="h-entry"><a class="p-author h-card" href="/">Bo</a><a class="`+class+`" href="`+boat+`">x</a></div>`)
		n.mention(t, path)
		n.decide(t, i+1, "approve")
	}
	page := n.blog.Get("/posts/boat").Body
	has(t, page, "replied on <a", "likes this on <a", "shared this on <a", "3 replies")
	hasNot(t, page, "mentioned this on", `class="said e-content"`)
}

// TestMentionsAreAlwaysSeenFirst: whatever the filter says, and whatever the policy.
func TestMentionsAreAlwaysSeenFirst(t *testing.T) {
	t.Parallel()
	for class, want := range map[spam.Class]comment.Status{
		spam.Ham: comment.Pending, spam.Unsure: comment.Pending, spam.Spam: comment.Spam,
	} {
		n := newNeighbour(t, apptest.Options{Judge: apptest.Says(class)})
		n.write("/note", note("Ada", "A fine boat."))
		n.mention(t, "/note")
		if got := n.counts(t); got[want] != 1 {
			t.Errorf("%s: got %v, want it %s", class, got, want)
		}
	}
}

// TestMentionIsJudgedByWhatItSays: that a page links, and where it is, is no sign.
func TestMentionIsJudgedByWhatItSays(t *testing.T) {
	t.Parallel()
	j := &listening{}
	n := newNeighbour(t, apptest.Options{Judge: j})
	n.write("/note", note("Ada", "A *fine* <b>boat</b>."))
	n.mention(t, "/note")
	if j.got.Author != "Ada" || j.got.Body != "A *fine* boat." || j.got.AuthorURL != "" || j.got.Title != "The boat" {
		t.Errorf("judged %+v", j.got)
	}
}

type listening struct{ got spam.Message }

func (l *listening) Judge(_ context.Context, m spam.Message) (spam.Verdict, error) {
	l.got = m
	return spam.Verdict{Class: spam.Ham}, nil
}

// fickle is a filter that can change its mind.
type fickle struct {
	mu    sync.Mutex
	class spam.Class
}

func (f *fickle) Judge(ctx context.Context, m spam.Message) (spam.Verdict, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return apptest.Says(f.class).Judge(ctx, m)
}

func (f *fickle) set(c spam.Class) { f.mu.Lock(); defer f.mu.Unlock(); f.class = c }

func TestMentionFollowsItsPage(t *testing.T) {
	t.Parallel()
	judge := &fickle{class: spam.Ham}
	n := newNeighbour(t, apptest.Options{Judge: judge})
	n.write("/note", note("Ada", "First."))
	n.mention(t, "/note")
	n.write("/note", note("Ada", "Second."))
	n.mention(t, "/note")
	has(t, n.mod.Get("/admin/queue").Body, "Second.")
	hasNot(t, n.mod.Get("/admin/queue").Body, "First.")
	n.decide(t, 1, "approve")

	n.write("/note", note("Ada B.", "Third."))
	n.mention(t, "/note")
	has(t, n.blog.Get("/posts/boat").Body, "Third.", "Ada B.")
	judge.set(spam.Unsure)
	n.write("/note", note("Ada", "Fourth."))
	n.mention(t, "/note")
	hasNot(t, n.blog.Get("/posts/boat").Body, "Third.", "Fourth.")
	has(t, n.mod.Get("/admin/queue").Body, "Fourth.")
	n.decide(t, 1, "approve")
	has(t, n.blog.Get("/posts/boat").Body, "Fourth.")

	n.write("/note", "<p>No link any more")
	n.mention(t, "/note")
	hasNot(t, n.blog.Get("/posts/boat").Body, "Fourth.")
	if got := n.counts(t); got[comment.Trash] != 1 {
		t.Errorf("got %v, want it in the trash", got)
	}
	n.write("/note", note("Ada", "Back again."))
	n.mention(t, "/note")
	if got := n.counts(t); got[comment.Pending] != 1 {
		t.Errorf("linked again: got %v, want it held anew", got)
	}
	n.decide(t, 2, "approve")
	n.write("/note", "")
	n.mention(t, "/note")
	hasNot(t, n.blog.Get("/posts/boat").Body, "Back again.")
}

// TestModeratorsWordOnAMentionStands: a page that was put away does not come back by
// being written anew.
func TestModeratorsWordOnAMentionStands(t *testing.T) {
	t.Parallel()
	for _, action := range []string{"spam", "trash"} {
		n := newNeighbour(t, apptest.Options{Judge: apptest.Says(spam.Ham)})
		n.write("/note", note("Ada", "First."))
		n.mention(t, "/note")
		n.decide(t, 1, action)
		n.write("/note", note("Ada", "Second."))
		n.mention(t, "/note")
		if got := n.counts(t); got[comment.Pending]+got[comment.Approved] != 0 {
			t.Errorf("%s: got %v", action, got)
		}
		n.write("/note", "")
		n.mention(t, "/note")
	}
}

func TestWebmentionThatComesToNothing(t *testing.T) {
	t.Parallel()
	n := newNeighbour(t, apptest.Options{Judge: apptest.Says(spam.Ham)})
	n.write("/none", "<p>Nothing here")
	n.write("/loop", `<a href="`+boat+`">x</a>`)
	n.mention(t, "/none")
	n.mention(t, "/missing")
	r := n.blog.Post("/webmention", url.Values{"source": {"http://127.0.0.1:1/note"}, "target": {boat}})
	if r.Code != http.StatusAccepted {
		t.Errorf("a private address: got %d; the answer must not tell what it is", r.Code)
	}
	if err := n.blog.ReceiveMentions(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := n.counts(t); len(got) != 0 && got[comment.Pending] != 0 {
		t.Errorf("got %v, want nothing", got)
	}
	has(t, n.blog.Log.String(), "webmention not taken", "does not link to the target", "not one to fetch from")
}

func TestWebmentionIsRefused(t *testing.T) {
	t.Parallel()
	b := open(t)
	const source = "https://other.example.org/note"
	for _, tt := range []struct{ name, source, target, want string }{
		{"nothing", "", "", "The source must be"},
		{"no address", "note", boat, "The source must be"},
		{"a mail address", "mailto:ada@example.org", boat, "The source must be"},
		{"a name and password", "https://a:b@other.example.org/", boat, "The source must be"},
		{"no target", source, "boat", "The target must be"},
		{"the same", boat, boat, "the same address"},
		{"the same, in other words", "HTTP://blog.example.org:80/posts/boat", boat, "the same address"},
		{"another site", source, "https://another.example.org/posts/boat", "not a post of this site"},
		{"another port", source, "http://blog.example.org:8080/posts/boat", "not a post of this site"},
		{"no such post", source, apptest.BaseURL + "/posts/none", "not a post of this site"},
		{"the front page", source, apptest.BaseURL + "/", "not a post of this site"},
		{"a page", source, apptest.BaseURL + "/about", "not a post of this site"},
		{"a closed post", source, apptest.BaseURL + "/posts/closed", "not a post of this site"},
		{"a post without comments", source, apptest.BaseURL + "/posts/quiet", "not a post of this site"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := b.Post("/webmention", url.Values{"source": {tt.source}, "target": {tt.target}})
			if r.Code != http.StatusBadRequest || !strings.Contains(r.Body, tt.want) || !strings.HasPrefix(r.Header.Get("Content-Type"), "text/plain") {
				t.Errorf("got %d %s %q, want 400 and %q", r.Code, r.Header.Get("Content-Type"), r.Body, tt.want)
			}
		})
	}
	for _, target := range []string{boat + "#comments", boat + "?utm=1", "https://blog.example.org/posts/boat", "http://BLOG.example.org:80/Posts/BOAT/"} {
		if r := b.Post("/webmention", url.Values{"source": {source + url.QueryEscape(target)}, "target": {target}}); r.Code != http.StatusAccepted {
			t.Errorf("%s: got %d %s, want 202", target, r.Code, r.Body)
		}
	}
}

func TestWebmentionForPeople(t *testing.T) {
	t.Parallel()
	b := open(t)
	c := b.Client()
	c.Header = http.Header{"Accept": {"text/html,*/*;q=0.8"}, "Origin": {"https://elsewhere.example.org"}, "Sec-Fetch-Site": {"cross-site"}}
	r := c.Post("/webmention", url.Values{"source": {`"><script>alert(1)</script>`}, "target": {boat}})
	if r.Code != http.StatusBadRequest {
		t.Errorf("got %d, want 400", r.Code)
	}
	has(t, r.Body, `role="alert"`, "The source must be", `value="`+boat+`"`, "&#34;&gt;&lt;script&gt;")
	r = c.Post("/webmention", url.Values{"source": {"https://other.example.org/note"}, "target": {boat}})
	if r.Code != http.StatusAccepted || r.Header.Get("Location") != "" {
		t.Errorf("got %d to %q, want 202 from a form of another site", r.Code, r.Header.Get("Location"))
	}
	has(t, r.Body, "Thank you", `content="noindex"`)
	has(t, b.Get("/webmention").Body, `action="/webmention"`, `name="target"`)
}

func TestWebmentionsAreLimited(t *testing.T) {
	t.Parallel()
	b := open(t)
	send := func(source string) int {
		return b.Post("/webmention", url.Values{"source": {source}, "target": {boat}}).Code
	}
	for range 30 {
		send("x")
	}
	r := b.Post("/webmention", url.Values{"source": {"https://other.example.org/note"}, "target": {boat}})
	if r.Code != http.StatusTooManyRequests || r.Header.Get("Retry-After") == "" {
		t.Errorf("got %d, Retry-After %q", r.Code, r.Header.Get("Retry-After"))
	}
	taken := 0
	for i := range 100 {
		b.Clock.Advance(3 * time.Second)
		if send("https://other.example.org/"+strconv.Itoa(i)) == http.StatusAccepted {
			taken++
		}
	}
	if taken < 60 || taken > 66 {
		t.Errorf("%d of one host were taken, want about 60 in five minutes", taken)
	}
	if got := send("https://third.example.org/"); got != http.StatusAccepted {
		t.Errorf("another host: got %d", got)
	}
}

func TestWebmentionIsAdvertised(t *testing.T) {
	t.Parallel()
	b := open(t)
	r := b.Get("/posts/boat")
	if got := r.Header.Get("Link"); got != `</webmention>; rel="webmention"` {
		t.Errorf("Link: got %q", got)
	}
	has(t, r.Body, `<link rel="webmention" href="/webmention">`, `action="/webmention"`, `name="target" value="`+boat+`"`)
	for _, path := range []string{"/", "/posts/closed", "/posts/quiet", "/about"} {
		r := b.Get(path)
		if r.Header.Get("Link") != "" || strings.Contains(r.Body, "/webmention") {
			t.Errorf("%s advertises", path)
		}
	}
	off := apptest.Open(t, apptest.Options{Content: notes(), Config: func(c *apptest.Config) { c.Webmention = "off" }})
	r = off.Get("/posts/boat")
	if r.Header.Get("Link") != "" || strings.Contains(r.Body, "/webmention") {
		t.Error("it advertises what is off")
	}
	if r := off.Post("/webmention", url.Values{"source": {"https://other.example.org"}, "target": {boat}}); r.Code != http.StatusNotFound && r.Code != http.StatusMethodNotAllowed {
		t.Errorf("off: got %d", r.Code)
	}
}

// TestHostilePagesAreHarmless: whatever a page has in whatever field, a reader and a
// moderator see it as text.
func TestHostilePagesAreHarmless(t *testing.T) {
	t.Parallel()
	payloads := []string{
		`<script>alert(1)</script>`, `&lt;script&gt;alert(1)&lt;/script&gt;`, `&lt;img src=x onerror=alert(1)&gt;`, `"&gt;&lt;svg onload=alert(1)&gt;`,
		`[x](javascript:alert(1))`, `![x](https://evil.example.com/x.png)`, `https://evil.example.com/ www.evil.example.com`, `**bold** _it_ ~~no~~ \x60code\x60`,
		"# heading", "> quote", "- list", "1. list", "| a | b |\n|---|---|\n| c | d |", "```\ncode\n```", "{{.Secret}} {% x %}", "&lt;/p&gt;&lt;/div&gt;&lt;h1&gt;", "&amp;lt;b&amp;gt;",
		"javascript:alert(1)", "\u202Eevil", "a&#0;b&#8;c",
	}
	n := newNeighbour(t, apptest.Options{Judge: apptest.Says(spam.Ham)})
	for i, p := range payloads {
		path := "/" + strconv.Itoa(i)
		n.write(path, `<title>`+p+`</title><div class="h-entry"><p class="p-author h-card"><a class="p-name u-url" href="`+p+`">`+p+`</a></p><p class="p-name">`+p+
			`</p><time class="dt-published" datetime="`+p+`"></time><a href="`+boat+`">boat</a><p class="e-content">`+p+` end</p></div>`)
		n.mention(t, path)
	}
	queue := n.mod.Get("/admin/queue").Body
	for i := range payloads {
		n.decide(t, i+1, "approve")
	}
	for name, page := range map[string]string{"post": n.blog.Get("/posts/boat").Body, "queue": queue, "feed": n.blog.Get("/comments.xml").Body} {
		hasNot(t, page, "<script>alert", "<img src=x", "<svg onload", `href="javascript:`, `src="https://evil`, `href="https://evil`, `href="http://www.evil`,
			"<strong>bold", "<em>it", "<h1>heading", "<td>c", "<blockquote>\n<p>quote", "<pre>", "\u202E", "\x00")
		if strings.Count(page, "end") < len(payloads)-1 {
			t.Errorf("%s: texts are missing", name)
		}
	}
	has(t, n.blog.Get("/posts/boat").Body, "**bold** _it_ ~~no~~", "[x](javascript:alert(1))", "&lt;img src=x onerror=alert(1)&gt;")
}

func TestSendingMentions(t *testing.T) {
	t.Parallel()
	m := fstest.MapFS{}
	n := newNeighbour(t, apptest.Options{Content: m, Config: func(c *apptest.Config) { c.Webmention = "both" }})
	n.write("/wm", `<link rel="webmention" href="/endpoint?x=1">`)
	n.write("/also", `<link rel="webmention" href="/endpoint?x=2">`)
	n.write("/plain", "<p>Nothing")
	links := func(paths ...string) string {
		var text strings.Builder
		for _, p := range paths {
			text.WriteString("[x](" + n.URL + p + ") ")
		}
		return text.String()
	}
	post := func(slug, date, text string) {
		m["posts/"+slug+".md"] = &fstest.MapFile{Data: []byte("---\ntitle: " + slug + "\ndate: " + date + "\n---\n" + text + "\n"), ModTime: n.blog.Clock.Now()}
	}
	expect := func(what string, want ...string) {
		t.Helper()
		if err := n.blog.Reload(); err != nil {
			t.Fatal(err)
		}
		if err := n.blog.SendMentions(t.Context()); err != nil {
			t.Fatal(err)
		}
		n.blog.Clock.Advance(3 * time.Minute)
		if err := n.blog.SendMentions(t.Context()); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range n.told {
			got = append(got, strings.TrimPrefix(f.Get("source"), apptest.BaseURL)+" "+strings.TrimPrefix(f.Get("target"), n.URL))
		}
		n.told = nil
		if strings.Join(got, ", ") != strings.Join(want, ", ") {
			t.Errorf("%s: told %q, want %q", what, got, want)
		}
	}
	post("old", "2026-01-01", links("/wm"))
	post("new", "2026-11-20", links("/wm", "/plain", "/wm")+"[own](/posts/old)")
	post("draft", "2026-11-20\ndraft: true", links("/wm"))
	post("later", "2026-11-22T13:00:00Z", links("/also"))
	expect("at the start", "/posts/new /wm")
	expect("again")
	post("new", "2026-11-20", "Other words "+links("/plain", "/wm"))
	expect("other words, the same links")
	post("new", "2026-11-20", links("/also"))
	expect("other links", "/posts/new /also", "/posts/new /wm")
	post("old", "2026-01-01", "Changed "+links("/wm"))
	expect("an old post that changes", "/posts/old /wm")
	n.blog.Clock.Advance(time.Hour)
	expect("a post that was scheduled", "/posts/later /also")
	delete(m, "posts/old.md")
	expect("a post that is gone", "/posts/old /wm")
}

// TestWebmentionOfAnyAddressOfAPost: a post has one thread, whatever address a page has of it.
func TestWebmentionOfAnyAddressOfAPost(t *testing.T) {
	t.Parallel()
	m := notes()
	m["site.toml"] = &fstest.MapFile{Data: []byte("title = \"Harbour Notes\"\npermalink = \"/:year/:month/:slug\"\n")}
	m["posts/mast.md"] = &fstest.MapFile{Data: []byte("---\ntitle: Mast\ndate: 2026-11-01\naliases: [/old/mast.html]\n---\nTall.\n")}
	n := newNeighbour(t, apptest.Options{Content: m, Judge: apptest.Says(spam.Ham)})
	for i, path := range []string{"/2026/11/mast", "/posts/mast", "/old/mast.html"} {
		target := apptest.BaseURL + path
		n.write("/"+strconv.Itoa(i), `<p>From here: <a href="`+target+`">mast</a></p>`)
		r := n.blog.Post("/webmention", url.Values{"source": {n.URL + "/" + strconv.Itoa(i)}, "target": {target}})
		if r.Code != http.StatusAccepted {
			t.Errorf("%s: got %d %s", path, r.Code, r.Body)
		}
	}
	if err := n.blog.ReceiveMentions(t.Context()); err != nil {
		t.Fatal(err)
	}
	queue, err := n.blog.Comments.Queue(t.Context(), account.Shell, comment.Pending, 0, 10)
	if err != nil || len(queue) != 3 {
		t.Fatalf("got %d, %v, want 3", len(queue), err)
	}
	for _, c := range queue {
		if c.Post != "mast" || c.Channel != comment.Webmention {
			t.Errorf("got a comment on %s by %q", c.Post, c.Channel)
		}
	}
}
