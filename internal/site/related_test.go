package site_test

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"hamlet/internal/content"
	"hamlet/internal/markup"
	"hamlet/internal/search"
	"hamlet/internal/site"
)

func TestRelated(t *testing.T) {
	t.Parallel()
	pump, well := post("pump", 9, "water", "repairs"), post("well", 8, "water", "repairs")
	fair, bake := post("fair", 7, "news"), post("bake", 6, "news", "water")
	tap := post("tap", 5, "Water", "news")
	tap.Categories = []string{"How to"}
	pump.Categories = []string{"How to"}
	alone := post("alone", 4)
	s := build(pump, well, fair, bake, tap, alone)
	tests := []struct{ slug, want string }{
		{"pump", "tap well bake"}, // two each, as rare; then one
		{"tap", "pump bake fair well"},
		{"alone", ""},
	}
	for _, tt := range tests {
		if got := slugs(s.Related(mustPost(t, s, tt.slug))); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.slug, got, tt.want)
		}
	}
}

func TestRelatedAreNewestAtATie(t *testing.T) {
	t.Parallel()
	var posts []*content.Post
	for i := range 300 {
		posts = append(posts, post(fmt.Sprintf("p%03d", i), i, "t"))
	}
	s := build(posts...)
	if got, want := slugs(s.Related(mustPost(t, s, "p001"))), "p000 p002 p003 p004"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	got := s.Related(mustPost(t, s, "p200"))
	if len(got) != 4 || slices.ContainsFunc(got, func(p *site.Post) bool { return p.Slug == "p200" || p.Slug < "p149" }) {
		t.Errorf("got %s, want four from its time", slugs(got))
	}
	if got := slugs(s.Related(mustPost(t, s, "p299"))); !strings.HasPrefix(got, "p200 ") {
		t.Errorf("the last: got %s, want those before it", got)
	}
}

func TestRelatedAreNotTheSeries(t *testing.T) {
	t.Parallel()
	one, two, other := post("one", 3, "t"), post("two", 2, "t"), post("other", 1, "t")
	one.Series, two.Series, other.Series = "S", "s", "R"
	s := build(one, two, other)
	if got, want := slugs(s.Related(mustPost(t, s, "one"))), "other"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// indexed builds a site with a search index of its posts.
func indexed(posts ...*content.Post) *site.Site {
	lib := &content.Library{Posts: posts}
	return site.Build(lib, site.Options{BaseURL: "https://blog.example.org", Now: now, Index: search.Build(docs(posts))})
}

// docs are what the index knows of posts.
func docs(posts []*content.Post) iter.Seq[search.Doc] {
	return func(yield func(search.Doc) bool) {
		for _, p := range posts {
			if !yield(site.Doc(p)) {
				return
			}
		}
	}
}

func TestDoc(t *testing.T) {
	t.Parallel()
	p := post("p", 3, "bread")
	p.Title, p.Categories, p.Authors, p.Series = "Bread", []string{"Food"}, []string{"Mara Lind"}, "Baking"
	p.SetBody(markup.Rendered{Sections: []markup.Section{{Text: "Flour."}, {ID: "oven", Heading: "Oven", Text: "Hot."}}})
	got := fmt.Sprintf("%+v", site.Doc(p))
	want := fmt.Sprintf("%+v", search.Doc{
		ID: "post/p", Title: "Bread", Tags: []string{"bread", "Food", "Mara Lind", "Baking"}, Date: day(3),
		Sections: []search.Section{{Text: "Flour."}, {ID: "oven", Heading: "Oven", Text: "Hot."}},
	})
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	about, later := page("p", "About"), post("later", -1)
	s := build(p, about, later)
	for id, want := range map[string]string{
		"post/p": "/posts/p", "page/p": "/p", "post/later": "", "post/draft": "", "p": "", "": "", "tag/p": "",
	} {
		found, ok := s.ByID(id)
		if ok != (want != "") || ok && found.URL != want {
			t.Errorf("%s: got %v, want %s", id, found, want)
		}
	}
}

func TestSearchNeedsAnIndex(t *testing.T) {
	t.Parallel()
	if _, ok := build(post("p", 1)).Search("about", 0, 10); ok {
		t.Error("there is a search without an index")
	}
	if _, ok := indexed(post("p", 1)).Search("about", 0, 10); !ok {
		t.Error("there is no search")
	}
}

func TestNear(t *testing.T) {
	t.Parallel()
	var posts []*content.Post
	for i := range 3000 {
		posts = append(posts, post(fmt.Sprintf("%s-%s-%d", words[i%20], words[i/20%20], i), 9))
	}
	posts = append(posts, post("orchard-day", 5), post("the-old-pump", 4), post("pumpe", 3),
		post("村のポンプ", 2), post("деревенский-праздник", 1), page("how-to-visit", "Visit"))
	s := build(posts...)
	tests := []struct{ name, path, want string }{
		{"typing error", "/posts/orchrad-day", "orchard-day"},
		{"letter left out", "/posts/the-old-pmp", "the-old-pump"},
		{"other folder", "/2019/05/12/orchard-day.html", "orchard-day"},
		{"below a post", "/orchard-day/feed", "orchard-day"},
		{"half of it", "/posts/old-pump", "the-old-pump"},
		{"spelled otherwise", "/posts/Orchard_Day", "orchard-day"},
		{"Japanese", "/posts/村のポンブ", "村のポンプ"},
		{"Russian", "/блог/деревенский-празник", "деревенский-праздник"},
		{"page", "/howto-visit", "how-to-visit"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := s.Near(tt.path, 3)
			if len(got) == 0 || got[0].Slug != tt.want || len(got) > 3 {
				t.Errorf("got %s, want %s first", slugs(got), tt.want)
			}
			for i, p := range s.Near(tt.path, 3) {
				if p != got[i] {
					t.Errorf("asked again: another answer")
				}
			}
		})
	}
	for _, path := range []string{"", "/", "/wp-login.php", "/.env", "/posts/", "/zzzzzz", "/2019/05", "/\xff\xfe", strings.Repeat("/", 5000)} {
		if got := s.Near(path, 3); len(got) > 0 {
			t.Errorf("%q: got %s, want nothing", path, slugs(got))
		}
	}
	if got := s.Near("/posts/orchard-da", 0); len(got) > 0 {
		t.Errorf("of none: got %s", slugs(got))
	}
	s.Near("/"+strings.Repeat("orchard-day-", 5000), 3)
}

