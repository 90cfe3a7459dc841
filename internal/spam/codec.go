package spam

import (
	"bytes"
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
//	8 bytes  "hamspam" and the version of the format, 2
//	2        version of the extractor
//	8        bias                                            (float64)
//	8        probability from which a comment is unsure      (float64)
//	8        probability from which it is spam               (float64)
//	8        how much worse it is to hold one link           (float64)
//	8        unit of the weights                             (float64)
//	4        number of weights, n
//	4        number of means among ham, k
//	4        number of means among spam, l
//	…        DEFLATE of n, k and l distances of ascending hashes (varint each), then
//	         n weights in units and k and l means in units of 2^-14:
//	         all low bytes, all high                         (int16)
//	32       SHA-256 of everything before
//
// Numbers are little-endian.
const (
	modelMagic  = "hamspam\x02"
	modelHeader = len(modelMagic) + 2 + 5*8 + 3*4
	meanUnit    = 1.0 / (1 << 14)
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
	bias, hold, spam, linkCost, unit float64
	weights                          []weight
	means                            [2][]weight // among ham and among spam, in units of meanUnit
}

// Encode writes the model; the same model gives the same bytes.
func (m *Model) Encode() ([]byte, error) {
	p := parts{bias: m.bias, hold: m.thresholds.Unsure, spam: m.thresholds.Spam, linkCost: m.linkCost, unit: m.unit}
	p.weights = m.weights.inUnits(m.unit)
	p.means = [2][]weight{m.ham.inUnits(meanUnit), m.spam.inUnits(meanUnit)}
	return p.encode()
}

// inUnits are the weights of a table, ascending by hash.
func (t *table) inUnits(unit float64) []weight {
	var out []weight
	for _, s := range t.slots {
		if s.weight != 0 {
			out = append(out, weight{s.hash, int16(math.Round(float64(s.weight) / unit))})
		}
	}
	slices.SortFunc(out, byHash)
	return out
}

func (p parts) encode() ([]byte, error) {
	var out bytes.Buffer
	out.WriteString(modelMagic)
	head := binary.LittleEndian.AppendUint16(nil, ExtractorVersion)
	for _, x := range []float64{p.bias, p.hold, p.spam, p.linkCost, p.unit} {
		head = binary.LittleEndian.AppendUint64(head, math.Float64bits(x))
	}
	tables := [][]weight{p.weights, p.means[0], p.means[1]}
	for _, ws := range tables {
		head = binary.LittleEndian.AppendUint32(head, uint32(len(ws)))
	}
	out.Write(head)
	w, err := flate.NewWriter(&out, flate.BestCompression)
	if err != nil {
		return nil, fmt.Errorf("compress the weights: %w", err)
	}
	if _, err := w.Write(bodyOf(tables)); err != nil {
		return nil, fmt.Errorf("compress the weights: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("compress the weights: %w", err)
	}
	sum := sha256.Sum256(out.Bytes())
	return append(out.Bytes(), sum[:]...), nil
}

// bodyOf is the part that is compressed.
func bodyOf(tables [][]weight) []byte {
	var body, low, high []byte
	for _, ws := range tables {
		last := uint32(0)
		for _, w := range ws {
			body = binary.AppendUvarint(body, uint64(w.hash-last))
			low, high = append(low, byte(uint16(w.units))), append(high, byte(uint16(w.units)>>8))
			last = w.hash
		}
	}
	return append(append(body, low...), high...)
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
		bias: d.float64(), thresholds: Thresholds{Unsure: d.float64(), Spam: d.float64()},
		linkCost: d.float64(), unit: d.float64(),
		version: fmt.Sprintf("%d-%x", ExtractorVersion, sum[:4]),
	}
	n, k, l := d.uint32(), d.uint32(), d.uint32()
	if d.broken || max(n, k, l) > maxWeights || !m.sane() {
		return nil, errModel
	}
	body, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(d.rest)), int64(n+k+l)*7+1))
	if err != nil {
		return nil, fmt.Errorf("decompress the weights: %w", err)
	}
	d = decoder{rest: body}
	tables := d.tables([]uint32{n, k, l}, []float64{m.unit, meanUnit, meanUnit})
	if d.broken || len(d.rest) > 0 {
		return nil, errModel
	}
	m.weights, m.ham, m.spam = tables[0], tables[1], tables[2]
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
	return m.unit > 0 && m.linkCost >= 1 && m.linkCost <= maxLinkCost && m.thresholds.Unsure >= 0 && m.thresholds.Unsure <= m.thresholds.Spam && m.thresholds.Spam <= 1
}

// tables reads what bodyOf wrote: so many weights each, in these units.
func (d *decoder) tables(counts []uint32, units []float64) []table {
	hashes := make([][]uint32, len(counts))
	all := 0
	for i, n := range counts {
		hashes[i] = d.hashes(int(n))
		all += int(n)
	}
	low, high := d.take(all), d.take(all)
	tables := make([]table, len(counts))
	for i, hs := range hashes {
		tables[i] = newTable(len(hs))
		for j, h := range hs {
			x := int16(uint16(low[j]) | uint16(high[j])<<8)
			tables[i].put(h, float32(float64(x)*units[i]))
		}
		low, high = low[len(hs):], high[len(hs):]
	}
	return tables
}

// hashes reads the distances of ascending hashes.
func (d *decoder) hashes(n int) []uint32 {
	out := make([]uint32, n)
	last := uint64(0)
	for i := range out {
		step := d.uvarint(math.MaxUint32)
		if last += step; last > math.MaxUint32 || i > 0 && step == 0 {
			d.broken = true
		}
		out[i] = uint32(last)
	}
	return out
}
