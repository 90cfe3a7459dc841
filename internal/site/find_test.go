package site_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hamlet/internal/content"
	"hamlet/internal/site"
)

// found shows what Find says: "post SLUG", "to URL", "gone" or "nothing".
func found(s *site.Site, path string) string {
	f, ok := s.Find(path)
	switch {
	case !ok:
		return "nothing"
	case f.Gone && f.Post == nil && f.Redirect == "":
		return "gone"
	case f.Redirect != "" && f.Post == nil && !f.Gone:
		return "to " + f.Redirect
	case f.Post != nil && f.Redirect == "" && !f.Gone:
		return string(f.Post.Kind) + " " + f.Post.Slug
	}
	return fmt.Sprintf("%+v", f)
}

// moves is a blog some of whose posts were elsewhere once, or are no more.
func moves(permalink string) *site.Site {
	boat, cafe := post("boat", 10), post("café", 20)
	boat.Aliases = []string{"/2019/Old Boat.html", "/about", "/posts/café", "/removed"}
	boat.Dir, boat.Files = "posts/boat", []string{"posts/boat/hull.png"}
	cafe.Aliases = []string{"/2019/Old Boat.html", "/kaffee"}
	gone, expired := post("sunk", 30), post("fair", 40)
	gone.Gone, gone.Dir, gone.Files, gone.Aliases = true, "posts/sunk", []string{"posts/sunk/a.png"}, []string{"/wreck", "/kaffee"}
	expired.Expires = now
	draft, later := post("draft", 5), post("later", -5)
	draft.Draft, draft.Gone, draft.Aliases = true, true, []string{"/secret"}
	later.Aliases = []string{"/soon"}
	about := page("about", "About")
	about.Aliases = []string{"/us"}
	return site.Build(&content.Library{
		Meta:  content.Meta{Permalink: permalink},
		Posts: []*content.Post{boat, cafe, gone, expired, draft, later, about},
		Gone:  []string{"/removed", "/posts/boat", "/blog/2011/rené"},
	}, site.Options{BaseURL: "https://blog.example.org", Now: now})
}

func TestFind(t *testing.T) {
	t.Parallel()
	s := moves("")
	tests := []struct{ name, path, want string }{
		{"post", "/posts/boat", "post boat"},
		{"letters", "/posts/café", "post café"},
		{"decomposed", "/posts/cafe\u0301", "post café"},
		{"capitals", "/Posts/BOAT", "to /posts/boat"},
		{"capital letters of others", "/posts/CAFÉ", "to /posts/caf%C3%A9"},
		{"slash", "/posts/boat/", "to /posts/boat"},
		{"slashes", "/posts/boat//", "to /posts/boat"},
		{"page", "/about", "page about"},
		{"page in capitals", "/About/", "to /about"},
		{"page below posts", "/posts/about", "nothing"},
		{"alias", "/2019/Old Boat.html", "to /posts/boat"},
		{"alias in lower case", "/2019/old boat.html/", "to /posts/boat"},
		{"alias of two, the newer one", "/2019/Old Boat.html", "to /posts/boat"},
		{"alias of a page", "/us", "to /about"},
		{"alias that is gone too", "/removed", "to /posts/boat"},
		{"alias of what is gone and of another", "/kaffee", "to /posts/caf%C3%A9"},
		{"gone by front matter", "/posts/sunk", "gone"},
		{"gone, in capitals", "/posts/Sunk/", "gone"},
		{"its alias", "/wreck", "gone"},
		{"its file", "/posts/sunk/a.png", "gone"},
		{"below its alias", "/wreck/a.png", "nothing"},
		{"expired", "/posts/fair", "gone"},
		{"below a post without a bundle", "/posts/fair/x", "nothing"},
		{"gone by the list", "/blog/2011/rene\u0301", "gone"},
		{"draft, even if gone", "/posts/draft", "nothing"},
		{"alias of a draft", "/secret", "nothing"},
		{"scheduled", "/posts/later", "nothing"},
		{"alias of a scheduled post", "/soon", "nothing"},
		{"front page", "/", "nothing"},
		{"nothing", "", "nothing"},
		{"no slash", "posts/boat", "nothing"},
		{"not a path", "\xff/%zz", "nothing"},
		{"long", strings.Repeat("/a", 10_000), "nothing"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := found(s, tt.path); got != tt.want {
				t.Errorf("%s: got %s, want %s", tt.path, got, tt.want)
			}
		})
	}
}

