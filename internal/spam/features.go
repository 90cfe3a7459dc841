package spam

import (
	"math"
	"slices"
	"strings"
)

// How much of a message is read, so that the work is bounded whatever is sent.
const (
	maxBody      = 24 << 10 // bytes of the body
	maxField     = 1 << 10  // bytes of the author's name, the site, the permalink
	maxWordBytes = 40       // longer ones are a shape, not a word
	maxLinks     = 60       // links whose parts become features; all are counted
)

// feature is one thing noticed about a message.
type feature struct {
	hash   uint32
	value  float32
	lo, hi uint32 // its text in reader.text; a constant is at lo if hi is isConstant
	kind   kind
}

const isConstant = math.MaxUint32

// reader reads a message into features.
type reader struct {
	text       []byte // what the features say, one after the other
	found      []feature
	body       string // the body, folded
	scratch    []byte
	stats      stats
	post       post
	site       string // the host of the author's site as a feature names it
	start, end int    // where the last word of the run is in text; start is -1 before the first
	anchor     anchor
	foreign    bool   // letters of other scripts in the body only stand for Latin ones
	trail      *trail // where features are found, for explaining; nil when judging
}

// read makes the features of a message, ascending by hash, each once.
func read(m Message) *reader {
	r := readAlong(m, nil)
	r.settle()
	return r
}

// readAlong makes them as they are found, and leaves a trail if there is one.
func readAlong(m Message, t *trail) *reader {
	size := min(len(m.Body), maxBody)
	r := &reader{
		trail: t,
		text:  make([]byte, 0, 768+2*size),
		found: make([]feature, 0, 160+size/3),
	}
	r.readPost(m)
	name := r.readAuthor(strings.TrimSpace(clip(m.Author, maxField)))
	t.leave(r, FieldAuthor)
	r.readSite(strings.TrimSpace(clip(m.AuthorURL, maxField)), name)
	t.leave(r, FieldSite)
	r.readBody(m, name)
	t.leave(r, FieldBody)
	return r
}

// add notes a feature whose text is the string s.
func (r *reader) add(k kind, s string) {
	lo := len(r.text)
	r.text = append(r.text, s...)
	r.addSpan(k, lo, len(r.text))
}

// addSpan notes a feature whose text stands in r.text already.
func (r *reader) addSpan(k kind, lo, hi int) {
	r.found = append(r.found, feature{
		hash: hashName(k, r.text[lo:hi]), value: 1, lo: uint32(lo), hi: uint32(hi), kind: k,
	})
}

// name is the name of a feature.
func (r *reader) name(f feature) string {
	var b strings.Builder
	r.writeName(&b, f)
	return b.String()
}

// writeName writes it.
func (r *reader) writeName(b *strings.Builder, f feature) {
	b.WriteString(f.kind.String())
	b.WriteByte(':')
	if f.hi == isConstant {
		b.WriteString(constants[f.lo].text)
	} else {
		b.Write(r.text[f.lo:f.hi])
	}
}

// settle sorts the features by hash, leaves each only once, as it was found first, and
// gives them their values.
func (r *reader) settle() {
	var few [512]uint64 // is enough for most, and costs nothing
	order := few[:0]
	for i, f := range r.found {
		order = append(order, uint64(f.hash)<<32|uint64(i))
	}
	slices.Sort(order)
	sorted := make([]feature, 0, len(order))
	for i, o := range order {
		if i == 0 || o>>32 != order[i-1]>>32 {
			sorted = append(sorted, r.found[uint32(o)])
		}
	}
	r.found = sorted
	weigh(r.found)
}

// vector is what is left when the words are gone.
func (r *reader) vector() Vector {
	v := Vector{Extractor: ExtractorVersion}
	v.Hashes = make([]uint32, len(r.found))
	v.Values = make([]float32, len(r.found))
	for i, f := range r.found {
		v.Hashes[i], v.Values[i] = f.hash, f.value
	}
	return v
}

// readBody notes words, links and the shape of the body.
func (r *reader) readBody(m Message, name name) {
	raw := tidy(clip(strings.TrimFunc(m.Body, around), maxBody))
	r.stats.look(raw)
	r.foreign = r.stats.disguised()
	r.body = folded(raw)
	r.scan()
	r.shapes(raw, name)
}
