package search

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"strings"
)

// What a term weighs in a document. A field counts once, so that a word in a title
// outweighs any number of them in the body, and so on down:
//
//	5    in the title (less in a long one)
//	3    in a tag
//	1.3  in a heading
//	2.2  at most, in the body and the headings: BM25, k1 = 1.2, b = 0.5
//
// The length of a body is measured against usualLength and not against the average
// of all, so that the weights of a document are its own: another document that
// comes or goes does not change them.
const (
	titleWeight   = 5.0
	tagWeight     = 3.0
	headingWeight = 1.3
	saturation    = 1.2
	usualLength   = 500.0 // words
)

// impactStep is what one step of an impact, which is kept in a byte, is worth.
const impactStep = 0.05

// field is where a term stands.
type field uint8

const (
	inTitle field = iota
	inTag
	inHeading
	inBody
	fields
)

// builder makes a segment. What it learns of each document goes to forward:
//
//	the number of terms, and for each of them: how much higher its number is,
//	impact (a byte), bytes of places, places
//
// and is sorted by term in the end.
type builder struct {
	numbers map[string]uint32 // terms by what they are, numbered as they come
	names   []string
	forward [][]byte
	ids     []string
	dates   []int64
	byID    map[string]uint32
	dead    []uint32 // those that another one with their ID has replaced

	scan    *scanner
	field   field
	keys    []uint64 // term, place and field of each token of a document
	lengths [fields]int
	at      []byte
}

// blockSize is about how many bytes of forward are kept in one piece.
const blockSize = 1 << 20

func newBuilder() *builder {
	b := &builder{numbers: map[string]uint32{}, byID: map[string]uint32{}}
	b.scan = newScanner(b.take)
	return b
}

// take notes a token.
func (b *builder) take(t token) {
	n, ok := b.numbers[string(t.term)]
	if !ok {
		n = uint32(len(b.names))
		name := string(t.term) // of our own: no term keeps a whole text in memory
		b.numbers[name] = n
		b.names = append(b.names, name)
	}
	b.keys = append(b.keys, uint64(n)<<34|uint64(uint32(t.place))<<2|uint64(b.field))
	if t.kind == plain || t.kind == final {
		b.lengths[b.field]++
	}
}

// add takes a document in.
func (b *builder) add(d Doc) {
	if old, ok := b.byID[d.ID]; ok {
		b.dead = append(b.dead, old)
	}
	id := strings.Clone(d.ID)
	b.byID[id] = uint32(len(b.ids))
	b.ids = append(b.ids, id)
	b.dates = append(b.dates, d.Date.Unix())

	b.keys, b.lengths, b.scan.place = b.keys[:0], [fields]int{}, 0
	b.read(inTitle, d.Title)
	for _, tag := range d.Tags {
		b.read(inTag, tag)
	}
	for _, s := range d.Sections {
		b.read(inHeading, s.Heading)
		b.read(inBody, s.Text)
	}
	slices.Sort(b.keys)
	b.write()
}

func (b *builder) read(f field, text string) {
	if text == "" {
		return
	}
	b.field = f
	b.scan.scan(text)
	b.scan.gap()
}

// write puts the document of keys into forward.
func (b *builder) write() {
	n := len(b.forward)
	if n == 0 || len(b.forward[n-1]) > blockSize {
		b.forward = append(b.forward, nil)
		n++
	}
	out := binary.AppendUvarint(b.forward[n-1], uint64(b.distinct()))
	last := uint64(0)
	for i := 0; i < len(b.keys); {
		term := b.keys[i] >> 34
		var counts [fields]int
		place := uint64(0)
		b.at = b.at[:0]
		for ; i < len(b.keys) && b.keys[i]>>34 == term; i++ {
			p := b.keys[i] >> 2 & (1<<32 - 1)
			b.at = binary.AppendUvarint(b.at, p-place)
			place = p
			counts[b.keys[i]&3]++
		}
		out = binary.AppendUvarint(out, term-last)
		out = append(out, b.impact(counts))
		out = binary.AppendUvarint(out, uint64(len(b.at)))
		out = append(out, b.at...)
		last = term
	}
	b.forward[n-1] = out
}

