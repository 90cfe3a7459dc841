package spam

import (
	"bytes"
	"cmp"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"sync"
)

// Receipt is everything that a verdict's log-odds are the sum of, in the order of
// [Verdict.Reasons]. The weights are whole numbers of 2^-16, so that adding them in
// any order gives the same digits.
type Receipt []Reason

// LogOdds is the sum.
func (r Receipt) LogOdds() float64 {
	sum := 0.0
	for _, x := range r {
		sum += x.Weight
	}
	return sum
}

// Probability is that of spam by the sum.
func (r Receipt) Probability() float64 { return logistic(r.LogOdds()) }

// Taught is how much of the sum moderators taught.
func (r Receipt) Taught() float64 {
	sum := 0.0
	for _, x := range r {
		sum += x.Taught
	}
	return sum
}

// Posts is how much of the sum comes from the blog's own posts.
func (r Receipt) Posts() float64 {
	sum := 0.0
	for _, x := range r {
		sum += x.Posts
	}
	return sum
}

// A receipt is encoded as a byte for the format, then as it is, or, if it is long and that
// makes it shorter, through DEFLATE (RFC 1951):
//
//	the number of different beginnings of names ("word:", "link.host:", …), each as length and bytes
//	the number of contributions, and of each
//	    the index of its beginning · 4, + 1 if a part was taught, + 2 if one is from posts
//	    the length and the bytes of the rest of its name
//	    the weight and then those parts, in whole units of 2^-16
//
// Numbers are varints of [encoding/binary], weights and parts signed ones.
const (
	receiptPlain    = 1
	receiptDeflated = 2
)

const (
	// shortReceipt is how long a receipt may be that stays as it is, in bytes. Those of most
	// comments would become a fifth shorter, and take longer than judging the comment did.
	shortReceipt = 1 << 12
	// maxReceipt is how long a receipt may be before DEFLATE, in bytes: a small file
	// must not become a large one in memory.
	maxReceipt = 1 << 20
	// maxUnits is the most that a weight may be, in units, so that sums are exact.
	maxUnits = 1 << 40

	partTaught = 1
	partPosts  = 2
)

var errReceipt = errors.New("not a receipt")

// MarshalBinary encodes the receipt. Weights that are no whole numbers of 2^-16
// are an error; a Filter makes none.
func (r Receipt) MarshalBinary() ([]byte, error) {
	plain, err := r.plain()
	if err != nil {
		return nil, err
	}
	if len(plain) > maxReceipt {
		return nil, fmt.Errorf("a receipt of %d bytes is too long", len(plain))
	}
	if len(plain) <= shortReceipt {
		return append([]byte{receiptPlain}, plain...), nil
	}
	var b bytes.Buffer
	b.WriteByte(receiptDeflated)
	w := deflaters.Get().(*flate.Writer)
	defer deflaters.Put(w)
	w.Reset(&b)
	_, err = w.Write(plain)
	if err := errors.Join(err, w.Close()); err != nil {
		return nil, err
	}
	if b.Len() > len(plain) {
		return append([]byte{receiptPlain}, plain...), nil
	}
	return b.Bytes(), nil
}

// deflaters are used again: one takes more memory than all else that a comment does, and
// writes the same bytes whoever had it before. The better levels are a few bytes better, and
// clear half a megabyte each time.
var deflaters = sync.Pool{New: func() any {
	w, err := flate.NewWriter(io.Discard, flate.BestSpeed)
	if err != nil {
		panic(err) // the level is right
	}
	return w
}}

