package spam

import (
	"strings"
	"unicode/utf8"
)

// How the lines of a text follow each other tells a letter from an advertisement: a
// greeting, an empty line, a paragraph; or a sentence and beneath it a link. Of each line
// the sort is told, and each two in a row are a feature.

// lineSort is the sort of a line.
type lineSort uint8

const (
	lineEdge lineSort = iota // before the first, and behind the last
	lineEmpty
	lineLink   // an address and nothing else
	lineLinked // an address and something else
	lineTiny
	lineShort
	lineMiddling
	lineLong
	lineSorts
)

var lineNames = [lineSorts]string{"edge", "empty", "link", "linked", "tiny", "short", "middling", "long"}

// lineOrders are the features of two sorts of lines in a row.
var lineOrders = func() (marks [lineSorts][lineSorts]place) {
	for first, a := range lineNames {
		for second, b := range lineNames {
			marks[first][second] = constantOf(kindLines, a+"/"+b)
		}
	}
	return marks
}()

// maxOrdered is how many lines of a body are read.
const maxOrdered = 40

// lineOrder notes how lines follow each other; raw is the body as it was typed.
func (r *reader) lineOrder(raw string) {
	before, n := lineEdge, 0
	for line := range strings.SplitSeq(raw, "\n") {
		if n++; n > maxOrdered {
			break
		}
		now := sortOfLine(strings.TrimSpace(line))
		r.note(lineOrders[before][now])
		before = now
	}
	r.note(lineOrders[before][lineEdge])
}

// sortOfLine is the sort of a line without spaces around it.
func sortOfLine(line string) lineSort {
	linked := strings.Contains(line, "http") || strings.Contains(line, "www.")
	switch n := utf8.RuneCountInString(line); {
	case n == 0:
		return lineEmpty
	case linked && strings.IndexByte(line, ' ') < 0:
		return lineLink
	case linked:
		return lineLinked
	case n < 15:
		return lineTiny
	case n < 60:
		return lineShort
	case n < 200:
		return lineMiddling
	default:
		return lineLong
	}
}
