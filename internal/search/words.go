package search

import (
	"slices"
	"unicode/utf8"
)

// maxTerm is how long a word gets, in bytes; the rest of a longer one is not looked at.
const maxTerm = 64

// kind is what a term is to the text it comes from.
type kind uint8

const (
	// plain terms follow one another, each at its own place.
	plain kind = iota
	// compound is the one word that parts joined by hyphens are together
	// ("email" of "e-mail"), at the place of the first.
	compound
	// base is a word without the signs at its end ("notepad" of "notepad++").
	base
	// final is the last character of a run without spaces. A text has it beside
	// the pairs; in a query of more than one character it stands for nothing.
	final
)

// token is a term at its place. The term is valid until the next one.
type token struct {
	term       []byte
	kind       kind
	place      int // in words from the beginning
	start, end int // in bytes in the text
	first      int // where the first character of a pair ends; the end of a word
}

// scanner takes a text apart into terms.
//
// Words of letters and digits are terms, folded. Of a run in a script without
// spaces every two characters that follow each other are a term, at the place of
// the first, and so is the last one alone: what begins with a character are then
// all the places where it stands.
type scanner struct {
	emit  func(token)
	table *[tableSize]folded
	place int

	src        string
	word       []byte
	start, end int // of the word
	elided     int // where in the word an apostrophe stood; 0 for nowhere
	signs      int // how many bytes at the end of the word are signs

	whole      []byte // the parts of a compound so far
	parts      int
	wholeStart int
	wholePlace int

	run  []char
	pair []byte
}

// char is a folded character of a run and where it comes from.
type char struct {
	r          rune
	start, end int
}

func newScanner(emit func(token)) *scanner { return &scanner{emit: emit, table: table()} }

