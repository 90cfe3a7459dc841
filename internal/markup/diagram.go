package markup

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/bep/goat"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/util"
)

var kindDiagram = ast.NewNodeKind("Diagram")

// The largest drawing, in characters; drawing takes time, and no screen is wider.
const (
	diagramWidth  = 160
	diagramHeight = 100
)

// diagram is a drawing of characters, as SVG.
type diagram struct {
	ast.BaseBlock
	title, name string
	svg         string
}

func (*diagram) Kind() ast.NodeKind { return kindDiagram }

func (*diagram) Dump([]byte, int) {}

// IsRaw keeps Markdown out of drawings.
func (*diagram) IsRaw() bool { return true }

// drawn takes from a drawing what a page may not hold: sizes of letters are an
// attribute, not a style. Hollow circles are filled by the style sheet.
var drawn = strings.NewReplacer(` style='font-size:1em'`, ` font-size="13"`, ` fill='#fff'`, ` class="hollow" fill="none"`, `'`, `"`)

// draw makes a drawing of code; nil if it is too large.
func (w *work) draw(code, title string) *diagram {
	code = strings.ReplaceAll(strings.TrimRight(code, "\n"), "\t", "    ")
	height, width := 0, 0
	for line := range strings.Lines(code) {
		height, width = height+1, max(width, utf8.RuneCountInString(line))
	}
	if height > diagramHeight || width > diagramWidth {
		return nil
	}
	svg := goat.BuildSVG(strings.NewReader(code))
	name := title
	if name == "" {
		name = w.word("diagram")
	}
	// Apostrophes in the drawing itself are not marks of attributes.
	body := drawn.Replace(strings.ReplaceAll(svg.Body, ">'</text>", ">&#39;</text>"))
	return &diagram{title: title, name: name, svg: fmt.Sprintf(
		`<svg role="img" aria-label="%s" width="%d" height="%d" viewBox="0 0 %d %d" font-family="monospace">%s</svg>`,
		escape(name), svg.Width, svg.Height, svg.Width, svg.Height, strings.TrimSpace(body))}
}

// tooLarge says of a drawing that it is.
func tooLarge() string {
	return fmt.Sprintf("this drawing is larger than %d by %d characters; it is shown as code", diagramWidth, diagramHeight)
}

func renderDiagram(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	d := node.(*diagram)
	_, _ = w.WriteString("<figure class=\"diagram\" tabindex=\"0\">\n" + d.svg + "\n")
	if d.title != "" {
		_, _ = w.WriteString("<figcaption>" + escape(d.title) + "</figcaption>\n")
	}
	_, _ = w.WriteString("</figure>\n")
	return ast.WalkSkipChildren, nil
}
