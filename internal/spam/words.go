package spam

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// scan walks over the folded body, word by word and link by link.
func (r *reader) scan() {
	text := r.body
	r.start = -1
	for i := 0; i < len(text); {
		r.reach(i)
		c := text[i]
		if c < utf8.RuneSelf && !isLetter(rune(c)) {
			r.anchor.at(text, i)
			i++
			continue
		}
		if c == 'h' || c == 'w' {
			if n := linkAt(text[i:]); n > 0 {
				r.link(text[i : i+n])
				r.start = -1
				i += n
				continue
			}
		}
		if n := r.spaced(text, i); n > 0 {
			i += n
			continue
		}
		if n := r.bare(text, i); n > 0 {
			i += n
			continue
		}
		x, size := rune(c), 1
		if c >= utf8.RuneSelf {
			x, size = utf8.DecodeRuneInString(text[i:])
		}
		switch {
		case unspaced(x):
			i += r.chars(text[i:])
		case isLetter(x):
			i += r.word(text, i)
		default:
			i += size
		}
	}
	r.reach(len(text))
}

// reach tells whoever explains the message how far it was read.
func (r *reader) reach(i int) {
	if r.trail != nil {
		r.trail.reach(r, i)
	}
}

// word reads the word that begins at text[i] and returns its length.
func (r *reader) word(text string, i int) int {
	k := wordAt(text[i:])
	n := k.length
	w := text[i : i+n]
	r.stats.words++
	if len(w) > maxWordBytes {
		r.stats.long++
		r.start = -1
		return n
	}
	if k.latin && !k.other && !k.digits && len(w) >= 5 && isRandom(w) {
		r.stats.random++
	}
	lo := len(r.text)
	r.spell(w, k)
	n += r.join(text, i+n)
	r.token(lo)
	if k.accents > 1 && k.marks < 2 {
		r.plain(w)
	}
	if i+n >= len(text) {
		return n
	}
	mail := 0
	if text[i+n] == '@' {
		mail = address(text, i+n)
	}
	switch {
	case mail > 0:
		r.stats.mails++
	case k.latin && (k.digits || signLetter(text[i+n]) != 0):
		r.leet(text, i)
	}
	return n + mail
}

// join puts the rest of a word that markup cuts in two to the end of r.text and
// returns how much of the text it takes.
func (r *reader) join(text string, at int) int {
	n := 0
	for n < 12*maxWordBytes {
		cut := seam(text[at+n:])
		if cut == 0 {
			break
		}
		k := wordAt(text[at+n+cut:])
		if k.length == 0 {
			break
		}
		r.text = append(r.text, text[at+n+cut:at+n+cut+k.length]...)
		n += cut + k.length
	}
	if n > 0 {
		r.stats.cut++
	}
	return n
}

// stem is how many letters of the beginning of a Latin word are noted: words are
// bent in many ways, and rare ones begin like others.
const stem = 5

// token notes the word that stands at the end of r.text from lo on, and the pair
// it makes with the one before.
func (r *reader) token(lo int) {
	w := r.text[lo:]
	r.stats.repeated += r.stats.seen.add(hashOn(fnvOffset, w))
	r.stats.shared += r.post.uses(w)
	if grammar(w) {
		r.text = r.text[:lo]
		r.start = -1
		return
	}
	hi := len(r.text)
	r.addSpan(kindWord, lo, hi)
	if r.anchor.open {
		r.addSpan(kindAnchor, lo, hi)
		r.stats.anchorWords++
	}
	if r.site != "" {
		r.addSpan(kindSited, lo, hi)
	}
	if hi-lo >= stem && isLatin(r.text[lo:lo+stem]) {
		r.addSpan(kindStem, lo, lo+stem)
	}
	if r.start >= 0 {
		r.pair(lo, hi)
	}
	r.start, r.end = lo, hi
	r.text = append(r.text, ' ')
}

// isLatin reports whether w is of Latin letters without accents.
func isLatin[T string | []byte](w T) bool {
	for i := range len(w) {
		if w[i] < 'a' || w[i] > 'z' {
			return false
		}
	}
	return true
}

// pair notes the words at r.start and at lo as a pair. What was put between them,
// such as the name of a host, is left out.
func (r *reader) pair(lo, hi int) {
	if lo == r.end+1 {
		r.addSpan(kindWords, r.start, hi)
		return
	}
	at := len(r.text)
	r.text = append(append(append(r.text, r.text[r.start:r.end]...), ' '), r.text[lo:hi]...)
	r.addSpan(kindWords, at, len(r.text))
}

