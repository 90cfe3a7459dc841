package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"hamlet/internal/apptest"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// notes is a blog of twelve short posts and a few special ones.
func notes() fstest.MapFS {
	m := fstest.MapFS{
		"site.toml":             {Data: []byte("title = \"Harbour Notes\"\ndescription = \"Letters from the quay\"\n")},
		"pages/about.md":        {Data: []byte("---\ntitle: About us\n---\nWe live here.\n")},
		"posts/café.md":         {Data: []byte("---\ntitle: Café au port\ndate: 2026-11-02\nauthors: [Mara, Per]\ntags: [Été]\n---\nBonjour.\n")},
		"posts/closed.md":       {Data: []byte("---\ntitle: Closed\ndate: 2026-11-01\ncomments: closed\n---\nNo more.\n")},
		"posts/quiet.md":        {Data: []byte("---\ntitle: Quiet\ndate: 2026-10-31\ncomments: off\n---\nHush.\n")},
		"posts/boat/index.md":   {Data: []byte("---\ntitle: The boat\ndate: 2026-11-03\ntags: [Boats]\n---\nA *boat*.\n\n## Its bell\n\nGreen.\n")},
		"posts/boat/bell.png":   {Data: []byte("\x89PNG\r\n\x1a\n0123456789"), ModTime: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)},
		"posts/boat/log.txt":    {Data: []byte(strings.Repeat("Wind from the north-east.\n", 100))},
		"posts/boat/plan.svg":   {Data: []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`)},
		"posts/boat/trick.html": {Data: []byte(`<script>alert(1)</script>`)},
	}
	for _, n := range []string{"01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"} {
		m["posts/note-"+n+".md"] = &fstest.MapFile{Data: []byte("---\ntitle: Note " + n + "\ndate: 2026-10-" + n + "\ntags: [Boats]\n---\nShort.\n")}
	}
	return m
}

func open(tb testing.TB) *apptest.Blog {
	tb.Helper()
	return apptest.Open(tb, apptest.Options{Content: notes(), Judge: apptest.Says(spam.Ham)})
}

func TestPagesAndRedirects(t *testing.T) {
	t.Parallel()
	b := open(t)
	tests := []struct {
		name, target string
		want         int
		header, part string // part of the header, or of the body if header is empty
	}{
		{"front page", "/", 200, "", `<h1 class="name">`},
		{"second page", "/page/2", 200, "", "Page 2 of 2"},
		{"first page by number", "/page/1", 301, "Location", "/"},
		{"no such page", "/page/3", 404, "", "Page not found"},
		{"page zero", "/page/0", 404, "", ""},
		{"page with a zero in front", "/page/02", 404, "", ""},
		{"no number", "/page/two", 404, "", ""},
		{"post", "/posts/boat", 200, "", `<h1 class="p-name">The boat</h1>`},
		{"post is canonical", "/posts/boat", 200, "", `<link rel="canonical" href="http://blog.example.org/posts/boat">`},
		{"byline", "/posts/caf%C3%A9", 200, "", `by <a class="p-author h-card" href="/authors/mara" rel="author">Mara</a>, <a `},
		{"date", "/posts/boat", 200, "", `<time class="dt-published" datetime="2026-11-03T`},
		{"escaped in lower case", "/posts/caf%c3%a9", 301, "Location", "/posts/caf%C3%A9"},
		{"decomposed", "/posts/cafe%CC%81", 301, "Location", "/posts/caf%C3%A9"},
		{"needlessly escaped", "/posts/bo%61t", 301, "Location", "/posts/boat"},
		{"upper case", "/posts/BOAT", 301, "Location", "/posts/boat"},
		{"upper case, other script", "/posts/CAF%C3%89?a=1", 301, "Location", "/posts/caf%C3%A9?a=1"},
		{"slash at the end", "/posts/boat/", 301, "Location", "/posts/boat"},
		{"no such post", "/posts/none", 404, "", "What is new here"},
		{"escaped slash", "/posts/boat%2Fbell.png", 404, "", ""},
		{"tag", "/tags/boats", 200, "", "13 posts"},
		{"tag, second page", "/tags/boats/page/2", 200, "", "Page 2 of 2"},
		{"tag, first page by number", "/tags/boats/page/1", 301, "Location", "/tags/boats"},
		{"tag in upper case", "/tags/Boats", 301, "Location", "/tags/boats"},
		{"tag past the end", "/tags/boats/page/3", 404, "", ""},
		{"no such tag", "/tags/none", 404, "", ""},
		{"all tags", "/tags", 200, "", "Été"},
		{"page", "/about", 200, "", `<h1 class="p-name">About us</h1>`},
		{"page in the menu", "/about", 200, "", `<a href="/about" aria-current="page">`},
		{"page in upper case", "/About", 301, "Location", "/about"},
		{"no such page of its own", "/none", 404, "", ""},
		{"posts", "/posts", 302, "Location", "/"},
		{"feed", "/feed.xml", 200, "Content-Type", "xml"},
		{"sitemap", "/sitemap.xml", 200, "Content-Type", "xml"},
		{"robots", "/robots.txt", 200, "Content-Type", "text/plain"},
		{"privacy", "/privacy", 200, "", "<h1>Privacy</h1>"},
		{"favicon", "/favicon.ico", 200, "Content-Type", "image/x-icon"},
		{"form's address in the address bar", "/posts/boat/comments", 303, "Location", "/posts/boat#respond"},
		{"picture", "/posts/boat/bell.png", 200, "Content-Type", "image/png"},
		{"source of a post", "/posts/boat/index.md", 404, "", ""},
		{"outside the bundle", "/posts/boat/../closed.md", 404, "", ""},
		{"outside the bundle, escaped", "/posts/boat/%2e%2e/closed.md", 404, "", ""},
		{"a NUL", "/posts/boat/%00", 404, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := b.Get(tt.target)
			got := r.Body
			if tt.header != "" {
				got = r.Header.Get(tt.header)
			}
			if r.Code != tt.want || !strings.Contains(got, tt.part) {
				t.Errorf("GET %s: got %d, %s %.2000s\nwant %d with %q", tt.target, r.Code, tt.header, got, tt.want, tt.part)
			}
			if tt.header == "Location" && got != tt.part {
				t.Errorf("GET %s leads to %s, want %s", tt.target, got, tt.part)
			}
		})
	}
}

