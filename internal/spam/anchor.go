package spam

import "strings"

// anchor follows the text of links: <a href="…">text</a>, [url=…]text[/url] and
// [text](…).
type anchor struct {
	open     bool
	markdown bool
	until    int // where what opens the anchor ends; the text follows
	tag      bool
	count    int
}

// maxAnchor is how far on the end of a tag or of a Markdown anchor is looked for.
const maxAnchor = 300

// at looks at the mark text[i].
func (a *anchor) at(text string, i int) {
	switch text[i] {
	case '<':
		a.opens(text, i, "<a ", '>')
		a.open = a.open && !strings.HasPrefix(text[i:], "</a")
	case '[':
		a.opens(text, i, "[url", ']')
		a.opens(text, i, "[link", ']')
		a.open = a.open && !strings.HasPrefix(text[i:], "[/")
		if !a.tag && !a.open {
			a.opensMarkdown(text, i)
		}
	case '>', ']':
		if a.tag && i >= a.until {
			a.tag, a.open = false, true
		} else if a.markdown {
			a.open, a.markdown = false, false
		}
	}
}

// opens begins an anchor if what opens it stands at text[i].
func (a *anchor) opens(text string, i int, lead string, end byte) {
	if !strings.HasPrefix(text[i:], lead) {
		return
	}
	n := strings.IndexByte(text[i:min(len(text), i+4*maxAnchor)], end)
	if n < 0 {
		return
	}
	a.tag, a.until, a.open = true, i+n, false
	a.count++
}

func (a *anchor) opensMarkdown(text string, i int) {
	n := strings.IndexByte(text[i:min(len(text), i+maxAnchor)], ']')
	if n > 1 && i+n+1 < len(text) && text[i+n+1] == '(' {
		a.open, a.markdown = true, true
		a.count++
	}
}
