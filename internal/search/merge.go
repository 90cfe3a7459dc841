package search

import (
	"encoding/binary"
	"slices"
	"strings"
)

// gone is the new number of a document that is struck out.
const gone = ^uint32(0)

// merge makes one part of several, without what is struck out.
func merge(parts []part) part {
	s := &segment{byID: map[string]uint32{}}
	numbers := make([][]uint32, len(parts)) // the new number of each document
	for i, p := range parts {
		numbers[i] = make([]uint32, len(p.ids))
		for doc, id := range p.ids {
			numbers[i][doc] = gone
			if p.dead.has(uint32(doc)) {
				continue
			}
			numbers[i][doc] = uint32(len(s.ids))
			s.byID[id] = uint32(len(s.ids))
			s.ids = append(s.ids, id)
			s.dates = append(s.dates, p.dates[doc])
		}
	}
	w := writer{segment: s}
	at := make([]int, len(parts)) // the next term of each part
	for {
		term, ok := first(parts, at)
		if !ok {
			break
		}
		for i, p := range parts {
			if at[i] < p.terms() && p.term(at[i]) == term {
				w.copy(p.postings(at[i]), numbers[i])
				at[i]++
			}
		}
		w.end(term)
	}
	return part{segment: w.finish()}
}

// first is the first in order of the next terms.
func first(parts []part, at []int) (term string, ok bool) {
	for i, p := range parts {
		if at[i] == p.terms() {
			continue
		}
		if t := p.term(at[i]); !ok || t < term {
			term, ok = t, true
		}
	}
	return term, ok
}

// writer writes a segment term by term.
type writer struct {
	*segment
	text             strings.Builder
	next             uint32 // the document after the last one of the term
	count            uint32
	docFrom, placeAt int // where the streams of the term began
}

// copy adds the postings of a term that are not struck out.
func (w *writer) copy(c cursor, numbers []uint32) {
	for c.next() {
		doc := numbers[c.doc]
		if doc == gone {
			continue
		}
		w.docs = binary.AppendUvarint(w.docs, uint64(doc-w.next))
		w.docs = append(w.docs, c.impact)
		w.docs = binary.AppendUvarint(w.docs, uint64(len(c.at)))
		w.places = append(w.places, c.at...)
		w.next = doc + 1
		w.count++
	}
}

// end ends a term; one without documents is left out.
func (w *writer) end(term string) {
	if w.count > 0 {
		w.text.WriteString(term)
		w.ends = append(w.ends, uint32(w.text.Len()))
		w.counts = append(w.counts, w.count)
		w.docAt = append(w.docAt, uint32(w.docFrom))
		w.segment.placeAt = append(w.segment.placeAt, uint32(w.placeAt))
	}
	w.docFrom, w.placeAt = len(w.docs), len(w.places)
	w.next, w.count = 0, 0
}

func (w *writer) finish() *segment {
	s := w.segment
	s.text = strings.Clone(w.text.String())
	s.ends, s.counts = slices.Clip(s.ends), slices.Clip(s.counts)
	s.docAt = slices.Clip(append(s.docAt, uint32(len(s.docs))))
	s.placeAt = slices.Clip(append(s.placeAt, uint32(len(s.places))))
	s.docs, s.places = slices.Clone(s.docs), slices.Clone(s.places)
	return s
}
