package markup

import (
	"bufio"
	"bytes"
	"cmp"
	"html/template"
	"regexp"
	"slices"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	east "github.com/yuin/goldmark/extension/ast"
)

// work is a text of an author on its way into a page.
type work struct {
	o     Options
	src   []byte
	place place
	doc   ast.Node
	found found
	out   Rendered
}

// found is what walks through a document come across.
type found struct {
	// On the way in.
	attributes []ast.Node // on lines of their own, and behind something
	titles     []*calloutTitle
	paragraphs []*ast.Paragraph
	code       []ast.Node
	formulas   []ast.Node
	shortcodes []*shortcode
	raw        []ast.Node // raw HTML
	partly     []partly   // raw HTML of which some is shown as text

	// When everything stands where it will.
	headings []*ast.Heading
	links    []ast.Node
	named    []ast.Node // with an id from the author
	more     ast.Node   // the child of the document that ends the lead
}

func newWork(src []byte, o Options) *work {
	return &work{o: o, src: src, place: place{src: src, first: max(o.Line, 1)}}
}

// workKey names the work in the context of a parser.
var workKey = parser.NewContextKey()

// prefixKey names the prefix of footnote ids in a document's meta data.
const prefixKey = "footnote-prefix"

// backKey names the words of the links from footnotes back to the text.
const backKey = "footnote-back"

func (w *work) parse() {
	pc := parser.NewContext()
	pc.Set(workKey, w)
	w.doc = authors.Parser().Parse(text.NewReader(w.src), parser.WithContext(pc))
	w.doc.OwnerDocument().AddMeta(prefixKey, w.o.Prefix)
	w.doc.OwnerDocument().AddMeta(backKey, w.word("footnote-back"))
}

// fault notes something at an offset of the source.
func (w *work) fault(pos int, what string) {
	line, column := w.place.at(pos)
	w.out.Faults = append(w.out.Faults, Fault{Line: line, Column: column, Text: what})
}

// prepare puts the document in order before it is rendered.
func (w *work) prepare() {
	w.unrefer()
	w.find()
	w.dressAll()
	for _, title := range w.found.titles {
		w.callOut(title)
	}
	w.expand()
	w.frame()
	w.calculate()
	w.setCode()
	w.closeRaw()
	w.findMore()
	w.findLinks()
	w.typeset()
	w.note()
	w.gather()
	for _, n := range w.found.links {
		w.settle(n)
	}
}

// sort puts what was noted into the order of the source.
func (w *work) sort() {
	slices.SortStableFunc(w.out.Links, func(a, b Link) int { return cmp.Or(a.Line-b.Line, a.Column-b.Column) })
	slices.SortStableFunc(w.out.Faults, func(a, b Fault) int { return cmp.Or(a.Line-b.Line, a.Column-b.Column) })
	w.out.Faults = slices.Compact(w.out.Faults)
}

// find walks through the document as it was parsed.
func (w *work) find() {
	f := &w.found
	_ = ast.Walk(w.doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			if len(n.Attributes()) > 0 {
				f.attributes = append(f.attributes, n)
			}
		case *attributesBlock, *attributesInline:
			f.attributes = append(f.attributes, n)
		case *calloutTitle:
			f.titles = append(f.titles, n)
		case *ast.Paragraph:
			f.paragraphs = append(f.paragraphs, n)
		case *ast.CodeBlock, *ast.FencedCodeBlock:
			f.code = append(f.code, n)
		case *formula, *formulaBlock:
			f.formulas = append(f.formulas, n)
		case *shortcode:
			f.shortcodes = append(f.shortcodes, n)
		case *ast.HTMLBlock, *ast.RawHTML:
			f.raw = append(f.raw, n)
		case *east.TableCell:
			align(n)
		case *ast.Text:
			join(n, w.src)
		}
		return ast.WalkContinue, nil
	})
}

// findLinks walks through the document when everything stands where it will.
func (w *work) findLinks() {
	f := &w.found
	_ = ast.Walk(w.doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			f.headings = append(f.headings, n)
		case *ast.Link, *ast.Image, *ast.AutoLink:
			f.links = append(f.links, n)
		}
		if len(n.Attributes()) > 0 && attribute(n, "id") != "" {
			f.named = append(f.named, n)
		}
		return ast.WalkContinue, nil
	})
}

// moreMark stands where the lead of a text ends.
var moreMark = regexp.MustCompile(`^\s*<!--\s*more\s*-->\s*$`)

// findMore takes the first <!--more--> out of the document. One inside of a
// paragraph, or of anything else, counts as if it stood behind that.
func (w *work) findMore() {
	for i, n := range w.found.raw {
		if !moreMark.Match(rawText(n, w.src)) {
			continue
		}
		w.found.raw = append(w.found.raw[:i:i], w.found.raw[i+1:]...)
		w.found.more = n
		for p := n.Parent(); p != nil && p.Kind() != ast.KindDocument; p = p.Parent() {
			w.found.more = p
		}
		if w.found.more != n {
			n.Parent().RemoveChild(n.Parent(), n)
			return
		}
		// A place without content holds the end of the lead.
		w.found.more = ast.NewTextBlock()
		w.doc.ReplaceChild(w.doc, n, w.found.more)
		return
	}
}

// rawText is raw HTML as typed.
func rawText(n ast.Node, src []byte) []byte {
	switch n := n.(type) {
	case *ast.RawHTML:
		return n.Segments.Value(src)
	case *ast.HTMLBlock:
		b := n.Lines().Value(src)
		if n.HasClosure() {
			b = append(b, n.ClosureLine.Value(src)...)
		}
		return b
	}
	return nil
}

// render writes the document.
func (w *work) render() {
	var out bytes.Buffer
	out.Grow(2 * len(w.src))
	pen := bufio.NewWriter(&out) // goldmark would make one for each block
	lead := -1
	for c := w.doc.FirstChild(); c != nil; c = c.NextSibling() {
		// A buffer takes everything, and no renderer of ours refuses a node.
		_ = authors.Renderer().Render(pen, w.src, c)
		if c == w.found.more {
			lead = out.Len()
		}
	}
	body := out.Bytes()
	if lead >= 0 {
		w.out.Lead = template.HTML(leadOf(body[:lead], w)) //nolint:gosec // authors are trusted
	}
	if len(w.found.raw)+len(w.found.partly) == 0 {
		w.out.IDs = idsOf(body)
		w.out.HTML = template.HTML(body) //nolint:gosec // authors are trusted, and this is the one place that says so
		return
	}
	tree, err := balance(body, w)
	if err != nil {
		w.degrade()
		return
	}
	w.out.IDs = w.idsIn(tree)
	w.out.HTML = template.HTML(written(tree)) //nolint:gosec // as above
}

// degrade renders a text again whose raw HTML cannot be put right: as text.
func (w *work) degrade() {
	for _, n := range w.found.raw {
		w.fault(n.Pos(), tooDeep)
		n.Parent().ReplaceChild(n.Parent(), n, plainString(string(rawText(n, w.src))))
	}
	for _, p := range w.found.partly {
		w.fault(p.pos, tooDeep)
		p.shown.Value = util.EscapeHTML(p.typed)
	}
	w.found.raw, w.found.partly = nil, nil
	w.out.Lead = ""
	w.render()
}

// tooDeep says that browsers would not show a text's HTML.
const tooDeep = "raw HTML in this text is nested too deeply; it is shown as text"