func TestMinutes(t *testing.T) {
	t.Parallel()
	for words, want := range map[int]int{0: 1, 1: 1, 220: 1, 329: 1, 330: 2, 440: 2, 2200: 10} {
		p := post("p", 1)
		p.SetBody(markup.Rendered{Words: words})
		if got := mustPost(t, build(p), "p").Minutes(); got != want {
			t.Errorf("%d words: got %d, want %d", words, got, want)
		}
	}
}

func TestContents(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name            string
		mode            content.TOCMode
		words, headings int
		want            int
	}{
		{"long", content.TOCAuto, 601, 3, 3},
		{"not said", "", 601, 3, 3},
		{"short", content.TOCAuto, 600, 9, 0},
		{"few headings", content.TOCAuto, 9000, 2, 0},
		{"asked for", content.TOCOn, 10, 1, 1},
		{"asked for, and nothing to show", content.TOCOn, 10, 0, 0},
		{"refused", content.TOCOff, 9000, 90, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := post("p", 1)
			p.TOC = tt.mode
			p.SetBody(markup.Rendered{Words: tt.words, Headings: make([]markup.Heading, tt.headings)})
			if got := mustPost(t, build(p), "p").Contents(); len(got) != tt.want {
				t.Errorf("got %d headings, want %d", len(got), tt.want)
			}
		})
	}
}

// kitchen is a blog with an index.
func kitchen() *site.Site {
	text := func(p *content.Post, words string) *content.Post {
		p.SetBody(markup.Rendered{Sections: []markup.Section{{Text: words}}})
		return p
	}
	draft, later := text(post("draft", 1), "sourdough in secret"), text(post("later", -1), "sourdough tomorrow")
	draft.Draft = true
	return indexed(
		text(post("loaf", 9), "A sourdough loaf wants a hot oven, flour, water, salt and patience. The starter rises overnight."),
		text(post("rolls", 8), "Rolls of sourdough: flour, salt, a hot oven, and a starter that rises while you sleep overnight."),
		text(post("boat", 7), "The hull is tarred in spring, before the harbour fills with visitors and their dogs."),
		text(post("tar", 6), "Tarred ropes last a spring longer in the harbour than any hull."),
		text(page("bread", "Bread"), "All about sourdough: starter, flour and oven."),
		draft, later,
	)
}

func TestSearchFindsWhatIsShown(t *testing.T) {
	t.Parallel()
	s := kitchen()
	r, ok := s.Search("sourdough", 0, 10)
	if !ok || r.Total != 3 || len(r.Hits) != 3 {
		t.Fatalf("got %+v, %v, want two posts and a page", r, ok)
	}
	var urls []string
	for _, h := range r.Hits {
		p, ok := s.ByID(h.ID)
		if !ok || len(h.Extract) == 0 {
			t.Fatalf("got %+v", h)
		}
		urls = append(urls, p.URL)
	}
	slices.Sort(urls)
	if got, want := strings.Join(urls, " "), "/bread /posts/loaf /posts/rolls"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if r, _ := s.Search("sourdough", 2, 1); r.Total != 3 || len(r.Hits) != 1 {
		t.Errorf("third page of one: got %d of %d", len(r.Hits), r.Total)
	}
}

// TestRelatedByWords: posts without a common tag, of which one says the same.
func TestRelatedByWords(t *testing.T) {
	t.Parallel()
	s := kitchen()
	for slug, want := range map[string]string{"loaf": "rolls", "boat": "tar"} {
		got := s.Related(mustPost(t, s, slug))
		if len(got) == 0 || got[0].Slug != want {
			t.Errorf("%s: got %s, want %s first", slug, slugs(got), want)
		}
		for _, p := range got {
			if p.Kind != content.KindPost || p.Slug == slug || p.Slug == "later" || p.Slug == "draft" {
				t.Errorf("%s: got %s", slug, p.URL)
			}
		}
	}
}
