package site_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"hamlet/internal/content"
	"hamlet/internal/site"
)

// counted shows terms as "Name slug 3".
func counted(terms []*site.Term) string {
	var out []string
	for _, t := range terms {
		out = append(out, fmt.Sprintf("%s %s %d", t.Name, t.URL, t.Count))
	}
	return strings.Join(out, ", ")
}

func TestTaxonomies(t *testing.T) {
	t.Parallel()
	one, two := post("one", 5, "Bread"), post("two", 1, "BREAD", "salt")
	one.Categories, two.Categories = []string{"Food & Drink"}, []string{"ＦＯＯＤ drink", "Zoo"}
	one.Authors, two.Authors = []string{"Mara Lind"}, []string{"mara lind", "Åke Öst"}
	one.Series, two.Series = "Baking", "baking"
	s := build(two, one)
	for _, tt := range []struct {
		of   site.Taxonomy
		want string
	}{
		{site.Tags, "Bread /tags/bread 2, salt /tags/salt 1"},
		{site.Categories, "Food & Drink /categories/food-drink 2, Zoo /categories/zoo 1"},
		{site.Authors, "Åke Öst /authors/%C3%A5ke-%C3%B6st 1, Mara Lind /authors/mara-lind 2"},
		{site.Series, "Baking /series/baking 2"},
		{"colours", ""},
	} {
		if got := counted(s.Terms(tt.of)); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.of, got, tt.want)
		}
	}
	p := mustPost(t, s, "two")
	if got, want := counted(slices.Concat(p.Tags, p.Categories, p.By, p.Series)),
		"Bread /tags/bread 2, salt /tags/salt 1, Food & Drink /categories/food-drink 2, Zoo /categories/zoo 1, "+
			"Mara Lind /authors/mara-lind 2, Åke Öst /authors/%C3%A5ke-%C3%B6st 1, Baking /series/baking 2"; got != want {
		t.Errorf("of the post: got %s, want %s", got, want)
	}
	l, ok := s.Listed(site.Authors, "mara-lind", 1)
	if !ok || slugs(l.Posts) != "two one" || l.Term.Name != "Mara Lind" || l.URL != "/authors/mara-lind" {
		t.Errorf("list of an author: %+v, %v", l, ok)
	}
	if _, ok := s.Listed("colours", "red", 1); ok {
		t.Error("there is a list of another taxonomy")
	}
}

func TestTermsAreAsNewAsTheirPosts(t *testing.T) {
	t.Parallel()
	old, mid := post("old", 9, "t"), post("mid", 5, "t")
	old.Updated = day(2)
	term, ok := build(old, mid).Term(site.Tags, "t")
	if !ok || !term.Newest.Equal(day(2)) {
		t.Errorf("got %v, want the update of the old post", term.Newest)
	}
}

// TestAuthors: what site.toml says belongs to the author however the name is
// spelled.
func TestAuthors(t *testing.T) {
	t.Parallel()
	p := post("p", 1)
	p.Authors = []string{"MARA lind", "Tom Ashby"}
	lib := &content.Library{Posts: []*content.Post{p}}
	lib.Meta.Authors = map[string]content.Author{"Mara Lind": {URL: "https://mara.example.org", About: "Bakes."}}
	s := site.Build(lib, site.Options{Now: now})
	mara, tom := s.Terms(site.Authors)[0], s.Terms(site.Authors)[1]
	if mara.Link != "https://mara.example.org" || mara.About != "Bakes." || mara.URL != "/authors/mara-lind" {
		t.Errorf("got %+v", mara)
	}
	if tom.Link != "" || tom.About != "" {
		t.Errorf("got %+v, want nothing said", tom)
	}
}

func TestPinned(t *testing.T) {
	t.Parallel()
	var posts []*content.Post
	for i := range 6 {
		p := post(fmt.Sprint("p", i), i, "t")
		p.Pinned = i == 2 || i == 4
		posts = append(posts, p)
	}
	lib := &content.Library{Meta: content.Meta{PerPage: 3}, Posts: posts}
	s := site.Build(lib, site.Options{Now: now})
	for n, want := range []string{"p2 p4 p0", "p1 p3 p5"} {
		l, _ := s.Front(n + 1)
		if got := slugs(l.Posts); got != want {
			t.Errorf("page %d: got %s, want %s", n+1, got, want)
		}
	}
	if l, _ := s.Listed(site.Tags, "t", 1); slugs(l.Posts) != "p0 p1 p2" {
		t.Errorf("tag: got %s, want p0 p1 p2", slugs(l.Posts))
	}
	if p := mustPost(t, s, "p2"); p.Newer.Slug != "p1" || p.Older.Slug != "p3" || !p.Pinned {
		t.Error("a pinned post has not its place by date among its neighbours")
	}
}

