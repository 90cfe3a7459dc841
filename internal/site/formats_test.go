package site_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"hamlet/internal/content"
	"hamlet/internal/site"
)

// entry is a post in a feed of any format.
type entry struct {
	id, link, title, published, updated, html string
	authors, labels                           []string
}

// parsed is a feed of any format, as a reader sees it.
type parsed struct {
	title, self, home string
	entries           []entry
}

// parse reads a feed and fails if its format asks for something that is not there.
func parse(t *testing.T, s *site.Site, f site.Format, sc site.Scope) parsed {
	t.Helper()
	d, ok := s.Feed(f, sc)
	if !ok {
		t.Fatalf("no %s of %v", f, sc)
	}
	var got parsed
	var err error
	switch f {
	case site.RSS:
		got, err = parseRSS(d.Body)
	case site.Atom:
		got, err = parseAtom(d.Body)
	case site.JSON:
		got, err = parseJSON(d.Body)
	}
	if err != nil {
		t.Fatalf("%s: %v in:\n%s", f, err, d.Body)
	}
	return got
}

func parseRSS(b []byte) (parsed, error) {
	var doc struct {
		XMLName xml.Name `xml:"rss"`
		Version string   `xml:"version,attr"`
		Channel struct {
			Title       string   `xml:"title"`
			Links       []anchor `xml:"link"`
			Description string   `xml:"description"`
			Items       []struct {
				Title     string   `xml:"title"`
				Link      string   `xml:"link"`
				GUID      string   `xml:"guid"`
				Published string   `xml:"pubDate"`
				Updated   string   `xml:"http://www.w3.org/2005/Atom updated"`
				Creators  []string `xml:"http://purl.org/dc/elements/1.1/ creator"`
				Labels    []string `xml:"category"`
				HTML      string   `xml:"http://purl.org/rss/1.0/modules/content/ encoded"`
			} `xml:"item"`
		} `xml:"channel"`
	}
	if err := xml.Unmarshal(b, &doc); err != nil {
		return parsed{}, err
	}
	c := doc.Channel
	if doc.Version != "2.0" || c.Title == "" || c.Description == "" || len(c.Links) != 2 {
		return parsed{}, errors.New("RSS 2.0 wants title, link, description")
	}
	out := parsed{title: c.Title}
	for _, l := range c.Links {
		if l.Rel == "self" {
			out.self = l.Href
		} else {
			out.home = l.Text
		}
	}
	for _, it := range c.Items {
		at, err := time.Parse(time.RFC1123Z, it.Published)
		if err != nil {
			return parsed{}, err
		}
		e := entry{it.GUID, it.Link, it.Title, at.Format(time.RFC3339), it.Updated, it.HTML, it.Creators, it.Labels}
		out.entries = append(out.entries, e)
	}
	return out, nil
}

