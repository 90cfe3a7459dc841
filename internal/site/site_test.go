package site_test

import (
	"flag"
	"fmt"
	"html/template"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"hamlet/internal/content"
	"hamlet/internal/markup"
	"hamlet/internal/site"
)

var update = flag.Bool("update", false, "write the golden files anew")

// now is when the tests take place.
var now = time.Date(2026, 6, 15, 12, 0, 0, 0, time.UTC)

// day is a date so many days before now.
func day(before int) time.Time { return now.AddDate(0, 0, -before) }

// post is a post dated so many days before now.
func post(slug string, before int, tags ...string) *content.Post {
	p := &content.Post{
		Kind: content.KindPost, Source: "posts/" + slug + ".md", Slug: slug, Title: "On " + slug,
		Date: day(before), Tags: tags, Comments: content.CommentsOn,
	}
	say(p, "<p>About "+slug+".</p>\n")
	return p
}

// say gives a post a text.
func say(p *content.Post, html string) {
	p.SetBody(markup.Rendered{HTML: template.HTML(html)})
}

func page(slug, title string) *content.Post {
	return &content.Post{Kind: content.KindPage, Source: "pages/" + slug + ".md", Slug: slug, Title: title}
}

func build(posts ...*content.Post) *site.Site {
	lib := &content.Library{Meta: content.Meta{Title: "Tests", Language: "en", Zone: time.UTC}, Posts: posts}
	return site.Build(lib, site.Options{BaseURL: "https://blog.example.org", Now: now})
}

func slugs(posts []*site.Post) string {
	var out []string
	for _, p := range posts {
		out = append(out, p.Slug)
	}
	return strings.Join(out, " ")
}

func mustPost(t *testing.T, s *site.Site, slug string) *site.Post {
	t.Helper()
	p, ok := s.Post(slug)
	if !ok {
		t.Fatalf("no post %s", slug)
	}
	return p
}

func TestNewestFirst(t *testing.T) {
	t.Parallel()
	s := build(post("old", 9), post("b", 5), post("new", 1), post("c", 5), post("a", 5))
	l, _ := s.Front(1)
	if got, want := slugs(l.Posts), "new a b c old"; got != want {
		t.Errorf("front page: got %s, want %s", got, want)
	}
	var forth, back []*site.Post
	for p := mustPost(t, s, "new"); p != nil; p = p.Older {
		forth = append(forth, p)
	}
	for p := mustPost(t, s, "old"); p != nil; p = p.Newer {
		back = append(back, p)
	}
	slices.Reverse(back)
	if got, want := slugs(forth), slugs(l.Posts); got != want {
		t.Errorf("by Older: got %s, want %s", got, want)
	}
	if got, want := slugs(back), slugs(l.Posts); got != want {
		t.Errorf("by Newer: got %s, want %s", got, want)
	}
}

// TestHidden: what is not shown is nowhere.
func TestHidden(t *testing.T) {
	t.Parallel()
	hidden := func(p *content.Post) *content.Post {
		p.Tags, p.Dir, p.Files = []string{"secret"}, "posts/x", []string{"posts/x/secret.png"}
		return p
	}
	draft, later := hidden(post("draft", 1)), hidden(post("later", -3))
	draft.Draft = true
	laterPage := hidden(page("plans", "Plans"))
	laterPage.Date = day(-2)
	laterDraft := post("much-later", -1)
	laterDraft.Draft = true
	due := post("due", 0)

	s := build(draft, later, laterPage, laterDraft, due, post("shown", 1))
	for _, slug := range []string{"draft", "later", "much-later", "plans"} {
		if _, ok := s.Post(slug); ok {
			t.Errorf("post %s is shown", slug)
		}
		if _, ok := s.Page(slug); ok {
			t.Errorf("page %s is shown", slug)
		}
		for name, d := range map[string]site.Document{"feed": rssOf(s), "sitemap": s.Sitemap()} {
			if strings.Contains(string(d.Body), "/"+slug) {
				t.Errorf("%s is in the %s", slug, name)
			}
		}
		for _, dir := range []string{"/posts/", "/"} {
			if name, ok := s.File(dir + slug + "/secret.png"); ok {
				t.Errorf("file %s of %s is shown", name, slug)
			}
		}
	}
	if l, _ := s.Front(1); slugs(l.Posts) != "due shown" {
		t.Errorf("front page: got %s, want due shown", slugs(l.Posts))
	}
	if got := s.Terms(site.Tags); len(got) > 0 {
		t.Errorf("tags: got %v, want none", got)
	}
	if got := s.Pages(); len(got) > 0 {
		t.Errorf("pages: got %s, want none", slugs(got))
	}
	if got, want := s.Next(), laterPage.Date; !got.Equal(want) {
		t.Errorf("next: got %v, want %v", got, want)
	}
	if p := mustPost(t, s, "due"); p.Newer != nil {
		t.Errorf("newer than due: got %s, want none", p.Newer.Slug)
	}
}

