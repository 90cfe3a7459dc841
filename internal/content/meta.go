package content

import (
	"errors"
	"io/fs"
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"

	// A machine without a time zone database, as small containers are, gets ours.
	_ "time/tzdata"

	"golang.org/x/text/language"
)

// siteFile says what the blog is as a whole.
const siteFile = "site.toml"

var siteKeys = []string{"title", "description", "language", "time_zone", "permalink", "per_page", "security_contact", "authors"}

var siteInstead = map[string]string{
	"name": "title", "subtitle": "description", "tagline": "description", "locale": "language",
	"lang": "language", "timezone": "time_zone", "tz": "time_zone", "zone": "time_zone",
	"permalinks": "permalink", "paginate": "per_page", "page_size": "per_page", "posts_per_page": "per_page",
	"security": "security_contact", "contact": "security_contact", "author": "authors",
}

// Empty is what an empty folder says.
func Empty() *Library { return &Library{Meta: defaults()} }

// defaults is the blog as a whole when nothing is said about it.
func defaults() Meta {
	return Meta{Title: "A blog", Language: "en", Zone: time.UTC, Permalink: defaultPermalink, PerPage: 10}
}

// maxPerPage is how many posts a page of a list may have.
const maxPerPage = 500

// loadMeta reads site.toml. What it does not say, or says wrongly, is as if the
// file were missing.
func loadMeta(fsys fs.FS) (Meta, Problems) {
	m := defaults()
	data, problem := read(fsys, siteFile)
	if problem != nil {
		if errors.Is(problem.cause, fs.ErrNotExist) {
			return m, nil
		}
		return m, Problems{problem.Problem}
	}
	fields, bad := parseSite(data)
	if bad != nil {
		bad.File = siteFile
		return m, Problems{*bad}
	}
	f := newForm(siteFile, fields, siteKeys, siteInstead)
	if title := f.text("title"); title != "" {
		m.Title = title
	}
	m.Description = f.text("description")
	f.language(&m)
	m.Zone = f.zone("time_zone", m.Zone)
	m.Permalink = f.permalink(m.Permalink)
	if n := f.number("per_page", 1, maxPerPage); n > 0 {
		m.PerPage = n
	}
	m.SecurityContact = f.contact()
	m.Authors = f.people()
	return m, f.problems
}

func parseSite(data []byte) ([]field, *Problem) {
	src, bad := text(data)
	if bad != nil {
		return nil, bad
	}
	if bad := tooMuch("the file", src); bad != nil {
		return nil, bad
	}
	return parseTOML(src, 1)
}

func (f *form) language(m *Meta) {
	s := f.text("language")
	if s == "" {
		return
	}
	tag, err := language.Parse(s)
	if err != nil || strings.Contains(s, "_") {
		f.note(f.at("language"), "language", `"`+s+`" is not a language`, "write it like en, de or pt-BR")
		return
	}
	m.Language = tag.String()
}

// contact is whom to tell of a hole, as a URL.
func (f *form) contact() string {
	s := f.text("security_contact")
	if s == "" {
		return ""
	}
	if a, err := mail.ParseAddress(s); err == nil && a.Address == s {
		return "mailto:" + s
	}
	if u, err := url.Parse(s); err == nil && (u.Scheme == "https" && u.Host != "" || u.Scheme == "mailto" && u.Opaque != "" || u.Scheme == "tel" && u.Opaque != "") {
		return u.String()
	}
	f.note(f.at("security_contact"), "security_contact", strconv.Quote(s)+" is neither an e-mail address nor a URL",
		"write it like security@example.org or https://example.org/security")
	return ""
}

var authorKeys = []string{"url", "about"}

var authorInstead = map[string]string{
	"website": "url", "site": "url", "link": "url", "homepage": "url", "bio": "about", "description": "about", "summary": "about",
}

// people is what is said about authors.
func (f *form) people() map[string]Author {
	e, ok := f.get("authors")
	if !ok {
		return nil
	}
	if e.value.shape != aTable {
		f.note(e.place, "authors", "this has to be a table for each author", `write a line [authors."Ada Oakes"] and below it url = and about =`)
		return nil
	}
	all := map[string]Author{}
	for _, person := range e.value.table {
		t, done := f.table(field{key: "authors." + person.key, place: person.place, value: person.value}, authorKeys, authorInstead)
		all[strings.Join(strings.Fields(person.key), " ")] = Author{URL: t.link("url"), About: t.text("about")}
		done()
	}
	return all
}
