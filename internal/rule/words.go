package rule

import (
	"strings"
	"unicode"
)

// words are the words of a text as they are compared: as [name] folds them, whatever
// stands between them. A character of a script that is written without spaces is a word
// of its own, so that a word in it is found wherever it stands.
func words(text string) []string {
	var out []string
	for run := range strings.FieldsFuncSeq(name(text), between) {
		start := 0
		for i, r := range run {
			if !unspaced(r) {
				continue
			}
			if start < i {
				out = append(out, run[start:i])
			}
			start = i + len(string(r))
			out = append(out, run[i:start])
		}
		if start < len(run) {
			out = append(out, run[start:])
		}
	}
	return out
}

// between reports whether a character is part of no word.
func between(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) }

// unspaced reports whether a character is of a script that is written without spaces.
func unspaced(r rune) bool {
	return r >= 0x0E00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}
