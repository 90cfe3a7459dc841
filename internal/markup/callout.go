package markup

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

var (
	kindCallout      = ast.NewNodeKind("Callout")
	kindCalloutTitle = ast.NewNodeKind("CalloutTitle")
)

// callout is a quotation that begins with [!NOTE] or the like.
type callout struct {
	ast.BaseBlock
	name         string
	folded, open bool // a details element, closed or open
}

func (*callout) Kind() ast.NodeKind { return kindCallout }

func (*callout) Dump([]byte, int) {}

// calloutTitle is the first line of a callout. It is made while blocks are
// parsed, so that its words are parsed with those of all others.
type calloutTitle struct {
	ast.BaseBlock
	name   string // as typed
	fold   string // "+", "-" or empty
	folded bool   // its callout is
}

func (*calloutTitle) Kind() ast.NodeKind { return kindCalloutTitle }

func (*calloutTitle) Dump([]byte, int) {}

// calloutMark is the first line of a callout: its name, how it is folded, and a
// title.
var calloutMark = regexp.MustCompile(`^[ \t]*\[!([A-Za-z]+)\]([+-]?)[ \t]*(.*?)[ \t\r\n]*$`)

// callouts are the names of callouts, and the words they are called by if they
// have no title.
var callouts = map[string]bool{"note": true, "tip": true, "important": true, "warning": true, "caution": true, "details": true}

// calloutTransformer takes the mark of a callout from the first paragraph of a
// quotation.
type calloutTransformer struct{}

func (calloutTransformer) Transform(p *ast.Paragraph, reader text.Reader, _ parser.Context) {
	quote := p.Parent()
	if quote == nil || quote.Kind() != ast.KindBlockquote || p.PreviousSibling() != nil {
		return
	}
	first := p.Lines().At(0)
	line := first.Value(reader.Source())
	if !bytes.HasPrefix(bytes.TrimLeft(line, " \t"), []byte("[!")) {
		return
	}
	m := calloutMark.FindSubmatchIndex(line)
	if m == nil {
		return
	}
	title := &calloutTitle{name: string(line[m[2]:m[3]]), fold: string(line[m[4]:m[5]])}
	title.SetPos(p.Pos())
	if m[6] < m[7] {
		title.Lines().Append(text.NewSegment(first.Start-first.Padding+m[6], first.Start-first.Padding+m[7]))
	}
	quote.InsertBefore(quote, p, title)
	p.Lines().SetSliced(1, p.Lines().Len())
	if p.Lines().Len() == 0 {
		quote.RemoveChild(quote, p)
	}
}

// callOut makes a callout of the quotation around a title.
func (w *work) callOut(title *calloutTitle) {
	quote := title.Parent()
	name := strings.ToLower(title.name)
	if !callouts[name] {
		w.fault(title.Pos(), "there is no callout [!"+title.name+"]; there are note, tip, important, warning, caution and details")
		p := ast.NewParagraph()
		p.AppendChild(p, ast.NewString([]byte(`\[!`+title.name+`]`+title.fold+" ")))
		adopt(p, title)
		quote.ReplaceChild(quote, title, p)
		return
	}
	c := &callout{name: name, folded: title.fold != "" || name == "details", open: title.fold == "+"}
	c.SetPos(quote.Pos())
	title.folded = c.folded
	if !title.HasChildren() {
		title.AppendChild(title, ast.NewString([]byte(w.word(name))))
	}
	for _, a := range quote.Attributes() {
		c.SetAttribute(a.Name, a.Value)
	}
	quote.Parent().ReplaceChild(quote.Parent(), quote, c)
	adopt(c, quote)
}

func renderCallout(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	c := node.(*callout)
	tag, rest := "div", ` role="note"`
	if c.folded {
		tag, rest = "details", ""
	}
	if !entering {
		_, _ = w.WriteString("</" + tag + ">\n")
		return ast.WalkContinue, nil
	}
	if c.open {
		rest = " open"
	}
	class := strings.TrimSpace("callout callout-" + c.name + " " + attribute(c, "class"))
	_, _ = w.WriteString("<" + tag + ` class="` + escape(class) + `"` + rest)
	writeAttributes(w, c, "id", "lang", "dir", "title")
	_, _ = w.WriteString(">\n")
	return ast.WalkContinue, nil
}

func renderCalloutTitle(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	begin, end := `<p class="callout-title">`, "</p>\n"
	if node.(*calloutTitle).folded {
		begin, end = "<summary>", "</summary>\n"
	}
	if entering {
		_, _ = w.WriteString(begin)
	} else {
		_, _ = w.WriteString(end)
	}
	return ast.WalkContinue, nil
}
