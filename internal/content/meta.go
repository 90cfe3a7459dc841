package content

import (
	"errors"
	"io/fs"
	"strings"
	"time"

	// A machine without a time zone database, as small containers are, gets ours.
	_ "time/tzdata"

	"golang.org/x/text/language"
)

// siteFile says what the blog is as a whole.
const siteFile = "site.toml"

var siteKeys = []string{"title", "description", "language", "time_zone"}

var siteInstead = map[string]string{
	"name": "title", "subtitle": "description", "tagline": "description", "locale": "language",
	"lang": "language", "timezone": "time_zone", "tz": "time_zone",
}

// Empty is what an empty folder says.
func Empty() *Library { return &Library{Meta: defaults()} }

// defaults is the blog as a whole when nothing is said about it.
func defaults() Meta { return Meta{Title: "A blog", Language: "en", Zone: time.UTC} }

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
	f.zone(&m)
	return m, f.problems
}

func parseSite(data []byte) ([]field, *Problem) {
	src, bad := text(data)
	if bad != nil {
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
		f.note(f.line("language"), "language", `"`+s+`" is not a language`, "write it like en, de or pt-BR")
		return
	}
	m.Language = tag.String()
}

func (f *form) zone(m *Meta) {
	s := f.text("time_zone")
	if s == "" {
		return
	}
	zone, err := time.LoadLocation(s)
	if err != nil || s == "Local" {
		f.note(f.line("time_zone"), "time_zone", `"`+s+`" is not a time zone`, "write it like Europe/Berlin or UTC")
		return
	}
	m.Zone = zone
}
