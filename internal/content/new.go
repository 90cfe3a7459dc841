package content

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"hamlet/internal/markup"
)

// Outline is a post or a page to be begun.
type Outline struct {
	Kind   Kind
	Title  string
	Slug   string // made of the title if empty
	Bundle bool   // with a folder of its own, for pictures
}

// maxName is how many bytes the name of a new file has at most, without its end.
const maxName = 120

// Begin is the path in the content folder and the text of a new file: a draft,
// dated now in the zone of the blog. A title without a letter or a digit, in any
// script, needs a slug, and a slug cannot be that of another file of lib.
func Begin(lib *Library, o Outline, now time.Time) (name string, text []byte, err error) {
	title := strings.Join(strings.Fields(o.Title), " ")
	if title == "" || !utf8.ValidString(title) || strings.ContainsFunc(title, isControl) {
		return "", nil, errors.New("a title is a line of text")
	}
	slug, given := o.Slug, o.Slug != ""
	if !given {
		slug = shorten(markup.Slug(title), maxName)
	}
	if err := lib.checkNew(o.Kind, slug, given); err != nil {
		return "", nil, err
	}
	s := source{kind: o.Kind, found: found{path: folders[o.Kind] + slug + ".md"}}
	if o.Bundle || slug == "index" { // index.md is a file of a bundle
		s.dir = folders[o.Kind] + slug
		s.path = s.dir + "/index.md"
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "---\ntitle: %s\n", quoted(title))
	if o.Kind == KindPost {
		fmt.Fprintf(&b, "date: %s\n", now.In(lib.Meta.Zone).Format(minutes))
	}
	if slugOf(s) != slug { // a date in front of it would be lost, for one
		fmt.Fprintf(&b, "slug: %s\n", quoted(slug))
	}
	b.WriteString("draft: true\n---\n\n")
	return s.path, b.Bytes(), nil
}

var folders = map[Kind]string{KindPost: "posts/", KindPage: "pages/"}

// checkNew refuses a slug that a new file cannot have.
func (lib *Library) checkNew(k Kind, slug string, given bool) error {
	if slug == "" {
		return errors.New("no address can be made of this title; give one with --slug")
	}
	if message, hint := checkSlug(slug); message != "" {
		return errors.New(strings.TrimSuffix(message+"; "+hint, "; "))
	}
	if given && len(slug) > maxName {
		return fmt.Errorf("the slug is too long for the name of a file; it may have %d bytes", maxName)
	}
	if k == KindPage && slices.Contains(ReservedSlugs, slug) {
		return errors.New("/" + slug + " is an address of the blog's own; give another slug with --slug")
	}
	for _, p := range lib.Posts {
		if p.Kind == k && p.Slug == slug {
			return fmt.Errorf("the slug %s is taken by %s; give another one with --slug", slug, p.Source)
		}
	}
	return nil
}

// shorten cuts a slug to some bytes, between words if that leaves enough of it.
func shorten(slug string, most int) string {
	if len(slug) <= most {
		return slug
	}
	for most > 0 && !utf8.RuneStart(slug[most]) {
		most--
	}
	cut := slug[:most]
	if i := strings.LastIndexByte(cut, '-'); i > most/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, "-")
}

// quoted is a text in quotes as YAML reads it, which takes what JSON does.
func quoted(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a text can be written
	return strings.TrimSpace(b.String())
}
