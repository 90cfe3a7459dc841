package site_test

import (
	"fmt"
	"testing"
	"time"

	"hamlet/internal/content"
	"hamlet/internal/site"
)

// bigLibrary is a blog of so many posts, each with three of two hundred tags, one
// of twenty categories and one of fifty authors; one in ten is in a series. It
// says what would be read from files: no text is rendered.
func bigLibrary(n int) *content.Library {
	lib := &content.Library{Meta: content.Meta{Title: "Big", Language: "en", Zone: time.UTC}}
	for i := range n {
		p := &content.Post{
			Kind: content.KindPost, Source: fmt.Sprintf("posts/%d.md", i), Sum: fmt.Sprintf("%064x", i),
			Slug:  fmt.Sprintf("%s-and-%s-number-%d", words[i%len(words)], words[i/7%len(words)], i),
			Title: fmt.Sprint("Post number ", i), Date: now.Add(-time.Duration(i) * 7 * time.Hour),
			Tags:       []string{fmt.Sprint("Tag ", i%200), fmt.Sprint("tag ", i/3%200), "news"},
			Categories: []string{fmt.Sprint("Category ", i%20)},
			Authors:    []string{fmt.Sprint("Author ", i%50)},
		}
		if i%10 == 0 {
			p.Series = fmt.Sprint("Series ", i/50)
		}
		lib.Posts = append(lib.Posts, p)
	}
	return lib
}

var words = []string{
	"anchor", "bread", "chimney", "dune", "engine", "ferry", "garden", "harbour", "island", "jetty",
	"kettle", "lantern", "mill", "needle", "orchard", "pump", "quarry", "river", "salt", "tide",
}

func BenchmarkBuild(b *testing.B) {
	for _, n := range []int{10_000, 50_000} {
		for _, permalink := range []string{"/posts/:slug", "/:year/:month/:slug"} {
			lib := bigLibrary(n)
			lib.Meta.Permalink = permalink
			b.Run(fmt.Sprint(n, " ", permalink), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					site.Build(lib, site.Options{BaseURL: "https://blog.example.org", Now: now})
				}
			})
		}
	}
}

// BenchmarkAsk measures what is computed when it is asked for.
func BenchmarkAsk(b *testing.B) {
	s := site.Build(bigLibrary(50_000), site.Options{BaseURL: "https://blog.example.org", Now: now})
	next := 0
	list, _ := s.Front(1)
	s.Near("/", 1)
	for name, ask := range map[string]func(){
		"related":     func() { s.Related(s.Posts()[next%50_000]); next++ },
		"near":        func() { s.Near("/blog/2026/lantern-and-tied-number-77", 5) },
		"find":        func() { s.Find("/posts/lantern-and-tide-number-77") },
		"find-none":   func() { s.Find("/wp-content/plugins/none") },
		"list-stamp":  func() { list.Stamp() },
		"terms-stamp": func() { s.Stamp(site.Tags) },
		"sitemap":     func() { s.SitemapPart(1) },
		"atom":        func() { s.Feed(site.Atom, site.Scope{}) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				ask()
			}
		})
	}
}
