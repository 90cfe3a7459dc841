package webmention

import (
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// entryOfHTML verifies a document of HTML and reads what it says. at is where it was
// fetched from.
func entryOfHTML(text string, at, target *url.URL) (Entry, error) {
	if !linksTo(text, at, target) {
		return Entry{}, ErrNoLink
	}
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		return Entry{}, nil //nolint:nilerr // it links, and is nested too deep to say more
	}
	d := document{base: baseOf(root, at), target: spelled(target)}
	d.scan(root, nil)
	e := Entry{}
	switch {
	case d.entry != nil:
		e = d.read(d.entry)
	case d.link != nil:
		e.Text = excerpt(textOf(block(d.link)))
	}
	if e.Title == "" {
		e.Title = excerpt(d.title)
	}
	if e.Author == "" {
		e.Author = name(d.author)
	}
	return e, nil
}

// document is what is found while a document is walked through.
type document struct {
	base   *url.URL
	target string
	entry  *html.Node // the innermost h-entry with the link
	link   *html.Node // the first element with the link
	title  string
	author string // of the page, by its meta element
}

// baseOf is what the references of a document are relative to.
func baseOf(root *html.Node, at *url.URL) *url.URL {
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && n.DataAtom == atom.Base && hasAttr(n, "href") {
			if u, err := at.Parse(trimmed(attr(n, "href"))); err == nil {
				return u
			}
			return at
		}
	}
	return at
}

// scan walks through the document; entry is the h-entry around n.
func (d *document) scan(n, entry *html.Node) {
	if n.Type == html.ElementNode {
		d.note(n)
		if hasClass(n, "h-entry") || hasClass(n, "hentry") {
			entry = n
		}
		if d.link == nil && d.leadsTo(n) {
			d.link, d.entry = n, entry
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		d.scan(c, entry)
	}
}

// note notes what an element says about the whole page.
func (d *document) note(n *html.Node) {
	switch {
	case n.DataAtom == atom.Title && d.title == "" && n.FirstChild != nil:
		d.title = n.FirstChild.Data
	case n.DataAtom == atom.Meta && d.author == "" && strings.EqualFold(attr(n, "name"), "author"):
		d.author = attr(n, "content")
	}
}

// leadsTo reports whether an element has the target as an address.
func (d *document) leadsTo(n *html.Node) bool {
	for _, key := range addressed {
		if hasAttr(n, key) && (key != "value" || n.DataAtom == atom.Data) && isAddress(d.base, attr(n, key), d.target) {
			return true
		}
	}
	return false
}

// kinds are the properties that say what an entry does with the target.
var kinds = []struct {
	class string
	kind  Kind
}{
	{"u-in-reply-to", Replies}, {"u-like-of", Likes}, {"u-like", Likes}, {"u-repost-of", Reposts}, {"u-repost", Reposts},
}

// read reads an h-entry.
func (d *document) read(entry *html.Node) Entry {
	var e Entry
	var content, summary string
	d.properties(entry, func(n *html.Node) {
		if e.Kind == Mentions {
			e.Kind = d.kind(n)
		}
		if hasClass(n, "e-content") || hasClass(n, "entry-content") {
			once(&content, textOf(n))
		}
		if hasClass(n, "p-summary") || hasClass(n, "entry-summary") {
			once(&summary, value(n))
		}
		if hasClass(n, "p-name") || hasClass(n, "entry-title") {
			once(&e.Title, excerpt(value(n)))
		}
		if hasClass(n, "dt-published") && e.Published.IsZero() {
			e.Published = date(n)
		}
		if (hasClass(n, "p-author") || hasClass(n, "u-author")) && e.Author == "" {
			e.Author, e.AuthorURL = d.card(n)
		}
	})
	once(&content, summary)
	e.Text = excerpt(content)
	if e.Text == "" && e.Kind == Mentions {
		e.Text = e.Title
	}
	return e
}

// kind is what a property says that the entry does with the target.
func (d *document) kind(n *html.Node) Kind {
	for _, k := range kinds {
		if hasClass(n, k.class) && d.holds(n) {
			return k.kind
		}
	}
	if hasWord(attr(n, "rel"), "in-reply-to") && d.holds(n) {
		return Replies
	}
	return Mentions
}

// once keeps the first text that is one.
func once(to *string, s string) {
	if *to == "" {
		*to = strings.TrimSpace(s)
	}
}

// properties are the elements below a root that are of it, and not of another root
// within it; the other root itself is.
func (d *document) properties(root *html.Node, use func(*html.Node)) {
	for c := root.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode || c.DataAtom == atom.Template {
			continue
		}
		use(c)
		if !isRoot(c) {
			d.properties(c, use)
		}
	}
}

