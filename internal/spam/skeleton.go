package spam

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Skeleton is what is left of a short text, such as a name, when all that looks alike is
// written in one way: two that a reader could take for each other have one skeleton. It
// is what UTS #39 (https://unicode.org/reports/tr39/) calls by that name, made for names
// and without its tables: characters are folded as features are (width, case,
// what is not seen, turned text), letters of other scripts that pass for a Latin one are read
// as that, digits within a word of letters as the letters they look like, and a capital I
// within a word that is not all capitals as an l.
//
// It does not go as far as UTS #39 where real names would fall together: "rn" is not "m"
// (Erna, Ema), and neither i nor l is the other elsewhere (Ila, Lia). Accents
// stay: Zoë is not Zoe. A skeleton is only compared, never shown.
func Skeleton(s string) string {
	s = norm.NFKC.String(strings.ToValidUTF8(s, "\uFFFD"))
	var b strings.Builder
	for i, x := range s {
		switch {
		case unseen(x) && x != '\u202E' && x != '\u202C': // by these fold turns text
		case x == 'I' && isReallyL(s[:i], s[i+1:]):
			b.WriteByte('l')
		default:
			b.WriteRune(plain(x))
		}
	}
	out := fold(nil, b.String())
	words := strings.Fields(string(out))
	for i, w := range words {
		words[i] = latinWord(w)
	}
	return strings.Join(words, " ")
}

// isReallyL reports whether a capital I between two texts stands for an l: "PauI",
// "AIice", but not "ALI" nor "McIver".
func isReallyL(before, after string) bool {
	last, _ := utf8.DecodeLastRuneInString(before)
	next, _ := utf8.DecodeRuneInString(after)
	switch {
	case unicode.IsUpper(last):
		return unicode.IsLower(next)
	case unicode.IsLower(last):
		return !strings.HasSuffix(before, "Mc") && !strings.HasSuffix(before, "Mac")
	}
	return false
}

// plain is the Latin letter that a capital or a sign passes for, or x itself.
func plain(x rune) rune {
	switch {
	case 0x1F150 <= x && x <= 0x1F169: // letters in black circles
		return 'a' + x - 0x1F150
	case 0x1F170 <= x && x <= 0x1F189: // and squares
		return 'a' + x - 0x1F170
	}
	if latin, ok := capitals[x]; ok {
		return latin
	}
	return x
}

// latinWord writes a word with Latin letters for all that pass for them.
func latinWord(w string) string {
	w = string(appendLatin(nil, w))
	if !strings.ContainsFunc(w, unicode.IsLetter) {
		return w // a number
	}
	return strings.Map(func(x rune) rune {
		switch x {
		case '0':
			return 'o'
		case '1', '|':
			return 'l'
		}
		return x
	}, w)
}

// capitals are letters that pass for a Latin one and whose small form, as lookalikes has
// it, does not, or is not there.
var capitals = func() map[rune]rune {
	table := map[rune]rune{}
	for other, latin := range map[string]string{
		"ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϺ":      "abezhikmnoptyxcm",      // Greek
		"АВЕЅІЈКМНОРСТУХҮԚԜѴӀӏ": "abesijkmhopctyxyqwvll", // Cyrillic
		"ՕՍԼ": "oul", // Armenian
		"ᎪᏴᏟᎠᎬᏀᎻᏆᎫᏦᏞᎷᏢᎡᏚᎢᏙᏔᎩᏃ":      "abcdeghijklmprstvwyz",      // Cherokee
		"ꓮꓐꓚꓓꓰꓝꓖꓧꓲꓙꓗꓡꓟꓠꓳꓑꓣꓢꓔꓴꓦꓪꓫꓬꓜ": "abcdefghijklmnoprstuvwxyz", // Lisu
		"ıɑɡɩⱭꞬƖ": "iagiagl", // of phonetics
	} {
		letters := []rune(latin)
		for i, x := range []rune(other) {
			table[x] = letters[i]
		}
	}
	return table
}()
