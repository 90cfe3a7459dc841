package site_test

import (
	"encoding/xml"
	"fmt"
	"strings"
	"testing"

	"hamlet/internal/content"
)

func TestSitemapGolden(t *testing.T) {
	t.Parallel()
	d := buildVillage().Sitemap()
	golden(t, "sitemap.xml", d.Body)
	if got, want := d.Type, "application/xml; charset=utf-8"; got != want {
		t.Errorf("type: got %s, want %s", got, want)
	}
}

func TestRobotsGolden(t *testing.T) {
	t.Parallel()
	d := buildVillage().Robots()
	golden(t, "robots.txt", d.Body)
	if got, want := d.Type, "text/plain; charset=utf-8"; got != want {
		t.Errorf("type: got %s, want %s", got, want)
	}
}

func TestSitemapEscapes(t *testing.T) {
	t.Parallel()
	got := string(build(post("you&me <3", 1)).Sitemap().Body)
	if want := "<loc>https://blog.example.org/posts/you&amp;me%20%3C3</loc>"; !strings.Contains(got, want) {
		t.Errorf("got %s\nwant %s in it", got, want)
	}
}

// TestSitemapIsNotTooLong: past 50,000 URLs search engines refuse all of it.
func TestSitemapIsNotTooLong(t *testing.T) {
	t.Parallel()
	posts := make([]*content.Post, 50_001)
	for i := range posts {
		posts[i] = &content.Post{Kind: content.KindPost, Slug: fmt.Sprint(i), Date: day(i)}
	}
	var m struct {
		Locs []string `xml:"url>loc"`
	}
	if err := xml.Unmarshal(build(posts...).Sitemap().Body, &m); err != nil {
		t.Fatal(err)
	}
	if got, want := len(m.Locs), 50_000; got != want {
		t.Errorf("got %d URLs, want %d", got, want)
	}
	if got, want := m.Locs[len(m.Locs)-1], "https://blog.example.org/posts/49997"; got != want {
		t.Errorf("last: got %s, want %s: the oldest are left out", got, want)
	}
}