// isRoot reports whether an element begins an item of its own.
func isRoot(n *html.Node) bool {
	for class := range strings.FieldsSeq(attr(n, "class")) {
		if strings.HasPrefix(class, "h-") && class != "h-" {
			return true
		}
	}
	return false
}

// holds reports whether an element has the target, or one in it does.
func (d *document) holds(n *html.Node) bool {
	if d.leadsTo(n) {
		return true
	}
	for c := range n.Descendants() {
		if c.Type == html.ElementNode && d.leadsTo(c) {
			return true
		}
	}
	return false
}

// card reads an author: an h-card, or an element that has the name in it.
func (d *document) card(n *html.Node) (author, site string) {
	var full string
	if isRoot(n) {
		d.properties(n, func(c *html.Node) {
			if hasClass(c, "p-name") || hasClass(c, "fn") {
				once(&full, value(c))
			}
			if hasClass(c, "u-url") && site == "" {
				site = d.site(c)
			}
		})
	}
	once(&full, value(n))
	if site == "" {
		site = d.site(n)
	}
	return name(full), site
}

// site is the address of an element, if it is that of a page.
func (d *document) site(n *html.Node) string {
	if !hasAttr(n, "href") {
		return ""
	}
	u, err := d.base.Parse(trimmed(attr(n, "href")))
	if err != nil || checkURL(u) != nil || len(u.String()) > MaxURL {
		return ""
	}
	return u.String()
}

// value is what an element says: its attribute that is for this, or its text.
func value(n *html.Node) string {
	switch {
	case n.DataAtom == atom.Data && hasAttr(n, "value"):
		return attr(n, "value")
	case n.DataAtom == atom.Abbr && hasAttr(n, "title"):
		return attr(n, "title")
	case n.DataAtom == atom.Img:
		return attr(n, "alt")
	}
	if text := textOf(n); strings.TrimSpace(text) != "" {
		return text
	}
	for c := range n.Descendants() { // a picture in place of the name
		if c.DataAtom == atom.Img && attr(c, "alt") != "" {
			return attr(c, "alt")
		}
	}
	return ""
}

// dateForms are the forms of a date that are read.
var dateForms = []string{
	time.RFC3339, "2006-01-02T15:04:05-0700", "2006-01-02 15:04:05-07:00", "2006-01-02 15:04:05-0700",
	"2006-01-02T15:04Z07:00", "2006-01-02T15:04:05", time.DateTime, time.DateOnly,
}

// date is the date that an element says; zero if none can be read.
func date(n *html.Node) time.Time {
	s := attr(n, "datetime")
	if s == "" {
		s = line(value(n))
	}
	for _, form := range dateForms {
		if t, err := time.Parse(form, strings.TrimSpace(s)); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

// block is the nearest element around a link that is a paragraph or the like.
func block(n *html.Node) *html.Node {
	for n.Parent != nil && n.Parent.Type == html.ElementNode && inline[n.DataAtom] {
		n = n.Parent
	}
	return n
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key && a.Namespace == "" {
			return a.Val
		}
	}
	return ""
}

func hasAttr(n *html.Node, key string) bool {
	for _, a := range n.Attr {
		if a.Key == key && a.Namespace == "" {
			return true
		}
	}
	return false
}

func hasClass(n *html.Node, class string) bool {
	for c := range strings.FieldsSeq(attr(n, "class")) {
		if c == class {
			return true
		}
	}
	return false
}
