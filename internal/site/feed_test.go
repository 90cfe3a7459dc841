package site_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"hamlet/internal/content"
	"hamlet/internal/site"
)

// village is a small blog with a bit of everything.
func village() *content.Library {
	orchard := post("orchard-day", 3, "Events", "Orchard")
	orchard.Title, orchard.Authors = "Orchard day: bring a basket", []string{"Mara Lind", "Tom Ashby"}
	orchard.Date = time.Date(2026, 6, 12, 9, 30, 0, 0, time.FixedZone("", 3600))
	orchard.Summary = "Apples & cider, rain or shine."
	orchard.Categories, orchard.Image = []string{"Out & about"}, "/posts/orchard-day/a map.png"
	orchard.Updated = time.Date(2026, 6, 13, 18, 0, 0, 0, time.UTC)
	orchard.Event = &content.Event{
		Name: "Orchard day; apples, cider", Place: "The old orchard, Mill Lane", Zone: time.FixedZone("", 3600),
		Start: time.Date(2026, 7, 4, 10, 0, 0, 0, time.FixedZone("", 3600)),
		End:   time.Date(2026, 7, 4, 16, 30, 0, 0, time.FixedZone("", 3600)),
	}
	say(orchard, `<p>Come to <a href="/posts/na%C3%AFve">the old orchard</a>.`+
		"\n<img src=\"/posts/orchard-day/a%20map.png\" srcset=\"/small.png 400w\" alt=\"A map\"></p>\n")
	naive := post("naïve", 20)
	naive.Title = `Tags like <b> & "quotes"`
	say(naive, `<p>Write <code>&lt;b&gt;</code>, not ]]&gt;.</p>`)
	about := page("about", "About us")
	about.Date = day(30)
	return &content.Library{
		Meta: content.Meta{
			Title: "The Village & its Pump", Description: "News from nowhere much.",
			Language: "en-GB", Zone: time.FixedZone("Nowhere", 2*3600),
			SecurityContact: "mailto:pump@village.example.org",
			Authors:         map[string]content.Author{"Mara Lind": {URL: "https://mara.example.org/", About: "Keeps the pump."}},
		},
		Posts: []*content.Post{orchard, naive, about, page("visit", "Visiting")},
	}
}

func buildVillage() *site.Site {
	return site.Build(village(), site.Options{BaseURL: "https://village.example.org", Now: now})
}

// TestGolden keeps all that is made of the village.
func TestGolden(t *testing.T) {
	t.Parallel()
	s := buildVillage()
	orchard := mustPost(t, s, "orchard-day")
	mara := site.Scope{Taxonomy: site.Authors, Slug: "mara-lind"}
	comments := []site.FeedComment{
		{ID: 7, Author: "Ada <Ash>", Post: orchard, When: day(2), HTML: `<p>See <a href="/about">here</a>, ]]&gt; &amp; there</p>`},
		{ID: 12, Author: "Bo", When: day(1), HTML: "<p>Me too</p>"},
	}
	feed := func(f site.Format, sc site.Scope) func() (site.Document, bool) {
		return func() (site.Document, bool) { return s.Feed(f, sc) }
	}
	sure := func(d site.Document) func() (site.Document, bool) {
		return func() (site.Document, bool) { return d, true }
	}
	updated := orchard.Updated
	tests := []struct {
		file, kind string
		modified   time.Time
		make       func() (site.Document, bool)
	}{
		{"feed.xml", "application/rss+xml; charset=utf-8", updated, feed(site.RSS, site.Scope{})},
		{"atom.xml", "application/atom+xml; charset=utf-8", updated, feed(site.Atom, site.Scope{})},
		{"feed.json", "application/feed+json; charset=utf-8", updated, feed(site.JSON, site.Scope{})},
		{"author.feed.xml", "application/rss+xml; charset=utf-8", updated, feed(site.RSS, mara)},
		{"author.atom.xml", "application/atom+xml; charset=utf-8", updated, feed(site.Atom, mara)},
		{"author.feed.json", "application/feed+json; charset=utf-8", updated, feed(site.JSON, mara)},
		{"comments.xml", "application/rss+xml; charset=utf-8", day(1), sure(s.CommentsFeed("Replies to Orchard day: bring a basket", orchard, comments))},
		{"all-comments.xml", "application/rss+xml; charset=utf-8", day(2), sure(s.CommentsFeed("Replies · The Village & its Pump", nil, comments[:1]))},
		{"sitemap.xml", "application/xml; charset=utf-8", updated, sure(s.Sitemap())},
		{"robots.txt", "text/plain; charset=utf-8", time.Time{}, sure(s.Robots())},
		{"opensearch.xml", "application/opensearchdescription+xml; charset=utf-8", time.Time{}, sure(s.OpenSearch())},
		{"security.txt", "text/plain; charset=utf-8", time.Time{}, s.SecurityTxt},
		{"orchard-day.ics", "text/calendar; charset=utf-8", updated, func() (site.Document, bool) { return s.Calendar(orchard) }},
	}
	for _, tt := range tests {
		d, ok := tt.make()
		if !ok {
			t.Errorf("there is no %s", tt.file)
			continue
		}
		golden(t, tt.file, d.Body)
		if d.Type != tt.kind {
			t.Errorf("%s: got %s, want %s", tt.file, d.Type, tt.kind)
		}
		if !d.Modified.Equal(tt.modified) {
			t.Errorf("%s: got modified %v, want %v", tt.file, d.Modified, tt.modified)
		}
	}
}

