package spam

import (
	"html"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// clip cuts s to about limit bytes without cutting a character in two. A quarter
// of them come from the end of s, where spam likes to put its links.
func clip(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	head, tail := cut(s, limit)
	return s[:head] + " " + s[tail:]
}

// cut is where the part of a long s begins and ends that clip leaves out: at spaces
// if there are some near, so that there are no half words and no half addresses.
func cut(s string, limit int) (head, tail int) {
	head, tail = limit-limit/4, len(s)-limit/4
	for head > 0 && !utf8.RuneStart(s[head]) {
		head--
	}
	for tail < len(s) && !utf8.RuneStart(s[tail]) {
		tail++
	}
	const spaces = " \n\t\r"
	near := max(0, head-limit/16) // of bytes that are no UTF-8 the head may be empty, or the tail
	if i := strings.LastIndexAny(s[near:head], spaces); i >= 0 {
		head = near + i
	}
	if i := strings.IndexAny(s[tail:min(len(s), tail+limit/16)], spaces); i >= 0 {
		tail += i + 1
	}
	return head, tail
}

// around reports whether a character at the ends of a text is no part of it.
func around(x rune) bool { return unicode.IsSpace(x) || x == 0xFEFF }

// tidy is a text with lines that end in one way and accents that are written in one.
func tidy(s string) string {
	if strings.IndexByte(s, '\r') >= 0 {
		s = strings.ReplaceAll(s, "\r\n", "\n")
	}
	if !isASCII(s) && !norm.NFC.IsNormalString(s) {
		s = norm.NFC.String(s)
	}
	return s
}

// folded is s as fold makes it.
func folded(s string) string {
	if isFolded(s) {
		return s
	}
	return string(fold(make([]byte, 0, len(s)+16), s))
}

// isFolded reports whether s needs no folding.
func isFolded(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || c >= 'A' && c <= 'Z' || c == '&' {
			return false
		}
	}
	return true
}

// fold appends s to dst as features are made of it: HTML's character references
// read, in normal form NFKC (https://unicode.org/reports/tr15/, so that full-width
// and mathematical letters are letters), in lower case, without characters that
// cannot be seen, and with U+FFFD for what is not UTF-8.
func fold(dst []byte, s string) []byte {
	if strings.IndexByte(s, '&') >= 0 {
		s = html.UnescapeString(s)
	}
	if isASCII(s) {
		return appendLower(dst, s)
	}
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	if strings.Contains(s, turned) {
		s = turn(s)
	}
	if !norm.NFKC.IsNormalString(s) {
		s = clip(norm.NFKC.String(s), 2*len(s)+64) // some signs grow elevenfold
	}
	for _, x := range s {
		switch {
		case x >= 'A' && x <= 'Z':
			dst = append(dst, byte(x)+'a'-'A')
		case x < utf8.RuneSelf:
			dst = append(dst, byte(x))
		case x == '\u2019' || x == '\u02BC':
			dst = append(dst, '\'')
		case !unseen(x):
			dst = utf8.AppendRune(dst, lower(x))
		}
	}
	return dst
}

// turned is the right-to-left override, by which "onisac" is shown as "casino"
// until the end of the override.
const (
	turned    = "\u202e"
	turnedEnd = "\u202c"
)

// turn puts what overrides have turned round as it is shown.
func turn(s string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(s, turned)
		b.WriteString(before)
		if !found {
			return b.String()
		}
		inside, after, _ := strings.Cut(rest, turnedEnd)
		letters := []rune(inside)
		slices.Reverse(letters)
		b.WriteString(string(letters))
		s = after
	}
}

// unseen reports whether x takes no room where it is shown.
func unseen(x rune) bool {
	switch {
	case x < 0xAD:
		return false
	case x == 0xAD, x == 0x034F, x == 0x115F, x == 0x1160, x == 0x3164:
		return true
	case x < 0x600:
		return false
	}
	return unicode.In(x, unicode.Cf, unicode.Variation_Selector)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func appendLower(dst []byte, s string) []byte {
	for i := range len(s) {
		c := s[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		dst = append(dst, c)
	}
	return dst
}

// lower is the lower case of x; the two small sigmas are one letter, and the small
// capitals of phonetics are Latin letters.
func lower(x rune) rune {
	if x >= 0x1D00 && x <= 0x1D22 || x >= 0x262 && x <= 0x29F || x >= 0xA730 && x <= 0xA731 {
		if at := strings.IndexRune(smallCapitals, x); at >= 0 {
			return rune(smallCapitalsRead[utf8.RuneCountInString(smallCapitals[:at])])
		}
	}
	if x = unicode.ToLower(x); x == 'ς' {
		return 'σ'
	}
	return x
}

const (
	smallCapitals     = "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ"
	smallCapitalsRead = "abcdefghijklmnoprstuvwyz"
)

// lookalikes are the small letters of other scripts that pass for a Latin one.
// They are read as Latin only in a word that has Latin letters too, or in a text
// where all letters of such scripts are among them.
var lookalikes = func() (table [0x590 - 0x370]byte) {
	for other, latin := range map[string]string{
		"асԁеһіјорԛѕѵԝхукмтвгп": "acdehijopqsvwxykmtbrn", // Cyrillic
		"αεικνορτυχγη":          "aeikvoptuxyn",          // Greek
		"ցօոսհ":                 "gonuh",                 // Armenian
	} {
		i := 0
		for _, x := range other {
			table[x-0x370] = latin[i]
			i++
		}
	}
	return table
}()

// lookalike is the Latin letter that x passes for, 0 if there is none.
func lookalike(x rune) byte {
	if x < 0x370 || x >= 0x590 {
		return 0
	}
	return lookalikes[x-0x370]
}

// appendLatin appends a word of mixed scripts with Latin letters for those
// that look like one.
func appendLatin(dst []byte, w string) []byte {
	for _, x := range w {
		if c := lookalike(x); c != 0 {
			dst = append(dst, c)
		} else {
			dst = utf8.AppendRune(dst, x)
		}
	}
	return dst
}

// accented reports whether x is a Latin letter with something above or below.
func accented(x rune) bool { return x >= 0xC0 && x < 0x250 || x >= 0x1E00 && x < 0x1F00 }

// unspaced reports whether r is of a script that is written without spaces
// between words, where pairs of characters take the place of words.
func unspaced(r rune) bool {
	switch {
	case r < 0x0E00:
		return false
	case r >= 0x4E00 && r <= 0x9FFF:
		return true
	case r >= 0x1E00 && r < 0x2E80, r >= 0xAC00 && r < 0xF900:
		return false
	}
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana,
		unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// isLetter reports whether r can stand in a word.
func isLetter(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || 'A' <= r && r <= 'Z'
	}
	return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r)
}
