package markup

import (
	"bytes"
	"strconv"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"

	east "github.com/yuin/goldmark/extension/ast"
)

// authorDepth is how deep quotations and lists of authors nest.
const authorDepth = 100

// Author renders a post or a page. It never fails: what cannot be shown as it was
// meant is shown as text, and is among the faults.
func Author(src []byte, o Options) Rendered {
	w := newWork(visible(src), o)
	w.parse()
	w.prepare()
	w.render()
	w.sort()
	return w.out
}

// visible replaces what is not UTF-8, and the control characters that HTML does
// not allow.
func visible(src []byte) []byte {
	src = bytes.ToValidUTF8(src, []byte("\uFFFD"))
	bad := func(r rune) bool { return (r < ' ' && r != '\t' && r != '\n' && r != '\r') || (r >= 0x7f && r < 0xa0) }
	if !bytes.ContainsFunc(src, bad) {
		return src
	}
	return bytes.Map(func(r rune) rune {
		if bad(r) {
			return '\uFFFD'
		}
		return r
	}, src)
}

var authors = newAuthors()

// newAuthors wires goldmark by hand instead of by its extensions where these
// bring containers, which must be limited in depth.
func newAuthors() goldmark.Markdown {
	return goldmark.New(
		goldmark.WithParser(parser.NewParser(
			parser.WithBlockParsers(authorBlocks()...),
			parser.WithInlineParsers(
				util.Prioritized(patient{parser.NewCodeSpanParser(), codeKey}, 100),
				util.Prioritized(patient{parser.NewLinkParser(), bracketKey}, 200),
				util.Prioritized(parser.NewAutoLinkParser(), 300),
				util.Prioritized(parser.NewRawHTMLParser(), 400),
				util.Prioritized(few{parser.NewEmphasisParser(), emphasisKey, authorEmphasis}, 500),
				util.Prioritized(extension.NewFootnoteParser(), 101),
				util.Prioritized(formulaParser{}, 150),
				util.Prioritized(inlineAttributesParser{}, 150),
			),
			parser.WithParagraphTransformers(util.Prioritized(calloutTransformer{}, 50)),
			parser.WithParagraphTransformers(parser.DefaultParagraphTransformers()...),
			parser.WithASTTransformers(util.Prioritized(extension.NewFootnoteASTTransformer(), 999)),
		)),
		goldmark.WithExtensions(
			tables{}, extension.Strikethrough, extension.Linkify, extension.TaskList,
		),
		goldmark.WithRendererOptions(
			html.WithUnsafe(),
			renderer.WithNodeRenderers(
				util.Prioritized(extension.NewDefinitionListHTMLRenderer(), 500),
				util.Prioritized(extension.NewFootnoteHTMLRenderer(
					extension.WithFootnoteIDPrefixFunction(footnotePrefix)), 500),
				util.Prioritized(authorRenderer{}, 100),
			),
		),
	)
}

func authorBlocks() []util.PrioritizedValue {
	nested := func(p parser.BlockParser) parser.BlockParser { return limited{p, authorDepth} }
	return []util.PrioritizedValue{
		util.Prioritized(parser.NewSetextHeadingParser(parser.WithHeadingAttribute()), 100),
		util.Prioritized(nested(extension.NewDefinitionListParser()), 101),
		util.Prioritized(extension.NewDefinitionDescriptionParser(), 102),
		util.Prioritized(parser.NewThematicBreakParser(), 200),
		util.Prioritized(nested(parser.NewListParser()), 300),
		util.Prioritized(parser.NewListItemParser(), 400),
		util.Prioritized(parser.NewCodeBlockParser(), 500),
		util.Prioritized(parser.NewATXHeadingParser(parser.WithHeadingAttribute()), 600),
		util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
		util.Prioritized(nested(parser.NewBlockquoteParser()), 800),
		util.Prioritized(shortcodeParser{}, 710),
		util.Prioritized(attributesParser{}, 720),
		util.Prioritized(formulaBlockParser{}, 730),
		util.Prioritized(closedBlocks{parser.NewHTMLBlockParser()}, 900),
		util.Prioritized(nested(extension.NewFootnoteBlockParser()), 999),
		util.Prioritized(parser.NewParagraphParser(), 1000),
	}
}

func footnotePrefix(n ast.Node) []byte {
	prefix, _ := n.OwnerDocument().Meta()[prefixKey].(string)
	if prefix == "" {
		return nil
	}
	return util.EscapeHTML([]byte(prefix + "-"))
}

// renderBack writes the link from a footnote back to the text.
func renderBack(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		n := node.(*east.FootnoteBacklink)
		label, _ := n.OwnerDocument().Meta()[backKey].(string)
		ref := string(footnotePrefix(n)) + "fnref"
		if n.RefIndex > 0 {
			ref += strconv.Itoa(n.RefIndex)
			label += " (" + strconv.Itoa(n.RefIndex+1) + ")"
		}
		_, _ = w.WriteString(`&#160;<a href="#` + ref + ":" + strconv.Itoa(n.Index) +
			`" class="footnote-backref" role="doc-backlink" aria-label="` + escape(label) + `">&#x21a9;&#xfe0e;</a>`)
	}
	return ast.WalkContinue, nil
}

// authorRenderer writes the nodes that goldmark's own renderers do not write
// the way we want them.
type authorRenderer struct{}

func (r authorRenderer) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(ast.KindHeading, renderHeading)
	reg.Register(ast.KindImage, renderImage)
	reg.Register(kindCode, renderCode)
	reg.Register(kindDiagram, renderDiagram)
	reg.Register(kindFormula, renderFormula)
	reg.Register(kindFormulaBlock, renderFormula)
	reg.Register(kindCallout, renderCallout)
	reg.Register(kindCalloutTitle, renderCalloutTitle)
	reg.Register(kindFigure, renderFigure)
	reg.Register(kindCard, renderCard)
	reg.Register(kindMedia, renderMedia)
	reg.Register(east.KindFootnoteBacklink, renderBack)
	registerTable(reg)
	registerTask(reg)
}