// distinct is how many terms keys has.
func (b *builder) distinct() int {
	n := 0
	for i, k := range b.keys {
		if i == 0 || k>>34 != b.keys[i-1]>>34 {
			n++
		}
	}
	return n
}

// impact is the weight of a term in the document, in steps.
func (b *builder) impact(counts [fields]int) uint8 {
	n := float64(counts[inBody] + counts[inHeading])
	length := 0.5 + 0.5*min(float64(b.lengths[inBody])/usualLength, 8)
	w := n * (saturation + 1) / (n + saturation*length)
	if counts[inTitle] > 0 {
		w += titleWeight / (1 + 0.05*float64(min(b.lengths[inTitle], 20)))
	}
	if counts[inTag] > 0 {
		w += tagWeight
	}
	if counts[inHeading] > 0 {
		w += headingWeight
	}
	return uint8(max(1, min(w/impactStep, 255)))
}

// seen is a posting as forward has it.
type seen struct {
	term   uint32
	impact uint8
	at     []byte
}

// each calls f with every posting, by document; free lets go of what was read.
func (b *builder) each(free bool, f func(doc uint32, s seen)) {
	doc := uint32(0)
	for i, block := range b.forward {
		for len(block) > 0 {
			var n, term uint64
			n, block = uvarint(block)
			for ; n > 0; n-- {
				var further, size uint64
				further, block = uvarint(block)
				term += further
				impact := block[0]
				size, block = uvarint(block[1:])
				f(doc, seen{uint32(term), impact, block[:size]})
				block = block[size:]
			}
			doc++
		}
		if free {
			b.forward[i] = nil
		}
	}
}

func uvarint(b []byte) (v uint64, rest []byte) {
	v, n := binary.Uvarint(b)
	return v, b[n:]
}

// finish makes the segment. The builder is of no use afterwards.
func (b *builder) finish() *segment {
	s := &segment{ids: b.ids, dates: b.dates, byID: b.byID}
	order := make([]uint32, len(b.names)) // the number of each term in order of their bytes
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(x, y uint32) int { return strings.Compare(b.names[x], b.names[y]) })
	ranks := s.setTerms(b.names, order)
	b.numbers, b.names = nil, nil

	last := make([]uint32, len(order))
	docSize, placeSize := make([]uint32, len(order)+1), make([]uint32, len(order)+1)
	b.each(false, func(doc uint32, p seen) {
		r := ranks[p.term]
		docSize[r] += uint32(uvarintSize(doc-last[r]) + 1 + uvarintSize(uint32(len(p.at))))
		placeSize[r] += uint32(len(p.at))
		last[r] = doc + 1
		s.counts[r]++
	})
	s.docAt, s.placeAt = starts(docSize), starts(placeSize)
	s.docs, s.places = make([]byte, s.docAt[len(order)]), make([]byte, s.placeAt[len(order)])
	docTo, placeTo := slices.Clone(s.docAt), slices.Clone(s.placeAt)
	clear(last)
	b.each(true, func(doc uint32, p seen) {
		r := ranks[p.term]
		at := docTo[r]
		at += uint32(binary.PutUvarint(s.docs[at:], uint64(doc-last[r])))
		s.docs[at] = p.impact
		at++
		docTo[r] = at + uint32(binary.PutUvarint(s.docs[at:], uint64(len(p.at))))
		placeTo[r] += uint32(copy(s.places[placeTo[r]:], p.at))
		last[r] = doc + 1
	})
	return s
}

// setTerms writes the terms down in order, and says where each one went.
func (s *segment) setTerms(names []string, order []uint32) (ranks []uint32) {
	size := 0
	for _, name := range names {
		size += len(name)
	}
	var text strings.Builder
	text.Grow(size)
	ranks = make([]uint32, len(order))
	s.ends, s.counts = make([]uint32, len(order)), make([]uint32, len(order))
	for rank, n := range order {
		text.WriteString(names[n])
		s.ends[rank] = uint32(text.Len())
		ranks[n] = uint32(rank)
	}
	s.text = text.String()
	return ranks
}

// starts makes sizes, which have a zero at the end, where each begins.
func starts(sizes []uint32) []uint32 {
	sum := uint32(0)
	for i, size := range sizes {
		sizes[i] = sum
		sum += size
	}
	return sizes
}

func uvarintSize(v uint32) int { return (bits.Len32(v|1) + 6) / 7 }
