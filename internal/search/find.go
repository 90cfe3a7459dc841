package search

// defaultLimit is how many hits there are when nobody says.
const defaultLimit = 10

// Search finds documents, the best first. How a query is read is said at the top
// of this package.
func (ix *Index) Search(q string, o Options) Result {
	parsed := parse(q)
	r := Result{Cut: parsed.cut}
	if ix == nil || ix.live == 0 {
		return r
	}
	o.Offset = max(o.Offset, 0)
	if o.Limit <= 0 {
		o.Limit = defaultLimit
	}
	all, parsed, loose := ix.matches(parsed, o.Keep)
	r.Total, r.Loose = len(all), loose
	if o.Offset >= len(all) {
		return r
	}
	all = ix.best(all, max(reranked, o.Offset+min(o.Limit, len(all))))
	ix.rerank(all, parsed)
	all = all[o.Offset:]
	all = all[:min(o.Limit, len(all))]
	m := newMarker(parsed)
	for _, hit := range all {
		h := Hit{ID: ix.id(hit.doc), Score: float64(hit.score)}
		if o.Doc != nil {
			if d, ok := o.Doc(h.ID); ok {
				m.extract(&h, d)
			}
		}
		r.Hits = append(r.Hits, h)
	}
	return r
}

// matches is what fits the query: all of its units, or else all of their terms
// wherever they stand, or else some.
func (ix *Index) matches(q query, keep func(id string) bool) (all []match, used query, loose bool) {
	s := borrow(ix.size)
	defer s.giveBack()
	required := ix.sum(s, q)
	if required == 0 {
		return nil, q, false
	}
	if all = ix.collect(s, required, keep); len(all) > 0 {
		return all, q, false
	}
	least := 1
	if split, ok := q.split(); ok {
		s.reset()
		q = split
		required = ix.sum(s, q)
		least = (required + 1) / 2
		if all = ix.collect(s, required, keep); len(all) > 0 {
			return all, q, false
		}
	}
	all = ix.collect(s, least, keep)
	for i := range all {
		all[i].score *= float32(s.count[all[i].doc]) / float32(required)
	}
	return all, q, len(all) > 0
}
