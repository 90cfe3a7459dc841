package markup

import (
	"bytes"
	"regexp"
	"slices"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// closedBlocks parses blocks of raw HTML. CommonMark lets a comment, a script and
// the like that nothing closes swallow the rest of a text; here they are text, and
// a fault.
type closedBlocks struct{ parser.BlockParser }

// swallowers are what such blocks begin with, and what closes them.
var swallowers = []struct{ begins, ends *regexp.Regexp }{
	{regexp.MustCompile(`^ {0,3}<!--`), regexp.MustCompile(`-->`)},
	{regexp.MustCompile(`^ {0,3}<\?`), regexp.MustCompile(`\?>`)},
	{regexp.MustCompile(`^ {0,3}<!\[CDATA\[`), regexp.MustCompile(`\]\]>`)},
	{regexp.MustCompile(`^ {0,3}<![A-Z]`), regexp.MustCompile(`>`)},
	{regexp.MustCompile(`(?i)^ {0,3}<(script|pre|style|textarea)([\s>]|/>|$)`), regexp.MustCompile(`(?i)</(script|pre|style|textarea)>`)},
}

var unclosedKey = parser.NewContextKey()

// Open opens a block if it is closed somewhere.
func (b closedBlocks) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, segment := reader.PeekLine()
	for i, s := range swallowers {
		if !s.begins.Match(line) {
			continue
		}
		// What is not closed here is not closed further down either.
		unclosed, _ := pc.Get(unclosedKey).(int)
		if unclosed&(1<<i) == 0 && s.ends.Match(reader.Source()[segment.Start:]) {
			break
		}
		if w, ok := pc.Get(workKey).(*work); ok && unclosed&(1<<i) == 0 {
			w.fault(segment.Start, "this raw HTML is not closed; it is shown as text")
		}
		pc.Set(unclosedKey, unclosed|1<<i)
		return nil, parser.NoChildren
	}
	return b.BlockParser.Open(parent, reader, pc)
}

// hiding are the elements that show nothing of what is in them, or not as text;
// one that stays open would swallow the rest of the page.
var hiding = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Textarea: true, atom.Title: true, atom.Iframe: true, atom.Noembed: true,
	atom.Noframes: true, atom.Noscript: true, atom.Plaintext: true, atom.Xmp: true, atom.Select: true, atom.Template: true,
	atom.Object: true, atom.Video: true, atom.Audio: true, atom.Canvas: true, atom.Dialog: true, atom.Svg: true, atom.Math: true,
}

// opened is a tag of a hiding element that nothing has closed yet.
type opened struct {
	node ast.Node
	name atom.Atom
	pos  int
}

// closeRaw sees to it that no raw HTML swallows what comes behind it: a tag that
// does not end is text, and so is one of a hiding element that nothing closes.
func (w *work) closeRaw() {
	var open []opened
	for _, n := range w.found.raw {
		src := rawText(n, w.src)
		z := html.NewTokenizer(bytes.NewReader(src))
		at := 0
		for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
			size := len(z.Raw())
			name, _ := z.TagName()
			switch tag := atom.Lookup(name); {
			case kind == html.StartTagToken && hiding[tag]:
				open = append(open, opened{n, tag, at})
			case kind == html.EndTagToken && hiding[tag]:
				open = closeLast(open, tag)
			}
			at += size
		}
		if at < len(src) {
			w.escapeRaw(n, at)
		}
	}
	for _, o := range open {
		w.escapeRaw(o.node, o.pos)
	}
	w.found.raw = slices.DeleteFunc(w.found.raw, func(n ast.Node) bool { return n.Parent() == nil })
}

func closeLast(open []opened, tag atom.Atom) []opened {
	for i, o := range slices.Backward(open) {
		if o.name == tag {
			return slices.Delete(open, i, i+1)
		}
	}
	return open
}

// partly is raw HTML of which some is shown as text.
type partly struct {
	shown *ast.String
	typed []byte
	pos   int
}

// escapeRaw shows raw HTML as text from a byte of it on.
func (w *work) escapeRaw(n ast.Node, from int) {
	if n.Parent() == nil {
		return // shown as text already
	}
	src := rawText(n, w.src)
	w.fault(offsetIn(n, from), "this raw HTML is not closed; it is shown as text")
	typed := plainString("")
	typed.Value = append(slices.Clone(src[:from]), util.EscapeHTML(src[from:])...)
	var with ast.Node = typed
	if n.Type() == ast.TypeBlock && from == 0 {
		with = ast.NewParagraph()
		with.AppendChild(with, typed)
	}
	n.Parent().ReplaceChild(n.Parent(), n, with)
	if from > 0 {
		w.found.partly = append(w.found.partly, partly{typed, src, n.Pos()})
	}
}
