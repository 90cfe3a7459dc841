package web_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// void are the elements that have no end tag.
var void = map[atom.Atom]bool{
	atom.Area: true, atom.Base: true, atom.Br: true, atom.Col: true, atom.Embed: true, atom.Hr: true, atom.Img: true,
	atom.Input: true, atom.Link: true, atom.Meta: true, atom.Source: true, atom.Track: true, atom.Wbr: true,
}

// entity is what readers see of a character that was escaped twice.
var entity = regexp.MustCompile(`&(amp|lt|gt|quot|nbsp|#[0-9]+|#x[0-9a-fA-F]+);`)

// faults is what is wrong with the HTML of a page.
func faults(src string, doc *html.Node) []string {
	all := nesting(src, doc)
	all = append(all, references(doc)...)
	all = append(all, outline(doc)...)
	for n := range doc.Descendants() {
		if n.Type == html.TextNode && !within(n, atom.Code) && !within(n, atom.Textarea) { // there it was typed
			if text := entity.FindString(n.Data); text != "" {
				all = append(all, fmt.Sprintf("shows %s: escaped twice in %q", text, n.Data))
			}
		}
	}
	return all
}

// nesting compares the elements as they are written with those a browser makes
// of them. They differ where a tag is not closed, or stands where it cannot.
func nesting(src string, doc *html.Node) []string {
	written, fault := asWritten(src)
	if fault != "" {
		return []string{fault}
	}
	var made []string
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode {
			made = append(made, n.Parent.Data+" > "+n.Data)
		}
	}
	for i := range min(len(written), len(made)) {
		if written[i] != made[i] {
			return []string{fmt.Sprintf("element %d is written as %s, and becomes %s", i, written[i], made[i])}
		}
	}
	if len(written) != len(made) {
		return []string{fmt.Sprintf("%d elements are written, %d are made of them", len(written), len(made))}
	}
	return nil
}

// asWritten lists the elements of a page with their parents, by their tags alone.
func asWritten(src string) (elements []string, fault string) {
	open := []string{""}
	z := html.NewTokenizer(strings.NewReader(src))
	for {
		kind := z.Next()
		token := z.Token()
		switch kind {
		case html.ErrorToken:
			if len(open) > 1 {
				return nil, "never closed: " + strings.Join(open[1:], " > ")
			}
			return elements, ""
		case html.StartTagToken, html.SelfClosingTagToken:
			elements = append(elements, open[len(open)-1]+" > "+token.Data)
			if kind == html.StartTagToken && !void[token.DataAtom] {
				open = append(open, token.Data)
			}
		case html.EndTagToken:
			if last := open[len(open)-1]; last != token.Data {
				return nil, fmt.Sprintf("</%s> where %s is open", token.Data, strings.Join(open[1:], " > "))
			}
			open = open[:len(open)-1]
		}
	}
}

// references checks ids and what refers to them.
func references(doc *html.Node) (all []string) {
	ids := map[string]int{}
	for n := range doc.Descendants() {
		if id, ok := attribute(n, "id"); ok {
			ids[id]++
		}
	}
	for id, n := range ids {
		if n > 1 {
			all = append(all, fmt.Sprintf("id %q stands there %d times", id, n))
		}
	}
	for n := range doc.Descendants() {
		for _, key := range []string{"for", "aria-labelledby", "aria-describedby", "aria-controls", "headers"} {
			value, _ := attribute(n, key)
			for id := range strings.FieldsSeq(value) {
				if ids[id] == 0 {
					all = append(all, fmt.Sprintf("%s refers to %q, which is not there", key, id))
				}
			}
		}
	}
	return all
}

// outline checks what every page has once.
func outline(doc *html.Node) (all []string) {
	count := map[atom.Atom]int{}
	for n := range doc.Descendants() {
		count[n.DataAtom]++
		if n.DataAtom == atom.Html {
			if lang, _ := attribute(n, "lang"); lang == "" {
				all = append(all, "does not say in what language it is")
			}
		}
	}
	for _, once := range []atom.Atom{atom.Title, atom.Main, atom.H1} {
		if count[once] != 1 {
			all = append(all, fmt.Sprintf("has %d of %s, want one", count[once], once))
		}
	}
	return all
}

func attribute(n *html.Node, key string) (string, bool) {
	i := slices.IndexFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
	if i < 0 {
		return "", false
	}
	return n.Attr[i].Val, true
}

func within(n *html.Node, a atom.Atom) bool {
	for ; n != nil; n = n.Parent {
		if n.DataAtom == a {
			return true
		}
	}
	return false
}

// TestFaultsAreFound: what the crawl looks for must be there to be found.
func TestFaultsAreFound(t *testing.T) {
	t.Parallel()
	page := func(main string) string {
		return `<!DOCTYPE html><html lang="en"><head><title>T</title></head><body><main><h1>H</h1>` + main + `</main></body></html>`
	}
	for _, tt := range []struct{ name, src, want string }{
		{"nothing", page(`<p>a &amp; <code>&amp;amp;</code><br>b</p>`), ""},
		{"not closed", page(`<p><em>a</p>`), "</p> where html > body > main > p > em is open"},
		{"closed twice", page(`<p>a</p></div>`), "</div> where html > body > main is open"},
		{"end missing", `<!DOCTYPE html><html lang="en"><head><title>T</title></head><body><main><h1>H</h1>`, "never closed: html > body > main"},
		{"block in a paragraph", page(`<p><div>a</div></p>`), "is written as p > div, and becomes main > div"},
		{"link in a link", page(`<a href="/"><a href="/">x</a></a>`), "is written as a > a"},
		{"text in a table", page(`<table><tr><td>a</td></tr></table>`), "is written as table > tr, and becomes table > tbody"},
		{"id twice", page(`<p id="a"></p><p id="a"></p>`), `id "a" stands there 2 times`},
		{"label for nothing", page(`<label for="a">A</label>`), `for refers to "a"`},
		{"escaped twice", page(`<p>Tom &amp;amp; Bo</p>`), "shows &amp;"},
		{"tag as text", page(`<p>&amp;lt;p></p>`), "shows &lt;"},
		{"two headings", page(`<h1>H</h1>`), "has 2 of h1"},
		{"no language", strings.Replace(page(""), ` lang="en"`, "", 1), "does not say in what language"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			doc, err := html.Parse(strings.NewReader(tt.src))
			if err != nil {
				t.Fatal(err)
			}
			got := strings.Join(faults(tt.src, doc), "\n")
			if (tt.want == "") != (got == "") || !strings.Contains(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
