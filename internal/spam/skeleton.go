package spam

import (
	"slices"
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
// as that, letters lose their accents, 0 is o and 1 is l, m is "rn" and w is "vv",
// and whatever is no letter and no digit is left out: a name that is written together, or
// has a star behind it, is the same name.
//
// All that is done character by character, so that what is in a name is in its skeleton too.
// The case of a name changes nothing, as it does to a reader who looks for it; what passes for
// another letter in one case alone is for [Readings]. Neither i nor l is the other (Lia, Ila).
// A skeleton is only compared, never shown.
func Skeleton(s string) string { return skeleton(norm.NFKC.String(drop(s)), alike) }

// Readings are the skeletons of all that a name could be taken for as it is written, its own first:
// with a capital I for an l ("PauI") or the other way round ("lan"), with a 1 for an i, and with
// letters of other scripts read by their case.
func Readings(s string) []string {
	s = norm.NFKC.String(drop(s))
	out := []string{skeleton(s, alike)}
	for _, reading := range []string{skeleton(asSeen(s), seenAlike), skeleton(asCapital(s), seenAlike)} {
		if !slices.Contains(out, reading) {
			out = append(out, reading)
		}
	}
	return out
}

// drop leaves out what is not seen, and signs that would be letters in normal form.
func drop(s string) string {
	return strings.Map(func(x rune) rune {
		switch {
		case x == '™' || x == '℠': // trade and service mark
			return -1
		case unseen(x) && x != '\u202e' && x != '\u202c': // by these fold turns text
			return -1
		}
		return plain(x)
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// skeleton makes one of a text in normal form, with the letters that pass for Latin ones.
func skeleton(s string, latin map[rune]rune) string {
	folded := string(fold(nil, strings.Map(func(x rune) rune {
		if unicode.IsUpper(x) || latin[x] == 0 {
			return x
		}
		return latin[x]
	}, s)))
	var bare strings.Builder
	for _, x := range norm.NFD.String(folded) {
		if unicode.In(x, accents) {
			continue
		}
		if other, ok := latin[x]; ok {
			x = other
		}
		if unicode.IsLetter(x) || unicode.IsMark(x) || unicode.IsNumber(x) || x == '|' {
			bare.WriteRune(x)
		}
	}
	out := bare.String()
	if strings.Trim(out, "|") == "" {
		return strings.Join(strings.Fields(folded), " ")
	}
	return norm.NFC.String(looksLike.Replace(out))
}

// looksLike is how the rest is written in one way.
var looksLike = strings.NewReplacer("0", "o", "1", "l", "|", "l", "m", "rn", "w", "vv")

// accents are the marks that a Latin, Greek or Cyrillic letter may have, and the points of
// Hebrew and Arabic, which are seldom written.
var accents = &unicode.RangeTable{R16: []unicode.Range16{
	{0x0300, 0x036F, 1}, {0x0591, 0x05BD, 1}, {0x064B, 0x0652, 1}, {0x1AB0, 0x1AFF, 1}, {0x1DC0, 0x1DFF, 1}, {0x20D0, 0x20FF, 1}, {0xFE20, 0xFE2F, 1},
}}

// asSeen reads each capital I that could stand for an l as one: at the beginning of a word in
// small letters, and within one ("PauI", "AIice"), but not in "ALI" nor in "McIver".
func asSeen(s string) string {
	var b strings.Builder
	for i, x := range s {
		if x == 'I' && isReallyL(s[:i], s[i+1:]) {
			x = 'l'
		}
		b.WriteRune(x)
	}
	return b.String()
}

// isReallyL reports whether a capital I between two texts may stand for an l.
func isReallyL(before, after string) bool {
	last, _ := utf8.DecodeLastRuneInString(before)
	next, _ := utf8.DecodeRuneInString(after)
	if unicode.IsLower(last) {
		return !strings.HasSuffix(before, "Mc") && !strings.HasSuffix(before, "Mac")
	}
	return unicode.IsLower(next)
}

// asCapital reads each l at the beginning of a word or beside a capital, and each 1 and bar, as
// the I that it could stand for.
func asCapital(s string) string {
	var b strings.Builder
	last := ' '
	for i, x := range s {
		next, _ := utf8.DecodeRuneInString(s[i+utf8.RuneLen(x):])
		switch {
		case x == '1' || x == '|', x == 'l' && (!unicode.IsLetter(last) || unicode.IsUpper(last) && !unicode.IsLower(next)):
			b.WriteByte('i')
		default:
			b.WriteRune(x)
		}
		last = x
	}
	return b.String()
}

// plain is the letter in a black circle or square, or x itself.
func plain(x rune) rune {
	switch {
	case 0x1F150 <= x && x <= 0x1F169:
		return 'a' + x - 0x1F150
	case 0x1F170 <= x && x <= 0x1F189:
		return 'a' + x - 0x1F170
	}
	return x
}

// alike are the letters that pass for a Latin one, in whichever case: where the two forms of a
// letter pass for different ones, it is that of the capital. seenAlike is by the case: of a small
// letter it is that of lookalikes, if there is one.
var alike, seenAlike = func() (alike, seen map[rune]rune) {
	alike, seen = map[rune]rune{}, map[rune]rune{}
	note := func(x, latin rune) {
		alike[x], seen[x] = latin, latin
		if small := unicode.ToLower(x); small != x {
			alike[small], seen[small] = latin, latin
		}
	}
	for i, latin := range lookalikes {
		if latin != 0 {
			note(rune(i)+0x370, rune(latin))
		}
	}
	for x, latin := range stroked {
		note(x, latin)
	}
	for x, latin := range capitals {
		note(x, latin)
		if small := lookalike(unicode.ToLower(x)); small != 0 {
			seen[unicode.ToLower(x)] = rune(small)
		}
	}
	return alike, seen
}()

// stroked are Latin letters with what is no accent to Unicode.
var stroked = map[rune]rune{'ø': 'o', 'ł': 'l', 'đ': 'd', 'ð': 'd', 'ħ': 'h', 'ŧ': 't', 'ɨ': 'i', 'ƀ': 'b', 'ɓ': 'b', 'ɗ': 'd', 'ɠ': 'g', 'ƙ': 'k', 'ŋ': 'n', 'ƒ': 'f'}

// capitals are letters that pass for a Latin one, whatever their small form does.
var capitals = func() map[rune]rune {
	table := map[rune]rune{}
	for other, latin := range map[string]string{
		"ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϺ":       "abezhikmnoptyxcm",       // Greek
		"АВЕЅІЈКМНОРСТУХҮЬԚԜѴӀӏ": "abesijkmhopctyxybqwvll", // Cyrillic
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