// grammar reports whether a word is a short one of an alphabet other than the
// Latin: "и", "του", "على". Such words tell a language. Where nearly all the
// comments of a language that a model is trained on are spam, they would make the
// language itself a sign of spam.
func grammar(w []byte) bool {
	if w[0] < utf8.RuneSelf {
		return false
	}
	x, _ := utf8.DecodeRune(w)
	return x >= 0x370 && !unicode.Is(unicode.Latin, x) && utf8.RuneCount(w) < 4
}

// word is what is known of a word of folded text.
type word struct {
	length               int // in bytes
	latin, other, digits bool
	accents              int  // Latin letters with something above or below
	marks                int  // that do not belong to a letter
	alike                bool // all letters are of another script and look Latin
}

// wordAt reads the word at the beginning of text.
func wordAt(text string) word {
	k := word{alike: true}
	n := 0
	for n < len(text) {
		c := text[n]
		if c < utf8.RuneSelf {
			switch {
			case c >= 'a' && c <= 'z':
				k.latin, k.alike = true, false
			case c >= '0' && c <= '9':
				k.digits = true
			case c == '\'' && n > 0 && n+1 < len(text) && isLetter(rune(text[n+1])):
			default:
				k.length = n
				return k
			}
			n++
			continue
		}
		x, size := utf8.DecodeRuneInString(text[n:])
		if !isLetter(x) || unspaced(x) {
			break
		}
		k.letter(x)
		n += size
	}
	k.length = n
	return k
}

// letter takes a letter beyond ASCII into account.
func (k *word) letter(x rune) {
	switch {
	case x >= 0x370 && x < 0x590: // Greek, Cyrillic, Armenian
		k.other = true
		k.alike = k.alike && lookalike(x) != 0
		return
	case x >= 0x300 && x < 0x370:
		k.marks++
		return
	case accented(x):
		k.accents++
	}
	k.alike = false
}

// spell appends a word as it is read: letters of other scripts that stand among
// Latin ones as Latin, of a long number only its length.
func (r *reader) spell(w string, k word) {
	switch {
	case k.other && (k.latin || k.alike && r.foreign):
		r.stats.mixed++
		r.text = appendLatin(r.text, w)
	case k.marks > 1 && k.latin:
		r.stats.marked++
		r.text = r.appendPlain(r.text, w)
	case k.digits && len(w) >= 5 && strings.Trim(w, "0123456789") == "":
		r.text = append(r.text, "############"[:min(len(w), 12)]...)
	default:
		r.text = append(r.text, w...)
	}
}

// chars notes the pairs of characters of a run without spaces and returns its
// length; a run of one character is noted as such. Hiragana by itself is Japanese
// grammar, which is passed over for the reason given at grammar.
func (r *reader) chars(text string) int {
	base, prev, n := len(r.text), -1, 0
	kana := false
	for n < len(text) {
		x, size := utf8.DecodeRuneInString(text[n:])
		if !unspaced(x) && (n == 0 || x < 0x300 || !isLetter(x)) {
			break
		}
		lo := len(r.text)
		r.text = append(r.text, text[n:n+size]...)
		if prev >= 0 && (!kana || !hiragana(x)) {
			r.addSpan(kindChars, prev, len(r.text))
			r.stats.shared += r.post.uses(r.text[prev:])
			if r.anchor.open {
				r.addSpan(kindAnchor, prev, len(r.text))
			}
		}
		kana = hiragana(x)
		prev = lo
		n += size
		r.stats.unspaced++
	}
	if prev == base && !kana {
		r.addSpan(kindChars, base, len(r.text))
	}
	r.text = append(r.text, ' ')
	r.start = -1
	return n
}

func hiragana(x rune) bool { return x >= 0x3041 && x <= 0x309F }

// sketch remembers roughly which words were there: two of them may be taken for
// one, which a shape can bear.
type sketch [64]uint64

// add remembers a word by its hash and returns 1 if it was there before.
func (s *sketch) add(hash uint32) int {
	at, bit := hash>>26, uint64(1)<<(hash>>20&63)
	if s[at]&bit != 0 {
		return 1
	}
	s[at] |= bit
	return 0
}
