package search

import (
	"cmp"
	"math"
	"slices"
)

// tellingTerms is how many terms are kept of each document to find its like.
const tellingTerms = 24

// tell is a term and how much it says about a document: impact, times how rare it
// was when the document was indexed.
type tell struct {
	term   uint32
	weight float32
}

// tell finds the telling terms of the documents of a part.
func (ix *Index) tell(p part) {
	p.telling = make([][]tell, len(p.ids))
	for term := range p.terms() {
		name := p.term(term)
		n := ix.count(name)
		rarity := ix.rarity(n)
		if n < 2 || rarity == 0 || len(name) < 3 {
			continue // nobody else has it, everybody has it, or it is hardly a word
		}
		for c := p.postings(term); c.next(); {
			p.telling[c.doc] = keepBest(p.telling[c.doc], tell{uint32(term), float32(c.impact) * float32(rarity)})
		}
	}
}

// keepBest adds a term to a list of at most tellingTerms, the best first.
func keepBest(list []tell, t tell) []tell {
	if len(list) == tellingTerms && t.weight <= list[tellingTerms-1].weight {
		return list
	}
	i, _ := slices.BinarySearchFunc(list, t, func(a, b tell) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.term, b.term))
	})
	if len(list) == tellingTerms {
		list = list[:tellingTerms-1]
	}
	return slices.Insert(list, i, t)
}

// count is how many documents have a term, roughly: those struck out count.
func (ix *Index) count(term string) int {
	n := 0
	for _, p := range ix.parts {
		if i, ok := p.find(term); ok {
			n += int(p.counts[i])
		}
	}
	return n
}

// rarity is how much a term says that n documents have; 0 if it is too common.
func (ix *Index) rarity(n int) float64 {
	if n > max(2, ix.live/4) {
		return 0
	}
	return math.Log(float64(ix.live+1) / float64(n))
}

// sharedTerms is how many telling terms two documents have to share to be alike.
const sharedTerms = 2

// Similar names up to n documents whose words are most like those of a document,
// the likest first; none if the document is not there.
func (ix *Index) Similar(id string, n int) []string {
	self, terms := ix.tellingOf(id)
	if len(terms) == 0 || n <= 0 {
		return nil
	}
	s := borrow(ix.size)
	defer s.giveBack()
	for _, term := range terms {
		rarity := ix.rarity(ix.count(term))
		for _, p := range ix.parts {
			i, ok := p.find(term)
			if !ok {
				continue
			}
			for c := p.postings(i); c.next(); {
				if doc := p.base + c.doc; doc != self && !p.dead.has(c.doc) {
					s.add(doc, float32(rarity*float64(c.impact)))
				}
			}
		}
	}
	var all []match
	for _, doc := range s.touched {
		if s.count[doc] >= sharedTerms {
			all = append(all, match{doc, s.score[doc]})
		}
	}
	ids := make([]string, 0, n)
	for _, m := range ix.best(all, n) {
		ids = append(ids, ix.id(m.doc))
	}
	return ids
}

// tellingOf finds a document and its telling terms that others may have.
func (ix *Index) tellingOf(id string) (doc uint32, terms []string) {
	if ix == nil {
		return 0, nil
	}
	for _, p := range ix.parts {
		n, ok := p.byID[id]
		if !ok || p.dead.has(n) {
			continue
		}
		for _, t := range p.telling[n] {
			terms = append(terms, p.term(int(t.term)))
		}
		return p.base + n, terms
	}
	return 0, nil
}
