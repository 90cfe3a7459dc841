package spam

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Message is a comment as the filter sees it. It has no e-mail address: what
// the filter does not see, no reason of its can tell.
type Message struct {
	Author    string
	AuthorURL string
	Body      string
	Permalink string
	Title     string    // of the post; empty if unknown
	Tags      []string  // of the post
	Date      time.Time // zero if unknown; no sign, only the order of things
	Memory    Memory    // what the site remembers about it
	Form      Form      // how it was sent
}

// Record is a message as it stands on a line of JSON:
//
//	{"id": 7, "author": "Ada", "author_url": "https://example.org",
//	 "body": "Thank you!", "permalink": "first-post", "date": "2026-11-22",
//	 "source": "example.org", "lang": "en", "label": "ham"}
//
// Every key may be missing or null and unknown ones are ignored, author_email
// among them.
type Record struct {
	ID      json.RawMessage // a string, a number or null, as it stood there
	Message Message
	Source  string // the blog it was sent to
	Lang    string // the language somebody said it is in
	Label   string // "spam", "ham" or empty
	// WrongDate is a date that no date could be read from.
	WrongDate string
	// Textless says that the line is an exported label without its comment: it has a
	// vector and no body.
	Textless bool
}

// ParseRecord reads a line of JSON.
func ParseRecord(line []byte) (Record, error) {
	var raw struct {
		ID        json.RawMessage `json:"id"`
		Author    string          `json:"author"`
		AuthorURL string          `json:"author_url"`
		Body      string          `json:"body"`
		Permalink string          `json:"permalink"`
		Date      json.RawMessage `json:"date"`
		Source    string          `json:"source"`
		Lang      json.RawMessage `json:"lang"`
		Label     string          `json:"label"`
		Vector    json.RawMessage `json:"vector"`
	}
	if err := noObject(bytes.TrimSpace(line)); err != nil {
		return Record{}, err
	}
	if err := json.Unmarshal(line, &raw); err != nil {
		return Record{}, explain(err)
	}
	if raw.ID == nil {
		raw.ID = json.RawMessage("null")
	}
	if c := raw.ID[0]; c == '{' || c == '[' || c == 't' || c == 'f' {
		return Record{}, errors.New("id: neither text nor a number")
	}
	r := Record{
		ID: raw.ID, Source: raw.Source, Label: raw.Label, Textless: raw.Vector != nil && raw.Body == "",
		Message: Message{Author: raw.Author, AuthorURL: raw.AuthorURL, Body: raw.Body, Permalink: raw.Permalink},
	}
	r.Message.Date, r.WrongDate = parseDate(raw.Date)
	_ = json.Unmarshal(raw.Lang, &r.Lang) // what is no text tells no language
	return r, nil
}

// Example is the record as something to train on or to measure with; it must
// have a label.
func (r Record) Example() (Example, error) {
	switch Class(r.Label) {
	case Ham, Spam:
		return Example{Message: r.Message, Source: r.Source, Lang: r.Lang, Spam: Class(r.Label) == Spam}, nil
	case "":
		return Example{}, errors.New("label: is missing")
	default:
		return Example{}, fmt.Errorf("label: %q is neither %q nor %q", r.Label, Spam, Ham)
	}
}

// noObject finds what JSON's own errors would say in riddles, or not at all.
func noObject(line []byte) error {
	switch {
	case len(line) == 0:
		return errors.New("the line is empty")
	case string(line) == "null":
		return errors.New("null where an object was expected")
	case bytes.HasPrefix(line, []byte("\xff\xfe")), bytes.HasPrefix(line, []byte("\xfe\xff")):
		return errors.New("UTF-16 where UTF-8 was expected")
	default:
		return nil
	}
}

// explain says in plain words what is wrong with a line of JSON.
func explain(err error) error {
	if t, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		if t.Field == "" {
			return fmt.Errorf("%s where an object was expected", article(t.Value))
		}
		return fmt.Errorf("%s: %s where text was expected", t.Field, article(t.Value))
	}
	if s, ok := errors.AsType[*json.SyntaxError](err); ok {
		if s.Error() == "unexpected end of JSON input" { // it has no other sign
			return fmt.Errorf("not JSON: it ends at byte %d before the object does; a line holds a whole object", s.Offset)
		}
		return fmt.Errorf("not JSON: %w (at byte %d)", err, s.Offset)
	}
	return fmt.Errorf("not JSON: %w", err)
}

// article puts "a" or "an" before the name of a kind of JSON value.
func article(value string) string {
	value, _, _ = strings.Cut(value, " ") // "number 1.5" is a number
	if value == "bool" {
		value = "boolean"
	}
	if strings.IndexByte("aeiou", value[0]) >= 0 {
		return "an " + value
	}
	return "a " + value
}

// dateForms are the forms of a date that are read.
var dateForms = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05", time.DateTime, "2006-01-02 15:04:05 -0700", time.DateOnly,
	time.RFC1123Z, time.RFC1123, time.UnixDate, time.ANSIC,
}

// parseDate is the date in a JSON value. If none can be read there it is zero, for a
// comment is judged whether or not its date makes sense, and wrong is what stood
// there; null and empty text are no date, and not wrong.
func parseDate(raw json.RawMessage) (date time.Time, wrong string) {
	var text *string
	if json.Unmarshal(raw, &text) != nil {
		return time.Time{}, string(raw)
	}
	if text == nil || strings.TrimSpace(*text) == "" {
		return time.Time{}, ""
	}
	for _, form := range dateForms {
		if t, err := time.Parse(form, strings.TrimSpace(*text)); err == nil {
			return t, ""
		}
	}
	return time.Time{}, *text
}
