package site

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"mime"
	"path"
	"strings"
	"time"
)

// feedLength is how many posts a feed has.
const feedLength = 20

// Format is a format of feeds; it is the last part of their URLs.
type Format string

// The formats.
const (
	RSS  Format = "feed.xml"
	Atom Format = "atom.xml"
	JSON Format = "feed.json"
)

// Scope is what a feed is of: a term, by its slug, or with neither the whole
// site.
type Scope struct {
	Taxonomy Taxonomy
	Slug     string
}

// Feed makes the feed of the newest posts of a scope, with their whole texts.
func (s *Site) Feed(f Format, sc Scope) (Document, bool) {
	in, ok := s.feed(f, sc)
	if !ok {
		return Document{}, false
	}
	d := Document{Modified: newest(in.posts)}
	switch f {
	case RSS:
		d.Body, d.Type = s.rss(in), "application/rss+xml; charset=utf-8"
	case Atom:
		d.Body, d.Type = s.atom(in), "application/atom+xml; charset=utf-8"
	case JSON:
		d.Body, d.Type = s.jsonFeed(in), "application/feed+json; charset=utf-8"
	default:
		return Document{}, false
	}
	return d, true
}

// feedURL is where the feed of a scope is: a path, escaped.
func feedURL(f Format, sc Scope) string {
	if sc == (Scope{}) {
		return "/" + string(f)
	}
	return escapePath("/" + string(sc.Taxonomy) + "/" + sc.Slug + "/" + string(f))
}

// feed is what the formats have in common.
type feed struct {
	title, description string
	home, self         string // absolute URLs
	posts              []*Post
}

func (s *Site) feed(f Format, sc Scope) (feed, bool) {
	in := feed{
		title: cmp.Or(s.Meta.Title, s.BaseURL), description: cmp.Or(s.Meta.Description, s.Meta.Title, s.BaseURL),
		home: s.BaseURL + "/", self: s.BaseURL + feedURL(f, sc), posts: s.posts,
	}
	if sc != (Scope{}) {
		term, ok := s.Term(sc.Taxonomy, sc.Slug)
		if !ok {
			return feed{}, false
		}
		in.title, in.home, in.posts = term.Name+" · "+in.title, s.BaseURL+term.URL, term.posts
		in.description = cmp.Or(term.About, in.title)
	}
	in.posts = in.posts[:min(feedLength, len(in.posts))]
	return in, true
}

// feedHTML is the body of a post as it stands in a feed. What XML cannot hold is
// taken out before links are looked for, since without it there may be other
// ones, and again afterwards, since a tag written anew may hold what was escaped.
func (s *Site) feedHTML(p *Post) string {
	return xmlText(absoluteLinks(xmlText(string(p.HTML())), s.BaseURL, p.URL))
}

// image is the absolute URL of the picture that stands for a post, and its media
// type; empty if it has none.
func (s *Site) image(p *Post) (address, kind string) {
	if p.Image == "" {
		return "", ""
	}
	kind, _, _ = strings.Cut(mime.TypeByExtension(strings.ToLower(path.Ext(p.Image))), ";")
	return s.BaseURL + escapePath(p.Image), kind
}

// date is a date in the blog's own zone; empty if there is none.
func (s *Site) date(t time.Time, layout string) string {
	if t.IsZero() {
		return ""
	}
	return t.In(s.Meta.Zone).Format(layout)
}

// updated is when a post was changed, if it says so.
func (p *Post) updated() time.Time {
	if p.Updated.After(p.Date) {
		return p.Updated
	}
	return time.Time{}
}

// names are the names of terms.
func names(lists ...[]*Term) []string {
	var out []string
	for _, terms := range lists {
		for _, t := range terms {
			out = append(out, t.Name)
		}
	}
	return out
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
	var b bytes.Buffer
	b.WriteString(xml.Header)
	e := xml.NewEncoder(&b)
	e.Indent("", "  ")
	if err := e.Encode(v); err != nil {
		panic("site: write XML: " + err.Error())
	}
	b.WriteByte('\n')
	return b.Bytes()
}
