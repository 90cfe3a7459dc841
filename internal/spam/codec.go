package spam

import (
	"bytes"
	"cmp"
	"compress/flate"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
)

// The file of a model:
//
//	8 bytes  "hamspam" and the version of the format, 1
//	2        version of the extractor
//	8        bias                                            (float64)
//	8        probability from which a comment is unsure      (float64)
//	8        probability from which it is spam               (float64)
//	8        unit of the weights                             (float64)
//	4        number of weights, n
//	…        DEFLATE of n distances of ascending hashes      (varint each), then
//	         n weights in units: all low bytes, all high     (int16)
//	32       SHA-256 of everything before
//
// Numbers are little-endian.
const (
	modelMagic  = "hamspam\x01"
	modelHeader = len(modelMagic) + 2 + 4*8 + 4
	maxWeights  = 1 << 22
)

var errModel = errors.New("not a model of comments")

// weight is a weight in units.
type weight struct {
	hash  uint32
	units int16
}

// parts are a model as it is written.
type parts struct {
	bias, hold, spam, unit float64
	weights                []weight
}

// Encode writes the model; the same model gives the same bytes.
func (m *Model) Encode() ([]byte, error) {
	p := parts{bias: m.bias, hold: m.thresholds.Unsure, spam: m.thresholds.Spam, unit: m.unit}
	for _, s := range m.weights.slots {
		if s.weight != 0 {
			p.weights = append(p.weights, weight{s.hash, int16(math.Round(float64(s.weight) / m.unit))})
		}
	}
	slices.SortFunc(p.weights, func(a, b weight) int { return cmp.Compare(a.hash, b.hash) })
	return p.encode()
}

func (p parts) encode() ([]byte, error) {
	var out bytes.Buffer
	out.WriteString(modelMagic)
	head := binary.LittleEndian.AppendUint16(nil, ExtractorVersion)
	for _, x := range []float64{p.bias, p.hold, p.spam, p.unit} {
		head = binary.LittleEndian.AppendUint64(head, math.Float64bits(x))
	}
	out.Write(binary.LittleEndian.AppendUint32(head, uint32(len(p.weights))))
	w, err := flate.NewWriter(&out, flate.BestCompression)
	if err != nil {
		return nil, fmt.Errorf("compress the weights: %w", err)
	}
	if _, err := w.Write(p.body()); err != nil {
		return nil, fmt.Errorf("compress the weights: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("compress the weights: %w", err)
	}
	sum := sha256.Sum256(out.Bytes())
	return append(out.Bytes(), sum[:]...), nil
}

// body is the part that is compressed.
func (p parts) body() []byte {
	n := len(p.weights)
	body := make([]byte, 0, 6*n)
	last := uint32(0)
	for _, w := range p.weights {
		body = binary.AppendUvarint(body, uint64(w.hash-last))
		last = w.hash
	}
	for _, w := range p.weights {
		body = append(body, byte(uint16(w.units)))
	}
	for _, w := range p.weights {
		body = append(body, byte(uint16(w.units)>>8))
	}
	return body
}

// Decode reads a model that Encode wrote. What is broken, or was made for another
// extractor, is an error.
func Decode(data []byte) (*Model, error) {
	sum, err := check(data)
	if err != nil {
		return nil, err
	}
	d := decoder{rest: data[len(modelMagic) : len(data)-sha256.Size]}
	if v := d.uint16(); v != ExtractorVersion {
		return nil, fmt.Errorf("the model is for version %d of the features, this program makes version %d", v, ExtractorVersion)
	}
	m := &Model{
		bias: d.float64(), thresholds: Thresholds{Unsure: d.float64(), Spam: d.float64()}, unit: d.float64(),
		version: fmt.Sprintf("%d-%x", ExtractorVersion, sum[:4]),
	}
	n := d.uint32()
	if d.broken || n > maxWeights || !m.sane() {
		return nil, errModel
	}
	body, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(d.rest)), int64(n)*7+1))
	if err != nil {
		return nil, fmt.Errorf("decompress the weights: %w", err)
	}
	if m.weights, err = decodeWeights(body, int(n), m.unit); err != nil {
		return nil, err
	}
	return m, nil
}

// check looks at the beginning and the checksum of a model's file.
func check(data []byte) (sum [sha256.Size]byte, err error) {
	if !bytes.HasPrefix(data, []byte(modelMagic)) {
		return sum, fmt.Errorf("%w: it begins otherwise", errModel)
	}
	if len(data) < modelHeader+sha256.Size {
		return sum, fmt.Errorf("%w: it is cut off", errModel)
	}
	end := len(data) - sha256.Size
	if sum = sha256.Sum256(data[:end]); !bytes.Equal(sum[:], data[end:]) {
		return sum, fmt.Errorf("%w: its checksum is wrong", errModel)
	}
	return sum, nil
}

// sane reports whether the numbers of the header make sense.
func (m *Model) sane() bool {
	for _, x := range []float64{m.bias, m.unit} {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return false
		}
	}
	return m.unit > 0 && m.thresholds.Unsure >= 0 && m.thresholds.Unsure <= m.thresholds.Spam && m.thresholds.Spam <= 1
}

func decodeWeights(body []byte, n int, unit float64) (table, error) {
	d := decoder{rest: body}
	hashes := make([]uint32, n)
	last := uint64(0)
	for i := range hashes {
		step := d.uvarint(math.MaxUint32)
		if last += step; last > math.MaxUint32 || i > 0 && step == 0 {
			return table{}, errModel
		}
		hashes[i] = uint32(last)
	}
	if d.broken || len(d.rest) != 2*n {
		return table{}, errModel
	}
	low, high := d.rest[:n], d.rest[n:]
	t := newTable(n)
	for i, h := range hashes {
		units := int16(uint16(low[i]) | uint16(high[i])<<8)
		t.put(h, float32(float64(units)*unit))
	}
	return t, nil
}
