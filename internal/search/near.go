package search

import (
	"cmp"
	"slices"
)

// reranked is how many of the best are looked at again for how near to each other
// their words are.
const reranked = 100

// nearWeight is what it adds to a score, at most, that the words of the query
// stand side by side and in order.
const nearWeight = 0.5

// rerank raises those whose words are near to each other, among the best ones,
// which all come before the rest.
func (ix *Index) rerank(best []match, q query) {
	var terms []want
	for _, u := range q.units {
		if !u.exclude {
			terms = append(terms, u.terms[0])
		}
	}
	best = best[:min(len(best), reranked)]
	if len(terms) < 2 || len(best) < 2 {
		return
	}
	slices.SortFunc(best, func(a, b match) int { return cmp.Compare(a.doc, b.doc) })
	near := make([]float32, len(best))
	last := ix.placesOf(terms[0], best)
	for _, t := range terms[1:] {
		these := ix.placesOf(t, best)
		for i := range best {
			near[i] += closeness(last[i], these[i])
		}
		last = these
	}
	for i := range best {
		best[i].score *= 1 + nearWeight*near[i]/float32(len(terms)-1)
	}
	copy(best, ix.best(best, len(best)))
}

// placesOf is where a term stands in each of the documents, which are in order.
func (ix *Index) placesOf(t want, docs []match) [][]byte {
	out := make([][]byte, len(docs))
	for _, p := range ix.parts {
		n, ok := p.find(t.text)
		if !ok {
			continue
		}
		i, c := 0, p.postings(n)
		for i < len(docs) && c.next() {
			for i < len(docs) && docs[i].doc < p.base+c.doc {
				i++
			}
			if i < len(docs) && docs[i].doc == p.base+c.doc {
				out[i] = c.at
			}
		}
	}
	return out
}

// closeness is 1 if b stands right behind a somewhere, and less if there is more
// between them or they stand the other way round.
func closeness(a, b []byte) float32 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	var as []uint32
	eachPlace(a, func(place uint32) { as = append(as, place) })
	best, i := float32(0), 0
	eachPlace(b, func(place uint32) {
		for i+1 < len(as) && as[i+1] < place {
			i++
		}
		for _, j := range [2]int{i, min(i+1, len(as)-1)} {
			switch {
			case as[j] < place:
				best = max(best, 1/float32(place-as[j]))
			case as[j] > place:
				best = max(best, 0.7/float32(as[j]-place))
			}
		}
	})
	return best
}