// scan emits the terms of a text, from the place where the last one ended.
func (s *scanner) scan(text string) {
	s.src = text
	for i := 0; i < len(text); {
		if c := text[i]; c < utf8.RuneSelf {
			s.ascii(c, i)
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		s.rune(r, i, i+size)
		i += size
	}
	s.stop()
}

func (s *scanner) ascii(c byte, i int) {
	switch {
	case 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
		s.letter(rune(c), i, i+1)
	case 'A' <= c && c <= 'Z':
		s.letter(rune(c-'A'+'a'), i, i+1)
	case c == '\'':
		s.apostrophe()
	case c == '-':
		s.hyphen(i, i+1)
	case c == '+' || c == '#':
		s.sign(c, i)
	default:
		s.stop()
	}
}

func (s *scanner) rune(r rune, from, to int) {
	f := fold(s.table, r)
	switch f.class {
	case letter, unspaced:
		for _, r := range f.r[:f.n] {
			if f.class == letter {
				s.letter(r, from, to)
			} else {
				s.unspaced(r, from, to)
			}
		}
	case joining:
		s.joining(f.r[0], from, to)
	case ignored:
		s.ignored(r, to)
	case apostrophe:
		s.apostrophe()
	case hyphen:
		s.hyphen(from, to)
	case symbol:
		s.stop()
		s.letter(r, from, to)
		s.stop()
	default:
		s.stop()
	}
}

func (s *scanner) letter(r rune, from, to int) {
	if len(s.run) > 0 {
		s.stop()
	}
	if len(s.word) == 0 {
		s.start = from
	}
	s.end = to
	if len(s.word)+utf8.RuneLen(r) <= maxTerm {
		s.word = utf8.AppendRune(s.word, r)
	}
}

func (s *scanner) unspaced(r rune, from, to int) {
	if len(s.word) > 0 {
		s.stop()
	}
	s.run = append(s.run, char{r, from, to})
}

// joining adds what may be one character with the one before.
func (s *scanner) joining(r rune, from, to int) {
	if n := len(s.run); n > 0 {
		if whole, ok := joined(s.run[n-1].r, r); ok {
			s.run[n-1].r, s.run[n-1].end = whole, to
			return
		}
	}
	s.unspaced(r, from, to)
}

// ignored lets a mark belong to the word before, so that it is marked with it.
func (s *scanner) ignored(r rune, to int) {
	switch n := len(s.run); {
	case n > 0:
		s.run[n-1].end = to
	case len(s.word) > 0:
		s.end = to
		s.mark(r)
	}
}

// mark puts a mark back on the letters of Cyrillic that are others with it.
func (s *scanner) mark(r rune) {
	last, size := utf8.DecodeLastRune(s.word)
	if whole, ok := joined(last, r); last >= 0x400 && last < 0x530 && ok && keepsMark(whole) {
		s.word = utf8.AppendRune(s.word[:len(s.word)-size], whole)
	}
}

func (s *scanner) apostrophe() {
	if len(s.word) == 0 {
		s.stop()
		return
	}
	if s.elided == 0 {
		s.elided = len(s.word)
	}
}

// hyphen ends a part of a compound.
func (s *scanner) hyphen(from, to int) {
	if len(s.word) == 0 || from != s.end || !s.wordAt(to) {
		s.stop()
		return
	}
	if s.parts == 0 {
		s.whole, s.wholeStart, s.wholePlace = s.whole[:0], s.start, s.place
	}
	s.part()
	s.flush()
}

func (s *scanner) part() {
	s.parts++
	s.whole = append(s.whole, s.word...)
}

// wordAt reports whether a letter that is written with spaces stands at i.
func (s *scanner) wordAt(i int) bool {
	r, _ := utf8.DecodeRuneInString(s.src[i:])
	return fold(s.table, r).class == letter
}

// sign keeps the signs that are part of a name: C++, C#.
func (s *scanner) sign(c byte, i int) {
	n := 1
	if c == '+' {
		n = 2
	}
	rest := s.src[i:]
	if len(s.word) == 0 || s.end != i || len(rest) < n || rest[n-1] != c || n < len(rest) && s.wordAt(i+n) {
		s.stop()
		return
	}
	s.word, s.end, s.signs = append(s.word, rest[:n]...), i+n, n
	s.stop()
}

// stop ends the word, the compound and the run.
func (s *scanner) stop() {
	if s.parts > 0 && len(s.word) > 0 {
		s.part()
	}
	end := s.end
	s.flush()
	if s.parts > 1 && len(s.whole) <= maxTerm && (s.whole[0] < '0' || s.whole[0] > '9') {
		s.emit(token{s.whole, compound, s.wholePlace, s.wholeStart, end, end})
	}
	s.parts = 0
	if len(s.run) > 0 {
		s.pairs()
	}
}

// flush emits the word.
func (s *scanner) flush() {
	if len(s.word) == 0 {
		return
	}
	w := s.word
	if cut := s.elided; cut > 0 && cut < len(w) {
		w = s.elide(cut)
	}
	if rest := len(w) - s.signs; s.signs > 0 && rest > 1 {
		s.emit(token{w[:rest], base, s.place, s.start, s.end, s.end})
	}
	s.emit(token{w, plain, s.place, s.start, s.end, s.end})
	s.place++
	s.word, s.elided, s.signs = s.word[:0], 0, 0
}

// elide is the word without what an apostrophe splits off: "ada" of "Ada's",
// and the article of "l'homme", which is a word before it. All others are one
// word: "dont".
func (s *scanner) elide(cut int) []byte {
	head, tail := s.word[:cut], s.word[cut:]
	switch {
	case string(tail) == "s":
		return head
	case len(tail) > 1 && (len(head) <= 2 && head[0] < utf8.RuneSelf || slices.Contains(articles, string(head))):
		s.emit(token{head, plain, s.place, s.start, s.end, s.end})
		s.place++
		return tail
	}
	return s.word
}

// articles are longer words that lose their last letter before an apostrophe.
var articles = []string{"jusqu", "lorsqu", "puisqu", "quoiqu", "dell", "nell", "dall", "sull", "all", "quell"}

// pairs emits the run.
func (s *scanner) pairs() {
	for i, c := range s.run {
		s.pair = utf8.AppendRune(s.pair[:0], c.r)
		k, end := final, c.end
		if i+1 < len(s.run) {
			s.pair = utf8.AppendRune(s.pair, s.run[i+1].r)
			k, end = plain, s.run[i+1].end
		}
		s.emit(token{s.pair, k, s.place, c.start, end, c.end})
		s.place++
	}
	s.run = s.run[:0]
}

// gap leaves room between two texts, so that no phrase goes from one into the other.
func (s *scanner) gap() { s.place += fieldGap }

// fieldGap is how many places stand between two fields.
const fieldGap = 16
