package markup

import (
	"bytes"
	"errors"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"hamlet/internal/tex"
)

var (
	kindFormula      = ast.NewNodeKind("Formula")
	kindFormulaBlock = ast.NewNodeKind("FormulaBlock")
)

// formula is mathematics in a line: $…$, or $$…$$ for a formula that stands out.
type formula struct {
	ast.BaseInline
	src   string
	mark  string // what is before and behind it
	start int    // where src begins
	html  string
}

func (*formula) Kind() ast.NodeKind { return kindFormula }

func (*formula) Dump([]byte, int) {}

// formulaBlock is mathematics on lines of its own.
type formulaBlock struct {
	ast.BaseBlock
	closed bool
	html   string
}

func (*formulaBlock) Kind() ast.NodeKind { return kindFormulaBlock }

func (*formulaBlock) Dump([]byte, int) {}

// IsRaw keeps Markdown out of formulas.
func (*formulaBlock) IsRaw() bool { return true }

// formulaParser reads formulas in running text. A dollar begins one if nothing
// that belongs to a word or a number is before it and no space behind it, and ends
// one if no space is before it and no letter or digit behind it: prices are no
// formulas.
type formulaParser struct{}

func (formulaParser) Trigger() []byte { return []byte{'$'} }

func (formulaParser) Parse(_ ast.Node, block text.Reader, pc parser.Context) ast.Node {
	line, segment := block.PeekLine()
	mark, key := "$", oneDollarKey
	if len(line) > 1 && line[1] == '$' {
		mark, key = "$$", twoDollarsKey
	}
	if len(line) <= len(mark) || line[len(mark)] == '$' || isWordRune(block.PrecendingCharacter()) {
		return nil
	}
	if mark == "$" && util.IsSpace(line[1]) {
		return nil
	}
	// Where a search found no end, the next one need not look.
	if searched, _ := pc.Get(key).(int); segment.Start < searched {
		return nil
	}
	f := &formula{mark: mark, start: segment.Start + len(mark)}
	block.Advance(len(mark))
	searched, ok := f.read(block)
	if !ok {
		pc.Set(key, searched)
		return nil
	}
	return f
}

var oneDollarKey, twoDollarsKey = parser.NewContextKey(), parser.NewContextKey()

// prose is what stands between two prices: "$5 here, or 6$ there".
var prose = regexp.MustCompile(`^[0-9][^\\^_={}]*\s\pL{2,}[^\\^_={}]*$`)

// read reads up to the mark that ends the formula; without one it says how far it
// looked.
func (f *formula) read(block text.Reader) (searched int, ok bool) {
	for len(f.src) <= tex.MaxLength {
		line, segment := block.PeekLine()
		if line == nil {
			return searched, false
		}
		line = line[:min(len(line), tex.MaxLength+2)]
		end, found := formulaEnd(line, f.mark, f.src)
		if found && prose.MatchString(f.src+string(line[:end])) {
			return segment.Start + 1, false
		}
		if found {
			f.src += string(line[:end])
			block.Advance(end + len(f.mark))
			return 0, true
		}
		if end < len(line) {
			return segment.Start + end, false
		}
		searched = segment.Start + len(line)
		f.src += string(line)
		block.AdvanceLine()
	}
	return searched, false
}

func isWordRune(r rune) bool {
	return r == '\\' || r == '$' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

// formulaEnd finds the mark in a line that ends a formula, or a dollar that shows
// that it was none; else it is at the end of the line.
func formulaEnd(line []byte, mark, before string) (end int, found bool) {
	for i := 0; i < len(line); i++ {
		switch {
		case line[i] == '\\':
			i++
		case line[i] != '$':
		case mark == "$$":
			if bytes.HasPrefix(line[i:], []byte(mark)) {
				return i, true
			}
		default:
			return i, endsFormula(line, i, before)
		}
	}
	return len(line), false
}

// endsFormula reports whether a single dollar ends a formula.
func endsFormula(line []byte, i int, before string) bool {
	last := byte(' ')
	if i > 0 {
		last = line[i-1]
	} else if before != "" {
		last = before[len(before)-1]
	}
	return !util.IsSpace(last) && (i+1 == len(line) || !util.IsAlphaNumeric(line[i+1]) && line[i+1] != '$')
}

// formulaBlockParser reads $$ at the beginning of a line up to $$ at the end of
// one. An empty line ends it too: then it was none.
type formulaBlockParser struct{}

func (formulaBlockParser) Trigger() []byte { return []byte{'$'} }

func (formulaBlockParser) Open(_ ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, segment := reader.PeekLine()
	at := pc.BlockOffset()
	if at < 0 || !bytes.HasPrefix(line[at:], []byte("$$")) {
		return nil, parser.NoChildren
	}
	rest := bytes.TrimSpace(line[at+2:])
	n := &formulaBlock{closed: len(rest) >= 2 && bytes.HasSuffix(rest, []byte("$$"))}
	if i := bytes.Index(rest, []byte("$$")); i >= 0 && i != len(rest)-2 {
		return nil, parser.NoChildren // a paragraph that begins with a formula
	}
	n.Lines().Append(text.NewSegment(segment.Start+at-segment.Padding, segment.Stop))
	reader.AdvanceToEOL()
	return n, parser.NoChildren
}

func (formulaBlockParser) Continue(node ast.Node, reader text.Reader, _ parser.Context) parser.State {
	n := node.(*formulaBlock)
	line, segment := reader.PeekLine()
	if n.closed || util.IsBlank(line) {
		return parser.Close
	}
	n.Lines().Append(segment)
	n.closed = bytes.HasSuffix(bytes.TrimSpace(line), []byte("$$"))
	reader.AdvanceToEOL()
	return parser.Continue | parser.NoChildren
}

func (formulaBlockParser) Close(ast.Node, text.Reader, parser.Context) {}

func (formulaBlockParser) CanInterruptParagraph() bool { return true }

func (formulaBlockParser) CanAcceptIndentedLine() bool { return false }

// calculate turns the formulas of a text into MathML.
func (w *work) calculate() {
	for _, n := range w.found.formulas {
		switch n := n.(type) {
		case *formula:
			n.html = w.formula(n.src, n.mark, n.start, n.mark == "$$")
		case *formulaBlock:
			typed := strings.TrimSpace(string(n.Lines().Value(w.src)))
			if !n.closed {
				w.fault(n.Pos(), "this formula is not closed by $$")
				n.html = "<pre class=\"math-error\" tabindex=\"0\"><code>" + escape(typed) + "</code></pre>\n"
				continue
			}
			n.html = `<div class="formula" tabindex="0">` + w.formula(typed[2:strings.LastIndex(typed, "$$")], "$$", n.Pos()+2, true) + "</div>\n"
		}
	}
}

// formula is a formula as HTML. One that cannot be read is shown as typed.
func (w *work) formula(src, mark string, pos int, block bool) string {
	ml, err := tex.MathML(src, block)
	if err == nil {
		w.out.Math = true
		return ml
	}
	if e, ok := errors.AsType[*tex.Error](err); ok {
		pos += e.Pos
	}
	w.fault(pos, "formula: "+err.Error())
	return `<code class="math-error" title="` + escape(err.Error()) + `">` + escape(mark+src+mark) + "</code>"
}

func renderFormula(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		switch n := node.(type) {
		case *formula:
			_, _ = w.WriteString(n.html)
		case *formulaBlock:
			_, _ = w.WriteString(n.html)
		}
	}
	return ast.WalkSkipChildren, nil
}
