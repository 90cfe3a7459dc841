package search

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// marker finds in a text what a query looks for. It is for one search.
type marker struct {
	units  []unit
	words  map[string][]ref // what fits a term
	begins []beginning
	scan   *scanner
	seen   []sight
	// budget is how many bytes of text may still be read for extracts.
	budget int
}

// ref is a term of a unit.
type ref struct{ unit, term int }

// beginning is what a word has to begin with to fit a term.
type beginning struct {
	ref
	text string
}

// sight is a term in the text.
type sight struct {
	ref
	place, start, end int
}

// mark is a part of a text that fits a unit.
type mark struct{ start, end, unit int }

func newMarker(q query) *marker {
	m := &marker{words: map[string][]ref{}, budget: maxRead}
	m.scan = newScanner(m.take)
	for _, u := range q.units {
		if u.exclude {
			continue
		}
		n := len(m.units)
		m.units = append(m.units, u)
		for i, t := range u.terms {
			m.word(t.text, ref{n, i})
			if t.begin {
				m.begins = append(m.begins, beginning{ref{n, i}, t.text})
			}
		}
		if len(u.terms) == 1 && !u.quoted {
			for form := range forms(u.terms[0].text) {
				m.word(form, ref{n, 0})
			}
		}
		if u.compound != "" {
			m.word(u.compound, ref{n, whole})
		}
	}
	return m
}

// whole is the term of a ref that is all of its unit.
const whole = -1

func (m *marker) word(text string, r ref) { m.words[text] = append(m.words[text], r) }

func (m *marker) take(t token) {
	for _, r := range m.words[string(t.term)] {
		m.seen = append(m.seen, sight{r, t.place, t.start, t.end})
	}
	for _, b := range m.begins {
		if len(b.text) < len(t.term) && string(t.term[:len(b.text)]) == b.text {
			end := t.end
			if utf8.RuneCountInString(b.text) == 1 {
				end = t.first
			}
			m.seen = append(m.seen, sight{b.ref, t.place, t.start, end})
		}
	}
}

// marks are the parts of a text that fit, in order of where they begin.
func (m *marker) marks(text string) []mark {
	m.seen, m.scan.place = m.seen[:0], 0
	m.scan.scan(text)
	slices.SortStableFunc(m.seen, func(a, b sight) int { return a.place - b.place })
	var out []mark
	for i, s := range m.seen {
		terms := m.units[s.unit].terms
		switch {
		case s.term == whole || len(terms) == 1:
			out = append(out, mark{s.start, s.end, s.unit})
		case s.term == 0:
			if end, ok := follow(m.seen[i:], terms); ok {
				out = append(out, mark{s.start, end, s.unit})
			}
		}
	}
	for i := range out {
		out[i].start, out[i].end = boundary(text, out[i].start, false), boundary(text, out[i].end, true)
	}
	slices.SortStableFunc(out, func(a, b mark) int { return a.start - b.start })
	return out
}

// follow is where the phrase ends that begins with the first sight.
func follow(seen []sight, terms []want) (end int, ok bool) {
	first := seen[0]
	for n := 1; n < len(terms); n++ {
		place := first.place + terms[n].place - terms[0].place
		i := slices.IndexFunc(seen, func(s sight) bool {
			return s.place >= place && s.unit == first.unit && s.term == n || s.place > place
		})
		if i < 0 || seen[i].place != place {
			return 0, false
		}
		end = seen[i].end
	}
	return end, true
}

// boundary is the end of a grapheme cluster at i, or near it: the next one if up,
// else the one before.
func boundary(text string, i int, up bool) int {
	if i <= 0 || i >= len(text) || text[i] < utf8.RuneSelf {
		return min(max(i, 0), len(text))
	}
	at := max(0, i-64)
	for !utf8.RuneStart(text[at]) {
		at++
	}
	state := -1
	for at < i {
		cluster, _, _, next := uniseg.FirstGraphemeClusterInString(text[at:], state)
		if at+len(cluster) > i && !up {
			break
		}
		at, state = at+len(cluster), next
	}
	return at
}

// pieces is text[from:to] in pieces, with runs of white space as one space.
func pieces(text string, marks []mark, from, to int) []Piece {
	var p piecer
	at := from
	for _, k := range marks {
		start, end := max(k.start, at), min(k.end, to)
		if start >= end {
			continue
		}
		p.add(text[at:start], false)
		p.add(text[start:end], true)
		at = end
	}
	p.add(text[at:to], false)
	return p.list
}

type piecer struct {
	list  []Piece
	space bool // there was white space at the end, and something before
}

func (p *piecer) add(text string, match bool) {
	var b strings.Builder
	for _, r := range text {
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			p.space = p.space || b.Len() > 0 || len(p.list) > 0
			continue
		}
		if p.space {
			if b.Len() == 0 && match {
				p.append(" ", false)
			} else {
				b.WriteByte(' ')
			}
			p.space = false
		}
		b.WriteRune(r)
	}
	p.append(b.String(), match)
}

func (p *piecer) append(text string, match bool) {
	switch n := len(p.list); {
	case text == "":
	case n > 0 && p.list[n-1].Match == match:
		p.list[n-1].Text += text
	default:
		p.list = append(p.list, Piece{text, match})
	}
}
