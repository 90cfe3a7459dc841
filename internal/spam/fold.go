package spam

import (
	"html"
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
	return s[:head] + "\n" + s[tail:]
}

// cut is where the part of a long s begins and ends that clip leaves out.
func cut(s string, limit int) (head, tail int) {
	head, tail = limit-limit/4, len(s)-limit/4
	for head > 0 && !utf8.RuneStart(s[head]) {
		head--
	}
	for tail < len(s) && !utf8.RuneStart(s[tail]) {
		tail++
	}
	return head, tail
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
	for _, r := range norm.NFKC.String(strings.ToValidUTF8(s, "\uFFFD")) {
		if r == '\u2019' || r == '\u02BC' {
			r = '\''
		}
		if r >= utf8.RuneSelf && unicode.In(r, unicode.Cf, unicode.Variation_Selector) {
			continue
		}
		dst = utf8.AppendRune(dst, lower(r))
	}
	return dst
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

// lower is the lower case of r; the two small sigmas are one letter.
func lower(r rune) rune {
	if r = unicode.ToLower(r); r == 'ς' {
		return 'σ'
	}
	return r
}

// lookalikes are the small letters of other scripts that pass for a Latin one.
// They are read as Latin only in a word that has Latin letters too.
var lookalikes = map[rune]byte{
	'а': 'a', 'с': 'c', 'ԁ': 'd', 'е': 'e', 'һ': 'h', 'і': 'i', 'ј': 'j', 'о': 'o', 'р': 'p', 'ԛ': 'q',
	'ѕ': 's', 'ѵ': 'v', 'ԝ': 'w', 'х': 'x', 'у': 'y', 'к': 'k', 'м': 'm', 'т': 't', 'в': 'b', 'г': 'r', 'п': 'n',
	'α': 'a', 'ε': 'e', 'ι': 'i', 'κ': 'k', 'ν': 'v', 'ο': 'o', 'ρ': 'p', 'τ': 't', 'υ': 'u', 'χ': 'x', 'γ': 'y',
	'ց': 'g', 'օ': 'o', 'ո': 'n', 'ս': 'u', 'հ': 'h', 'ɡ': 'g', 'ɑ': 'a', 'ı': 'i', 'ⅼ': 'l',
}

// unspaced reports whether r is of a script that is written without spaces
// between words, where pairs of characters take the place of words.
func unspaced(r rune) bool {
	return r >= 0x0E00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana,
		unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// isLetter reports whether r can stand in a word.
func isLetter(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || 'A' <= r && r <= 'Z'
	}
	return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r)
}
