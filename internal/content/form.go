package content

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// form reads typed values out of fields, and notes what is wrong.
type form struct {
	file     string
	fields   map[string]field
	problems Problems
}

// newForm takes the fields apart from those with keys that are unknown or were
// given already.
func newForm(file string, fields []field, known []string, instead map[string]string) *form {
	f := &form{file: file, fields: map[string]field{}}
	for _, e := range fields {
		before, twice := f.fields[e.key]
		switch {
		case !slices.Contains(known, e.key):
			f.note(e.line, e.key, "unknown key", meant(e.key, known, instead))
		case twice:
			f.note(e.line, e.key, fmt.Sprintf("this key was given on line %d already", before.line), "keep one of them")
		default:
			f.fields[e.key] = e
		}
	}
	return f
}

// meant is the hint for an unknown key.
func meant(key string, known []string, instead map[string]string) string {
	if s := suggest(key, known); s != "" {
		return "did you mean " + s + "?"
	}
	if s := instead[strings.ToLower(key)]; s != "" {
		return "did you mean " + s + "?"
	}
	return "allowed are " + strings.Join(known, ", ")
}

func (f *form) note(line int, field, message, hint string) {
	f.problems = append(f.problems, Problem{File: f.file, Line: line, Field: field, Message: message, Hint: hint})
}

// get finds a key that was given a value.
func (f *form) get(key string) (field, bool) {
	e, ok := f.fields[key]
	return e, ok && e.value.shape != aVoid
}

// line is where a key is, or the first line of the front matter.
func (f *form) line(key string) int {
	if e, ok := f.fields[key]; ok {
		return e.line
	}
	return 1
}

// text is a text on one line.
func (f *form) text(key string) string {
	e, ok := f.get(key)
	if !ok {
		return ""
	}
	return f.words(e.key, e.value)
}

// required is a text that has to be there.
func (f *form) required(key string) string {
	if _, ok := f.get(key); !ok {
		f.note(f.line(key), key, "this is missing", "add a line "+key+":")
		return ""
	}
	before := len(f.problems)
	s := f.text(key)
	if s == "" && len(f.problems) == before {
		f.note(f.line(key), key, "this is empty", "")
	}
	return s
}

func (f *form) words(key string, v value) string {
	if v.shape != aText {
		f.wrong(key, v, aText)
		return ""
	}
	s := strings.Join(strings.Fields(v.text), " ")
	if strings.ContainsFunc(s, unicode.IsControl) {
		f.note(v.line, key, "there is a control character in "+strconv.QuoteToASCII(s), "take it out")
		return ""
	}
	return s
}

// wrong notes a value of the wrong shape.
func (f *form) wrong(key string, v value, want shape) {
	message, hint := fmt.Sprintf("this has to be %s, not %s", want, v.shape), ""
	if want == aText && v.text != "" {
		hint = "put it in quotes: " + strconv.Quote(v.text)
	}
	f.note(v.line, key, message, hint)
}

// texts is a list of texts, or one. Each counts once, whatever its case.
func (f *form) texts(key string) []string {
	e, ok := f.get(key)
	if !ok {
		return nil
	}
	items := e.value.list
	if e.value.shape != aList {
		items = []value{e.value}
	}
	var all []string
	for _, v := range items {
		if v.shape != aText {
			f.wrong(key, v, aText)
			continue
		}
		s := f.words(key, v)
		same := func(t string) bool { return strings.EqualFold(s, t) }
		if s != "" && !slices.ContainsFunc(all, same) {
			all = append(all, s)
		}
	}
	return all
}

func (f *form) flag(key string) bool {
	e, ok := f.get(key)
	if !ok {
		return false
	}
	if e.value.shape != aFlag {
		f.note(e.line, key, fmt.Sprintf("this has to be true or false, not %s", e.value.shape), "")
		return false
	}
	return e.value.flag
}

// dateLayouts are the ways to write a date with an offset or without.
var dateLayouts = []string{
	"2006-01-02", "2006-01-02 15:04", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02T15:04:05",
	"2006-01-02T15:04Z07:00", "2006-01-02T15:04:05Z07:00", "2006-01-02 15:04Z07:00", "2006-01-02 15:04:05Z07:00",
	"2006-01-02 15:04 Z07:00", "2006-01-02 15:04:05 Z07:00", "2006-01-02 15:04 -0700", "2006-01-02 15:04:05 -0700",
}

const howToDate = "write it like 2026-05-31, 2026-05-31 19:30 or 2026-05-31T19:30:00+02:00"

// date is a date in zone; one without an offset is meant there.
func (f *form) date(key string, zone *time.Location) time.Time {
	e, ok := f.get(key)
	if !ok {
		return time.Time{}
	}
	v := e.value
	if v.shape == aDate && !v.when.IsZero() {
		return inZone(v, zone)
	}
	if v.shape != aText && v.shape != aDate && v.shape != aNumber {
		f.note(v.line, key, fmt.Sprintf("this has to be a date, not %s", v.shape), howToDate)
		return time.Time{}
	}
	for _, layout := range dateLayouts {
		if t, err := time.ParseInLocation(layout, strings.TrimSpace(v.text), zone); err == nil && t.Year() > 0 {
			return t.In(zone)
		}
	}
	f.note(v.line, key, strconv.Quote(v.text)+" is not a date", howToDate)
	return time.Time{}
}

// inZone is a date of TOML, which is at the same hour in zone if it has no
// offset.
func inZone(v value, zone *time.Location) time.Time {
	if !v.local {
		return v.when.In(zone)
	}
	t := v.when
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), zone)
}
