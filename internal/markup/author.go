package markup

import (
	"bytes"
	"fmt"
	"html/template"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// authorDepth is how deep quotations and lists of authors nest.
const authorDepth = 100

// Options is what [Author] needs to know about the place a text will have.
type Options struct {
	// Base is the path that relative addresses are relative to, with a slash at
	// the end ("/posts/name/"). Empty leaves them as they are.
	Base string
	// Prefix goes before the ids of footnotes, so that several texts can stand on
	// one page.
	Prefix string
	// Picture tells what is known about an image of this blog by its path, resolved
	// against Base and unescaped ("/posts/name/cat.jpg"). Nil knows none.
	Picture func(path string) (Picture, bool)
	// Words are the texts that end up in the page, in the language of the blog, by
	// their name ("note", "copy", "footnote-back"); a name that is missing is in English.
	Words map[string]string
	// Line is the number of the line in the file at which the source begins, for
	// Link; 0 counts as 1.
	Line int
}

// Picture is what has to be known about an image to write its element.
type Picture struct {
	Width, Height int // in pixels, as shown (after its orientation)
	// Src is the URL to show; Variants are narrower and wider versions of it for
	// srcset, narrowest first.
	Src      string
	Variants []Variant
}

// Variant is one size of an image.
type Variant struct {
	URL   string
	Width int
}

// Rendered is a text of an author.
type Rendered struct {
	HTML template.HTML
	// Opening is the beginning of the text without any markup, cut at a word near
	// 240 characters; what stands before <!--more-->, if the text has that mark.
	Opening string
	// Lead is the HTML of what stands before <!--more-->; empty without that mark.
	Lead template.HTML
	// Headings are the headings in order, for a table of contents.
	Headings []Heading
	// Sections are the words of the text without any markup, for the search: the
	// first is what stands before the first heading.
	Sections []Section
	// Words is how many words the text has; a character of a script that is
	// written without spaces counts as half a word.
	Words int
	// Links are the links and images of the text, as typed, for checking.
	Links []Link
	// Pictures are the images that were shown, resolved against Options.Base, in
	// order.
	Pictures []string
	// IDs are the ids of headings and other elements that a link can lead to.
	IDs []string
	// Code and Math say that the text has a block of code, or a formula.
	Code, Math bool
}

// Heading is a heading of a text.
type Heading struct {
	Level int // 2 to 6
	ID    string
	Text  string // without markup
}

// Section is a heading with what stands below it. Plain text.
type Section struct {
	ID      string // of the heading; empty for what stands before the first
	Heading string
	Text    string
}

// Link is a link or an image as it was typed.
type Link struct {
	To           string // the destination, as typed
	Image        bool
	Line, Column int // in the source, from 1
}

// Author renders a post or a page. The error says that raw HTML in it is nested
// too deeply to be put right.
func Author(src []byte, o Options) (Rendered, error) {
	src = visible(src)
	doc := authors.Parser().Parse(text.NewReader(src))
	doc.OwnerDocument().AddMeta(prefixKey, o.Prefix)
	beginning := cut(opening(doc, src), openingLength) // before images from elsewhere are links
	raw := prepare(doc, src, o)
	var out bytes.Buffer
	if err := authors.Renderer().Render(&out, src, doc); err != nil {
		return Rendered{}, fmt.Errorf("render Markdown: %w", err)
	}
	body := out.Bytes()
	if raw {
		var err error
		if body, err = balance(body, o.Base); err != nil {
			return Rendered{}, err
		}
	}
	return Rendered{
		HTML:    template.HTML(body), //nolint:gosec // authors are trusted, and this is the one place that says so
		Opening: beginning,
	}, nil
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

// prefixKey names the prefix of footnote ids in a document's meta data.
const prefixKey = "footnote-prefix"

var authors = newAuthors()

// newAuthors wires goldmark by hand instead of by its extensions where these
// bring containers, which must be limited in depth.
func newAuthors() goldmark.Markdown {
	return goldmark.New(
		goldmark.WithParser(parser.NewParser(
			parser.WithBlockParsers(authorBlocks()...),
			parser.WithInlineParsers(parser.DefaultInlineParsers()...),
			parser.WithInlineParsers(util.Prioritized(extension.NewFootnoteParser(), 101)),
			parser.WithParagraphTransformers(parser.DefaultParagraphTransformers()...),
			parser.WithASTTransformers(util.Prioritized(extension.NewFootnoteASTTransformer(), 999)),
		)),
		goldmark.WithExtensions(
			extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignNone)),
			extension.Strikethrough, extension.Linkify, extension.TaskList,
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
		util.Prioritized(parser.NewSetextHeadingParser(), 100),
		util.Prioritized(nested(extension.NewDefinitionListParser()), 101),
		util.Prioritized(extension.NewDefinitionDescriptionParser(), 102),
		util.Prioritized(parser.NewThematicBreakParser(), 200),
		util.Prioritized(nested(parser.NewListParser()), 300),
		util.Prioritized(parser.NewListItemParser(), 400),
		util.Prioritized(parser.NewCodeBlockParser(), 500),
		util.Prioritized(parser.NewATXHeadingParser(), 600),
		util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
		util.Prioritized(nested(parser.NewBlockquoteParser()), 800),
		util.Prioritized(parser.NewHTMLBlockParser(), 900),
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

// authorRenderer writes the nodes that goldmark's own renderers do not write
// the way we want them.
type authorRenderer struct{}

func (r authorRenderer) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(ast.KindHeading, renderHeading)
	reg.Register(ast.KindCodeBlock, renderCode)
	reg.Register(ast.KindFencedCodeBlock, renderCode)
	registerTable(reg)
	registerTask(reg)
}
