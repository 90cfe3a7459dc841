package search

import (
	"iter"
	"slices"
)

// Index is the index of a set of documents. It never changes, and any number of
// goroutines may read it. A nil Index is empty.
//
// It is made of parts, the first of which is the largest as a rule. A change adds
// a small part with what is new and strikes out what it replaces; parts that come
// near the size of the one before are merged with it, so that there are few.
type Index struct {
	parts []part
	size  int // documents in all parts, struck out ones too
	live  int // documents that can be found
}

// part is a segment and which of its documents are struck out.
type part struct {
	*segment
	dead   docSet
	struck int
	base   uint32 // what is added to its numbers to tell documents of the index apart
}

func (p part) live() int { return len(p.ids) - p.struck }

// strike takes a document out, if it is there.
func (p *part) strike(id string) {
	if doc, ok := p.byID[id]; ok {
		p.strikeDoc(doc)
	}
}

func (p *part) strikeDoc(doc uint32) {
	if !p.dead.has(doc) {
		p.dead = p.dead.with(doc, len(p.ids))
		p.struck++
	}
}

// Build makes an index. Of documents with one ID the last one counts.
func Build(docs iter.Seq[Doc]) *Index {
	b := newBuilder()
	for d := range docs {
		b.add(d)
	}
	return assemble([]part{b.part()})
}

// part finishes what was built.
func (b *builder) part() part {
	p := part{segment: b.finish()}
	for _, doc := range b.dead {
		p.strikeDoc(doc)
	}
	return p
}

// With is the index with a few documents put in or replaced, and others dropped;
// one in both is put in. The old index stays as it is. The cost is that of the
// change, and now and then of merging with what was changed before.
func (ix *Index) With(put []Doc, drop []string) *Index {
	if ix == nil {
		ix = &Index{}
	}
	parts := slices.Clone(ix.parts)
	for i := range parts {
		for _, id := range drop {
			parts[i].strike(id)
		}
		for _, d := range put {
			parts[i].strike(d.ID)
		}
	}
	if len(put) > 0 {
		b := newBuilder()
		for _, d := range put {
			b.add(d)
		}
		parts = append(parts, b.part())
	}
	return assemble(parts)
}

// assemble makes an index of parts, and merges those that should be one.
func assemble(parts []part) *Index {
	parts = slices.DeleteFunc(parts, func(p part) bool { return p.live() == 0 })
	for n := len(parts); n > 1 && parts[n-2].live() <= 2*parts[n-1].live(); n-- {
		parts = append(parts[:n-2:n-2], merge(parts[n-2:]))
	}
	for i, p := range parts {
		if p.struck > len(p.ids)/2 {
			parts[i] = merge(parts[i : i+1])
		}
	}
	ix := &Index{parts: parts}
	for i := range parts {
		parts[i].base = uint32(ix.size)
		ix.size += len(parts[i].ids)
		ix.live += parts[i].live()
	}
	for _, p := range parts {
		if p.telling == nil {
			ix.tell(p)
		}
	}
	return ix
}

// locate is the part and the number in it of a document.
func (ix *Index) locate(doc uint32) (part, uint32) {
	i := len(ix.parts) - 1
	for i > 0 && doc < ix.parts[i].base {
		i--
	}
	return ix.parts[i], doc - ix.parts[i].base
}

// id is the ID of a document.
func (ix *Index) id(doc uint32) string {
	p, n := ix.locate(doc)
	return p.ids[n]
}

// date is the date of a document.
func (ix *Index) date(doc uint32) int64 {
	p, n := ix.locate(doc)
	return p.dates[n]
}
