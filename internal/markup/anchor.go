package markup

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/util"
	"golang.org/x/text/unicode/norm"

	east "github.com/yuin/goldmark/extension/ast"
)

// Slug makes the part of an address out of words: lower case, letters, marks and
// digits of any script in NFC, and a hyphen where anything else was. Apostrophes
// vanish. It is empty if nothing is left.
func Slug(words string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFC.String(strings.ToLower(words)) {
		switch {
		case unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r):
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteRune(r)
		case r != '\'' && r != '’':
			gap = true
		}
	}
	return b.String()
}

// pageIDs are the ids that pages around a post use, or may one day: a heading
// never gets one of them.
var pageIDs = map[string]bool{
	"author": true, "body": true, "comment": true, "comments": true, "content": true,
	"email": true, "error": true, "errors": true, "footer": true, "header": true,
	"main": true, "menu": true, "nav": true, "page": true, "parent": true, "post": true,
	"reply": true, "respond": true, "search": true, "skip": true, "tags": true,
	"title": true, "top": true, "url": true, "q": true,
}

// pagePrefixes begin the ids of which a page has many ("comment-12").
var pagePrefixes = []string{"comment-", "comments-", "error-", "errors-", "field-", "help-", "hint-", "reply-", "respond-"}

// note gives every heading of a text an id, lets the levels begin below the title
// of the page, and notes them. The headings of a quotation are not among those of
// the text.
func (w *work) note() {
	top := false
	for _, h := range w.found.headings {
		top = top || h.Level == 1
	}
	used := map[string]int{}
	w.noteNamed(used)
	for _, h := range w.found.headings {
		if top {
			h.Level = min(h.Level+1, 6)
		}
		words := plain(h, w.src)
		id := attribute(h, "id")
		if id == "" {
			id = unique(Slug(words), used)
			h.SetAttributeString("id", id)
		}
		if !isQuoted(h) {
			w.out.Headings = append(w.out.Headings, Heading{Level: h.Level, ID: id, Text: words})
		}
	}
}

// noteNamed keeps the ids that authors chose, unless they are used already or by
// the page.
func (w *work) noteNamed(used map[string]int) {
	for _, n := range w.found.named {
		id := attribute(n, "id")
		free := unique(id, used)
		if free != id {
			w.fault(n.Pos(), fmt.Sprintf("the id %q is taken; this one is %q", id, free))
			n.SetAttributeString("id", free)
		}
	}
}

func isQuoted(n ast.Node) bool {
	for ; n != nil; n = n.Parent() {
		if n.Kind() == ast.KindBlockquote {
			return true
		}
	}
	return false
}

// unique is an id that is not used yet, and never one of the page's. used counts
// how often each was asked for.
func unique(base string, used map[string]int) string {
	if base == "" {
		base = "section"
	}
	if isPageID(base) {
		base = "section-" + base
	}
	id := base
	for used[id] > 0 {
		used[base]++
		id = base + "-" + strconv.Itoa(used[base])
	}
	used[id]++
	return id
}

func isPageID(id string) bool {
	if pageIDs[id] {
		return true
	}
	for _, p := range pagePrefixes {
		if strings.HasPrefix(id, p) {
			return true
		}
	}
	return false
}

// renderHeading writes a heading as a link to itself, which needs no word in any
// language and has the heading's name. If it holds another link, where a link
// cannot stand around it, the link to itself follows.
func renderHeading(w util.BufWriter, src []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	h := node.(*ast.Heading)
	id := attribute(h, "id")
	tag := "h" + strconv.Itoa(h.Level)
	linked := holdsLink(h)
	if entering {
		_, _ = w.WriteString("<" + tag)
		writeAttributes(w, h, "id", "class", "lang", "dir")
		_ = w.WriteByte('>')
	}
	switch {
	case entering && linked:
	case entering:
		_, _ = w.WriteString(`<a class="anchor" href="#` + id + `">`)
	case linked:
		label := util.EscapeHTML([]byte("# " + plain(h, src)))
		_, _ = w.WriteString(` <a class="anchor" href="#` + id + `" aria-label="` + string(label) + `">#</a></` + tag + ">\n")
	default:
		_, _ = w.WriteString("</a></" + tag + ">\n")
	}
	return ast.WalkContinue, nil
}

// holdsLink reports whether anything in n will be, or with raw HTML may be, a
// link.
func holdsLink(n ast.Node) bool {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c.Kind() {
		case ast.KindLink, ast.KindAutoLink, ast.KindRawHTML, east.KindFootnoteLink:
			return true
		}
		if holdsLink(c) {
			return true
		}
	}
	return false
}
