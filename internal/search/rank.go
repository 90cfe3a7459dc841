package search

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"
	"sync"
)

// What the ways of fitting a word weigh, beside fitting it as typed.
const (
	formWeight  = 0.7 // the plural for the singular, and so on
	beginWeight = 0.4 // a word that begins with what was typed
)

// maxWork is how many postings and places a search looks at for beginnings and
// phrases. One that is out of them finds no more than it has found until then;
// 10 000 posts of 4 kB do not get there with anything but the letters of the
// alphabet, each as a beginning.
const maxWork = 400_000

// match is a document and how well it fits.
type match struct {
	doc   uint32
	score float32
}

// scratch is the memory of a search, with an entry a document.
type scratch struct {
	score   []float32 // the sum over the units
	count   []uint8   // how many units fit
	touched []uint32  // the documents that had a count at some time
	strict  uint8     // how many units have to fit in any case

	unit        []float32 // the best of the ways to fit a unit
	unitTouched []uint32

	impact []uint8 // one way of them
	hits   []uint32

	pairs  []uint64 // for phrases
	fits   []bool   // which of the pairs
	firsts []int32  // where those of a document begin, from 1; 0 for none
	work   int
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

func borrow(size int) *scratch {
	s := scratches.Get().(*scratch)
	if len(s.score) < size {
		*s = scratch{
			score: make([]float32, size), count: make([]uint8, size),
			unit: make([]float32, size), impact: make([]uint8, size), firsts: make([]int32, size),
		}
	}
	s.work = maxWork
	return s
}

// giveBack leaves everything zero for the next one.
func (s *scratch) giveBack() {
	s.reset()
	scratches.Put(s)
}

func (s *scratch) reset() {
	for _, doc := range s.touched {
		s.score[doc], s.count[doc] = 0, 0
	}
	s.touched, s.strict = s.touched[:0], 0
}

// add adds what a document has of a unit.
func (s *scratch) add(doc uint32, score float32) {
	if s.count[doc] == 0 {
		s.touched = append(s.touched, doc)
	}
	s.count[doc]++
	s.score[doc] += score
}

// hit notes a document for one way of fitting a unit.
func (s *scratch) hit(doc uint32, impact uint8) {
	if s.impact[doc] == 0 {
		s.hits = append(s.hits, doc)
	}
	s.impact[doc] = max(s.impact[doc], impact)
}

// settle ends one way of fitting a unit, and reports how many documents it has.
func (ix *Index) settle(s *scratch, weight float64) int {
	n := len(s.hits)
	rarity := math.Log(1 + (float64(ix.live-n)+0.5)/(float64(n)+0.5))
	w := float32(rarity * weight * impactStep)
	for _, doc := range s.hits {
		if s.unit[doc] == 0 {
			s.unitTouched = append(s.unitTouched, doc)
		}
		s.unit[doc] = max(s.unit[doc], w*float32(s.impact[doc]))
		s.impact[doc] = 0
	}
	s.hits = s.hits[:0]
	return n
}

// fit finds the documents that fit a unit, in every way.
func (ix *Index) fit(s *scratch, u *unit) {
	s.unitTouched = s.unitTouched[:0]
	last := &u.terms[len(u.terms)-1]
	if len(u.terms) > 1 {
		ix.phrase(s, u.terms)
		n := ix.settle(s, 1)
		if u.compound != "" {
			ix.exact(s, u.compound)
			n += ix.settle(s, 1)
		}
		if last.begin = last.begin || u.ending || n == 0 && !u.quoted && !u.exclude; last.begin {
			ix.phrase(s, u.terms)
			ix.settle(s, beginWeight)
			if u.compound != "" {
				ix.begin(s, u.compound)
				ix.settle(s, beginWeight)
			}
		}
		return
	}
	if last.begin {
		ix.begin(s, last.text) // a single character of a script without spaces
		ix.settle(s, 1)
		return
	}
	ix.exact(s, last.text)
	n := ix.settle(s, 1)
	if !u.quoted && !u.exclude {
		for form := range forms(last.text) {
			ix.exact(s, form)
			n += ix.settle(s, formWeight)
		}
	}
	if u.ending || n == 0 && !u.quoted && !u.exclude {
		last.begin = true
		ix.begin(s, last.text)
		ix.settle(s, beginWeight)
	}
}

// exact notes the documents with a term.
func (ix *Index) exact(s *scratch, term string) {
	for _, p := range ix.parts {
		if i, ok := p.find(term); ok {
			p.all(s, i)
		}
	}
}

// begin notes the documents with a term that begins with prefix.
func (ix *Index) begin(s *scratch, prefix string) {
	for _, p := range ix.parts {
		from, to := p.span(prefix)
		for i := from; i < to && s.work > 0; i++ {
			s.work -= int(p.counts[i]) + 1
			p.all(s, i)
		}
	}
}

// all notes the documents of a term. It is where most of the time goes, so it
// reads the stream without a cursor.
func (p part) all(s *scratch, term int) {
	docs, doc := p.docs[p.docAt[term]:p.docAt[term+1]], ^uint32(0)
	for i := 0; i < len(docs); {
		further, impact := uint32(docs[i]), uint8(0)
		if i++; further >= 0x80 {
			v, n := binary.Uvarint(docs[i-1:])
			further, i = uint32(v), i-1+n
		}
		doc += further + 1
		impact = docs[i]
		for i++; docs[i] >= 0x80; i++ { // the size of the places
		}
		i++
		if !p.dead.has(doc) {
			s.hit(p.base+doc, impact)
		}
	}
}

// sum adds up the units, and is how many have to fit. Quoted ones come first:
// what does not have all of these is not counted further.
func (ix *Index) sum(s *scratch, q query) (required int) {
	for i := range q.units {
		if u := &q.units[i]; u.quoted && !u.exclude {
			ix.fit(s, u)
			s.tally(func(doc uint32) bool { return s.count[doc] == s.strict })
			s.strict++
			required++
		}
	}
	for i := range q.units {
		if u := &q.units[i]; !u.quoted && !u.exclude {
			ix.fit(s, u)
			s.tally(func(doc uint32) bool { return s.count[doc] >= s.strict })
			required++
		}
	}
	for i := range q.units {
		if u := &q.units[i]; u.exclude {
			ix.fit(s, u)
			s.tally(func(doc uint32) bool { s.count[doc] = 0; return false })
		}
	}
	return required
}

// tally adds the unit that was fitted to the documents that pass.
func (s *scratch) tally(pass func(doc uint32) bool) {
	for _, doc := range s.unitTouched {
		if pass(doc) {
			s.add(doc, s.unit[doc])
		}
		s.unit[doc] = 0
	}
}

// collect is the documents that fit at least so many units.
func (ix *Index) collect(s *scratch, least int, keep func(id string) bool) []match {
	var all []match
	for _, doc := range s.touched {
		if int(s.count[doc]) >= max(least, int(s.strict), 1) && (keep == nil || keep(ix.id(doc))) {
			all = append(all, match{doc, s.score[doc]})
		}
	}
	return all
}

// best is the best n in order. Equals are in order of date, newest first, and
// then of ID.
func (ix *Index) best(all []match, n int) []match {
	order := func(a, b match) int {
		if a.score != b.score {
			return cmp.Compare(b.score, a.score)
		}
		return cmp.Or(cmp.Compare(ix.date(b.doc), ix.date(a.doc)), cmp.Compare(ix.id(a.doc), ix.id(b.doc)))
	}
	kept := make([]match, 0, min(2*n, len(all)))
	least := float32(0)
	for _, m := range all {
		if m.score < least {
			continue
		}
		if len(kept) == cap(kept) && len(kept) > n {
			slices.SortFunc(kept, order)
			kept = kept[:n]
			least = kept[n-1].score
		}
		kept = append(kept, m)
	}
	slices.SortFunc(kept, order)
	return kept[:min(n, len(kept))]
}
