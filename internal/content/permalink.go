package content

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

var placeholder = regexp.MustCompile(`:[\pL\d_]*`)

// placeholders are what a permalink pattern may hold.
var placeholders = []string{":year", ":month", ":day", ":slug", ":category", ":author"}

// permalink is the pattern of the posts' paths.
func (f *form) permalink(otherwise string) string {
	s := f.text("permalink")
	if s == "" {
		return otherwise
	}
	if message, hint := checkPermalink(s); message != "" {
		f.note(f.at("permalink"), "permalink", message, hint)
		return otherwise
	}
	return norm.NFC.String(strings.TrimSuffix(s, "/"))
}

func checkPermalink(s string) (message, hint string) {
	for _, p := range placeholder.FindAllString(s, -1) {
		if !slices.Contains(placeholders, p) {
			hint = "allowed are " + strings.Join(placeholders, ", ")
			if near := suggest(p, placeholders); near != "" {
				hint = "did you mean " + near + "?"
			}
			return "there is no " + p, hint
		}
	}
	rest := placeholder.ReplaceAllString(s, "x")
	odd := func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) && !strings.ContainsRune("/-._~", r)
	}
	switch {
	case !strings.HasPrefix(s, "/"):
		return "a pattern begins with a /", "write it like /:year/:month/:slug"
	case strings.Count(s, ":slug") != 1:
		return "a pattern has :slug in it once, which tells posts apart", "write it like /:year/:month/:slug"
	case strings.ContainsFunc(rest, odd), strings.TrimSuffix(rest, "/") != path.Clean(rest):
		return "a pattern is made of placeholders, letters, digits, and / - . _ ~ between them", "write it like /:year/:month/:slug"
	case isReserved(strings.TrimSuffix(s, "/")):
		first, _, _ := strings.Cut(s[1:], "/")
		return "/" + first + " is an address of the blog's own", "let the pattern begin with something else"
	}
	return "", ""
}

// Path is the path of a post's or a page's URL, unescaped: for a post what the
// permalink pattern comes to, for a page its slug.
func (m Meta) Path(p *Post) string {
	if p.Kind == KindPage {
		return "/" + p.Slug
	}
	if m.Permalink == "" || m.Permalink == defaultPermalink {
		return "/posts/" + p.Slug
	}
	return placeholder.ReplaceAllStringFunc(m.Permalink, func(name string) string {
		switch name {
		case ":year":
			return fmt.Sprintf("%04d", p.Date.Year())
		case ":month":
			return fmt.Sprintf("%02d", p.Date.Month())
		case ":day":
			return fmt.Sprintf("%02d", p.Date.Day())
		case ":category":
			return firstSlug(p.Categories)
		case ":author":
			return firstSlug(p.Authors)
		}
		return p.Slug
	})
}

// defaultPermalink is the pattern of a blog that gives none.
const defaultPermalink = "/posts/:slug"

func firstSlug(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return TermSlug(names[0])
}

// checkPath finds what keeps a post from having the path of the pattern: a name
// it needs, or an address that is taken by the blog itself.
func (m Meta) checkPath(p *Post) *Problem {
	if p.Kind == KindPage || m.Permalink == defaultPermalink {
		return nil
	}
	for _, need := range []struct {
		name, key string
		have      []string
	}{{":category", "categories", p.Categories}, {":author", "author", p.Authors}} {
		if strings.Contains(m.Permalink, need.name) && len(need.have) == 0 {
			return &Problem{
				File: p.Source, Line: 1, Field: need.key,
				Message: "this is missing; the permalink pattern " + m.Permalink + " needs it",
				Hint:    "add a line " + need.key + ":",
			}
		}
	}
	if address := m.Path(p); isReserved(address) {
		return &Problem{
			File: p.Source, Line: 1,
			Message: "with the permalink pattern " + m.Permalink + " this is at " + address + ", an address of the blog's own",
			Hint:    "change what it is made of",
		}
	}
	return nil
}