type anchor struct {
	Rel  string `xml:"rel,attr"`
	Href string `xml:"href,attr"`
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

func parseAtom(b []byte) (parsed, error) {
	var doc struct {
		XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
		ID      string   `xml:"id"`
		Title   string   `xml:"title"`
		Updated string   `xml:"updated"`
		Authors []string `xml:"author>name"`
		Links   []anchor `xml:"link"`
		Entries []struct {
			ID        string   `xml:"id"`
			Title     string   `xml:"title"`
			Published string   `xml:"published"`
			Updated   string   `xml:"updated"`
			Authors   []string `xml:"author>name"`
			Links     []anchor `xml:"link"`
			Labels    []struct {
				Term  string `xml:"term,attr"`
				Label string `xml:"label,attr"`
			} `xml:"category"`
			Content struct {
				Type string `xml:"type,attr"`
				Text string `xml:",chardata"`
			} `xml:"content"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal(b, &doc); err != nil {
		return parsed{}, err
	}
	if _, err := time.Parse(time.RFC3339, doc.Updated); err != nil {
		return parsed{}, fmt.Errorf("RFC 4287 wants updated: %w", err)
	}
	if doc.ID == "" || doc.Title == "" || len(doc.Authors) == 0 {
		return parsed{}, errors.New("RFC 4287 wants id, title, and an author")
	}
	out := parsed{title: doc.Title, self: linkOf(doc.Links, "self"), home: linkOf(doc.Links, "alternate")}
	for _, e := range doc.Entries {
		if _, err := time.Parse(time.RFC3339, e.Updated); err != nil {
			return parsed{}, fmt.Errorf("RFC 4287 wants updated: %w", err)
		}
		if e.Content.Type != "html" {
			return parsed{}, errors.New("RFC 4287 wants the type of the content")
		}
		one := entry{
			e.ID, linkOf(e.Links, "alternate"), e.Title, e.Published, e.Updated, e.Content.Text, e.Authors, nil,
		}
		if one.updated == one.published {
			one.updated = ""
		}
		for _, l := range e.Labels {
			if l.Term == "" {
				return parsed{}, errors.New("RFC 4287 wants a term of a category")
			}
			one.labels = append(one.labels, l.Label)
		}
		out.entries = append(out.entries, one)
	}
	return out, nil
}

func linkOf(links []anchor, rel string) string {
	for _, l := range links {
		if l.Rel == rel {
			return l.Href
		}
	}
	return ""
}

func parseJSON(b []byte) (parsed, error) {
	var doc struct {
		Version string `json:"version"`
		Title   string `json:"title"`
		Home    string `json:"home_page_url"`
		Self    string `json:"feed_url"`
		Items   []struct {
			ID        string   `json:"id"`
			URL       string   `json:"url"`
			Title     string   `json:"title"`
			HTML      string   `json:"content_html"`
			Published string   `json:"date_published"`
			Modified  string   `json:"date_modified"`
			Tags      []string `json:"tags"`
			Authors   []struct {
				Name string `json:"name"`
			} `json:"authors"`
		} `json:"items"`
	}
	if err := json.Unmarshal(b, &doc); err != nil {
		return parsed{}, err
	}
	if doc.Version != "https://jsonfeed.org/version/1.1" || doc.Title == "" || doc.Items == nil {
		return parsed{}, errors.New("JSON Feed 1.1 wants version, title and items")
	}
	out := parsed{title: doc.Title, self: doc.Self, home: doc.Home}
	for _, it := range doc.Items {
		e := entry{it.ID, it.URL, it.Title, it.Published, it.Modified, it.HTML, nil, it.Tags}
		for _, a := range it.Authors {
			e.authors = append(e.authors, a.Name)
		}
		out.entries = append(out.entries, e)
	}
	return out, nil
}

var formats = []site.Format{site.RSS, site.Atom, site.JSON}

// TestFormatsSayTheSame: a reader may choose any.
func TestFormatsSayTheSame(t *testing.T) {
	t.Parallel()
	s := buildVillage()
	scopes := map[site.Scope]string{
		{}: "/", {Taxonomy: site.Tags, Slug: "orchard"}: "/tags/orchard",
		{Taxonomy: site.Categories, Slug: "out-about"}: "/categories/out-about",
		{Taxonomy: site.Authors, Slug: "tom-ashby"}:    "/authors/tom-ashby",
	}
	for sc, home := range scopes {
		want := parse(t, s, site.RSS, sc)
		for _, f := range formats {
			got := parse(t, s, f, sc)
			if got.self != s.BaseURL+strings.TrimSuffix(home, "/")+"/"+string(f) || got.home != s.BaseURL+home {
				t.Errorf("%s of %v: it is at %s, of %s", f, sc, got.self, got.home)
			}
			got.self, want.self = "", ""
			if g, w := fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", want); g != w {
				t.Errorf("%s of %v:\n got %s\nwant %s", f, sc, g, w)
			}
		}
	}
	first := parse(t, s, site.Atom, site.Scope{}).entries[0]
	if got, want := fmt.Sprintf("%+v", first.labels), "[Out & about Events Orchard]"; got != want {
		t.Errorf("labels: got %s, want %s", got, want)
	}
	if first.published != "2026-06-12T10:30:00+02:00" || first.updated != "2026-06-13T20:00:00+02:00" || first.id != first.link {
		t.Errorf("got %+v", first)
	}
}

// TestFeedsAreWhole: twenty posts, each with an id of its own, with links that
// lead somewhere from anywhere.
func TestFeedsAreWhole(t *testing.T) {
	t.Parallel()
	var posts []*content.Post
	for i := range 25 {
		p := post(fmt.Sprintf("p%02d", i), i, "t")
		say(p, `<p><a href="#a">a</a> <a href="other">b</a> <a href="mailto:me@example.org">c</a> <img src="/x.png" srcset="/y.png 2x" alt=""></p>
<details open><summary>More</summary><math display="block"><mi>x</mi><mo>&lt;</mo><mn>1</mn></math></details>`+"\x0b")
		posts = append(posts, p)
	}
	s := build(posts...)
	for _, sc := range []site.Scope{{}, {Taxonomy: site.Tags, Slug: "t"}} {
		for _, f := range formats {
			ids := map[string]bool{}
			for _, e := range parse(t, s, f, sc).entries {
				ids[e.id] = true
				for _, part := range []string{"<math display=\"block\"><mi>x</mi><mo>&lt;</mo>", "<details open>"} {
					if !strings.Contains(e.html, part) {
						t.Fatalf("%s: no %s in %s", f, part, e.html)
					}
				}
				for _, link := range linksOf(t, e.html) {
					if u, err := url.Parse(link); err != nil || !u.IsAbs() {
						t.Errorf("%s: %s leads nowhere", f, link)
					}
				}
				if strings.Contains(e.html, "\x0b") || strings.Contains(e.html, "srcset") {
					t.Errorf("%s: got %q", f, e.html)
				}
			}
			if len(ids) != 20 || !ids["https://blog.example.org/posts/p00"] || ids["https://blog.example.org/posts/p20"] {
				t.Errorf("%s: got %d posts", f, len(ids))
			}
		}
	}
}

// linksOf are the links and images of an HTML text.
func linksOf(t *testing.T, text string) []string {
	t.Helper()
	var links []string
	z := html.NewTokenizer(strings.NewReader(text))
	for z.Next() != html.ErrorToken {
		for _, a := range z.Token().Attr {
			if a.Key == "href" || a.Key == "src" {
				links = append(links, a.Val)
			}
		}
	}
	return links
}

func TestThereAreNoOtherFeeds(t *testing.T) {
	t.Parallel()
	s := build(post("p", 1, "t"))
	for _, tt := range []struct {
		f  site.Format
		sc site.Scope
	}{
		{"feed.txt", site.Scope{}},
		{site.RSS, site.Scope{Taxonomy: site.Tags, Slug: "none"}},
		{site.RSS, site.Scope{Taxonomy: site.Tags}},
		{site.RSS, site.Scope{Taxonomy: "colours", Slug: "t"}},
		{site.RSS, site.Scope{Slug: "t"}},
	} {
		if _, ok := s.Feed(tt.f, tt.sc); ok {
			t.Errorf("there is a feed %s of %v", tt.f, tt.sc)
		}
	}
}

func TestAddressOfAFeedIsEscaped(t *testing.T) {
	t.Parallel()
	got := parse(t, build(post("p", 1, "日本")), site.JSON, site.Scope{Taxonomy: site.Tags, Slug: "日本"}).self
	if want := "https://blog.example.org/tags/%E6%97%A5%E6%9C%AC/feed.json"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestFeedsOfABlogWithoutPosts(t *testing.T) {
	t.Parallel()
	s := site.Build(&content.Library{}, site.Options{BaseURL: "https://blog.example.org", Now: now})
	for _, f := range formats {
		if got := parse(t, s, f, site.Scope{}); len(got.entries) != 0 || got.title != "https://blog.example.org" {
			t.Errorf("%s: got %+v", f, got)
		}
		if d, _ := s.Feed(f, site.Scope{}); !d.Modified.IsZero() {
			t.Errorf("%s: got modified %v", f, d.Modified)
		}
	}
}

// TestCommentsFeed: newest first, each under its post, and those of no post left
// out.
func TestCommentsFeed(t *testing.T) {
	t.Parallel()
	s := build(post("a b", 1), post("c", 2))
	given := []site.FeedComment{
		{ID: 1, Author: "Ada", When: day(9), Post: mustPost(t, s, "c")},
		{ID: 2, Author: "Bo", When: day(1), Post: mustPost(t, s, "a b")},
		{ID: 3, Author: "Cy", When: day(5)},
	}
	before := slices.Clone(given)
	got, err := parseRSS(s.CommentsFeed("All replies", nil, given).Body)
	if err != nil {
		t.Fatal(err)
	}
	if got.title != "All replies" || got.self != "https://blog.example.org/comments.xml" || got.home != "https://blog.example.org/" {
		t.Errorf("got %+v", got)
	}
	var links []string
	for _, e := range got.entries {
		links = append(links, e.id)
	}
	if want := "https://blog.example.org/posts/a%20b#comment-2 https://blog.example.org/posts/c#comment-1"; strings.Join(links, " ") != want {
		t.Errorf("got %s, want %s", links, want)
	}
	if !slices.Equal(given, before) {
		t.Error("what was given was changed")
	}
	of, err := parseRSS(s.CommentsFeed("Replies to a b", mustPost(t, s, "a b"), nil).Body)
	if err != nil || of.self != "https://blog.example.org/posts/a%20b/comments.xml" || of.title != "Replies to a b" || len(of.entries) != 0 {
		t.Errorf("of a post: got %+v, %v", of, err)
	}
}

func TestSecurityTxt(t *testing.T) {
	t.Parallel()
	with := func(contact string, at time.Time) (string, bool) {
		lib := &content.Library{Meta: content.Meta{SecurityContact: contact}}
		d, ok := site.Build(lib, site.Options{BaseURL: "https://blog.example.org", Now: at}).SecurityTxt()
		return string(d.Body), ok
	}
	if _, ok := with("", now); ok {
		t.Error("there is one without a contact")
	}
	for _, tt := range []struct{ contact, want string }{
		{"me@example.org", "Contact: mailto:me@example.org\n"},
		{"mailto:me@example.org", "Contact: mailto:me@example.org\n"},
		{"https://example.org/report", "Contact: https://example.org/report\n"},
		{"me@example.org\nExpires: never", "Contact: me@example.orgExpires:never\n"},
	} {
		got, ok := with(tt.contact, now)
		want := tt.want + "Expires: 2027-06-01T00:00:00Z\nCanonical: https://blog.example.org/.well-known/security.txt\n"
		if !ok || got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	a, _ := with("me@example.org", now)
	b, _ := with("me@example.org", now.AddDate(0, 0, 10))
	c, _ := with("me@example.org", now.AddDate(0, 6, 20))
	if a != b || !strings.Contains(c, "Expires: 2028-01-01") {
		t.Errorf("in the same month: %s, half a year later: %s", b, c)
	}
}

func TestOpenSearchNamesAreShort(t *testing.T) {
	t.Parallel()
	lib := &content.Library{Meta: content.Meta{Title: "Nachrichten aus dem Überall & Nirgends"}}
	var d struct {
		XMLName xml.Name `xml:"http://a9.com/-/spec/opensearch/1.1/ OpenSearchDescription"`
		Name    string   `xml:"ShortName"`
		URL     struct {
			Template string `xml:"template,attr"`
		} `xml:"Url"`
	}
	body := site.Build(lib, site.Options{BaseURL: "https://blog.example.org", Now: now}).OpenSearch().Body
	if err := xml.Unmarshal(body, &d); err != nil {
		t.Fatal(err)
	}
	if d.Name != "Nachrichten aus…" || d.URL.Template != "https://blog.example.org/search?q={searchTerms}" {
		t.Errorf("got %+v", d)
	}
}
