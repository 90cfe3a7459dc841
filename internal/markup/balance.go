package markup

import (
	"bytes"
	"fmt"
	"net/url"
	"slices"
	"strings"

	goldmarkhtml "github.com/yuin/goldmark/renderer/html"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// dropped are the elements of raw HTML that are left out: the pages' policy
// blocks them, they belong into a head, or (plaintext) would swallow the page.
var dropped = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Base: true, atom.Meta: true,
	atom.Link: true, atom.Plaintext: true,
}

// balance parses HTML the way browsers do, so that every element is closed. It
// takes out what a page would not let work, resolves relative addresses, and
// tells images their sizes.
func balance(src []byte, w *work) (*html.Node, error) {
	body, err := parseBody(src)
	if err != nil {
		return nil, err
	}
	for n := range body.Descendants() {
		scrub(n, w.o.Base)
		if n.DataAtom == atom.Img {
			w.showRaw(n)
		}
	}
	remove(body)
	return body, nil
}

// parseBody is a body element with src in it.
func parseBody(src []byte) (*html.Node, error) {
	body := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := html.ParseFragment(bytes.NewReader(src), body)
	if err != nil {
		return nil, fmt.Errorf("put raw HTML right: %w", err)
	}
	for _, n := range nodes {
		body.AppendChild(n)
	}
	return body, nil
}

// written is what is in an element, as HTML.
func written(n *html.Node) []byte {
	var out bytes.Buffer
	for c := range n.ChildNodes() {
		// It refuses void elements with content, which a parser never makes, and
		// what comes after <plaintext>, which is dropped.
		_ = html.Render(&out, c)
	}
	return out.Bytes()
}

// leadOf is a lead for a list of posts, where several stand on one page: without
// ids, footnotes and headings that link to themselves. Its images are those of the
// whole text, and counted there.
func leadOf(src []byte, w *work) []byte {
	counted := w.out.Pictures
	body, err := balance(src, w)
	w.out.Pictures = counted
	if err != nil {
		return nil
	}
	for _, n := range slices.Collect(body.Descendants()) {
		n.Attr = slices.DeleteFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "id" })
		switch class := attr(n, "class"); {
		case class == "anchor":
			for c := n.FirstChild; c != nil; c = n.FirstChild {
				n.RemoveChild(c)
				n.Parent.InsertBefore(c, n)
			}
			n.Parent.RemoveChild(n)
		case class == "footnote-ref" && n.Parent.DataAtom == atom.Sup && n.Parent.Parent != nil:
			n.Parent.Parent.RemoveChild(n.Parent)
		}
	}
	return written(body)
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// idsOf are the ids in HTML that renderers wrote: every quotation mark in the text
// is escaped.
func idsOf(src []byte) []string {
	var ids []string
	for {
		_, after, ok := bytes.Cut(src, []byte(` id="`))
		if !ok {
			return ids
		}
		id, rest, _ := bytes.Cut(after, []byte{'"'})
		ids = append(ids, html.UnescapeString(string(id)))
		src = rest
	}
}

// toldClashes is how many ids are told to be taken.
const toldClashes = 100

// idsIn are the ids in a tree. Raw HTML loses those that the page around it has, or
// something else in the text.
func (w *work) idsIn(tree *html.Node) []string {
	headings := map[string]bool{}
	for _, h := range w.out.Headings {
		headings[h.ID] = true
	}
	var ids []string
	used, clashes := map[string]bool{}, 0
	for n := range tree.Descendants() {
		id := attr(n, "id")
		if id == "" {
			continue
		}
		if used[id] || isPageID(id) || headings[id] && !isHeading(n) {
			if clashes++; clashes <= toldClashes { // each is looked for in all raw HTML
				w.fault(w.rawID(id), fmt.Sprintf("the id %q is taken; this element has none", id))
			}
			n.Attr = slices.DeleteFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "id" })
			continue
		}
		used[id] = true
		ids = append(ids, id)
	}
	return ids
}

// isHeading reports whether this is a heading that has its link to itself.
func isHeading(n *html.Node) bool {
	for c := range n.ChildNodes() {
		if attr(c, "class") == "anchor" {
			return true
		}
	}
	return false
}

// rawID is where raw HTML names an id.
func (w *work) rawID(id string) int {
	for _, n := range slices.Backward(w.found.raw) {
		if at := bytes.Index(rawText(n, w.src), []byte(id)); at >= 0 {
			return offsetIn(n, at)
		}
	}
	return 0
}

// remove takes the dropped elements out of a tree.
func remove(n *html.Node) {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		if c.Type == html.ElementNode && dropped[c.DataAtom] {
			n.RemoveChild(c)
		} else {
			remove(c)
		}
		c = next
	}
}

// scrub goes through the attributes of a node.
func scrub(n *html.Node, base string) {
	kept := n.Attr[:0]
	for _, a := range n.Attr {
		if a.Key == "style" || strings.HasPrefix(a.Key, "on") || a.Key == "srcdoc" {
			continue
		}
		switch a.Key {
		case "href", "src", "poster", "action", "formaction":
			if isScript(a.Val) {
				continue
			}
			a.Val = resolveRaw(a.Val, base)
		}
		kept = append(kept, a)
	}
	n.Attr = kept
}

// isScript reports whether an address runs or shows something of its own, as
// browsers read it: they pass over blanks in front and line ends anywhere.
func isScript(address string) bool {
	address = strings.Map(func(r rune) rune {
		if r <= ' ' {
			return -1
		}
		return r
	}, address)
	return goldmarkhtml.IsDangerousURL([]byte(address))
}

// resolveRaw is resolve for an attribute of raw HTML. What goldmark wrote is
// resolved already and starts at the root.
func resolveRaw(address, base string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || base == "" || !isRelative(u) {
		return address
	}
	return (&url.URL{Path: base}).ResolveReference(u).String()
}
