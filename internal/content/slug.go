package content

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"hamlet/internal/markup"
)

// ReservedSlugs are the addresses that a page cannot take, because they are the
// blog's own or may become so.
var ReservedSlugs = []string{
	".well-known", "admin", "api", "apple-touch-icon.png", "archive", "atom.xml", "authors", "categories", "comment", "comments",
	"comments.xml", "embed", "embed.css", "embed.js",
	"favicon.ico", "feed.json", "feed.xml", "manifest.webmanifest", "media", "opensearch.xml", "page", "posts", "preview",
	"privacy", "robots.txt", "search", "security.txt", "series", "sitemap.xml", "static", "tags",
}

// maxSlug is how many characters a slug may have.
const maxSlug = 200

var datePrefix = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}-`)

// slugOf makes a slug of the name of a file or of a bundle's folder.
func slugOf(s source) string {
	name := path.Base(s.path)
	name = strings.TrimSuffix(name, path.Ext(name))
	if s.dir != "" {
		name = path.Base(s.dir)
	}
	return markup.Slug(datePrefix.ReplaceAllString(name, ""))
}

// checkSlug says what is wrong with a slug that was given.
func checkSlug(slug string) (message, hint string) {
	if validSlug(slug) {
		return "", ""
	}
	if better := markup.Slug(slug); better != "" {
		hint = "did you mean " + better + "?"
	}
	return "a slug has lower-case letters, digits, and single hyphens, dots or underscores between them", hint
}

func validSlug(slug string) bool {
	if slug != norm.NFC.String(strings.ToLower(slug)) {
		return false
	}
	between := true
	for _, r := range slug {
		switch {
		case unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r):
			between = false
		case !strings.ContainsRune("-._", r) || between:
			return false
		default:
			between = true
		}
	}
	return !between
}

// slug is the slug of a post, given or made; empty with a problem noted.
func (f *form) slug(s source) string {
	slug := f.text("slug")
	if slug == "" {
		if _, given := f.get("slug"); given && len(f.problems) > 0 {
			return ""
		}
		if slug = slugOf(s); slug == "" {
			f.note(place{line: 1}, "slug", "no slug can be made of the file's name", "give one in the front matter")
			return ""
		}
	}
	at := f.at("slug")
	if message, hint := checkSlug(slug); message != "" {
		f.note(at, "slug", message, hint)
		return ""
	}
	if len([]rune(slug)) > maxSlug {
		f.note(at, "slug", "this is too long; a slug has at most 200 characters", "give a shorter one")
		return ""
	}
	if s.kind == KindPage && slices.Contains(ReservedSlugs, slug) {
		f.note(at, "slug", "/"+slug+" is an address of the blog's own", "give another slug")
		return ""
	}
	return slug
}

// isControl reports whether a character has no place in a line of text.
func isControl(r rune) bool { return unicode.IsControl(r) }
