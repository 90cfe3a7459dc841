package markup

import (
	"html/template"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/idna"
)

// Weighty is a part of a text that is to be marked, and the class of its mark.
type Weighty struct{ Text, Class string }

// Annotate is what [Stranger] or [Verbatim] wrote, for who is to decide on it: the parts
// that weighed are in <mark> wherever they stand as words of their own, and behind each
// link stands its host, in <b class="host">, as browsers look it up. If the host is
// written otherwise in the link, that is told too: a name in another script looks like a
// name it is not. Only texts are marked, and
// nothing of what was typed becomes anything but text.
func Annotate(said template.HTML, weighty []Weighty) template.HTML {
	a := annotator{weighty: slices.Clone(weighty)}
	// The longest first: "cheap watches" before "cheap".
	slices.SortStableFunc(a.weighty, func(a, b Weighty) int { return len(b.Text) - len(a.Text) })
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
	weighty []Weighty
	out     strings.Builder
	to      string // where the link leads that is open
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
	if host, typed := hostOf(a.to); host != "" {
		a.out.WriteString(` <b class="host" dir="ltr">` + html.EscapeString(host) + "</b>")
		if typed != "" {
			a.out.WriteString(` <span class="host" dir="ltr">` + html.EscapeString(typed) + "</span>")
		}
	}
	a.to = ""
}

// text writes a text with its weighty parts marked.
func (a *annotator) text(s string) {
	plain := 0
	for at := 0; at < len(s); {
		w, ok := a.at(s, at)
		if !ok {
			_, n := utf8.DecodeRuneInString(s[at:])
			at += n
			continue
		}
		a.out.WriteString(html.EscapeString(s[plain:at]) + `<mark class="` + html.EscapeString(w.Class) + `">` + html.EscapeString(w.Text) + "</mark>")
		at += len(w.Text)
		plain = at
	}
	a.out.WriteString(html.EscapeString(s[plain:]))
}

// at is the weighty part that stands at a place of a text, as words of its own.
func (a *annotator) at(s string, at int) (Weighty, bool) {
	for _, w := range a.weighty {
		if w.Text != "" && strings.HasPrefix(s[at:], w.Text) && apart(s[:at], w.Text) && apart(s[:at+len(w.Text)], s[at+len(w.Text):]) {
			return w, true
		}
	}
	return Weighty{}, false
}

// apart reports whether no word goes from one text on into the next.
func apart(before, after string) bool {
	last, _ := utf8.DecodeLastRuneInString(before)
	next, _ := utf8.DecodeRuneInString(after)
	return !inWord(last) || !inWord(next)
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
