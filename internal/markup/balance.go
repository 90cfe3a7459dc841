package markup

import (
	"bytes"
	"fmt"
	"net/url"
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

// balance parses HTML the way browsers do and writes it again, so that every
// element is closed. It takes out what a page would not let work, and resolves
// relative addresses against base.
func balance(src []byte, base string) ([]byte, error) {
	body := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := html.ParseFragment(bytes.NewReader(src), body)
	if err != nil {
		return nil, fmt.Errorf("raw HTML cannot be put right: %w", err)
	}
	for _, n := range nodes {
		body.AppendChild(n)
	}
	for n := range body.Descendants() {
		scrub(n, base)
	}
	remove(body)
	var out bytes.Buffer
	for n := range body.ChildNodes() {
		if err := html.Render(&out, n); err != nil {
			return nil, fmt.Errorf("raw HTML cannot be put right: %w", err)
		}
	}
	return out.Bytes(), nil
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
