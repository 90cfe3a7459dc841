package spam

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// Mark is a part of a field whose words weigh something.
type Mark struct {
	Span
	// Weight is the heaviest weight in the part: above zero for spam.
	Weight float64 `json:"weight"`
}

// markShare is how heavy, compared with the heaviest part of the text, a part has to
// be to be marked; markLeast is the least that any has to be.
const (
	markShare = 0.15
	markLeast = 0.05
)

// edge is where a contribution begins or ends to weigh.
type edge struct {
	at     int
	weight float64
}

// marksOf sums the contributions over the text of a field and marks the heavy parts,
// in the order of the text, none of them touching another of the same side.
func marksOf(r Receipt, p *places, field Field, typed string) []Mark {
	parts := partsOf(r, p, field)
	heaviest := 0.0
	for _, m := range parts {
		heaviest = max(heaviest, math.Abs(m.Weight))
	}
	least := max(markLeast, markShare*heaviest)
	var out []Mark
	for _, m := range parts {
		if math.Abs(m.Weight) < least {
			continue
		}
		if n := len(out) - 1; n < 0 || !out[n].join(m) {
			out = append(out, m)
		}
	}
	for i := range out {
		out[i].trim(typed)
	}
	return slices.DeleteFunc(out, func(m Mark) bool { return m.From == m.To }) // the space of a pair of words
}

// partsOf takes a field apart where contributions begin or end; each part has the
// sum of those that stand there.
func partsOf(r Receipt, p *places, field Field) []Mark {
	var edges []edge
	for _, x := range r {
		for _, s := range p.of(x.Feature) {
			if s.Field == field && s.From < s.To {
				edges = append(edges, edge{s.From, x.Weight}, edge{s.To, -x.Weight})
			}
		}
	}
	slices.SortFunc(edges, func(a, b edge) int { return cmp.Compare(a.at, b.at) })
	parts := make([]Mark, 0, len(edges))
	sum := 0.0 // of whole units, so that it comes back to zero
	for i, e := range edges {
		if i > 0 && e.at > edges[i-1].at {
			parts = append(parts, Mark{Span{field, edges[i-1].at, e.at}, sum})
		}
		sum += e.weight
	}
	return parts
}

// join makes a mark reach over the next one, if they touch and speak for the same.
func (m *Mark) join(next Mark) bool {
	if m.To != next.From || (m.Weight > 0) != (next.Weight > 0) {
		return false
	}
	m.To = next.To
	if math.Abs(next.Weight) > math.Abs(m.Weight) {
		m.Weight = next.Weight
	}
	return true
}

// trim leaves spaces at its ends out of a mark.
func (m *Mark) trim(typed string) {
	part := typed[m.From:m.To]
	m.From += len(part) - len(strings.TrimLeft(part, " \t\r\n"))
	m.To -= len(part) - len(strings.TrimRight(part, " \t\r\n"))
	m.To = max(m.From, m.To)
}

// Piece is a part of a field that is marked, or one between two that are.
type Piece struct {
	Text   string
	Weight float64 // of the mark; 0 if there is none
}

// Pieces takes a field of a message apart by its marks; together the pieces are the
// field as it was typed.
func (e Explanation) Pieces(f Field, typed string) []Piece {
	var out []Piece
	at := 0
	add := func(to int, weight float64) {
		if to > at {
			out = append(out, Piece{typed[at:to], weight})
			at = to
		}
	}
	for _, m := range e.Marks {
		if m.Field == f && m.From >= at && m.To <= len(typed) {
			add(m.From, 0)
			add(m.To, m.Weight)
		}
	}
	add(len(typed), 0)
	return out
}
