package markup

import (
	"bytes"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// A page may be larger than its text, but not by its square: a few kilobytes must
// not fill the memory of a server. These may come to so much more than was typed.
const (
	authorReferred = 1_000_000 // bytes of addresses and titles that links name by reference
	authorFilledUp = 100_000   // cells that the rows of tables lack
	authorEscaped  = 5_000     // escaped bars in tables, which are compared with each other
)

// unrefer makes text of links by reference, from where their addresses and titles
// come to too much.
func (w *work) unrefer() {
	left := authorReferred + len(w.src)
	var over []ast.Node
	_ = ast.Walk(w.doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Link:
			left -= len(n.Destination) + len(n.Title)
		case *ast.Image:
			left -= len(n.Destination) + len(n.Title)
		default:
			return ast.WalkContinue, nil
		}
		if left < 0 {
			over = append(over, n)
		}
		return ast.WalkContinue, nil
	})
	for i, n := range over {
		if i == 0 {
			w.fault(n.Pos(), "links by reference repeat too much; from here on they are shown as text")
		}
		unwrap(n)
	}
}

// tables are goldmark's, within limits.
type tables struct{}

func (tables) Extend(m goldmark.Markdown) {
	m.Parser().AddOptions(
		parser.WithParagraphTransformers(util.Prioritized(tableParser{extension.NewTableParagraphTransformer()}, 200)),
		parser.WithASTTransformers(util.Prioritized(extension.NewTableASTTransformer(), 0)),
	)
	m.Renderer().AddOptions(renderer.WithNodeRenderers(util.Prioritized(
		extension.NewTableHTMLRenderer(extension.WithTableCellAlignMethod(extension.TableCellAlignNone)), 500)))
}

// tableParser leaves a paragraph as it is if the table that it would become is
// too large: a row is filled up with as many cells as the head has.
type tableParser struct {
	parser.ParagraphTransformer
}

// spentKey names what the tables of a text have used up of their limits.
var spentKey = parser.NewContextKey()

type spent struct{ filledUp, escaped int }

func (t tableParser) Transform(node *ast.Paragraph, reader text.Reader, pc parser.Context) {
	columns, escaped, size := 0, 0, 0
	for i := range node.Lines().Len() {
		segment := node.Lines().At(i)
		line := segment.Value(reader.Source())
		if len(bytes.Trim(line, "-|: \t\r\n")) == 0 { // what may stand below a head
			columns = max(columns, bytes.Count(line, []byte("|"))+1)
		}
		escaped += bytes.Count(line, []byte(`\|`))
		size += len(line)
	}
	if columns == 0 {
		return
	}
	s, _ := pc.Get(spentKey).(spent)
	s.filledUp += max(0, columns*node.Lines().Len()-size)
	s.escaped += escaped
	pc.Set(spentKey, s)
	if s.filledUp <= authorFilledUp && s.escaped <= authorEscaped {
		t.ParagraphTransformer.Transform(node, reader, pc)
		return
	}
	if w, ok := pc.Get(workKey).(*work); ok {
		w.fault(node.Pos(), "tables lack too many cells or escape too many bars; from here on they are shown as text")
	}
}
