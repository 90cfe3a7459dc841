package spam

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Vector is what is left of a message when its words are gone: hashes of its
// features with their values. It is kept with a label, so that the filter can be
// rebuilt although the comment itself was deleted, and cannot be read back into
// text.
type Vector struct {
	// Extractor is the version of the feature extractor that made the vector; vectors
	// of another version are not learned from.
	Extractor uint16
	Hashes    []uint32  // ascending, each once
	Values    []float32 // as many as Hashes
}

// Lesson is a labelled message. The keys are hashes that tell what belongs together,
// so that nobody's labels count for too much; 0 is unknown.
type Lesson struct {
	Vector Vector
	Spam   bool

	Author    uint64 // who wrote the message: the name and the site
	Wave      uint64 // near-duplicates mostly have the same
	Moderator uint64 // who gave the label
}

// NewLesson makes a lesson of a message and the label that a moderator gave it, whose
// name may be empty if it is not known.
func NewLesson(m Message, isSpam bool, moderator string) Lesson {
	l := Lesson{Vector: Extract(m), Spam: isSpam, Author: authorKey(m), Wave: waveKey(m.Body)}
	if moderator != "" {
		l.Moderator = traceHash("moderator:", moderator)
	}
	return l
}

// authorKey tells the authors of messages apart.
func authorKey(m Message) uint64 {
	host, _ := split(string(fold(nil, strings.TrimSpace(clip(m.AuthorURL, maxField)))))
	registered, _ := domain(host)
	name := squeeze(string(fold(nil, clip(m.Author, maxField))))
	if name+registered == "" {
		return 0
	}
	return traceHash("author:", name+"@"+registered)
}

// waveKey is the least hash of three words in a row of a text, its links and its words
// with digits left out: two texts have the same with the probability of the share
// they have in common (Broder, see [Trace]). Shorter texts are hashed as a whole.
func waveKey(text string) uint64 {
	least, all := ^uint64(0), fnvOffset64
	var last [shingleSize]uint64
	words := 0
	eachPlainWord(fold(nil, clip(text, maxBody)), func(word []byte) {
		all = hash64On(all, word)
		copy(last[:], last[1:])
		last[shingleSize-1] = hash64On(fnvOffset64, word)
		if words++; words >= shingleSize {
			least = min(least, shingle(last))
		}
	})
	switch {
	case words == 0:
		return 0
	case words < shingleSize:
		return mix(all)
	default:
		return least
	}
}

// shingle is the hash of words in a row.
func shingle(words [shingleSize]uint64) uint64 {
	h := fnvOffset64
	for _, w := range words {
		h = mix(h ^ w)
	}
	return h
}

// plainWord is the length of the word at the beginning of text, which ends before a
// digit; a character of a script without spaces is one.
func plainWord(text []byte) int {
	n := 0
	for n < len(text) {
		x, size := utf8.DecodeRune(text[n:])
		if !isLetter(x) || unicode.IsDigit(x) || n > 0 && unspaced(x) {
			break
		}
		n += size
		if unspaced(x) {
			break
		}
	}
	return n
}

// vectorFormat is the first byte of an encoded vector.
const vectorFormat = 1

var errVector = errors.New("not a vector of features")

// MarshalBinary encodes the vector in some five bytes a feature: the format, the
// extractor, the different values that occur, then for each feature the
// distance of its hash to the one before and the index of its value, all but the
// values as varints of [encoding/binary].
func (v Vector) MarshalBinary() ([]byte, error) {
	if !v.valid() {
		return nil, errVector
	}
	bits := make([]uint32, len(v.Values)) // compared as bits, 0 and -0 are two values
	for i, x := range v.Values {
		bits[i] = math.Float32bits(x)
	}
	values := slices.Compact(slices.Sorted(slices.Values(bits)))
	out := make([]byte, 0, 16+4*len(values)+5*len(v.Hashes))
	out = append(out, vectorFormat)
	out = binary.AppendUvarint(out, uint64(v.Extractor))
	out = binary.AppendUvarint(out, uint64(len(values)))
	for _, x := range values {
		out = binary.LittleEndian.AppendUint32(out, x)
	}
	out = binary.AppendUvarint(out, uint64(len(v.Hashes)))
	last := uint32(0)
	for i, h := range v.Hashes {
		index, _ := slices.BinarySearch(values, bits[i])
		out = binary.AppendUvarint(out, uint64(h-last))
		out = binary.AppendUvarint(out, uint64(index))
		last = h
	}
	return out, nil
}

// UnmarshalBinary decodes what MarshalBinary made.
func (v *Vector) UnmarshalBinary(data []byte) error {
	in := decoder{rest: data}
	if f := in.byte(); f != vectorFormat {
		return fmt.Errorf("%w: format %d", errVector, f)
	}
	out := Vector{Extractor: uint16(in.uvarint(math.MaxUint16))}
	values := make([]float32, in.length(4))
	for i := range values {
		values[i] = math.Float32frombits(in.uint32())
	}
	n := in.length(2)
	out.Hashes, out.Values = make([]uint32, n), make([]float32, n)
	last := uint64(0)
	for i := range n {
		last += in.uvarint(math.MaxUint32)
		index := in.uvarint(math.MaxUint32)
		if last > math.MaxUint32 || index >= uint64(len(values)) {
			return errVector
		}
		out.Hashes[i], out.Values[i] = uint32(last), values[index]
	}
	if in.broken || len(in.rest) > 0 || !out.valid() {
		return errVector
	}
	*v = out
	return nil
}

// valid reports whether the vector is one an extractor could have made.
func (v Vector) valid() bool {
	if len(v.Hashes) != len(v.Values) {
		return false
	}
	for i, x := range v.Values {
		if math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) {
			return false
		}
		if i > 0 && v.Hashes[i] <= v.Hashes[i-1] {
			return false
		}
	}
	return true
}

// decoder reads numbers; after a wrong one it is broken and reads zeros.
type decoder struct {
	rest   []byte
	broken bool
}

func (d *decoder) take(n int) []byte {
	if d.broken || len(d.rest) < n {
		d.broken = true
		return make([]byte, n)
	}
	out := d.rest[:n]
	d.rest = d.rest[n:]
	return out
}

func (d *decoder) byte() byte     { return d.take(1)[0] }
func (d *decoder) uint16() uint16 { return binary.LittleEndian.Uint16(d.take(2)) }
func (d *decoder) uint32() uint32 { return binary.LittleEndian.Uint32(d.take(4)) }
func (d *decoder) float64() float64 {
	return math.Float64frombits(binary.LittleEndian.Uint64(d.take(8)))
}

func (d *decoder) uvarint(limit uint64) uint64 {
	x, n := binary.Uvarint(d.rest)
	if d.broken || n <= 0 || x > limit {
		d.broken = true
		return 0
	}
	d.rest = d.rest[n:]
	return x
}

// length reads how many things follow that take at least size bytes each, and
// promises no more than there is room for.
func (d *decoder) length(size int) int {
	n := d.uvarint(math.MaxUint32)
	if n > uint64(len(d.rest)/size) {
		d.broken = true
		return 0
	}
	return int(n)
}
