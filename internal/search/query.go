package search

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What is looked at of a query. Result.Cut tells of more.
const (
	MaxQuery = 512 // bytes
	MaxWords = 12  // words and phrases
	maxTerms = 24  // terms that these are made of
)

// unit is a part of a query: a word or a phrase.
type unit struct {
	terms    []want
	compound string // the parts of "e-mail" in one word, which will do as well
	quoted   bool   // in quotation marks: never taken apart
	exclude  bool
	ending   bool // the last word, which may not be typed to its end yet
}

// want is a term of a unit.
type want struct {
	text  string
	place int  // from the first term
	begin bool // will do with any term that begins with text
}

// query is a query taken apart.
type query struct {
	units []unit
	cut   bool
}

// parse takes a query apart.
func parse(q string) query {
	var p parser
	p.scan = newScanner(p.take)
	if len(q) > MaxQuery {
		q, p.cut = q[:wholeRunes(q, MaxQuery)], true
	}
	rest := strings.TrimLeftFunc(q, isSpace)
	for rest != "" {
		rest = strings.TrimLeftFunc(p.next(rest), isSpace)
	}
	return p.query
}

// wholeRunes is the most bytes up to limit, of a longer text, that cut no character
// in two.
func wholeRunes(s string, limit int) int {
	for n := limit; n > limit-utf8.UTFMax; n-- {
		if utf8.RuneStart(s[n]) {
			return n
		}
	}
	return limit // it is not UTF-8
}

// parser reads a query.
type parser struct {
	query
	scan   *scanner
	tokens []token
	terms  int
}

func (p *parser) take(t token) {
	t.term = append([]byte(nil), t.term...)
	p.tokens = append(p.tokens, t)
}

// next reads a word or a phrase, and gives back what follows.
func (p *parser) next(s string) (rest string) {
	var u unit
	if len(s) > 1 && s[0] == '-' {
		u.exclude, s = true, s[1:]
	}
	text, rest, closed := s, "", false
	if r, size := utf8.DecodeRuneInString(s); isQuote(r) {
		u.quoted, text = true, s[size:]
		if i := strings.IndexFunc(text, isQuote); i >= 0 {
			_, size = utf8.DecodeRuneInString(text[i:])
			text, rest, closed = text[:i], text[i+size:], true
		}
	} else if i := strings.IndexFunc(s, func(r rune) bool { return isSpace(r) || isBracket(r) }); i >= 0 {
		text, rest, closed = s[:i], s[i:], true
	}
	u.ending = !closed && !u.exclude && !strings.HasSuffix(text, " ")
	p.add(u, text)
	return rest
}

// add adds a unit of the words of text, if it has any.
func (p *parser) add(u unit, text string) {
	p.tokens, p.scan.place = p.tokens[:0], 0
	p.scan.scan(text)
	for i, t := range p.tokens {
		switch {
		case t.kind == compound && !u.quoted:
			u.compound = string(t.term)
		case t.kind == plain, t.kind == final && (i == 0 || p.tokens[i-1].end <= t.start):
			u.terms = append(u.terms, want{string(t.term), t.place, t.kind == final})
		}
	}
	if len(u.terms) == 0 {
		return
	}
	if len(p.tokens) > len(u.terms)+1 {
		u.compound = "" // there is more than the compound
	}
	if i := slices.IndexFunc(p.units, u.same); i >= 0 {
		p.units[i].ending = p.units[i].ending || u.ending
		return
	}
	if len(p.units) == MaxWords || p.terms+len(u.terms) > maxTerms {
		p.cut = true
		return
	}
	p.terms += len(u.terms)
	if strings.HasSuffix(text, "*") && !u.quoted {
		u.ending = true
	}
	p.units = append(p.units, u)
}

// same reports whether two units look for the same.
func (u unit) same(v unit) bool {
	return u.quoted == v.quoted && u.exclude == v.exclude && slices.Equal(u.terms, v.terms)
}

// split is the query with each term of what is not in quotation marks a unit.
func (q query) split() (query, bool) {
	out := query{cut: q.cut}
	for _, u := range q.units {
		if u.quoted || u.exclude || len(u.terms) == 1 {
			out.units = append(out.units, u)
			continue
		}
		for i, t := range u.terms {
			t.place = 0
			out.units = append(out.units, unit{terms: []want{t}, ending: u.ending && i == len(u.terms)-1})
		}
	}
	return out, len(out.units) > len(q.units)
}

func isSpace(r rune) bool { return unicode.IsSpace(r) || r == 0 || r == '\u200b' }

func isBracket(r rune) bool { return r == '「' || r == '『' }

// isQuote reports whether r begins or ends a phrase.
func isQuote(r rune) bool {
	return isBracket(r) || strings.ContainsRune("\"“”„‟«»」』＂", r)
}