func TestNeighbours(t *testing.T) {
	t.Parallel()
	page := open(t).Get("/posts/caf%C3%A9").Body
	for _, want := range []string{`<a href="/posts/closed" rel="prev">Closed</a>`, `<a href="/posts/boat" rel="next">The boat</a>`} {
		if !strings.Contains(page, want) {
			t.Errorf("page lacks %s", want)
		}
	}
}

// request is a request of a client that sends headers of its own.
func request(b *apptest.Blog, method, target string, header ...string) *apptest.Response {
	r := httptest.NewRequest(method, apptest.BaseURL+target, http.NoBody)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return b.Client().Do(r)
}

func TestRevalidation(t *testing.T) {
	t.Parallel()
	b := open(t)
	for _, target := range []string{"/", "/posts/boat", "/tags/boats", "/about", "/privacy", "/feed.xml", "/posts/boat/bell.png"} {
		t.Run(target, func(t *testing.T) {
			t.Parallel()
			first := b.Get(target)
			tag := first.Header.Get("Etag")
			if tag == "" || first.Header.Get("Cache-Control") != "public, max-age=0, must-revalidate" {
				t.Fatalf("got ETag %q, Cache-Control %q", tag, first.Header.Get("Cache-Control"))
			}
			for _, known := range []string{tag, `"other", ` + tag, "*"} {
				if again := request(b, "GET", target, "If-None-Match", known); again.Code != 304 || again.Body != "" {
					t.Errorf("If-None-Match %s: got %d with %d bytes, want 304", known, again.Code, len(again.Body))
				}
			}
			if other := request(b, "GET", target, "If-None-Match", `W/"other"`); other.Code != 200 {
				t.Errorf("another ETag: got %d, want 200", other.Code)
			}
			if head := request(b, "HEAD", target); head.Code != 200 || head.Header.Get("Etag") != tag {
				t.Errorf("HEAD: got %d, ETag %q, want 200, %q", head.Code, head.Header.Get("Etag"), tag)
			}
		})
	}
}

func TestFeedReadersThatAskByDate(t *testing.T) {
	t.Parallel()
	b := open(t)
	modified := b.Get("/feed.xml").Header.Get("Last-Modified")
	if r := request(b, "GET", "/feed.xml", "If-Modified-Since", modified); r.Code != 304 {
		t.Errorf("asked with the date given: got %d, want 304", r.Code)
	}
	if r := request(b, "GET", "/feed.xml", "If-Modified-Since", "Mon, 02 Jan 2006 15:04:05 GMT"); r.Code != 200 {
		t.Errorf("asked with an old date: got %d, want 200", r.Code)
	}
	if r := request(b, "GET", "/feed.xml", "If-Modified-Since", modified, "If-None-Match", `"old"`); r.Code != 200 {
		t.Errorf("asked with both, the tag old: got %d, want 200", r.Code)
	}
}

func TestCompression(t *testing.T) {
	t.Parallel()
	b := open(t)
	tests := []struct{ target, accept, want string }{
		{"/posts/boat", "gzip, br", "br"},
		{"/posts/boat", "gzip", "gzip"},
		{"/posts/boat", "gzip;q=0", ""},
		{"/posts/boat", "", ""},
		{"/none", "gzip", "gzip"}, // made for this request alone
		{"/feed.xml", "br", "br"},
		{"/posts/boat/bell.png", "gzip, br", ""},
		{"/posts/boat/log.txt", "gzip, br", ""}, // ranges and the strong ETag count the file's own bytes
	}
	for _, tt := range tests {
		r := request(b, "GET", tt.target, "Accept-Encoding", tt.accept)
		if got := r.Header.Get("Content-Encoding"); got != tt.want {
			t.Errorf("%s for %q: got encoding %q, want %q", tt.target, tt.accept, got, tt.want)
		}
		if !strings.Contains(strings.Join(r.Header.Values("Vary"), ","), "Accept-Encoding") {
			t.Errorf("%s: no Vary: Accept-Encoding", tt.target)
		}
	}
}

