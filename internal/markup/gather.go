package markup

import (
	"strings"
	"unicode"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	east "github.com/yuin/goldmark/extension/ast"
)

// gather notes what a text says and where it leads, before images from elsewhere
// become links.
func (w *work) gather() {
	if w.found.more != nil {
		w.out.Opening = w.openingBefore(w.found.more)
	} else {
		w.out.Opening = cut(opening(w.doc, w.src), openingLength)
	}
	w.gatherSections()
	for _, n := range w.found.links {
		w.gatherLink(n)
	}
	for _, n := range w.found.raw {
		w.gatherRaw(n)
	}
}

// openingBefore is the text of what stands before a child of the document, and
// of that child.
func (w *work) openingBefore(end ast.Node) string {
	var b strings.Builder
	for c := w.doc.FirstChild(); c != nil; c = c.NextSibling() {
		if c.Kind() != ast.KindHeading {
			b.WriteString(plain(c, w.src) + " ")
		}
		if c == end {
			break
		}
	}
	return squeeze(b.String())
}

// gatherSections cuts the words of a text at its headings. Those of the footnotes
// belong to the last section.
func (w *work) gatherSections() {
	var b strings.Builder
	section := Section{}
	end := func() {
		section.Text = squeeze(b.String())
		if section != (Section{}) {
			w.out.Sections = append(w.out.Sections, section)
			w.out.Words += wordsIn(section.Heading) + wordsIn(section.Text)
		}
		b.Reset()
	}
	headings := w.found.headings
	_ = ast.Walk(w.doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if n.Type() == ast.TypeBlock {
			b.WriteByte(' ')
		}
		switch {
		case !entering, n.Kind() == east.KindFootnoteList:
			return ast.WalkContinue, nil
		case len(headings) > 0 && n == ast.Node(headings[0]):
			end()
			section = Section{ID: attribute(n, "id"), Heading: plain(n, w.src)}
			headings = headings[1:]
			return ast.WalkSkipChildren, nil
		}
		return words(&b, n, w.src), nil
	})
	end()
}

// spaceless are the scripts that are written without spaces between words.
var spaceless = []*unicode.RangeTable{
	unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar,
}

// wordsIn counts words: what stands between spaces and has a letter or a digit.
// Two characters of a script without spaces are a word.
func wordsIn(s string) int {
	halves, inWord := 0, false
	for _, r := range s {
		switch {
		case r == ' ':
			inWord = false
		case r >= 0x0e00 && unicode.In(r, spaceless...):
			halves++
		case !inWord && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			halves, inWord = halves+2, true
		}
	}
	return (halves + 1) / 2
}

// gatherLink notes a link or an image of Markdown.
func (w *work) gatherLink(n ast.Node) {
	l := Link{}
	pos := n.Pos()
	switch n := n.(type) {
	case *ast.Link:
		l.To = string(n.Destination)
	case *ast.Image:
		l.To, l.Image = string(n.Destination), true
	case *ast.AutoLink:
		l.To = string(n.URL(w.src))
		if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(l.To, "mailto:") {
			l.To = "mailto:" + l.To
		}
		if pos < len(w.src) && strings.ContainsRune(" *_~(", rune(w.src[max(pos, 0)])) {
			pos++ // a bare address is found by what stands before it
		}
	}
	l.Line, l.Column = w.place.at(pos)
	w.out.Links = append(w.out.Links, l)
}

// gatherRaw notes the links and images of raw HTML.
func (w *work) gatherRaw(n ast.Node) {
	z := html.NewTokenizer(strings.NewReader(string(rawText(n, w.src))))
	for at := 0; z.Next() != html.ErrorToken; at += len(z.Raw()) {
		t := z.Token()
		if t.Type != html.StartTagToken && t.Type != html.SelfClosingTagToken {
			continue
		}
		for _, a := range t.Attr {
			if a.Val == "" || !leads(t.DataAtom, a.Key) {
				continue
			}
			l := Link{To: a.Val, Image: t.DataAtom == atom.Img || a.Key == "poster"}
			l.Line, l.Column = w.place.at(offsetIn(n, at))
			w.out.Links = append(w.out.Links, l)
		}
	}
}

// leads reports whether an attribute of an element is an address of something.
func leads(element atom.Atom, key string) bool {
	switch key {
	case "href":
		return element == atom.A || element == atom.Area
	case "src", "poster":
		return !dropped[element]
	}
	return false
}

// offsetIn is where in the source the byte at of raw HTML stands.
func offsetIn(n ast.Node, at int) int {
	var segments *text.Segments
	if raw, ok := n.(*ast.RawHTML); ok {
		segments = raw.Segments // Lines of anything inline panics
	} else {
		segments = n.Lines()
	}
	for i := range segments.Len() {
		s := segments.At(i)
		if at < s.Len()+s.Padding {
			return s.Start + max(at-s.Padding, 0)
		}
		at -= s.Len() + s.Padding
	}
	if block, ok := n.(*ast.HTMLBlock); ok && block.HasClosure() {
		return block.ClosureLine.Start + at
	}
	return n.Pos()
}

// attribute is a text that was set as an attribute of a node; else empty.
func attribute(n ast.Node, name string) string {
	v, _ := n.AttributeString(name)
	s, _ := v.(string)
	return s
}
