package webmention

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"
)

// relation is the name of the link to an endpoint.
const relation = "webmention"

// endpoint is what the page names as its endpoint: the first Link header, else the first
// link or a element, that says so.
func (p *page) endpoint() (string, error) {
	ref, ok := linked(p.header, relation)
	base := p.url
	if !ok && p.isHTML() {
		ref, base, ok = linkedInHTML(p.text(), p.url)
	}
	if !ok {
		return "", ErrNoEndpoint
	}
	u, err := base.Parse(ref)
	if err == nil {
		err = checkURL(u)
	}
	if err != nil {
		return "", fmt.Errorf("the endpoint: %w", errors.Join(ErrForbidden, err))
	}
	u.Fragment, u.RawFragment = "", ""
	return u.String(), nil
}

// linkedInHTML is the first endpoint of a document, and what it is relative to.
func linkedInHTML(text string, at *url.URL) (ref string, base *url.URL, ok bool) {
	base = at
	based := false
	for name, attr := range elements(text) {
		href, has := attr["href"]
		switch {
		case !has:
		case name == "base" && !based:
			based = true
			if u, err := at.Parse(trimmed(href)); err == nil && checkURL(u) == nil {
				base = u
			}
		case (name == "link" || name == "a") && hasWord(attr["rel"], relation):
			return trimmed(href), base, true
		}
	}
	return "", nil, false
}

// trimmed is an address as an attribute has it, without what browsers pass over.
func trimmed(ref string) string {
	ref = strings.Trim(ref, " \t\r\n\f")
	return strings.Map(func(r rune) rune {
		if r == '\t' || r == '\r' || r == '\n' {
			return -1
		}
		return r
	}, ref)
}

// elements are the elements of a document in their order, with their attributes: of an
// attribute that stands twice, the first. Comments, scripts and what stands in templates
// are none.
func elements(text string) func(yield func(name string, attr map[string]string) bool) {
	return func(yield func(string, map[string]string) bool) {
		z := html.NewTokenizer(strings.NewReader(text))
		inTemplate := 0
		for {
			switch z.Next() {
			case html.ErrorToken:
				return
			case html.EndTagToken:
				if name, _ := z.TagName(); string(name) == "template" {
					inTemplate = max(0, inTemplate-1)
				}
			case html.StartTagToken, html.SelfClosingTagToken:
				t := z.Token()
				if t.Data == "template" {
					inTemplate++
				}
				if inTemplate == 0 && !yield(t.Data, attributes(t.Attr)) {
					return
				}
			case html.TextToken, html.CommentToken, html.DoctypeToken:
			}
		}
	}
}

func attributes(list []html.Attribute) map[string]string {
	m := make(map[string]string, len(list))
	for _, a := range list {
		if _, twice := m[a.Key]; !twice {
			m[a.Key] = a.Val
		}
	}
	return m
}

// text is a page of HTML in UTF-8, from whatever it says it is in.
func (p *page) text() string {
	r, err := charset.NewReader(strings.NewReader(string(p.body)), p.header.Get("Content-Type"))
	if err != nil {
		return string(p.body)
	}
	// A byte of an old encoding becomes three at most.
	b, err := io.ReadAll(io.LimitReader(r, 3*MaxBody))
	if err != nil {
		return string(p.body)
	}
	return string(b)
}
