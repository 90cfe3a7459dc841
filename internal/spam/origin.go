package spam

import (
	"html"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// origin is folded text whose every byte knows which bytes of the text as typed it
// was made of.
type origin struct {
	text     []byte
	from, to []int
}

// originOf folds s as the reader does, without the spaces around it, and keeps the way
// back.
func originOf(s string, limit int) origin {
	var o origin
	base := len(s) - len(strings.TrimLeftFunc(s, around))
	s = strings.TrimFunc(s, around)
	head, tail := len(s), len(s)
	if len(s) > limit {
		head, tail = cut(s, limit)
	}
	o.text, o.from, o.to = make([]byte, 0, len(s)), make([]int, 0, len(s)), make([]int, 0, len(s))
	o.fold(s[:head], base)
	if tail > head || head < len(s) {
		o.put([]byte{' '}, base+head, base+tail)
		o.fold(s[tail:], base+tail)
	}
	if want := folded(tidy(clip(s, limit))); string(o.text) != want {
		return coarse([]byte(want), base, base+len(s))
	}
	return o
}

// coarse is folded text of which only the whole is known.
func coarse(text []byte, from, to int) origin {
	var o origin
	o.put(text, from, to)
	return o
}

// put appends text that was made of the bytes from to to.
func (o *origin) put(text []byte, from, to int) {
	for range text {
		o.from = append(o.from, from)
		o.to = append(o.to, to)
	}
	o.text = append(o.text, text...)
}

// span is what folded text was made of.
func (o *origin) span(lo, hi int) (from, to int) {
	from, to = o.from[lo], o.to[lo]
	for i := lo + 1; i < hi; i++ {
		from, to = min(from, o.from[i]), max(to, o.to[i])
	}
	return from, to
}

// at is that as a place in a field.
func (o *origin) at(f Field, lo, hi int) Span {
	from, to := o.span(lo, hi)
	return Span{f, from, to}
}

// fold folds s, which begins at base, piece by piece between spaces: nothing of
// what folding does reaches across them.
func (o *origin) fold(s string, base int) {
	for len(s) > 0 {
		n := strings.IndexAny(s, " \n\t\r")
		switch {
		case n < 0:
			n = len(s)
		case n == 0:
			n = 1
		}
		if strings.HasPrefix(s, "\r\n") {
			s, base = s[1:], base+1
			continue
		}
		o.piece(s[:n], base)
		s, base = s[n:], base+n
	}
}

// piece folds what stands between two spaces: first references are read, then
// broken bytes are replaced, then each part between two of Unicode's normalization
// boundaries is folded by itself. Where that does not come to the same as folding the
// whole piece (a hundred accents on a letter), only the whole piece is known.
func (o *origin) piece(s string, base int) {
	if isASCII(s) && strings.IndexByte(s, '&') < 0 {
		for i := range len(s) {
			o.from, o.to = append(o.from, base+i), append(o.to, base+i+1)
		}
		o.text = append(o.text, folded(s)...)
		return
	}
	var p origin
	valid := toValid(unescape(s, base))
	for at, text := 0, string(valid.text); at < len(text); {
		n := norm.NFKC.NextBoundaryInString(text[at:], true)
		if n <= 0 {
			n = len(text) - at
		}
		from, to := valid.span(at, at+n)
		p.put([]byte(folded(text[at:at+n])), from, to)
		at += n
	}
	if want := folded(s); string(p.text) != want {
		p = coarse([]byte(want), base, base+len(s))
	}
	o.text = append(o.text, p.text...)
	o.from, o.to = append(o.from, p.from...), append(o.to, p.to...)
}

// unescape reads HTML's character references.
func unescape(s string, base int) origin {
	var o origin
	for at := 0; at < len(s); {
		if s[at] == '&' {
			if n := referenceLen(s[at:]); n > 0 {
				o.put([]byte(html.UnescapeString(s[at:at+n])), base+at, base+at+n)
				at += n
				continue
			}
		}
		o.put([]byte{s[at]}, base+at, base+at+1)
		at++
	}
	return o
}

// maxReference is longer than the longest name of a reference.
const maxReference = 40

// referenceLen is the length of the reference at the beginning of s, which begins with
// an ampersand; 0 if it is none. A name may go without its semicolon ("&ampx"), so
// what is left unread is cut off again.
func referenceLen(s string) int {
	n := 1
	for n < len(s) && n < maxReference && (s[n] == '#' || s[n] < utf8.RuneSelf && isLetter(rune(s[n]))) {
		n++
	}
	if n < len(s) && s[n] == ';' {
		n++
	}
	whole := html.UnescapeString(s[:n])
	if whole == s[:n] {
		return 0
	}
	if s[n-1] == ';' && whole[len(whole)-1] != ';' {
		return n
	}
	for k := 2; k < n; k++ {
		if read := html.UnescapeString(s[:k]); read != s[:k] && read+s[k:n] == whole {
			return k
		}
	}
	return n
}

// toValid puts U+FFFD for each run of bytes that are no UTF-8.
func toValid(in origin) origin {
	var o origin
	for at := 0; at < len(in.text); {
		n := 0
		for at+n < len(in.text) {
			if x, size := utf8.DecodeRune(in.text[at+n:]); x != utf8.RuneError || size > 1 {
				break
			}
			n++
		}
		if n > 0 {
			from, to := in.span(at, at+n)
			o.put([]byte("\uFFFD"), from, to)
			at += n
			continue
		}
		_, size := utf8.DecodeRune(in.text[at:])
		from, to := in.span(at, at+size)
		o.put(in.text[at:at+size], from, to)
		at += size
	}
	return o
}
