package content

import (
	"bytes"
	"strconv"
)

// maxNesting is how deep brackets nest in TOML, and how many names a dotted key
// has. The parser takes with the third power of it.
const maxNesting = 32

// tooDeep finds where TOML nests too deeply; nil if it does not.
func tooDeep(src []byte) *Problem {
	n := nesting{src: src, line: 1}
	for n.at < len(n.src) {
		if n.step(); n.depth > maxNesting || n.dots > maxNesting {
			return &Problem{Line: n.line, Message: "this is nested too deeply; at most " + strconv.Itoa(maxNesting) + " levels are possible"}
		}
	}
	return nil
}

// nesting goes through TOML, over texts and comments.
type nesting struct {
	src         []byte
	at, line    int
	depth, dots int
}

func (n *nesting) step() {
	switch c := n.src[n.at]; c {
	case '"', '\'':
		n.text(c)
		return
	case '#':
		n.to("\n", false)
		return
	case '[', '{':
		n.depth++
		n.dots = 0
	case ']', '}':
		n.depth = max(n.depth-1, 0)
		n.dots = 0
	case '\n':
		n.line++
		n.dots = 0
	case '=', ',':
		n.dots = 0
	case '.':
		n.dots++
	}
	n.at++
}

// text passes over a text, which may have three quotes and many lines.
func (n *nesting) text(quote byte) {
	escapes := quote == '"'
	if three := bytes.Repeat([]byte{quote}, 3); bytes.HasPrefix(n.src[n.at:], three) {
		n.at += 3
		n.to(string(three), escapes)
		n.at = min(n.at+3, len(n.src))
		return
	}
	n.at++
	for ; n.at < len(n.src) && n.src[n.at] != '\n'; n.at++ {
		switch c := n.src[n.at]; {
		case c == '\\' && escapes:
			n.at++
		case c == quote:
			n.at++
			return
		}
	}
}

// to goes to where the end is.
func (n *nesting) to(end string, escapes bool) {
	for ; n.at < len(n.src) && !bytes.HasPrefix(n.src[n.at:], []byte(end)); n.at++ {
		switch c := n.src[n.at]; {
		case c == '\n':
			n.line++
		case c == '\\' && escapes && n.at+1 < len(n.src) && n.src[n.at+1] != '\n':
			n.at++
		}
	}
}
