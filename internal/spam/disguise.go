package spam

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Words in disguise are read as what they stand for. "v1agra", "c@sino" and
// "càsïnò" are noted as they are and besides without the disguise, for "utf8" and
// "José" are none; "c a s i n o" and "cas[i][/i]ino" are put together.

// signLetter is the letter that a digit or a sign passes for, 0 if it is none.
func signLetter(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return "oizeasgtbg"[c-'0']
	case c == '@':
		return 'a'
	case c == '$':
		return 's'
	case c == '!':
		return 'i'
	default:
		return 0
	}
}

// leet notes the word at text[i] a second time if digits or signs take the place
// of letters in it.
func (r *reader) leet(text string, i int) {
	if i > 0 && text[i-1] == '$' {
		i--
	}
	end := i
	for end < len(text) && end-i <= maxWordBytes && (text[end] >= 'a' && text[end] <= 'z' || signLetter(text[end]) != 0) {
		end++
	}
	for end > i && text[end-1] == '!' {
		end--
	}
	if !isLeet(text[i:end]) {
		return
	}
	lo := len(r.text)
	for at := i; at < end; at++ {
		c := text[at]
		if read := signLetter(c); read != 0 {
			c = read
		}
		r.text = append(r.text, c)
	}
	r.stats.leet++
	r.addSpan(kindWord, lo, len(r.text))
	r.text = append(r.text, ' ')
}

// isLeet reports whether digits and signs could stand for letters in w: there is
// a letter to each of them, and one stands between letters ("v1agra") or two
// alike at the end ("fr33").
func isLeet(w string) bool {
	signs, between := 0, false
	for i := range len(w) {
		if signLetter(w[i]) == 0 {
			continue
		}
		signs++
		if i > 0 && i+1 < len(w) && signLetter(w[i-1]) == 0 {
			next := w[i+1]
			between = between || signLetter(next) == 0 || next == w[i] || next < '0' || next > '9'
		}
	}
	return between && len(w) >= 4 && 2*signs <= len(w)+1 && len(w) <= maxWordBytes
}

// plain notes a word a second time without accents.
func (r *reader) plain(w string) {
	lo := len(r.text)
	r.text = r.appendPlain(r.text, w)
	r.addSpan(kindWord, lo, len(r.text))
	r.text = append(r.text, ' ')
}

// appendPlain appends a word without what stands above or below its letters.
func (r *reader) appendPlain(dst []byte, w string) []byte {
	r.scratch = norm.NFD.AppendString(r.scratch[:0], w)
	for i := 0; i < len(r.scratch); {
		x, size := utf8.DecodeRune(r.scratch[i:])
		if !unicode.Is(unicode.Mn, x) {
			dst = append(dst, r.scratch[i:i+size]...)
		}
		i += size
	}
	return dst
}

// address is the length of the rest of a mail address, from the sign at text[at]
// on: who provides a mail box is no sign. It is 0 where there is none.
func address(text string, at int) int {
	n := at + 1
	for n < len(text) && n-at < 80 && (text[n] < utf8.RuneSelf && isLetter(rune(text[n])) || n > at+1 && (text[n] == '.' || text[n] == '-')) {
		n++
	}
	host := strings.TrimRight(text[at+1:n], ".-")
	if strings.IndexByte(host, '.') < 0 {
		return 0
	}
	return 1 + len(host)
}

// spaced reads letters that stand apart ("c a s i n o", "v.i.a.g.r.a") as one word;
// it returns their length, 0 where there are fewer than four.
func (r *reader) spaced(text string, i int) int {
	size := letterSize(text[i:])
	if size == 0 || i+size >= len(text) {
		return 0
	}
	sign := text[i+size]
	if strings.IndexByte(" .-_*|/", sign) < 0 || i > 0 && strings.IndexByte(" \n>](\"'", text[i-1]) < 0 {
		return 0
	}
	gap := gapLen(text[i+size:], sign)
	lo := len(r.text)
	n, count := 0, 0
	for i+n < len(text) && count < maxWordBytes/2 {
		size = letterSize(text[i+n:])
		end := i + n + size
		next := gapLen(text[end:], sign)
		if size == 0 || next == 0 && startsWord(text[end:]) {
			break
		}
		r.text = append(r.text, text[i+n:end]...)
		count++
		n += size
		if next != gap {
			break
		}
		n += gap
	}
	if count < 4 {
		r.text = r.text[:lo]
		return 0
	}
	r.stats.words++
	r.stats.spacedOut++
	r.token(lo)
	return n
}

// gapLen is how often a sign stands at the beginning of text, 0 if more than
// three times.
func gapLen(text string, sign byte) int {
	n := 0
	for n < len(text) && text[n] == sign {
		if n++; n > 3 {
			return 0
		}
	}
	return n
}

func startsWord(text string) bool {
	x, _ := utf8.DecodeRuneInString(text)
	return isLetter(x)
}

// letterSize is the size of the letter at the beginning of text, 0 if there is
// none; digits are none.
func letterSize(text string) int {
	x, size := utf8.DecodeRuneInString(text)
	if x >= 'a' && x <= 'z' || x >= 0xC0 && unicode.IsLetter(x) && !unspaced(x) {
		return size
	}
	return 0
}

// seam is the length of markup around nothing at the beginning of text, with
// a letter after it, that cuts a word in two: "[i][/i]", "<b></b>", "****".
func seam(text string) int {
	n := 0
	switch {
	case text == "":
		return 0
	case text[0] == '[':
		n = emptyTags(text, '[', ']')
	case text[0] == '<':
		n = emptyTags(text, '<', '>')
	case strings.IndexByte("*_~", text[0]) >= 0:
		for n < len(text) && text[n] == text[0] {
			n++
		}
		if n != 4 {
			return 0
		}
	}
	if n == 0 || !startsWord(text[n:]) {
		return 0
	}
	return n
}

// emptyTags is the length of one or two tags without a space in them at the
// beginning of text; one of them must end something or be a comment.
func emptyTags(text string, open, end byte) int {
	n := 0
	for range 2 {
		if n < len(text) && text[n] == open {
			m := strings.IndexByte(text[n:min(len(text), n+12)], end)
			if m < 0 {
				return 0
			}
			n += m + 1
		}
	}
	tags := text[:n]
	if strings.IndexByte(tags, ' ') >= 0 || strings.IndexByte(tags, '/') < 0 && text[1] != '!' {
		return 0
	}
	return n
}
