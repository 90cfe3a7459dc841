package markup

import (
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// limited is a block parser that opens nothing below a certain depth, so that
// what would open it there is text.
type limited struct {
	parser.BlockParser
	depth int
}

func (l limited) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	if deeper(parent, l.depth) {
		return nil, parser.NoChildren
	}
	return l.BlockParser.Open(parent, reader, pc)
}

// deeper reports whether n has more than depth ancestors that nest. A list and
// its item count once.
func deeper(n ast.Node, depth int) bool {
	for ; n != nil; n = n.Parent() {
		switch n.Kind() {
		case ast.KindDocument, ast.KindList, ast.KindParagraph, ast.KindTextBlock:
		default:
			depth--
		}
		if depth < 0 {
			return true
		}
	}
	return false
}

// How many marks of an author's text lead nowhere before no more are looked for:
// each search may go through the whole paragraph. And how many marks of emphasis
// there are, which are compared with each other.
const (
	authorFailures = 100
	authorEmphasis = 10_000
)

// patient is an inline parser that is asked until it has found nothing so many
// times. A bracket that closes one is always asked about.
type patient struct {
	parser.InlineParser
	key parser.ContextKey
}

func (p patient) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	failed, _ := pc.Get(p.key).(int)
	if failed > authorFailures && block.Peek() != ']' {
		return nil
	}
	n := p.InlineParser.Parse(parent, block, pc)
	if n == nil || n.Kind() == ast.KindText { // backticks that nothing closes
		pc.Set(p.key, failed+1)
	}
	return n
}

// CloseBlock passes on what goldmark tells parsers that keep brackets open.
func (p patient) CloseBlock(parent ast.Node, block text.Reader, pc parser.Context) {
	if c, ok := p.InlineParser.(parser.CloseBlocker); ok {
		c.CloseBlock(parent, block, pc)
	}
}

// How many marks of a comment goldmark is asked about. It looks ahead to the end
// of the paragraph from each run of backticks that nothing closes; it looks back
// at all opening brackets at each closing one, and the same with the stars,
// underlines and tildes of emphasis.
const (
	codeLimit     = 100
	bracketLimit  = 200
	emphasisLimit = 500
)

var (
	codeKey     = parser.NewContextKey()
	bracketKey  = parser.NewContextKey()
	emphasisKey = parser.NewContextKey()
)

// few is an inline parser that is asked about so many marks, and no more: the
// rest is text. A bracket that closes one is always asked about.
type few struct {
	parser.InlineParser
	key   parser.ContextKey
	limit int
}

func (f few) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	if block.Peek() != ']' {
		seen, _ := pc.Get(f.key).(int)
		if seen >= f.limit {
			return nil
		}
		pc.Set(f.key, seen+1)
	}
	return f.InlineParser.Parse(parent, block, pc)
}

// CloseBlock passes on what goldmark tells parsers that keep brackets open.
func (f few) CloseBlock(parent ast.Node, block text.Reader, pc parser.Context) {
	if c, ok := f.InlineParser.(parser.CloseBlocker); ok {
		c.CloseBlock(parent, block, pc)
	}
}
