package site_test

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"hamlet/internal/content"
	"hamlet/internal/site"
)

// TestFolder goes the whole way of a text: what a feed reader finds in the feed
// leads to the file that the author put beside the post.
func TestFolder(t *testing.T) {
	t.Parallel()
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	lib, err := content.Load(fstest.MapFS{
		"site.toml":                       file("title = \"Trips\"\nlanguage = \"de\"\ntime_zone = \"Europe/Berlin\"\n"),
		"posts/Zum See/index.md":          file("---\ntitle: Zum See\ndate: 2026-06-01 19:30\ntags: [See, SEE, Rad]\n---\n![Ufer](<das ufer.png>) ![Café](Cafe%CC%81.png) ![Boot](more/boot.png)\n\n[Über uns](/über-uns) [mehr](#mehr)\n"),
		"posts/Zum See/das ufer.png":      file("1"),
		"posts/Zum See/Cafe\u0301.png":    file("2"),
		"posts/Zum See/more/boot.png":     file("3"),
		"pages/Über uns.md":               file("---\ntitle: Über uns\n---\nWir.\n"),
		"posts/2026/2026-05-01-anfang.md": file("+++\ntitle = \"Anfang\"\ndate = 2026-05-01\ntags = [\"rad\"]\n+++\nLos.\n"),
	})
	if err != nil {
		t.Fatal(err)
	}
	s := site.Build(lib, site.Options{BaseURL: "https://trips.example.org", Now: now})
	if l, _ := s.Front(1); slugs(l.Posts) != "zum-see anfang" {
		t.Errorf("front page: got %s", slugs(l.Posts))
	}
	if _, ok := s.Page("über-uns"); !ok {
		t.Error("no page über-uns")
	}
	var found []string
	items := readFeed(t, s).Items
	for _, m := range regexp.MustCompile(`src="([^"]+)"`).FindAllStringSubmatch(items[0].Content, -1) {
		path, err := url.PathUnescape(strings.TrimPrefix(m[1], s.BaseURL))
		if err != nil {
			t.Fatal(err)
		}
		name, ok := s.File(path)
		if !ok {
			t.Errorf("%s leads nowhere", m[1])
		}
		found = append(found, name)
	}
	want := []string{"posts/Zum See/das ufer.png", "posts/Zum See/Cafe\u0301.png", "posts/Zum See/more/boot.png"}
	if !slices.Equal(found, want) {
		t.Errorf("files: got %q, want %q", found, want)
	}
	for _, link := range []string{
		`href="https://trips.example.org/%C3%BCber-uns"`, `href="https://trips.example.org/posts/zum-see#mehr"`,
	} {
		if !strings.Contains(items[0].Content, link) {
			t.Errorf("%s is not in %s", link, items[0].Content)
		}
	}
	if !strings.Contains(string(rssOf(s).Body), "<pubDate>Mon, 01 Jun 2026 19:30:00 +0200</pubDate>") {
		t.Errorf("no date in the blog's zone in %s", rssOf(s).Body)
	}
}