func TestFindWithAPattern(t *testing.T) {
	t.Parallel()
	s := moves("/:year/:month/:slug")
	tests := []struct{ path, want string }{
		{"/2026/06/boat", "post boat"},
		{"/2026/06/BOAT/", "to /2026/06/boat"},
		{"/posts/boat", "to /2026/06/boat"},
		{"/Posts/Boat/", "to /2026/06/boat"},
		{"/posts/café", "to /2026/05/caf%C3%A9"},
		{"/2026/07/boat", "nothing"},
		{"/boat", "nothing"},
		{"/2026/05/sunk", "gone"},
		{"/posts/sunk", "gone"},
		{"/2026/05/sunk/a.png", "gone"},
		{"/2026/05/fair", "gone"},
		{"/2026/06", "nothing"},
		{"/2026/06/draft", "nothing"},
	}
	for _, tt := range tests {
		if got := found(s, tt.path); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.path, got, tt.want)
		}
	}
	for path, want := range map[string]string{
		"/2026/06/boat/hull.png": "posts/boat/hull.png", "/posts/boat/hull.png": "posts/boat/hull.png",
		"/2026/06/Boat/hull.png": "", "/boat/hull.png": "", "/2026/05/sunk/a.png": "", "/posts/sunk/a.png": "",
	} {
		if got, _ := s.File(path); got != want {
			t.Errorf("file %s: got %q, want %q", path, got, want)
		}
	}
	if got, want := mustPost(t, s, "boat").CommentsURL(), "/posts/boat/comments.xml"; got != want {
		t.Errorf("comments: got %s, want %s", got, want)
	}
}

