package markup

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/util"
)

var kindFigure = ast.NewNodeKind("Figure")

// figure is an image, or a link with an image in it, with a caption.
type figure struct {
	ast.BaseBlock
	caption string
}

func (*figure) Kind() ast.NodeKind { return kindFigure }

func (*figure) Dump([]byte, int) {}

// frameImage makes a figure of a paragraph that is an image with a title, which
// becomes its caption; inner is the image, or what is around it.
func (w *work) frameImage(p *ast.Paragraph, inner ast.Node, img *ast.Image) ast.Node {
	if len(img.Title) == 0 {
		return nil
	}
	t := typesetter{quotes: quotesOf(w.o.Language), before: ' '}
	caption := util.UnescapePunctuations(t.set(img.Title, ' '))
	f := &figure{caption: string(util.ResolveEntityNames(util.ResolveNumericReferences(caption)))}
	img.Title = nil
	for _, from := range []ast.Node{p, img} {
		for _, name := range []string{"id", "class"} {
			if value := attribute(from, name); value != "" {
				f.SetAttributeString(name, strings.TrimSpace(attribute(f, name)+" "+value))
				from.SetAttributeString(name, "")
			}
		}
	}
	f.AppendChild(f, inner)
	return f
}

func renderFigure(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	f := node.(*figure)
	if entering {
		_, _ = w.WriteString("<figure")
		writeAttributes(w, f, "id", "class")
		_, _ = w.WriteString(">\n")
		return ast.WalkContinue, nil
	}
	if f.caption != "" {
		_, _ = w.WriteString("\n<figcaption>" + escape(f.caption) + "</figcaption>")
	}
	_, _ = w.WriteString("\n</figure>\n")
	return ast.WalkContinue, nil
}
