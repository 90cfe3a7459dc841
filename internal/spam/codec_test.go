package spam_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hamlet/internal/spam"
)

func TestModelComesBack(t *testing.T) {
	t.Parallel()
	got, err := spam.Default().Encode()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, spam.Embedded) {
		t.Error("decoding and encoding the embedded model changes it")
	}
	if len(spam.Embedded) > 2_500_000 {
		t.Errorf("the embedded model has %d bytes", len(spam.Embedded))
	}
}

func TestDecodeBroken(t *testing.T) {
	t.Parallel()
	good, err := spam.Default().Encode()
	if err != nil {
		t.Fatal(err)
	}
	change := func(at int) []byte {
		b := bytes.Clone(good)
		b[at] ^= 0x10
		return b
	}
	tests := []struct {
		name, want string
		data       []byte
	}{
		{"empty", "it begins otherwise", nil},
		{"something else", "it begins otherwise", []byte("GIF89a and so on")},
		{"cut in the header", "it is cut off", good[:40]},
		{"cut in the weights", "checksum", good[:len(good)/2]},
		{"cut at the end", "checksum", good[:len(good)-1]},
		{"longer", "checksum", append(bytes.Clone(good), 0)},
		{"another version of the format", "it begins otherwise", change(7)},
		{"another bias", "checksum", change(12)},
		{"another weight", "checksum", change(len(good) / 2)},
		{"another checksum", "checksum", change(len(good) - 1)},
		{"another extractor", "version 9", seal(binary.LittleEndian.AppendUint16(bytes.Clone(good[:8]), 9), good[10:])},
		{"too many weights", "not a model", seal(bytes.Clone(good[:50]), []byte("\xff\xff\xff\xff"), good[54:])},
		{"one weight more", "not a model", seal(bytes.Clone(good[:50]), binary.LittleEndian.AppendUint32(nil, binary.LittleEndian.Uint32(good[50:])+1), good[54:])},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if _, err := spam.Decode(tt.data); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got error %v, want one that says %q", err, tt.want)
			}
		})
	}
}

// seal joins the parts of a model, of which the last ends in a checksum, and
// puts the right checksum in its place.
func seal(parts ...[]byte) []byte {
	b := bytes.Join(parts, nil)
	if len(b) >= sha256.Size {
		b = b[:len(b)-sha256.Size]
	}
	sum := sha256.Sum256(b)
	return append(b, sum[:]...)
}

func FuzzDecode(f *testing.F) {
	small := smallModel(f)
	f.Add(small)
	f.Add(small[:60])
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, d := range [][]byte{data, seal(bytes.Clone(data))} {
			m, err := spam.Decode(d)
			if err != nil {
				continue
			}
			spam.NewFilter(m).Judge(kind)
			if _, err := m.Encode(); err != nil {
				t.Fatalf("a decoded model does not encode: %v", err)
			}
		}
	})
}

func TestVectorComesBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v := spam.Vector{Extractor: rapid.Uint16().Draw(t, "extractor"), Hashes: []uint32{}, Values: []float32{}}
		hashes := rapid.SliceOfDistinct(rapid.Uint32(), rapid.ID[uint32]).Draw(t, "hashes")
		value := rapid.OneOf(rapid.SampledFrom([]float32{0.3, 1, 0, float32(math.Copysign(0, -1))}), rapid.Float32Range(-5, 5))
		for _, h := range sorted(hashes) {
			v.Hashes = append(v.Hashes, h)
			v.Values = append(v.Values, value.Draw(t, "value"))
		}
		data, err := v.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		var got spam.Vector
		if err := got.UnmarshalBinary(data); err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(got) != fmt.Sprint(v) {
			t.Fatalf("got %v, want %v", got, v)
		}
	})
}

func TestVectorIsCompact(t *testing.T) {
	t.Parallel()
	v := spam.Extract(kind)
	data, err := v.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	if perFeature := float64(len(data)) / float64(len(v.Hashes)); perFeature > 6 {
		t.Errorf("got %.1f bytes a feature", perFeature)
	}
}

func TestVectorBroken(t *testing.T) {
	t.Parallel()
	data, err := spam.Extract(kind).MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	for n := range data {
		var v spam.Vector
		if err := v.UnmarshalBinary(data[:n]); err == nil {
			t.Fatalf("cut to %d bytes of %d: no error", n, len(data))
		}
	}
	for name, d := range map[string][]byte{
		"longer":           append(bytes.Clone(data), 0),
		"another format":   append([]byte{2}, data[1:]...),
		"too many values":  {1, 1, 0xff, 0xff, 0xff, 0xff, 0x0f},
		"too many hashes":  {1, 1, 0, 0xff, 0xff, 0xff, 0xff, 0x0f},
		"a value too many": {1, 1, 0, 1, 5, 0},
		"a hash twice":     {1, 1, 1, 0, 0, 0x80, 0x3f, 2, 5, 0, 0, 0},
		"not a number":     {1, 1, 1, 0, 0, 0xc0, 0x7f, 1, 5, 0},
	} {
		var v spam.Vector
		if err := v.UnmarshalBinary(d); err == nil {
			t.Errorf("%s: no error, got %v", name, v)
		}
	}
	bad := spam.Vector{Hashes: []uint32{1}}
	if _, err := bad.MarshalBinary(); err == nil {
		t.Error("a vector without its values: no error")
	}
}
