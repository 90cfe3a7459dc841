package markup

import (
	"html/template"
	"iter"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/idna"
)

// Piece is a part of a text as it was typed, and the class of its mark; empty for none.
type Piece struct{ Text, Class string }

// Annotate is what [Stranger] or [Verbatim] wrote, for who is to decide on it: what is left
// of the pieces that have a class is in <mark>, wherever lines and Markdown broke them, and
// behind each link stands its host, in <b class="host">, as browsers look it up. If the host
// is written otherwise in the link, that is told too: a name in another script looks like a
// name it is not. So is the host that a link names in its query, to which redirectors lead on. The pieces together are what was typed. Only texts are marked, and nothing
// of what was typed becomes anything but text.
func Annotate(said template.HTML, typed []Piece) template.HTML {
	a := annotator{typed: newTrail(typed)}
	z := html.NewTokenizer(strings.NewReader(string(said)))
	for {
		switch kind := z.Next(); kind {
		case html.ErrorToken: // the end: a text in memory has no other
			return template.HTML(a.out.String()) //nolint:gosec // what it was made of, escaped as it was
		case html.TextToken:
			a.text(z.Token().Data)
		default:
			raw := string(z.Raw())
			a.tag(kind, z.Token(), raw)
		}
	}
}

// annotator writes a text with its marks.
type annotator struct {
	typed trail
	out   strings.Builder
	to    string // where the link leads that is open
}

func (a *annotator) tag(kind html.TokenType, t html.Token, raw string) {
	a.out.WriteString(raw)
	if t.Data != "a" {
		return
	}
	if kind == html.StartTagToken {
		for _, attr := range t.Attr {
			if attr.Key == "href" {
				a.to = attr.Val
			}
		}
		return
	}
	host, typed := hostOf(a.to)
	a.host(host, typed, "")
	if on, typed := carried(a.to); on != host {
		a.host(on, typed, "→ ")
	}
	a.to = ""
}

// host writes a host that a link leads to, if there is one.
func (a *annotator) host(host, typed, sign string) {
	if host == "" {
		return
	}
	a.out.WriteString(` <b class="host" dir="ltr">` + sign + html.EscapeString(host) + "</b>")
	if typed != "" {
		a.out.WriteString(` <span class="host" dir="ltr">` + html.EscapeString(typed) + "</span>")
	}
}

// text writes a text with its marks: from the first unit of a piece to the last.
func (a *annotator) text(s string) {
	written, open, end := 0, -1, 0
	finish := func() {
		if open >= 0 {
			a.out.WriteString(html.EscapeString(s[written:end]) + "</mark>")
			written, open = end, -1
		}
	}
	for from, to := range units(s) {
		piece := a.typed.find(s[from:to])
		if piece != open {
			finish()
		}
		if piece >= 0 && open < 0 {
			a.out.WriteString(html.EscapeString(s[written:from]) + `<mark class="` + html.EscapeString(a.typed.pieces[piece].Class) + `">`)
			written, open = from, piece
		}
		end = to
	}
	finish()
	a.out.WriteString(html.EscapeString(s[written:]))
}

// trail is what was typed as its units, which what was made of it goes along: Markdown and
// addresses fall out of a text, and what stays keeps its order. So each unit is looked at
// once, however many pieces there are.
type trail struct {
	pieces []Piece
	of     []int          // the piece that each unit is in
	next   []int          // where the same unit stands again; the number of units: nowhere
	first  map[string]int // where a unit stands that is not passed yet, or was
	at     int            // what is before is passed
}

func newTrail(pieces []Piece) trail {
	var all strings.Builder
	for _, p := range pieces {
		all.WriteString(p.Text)
	}
	typed := all.String()
	t := trail{pieces: pieces, first: map[string]int{}}
	var names []string
	piece, end := -1, 0
	for from, to := range units(typed) {
		for from >= end {
			piece++
			end += len(pieces[piece].Text)
		}
		t.of, names = append(t.of, piece), append(names, typed[from:to])
	}
	t.next = make([]int, len(names))
	for i, name := range slices.Backward(names) {
		t.next[i] = len(names)
		if after, ok := t.first[name]; ok {
			t.next[i] = after
		}
		t.first[name] = i
	}
	return t
}

// strayed is how far ahead a sign may be that is not a word: what was not typed as a sign may
// be one now, and the same sign may be typed far away.
const strayed = 32

// find is the piece in which the next unit of this name is, if it has a class; else -1.
func (t *trail) find(name string) int {
	i, ok := t.first[name]
	if !ok {
		return -1
	}
	for i < t.at {
		i = t.next[i]
	}
	t.first[name] = i
	first, _ := utf8.DecodeRuneInString(name)
	if i == len(t.of) || !inWord(first) && i-t.at > strayed {
		return -1
	}
	t.at = i + 1
	if p := t.of[i]; t.pieces[p].Class != "" {
		return p
	}
	return -1
}

// units are the words of a text, and each sign that is in none; spaces are between them.
func units(s string) iter.Seq2[int, int] {
	return func(yield func(from, to int) bool) {
		for from, to := 0, 0; from < len(s); from = to {
			first, n := utf8.DecodeRuneInString(s[from:])
			to = from + n
			if inWord(first) {
				rest := strings.IndexFunc(s[to:], func(r rune) bool { return !inWord(r) })
				if rest < 0 {
					rest = len(s) - to
				}
				to += rest
			}
			if !unicode.IsSpace(first) && !yield(from, to) {
				return
			}
		}
	}
}

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) }

// hostOf is the host that a link leads to, as browsers look it up, and as it is typed if that
// is another spelling: a name in another script looks like a name it is not, and only the
// former tells them apart.
func hostOf(link string) (host, typed string) {
	u, err := url.Parse(link)
	if err != nil || u.Host == "" {
		return "", ""
	}
	name := u.Hostname()
	if shown, err := idna.Display.ToUnicode(name); err == nil && shown != name {
		return name, shown
	}
	if ascii, err := idna.Lookup.ToASCII(name); err == nil && ascii != name {
		return ascii, name
	}
	return name, ""
}

// carried is the host of the first address in the query of a link, to which redirectors lead on.
func carried(link string) (host, typed string) {
	_, query, _ := strings.Cut(link, "?")
	for part := range strings.SplitSeq(query, "&") {
		_, value, _ := strings.Cut(part, "=")
		if to, err := url.QueryUnescape(value); err == nil {
			if host, typed = hostOf(to); host != "" {
				return host, typed
			}
		}
	}
	return "", ""
}
