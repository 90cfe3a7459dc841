package webmention

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// excerpt is a text on one line, cut at a word near MaxText characters.
func excerpt(s string) string { return cut(line(s), MaxText) }

// name is a name on one line.
func name(s string) string { return cut(line(s), MaxName) }

// line is a text on one line, without what is not seen or turns the direction of what is
// around it.
func line(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), r >= '\u202A' && r <= '\u202E', r >= '\u2066' && r <= '\u2069', r == '\uFEFF':
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return strings.Join(strings.Fields(s), " ")
}

// cut cuts a line at a word near the limit, and says by "…" that it did.
func cut(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	end, n := 0, 0
	for i := range s {
		if n == limit-1 { // one is for the mark
			end = i
			break
		}
		n++
	}
	s = s[:end]
	if i := strings.LastIndexByte(s, ' '); i > len(s)/2 {
		s = s[:i]
	}
	return strings.TrimRight(s, " ") + "…"
}

// enough is how many bytes of text are gathered for an excerpt or a name: several times
// what is kept, for space is squeezed later.
const enough = 16 << 10

// textOf is the text that a reader sees in an element.
func textOf(n *html.Node) string {
	var b strings.Builder
	gather(&b, n)
	return b.String()
}

// gather adds the text of a node until there is enough of it.
func gather(b *strings.Builder, n *html.Node) {
	switch {
	case b.Len() > enough:
		return
	case n.Type == html.TextNode:
		b.WriteString(n.Data)
		return
	case n.Type == html.ElementNode && silent[n.DataAtom]:
		return
	}
	parted := n.Type == html.ElementNode && !inline[n.DataAtom]
	if parted {
		b.WriteByte(' ')
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		gather(b, c)
	}
	if parted {
		b.WriteByte(' ')
	}
}

// silent are the elements whose content is no text of the page.
var silent = atoms(
	atom.Head, atom.Script, atom.Style, atom.Template, atom.Noscript, atom.Textarea, atom.Select, atom.Iframe,
	atom.Object, atom.Svg, atom.Math, atom.Audio, atom.Video, atom.Title, atom.Rp,
)

// inline are the elements that do not part the words before them from those after.
var inline = atoms(
	atom.A, atom.Abbr, atom.B, atom.Bdi, atom.Bdo, atom.Cite, atom.Code, atom.Data, atom.Del, atom.Dfn, atom.Em,
	atom.Font, atom.I, atom.Ins, atom.Kbd, atom.Mark, atom.Q, atom.Ruby, atom.S, atom.Samp, atom.Small, atom.Span,
	atom.Strong, atom.Sub, atom.Sup, atom.Time, atom.U, atom.Var, atom.Wbr,
)

func atoms(all ...atom.Atom) map[atom.Atom]bool {
	m := make(map[atom.Atom]bool, len(all))
	for _, a := range all {
		m[a] = true
	}
	return m
}