// rssOf is the RSS feed of a whole site.
func rssOf(s *site.Site) site.Document {
	d, _ := s.Feed(site.RSS, site.Scope{})
	return d
}

// feed is a feed as a reader sees it.
type feed struct {
	Title string     `xml:"channel>title"`
	Items []feedItem `xml:"channel>item"`
}

type feedItem struct {
	Title   string `xml:"title"`
	Link    string `xml:"link"`
	Content string `xml:"http://purl.org/rss/1.0/modules/content/ encoded"`
}

// readFeed reads it with a strict parser, to the end.
func readFeed(t *testing.T, s *site.Site) feed {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(rssOf(s).Body))
	var f feed
	if err := d.Decode(&f); err != nil {
		t.Fatalf("%v in:\n%s", err, rssOf(s).Body)
	}
	if rest, err := d.Token(); err != nil || string(rest.(xml.CharData)) != "\n" {
		t.Fatalf("after the feed: %v, %v, want a line feed", rest, err)
	}
	if rest, err := d.Token(); !errors.Is(err, io.EOF) {
		t.Fatalf("after the feed: %v, %v, want its end", rest, err)
	}
	return f
}

func TestFeedHasTheNewestTwenty(t *testing.T) {
	t.Parallel()
	var posts []*content.Post
	for i := range 25 {
		posts = append(posts, post(fmt.Sprintf("p%02d", i), i))
	}
	f := readFeed(t, build(posts...))
	if got, want := len(f.Items), 20; got != want {
		t.Fatalf("got %d items, want %d", got, want)
	}
	if got, want := f.Items[19].Link, "https://blog.example.org/posts/p19"; got != want {
		t.Errorf("last: got %s, want %s", got, want)
	}
}

// TestFeedIsXMLWhateverTheText: a feed that does not parse is a feed nobody
// gets.
func TestFeedIsXMLWhateverTheText(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		content    string // as read back; empty: as written
	}{
		{name: "markup", text: `<b>&amp;"'</b>`},
		{name: "end of CDATA", text: "a ]]> b ]]]]>> c"},
		{name: "any script", text: "नमस्ते 🦉 שלום"},
		{name: "controls", text: "a\x00\x01\x0b\x0c\x1b\x1fb", content: "ab"},
		{name: "not characters", text: "a\ufffe\uffffb", content: "ab"},
		{name: "broken UTF-8", text: "a\xff\xc3b", content: "a\ufffd\ufffdb"},
		{name: "lines", text: "a\r\nb\rc\td", content: "a\nb\nc\td"},
		{name: "next line and separators", text: "a\u0085\u2028\u2029b"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := post("p", 1, "tag "+tt.text)
			p.Title, p.Summary, p.Authors = tt.text, tt.text, []string{tt.text}
			say(p, tt.text)
			f := readFeed(t, build(p))
			if got, want := f.Items[0].Content, tt.content; got != want && (want != "" || got != tt.text) {
				t.Errorf("content: got %q, want %q", got, want)
			}
			if !strings.Contains(f.Items[0].Title, "a") && strings.Contains(tt.text, "a") {
				t.Errorf("title: got %q of %q", f.Items[0].Title, tt.text)
			}
		})
	}
}

