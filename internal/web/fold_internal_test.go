package web

import (
	"bytes"
	"html/template"
	"slices"
	"strings"
	"testing"
	"text/template/parse"
)

// TestFoldedPagesSayTheSame makes the pages of moderators with texts folded in, and without.
func TestFoldedPagesSayTheSame(t *testing.T) {
	t.Parallel()
	own := MustBuiltIn(t)
	for _, lang := range []string{"en", "de"} {
		say := own.texts.Printer(lang)
		k := card{Printer: say, ID: 7, Author: "A & B", Selectable: true, Deletable: true, Trashable: true, Corrects: true, Answers: true, Back: "/admin/queue?a=b&c=d"}
		k.Told = &told{Printer: say, ID: 7, Findings: []finding{{Words: "the word “a”", Weight: "+1.2", Spam: true}}}
		for name, page := range map[string]any{
			"admin_queue":             queuePage{adminFrame: adminFrame{Printer: say, CanAttack: true}, Cards: []card{k, k}, Bulk: bulkView{Printer: say}, Views: viewsBar{Printer: say}},
			"admin_comment":           commentPage{adminFrame: adminFrame{Printer: say}, Card: k},
			"admin_invitation_closed": adminFrame{Printer: say},
		} {
			folded, err := own.pages.template(name, page)
			if err != nil {
				t.Fatal(err)
			}
			plain, err := own.pages[name].in(nil)
			if err != nil {
				t.Fatal(err)
			}
			var got, want bytes.Buffer
			if err := folded.Execute(&got, page); err != nil {
				t.Fatal(err)
			}
			if err := plain.Execute(&want, page); err != nil {
				t.Fatal(err)
			}
			if got.String() != want.String() {
				t.Errorf("%s in %s: folded\n%s\nwant\n%s", name, lang, got.String(), want.String())
			}
			if name == "admin_queue" && (asks(folded) || !asks(plain)) {
				t.Errorf("%s in %s: nothing was folded", name, lang)
			}
		}
	}
}

// asks reports whether the cards of a template ask for a text that takes nothing in.
func asks(t *template.Template) bool {
	for _, part := range t.Templates() {
		if part.Name() == "card" && slices.ContainsFunc(part.Tree.Root.Nodes, func(n parse.Node) bool {
			return strings.HasPrefix(n.String(), `{{.T "card.comment"`)
		}) {
			return true
		}
	}
	return false
}

// TestFoldEscapesAlike folds texts where they are escaped in different ways.
func TestFoldEscapesAlike(t *testing.T) {
	t.Parallel()
	say := MustBuiltIn(t).texts.Printer("en")
	const id = `no text: <b> & "c" 'd' + ` + "\x00" // an id that no language has is said as it is
	p := &sheet{parsed: template.Must(template.New("a").Parse(`{{define "b"}}{{.T ` + "`" + id + "`" + `}}{{end}}<p title="{{.T ` + "`" + id + "`" + `}}">x {{.T "` +
		`card.comment"}}{{template "b" .}} y</p><textarea>{{.T ` + "`" + id + "`" + `}}</textarea><a href="/{{.T ` + "`" + id + "`" + `}}">` +
		`<script>a({{.T ` + "`" + id + "`" + `}})</script>{{$k := .}}{{range $i, $x := .Tabs}}{{$k.T "card.no"}}{{else}}{{$.T "card.no"}}{{end}}`))}
	folded, err := p.in(say)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := p.in(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []queuePage{{adminFrame: adminFrame{Printer: say}}, {adminFrame: adminFrame{Printer: say}, Tabs: make([]tab, 2)}} {
		var got, want bytes.Buffer
		if err := folded.Execute(&got, v); err != nil {
			t.Fatal(err)
		}
		if err := plain.Execute(&want, v); err != nil {
			t.Fatal(err)
		}
		if got.String() != want.String() {
			t.Errorf("folded\n%s\nwant\n%s", got.String(), want.String())
		}
	}
}
