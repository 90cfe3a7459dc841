package site

import (
	"cmp"
	"encoding/xml"
	"strings"
	"time"
)

// feedLength is how many posts the feed has.
const feedLength = 20

// rss is an RSS 2.0 document with the content, dc and atom modules
// (https://www.rssboard.org/rss-specification).
type rss struct {
	XMLName xml.Name `xml:"rss"`
	Version string   `xml:"version,attr"`
	Atom    string   `xml:"xmlns:atom,attr"`
	Content string   `xml:"xmlns:content,attr"`
	DC      string   `xml:"xmlns:dc,attr"`
	Channel channel  `xml:"channel"`
}

type channel struct {
	Title       string   `xml:"title"`
	Link        string   `xml:"link"`
	Description string   `xml:"description"`
	Language    string   `xml:"language,omitempty"`
	LastBuild   string   `xml:"lastBuildDate,omitempty"`
	Self        atomLink `xml:"atom:link"`
	Items       []item   `xml:"item"`
}

type atomLink struct {
	Href string `xml:"href,attr"`
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
}

// item has no author element: RSS wants an e-mail address there. dc:creator
// wants a name.
type item struct {
	Title       string   `xml:"title"`
	Link        string   `xml:"link"`
	GUID        guid     `xml:"guid"`
	Published   string   `xml:"pubDate,omitempty"`
	Creators    []string `xml:"dc:creator"`
	Categories  []string `xml:"category"`
	Description string   `xml:"description,omitempty"`
	Content     cdata    `xml:"content:encoded"`
}

type guid struct {
	IsPermaLink bool   `xml:"isPermaLink,attr"`
	URL         string `xml:",chardata"`
}

type cdata struct {
	Text string `xml:",cdata"`
}

// rss makes the feed of the newest posts. It dates from the newest, not from
// now, so that a feed without news has the same bytes.
func (s *Site) rss() []byte {
	newest := s.posts[:min(feedLength, len(s.posts))]
	c := channel{
		Title:       cmp.Or(s.Meta.Title, s.BaseURL),
		Link:        s.BaseURL + "/",
		Description: cmp.Or(s.Meta.Description, s.Meta.Title, s.BaseURL),
		Language:    s.Meta.Language,
		Self:        atomLink{Href: s.BaseURL + "/feed.xml", Rel: "self", Type: "application/rss+xml"},
	}
	if len(newest) > 0 {
		c.LastBuild = s.rssDate(newest[0].Date)
	}
	for _, p := range newest {
		c.Items = append(c.Items, s.item(p))
	}
	return document(rss{
		Version: "2.0",
		Atom:    "http://www.w3.org/2005/Atom",
		Content: "http://purl.org/rss/1.0/modules/content/",
		DC:      "http://purl.org/dc/elements/1.1/",
		Channel: c,
	})
}

func (s *Site) item(p *Post) item {
	it := item{
		Title:       p.Title,
		Link:        s.BaseURL + p.URL,
		GUID:        guid{IsPermaLink: true, URL: s.BaseURL + p.URL},
		Published:   s.rssDate(p.Date),
		Creators:    p.Authors,
		Description: p.Teaser(),
		Content:     cdata{s.feedHTML(p)},
	}
	for _, t := range p.Tags {
		it.Categories = append(it.Categories, t.Name)
	}
	return it
}

// feedHTML is the body of a post as it stands in the feed. What XML cannot hold is
// taken out before links are looked for, since without it there may be other
// ones, and again afterwards, since a tag written anew may hold what was escaped.
func (s *Site) feedHTML(p *Post) string {
	return xmlText(absoluteLinks(xmlText(string(p.HTML())), s.BaseURL, p.URL))
}

// rssDate is a date as RSS writes it, in the blog's own zone.
func (s *Site) rssDate(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(s.Meta.Zone).Format(time.RFC1123Z)
}

// xmlText leaves out what no XML document may hold, not even escaped. The
// encoder sees to that itself in texts, but not in CDATA.
func xmlText(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, s)
}

// document writes XML. It panics if v is of a type that XML cannot write, which
// is for the programmer to see, whatever the content.
func document(v any) []byte {
	b, err := xml.MarshalIndent(v, "", "  ")
	if err != nil {
		panic("site: write XML: " + err.Error())
	}
	return append([]byte(xml.Header), append(b, '\n')...)
}