func TestListURLs(t *testing.T) {
	t.Parallel()
	var posts []*content.Post
	for i := range 3 {
		p := post(fmt.Sprint("p", i), i, "t")
		p.Series = "S"
		posts = append(posts, p)
	}
	s := site.Build(&content.Library{Meta: content.Meta{PerPage: 1}, Posts: posts}, site.Options{Now: now})
	show := func(l site.List, _ bool) string {
		return strings.Join([]string{slugs(l.Posts), l.URL, l.NewerURL, l.OlderURL}, " ")
	}
	for _, tt := range []struct{ name, got, want string }{
		{"front", show(s.Front(1)), "p0 /  /page/2"},
		{"second", show(s.Front(2)), "p1 /page/2 / /page/3"},
		{"tag", show(s.Listed(site.Tags, "t", 2)), "p1 /tags/t/page/2 /tags/t /tags/t/page/3"},
		{"month", show(s.Archived(2026, time.June, 2)), "p1 /archive/2026/06/page/2 /archive/2026/06 /archive/2026/06/page/3"},
		{"series", show(s.Listed(site.Series, "s", 1)), "p2 /series/s /series/s/page/2 "},
		{"its end", show(s.Listed(site.Series, "s", 3)), "p0 /series/s/page/3  /series/s/page/2"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, tt.got, tt.want)
		}
	}
}

func TestArchive(t *testing.T) {
	t.Parallel()
	at := func(slug, date string) *content.Post {
		p := post(slug, 0)
		p.Date, _ = time.Parse(time.RFC3339, date)
		return p
	}
	lib := &content.Library{
		Meta: content.Meta{Zone: time.FixedZone("", 2*3600)},
		Posts: []*content.Post{
			at("new-year", "2025-12-31T22:30:00Z"), at("eve", "2025-12-31T21:59:59Z"),
			at("may-a", "2026-05-01T12:00:00Z"), at("may-b", "2026-05-20T12:00:00Z"), at("old", "1999-07-01T00:00:00Z"),
		},
	}
	s := site.Build(lib, site.Options{Now: now})
	var got []string
	for _, y := range s.Archive() {
		got = append(got, fmt.Sprint(y.Year, " ", y.Count, " ", y.URL))
		for _, m := range y.Months {
			got = append(got, fmt.Sprint(m.Month, " ", m.Count, " ", m.URL))
		}
	}
	want := []string{
		"2026 3 /archive/2026", "May 2 /archive/2026/05", "January 1 /archive/2026/01",
		"2025 1 /archive/2025", "December 1 /archive/2025/12", "1999 1 /archive/1999", "July 1 /archive/1999/07",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	for _, tt := range []struct {
		year, month int
		want        string // empty: no such page
	}{
		{2026, 0, "may-b may-a new-year"},
		{2026, 5, "may-b may-a"},
		{2026, 1, "new-year"},
		{2025, 12, "eve"},
		{2026, 2, ""},
		{2026, 13, ""},
		{2024, 0, ""},
		{0, 0, ""},
	} {
		l, ok := s.Archived(tt.year, time.Month(tt.month), 1)
		if got := slugs(l.Posts); got != tt.want || ok != (tt.want != "") {
			t.Errorf("%d-%d: got %s, %v, want %s", tt.year, tt.month, got, ok, tt.want)
		}
		if ok && (l.Year != tt.year || l.Month != time.Month(tt.month) || l.Term != nil) {
			t.Errorf("%d-%d: got a list of %d-%d", tt.year, tt.month, l.Year, l.Month)
		}
	}
}

func TestSeries(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		parts []int // by date, the oldest first
		want  string
	}{
		{"by date", []int{0, 0, 0}, "p0 1 of 3, p1 2 of 3, p2 3 of 3"},
		{"by number", []int{3, 1, 2}, "p1 1 of 3, p2 2 of 3, p0 3 of 3"},
		{"one is missing yet", []int{1, 2, 4}, "p0 1 of 4, p1 2 of 4, p2 4 of 4"},
		{"some numbered", []int{0, 1, 0, 2}, "p1 1 of 4, p3 2 of 4, p0 3 of 4, p2 4 of 4"},
		{"the same number", []int{2, 1, 2}, "p1 1 of 3, p0 2 of 3, p2 2 of 3"},
		{"alone", []int{0}, "p0 1 of 1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var posts []*content.Post
			for i, part := range tt.parts {
				p := post(fmt.Sprint("p", i), 9-i)
				p.Series, p.Part = "The pump", part
				posts = append(posts, p)
			}
			s := build(append(posts, post("other", 3))...)
			l, _ := s.Listed(site.Series, "the-pump", 1)
			var got []string
			var before *site.Post
			for i, p := range l.Posts {
				at, ok := s.Place(p)
				got = append(got, fmt.Sprintf("%s %d of %d", p.Slug, at.Part, at.Of))
				if !ok || at.Prev != before || i > 0 && l.Posts[i-1] != at.Prev || at.Term != l.Term || slugs(at.Posts) != slugs(l.Posts) {
					t.Errorf("%s: got %+v", p.Slug, at)
				}
				if last := i+1 == len(l.Posts); last != (at.Next == nil) || !last && at.Next != l.Posts[i+1] {
					t.Errorf("%s: next is %v", p.Slug, at.Next)
				}
				before = p
			}
			if got := strings.Join(got, ", "); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			if at, ok := s.Place(mustPost(t, s, "other")); ok {
				t.Errorf("a post in no series: got %+v", at)
			}
		})
	}
}
