package markup

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"
	nethtml "golang.org/x/net/html"
)

// shownSizes says how wide an image is on a page: the column of text, or a narrow
// screen.
const shownSizes = "(min-width: 42em) 40em, 100vw"

// show notes an image that is shown, and gives it what is known about it. Its
// destination is resolved.
func (w *work) show(img *ast.Image) {
	for _, a := range w.shown(string(util.ResolveEntityNames(img.Destination)), attribute(img, "width")) {
		if a.Key == "src" {
			img.Destination = util.EscapeHTML([]byte(a.Val))
		} else if attribute(img, a.Key) == "" || a.Key == "width" {
			img.SetAttributeString(a.Key, a.Val)
		}
	}
}

// showRaw does the same for an image of raw HTML.
func (w *work) showRaw(img *nethtml.Node) {
	src := attr(img, "src")
	if u, err := url.Parse(src); err != nil || u.Host != "" || u.Scheme != "" || src == "" {
		return
	}
	if attr(img, "decoding") != "" {
		return // Markdown's own
	}
	for _, a := range w.shown(src, attr(img, "width")) {
		set(img, a)
	}
}

// set sets an attribute, unless it is there already; an address is replaced.
func set(n *nethtml.Node, a nethtml.Attribute) {
	for i := range n.Attr {
		if n.Attr[i].Key == a.Key {
			if a.Key == "src" || a.Key == "width" {
				n.Attr[i].Val = a.Val
			}
			return
		}
	}
	n.Attr = append(n.Attr, a)
}

// shown are the attributes of an image of this blog by its address, as wide as
// its author wants it; the first image of a text is wanted at once.
func (w *work) shown(src, width string) []nethtml.Attribute {
	first := len(w.out.Pictures) == 0
	var attrs []nethtml.Attribute
	if !first {
		attrs = append(attrs, nethtml.Attribute{Key: "loading", Val: "lazy"})
	}
	attrs = append(attrs, nethtml.Attribute{Key: "decoding", Val: "async"})
	u, err := url.Parse(src)
	if err != nil {
		return attrs
	}
	w.out.Pictures = append(w.out.Pictures, u.Path)
	if w.o.Picture == nil {
		return attrs
	}
	p, ok := w.o.Picture(u.Path)
	if !ok {
		return attrs
	}
	return append(p.attributes(width), attrs...)
}

// attributes are those that follow from what is known about an image.
func (p Picture) attributes(width string) []nethtml.Attribute {
	var attrs []nethtml.Attribute
	add := func(key, value string) { attrs = append(attrs, nethtml.Attribute{Key: key, Val: value}) }
	if p.Src != "" {
		add("src", p.Src)
	}
	if p.Width > 0 && p.Height > 0 {
		wide, high := p.Width, p.Height
		if n, err := strconv.Atoi(width); err == nil && n > 0 && n <= 10_000 {
			wide, high = n, max(1, (n*p.Height+p.Width/2)/p.Width)
		}
		add("width", strconv.Itoa(wide))
		add("height", strconv.Itoa(high))
	}
	if len(p.Variants) > 1 {
		sizes := make([]string, len(p.Variants))
		for i, v := range p.Variants {
			sizes[i] = v.URL + " " + strconv.Itoa(v.Width) + "w"
		}
		add("srcset", strings.Join(sizes, ", "))
		add("sizes", shownSizes)
	}
	return attrs
}

// imageAttributes are those of an image that are written, in this order.
var imageAttributes = []string{
	"id", "class", "lang", "dir", "width", "height", "srcset", "sizes", "loading", "decoding", "fetchpriority",
}

// renderImage writes an image with what is known about it.
func renderImage(w util.BufWriter, src []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	n := node.(*ast.Image)
	_, _ = w.WriteString(`<img src="`)
	_, _ = w.Write(util.EscapeHTML(util.URLEscape(n.Destination, true)))
	_, _ = w.WriteString(`" alt="` + escape(plain(n, src)) + `"`)
	if n.Title != nil {
		_, _ = w.WriteString(` title="`)
		html.DefaultWriter.Write(w, n.Title)
		_ = w.WriteByte('"')
	}
	for _, name := range imageAttributes {
		if value := attribute(n, name); value != "" {
			_, _ = w.WriteString(" " + name + `="` + escape(value) + `"`)
		}
	}
	_, _ = w.WriteString(">")
	return ast.WalkSkipChildren, nil
}

// escape escapes a text for HTML.
func escape(s string) string { return string(util.EscapeHTML([]byte(s))) }
