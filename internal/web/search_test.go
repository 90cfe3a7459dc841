package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"hamlet/internal/apptest"
)

// shelf is a blog with something to look for.
func shelf() fstest.MapFS {
	fsys := fstest.MapFS{
		"posts/bread.md": {Data: []byte("---\ntitle: Bread without kneading\ndate: 2026-10-01\ntags: [Baking]\n---\n" +
			"Flour, water and *salt*.\n\n## The oven\n\nAs hot as it gets, <b>with</b> steam & a lid.\n")},
		"posts/tea.md":   {Data: []byte("---\ntitle: Tea\ndate: 2026-10-02\n---\nWater, just off the boil.\n")},
		"posts/tokyo.md": {Data: []byte("---\ntitle: 東京の夏\ndate: 2026-10-03\n---\n東京タワーへ行きました。\n")},
		"posts/later.md": {Data: []byte("---\ntitle: Cake\ndate: 2026-12-24\n---\nIcing.\n")},
		"posts/draft.md": {Data: []byte("---\ntitle: Soup\ndate: 2026-10-04\ndraft: true\n---\nLeeks.\n")},
		"pages/about.md": {Data: []byte("---\ntitle: About the kitchen\n---\nIt is small.\n")},
	}
	for i := range 25 {
		fsys[fmt.Sprintf("posts/jam-%d.md", i)] = &fstest.MapFile{Data: fmt.Appendf(nil,
			"---\ntitle: Jam %d\ndate: 2026-09-%02d\n---\nSugar and fruit.\n", i, i+1)}
	}
	return fsys
}

func searchFor(q string) string { return "/search?" + url.Values{"q": {q}}.Encode() }

func TestSearchPage(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{Content: shelf()})
	for _, tt := range []struct {
		name, path string
		has, lacks []string
	}{
		{"a word", searchFor("oven"), []string{
			`One result.`, `<a href="/posts/bread">Bread without kneading</a>`, `<a href="/posts/bread#the-oven">The <mark>oven</mark></a>`,
			`value="oven"`, `<title>Search: oven`, `content="noindex"`, `role="search"`, `role="status"`,
		}, []string{`/posts/tea`, `rel="canonical"`}},
		{"in the text", searchFor("salt"), []string{`and <mark>salt</mark>.`}, nil},
		{"several", searchFor("water"), []string{`2 results.`, `/posts/bread`, `/posts/tea`}, []string{`class="pages"`}},
		{"phrase", searchFor(`"off the boil"`), []string{`One result.`, `<mark>off the boil</mark>`}, nil},
		{"beginning", searchFor("knead*"), []string{`<mark>kneading</mark>`}, nil},
		{"beginning of the last word", searchFor("without knea"), []string{`One result.`, `<mark>kneading</mark>`}, nil},
		{"a tag", searchFor("baking"), []string{`/posts/bread`}, nil},
		{"Japanese", searchFor("東京"), []string{`<mark>東京</mark>の夏`, `<mark>東京</mark>タワー`}, nil},
		{"a page", searchFor("kitchen"), []string{`<a href="/about">About the <mark>kitchen</mark></a>`}, nil},
		{"scheduled", searchFor("icing"), []string{`Nothing was found for <bdi>icing</bdi>.`}, []string{"Cake"}},
		{"draft", searchFor("leeks"), []string{`Nothing was found`}, []string{"Soup"}},
		{"some of the words", searchFor("salt tea"), []string{`Nothing has all of these words.`, `/posts/bread`, `/posts/tea`}, nil},
		{"nothing", searchFor("zebra"), []string{`Nothing was found for <bdi>zebra</bdi>.`, "Newest posts", `href="/posts/tokyo"`, `href="/tags/baking"`}, nil},
		{"no query", "/search", []string{`role="search"`, "Newest posts", "<title>Search"}, []string{"Nothing was found", " results."}},
		{"white space", searchFor(" \t\u3000"), []string{"Newest posts"}, []string{"Nothing was found"}},
		{"markup", searchFor(`"><script>alert(1)</script>`), []string{`&lt;script&gt;alert(1)&lt;/script&gt;`}, []string{"<script>alert"}},
		{"markup in a text", searchFor("steam"), []string{`with <mark>steam</mark> &amp; a lid`}, nil},
		{"NUL and what is not UTF-8", "/search?q=sa%00lt%ff", []string{`value="sa lt` + "\uFFFD" + `"`}, nil},
		{"badly escaped", "/search?q=%zz", []string{`role="search"`}, nil},
		{"too long", searchFor(strings.Repeat("salt ", 2000)), []string{"only the beginning of it counts", `<mark>salt</mark>`}, nil},
		{"too many words", searchFor("a b c d e f g h i j k l m n o p"), []string{"only the beginning of it counts"}, nil},
		{"first of pages", searchFor("jam"), []string{
			"25 results.", "Page 1 of 3", `<link rel="next" href="/search?page=2&amp;q=jam">`,
		}, []string{`rel="prev"`}},
		{"last of pages", searchFor("jam") + "&page=3", []string{"Page 3 of 3", `href="/search?page=2&amp;q=jam"`}, []string{`rel="next"`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := b.Get(tt.path)
			if r.Code != http.StatusOK || r.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("got %d, Cache-Control %q; want 200, no-store", r.Code, r.Header.Get("Cache-Control"))
			}
			for _, want := range tt.has {
				if !strings.Contains(r.Body, want) {
					t.Errorf("the page lacks %q:\n%s", want, r.Body)
				}
			}
			for _, bad := range tt.lacks {
				if strings.Contains(r.Body, bad) {
					t.Errorf("the page has %q:\n%s", bad, r.Body)
				}
			}
		})
	}
}