func TestNextAppears(t *testing.T) {
	t.Parallel()
	lib := &content.Library{Posts: []*content.Post{post("later", -3)}}
	s := site.Build(lib, site.Options{Now: now})
	s = site.Build(lib, site.Options{Now: s.Next()})
	mustPost(t, s, "later")
	if got := s.Next(); !got.IsZero() {
		t.Errorf("next: got %v, want none", got)
	}
}

func TestPaging(t *testing.T) {
	t.Parallel()
	tests := []struct {
		posts, page         int
		first, last         string // slugs; empty: no such page
		pages               int
		newerURL, olderURL  string
		tagNewer, tagsOlder string
	}{
		{posts: 1, page: 1, first: "p00", last: "p00", pages: 1},
		{posts: 10, page: 1, first: "p00", last: "p09", pages: 1},
		{posts: 10, page: 2},
		{posts: 11, page: 1, first: "p00", last: "p09", pages: 2, olderURL: "/page/2", tagsOlder: "/tags/t/page/2"},
		{posts: 11, page: 2, first: "p10", last: "p10", pages: 2, newerURL: "/", tagNewer: "/tags/t"},
		{
			posts: 21, page: 2, first: "p10", last: "p19", pages: 3,
			newerURL: "/", olderURL: "/page/3", tagNewer: "/tags/t", tagsOlder: "/tags/t/page/3",
		},
		{posts: 21, page: 3, first: "p20", last: "p20", pages: 3, newerURL: "/page/2", tagNewer: "/tags/t/page/2"},
		{posts: 21, page: 4},
		{posts: 21, page: 0},
		{posts: 21, page: -1},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("page %d of %d posts", tt.page, tt.posts), func(t *testing.T) {
			t.Parallel()
			var posts []*content.Post
			for i := range tt.posts {
				posts = append(posts, post(fmt.Sprintf("p%02d", i), i, "t"))
			}
			s := build(posts...)
			check := func(name string, l site.List, ok bool, newer, older string) {
				if got, want := ok, tt.first != ""; got != want {
					t.Fatalf("%s: there is such a page: got %v, want %v", name, got, want)
				}
				if !ok {
					return
				}
				got := fmt.Sprint(l.Posts[0].Slug, l.Posts[len(l.Posts)-1].Slug, l.Page, l.Pages, l.NewerURL, " ", l.OlderURL)
				want := fmt.Sprint(tt.first, tt.last, tt.page, tt.pages, newer, " ", older)
				if got != want {
					t.Errorf("%s: got %s, want %s", name, got, want)
				}
			}
			l, ok := s.Front(tt.page)
			check("front", l, ok, tt.newerURL, tt.olderURL)
			l, ok = s.Listed(site.Tags, "t", tt.page)
			check("tag", l, ok, tt.tagNewer, tt.tagsOlder)
			if ok && (l.Term == nil || l.Term.Count != tt.posts) {
				t.Errorf("tag: got %v, want a count of %d", l.Term, tt.posts)
			}
		})
	}
}

