package spam

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// How much of a message is read, so that the work is bounded whatever is sent.
const (
	maxBody      = 24 << 10 // bytes of the body
	maxField     = 1 << 10  // bytes of the author's name, the site, the permalink
	maxWordBytes = 40       // longer ones are a shape, not a word
	maxLinks     = 60       // links whose parts become features; all are counted
)

// feature is one thing noticed about a message.
type feature struct {
	hash   uint32
	value  float32
	lo, hi uint32 // its text in reader.text
	kind   kind
}

// reader reads a message into features.
type reader struct {
	text  []byte // what the features say, one after the other
	found []feature
	body  []byte // the body, folded
	stats stats
	post  map[string]bool // words of the post's address
	site  bool            // the author names one
	start int             // where the words of the run begin in text; -1 before the first
	trail *trail          // where features are found, for explaining; nil when judging
}

// read makes the features of a message, ascending by hash, each once.
func read(m Message) *reader { return readAlong(m, nil) }

// readAlong does the same, and leaves a trail if there is one.
func readAlong(m Message, t *trail) *reader {
	r := &reader{
		trail: t,
		text:  make([]byte, 0, 1024+2*min(len(m.Body), maxBody)),
		found: make([]feature, 0, 128+min(len(m.Body), maxBody)/2),
	}
	r.readPost(m.Permalink)
	r.readAuthor(clip(m.Author, maxField))
	t.leave(r, FieldAuthor)
	r.readSite(strings.TrimSpace(clip(m.AuthorURL, maxField)), m.Author)
	t.leave(r, FieldSite)
	r.readBody(m)
	t.leave(r, FieldBody)
	r.settle()
	return r
}

// add notes a feature whose text is the string s.
func (r *reader) add(k kind, s string) {
	lo := len(r.text)
	r.text = append(r.text, s...)
	r.addSpan(k, lo, len(r.text))
}

// addSpan notes a feature whose text stands in r.text already.
func (r *reader) addSpan(k kind, lo, hi int) {
	r.found = append(r.found, feature{
		hash: hashName(k, r.text[lo:hi]), value: 1, lo: uint32(lo), hi: uint32(hi), kind: k,
	})
}

// name is the name of a feature.
func (r *reader) name(f feature) string {
	return f.kind.String() + ":" + string(r.text[f.lo:f.hi])
}

// settle sorts the features, leaves each only once and gives them their values.
func (r *reader) settle() {
	slices.SortFunc(r.found, func(a, b feature) int {
		if a.hash != b.hash {
			if a.hash < b.hash {
				return -1
			}
			return 1
		}
		return int(a.kind) - int(b.kind)
	})
	r.found = slices.CompactFunc(r.found, func(a, b feature) bool { return a.hash == b.hash })
	weigh(r.found)
}

// vector is what is left when the words are gone.
func (r *reader) vector() Vector {
	v := Vector{Extractor: ExtractorVersion}
	v.Hashes = make([]uint32, len(r.found))
	v.Values = make([]float32, len(r.found))
	for i, f := range r.found {
		v.Hashes[i], v.Values[i] = f.hash, f.value
	}
	return v
}

// readBody notes words, links and the shape of the body.
func (r *reader) readBody(m Message) {
	raw := clip(m.Body, maxBody)
	r.body = fold(make([]byte, 0, len(raw)+16), raw)
	r.stats.look(raw)
	r.scan(r.body)
	r.shapes(m, raw)
}

// scan walks over folded text, word by word and link by link.
func (r *reader) scan(text []byte) {
	r.start = -1
	for i := 0; i < len(text); {
		if r.trail != nil {
			r.trail.reach(r, i)
		}
		c := text[i]
		if c == 'h' || c == 'w' {
			if n := linkAt(text[i:]); n > 0 {
				r.link(text[i : i+n])
				r.start = -1
				i += n
				continue
			}
		}
		if c < utf8.RuneSelf && !isLetter(rune(c)) {
			i++
			continue
		}
		x, size := utf8.DecodeRune(text[i:])
		switch {
		case unspaced(x):
			i += r.chars(text[i:])
		case isLetter(x):
			i += r.word(text, i)
		default:
			i += size
		}
	}
	if r.trail != nil {
		r.trail.reach(r, len(text))
	}
}