func TestBundleFilesCannotRun(t *testing.T) {
	t.Parallel()
	b := open(t)
	svg := b.Get("/posts/boat/plan.svg")
	if got := svg.Header.Get("Content-Security-Policy"); !strings.Contains(got, "sandbox") || strings.Contains(got, "allow-scripts") {
		t.Errorf("policy of an SVG: got %q, want a sandbox", got)
	}
	if got := svg.Header.Get("Content-Type"); got != "image/svg+xml" {
		t.Errorf("type of an SVG: got %q", got)
	}
	html := b.Get("/posts/boat/trick.html")
	if html.Header.Get("Content-Type") != "application/octet-stream" || html.Header.Get("Content-Disposition") != "attachment" {
		t.Errorf("HTML: got %s, %q, want it only to be saved", html.Header.Get("Content-Type"), html.Header.Get("Content-Disposition"))
	}
	if html.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Error("HTML: no nosniff")
	}
}

func TestBundleFileRange(t *testing.T) {
	t.Parallel()
	b := open(t)
	r := request(b, "GET", "/posts/boat/bell.png", "Range", "bytes=8-11", "Accept-Encoding", "gzip")
	if r.Code != 206 || r.Body != "0123" || r.Header.Get("Content-Range") != "bytes 8-11/18" {
		t.Errorf("got %d %q %q, want 206, bytes 8 to 11", r.Code, r.Body, r.Header.Get("Content-Range"))
	}
}

func TestHeadersOfEveryAnswer(t *testing.T) {
	t.Parallel()
	b := open(t)
	for _, target := range []string{"/", "/posts/boat", "/none", "/feed.xml", "/page/1", "/static/style.css", "/admin/login"} {
		h := b.Get(target).Header
		for name, part := range map[string]string{
			"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff",
			"Referrer-Policy": "origin", "Permissions-Policy": "camera=()", "Cross-Origin-Opener-Policy": "same-origin",
		} {
			if got := h.Get(name); !strings.Contains(got, part) || strings.Contains(got, "unsafe") {
				t.Errorf("%s: %s: got %q, want %q in it", target, name, got, part)
			}
		}
		if h.Get("Set-Cookie") != "" && target != "/admin/login" {
			t.Errorf("%s sets a cookie: %q", target, h.Get("Set-Cookie"))
		}
	}
}

func TestPagesHaveNothingInline(t *testing.T) {
	t.Parallel()
	b := open(t)
	b.MustComment(comment.Submission{Post: "boat", Author: "Ada", Body: "Hello"})
	for _, target := range []string{"/", "/posts/boat", "/none", "/privacy", "/tags", "/tags/boats", "/archive", "/about", "/posts/boat?reply=1"} {
		// JSON-LD is data: nothing runs it.
		page := strings.ReplaceAll(b.Get(target).Body, `<script type="application/ld+json">`, "")
		page = strings.ReplaceAll(page, `<script src="/static/`, "")
		for _, bad := range []string{"<script", "<style", " style=", " onclick=", "javascript:"} {
			if strings.Contains(page, bad) {
				t.Errorf("%s has %s", target, bad)
			}
		}
		if n := strings.Count(page, "<h1"); n != 1 {
			t.Errorf("%s has %d h1, want 1", target, n)
		}
	}
}

func TestRightToLeftBlog(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string]string{
		"he": `lang="he" dir="rtl"`, "fa-IR": `lang="fa-IR" dir="rtl"`, "de": `lang="de" dir="ltr"`,
		"az-Arab": `lang="az-Arab" dir="rtl"`, "uz": `lang="uz" dir="ltr"`,
	} {
		b := apptest.Open(t, apptest.Options{Content: fstest.MapFS{
			"site.toml": {Data: []byte("title = \"x\"\nlanguage = \"" + lang + "\"\n")},
		}})
		if page := b.Get("/").Body; !strings.Contains(page, want) {
			t.Errorf("language %s: page lacks %s", lang, want)
		}
	}
}

func TestRateSetting(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{
		Content: notes(), Judge: apptest.Says(spam.Ham),
		Config: func(c *apptest.Config) { c.CommentRate = "1/h"; c.TrustedProxies = []string{"192.0.2.0/24"} },
	})
	for i, tt := range []struct {
		client string
		want   int
	}{
		{"203.0.113.1", 303},
		{"203.0.113.1", 429},
		{"6.6.6.6, 203.0.113.1", 429},
		{"203.0.113.2", 303},
		{"2001:db8::1", 303},
		{"2001:db8::2", 429},
		{"2001:db8:0:1::1", 303},
	} {
		c := b.Client()
		c.Header = http.Header{"X-Forwarded-For": {tt.client}}
		if got := c.Post("/posts/boat/comments", fill("Ada", "Hello")); got.Code != tt.want {
			t.Errorf("comment %d from %s: got %d, want %d", i+1, tt.client, got.Code, tt.want)
		}
	}
}
