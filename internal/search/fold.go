package search

import (
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// class is what a character does to the word it stands in.
type class uint8

const (
	separator  class = iota // ends a word
	letter                  // a letter, digit or mark of a script with spaces between words
	unspaced                // of a script without
	symbol                  // a word by itself: an emoji
	ignored                 // cannot be seen, or is a mark that a folded word does without
	apostrophe              // within a word, joins or splits it
	hyphen                  // within a word, splits it in two that are one as well
	joining                 // may become one character with what stands before
)

// folded is what becomes of one character, which is up to four letters.
type folded struct {
	class class
	n     uint8
	r     [4]rune
}

// tableSize is how many characters have their folding looked up in a table: the
// alphabets from Europe to Burma.
const tableSize = 0x1100

var table = sync.OnceValue(func() *[tableSize]folded {
	t := new([tableSize]folded)
	for r := range rune(tableSize) {
		t[r] = foldSlow(r)
	}
	return t
})

// fold is what becomes of a character, apart from what stands around it.
func fold(t *[tableSize]folded, r rune) folded {
	switch {
	case r < tableSize:
		return t[r]
	case 0x4E00 <= r && r <= 0x9FFF, 0xAC00 <= r && r <= 0xD7A3, isKana(r):
		return one(unspaced, r)
	}
	return foldSlow(r)
}

func one(c class, r rune) folded { return folded{c, 1, [4]rune{r}} }

func foldSlow(r rune) folded {
	c := classOf(r)
	if c == ignored || c == apostrophe || c == hyphen || r == '™' || r == '℠' {
		return folded{class: c}
	}
	if s, ok := written[unicode.ToLower(r)]; ok {
		return several(s)
	}
	var b [utf8.UTFMax]byte
	d := norm.NFKD.Properties(b[:utf8.EncodeRune(b[:], r)]).Decomposition()
	if d == nil || keepsMark(unicode.ToLower(r)) {
		return one(c, single(r))
	}
	return several(string(d))
}

// several is a character that is written as several.
func several(s string) folded {
	f := folded{class: separator}
	for _, r := range s {
		c := classOf(r)
		if int(f.n) == len(f.r) || c != letter && c != unspaced && c != joining {
			continue
		}
		f.class, f.r[f.n] = c, single(r)
		f.n++
	}
	return f
}

// single is the small letter that stands for r and its like.
func single(r rune) rune {
	r = unicode.ToLower(r)
	if to, ok := same[r]; ok {
		return to
	}
	for _, zero := range zeros {
		if zero <= r && r <= zero+9 {
			return '0' + r - zero
		}
	}
	return r
}

// written are letters that Unicode does not take apart and people do.
var written = map[rune]string{
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th", 'ħ': "h", 'ŧ': "t", 'ı': "i",
}

// same are letters that are one to a reader: the end form of sigma, alef with and
// without a seat, the Persian and Arabic forms of two more, the tied t that is said as h.
var same = map[rune]rune{'ς': 'σ', 'ی': 'ي', 'ى': 'ي', 'ک': 'ك', 'ة': 'ه', 'ٱ': 'ا'}

// zeros are the zeros of scripts with digits of their own.
var zeros = []rune{0x0660, 0x06F0, 0x0966, 0x09E6, 0x0E50, 0x0ED0, 0x17E0, 0x1040}

func isKana(r rune) bool {
	return 0x3041 <= r && r <= 0x3096 || 0x30A1 <= r && r <= 0x30FA || 0x30FC <= r && r <= 0x30FF || r == 0x309D || r == 0x309E
}

// keepsMark reports whether a letter of Cyrillic is one with its mark: й is not и
// with something on it, while ё and е are used for each other.
func keepsMark(r rune) bool {
	switch r {
	case 'й', 'ї', 'ў', 'ќ', 'ѓ':
		return true
	}
	return false
}

// loose are the characters that a folded word does without: marks above and below
// Latin, Greek, Cyrillic, Hebrew and Arabic letters. Marks of other scripts are vowels.
var loose = &unicode.RangeTable{R16: []unicode.Range16{
	{Lo: 0x0300, Hi: 0x036F, Stride: 1},
	{Lo: 0x0483, Hi: 0x0489, Stride: 1},
	{Lo: 0x0591, Hi: 0x05BD, Stride: 1},
	{Lo: 0x05BF, Hi: 0x05C7, Stride: 1},
	{Lo: 0x0610, Hi: 0x061A, Stride: 1},
	{Lo: 0x0640, Hi: 0x0640, Stride: 1},
	{Lo: 0x064B, Hi: 0x065F, Stride: 1},
	{Lo: 0x0670, Hi: 0x0670, Stride: 1},
	{Lo: 0x06D6, Hi: 0x06ED, Stride: 1},
	{Lo: 0x1AB0, Hi: 0x1AFF, Stride: 1},
	{Lo: 0x1DC0, Hi: 0x1DFF, Stride: 1},
	{Lo: 0x20D0, Hi: 0x20FF, Stride: 1},
	{Lo: 0xFE20, Hi: 0xFE2F, Stride: 1},
}}

// unspacedScripts are written without spaces between words. Korean has spaces, and
// endings stuck to its words.
var unspacedScripts = []*unicode.RangeTable{
	unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai, unicode.Lao, unicode.Khmer,
	unicode.Myanmar, unicode.Javanese, unicode.Balinese, unicode.Tai_Le, unicode.New_Tai_Lue, unicode.Tai_Tham, unicode.Tai_Viet,
}

func classOf(r rune) class {
	switch r {
	case '\'', '’', 'ʼ', '＇', '‘':
		return apostrophe
	case '-', '‐', '‑':
		return hyphen
	case 0x3099, 0x309A:
		return joining
	case '©', '®', '℗', '™', '℠', utf8.RuneError:
		return separator
	}
	switch {
	case r < utf8.RuneSelf:
		if '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' {
			return letter
		}
		return separator
	case 0x1161 <= r && r <= 0x11FF, 0xD7B0 <= r && r <= 0xD7FB:
		return joining
	case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Variation_Selector, r), unicode.Is(loose, r), 0x1F3FB <= r && r <= 0x1F3FF:
		return ignored
	case unicode.IsLetter(r), unicode.IsNumber(r), unicode.IsMark(r):
		if r == 0x30FC || r == 0xFF70 || unicode.In(r, unspacedScripts...) && !unicode.IsDigit(r) {
			return unspaced
		}
		return letter
	case unicode.Is(unicode.So, r):
		return symbol
	}
	return separator
}

// joined is prev and r as one character, if they are one: kana with their marks
// and Korean syllables typed in parts.
func joined(prev, r rune) (rune, bool) {
	s := norm.NFC.String(string([]rune{prev, r}))
	whole, size := utf8.DecodeRuneInString(s)
	return whole, size == len(s)
}
