package tex

import (
	"strings"
	"unicode/utf8"
)

// face is an alphabet of mathematical letters. The zero value is the usual one:
// browsers slant single letters by themselves.
type face struct {
	upright               bool // \mathrm
	capital, small, digit rune // where the alphabet begins in Unicode; 0 has none
	holes                 string
}

// faces are the alphabets by the command that chooses them. Some of their letters
// were in Unicode before the others and stand elsewhere; holes lists those in
// pairs.
var faces = map[string]face{
	"mathnormal": {},
	"mathrm":     {upright: true},
	"mathup":     {upright: true},
	"mathbf":     {capital: 0x1d400, small: 0x1d41a, digit: 0x1d7ce},
	"mathit":     {capital: 0x1d434, small: 0x1d44e, holes: "hℎ"},
	"boldsymbol": {capital: 0x1d468, small: 0x1d482, digit: 0x1d7ce},
	"bm":         {capital: 0x1d468, small: 0x1d482, digit: 0x1d7ce},
	"mathcal":    script,
	"mathscr":    script,
	"mathfrak":   {capital: 0x1d504, small: 0x1d51e, holes: "CℭHℌIℑRℜZℨ"},
	"mathbb":     {capital: 0x1d538, small: 0x1d552, digit: 0x1d7d8, holes: "CℂHℍNℕPℙQℚRℝZℤ"},
	"mathsf":     {capital: 0x1d5a0, small: 0x1d5ba, digit: 0x1d7e2},
	"mathtt":     {capital: 0x1d670, small: 0x1d68a, digit: 0x1d7f6},
}

var script = face{capital: 0x1d49c, small: 0x1d4b6, holes: "BℬEℰFℱHℋIℐLℒMℳRℛeℯgℊoℴ"}

// greek is where the bold Greek letters begin, by their alphabet.
var greek = map[rune][2]rune{0x1d400: {0x1d6a8, 0x1d6c2}, 0x1d468: {0x1d71c, 0x1d736}}

// joins reports whether letters of the alphabet that stand together are a word.
func (f face) joins() bool { return f.upright }

// identifier is a letter or a word of the alphabet.
func (f face) identifier(word string) string {
	if f.upright && utf8.RuneCountInString(word) == 1 {
		return element("mi", `mathvariant="normal"`, escape(word))
	}
	return element("mi", "", escape(f.apply(word)))
}

// apply writes a text in the alphabet.
func (f face) apply(s string) string {
	if f.capital == 0 {
		return s
	}
	return strings.Map(f.letter, s)
}

func (f face) letter(r rune) rune {
	hole := false
	for _, h := range f.holes {
		if hole {
			return h
		}
		hole = h == r
	}
	bold := greek[f.capital]
	switch {
	case r >= 'A' && r <= 'Z':
		return f.capital + r - 'A'
	case r >= 'a' && r <= 'z':
		return f.small + r - 'a'
	case r >= '0' && r <= '9' && f.digit != 0:
		return f.digit + r - '0'
	case r >= 'Α' && r <= 'Ω' && bold[0] != 0:
		return bold[0] + r - 'Α'
	case r >= 'α' && r <= 'ω' && bold[1] != 0:
		return bold[1] + r - 'α'
	}
	return r
}
