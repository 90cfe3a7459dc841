package spam

import (
	"math"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Change is something a message, or the filter, could be without.
type Change string

// The changes.
const (
	NoLinks       Change = "links"          // the links of the text are gone
	NoSite        Change = "site"           // the author names no site
	NoName        Change = "name"           // the author has no name
	FirstSentence Change = "first sentence" // only that is left of the text
	NoTaught      Change = "taught"         // the moderators taught nothing
	NoPosts       Change = "posts"          // the blog's own posts say nothing
	NoMemory      Change = "memory"         // the site remembers nothing
	NoForm        Change = "form"           // the form says nothing
)

// Changes are all of them, in the order they are told.
var Changes = []Change{NoLinks, NoSite, NoName, FirstSentence, NoTaught, NoPosts, NoMemory, NoForm}

// Without is what the verdict would be after a change.
type Without struct {
	Change Change `json:"change"`
	// Count is how many links are gone; 0 for all other changes.
	Count       int     `json:"count,omitempty"`
	Probability float64 `json:"probability"`
	LogOdds     float64 `json:"log_odds"`
	Class       Class   `json:"class"`
}

// worthTelling is how far a probability has to move if the class stays.
const worthTelling = 0.01

// without tries every change and tells those that change something.
func without(f *Filter, m Message, v Verdict) []Without {
	var out []Without
	tell := func(c Change, count int, odds float64, t Thresholds) {
		p := logistic(odds)
		w := Without{Change: c, Count: count, Probability: p, LogOdds: odds, Class: t.class(p)}
		if w.Class != v.Class || math.Abs(p-v.Probability) >= worthTelling {
			out = append(out, w)
		}
	}
	if body, n := unlinked(m.Body); n > 0 {
		changed := m
		changed.Body = body
		now := f.Judge(changed)
		tell(NoLinks, n, now.LogOdds, now.Thresholds)
	}
	for _, c := range []Change{NoSite, NoName, FirstSentence, NoMemory} {
		if changed, ok := c.of(m); ok {
			now := f.Judge(changed)
			tell(c, 0, now.LogOdds, now.Thresholds)
		}
	}
	// What the form adds goes by all the rest.
	less := func(part float64) float64 {
		odds := v.LogOdds - v.Receipt.form() - part
		return odds + Receipt(m.Form.weigh(nil, odds, v.Thresholds)).LogOdds()
	}
	if part := v.Receipt.Taught(); part != 0 {
		tell(NoTaught, 0, less(part), v.Thresholds)
	}
	if part := v.Receipt.Posts(); part != 0 {
		tell(NoPosts, 0, less(part), v.Thresholds)
	}
	if part := v.Receipt.form(); part != 0 {
		tell(NoForm, 0, v.LogOdds-part, v.Thresholds)
	}
	return out
}

// of is the message after a change, and whether it is another one then.
func (c Change) of(m Message) (changed Message, other bool) {
	changed = m
	switch c {
	case NoSite:
		changed.AuthorURL = ""
		return changed, m.AuthorURL != ""
	case NoName:
		changed.Author = ""
		return changed, m.Author != ""
	case FirstSentence:
		changed.Body = firstSentence(m.Body)
		return changed, changed.Body != strings.TrimSpace(m.Body)
	case NoMemory:
		changed.Memory = Memory{}
		return changed, m.Memory != Memory{}
	default:
		return m, false
	}
}

// linkMarkup matches what stands around the words of a link in HTML, in forums and in
// Markdown.
var linkMarkup = regexp.MustCompile(`(?i)</?a\b[^<>]*>|\[/?(?:url|link)\b[^\[\]]*\]|\[([^\[\]]*)\]\(\s*(?:https?://|www\.)[^\s()]*\)`)

// unlinked is a body without its links, and how many they were. The words that were
// links stay.
func unlinked(body string) (string, int) {
	n := len(locate(Message{Body: body}, map[uint32]bool{}).links)
	if n == 0 {
		return body, 0
	}
	body = linkMarkup.ReplaceAllString(body, "$1")
	// Cutting a link out may put a new one together of what stood around it.
	for range 3 {
		links := locate(Message{Body: body}, map[uint32]bool{}).links
		if len(links) == 0 {
			break
		}
		var b strings.Builder
		at := 0
		for _, s := range links {
			if s.From >= at {
				b.WriteString(body[at:s.From])
				at = s.To
			}
		}
		body = b.String() + body[at:]
	}
	return body, n
}

// firstSentence is the beginning of a text up to the first full stop, question or
// exclamation mark, or line end, that something follows.
func firstSentence(s string) string {
	s = strings.TrimSpace(s)
	for i, x := range s {
		end := i + utf8.RuneLen(x)
		if x == utf8.RuneError {
			continue
		}
		switch {
		case x == '\n':
			return s[:i]
		case strings.ContainsRune("。！？", x):
			return s[:end]
		case strings.ContainsRune(".!?", x) && end < len(s) && strings.IndexByte(" \t\r\n", s[end]) >= 0:
			return s[:end]
		}
	}
	return s
}
