package search

import (
	"iter"
	"strings"
)

// forms are other forms a word may have: the plurals and genitives of English, and
// those of German that end in n. They are guesses from the ending alone; what is
// not a word is not in the index. There is no stemming beyond that, because a stem
// that is wrong ("university", "universe") finds what nobody asked for.
func forms(word string) iter.Seq[string] {
	return func(yield func(string) bool) {
		if len(word) < 3 || !isLatin(word) {
			return
		}
		for _, f := range []struct{ end, with string }{
			{"", "s"},
			{"", "es"},
			{"", "n"},
			{"", "en"},
			{"y", "ies"},
			{"s", ""},
			{"es", ""},
			{"n", ""},
			{"en", ""},
			{"ies", "y"},
		} {
			stem, ok := strings.CutSuffix(word, f.end)
			if !ok || len(stem) < shortestStem(f.end+f.with) {
				continue
			}
			if !yield(stem + f.with) {
				return
			}
		}
	}
}

// shortestStem is how long a word has to be for an ending to be taken for one.
func shortestStem(ending string) int {
	if ending == "n" || ending == "en" {
		return 4
	}
	return 3
}

func isLatin(word string) bool {
	for i := range len(word) {
		if c := word[i]; c < 'a' || c > 'z' {
			return false
		}
	}
	return true
}