// word reads the word that begins at text[i] and returns its length.
func (r *reader) word(text []byte, i int) int {
	n, latin, other := wordLen(text[i:])
	w := text[i : i+n]
	r.stats.words++
	if domainAt(text, i, n) {
		r.stats.bare++
	}
	if i+n < len(text) && text[i+n] == '@' {
		r.stats.mails++
	}
	if n > maxWordBytes {
		r.stats.long++
		r.start = -1
		return n
	}
	lo := len(r.text)
	if latin && other {
		r.stats.mixed++
		r.text = appendLatin(r.text, w)
	} else {
		r.text = appendWord(r.text, w)
	}
	if r.post[string(r.text[lo:])] {
		r.stats.shared++
	}
	if grammar(r.text[lo:]) {
		r.text = r.text[:lo]
		r.start = -1
		return n
	}
	r.addSpan(kindWord, lo, len(r.text))
	if r.start >= 0 {
		r.addSpan(kindWords, r.start, len(r.text))
	}
	r.start = lo
	r.text = append(r.text, ' ')
	return n
}

// grammar reports whether a word is a short one of an alphabet other than the
// Latin: "и", "του", "على". Such words tell a language. Where nearly all the
// comments of a language that a model is trained on are spam, they would make the
// language itself a sign of spam.
func grammar(w []byte) bool {
	x, _ := utf8.DecodeRune(w)
	return x >= 0x370 && !unicode.Is(unicode.Latin, x) && utf8.RuneCount(w) < 4
}

// wordLen is the length of the word at the beginning of text, and whether it
// has Latin letters and others.
func wordLen(text []byte) (n int, latin, other bool) {
	for n < len(text) {
		c := text[n]
		if c < utf8.RuneSelf {
			inner := c == '\'' && n > 0 && n+1 < len(text) && isLetter(rune(text[n+1]))
			if !isLetter(rune(c)) && !inner {
				break
			}
			latin = latin || c >= 'a'
			n++
			continue
		}
		x, size := utf8.DecodeRune(text[n:])
		if !isLetter(x) || unspaced(x) {
			break
		}
		other = other || x >= 0x370 && x < 0x590 // Greek, Cyrillic, Armenian
		n += size
	}
	return n, latin, other
}

// appendWord appends a word; of a long number only its length is kept.
func appendWord(dst, w []byte) []byte {
	if len(w) < 5 || len(bytes.TrimLeft(w, "0123456789")) > 0 {
		return append(dst, w...)
	}
	for range min(len(w), 12) {
		dst = append(dst, '#')
	}
	return dst
}

// appendLatin appends a word of mixed scripts with Latin letters for those
// that look like one.
func appendLatin(dst, w []byte) []byte {
	for _, x := range string(w) {
		if c, ok := lookalikes[x]; ok {
			dst = append(dst, c)
		} else {
			dst = utf8.AppendRune(dst, x)
		}
	}
	return dst
}

// chars notes the pairs of characters of a run without spaces and returns its
// length; a run of one character is noted as such. Hiragana by itself is Japanese
// grammar, which is passed over for the reason given at grammar.
func (r *reader) chars(text []byte) int {
	base, prev, n := len(r.text), -1, 0
	kana := false
	for n < len(text) {
		x, size := utf8.DecodeRune(text[n:])
		if !unspaced(x) && (n == 0 || x < 0x300 || !isLetter(x)) {
			break
		}
		lo := len(r.text)
		r.text = append(r.text, text[n:n+size]...)
		if prev >= 0 && (!kana || !hiragana(x)) {
			r.addSpan(kindChars, prev, len(r.text))
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

func hiragana(x rune) bool { return unicode.Is(unicode.Hiragana, x) }
