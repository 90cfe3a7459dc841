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
	found  []mark
	// phrases are, for each unit of several terms, where some of them stand.
	phrases [][]sight
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

// sight is a place in the text where terms of a phrase stand, a bit each.
type sight struct {
	terms             uint32
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
		m.phrases = append(m.phrases, nil)
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
		m.see(r, t, t.end)
	}
	for _, b := range m.begins {
		if len(b.text) >= len(t.term) || string(t.term[:len(b.text)]) != b.text {
			continue
		}
		end := t.end
		if utf8.RuneCountInString(b.text) == 1 {
			end = t.first
		}
		m.see(b.ref, t, end)
	}
}

// see notes that a term stands in the text, up to end.
func (m *marker) see(r ref, t token, end int) {
	if r.term == whole || len(m.units[r.unit].terms) == 1 {
		m.found = append(m.found, mark{t.start, end, r.unit})
		return
	}
	seen, bit := m.phrases[r.unit], uint32(1)<<r.term
	if n := len(seen); n > 0 && seen[n-1].place == t.place {
		seen[n-1].terms |= bit
		seen[n-1].end = max(seen[n-1].end, end)
		return
	}
	m.phrases[r.unit] = append(seen, sight{bit, t.place, t.start, end})
}

// marks are the parts of a text that fit, in order of where they begin.
func (m *marker) marks(text string) []mark {
	m.found, m.scan.place = m.found[:0], 0
	for i := range m.phrases {
		m.phrases[i] = m.phrases[i][:0]
	}
	m.scan.scan(text)
	for unit, seen := range m.phrases {
		for i, s := range seen {
			if end, ok := follow(seen[i:], m.units[unit].terms); ok {
				m.found = append(m.found, mark{s.start, end, unit})
			}
		}
	}
	slices.SortStableFunc(m.found, func(a, b mark) int { return a.start - b.start })
	return slices.Clone(m.found)
}

// follow is where the phrase ends that begins with the first sight.
func follow(seen []sight, terms []want) (end int, ok bool) {
	i, from := 0, seen[0].place-terms[0].place
	for n, t := range terms {
		for i < len(seen) && seen[i].place < from+t.place {
			i++
		}
		if i == len(seen) || seen[i].place != from+t.place || seen[i].terms>>n&1 == 0 {
			return 0, false
		}
	}
	return seen[i].end, true
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
		if k.end <= at || k.start >= to {
			continue
		}
		start, end := max(boundary(text, k.start, false), at), min(boundary(text, k.end, true), to)
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