func TestSearchPageThatIsNot(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{Content: shelf()})
	for _, page := range []string{"0", "-1", "01", "x", "4", "99999999999999999999", "1e3"} {
		if got := b.Get(searchFor("jam") + "&page=" + page).Code; got != http.StatusNotFound {
			t.Errorf("page %s: got %d, want 404", page, got)
		}
	}
}

// TestSearchPart asks for what the script asks for: the same results, alone.
func TestSearchPart(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{Content: shelf()})
	for _, q := range []string{"water", "jam", "zebra", ""} {
		whole, part := b.Get(searchFor(q)), b.Get(searchFor(q)+"&part=results")
		if part.Code != http.StatusOK || strings.Contains(part.Body, "<html") || !strings.Contains(part.Body, `id="found"`) {
			t.Errorf("%q: got %d and\n%s", q, part.Code, part.Body)
		}
		if !strings.Contains(whole.Body, part.Body) {
			t.Errorf("%q: the page has other results than the part:\n%s", q, part.Body)
		}
	}
}

func TestSearchHead(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{Content: shelf()})
	r := b.Client().Do(httptest.NewRequestWithContext(t.Context(), http.MethodHead, apptest.BaseURL+searchFor("oven"), http.NoBody))
	if r.Code != http.StatusOK || r.Header.Get("Content-Type") != "text/html; charset=UTF-8" {
		t.Errorf("got %d, %q", r.Code, r.Header.Get("Content-Type"))
	}
}

// TestSearchIsNotLogged looks for the query in the log.
func TestSearchIsNotLogged(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{Content: shelf(), Config: func(c *apptest.Config) { c.AccessLog = "on" }})
	b.Get(searchFor("aneurysm"))
	if log := b.Log.String(); !strings.Contains(log, "route=/search") || strings.Contains(log, "aneurysm") {
		t.Errorf("the log should have the route and not the query:\n%s", log)
	}
}

func TestSearchIsLimited(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{Content: shelf()})
	for i := range 240 {
		if got := b.Get("/search?q=tea").Code; got != http.StatusOK {
			t.Fatalf("search %d: got %d, want 200", i+1, got)
		}
	}
	r := b.Get("/search?q=tea")
	if r.Code != http.StatusTooManyRequests || r.Header.Get("Retry-After") != "1" {
		t.Errorf("one too many: got %d, Retry-After %q; want 429, 1", r.Code, r.Header.Get("Retry-After"))
	}
	b.Clock.Advance(time.Second)
	if got := b.Get("/search?q=tea").Code; got != http.StatusOK {
		t.Errorf("a second later: got %d, want 200", got)
	}
}

func TestSearchScript(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{Content: shelf()})
	page := b.Get("/search").Body
	_, rest, ok := strings.Cut(page, `<script src="`)
	address, _, _ := strings.Cut(rest, `"`)
	if !ok || !strings.HasPrefix(address, "/static/search.js?v=") {
		t.Fatalf("the page does not load the script:\n%s", page)
	}
	r := b.Get(address)
	if r.Code != http.StatusOK || r.Header.Get("Content-Type") != "text/javascript; charset=utf-8" {
		t.Errorf("script: got %d, %q", r.Code, r.Header.Get("Content-Type"))
	}
	if strings.Contains(b.Get("/").Body, "search.js") {
		t.Error("a page without a search loads the script")
	}
}
