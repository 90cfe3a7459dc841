package spam

import (
	"slices"
	"unicode/utf8"
)

// Shingles are the hashes of every three words in a row of a text, each once, the least
// first; of a shorter text that of the whole. Links and digits are left out, for in
// near-duplicates they differ the most.
type Shingles []uint64

// ShinglesOf takes the text of a comment apart.
func ShinglesOf(text string) Shingles {
	var out Shingles
	var last [shingleSize]uint64
	words, all := 0, fnvOffset64
	eachPlainWord(fold(nil, clip(text, maxBody)), func(word []byte) {
		all = hash64On(all, word)
		copy(last[:], last[1:])
		last[shingleSize-1] = hash64On(fnvOffset64, word)
		if words++; words >= shingleSize {
			out = append(out, shingle(last))
		}
	})
	if words > 0 && words < shingleSize {
		out = Shingles{mix(all)}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Share is what of two texts is in both: 1 if they are the same, 0 if nothing is in both,
// or in either (Jaccard).
func (s Shingles) Share(t Shingles) float64 {
	both := 0
	for i, j := 0, 0; i < len(s) && j < len(t); {
		switch {
		case s[i] < t[j]:
			i++
		case s[i] > t[j]:
			j++
		default:
			both++
			i++
			j++
		}
	}
	if both == 0 {
		return 0
	}
	return float64(both) / float64(len(s)+len(t)-both)
}

// eachPlainWord gives the words of a folded text, without links and digits.
func eachPlainWord(body []byte, give func(word []byte)) {
	for i := 0; i < len(body); {
		if n := linkAt(body[i:]); n > 0 {
			i += n
			continue
		}
		n := plainWord(body[i:])
		if n == 0 {
			_, size := utf8.DecodeRune(body[i:])
			i += size
			continue
		}
		give(body[i : i+n])
		i += n
	}
}
