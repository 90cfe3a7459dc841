package markup

import (
	"bytes"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"

	east "github.com/yuin/goldmark/extension/ast"
)

// join takes out the end of a line between two characters of a script that is
// written without spaces, such as Chinese: a browser would show it as one.
// goldmark's own way of doing that also takes out spaces before links and after
// punctuation in every other script.
func join(n *ast.Text, src []byte) {
	next, ok := n.NextSibling().(*ast.Text)
	if !ok || !n.SoftLineBreak() {
		return
	}
	before, _ := utf8.DecodeLastRune(n.Value(src))
	after, _ := utf8.DecodeRune(next.Value(src))
	if util.IsEastAsianWideRune(before) && util.IsEastAsianWideRune(after) {
		n.SetSoftLineBreak(false)
	}
}

func align(n *east.TableCell) {
	if n.Alignment != east.AlignNone {
		n.SetAttributeString("class", "align-"+n.Alignment.String())
	}
}

// settle resolves the address of a link or an image. What has no safe, valid
// address loses its mark-up and keeps its words; an image from elsewhere becomes
// a link.
func (w *work) settle(n ast.Node) {
	switch n := n.(type) {
	case *ast.AutoLink:
		if _, ok := resolve(n.URL(w.src), ""); !ok {
			n.Parent().ReplaceChild(n.Parent(), n, ast.NewString(util.EscapeHTML(n.Label(w.src))))
		}
	case *ast.Link:
		dest, ok := resolve(n.Destination, w.o.Base)
		if !ok {
			w.fault(n.Pos(), "this link has no address that can be followed")
			unwrap(n)
			return
		}
		n.Destination = dest
	case *ast.Image:
		dest, ok := resolve(n.Destination, w.o.Base)
		switch {
		case !ok:
			w.fault(n.Pos(), "this image has no address that can be shown")
			unwrap(n)
		case isElsewhere(dest):
			link(n, w.src, dest)
		default:
			n.Destination = dest
			w.show(n)
		}
	}
}

// resolve is what a destination as typed comes to, ready for goldmark's
// renderer, which resolves entities once more.
func resolve(typed []byte, base string) (dest []byte, ok bool) {
	dest = util.URLEscape(typed, true)
	if html.IsDangerousURL(dest) {
		return nil, false
	}
	u, err := url.Parse(string(dest))
	if err != nil {
		return nil, false
	}
	if base != "" && isRelative(u) {
		dest = []byte((&url.URL{Path: base}).ResolveReference(u).String())
	}
	return bytes.ReplaceAll(dest, []byte("&"), []byte("&amp;")), true
}

// isRelative reports whether u is relative to the file it stands in.
func isRelative(u *url.URL) bool {
	return u.Scheme == "" && u.Host == "" && u.Path != "" && !strings.HasPrefix(u.Path, "/")
}

func isElsewhere(dest []byte) bool {
	u, err := url.Parse(string(dest))
	return err == nil && u.Host != ""
}

// link replaces an image by a link to it, or by its words if it is in a link.
func link(img *ast.Image, src, dest []byte) {
	for p := img.Parent(); p != nil; p = p.Parent() {
		if p.Kind() == ast.KindLink {
			unwrap(img)
			return
		}
	}
	l := ast.NewLink()
	l.Destination, l.Title = dest, img.Title
	if len(plain(img, src)) == 0 {
		img.AppendChild(img, ast.NewString(util.EscapeHTML(dest)))
	}
	img.Parent().ReplaceChild(img.Parent(), img, l)
	adopt(l, img)
}

// adopt moves the children of from to the end of to.
func adopt(to, from ast.Node) {
	for c := from.FirstChild(); c != nil; {
		next := c.NextSibling()
		to.AppendChild(to, c)
		c = next
	}
}

// unwrap replaces n by its children.
func unwrap(n ast.Node) {
	parent := n.Parent()
	for c := n.FirstChild(); c != nil; {
		next := c.NextSibling()
		parent.InsertBefore(parent, n, c)
		c = next
	}
	parent.RemoveChild(parent, n)
}
