package markup

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// kindAttributes is the kind of attributes on a line of their own, for the block
// above, or behind something inline.
var (
	kindAttributes       = ast.NewNodeKind("Attributes")
	kindInlineAttributes = ast.NewNodeKind("InlineAttributes")
)

type attributesBlock struct {
	ast.BaseBlock
	attributes parser.Attributes
}

func (*attributesBlock) Kind() ast.NodeKind { return kindAttributes }

func (*attributesBlock) Dump([]byte, int) {}

type attributesInline struct {
	ast.BaseInline
	attributes parser.Attributes
}

func (*attributesInline) Kind() ast.NodeKind { return kindInlineAttributes }

func (*attributesInline) Dump([]byte, int) {}

// attributesParser reads {#id .class key=value} on a line of its own.
type attributesParser struct{}

func (attributesParser) Trigger() []byte { return []byte{'{'} }

func (attributesParser) Open(parent ast.Node, reader text.Reader, _ parser.Context) (ast.Node, parser.State) {
	if parent.LastChild() == nil {
		return nil, parser.NoChildren
	}
	line, _ := reader.PeekLine()
	attributes, rest, ok := readAttributes(line)
	if !ok || len(attributes) == 0 || !util.IsBlank(rest) {
		return nil, parser.NoChildren
	}
	reader.AdvanceToEOL()
	return &attributesBlock{attributes: attributes}, parser.NoChildren
}

func (attributesParser) Continue(ast.Node, text.Reader, parser.Context) parser.State {
	return parser.Close
}

func (attributesParser) Close(ast.Node, text.Reader, parser.Context) {}

func (attributesParser) CanInterruptParagraph() bool { return true }

func (attributesParser) CanAcceptIndentedLine() bool { return false }

// maxAttributes is how long attributes may be, in bytes.
const maxAttributes = 1000

// readAttributes reads attributes at the beginning of a line.
func readAttributes(line []byte) (attributes parser.Attributes, rest []byte, ok bool) {
	head := line[:min(len(line), maxAttributes)]
	reader := text.NewReader(head)
	attributes, ok = parser.ParseAttributes(reader)
	if !ok {
		return nil, line, false
	}
	_, at := reader.Position()
	return attributes, line[at.Start:], true
}

// inlineAttributesParser reads {…} right behind an image, a link or code.
type inlineAttributesParser struct{}

func (inlineAttributesParser) Trigger() []byte { return []byte{'{'} }

func (inlineAttributesParser) Parse(parent ast.Node, block text.Reader, _ parser.Context) ast.Node {
	last := parent.LastChild()
	if last == nil {
		return nil
	}
	switch last.Kind() {
	case ast.KindImage, ast.KindLink, ast.KindAutoLink, ast.KindCodeSpan:
	default:
		return nil
	}
	line, _ := block.PeekLine()
	attributes, rest, ok := readAttributes(line)
	if !ok || len(attributes) == 0 {
		return nil
	}
	block.Advance(len(line) - len(rest))
	return &attributesInline{attributes: attributes}
}

// The attributes that authors may give: names and what their values look like.
// Neither looks nor behaviour is among them; those belong into a style sheet.
var allowed = map[string]*regexp.Regexp{
	"id":     regexp.MustCompile(`^[^\s"'<>&]{1,100}$`),
	"class":  regexp.MustCompile(`^[\p{L}\p{N}_ -]{1,200}$`),
	"lang":   regexp.MustCompile(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$`),
	"dir":    regexp.MustCompile(`^(ltr|rtl|auto)$`),
	"title":  regexp.MustCompile(`^[^<>]{1,500}$`),
	"width":  regexp.MustCompile(`^[1-9][0-9]{0,3}$`),
	"height": regexp.MustCompile(`^[1-9][0-9]{0,3}$`),
	"start":  regexp.MustCompile(`^[0-9]{1,6}$`),
}

// dress gives a node the attributes that its author may give it, and notes the
// others. pos is where they stand.
func (w *work) dress(n ast.Node, attributes parser.Attributes, pos int) {
	for _, a := range attributes {
		name, value := strings.ToLower(string(a.Name)), asText(a.Value)
		pattern := allowed[name]
		switch {
		case pattern == nil || !fits(n, name):
			w.fault(pos, fmt.Sprintf("the attribute %q cannot be given here", name))
			continue
		case !pattern.MatchString(value):
			w.fault(pos, fmt.Sprintf("%q is no value for the attribute %q", value, name))
			continue
		}
		if before := attribute(n, name); name == "class" && before != "" {
			value = before + " " + value
		}
		n.SetAttributeString(name, value)
	}
}

func asText(value any) string {
	if b, ok := value.([]byte); ok {
		return string(b)
	}
	return fmt.Sprint(value)
}

// fits reports whether elements like n have an attribute.
func fits(n ast.Node, name string) bool {
	switch name {
	case "width", "height":
		return n.Kind() == ast.KindImage
	case "start":
		return n.Kind() == ast.KindList
	case "title":
		return n.Kind() != ast.KindHeading
	}
	return true
}

// dressAll puts all attributes where they belong.
func (w *work) dressAll() {
	for _, n := range w.found.attributes {
		switch n := n.(type) {
		case *ast.Heading:
			given := parser.Attributes{}
			for _, a := range n.Attributes() {
				given = append(given, parser.Attribute(a))
			}
			n.RemoveAttributes()
			w.dress(n, given, n.Pos())
		case *attributesBlock:
			w.dress(n.PreviousSibling(), n.attributes, n.Pos())
			n.Parent().RemoveChild(n.Parent(), n)
		case *attributesInline:
			w.dress(n.PreviousSibling(), n.attributes, n.Pos())
			n.Parent().RemoveChild(n.Parent(), n)
		}
	}
}

// writeAttributes writes those of the named attributes that a node has.
func writeAttributes(w util.BufWriter, n ast.Node, names ...string) {
	for _, name := range names {
		if value := attribute(n, name); value != "" {
			_, _ = w.WriteString(" " + name + `="` + escape(value) + `"`)
		}
	}
}
