package markup

import (
	"bytes"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"

	east "github.com/yuin/goldmark/extension/ast"
)

// highlightLimit is the size of the largest code block that is coloured, in
// bytes. Lexers take time, and nobody reads more.
const highlightLimit = 128 << 10

// renderCode writes a code block. It can be scrolled, so it can be reached by
// keyboard.
func renderCode(w util.BufWriter, src []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	var code bytes.Buffer
	for i := range node.Lines().Len() {
		line := node.Lines().At(i)
		code.Write(line.Value(src))
	}
	language := ""
	if f, ok := node.(*ast.FencedCodeBlock); ok {
		language = languageOf(f.Language(src))
	}
	_, _ = w.WriteString(`<pre class="chroma" tabindex="0"><code`)
	if language != "" {
		_, _ = w.WriteString(` class="language-` + string(util.EscapeHTML([]byte(language))) + `"`)
	}
	_ = w.WriteByte('>')
	highlight(w, language, code.String())
	_, _ = w.WriteString("</code></pre>\n")
	return ast.WalkSkipChildren, nil
}

// languageOf is the language in the first word after a fence, without what some
// programs attach to it ("go,linenos", "go{1-3}").
func languageOf(info []byte) string {
	if i := bytes.IndexAny(info, ",{:"); i >= 0 {
		info = info[:i]
	}
	return string(info)
}

// highlight writes code with a class for every token that [StyleSheet] has a
// rule for.
func highlight(w util.BufWriter, language, code string) {
	tokens := tokenise(language, code)
	if tokens == nil {
		_, _ = w.Write(util.EscapeHTML([]byte(code)))
		return
	}
	for _, t := range tokens {
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

// tokenise is nil if the language is unknown or the code is not for its lexer.
func tokenise(language, code string) []chroma.Token {
	if language == "" || len(code) > highlightLimit {
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
	reg.Register(east.KindTable, func(w util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
		// A wide table scrolls in its box, which can be reached by keyboard.
		if entering {
			_, _ = w.WriteString("<div class=\"table\" tabindex=\"0\">\n<table>\n")
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
