package picture

import (
	"bytes"
	"fmt"
)

// Flags of VP8X.
const (
	webpAnimated = 0x02
	webpXMP      = 0x04
	webpExif     = 0x08
	webpAlpha    = 0x10
)

// webpKept are the chunks that are needed to show a picture.
var webpKept = map[string]bool{
	"VP8 ": true, //nolint:gocritic // that is its name
	"VP8L": true, "VP8X": true, "ALPH": true, "ANIM": true, "ANMF": true, "ICCP": true,
}

func scanWebP(s *scanner, info *Info) error {
	head, err := s.read(12)
	if err != nil {
		return err
	}
	riff := append([]byte{}, head...)
	if err := s.put(riff); err != nil {
		return err
	}
	w := &webpScan{scanner: s, info: info}
	err = w.chunks(min(s.size, 8+int64(le.Uint32(head[4:]))))
	if w.flags != nil && info.Orientation != 1 {
		*w.flags |= webpExif
	}
	le.PutUint32(riff[4:], uint32(s.kept()-8)) //nolint:gosec // not above what it was, but for 34 bytes
	if err == nil && info.Width == 0 {
		err = fmt.Errorf("%w: there is no picture in it", ErrMalformed)
	}
	return err
}

// kept is how long the clean file is so far.
func (s *scanner) kept() int64 {
	n := int64(0)
	for _, p := range s.pieces {
		n += p.size()
	}
	return n
}

// webpScan is a WebP while it is read.
type webpScan struct {
	*scanner
	info  *Info
	flags *byte // of the new VP8X; nil without one
}

func (w *webpScan) chunks(end int64) error {
	for w.at < end {
		start := w.at
		head, err := w.read(8)
		if err != nil {
			return err
		}
		size := int64(le.Uint32(head[4:]))
		if err := w.chunk(start, string(head[:4]), size); err != nil {
			return err
		}
	}
	if w.size < end {
		return ErrTruncated
	}
	return nil
}

func (w *webpScan) chunk(start int64, kind string, size int64) error {
	padded := size + size&1
	n := min(padded, 30)
	if kind == "EXIF" {
		n = min(padded, 64<<10)
	}
	if kind == "ICCP" && size <= maxProfile {
		n = padded
	}
	data, err := w.read(int(n))
	if err != nil {
		return err
	}
	if err := w.skip(padded - n); err != nil {
		if kerr := w.keepChunk(start, kind); kerr != nil {
			return kerr
		}
		return err
	}
	switch kind {
	case "VP8X":
		return w.header(data)
	case "EXIF":
		return w.exif(data)
	case "ICCP":
		if size <= maxProfile {
			w.info.profile = data[:size]
		}
	case "VP8 ", "VP8L":
		w.bitstream(kind, data)
	}
	return w.keepChunk(start, kind)
}

func (w *webpScan) keepChunk(start int64, kind string) error {
	if !webpKept[kind] {
		return nil
	}
	return w.keep(start)
}

// header reads VP8X, and puts one without the flags of metadata in its place.
func (w *webpScan) header(data []byte) error {
	if len(data) < 10 || w.flags != nil {
		return fmt.Errorf("%w: a wrong header", ErrMalformed)
	}
	w.info.Animated, w.info.Alpha = data[0]&webpAnimated != 0, data[0]&webpAlpha != 0
	at := func(i int) int { return int(data[i]) | int(data[i+1])<<8 | int(data[i+2])<<16 }
	w.size3(at(4)+1, at(7)+1)
	chunk := append([]byte("VP8X\x0a\x00\x00\x00"), data[:10]...)
	chunk[8] &^= webpXMP | webpExif
	w.flags = &chunk[8]
	return w.put(chunk)
}

// size3 is the size, of which the first that is said counts; decoded a pixel
// takes up to four bytes.
func (w *webpScan) size3(width, height int) {
	if w.info.Width == 0 {
		w.info.Width, w.info.Height = width, height
		w.info.Memory = 4 * int64(width) * int64(height)
	}
}

// bitstream reads the size and transparency of a picture that has no VP8X.
func (w *webpScan) bitstream(kind string, data []byte) {
	switch {
	case kind == "VP8 " && len(data) >= 10 && string(data[3:6]) == "\x9d\x01\x2a":
		w.size3(int(le.Uint16(data[6:]))&0x3fff, int(le.Uint16(data[8:]))&0x3fff)
	case kind == "VP8L" && len(data) >= 5 && data[0] == 0x2f:
		bits := le.Uint32(data[1:])
		if w.flags == nil {
			w.info.Alpha = bits>>28&1 != 0
		}
		w.size3(int(bits&0x3fff)+1, int(bits>>14&0x3fff)+1)
	}
}

// exif leaves of Exif the orientation.
func (w *webpScan) exif(data []byte) error {
	o := orientation(bytes.TrimPrefix(data, []byte("Exif\x00\x00")))
	if o == 1 || w.info.Orientation != 1 || w.flags == nil {
		return nil
	}
	w.info.Orientation = o
	exif := minimalExif(o)
	return w.put(append(append([]byte("EXIF"), le.AppendUint32(nil, uint32(len(exif)))...), exif...)) //nolint:gosec // 26
}