// TestOneAddressTwice: content reports it; nothing may be lost.
func TestOneAddressTwice(t *testing.T) {
	t.Parallel()
	lib := &content.Library{
		Meta:  content.Meta{Permalink: "/:slug"},
		Posts: []*content.Post{post("about", 1), post("boat", 2), page("about", "About")},
	}
	s := site.Build(lib, site.Options{Now: now})
	for path, want := range map[string]string{
		"/about": "page about", "/posts/about": "post about", "/boat": "post boat", "/posts/boat": "to /boat",
	} {
		if got := found(s, path); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
	if p := mustPost(t, s, "about"); p.URL != "/posts/about" {
		t.Errorf("got %s", p.URL)
	}
}

func TestNextExpires(t *testing.T) {
	t.Parallel()
	fair, later := post("fair", 9, "t"), post("later", -9)
	fair.Expires, later.Expires = now.Add(time.Hour), now.AddDate(1, 0, 0)
	lib := &content.Library{Posts: []*content.Post{fair, later}}
	s := site.Build(lib, site.Options{Now: now})
	if got := s.Next(); !got.Equal(fair.Expires) {
		t.Fatalf("next: got %v, want when the fair is over", got)
	}
	before := s.Version
	s = site.Build(lib, site.Options{Now: s.Next()})
	if l, _ := s.Front(1); len(l.Posts) != 0 || len(s.Terms(site.Tags)) != 0 || found(s, "/posts/fair") != "gone" {
		t.Error("it is still there")
	}
	if s.Version == before || !s.Next().Equal(later.Date) {
		t.Errorf("next: got %v, want the next post", s.Next())
	}
	s = site.Build(lib, site.Options{Now: s.Next()})
	if !s.Next().Equal(later.Expires) {
		t.Errorf("next: got %v, want when the last one expires", s.Next())
	}
}

func TestDraft(t *testing.T) {
	t.Parallel()
	s := moves("/:year/:slug")
	tests := []struct{ ask, want string }{
		{"draft", "/2026/draft"},
		{"later", "/2026/later"},
		{"sunk", "/2026/sunk"},
		{"boat", ""}, // shown: it has a page of its own
		{"", ""},
		{"none", ""},
	}
	for _, tt := range tests {
		p, ok := s.Draft(content.KindPost, tt.ask)
		if ok != (tt.want != "") || ok && (p.URL != tt.want || p.Newer != nil || p.Older != nil) {
			t.Errorf("%s: got %+v, %v, want %s", tt.ask, p, ok, tt.want)
		}
	}
}

// TestDraftIsAWholePost: all that a page asks of a post works for a preview, and
// the blog does not learn of it.
func TestDraftIsAWholePost(t *testing.T) {
	t.Parallel()
	draft := post("draft", 5, "T", "unknown")
	draft.Draft, draft.Series, draft.Authors = true, "S", []string{"Mara Lind"}
	shown := post("shown", 1, "t")
	shown.Series, shown.Authors = "S", []string{"Mara Lind"}
	s := build(draft, shown)
	p, ok := s.Draft(content.KindPost, "draft")
	if !ok {
		t.Fatal("no draft")
	}
	if got, want := names(p.Tags)+names(p.By)+names(p.Series), "t"+"Mara Lind"+"S"; got != want {
		t.Errorf("terms: got %s, want %s", got, want)
	}
	if _, ok := s.Place(p); ok {
		t.Error("it has a place in a series")
	}
	if got := slugs(s.Related(p)); got != "" { // the only candidate is in its series
		t.Errorf("related: got %s", got)
	}
	if p.Stamp() == "" || p.Minutes() != 1 || s.Linked(p, "") == nil {
		t.Error("it is not whole")
	}
	if l, _ := s.Listed(site.Tags, "t", 1); l.Term.Count != 1 || slugs(l.Posts) != "shown" {
		t.Error("the blog learned of it")
	}
}

// TestEveryAddressIsFound: whatever the pattern and the slugs, a post is at its
// URL, nothing else is there, and what led to it before still does.
func TestEveryAddressIsFound(t *testing.T) {
	t.Parallel()
	patterns := []string{"", "/:slug", "/:year/:month/:day/:slug", "/:category/:slug", "/Blog/:author/:slug.html"}
	rapid.Check(t, func(t *rapid.T) {
		lib := &content.Library{Meta: content.Meta{Permalink: rapid.SampledFrom(patterns).Draw(t, "pattern")}}
		slugs := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-c日é]{1,2}`), 0, 12, rapid.ID[string]).Draw(t, "slugs")
		for i, slug := range slugs {
			p := post(slug, i)
			if rapid.Bool().Draw(t, "page") {
				p = page(slug, slug)
			}
			p.Categories, p.Authors = []string{"a"}, []string{"b"}
			p.Aliases = []string{"/old/" + slug}
			p.Dir, p.Files = "d/"+slug, []string{"d/" + slug + "/x.png"}
			lib.Posts = append(lib.Posts, p)
		}
		s := site.Build(lib, site.Options{Now: now})
		for _, p := range append(append([]*site.Post{}, s.Posts()...), s.Pages()...) {
			path := unescape(t, p.URL)
			if f, ok := s.Find(path); !ok || f.Post != p {
				t.Fatalf("%s: got %s", path, found(s, path))
			}
			if name, ok := s.File(path + "/x.png"); !ok || name != p.Files[0] {
				t.Fatalf("%s/x.png: got %s", path, name)
			}
			for _, other := range []string{path + "/", strings.ToUpper(path), "/old/" + p.Slug} {
				if got := found(s, other); other != path && got != "to "+p.URL {
					t.Fatalf("%s: got %s, want %s", other, got, p.URL)
				}
			}
		}
	})
}