func TestFeedLinksAreAbsolute(t *testing.T) {
	t.Parallel()
	const base = "https://example.org/blog"
	tests := []struct{ name, in, want string }{
		{"rooted", `<a href="/tags/x">x</a>`, `<a href="https://example.org/blog/tags/x">x</a>`},
		{"image", `<p><img src="/posts/p/a.png" alt="a &lt; b"/></p>`, `<p><img src="https://example.org/blog/posts/p/a.png" alt="a &lt; b"/></p>`},
		{"beside the post", `<img src="a%20b.png">`, `<img src="https://example.org/blog/posts/a%20b.png">`},
		{"footnote", `<sup><a href="#fn:1">1</a></sup>`, `<sup><a href="https://example.org/blog/posts/p#fn:1">1</a></sup>`},
		{"no scheme", `<a href="//other.example/x">x</a>`, `<a href="https://other.example/x">x</a>`},
		{"query is escaped once", `<a href="/x?a=1&amp;b=2">x</a>`, `<a href="https://example.org/blog/x?a=1&amp;b=2">x</a>`},
		{"absolute stays", `<a  href='http://other.example/?a&b'>x</a>`, `<a  href='http://other.example/?a&b'>x</a>`},
		{"absolute stays as written", `<a href="HTTP://other.example/ä">x</a>`, `<a href="HTTP://other.example/ä">x</a>`},
		{"mail stays", `<a href="mailto:a@example.org">x</a>`, `<a href="mailto:a@example.org">x</a>`},
		{"data stays", `<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">`, `<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">`},
		{"quotation and film", `<blockquote cite="/c"><video poster="/p" src="/v">`, `<blockquote cite="https://example.org/blog/c"><video poster="https://example.org/blog/p" src="https://example.org/blog/v">`},
		{"sizes", `<img srcset="/a.png 1x, /b.png 2x" src="/a.png">`, `<img src="https://example.org/blog/a.png">`},
		{"sizes only", `<source srcset="/a.png"/>`, `<source/>`},
		{"text stays", `a href="/x" < b &nbsp; <!-- src="/y" --> <pre><code> &lt;a href="/z"&gt; </code></pre>`, `a href="/x" < b &nbsp; <!-- src="/y" --> <pre><code> &lt;a href="/z"&gt; </code></pre>`},
		{"not a URL stays", `<a href="http://[::1">x</a>`, `<a href="http://[::1">x</a>`},
		{"other attributes stay", `<td align="left" data-src="/x">`, `<td align="left" data-src="/x">`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := post("p", 1)
			say(p, tt.in)
			s := site.Build(&content.Library{Posts: []*content.Post{p}}, site.Options{BaseURL: base, Now: now})
			if got := readFeed(t, s).Items[0].Content; got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// FuzzFeed looks for a text that breaks the feed, or a link that leaves the blog
// relative.
func FuzzFeed(f *testing.F) {
	f.Add("a title", `<p><a href="/x">x</a> <img src='b.png'></p>`)
	f.Add("]]>\x00", `<![CDATA[ ]]> <a href="&#0;\x0b">`)
	f.Add("\xff", `<textarea><a href="/x"></textarea><p title="]]>`)
	f.Fuzz(func(t *testing.T, title, body string) {
		p := post("p", 1, title)
		p.Title, p.Summary, p.Authors = title, title, []string{title}
		say(p, body)
		say(p, readFeed(t, build(p)).Items[0].Content)
		if got, want := readFeed(t, build(p)).Items[0].Content, string(p.HTML()); got != want {
			t.Errorf("made absolute again:\n got %q\nwant %q", got, want)
		}
	})
}

// TestFeedWithoutNewsHasTheSameBytes: readers ask every hour.
func TestFeedWithoutNewsHasTheSameBytes(t *testing.T) {
	t.Parallel()
	later := site.Build(village(), site.Options{BaseURL: "https://village.example.org", Now: now.Add(time.Hour)})
	if !slices.Equal(rssOf(buildVillage()).Body, rssOf(later).Body) {
		t.Error("an hour later the feed differs")
	}
}
