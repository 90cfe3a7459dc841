package site

import (
	"encoding/xml"
	"time"
)

// atomFeed is an Atom document (RFC 4287).
type atomFeed struct {
	XMLName  xml.Name     `xml:"http://www.w3.org/2005/Atom feed"`
	Lang     string       `xml:"xml:lang,attr,omitempty"`
	ID       string       `xml:"id"`
	Title    string       `xml:"title"`
	Subtitle string       `xml:"subtitle,omitempty"`
	Updated  string       `xml:"updated"`
	Authors  []atomPerson `xml:"author"`
	Links    []atomLink   `xml:"link"`
	Entries  []atomEntry  `xml:"entry"`
}

type atomPerson struct {
	Name string `xml:"name"`
	URI  string `xml:"uri,omitempty"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Href string `xml:"href,attr"`
	Type string `xml:"type,attr,omitempty"`
}

type atomEntry struct {
	ID         string         `xml:"id"`
	Title      string         `xml:"title"`
	Published  string         `xml:"published,omitempty"`
	Updated    string         `xml:"updated"`
	Authors    []atomPerson   `xml:"author"`
	Links      []atomLink     `xml:"link"`
	Categories []atomCategory `xml:"category"`
	Summary    string         `xml:"summary,omitempty"`
	Content    atomText       `xml:"content"`
}

type atomCategory struct {
	Term   string `xml:"term,attr"`
	Scheme string `xml:"scheme,attr"`
	Label  string `xml:"label,attr"`
}

type atomText struct {
	Type string `xml:"type,attr"`
	Text string `xml:",cdata"`
}

// atom writes a feed. Every feed must have an author: where a post names none it
// is the blog.
func (s *Site) atom(in feed) []byte {
	f := atomFeed{
		Lang: s.Meta.Language, ID: in.home, Title: in.title, Subtitle: in.description,
		Updated: s.atomDate(newest(in.posts)),
		Authors: []atomPerson{{Name: s.name(), URI: s.BaseURL + "/"}},
		Links: []atomLink{
			{Rel: "self", Href: in.self, Type: "application/atom+xml"},
			{Rel: "alternate", Href: in.home, Type: "text/html"},
		},
	}
	for _, p := range in.posts {
		f.Entries = append(f.Entries, s.atomEntry(p))
	}
	return document(f)
}

func (s *Site) atomEntry(p *Post) atomEntry {
	address := s.BaseURL + p.URL
	e := atomEntry{
		ID: address, Title: p.Title, Summary: p.Teaser(),
		Published: s.date(p.Date, time.RFC3339), Updated: s.atomDate(p.modified()),
		Links:   []atomLink{{Rel: "alternate", Href: address, Type: "text/html"}},
		Content: atomText{Type: "html", Text: s.feedHTML(p)},
	}
	if image, kind := s.image(p); kind != "" {
		e.Links = append(e.Links, atomLink{Rel: "enclosure", Href: image, Type: kind})
	}
	for _, a := range p.By {
		e.Authors = append(e.Authors, atomPerson{Name: a.Name, URI: s.authorURL(a)})
	}
	for _, terms := range [][]*Term{p.Categories, p.Tags} {
		for _, t := range terms {
			scheme := s.BaseURL + "/" + string(t.Taxonomy)
			e.Categories = append(e.Categories, atomCategory{Term: t.Slug, Scheme: scheme, Label: t.Name})
		}
	}
	return e
}

// atomDate is a date that must be there: that of a feed without posts is the
// beginning of time, as machines count it.
func (s *Site) atomDate(t time.Time) string {
	if t.IsZero() {
		t = time.Unix(0, 0)
	}
	return s.date(t, time.RFC3339)
}

// name is what the blog is called.
func (s *Site) name() string {
	if s.Meta.Title == "" {
		return s.BaseURL
	}
	return s.Meta.Title
}

// authorURL is the page of an author: the author's own, else the one here.
func (s *Site) authorURL(a *Term) string {
	if a.Link != "" {
		return a.Link
	}
	return s.BaseURL + a.URL
}
