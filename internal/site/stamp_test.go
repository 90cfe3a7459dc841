package site_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"hamlet/internal/content"
	"hamlet/internal/markup"
	"hamlet/internal/site"
)

// street is a blog of eight posts: b and c share a rare tag, and f and g are a
// series.
func street(change func(map[string]*content.Post)) *site.Site {
	posts := map[string]*content.Post{}
	for i, slug := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		p := post(slug, i)
		p.Sum = slug
		posts[slug] = p
	}
	posts["b"].Tags, posts["c"].Tags, posts["e"].Tags = []string{"rare"}, []string{"rare"}, []string{"other"}
	posts["f"].Series, posts["g"].Series = "S", "S"
	about := page("about", "About")
	change(posts)
	lib := &content.Library{Meta: content.Meta{Title: "Street", PerPage: 4}, Posts: []*content.Post{about}}
	for _, p := range posts {
		lib.Posts = append(lib.Posts, p)
	}
	slices.SortFunc(lib.Posts, func(a, b *content.Post) int { return strings.Compare(a.Source, b.Source) })
	return site.Build(lib, site.Options{BaseURL: "https://blog.example.org", Now: now})
}

// stamps are those of all pages, by URL.
func stamps(s *site.Site) map[string]string {
	all := map[string]string{
		"/archive": s.ArchiveStamp(), "/feed.xml": s.FeedStamp(site.Scope{}), "/privacy": s.FrameStamp(),
		"/tags": s.Stamp(site.Tags), "/tags/rare/feed.xml": s.FeedStamp(site.Scope{Taxonomy: site.Tags, Slug: "rare"}),
	}
	for _, p := range slices.Concat(s.Posts(), s.Pages()) {
		all[p.URL] = p.Stamp()
	}
	pages := []func(int) (site.List, bool){s.Front}
	for _, t := range site.Taxonomies() {
		for _, term := range s.Terms(t) {
			pages = append(pages, func(n int) (site.List, bool) { return s.Listed(t, term.Slug, n) })
		}
	}
	for _, page := range pages {
		for n := 1; ; n++ {
			l, ok := page(n)
			if !ok {
				break
			}
			all[l.URL] = l.Stamp()
		}
	}
	return all
}

// TestStampsChangeWithTheirPage: what must be made anew when a post is edited,
// and all else that need not.
func TestStampsChangeWithTheirPage(t *testing.T) {
	t.Parallel()
	before := stamps(street(func(map[string]*content.Post) {}))
	tests := []struct {
		name   string
		change func(map[string]*content.Post)
		want   string // URLs with another stamp
	}{
		{"nothing", func(map[string]*content.Post) {}, ""},
		{"a text", func(p map[string]*content.Post) { p["c"].Sum += "x" }, "/ /feed.xml /posts/c /tags/rare /tags/rare/feed.xml"},
		{
			"a title", func(p map[string]*content.Post) { p["c"].Sum += "x"; p["c"].Title = "New" },
			"/ /feed.xml /posts/b /posts/c /posts/d /tags/rare /tags/rare/feed.xml",
		},
		{
			"a title in a series", func(p map[string]*content.Post) { p["g"].Sum += "x"; p["g"].Title = "New" },
			"/feed.xml /page/2 /posts/f /posts/g /posts/h /series/s",
		},
		{
			"a place in a series", func(p map[string]*content.Post) { p["f"].Sum += "x"; p["f"].Part = 3 },
			"/feed.xml /page/2 /posts/f /posts/g /series/s",
		},
		{
			"a tag", func(p map[string]*content.Post) { p["a"].Sum += "x"; p["a"].Tags = []string{"rare"} },
			"/ /feed.xml /posts/a /posts/b /posts/c /tags /tags/rare /tags/rare/feed.xml",
		},
		{
			"a draft", func(p map[string]*content.Post) { p["h"].Sum += "x"; p["h"].Draft = true },
			"/archive /feed.xml /page/2 /posts/g",
		},
		{"pinned", func(p map[string]*content.Post) { p["h"].Sum += "x"; p["h"].Pinned = true }, "/ /feed.xml /page/2 /posts/h"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			after := stamps(street(tt.change))
			for url, stamp := range before {
				if now, ok := after[url]; ok && now != stamp {
					got = append(got, url)
				}
			}
			slices.Sort(got)
			if got := strings.Join(got, " "); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// TestStampsKnowTheFrame: what every page shows makes every page anew.
func TestStampsKnowTheFrame(t *testing.T) {
	t.Parallel()
	before := stamps(buildVillage())
	lib := village()
	lib.Posts[3].Title = "Visitors" // in the menu
	after := stamps(site.Build(lib, site.Options{BaseURL: "https://village.example.org", Now: now}))
	for url, stamp := range before {
		if after[url] == stamp {
			t.Errorf("%s has the same stamp under another menu", url)
		}
	}
}

// TestBuildRendersNothing: a blog of many posts starts at once.
func TestBuildRendersNothing(t *testing.T) {
	t.Parallel()
	rendered := 0
	loader := content.NewLoader(content.Options{Picture: func(string, string) (markup.Picture, bool) {
		rendered++
		return markup.Picture{}, false
	}})
	fsys := fstest.MapFS{}
	for i := range 30 {
		text := fmt.Sprintf("---\ntitle: T\ndate: 2026-05-%02d\ntags: [a, b]\nseries: S\nauthor: Mara Lind\n---\n![](x.png)\n", i+1)
		fsys[fmt.Sprintf("posts/p%d/index.md", i)] = &fstest.MapFile{Data: []byte(text)}
		fsys[fmt.Sprintf("posts/p%d/x.png", i)] = &fstest.MapFile{Data: []byte("x")}
	}
	lib, err := loader.Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	s := site.Build(lib, site.Options{BaseURL: "https://blog.example.org", Now: now})
	p := s.Posts()[3]
	s.Sitemap()
	s.Related(p)
	s.Near("/posts/p", 3)
	stamps(s)
	if rendered != 0 {
		t.Errorf("%d posts were rendered", rendered)
	}
	s.Feed(site.RSS, site.Scope{})
	if rendered != 20 {
		t.Errorf("%d posts were rendered for a feed, want 20", rendered)
	}
}
