package search

import "slices"

// phrase notes the documents in which terms stand where they should, one beside
// the other. What a document is worth is what its weakest term is worth.
//
// It works on pairs of a document and the place where the phrase would begin
// there, as one number, sorted: those of the rarest term first, of which those of
// each other term leave some.
func (ix *Index) phrase(s *scratch, terms []want) {
	for _, p := range ix.parts {
		p.phrase(s, terms)
	}
}

// option is a term of a phrase, and the terms of the segment that will do for it.
type option struct {
	want
	from, to int
	count    int
}

func (p part) phrase(s *scratch, terms []want) {
	options := make([]option, len(terms))
	for i, t := range terms {
		o := option{want: t}
		if t.begin {
			o.from, o.to = p.span(t.text)
		} else if n, ok := p.find(t.text); ok {
			o.from, o.to = n, n+1
		}
		for n := o.from; n < o.to; n++ {
			o.count += int(p.counts[n])
		}
		if o.count == 0 {
			return
		}
		options[i] = o
	}
	slices.SortStableFunc(options, func(a, b option) int { return a.count - b.count })
	s.pairs = s.pairs[:0]
	for n := options[0].from; n < options[0].to && s.work > 0; n++ {
		p.gather(s, n, uint32(options[0].place))
	}
	if options[0].to-options[0].from > 1 {
		slices.Sort(s.pairs)
		s.pairs = slices.Compact(s.pairs)
	}
	for _, o := range options[1:] {
		p.narrow(s, o)
	}
	p.weigh(s, options)
}

// gather adds the pairs of a term.
func (p part) gather(s *scratch, term int, offset uint32) {
	s.work -= int(p.counts[term])
	for c := p.postings(term); c.next() && s.work > 0; {
		if p.dead.has(c.doc) {
			continue
		}
		s.work -= len(c.at)
		doc := uint64(c.doc) << 32
		eachPlace(c.at, func(place uint32) {
			if place >= offset {
				s.pairs = append(s.pairs, doc|uint64(place-offset))
			}
		})
	}
}

// narrow keeps the pairs that have one of the terms of an option where it should be.
func (p part) narrow(s *scratch, o option) {
	s.fits = append(s.fits[:0], make([]bool, len(s.pairs))...)
	for i, pair := range slices.Backward(s.pairs) {
		s.firsts[pair>>32] = int32(i + 1)
	}
	for n := o.from; n < o.to && s.work > 0; n++ {
		s.work -= int(p.counts[n])/2 + 1
		for c := p.postings(n); c.next() && s.work > 0; {
			if first := int(s.firsts[c.doc]) - 1; first >= 0 {
				s.work -= len(c.at)
				s.fit(first, c, uint32(o.place))
			}
		}
	}
	kept := s.pairs[:0]
	for i, pair := range s.pairs {
		s.firsts[pair>>32] = 0
		if s.fits[i] {
			kept = append(kept, pair)
		}
	}
	s.pairs = kept
}

// fit finds out which pairs of a document, from the first one on, have a term at
// the offset.
func (s *scratch) fit(i int, c cursor, offset uint32) {
	doc := uint64(c.doc) << 32
	eachPlace(c.at, func(place uint32) {
		if place < offset {
			return
		}
		pair := doc | uint64(place-offset)
		for i < len(s.pairs) && s.pairs[i] < pair {
			i++
		}
		if i < len(s.pairs) && s.pairs[i] == pair {
			s.fits[i] = true
		}
	})
}

// once is the impact of a word that stands once in a text of usual length.
const once = 1 / impactStep

// weigh notes the documents of pairs with the least impact of the terms; of a
// beginning, with that of the others, if there are any.
func (p part) weigh(s *scratch, options []option) {
	most := float32(once)
	for _, o := range options {
		if o.to-o.from == 1 {
			most = 255
		}
	}
	docs := make([]match, 0, len(s.pairs))
	for _, v := range s.pairs {
		if doc := uint32(v >> 32); len(docs) == 0 || docs[len(docs)-1].doc != doc {
			docs = append(docs, match{doc, most})
		}
	}
	for _, o := range options {
		if o.to-o.from == 1 {
			weaken(docs, p.postings(o.from))
		}
	}
	for _, d := range docs {
		s.hit(p.base+d.doc, uint8(d.score))
	}
}

// weaken lowers the scores of documents to the impact of a term.
func weaken(docs []match, c cursor) {
	if !c.next() {
		return
	}
	for i := range docs {
		for c.doc < docs[i].doc {
			if !c.next() {
				return
			}
		}
		if c.doc == docs[i].doc {
			docs[i].score = min(docs[i].score, float32(c.impact))
		}
	}
}
