package spam

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// How the marks of a text are set says much about how it was made, whatever it is about
// and whatever its language: a comma before a space or before a letter, a full stop before a
// capital, two exclamation marks. So every ASCII mark is a feature with what stands before
// it and after it, of which only the sort is told.

// The sorts of characters, as they stand in the names of features; a mark is its own.
const (
	besideSmall   = 'a' // or a letter of a script without capitals
	besideCapital = 'A'
	besideDigit   = '0'
	besideSpace   = '␣'
	besideLine    = '↵' // the end of a line
	besideEdge    = '∅' // the beginning or the end of the text
	besideOther   = '¤' // a sign that is not ASCII
)

// maxSet is how many marks of a body are read.
const maxSet = 1000

// marksSet notes how the marks of a body are set; raw is the body as it was typed.
func (r *reader) marksSet(raw string) {
	first, before, mark, n := besideEdge, besideEdge, rune(0), 0
	for _, x := range raw {
		now := beside(x)
		if mark != 0 {
			r.mark(first, before, mark, now)
			if n++; n == maxSet {
				return
			}
			first, before, mark = before, mark, 0
		}
		if isMark(now) {
			mark = now
		} else {
			first, before = before, now
		}
	}
	if mark != 0 {
		r.mark(first, before, mark, besideEdge)
	}
}

// mark notes a mark. One within a number is passed over, for how digits are kept apart
// tells a country; so is a space before a mark that French sets one before.
func (r *reader) mark(first, before, mark, after rune) {
	if before == besideDigit && after == besideDigit {
		return
	}
	if before == besideSpace && strings.ContainsRune("!?:;", mark) {
		before = first
	}
	lo := len(r.text)
	r.text = utf8.AppendRune(utf8.AppendRune(utf8.AppendRune(r.text, before), mark), after)
	r.addSpan(kindMarks, lo, len(r.text))
}

// isMark reports whether a sort is an ASCII mark.
func isMark(x rune) bool {
	return x < utf8.RuneSelf && x != besideSmall && x != besideCapital && x != besideDigit
}

// beside is the sort of a character.
func beside(x rune) rune {
	switch {
	case x >= 'a' && x <= 'z':
		return besideSmall
	case x >= 'A' && x <= 'Z':
		return besideCapital
	case x >= '0' && x <= '9':
		return besideDigit
	case x == '\n':
		return besideLine
	case x <= ' ' || x == 0x7F:
		return besideSpace
	case x < utf8.RuneSelf:
		return x
	default:
		return besideForeign(x)
	}
}

// besideForeign is the sort of a character beyond ASCII.
func besideForeign(x rune) rune {
	switch {
	case unicode.IsUpper(x):
		return besideCapital
	case unicode.IsLetter(x), unicode.IsMark(x):
		return besideSmall
	case unicode.IsDigit(x):
		return besideDigit
	case unicode.IsSpace(x):
		return besideSpace
	default:
		return besideOther
	}
}