// plain encodes without DEFLATE.
func (r Receipt) plain() ([]byte, error) {
	index := map[string]int{}
	var beginnings []string
	for _, x := range r {
		b := x.Feature[:strings.IndexByte(x.Feature, ':')+1]
		if _, ok := index[b]; !ok {
			index[b] = len(beginnings)
			beginnings = append(beginnings, b)
		}
	}
	out := binary.AppendUvarint(make([]byte, 0, 16*len(r)+128), uint64(len(beginnings)))
	for _, b := range beginnings {
		out = appendText(out, b)
	}
	out = binary.AppendUvarint(out, uint64(len(r)))
	for _, x := range r {
		at := strings.IndexByte(x.Feature, ':') + 1
		var err error
		if out, err = x.encode(out, index[x.Feature[:at]], x.Feature[at:]); err != nil {
			return nil, fmt.Errorf("%s: %w", x.Feature, err)
		}
	}
	return out, nil
}

// encode appends a contribution.
func (x Reason) encode(dst []byte, beginning int, rest string) ([]byte, error) {
	head, parts := uint64(beginning)<<2, []float64{x.Weight}
	if x.Taught != 0 {
		head |= partTaught
		parts = append(parts, x.Taught)
	}
	if x.Posts != 0 {
		head |= partPosts
		parts = append(parts, x.Posts)
	}
	dst = binary.AppendUvarint(dst, head)
	dst = appendText(dst, rest)
	for _, p := range parts {
		n := p / unit
		if n != math.Floor(n) || math.Abs(n) > maxUnits { // NaN and infinities too
			return nil, fmt.Errorf("%v is no whole number of 2^-16", p)
		}
		dst = binary.AppendVarint(dst, int64(n))
	}
	return dst, nil
}

func appendText(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

// UnmarshalBinary decodes what MarshalBinary made.
func (r *Receipt) UnmarshalBinary(data []byte) error {
	if len(data) == 0 {
		return errReceipt
	}
	plain := data[1:]
	switch data[0] {
	case receiptPlain:
	case receiptDeflated:
		var err error
		plain, err = io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(plain)), maxReceipt+1))
		if err != nil {
			return fmt.Errorf("%w: %w", errReceipt, err)
		}
	default:
		return fmt.Errorf("%w: format %d", errReceipt, data[0])
	}
	if len(plain) > maxReceipt {
		return fmt.Errorf("%w: too long", errReceipt)
	}
	out, ok := decodeReceipt(plain)
	if !ok {
		return errReceipt
	}
	*r = out
	return nil
}

func decodeReceipt(plain []byte) (Receipt, bool) {
	in := decoder{rest: plain}
	beginnings := make([]string, in.length(1))
	for i := range beginnings {
		beginnings[i] = in.text()
	}
	out := make(Receipt, in.length(3))
	for i := range out {
		head := in.uvarint(math.MaxUint32)
		if head>>2 >= uint64(len(beginnings)) {
			return nil, false
		}
		out[i].Feature = beginnings[head>>2] + in.text()
		out[i].Weight = in.units()
		if head&partTaught != 0 {
			out[i].Taught = in.units()
		}
		if head&partPosts != 0 {
			out[i].Posts = in.units()
		}
		if in.broken {
			return nil, false
		}
	}
	return out, !in.broken && len(in.rest) == 0
}

// text reads a length and as many bytes.
func (d *decoder) text() string { return string(d.take(d.length(1))) }

// units reads a number of units.
func (d *decoder) units() float64 {
	n, size := binary.Varint(d.rest)
	if d.broken || size <= 0 || n > maxUnits || n < -maxUnits {
		d.broken = true
		return 0
	}
	d.rest = d.rest[size:]
	return float64(n) * unit
}

// receipt names all contributions.
func (w weighed) receipt() Receipt {
	out := make(Receipt, 0, len(w.contributions)+len(w.fixed))
	out = append(out, w.fixed...)
	out = w.named(out, w.contributions)
	slices.SortFunc(out, heavier)
	return out
}

// heavier orders reasons: the heaviest first, equal weights by name.
func heavier(a, b Reason) int {
	if c := cmp.Compare(math.Abs(b.Weight), math.Abs(a.Weight)); c != 0 {
		return c
	}
	return cmp.Compare(a.Feature, b.Feature)
}
