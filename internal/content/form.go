package content

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// form reads typed values out of fields, and notes what is wrong.
type form struct {
	file     string
	first    place  // at which missing keys are noted
	within   string // key of the table that this is, with a dot: "event."
	fields   map[string]field
	problems Problems
}

// newForm takes the fields apart from those with keys that are unknown or were
// given already.
func newForm(file string, fields []field, known []string, instead map[string]string) *form {
	f := &form{file: file, first: place{line: 1}}
	f.fill(fields, known, instead)
	return f
}

// table is the table of a key that was given; its problems go to f when it is
// done.
func (f *form) table(e field, known []string, instead map[string]string) (t *form, done func()) {
	t = &form{file: f.file, first: e.place, within: f.within + e.key + "."}
	if e.value.shape != aTable {
		t.note(e.place, "", fmt.Sprintf("this has to be a table with %s, not %s", strings.Join(known, ", "), e.value.shape), "")
	} else if e.value.alias {
		t.note(e.place, "", "an alias cannot stand for a table", "write it out")
	}
	t.fill(e.value.table, known, instead)
	return t, func() { f.problems = append(f.problems, t.problems...) }
}

func (f *form) fill(fields []field, known []string, instead map[string]string) {
	f.fields = map[string]field{}
	for _, e := range fields {
		before, twice := f.fields[e.key]
		switch {
		case !slices.Contains(known, e.key):
			f.note(e.place, e.key, "unknown key", meant(e.key, known, instead))
		case twice:
			f.note(e.place, e.key, fmt.Sprintf("this key was given on line %d already", before.line), "keep one of them")
		default:
			f.fields[e.key] = e
		}
	}
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

func (f *form) note(at place, field, message, hint string) {
	field = strings.TrimSuffix(f.within+field, ".")
	f.problems = append(f.problems, Problem{File: f.file, Line: at.line, Column: at.column, Field: field, Message: message, Hint: hint})
}

// get finds a key that was given a value.
func (f *form) get(key string) (field, bool) {
	e, ok := f.fields[key]
	return e, ok && e.value.shape != aVoid
}

// at is where the value of a key is, or the key, if the value is on lines of its
// own; or the beginning of the front matter or the table.
func (f *form) at(key string) place {
	e, ok := f.fields[key]
	switch {
	case !ok:
		return f.first
	case e.value.line == e.line && e.value.shape != aVoid:
		return e.value.place
	}
	return e.place
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
		f.note(f.at(key), key, "this is missing", "add a line "+key+":")
		return ""
	}
	before := len(f.problems)
	s := f.text(key)
	if s == "" && len(f.problems) == before {
		f.note(f.at(key), key, "this is empty", "")
	}
	return s
}

func (f *form) words(key string, v value) string {
	if v.shape != aText {
		f.wrong(key, v, aText)
		return ""
	}
	s := strings.Join(strings.Fields(v.text), " ")
	if key == "aliases" {
		s = strings.TrimSpace(v.text) // an address has no lines to be folded
	}
	if strings.ContainsFunc(s, unicode.IsControl) {
		f.note(v.place, key, "there is a control character in "+strconv.QuoteToASCII(s), "take it out")
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
	f.note(v.place, key, message, hint)
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
		f.note(f.at(key), key, fmt.Sprintf("this has to be true or false, not %s", e.value.shape), "")
		return false
	}
	return e.value.flag
}

// number is a whole number from least to most; 0 if none was given.
func (f *form) number(key string, least, most int) int {
	e, ok := f.get(key)
	if !ok {
		return 0
	}
	n, err := strconv.Atoi(e.value.text)
	if e.value.shape != aNumber || err != nil || n < least || n > most {
		f.note(f.at(key), key, fmt.Sprintf("this has to be a whole number from %d to %d", least, most), "")
		return 0
	}
	return n
}

// link is an address of the web.
func (f *form) link(key string) string {
	s := f.text(key)
	if s == "" {
		return ""
	}
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil {
		f.note(f.at(key), key, strconv.Quote(s)+" is not an address of the web", "begin it with https://")
		return ""
	}
	return u.String()
}