func TestBlogWithoutPosts(t *testing.T) {
	t.Parallel()
	s := site.Build(&content.Library{}, site.Options{BaseURL: "https://blog.example.org", Now: now})
	l, ok := s.Front(1)
	if !ok || len(l.Posts) != 0 || l.Page != 1 || l.Pages != 1 || l.Term != nil {
		t.Errorf("front page: got %+v, %v, want one empty page", l, ok)
	}
	if _, ok := s.Front(2); ok {
		t.Error("there is a page 2")
	}
	if s.Version == "" || s.Meta.Zone != time.UTC {
		t.Errorf("version %q, zone %v", s.Version, s.Meta.Zone)
	}
	readFeed(t, s)
}

func TestURLsAreEscaped(t *testing.T) {
	t.Parallel()
	s := build(post("naïve", 1, "日本"), post("a b?c#d%e", 2), page("о-нас", "О нас"))
	got := []string{
		mustPost(t, s, "naïve").URL, mustPost(t, s, "naïve").Tags[0].URL,
		mustPost(t, s, "a b?c#d%e").URL, s.Pages()[0].URL,
	}
	want := []string{
		"/posts/na%C3%AFve", "/tags/%E6%97%A5%E6%9C%AC",
		"/posts/a%20b%3Fc%23d%25e", "/%D0%BE-%D0%BD%D0%B0%D1%81",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	s := build(page("z", "about us"), page("a", "Zebras"), page("m", "Äpfel"), page("n", "Birds"), post("a", 1))
	if got, want := slugs(s.Pages()), "z m n a"; got != want {
		t.Errorf("by title: got %s, want %s", got, want)
	}
	p, ok := s.Page("a")
	if !ok || p.Title != "Zebras" || p.URL != "/a" || p.Newer != nil || p.Older != nil {
		t.Errorf("page a: got %+v, %v", p, ok)
	}
	if p := mustPost(t, s, "a"); p.URL != "/posts/a" {
		t.Errorf("post a is at %s", p.URL)
	}
	if _, ok := s.Post("z"); ok {
		t.Error("page z is among the posts")
	}
}

// TestOneSlugTwice: content reports it; what is served must still be sound.
func TestOneSlugTwice(t *testing.T) {
	t.Parallel()
	first, second := post("same", 5), post("same", 1)
	second.Title = "Another"
	s := build(first, second, post("other", 3))
	if got, want := mustPost(t, s, "same").Title, "On same"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if l, _ := s.Front(1); slugs(l.Posts) != "other same" {
		t.Errorf("front page: got %s, want other same", slugs(l.Posts))
	}
}

func TestFiles(t *testing.T) {
	t.Parallel()
	trip := post("our trip", 1)
	trip.Dir = "posts/trip"
	trip.Files = []string{"posts/trip/sea.jpg", "posts/trip/more/rene\u0301.png", "posts/tripod/leg.png"}
	about := page("about", "About")
	about.Dir, about.Files = "pages/us", []string{"pages/us/map.svg"}
	s := build(trip, about, post("plain", 2))
	tests := []struct{ path, want string }{
		{"/posts/our trip/sea.jpg", "posts/trip/sea.jpg"},
		{"/posts/our trip/more/ren\u00e9.png", "posts/trip/more/rene\u0301.png"},
		{"/posts/our trip/more/rene\u0301.png", "posts/trip/more/rene\u0301.png"},
		{"/about/map.svg", "pages/us/map.svg"},
		{"/posts/about/map.svg", ""},
		{"/our trip/sea.jpg", ""},
		{"/posts/trip/sea.jpg", ""},
		{"/posts/our trip/../our trip/sea.jpg", ""},
		{"/posts/our trip/", ""},
		{"/posts/our trip/leg.png", ""},
		{"/posts/plain/sea.jpg", ""},
		{"", ""},
	}
	for _, tt := range tests {
		got, ok := s.File(tt.path)
		if got != tt.want || ok != (tt.want != "") {
			t.Errorf("%s: got %q, %v, want %q", tt.path, got, ok, tt.want)
		}
	}
}

// golden compares with a file in testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("%s differs; if it is meant to, run with -update and look at the diff. Got:\n%s", path, got)
	}
}

// unescape is the path that a server sees.
func unescape(t interface{ Fatal(...any) }, address string) string {
	path, err := url.PathUnescape(address)
	if err != nil {
		t.Fatal(err)
	}
	return path
}
