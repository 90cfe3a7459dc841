package site_test

import (
	"encoding/xml"
	"fmt"
	"strings"
	"testing"

	"hamlet/internal/content"
	"hamlet/internal/site"
)

func TestSitemapEscapes(t *testing.T) {
	t.Parallel()
	got := string(build(post("you&me <3", 1)).Sitemap().Body)
	if want := "<loc>https://blog.example.org/posts/you&amp;me%20%3C3</loc>"; !strings.Contains(got, want) {
		t.Errorf("got %s\nwant %s in it", got, want)
	}
}

// TestSitemapInParts: past 50,000 URLs search engines refuse all of it.
func TestSitemapInParts(t *testing.T) {
	t.Parallel()
	posts := make([]*content.Post, 50_001)
	for i := range posts {
		posts[i] = &content.Post{Kind: content.KindPost, Slug: fmt.Sprint(i), Date: day(i / 1000)}
	}
	s := build(posts...)
	var index struct {
		XMLName xml.Name `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 sitemapindex"`
		Locs    []string `xml:"sitemap>loc"`
		Mods    []string `xml:"sitemap>lastmod"`
	}
	if err := xml.Unmarshal(s.Sitemap().Body, &index); err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(index.Locs, " "), "https://blog.example.org/sitemap-1.xml https://blog.example.org/sitemap-2.xml"; got != want {
		t.Errorf("index: got %s, want %s", got, want)
	}
	if got, want := strings.Join(index.Mods, " "), "2026-06-15T12:00:00Z 2026-04-27T12:00:00Z"; got != want {
		t.Errorf("changed: got %s, want %s", got, want)
	}
	seen := map[string]bool{}
	for n, want := range []int{50_000, 8} {
		locs := locations(t, s, n+1)
		if len(locs) != want {
			t.Errorf("part %d: got %d URLs, want %d", n+1, len(locs), want)
		}
		for _, loc := range locs {
			seen[loc] = true
		}
	}
	if got, want := len(seen), 50_008; got != want { // with /, /privacy and five of the archive
		t.Errorf("got %d URLs, want %d", got, want)
	}
	for _, n := range []int{-1, 0, 3} {
		if _, ok := s.SitemapPart(n); ok {
			t.Errorf("there is a part %d", n)
		}
	}
	if _, ok := build(posts[:1]...).SitemapPart(1); ok {
		t.Error("a small blog has a part 1")
	}
}

// locations are the URLs in part n of a sitemap.
func locations(t *testing.T, s *site.Site, n int) []string {
	t.Helper()
	d, ok := s.SitemapPart(n)
	if !ok {
		t.Fatalf("no part %d", n)
	}
	var m struct {
		XMLName xml.Name `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
		Locs    []string `xml:"url>loc"`
	}
	if err := xml.Unmarshal(d.Body, &m); err != nil {
		t.Fatal(err)
	}
	return m.Locs
}
