package web

import (
	"fmt"
	"html/template"
	"io"
	"strings"
	"sync"
	"text/template/parse"

	"hamlet/internal/locale"
)

// sheet is the template of a page, and what it became for each language that it was asked for in.
type sheet struct {
	parsed *template.Template // never executed: what was cannot be cloned
	folded sync.Map           // *locale.Printer to *template.Template
}

// in is the template with the texts of a language that take nothing in put where they
// stand. Most of what a list of comments says is such; to look it up by reflection and to
// escape it anew for each comment took a seventh of the memory of a page. Without a language it is
// the template as it was parsed.
func (p *sheet) in(say *locale.Printer) (*template.Template, error) {
	if t, ok := p.folded.Load(say); ok {
		return t.(*template.Template), nil
	}
	t, err := p.parsed.Clone()
	if err != nil {
		return nil, fmt.Errorf("clone: %w", err)
	}
	if say != nil {
		_ = t.Execute(io.Discard, nil) // only the first execution escapes; that it fails for want of data says nothing
		for _, part := range t.Templates() {
			if part.Tree != nil {
				fold(part.Tree.Root, say)
			}
		}
	}
	kept, _ := p.folded.LoadOrStore(say, t)
	return kept.(*template.Template), nil
}

// fold puts texts in place of what asks for them, and makes one piece of what stands side
// by side then.
func fold(list *parse.ListNode, say *locale.Printer) {
	if list == nil {
		return
	}
	var out []parse.Node
	for _, n := range list.Nodes {
		switch n := n.(type) {
		case *parse.IfNode:
			fold(n.List, say)
			fold(n.ElseList, say)
		case *parse.WithNode:
			fold(n.List, say)
			fold(n.ElseList, say)
		case *parse.RangeNode:
			fold(n.List, say)
			fold(n.ElseList, say)
		}
		text, ok := constant(n, say)
		if !ok {
			out = append(out, n)
			continue
		}
		if last := len(out) - 1; last >= 0 {
			if before, ok := out[last].(*parse.TextNode); ok {
				whole := before.Copy().(*parse.TextNode)
				whole.Text = append(whole.Text, text...)
				out[last] = whole
				continue
			}
		}
		out = append(out, &parse.TextNode{NodeType: parse.NodeText, Pos: n.Position(), Text: text})
	}
	list.Nodes = out
}

// constant is what a node writes in a language, if that is always the same.
func constant(n parse.Node, say *locale.Printer) ([]byte, bool) {
	switch n := n.(type) {
	case *parse.TextNode:
		return n.Text, true
	case *parse.ActionNode:
		id, ok := said(n.Pipe)
		if !ok {
			return nil, false
		}
		// As html/template escapes texts, which is a little more than its function for others.
		return []byte(strings.ReplaceAll(template.HTMLEscapeString(say.T(id)), "+", "&#43;")), true
	}
	return nil, false
}

// said is the text that a pipeline asks for, if that is all it does, and if all that
// becomes of it is to be escaped as the text of a document or of a quoted attribute.
func said(p *parse.PipeNode) (id string, ok bool) {
	if len(p.Decl) > 0 || len(p.Cmds) != 2 || len(p.Cmds[0].Args) != 2 || len(p.Cmds[1].Args) != 1 {
		return "", false
	}
	switch p.Cmds[1].String() {
	case "_html_template_htmlescaper", "_html_template_attrescaper", "_html_template_rcdataescaper":
	default:
		return "", false
	}
	name, ok := p.Cmds[0].Args[1].(*parse.StringNode)
	if !ok {
		return "", false
	}
	switch f := p.Cmds[0].Args[0].(type) {
	case *parse.FieldNode:
		ok = len(f.Ident) == 1 && f.Ident[0] == "T"
	case *parse.VariableNode:
		ok = len(f.Ident) == 2 && f.Ident[1] == "T"
	default:
		ok = false
	}
	return name.Text, ok
}
