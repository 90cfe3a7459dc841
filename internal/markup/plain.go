package markup

import (
	"bytes"
	stdhtml "html"
	"strings"

	"github.com/rivo/uniseg"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	east "github.com/yuin/goldmark/extension/ast"
)

// openingLength is about how many characters the opening of a text has.
const openingLength = 240

// Plain is a stranger's text without any markup, on one line, cut at a word near
// limit characters.
func Plain(src string, limit int) string {
	b := []byte(src)
	doc := strangers.Parser().Parse(text.NewReader(b))
	return cut(plain(doc, b), limit)
}

// opening is the text of the paragraphs a document begins with; if it has none,
// of all of it.
func opening(doc ast.Node, src []byte) string {
	var parts []string
	length := 0
	for c := doc.FirstChild(); c != nil && length <= 4*openingLength; c = c.NextSibling() {
		if c.Kind() != ast.KindParagraph || isPicture(c, src) {
			continue
		}
		if words := plain(c, src); words != "" {
			parts = append(parts, words)
			length += len(words)
		}
	}
	if len(parts) == 0 {
		return plain(doc, src)
	}
	return strings.Join(parts, " ")
}

// isPicture reports whether a paragraph is nothing but images.
func isPicture(n ast.Node, src []byte) bool {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Image:
		case *ast.Text:
			if len(bytes.TrimSpace(c.Segment.Value(src))) > 0 {
				return false
			}
		default:
			return false
		}
	}
	return n.HasChildren()
}

// plain is the text in n on one line: no markup, no raw HTML, no numbers of
// footnotes. Images are their alternative texts.
func plain(n ast.Node, src []byte) string {
	var b strings.Builder
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if n.Type() == ast.TypeBlock {
			b.WriteByte(' ')
		}
		if !entering {
			return ast.WalkContinue, nil
		}
		return words(&b, n, src), nil
	})
	return squeeze(b.String())
}

// squeeze makes one space of every run of white space, and none of those at the
// ends.
func squeeze(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for field := range strings.FieldsSeq(s) {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(field)
	}
	return b.String()
}

func words(b *strings.Builder, n ast.Node, src []byte) ast.WalkStatus {
	switch n := n.(type) {
	case *ast.Text:
		b.Write(spoken(n, src))
		if n.SoftLineBreak() || n.HardLineBreak() {
			b.WriteByte(' ')
		}
	case *ast.String:
		if n.IsCode() {
			b.WriteString(stdhtml.UnescapeString(string(n.Value)))
		} else {
			b.Write(resolved(n.Value))
		}
	case *ast.AutoLink:
		b.Write(n.Label(src))
	case *formula:
		b.WriteString(n.src)
	case *card:
		b.WriteString(n.title + " ")
	case *media:
		b.WriteString(n.title + " ")
	case *diagram:
		b.WriteString(n.title + " ")
	case *figure:
		b.WriteString(n.caption + " ")
	case *codeBlock, *formulaBlock, *ast.CodeBlock, *ast.FencedCodeBlock:
		for i := range n.Lines().Len() {
			line := n.Lines().At(i)
			b.Write(line.Value(src))
		}
	case *ast.RawHTML, *ast.HTMLBlock, *east.FootnoteLink, *east.FootnoteBacklink, *east.FootnoteList:
		return ast.WalkSkipChildren
	}
	return ast.WalkContinue
}

// spoken is the text of n with its escapes and entities resolved.
func spoken(n *ast.Text, src []byte) []byte {
	value := n.Segment.Value(src)
	if n.IsRaw() || n.Parent().Kind() == ast.KindCodeSpan || !bytes.ContainsAny(value, `\&`) {
		return value
	}
	return resolved(value)
}

// resolved is Markdown with its escapes and entities resolved.
func resolved(value []byte) []byte {
	return util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(value)))
}

// cut shortens s to at most limit characters as readers count them, at the last
// space if there is one near, and says so by an ellipsis.
func cut(s string, limit int) string {
	end, space, count, state := 0, 0, 0, -1
	for rest := s; rest != ""; count++ {
		if count == limit {
			if space > end/2 {
				end = space
			}
			return strings.TrimRight(s[:end], " ,;:–—-") + "…"
		}
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if cluster == " " {
			space = end
		}
		end += len(cluster)
	}
	return s
}
