package markup

import (
	"strconv"
	"strings"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"

	east "github.com/yuin/goldmark/extension/ast"
)

// The largest code block that is coloured, and the longest line in it, in bytes.
// Lexers look far ahead on a line and may take minutes for one without an end;
// nobody reads such code.
const (
	highlightLimit = 64 << 10
	longestLine    = 1000
)

// kindCode is the kind of code blocks that know all they need.
var kindCode = ast.NewNodeKind("Code")

// codeBlock is a block of code with what was said about it.
type codeBlock struct {
	ast.BaseBlock
	fence
	copyWords [2]string // on the button that copies, and when it has
	code      string
}

func (*codeBlock) Kind() ast.NodeKind { return kindCode }

func (*codeBlock) Dump([]byte, int) {}

// IsRaw keeps Markdown out of code.
func (*codeBlock) IsRaw() bool { return true }

// setCode puts the code blocks of a text in order. Some are formulas or drawings.
func (w *work) setCode() {
	for _, n := range w.found.code {
		f := fenceOf(n, w.src)
		code := string(n.Lines().Value(w.src))
		with := w.codeOf(n, f, code)
		with.SetPos(n.Pos())
		with.SetLines(n.Lines())
		n.Parent().ReplaceChild(n.Parent(), n, with)
	}
}

// codeOf is what a block of code is: a formula, a drawing, or code.
func (w *work) codeOf(n ast.Node, f fence, code string) ast.Node {
	switch f.language {
	case "math":
		pos := n.Pos()
		if n.Lines().Len() > 0 {
			pos = n.Lines().At(0).Start
		}
		return &formulaBlock{html: `<div class="formula" tabindex="0">` + w.formula(code, "", pos, true) + "</div>\n"}
	case "goat":
		if d := w.draw(code, f.title); d != nil {
			return d
		}
		w.fault(n.Pos(), tooLarge())
	}
	w.out.Code = true
	block := &codeBlock{fence: f, code: code, copyWords: [2]string{w.word("copy"), w.word("copied")}}
	for _, a := range n.Attributes() {
		block.SetAttribute(a.Name, a.Value)
	}
	return block
}

// renderCode writes a code block. It can be scrolled, so it can be reached by
// keyboard.
func renderCode(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	n := node.(*codeBlock)
	if n.title != "" {
		_, _ = w.WriteString("<figure class=\"code\">\n<figcaption>" + escape(n.title) + "</figcaption>\n")
	}
	class := "chroma"
	if n.numbered {
		class += " numbered"
	}
	if own := attribute(n, "class"); own != "" {
		class += " " + own
	}
	_, _ = w.WriteString(`<pre class="` + escape(class) + `"`)
	writeAttributes(w, n, "id", "lang", "dir")
	_, _ = w.WriteString(` tabindex="0" data-copy="` + escape(n.copyWords[0]) + `" data-copied="` + escape(n.copyWords[1]) + `"><code`)
	if n.language != "" {
		_, _ = w.WriteString(` class="language-` + escape(n.language) + `"`)
	}
	_ = w.WriteByte('>')
	if n.numbered || len(n.marked) > 0 {
		n.writeLines(w)
	} else {
		highlight(w, tokensOf(n.language, n.code))
	}
	_, _ = w.WriteString("</code></pre>\n")
	if n.title != "" {
		_, _ = w.WriteString("</figure>\n")
	}
	return ast.WalkSkipChildren, nil
}

// writeLines writes code line by line. The numbers are attributes, shown by the
// style sheet, so that they are not copied with the text.
func (n *codeBlock) writeLines(w util.BufWriter) {
	for i, line := range chroma.SplitTokensIntoLines(tokensOf(n.language, n.code)) {
		class := "line"
		if n.marks(i + 1) {
			class = "line marked"
		}
		_, _ = w.WriteString(`<span class="` + class + `"`)
		if n.numbered {
			_, _ = w.WriteString(` data-line="` + strconv.Itoa(n.first+i) + `"`)
		}
		_ = w.WriteByte('>')
		end := ""
		if last := len(line) - 1; last >= 0 && strings.HasSuffix(line[last].Value, "\n") {
			line[last].Value, end = strings.TrimSuffix(line[last].Value, "\n"), "\n"
		}
		highlight(w, line)
		_, _ = w.WriteString("</span>" + end)
	}
}

// highlight writes code with a class for every token that [StyleSheet] has a
// rule for.
func highlight(w util.BufWriter, tokens []chroma.Token) {
	for _, t := range tokens {
		if t.Value == "" {
			continue
		}
		class := tokenClass(t.Type)
		if class != "" {
			_, _ = w.WriteString(`<span class="` + class + `">`)
		}
		_, _ = w.Write(util.EscapeHTML([]byte(t.Value)))
		if class != "" {
			_, _ = w.WriteString("</span>")
		}
	}
}

// tokensOf are the tokens of code; one plain token if it cannot be coloured.
func tokensOf(language, code string) []chroma.Token {
	if tokens := coloured.of(block{language, code}, tokenise); tokens != nil {
		return tokens
	}
	return []chroma.Token{{Type: chroma.Text, Value: code}}
}

func hasLongLine(code string) bool {
	for line := range strings.Lines(code) {
		if len(line) > longestLine {
			return true
		}
	}
	return false
}

// tokenise is nil if the language is unknown or the code is not for its lexer.
func tokenise(language, code string) []chroma.Token {
	if language == "" || len(code) > highlightLimit || hasLongLine(code) {
		return nil
	}
	lexer := lexers.Get(language)
	if lexer == nil {
		return nil
	}
	it, err := chroma.Coalesce(lexer).Tokenise(&chroma.TokeniseOptions{State: "root"}, code)
	if err != nil {
		return nil
	}
	tokens := it.Tokens()
	// A lexer must give back what it was given; a post is not the place to find
	// out that one does not.
	if chroma.Stringify(tokens...) != code {
		return nil
	}
	return tokens
}

func registerTable(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(east.KindTable, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		// A wide table scrolls in its box, which can be reached by keyboard.
		if entering {
			_, _ = w.WriteString("<div class=\"table\" tabindex=\"0\">\n<table")
			writeAttributes(w, n, "id", "class", "lang", "dir", "title")
			_, _ = w.WriteString(">\n")
		} else {
			_, _ = w.WriteString("</table>\n</div>\n")
		}
		return ast.WalkContinue, nil
	})
}

func registerTask(reg renderer.NodeRendererFuncRegisterer) {
	// A check box nobody can click is a form control without a label; a character
	// is read aloud, printed and shown by text browsers.
	reg.Register(east.KindTaskCheckBox, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			mark := '☐'
			if n.(*east.TaskCheckBox).IsChecked {
				mark = '☑'
			}
			_, _ = w.WriteString(`<span class="task">` + string(mark) + "</span> ")
		}
		return ast.WalkContinue, nil
	})
}
