package spam

import (
	"maps"
	"slices"
	"unicode"
)

// NoScript is the script of a text without letters.
const NoScript = "none"

// Japanese is the script of a text of kana and Chinese characters.
const Japanese = "Japanese"

// scriptIn is the name that Unicode gives the script of most letters of a text.
func scriptIn(text string) string {
	counts := map[string]int{}
	last := ""
	for _, x := range text {
		if !unicode.IsLetter(x) {
			continue
		}
		last = scriptOf(x, last)
		counts[last]++
	}
	kana := counts["Hiragana"] + counts["Katakana"]
	if 4*kana >= counts["Han"] && kana > 0 {
		counts[Japanese] = kana + counts["Han"]
	}
	most := NoScript
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		if counts[name] > counts[most] {
			most = name
		}
	}
	if most == "Hiragana" || most == "Katakana" {
		return Japanese
	}
	return most
}

// scriptNames is all scripts, in order.
var scriptNames = slices.Sorted(maps.Keys(unicode.Scripts))

// scriptOf is the script of a letter; guess, if any, is looked at first.
func scriptOf(x rune, guess string) string {
	if x < 0x80 {
		return "Latin"
	}
	if table, ok := unicode.Scripts[guess]; ok && unicode.Is(table, x) {
		return guess
	}
	for _, name := range scriptNames {
		if unicode.Is(unicode.Scripts[name], x) {
			return name
		}
	}
	return "Unknown"
}

// unspacedScripts are written without spaces between the words.
var unspacedScripts = []*unicode.RangeTable{
	unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Tibetan,
}

// wordsIn counts the words of a text: runs of letters and digits, and where words
// are not kept apart, one for every two characters.
func wordsIn(text string) int {
	n, characters := 0, 0
	inside := false
	for _, x := range text {
		word := unicode.IsLetter(x) || unicode.IsDigit(x) || unicode.Is(unicode.Mn, x) || unicode.Is(unicode.Mc, x) ||
			inside && (x == '\'' || x == '’')
		if word && unicode.In(x, unspacedScripts...) {
			characters++
			word = false
		}
		if word && !inside {
			n++
		}
		inside = word
	}
	return n + (characters+1)/2
}
