package picture_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"testing"

	"hamlet/internal/picture"
)

// secret stands for everything a file should not tell.
const secret = "GPS 51.4826 N, serial 00417"

// photo is a picture with something to see: bright at the left, red at the top.
func photo(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetRGBA(x, y, color.RGBA{uint8(255 - 255*y/h), uint8(255 - 255*x/w), 60, 255})
		}
	}
	return img
}

// jpegOf is a JPEG with segments after its first marker.
func jpegOf(tb testing.TB, img image.Image, segments ...[]byte) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 70}); err != nil {
		tb.Fatal(err)
	}
	return join(b.Bytes()[:2], join(segments...), b.Bytes()[2:])
}

func segment(mark byte, data ...string) []byte {
	text := join([]byte{})
	for _, d := range data {
		text = append(text, d...)
	}
	return join([]byte{0xff, mark}, binary.BigEndian.AppendUint16(nil, uint16(len(text)+2)), text)
}

// exif is a TIFF structure with an orientation, a camera and a place.
func exif(order binary.AppendByteOrder, orientation int) []byte {
	b := []byte("MM\x00*")
	if order.AppendUint16(nil, 1)[0] == 1 {
		b = []byte("II*\x00")
	}
	b = order.AppendUint32(b, 8)
	b = order.AppendUint16(b, 3)
	for _, e := range []struct{ tag, kind, count, value int }{
		{0x010f, 2, len(secret), 50}, {0x0112, 3, 1, orientation}, {0x8825, 4, 1, 50},
	} {
		b = order.AppendUint16(b, uint16(e.tag))
		b = order.AppendUint16(b, uint16(e.kind))
		b = order.AppendUint32(b, uint32(e.count))
		if e.kind == 3 {
			b = order.AppendUint16(order.AppendUint16(b, uint16(e.value)), 0)
		} else {
			b = order.AppendUint32(b, uint32(e.value))
		}
	}
	return append(order.AppendUint32(b, 0), secret...)
}

func jpegExif(orientation int) []byte {
	return segment(0xe1, "Exif\x00\x00", string(exif(binary.LittleEndian, orientation)))
}

// pngOf is a PNG with chunks after its header.
func pngOf(tb testing.TB, img image.Image, chunks ...[]byte) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		tb.Fatal(err)
	}
	return join(b.Bytes()[:33], join(chunks...), b.Bytes()[33:])
}

func chunk(kind string, data []byte) []byte {
	b := join(binary.BigEndian.AppendUint32(nil, uint32(len(data))), []byte(kind), data)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

func gifOf(tb testing.TB, frames int, extensions ...[]byte) []byte {
	tb.Helper()
	g := &gif.GIF{}
	for range frames {
		g.Image = append(g.Image, image.NewPaletted(image.Rect(0, 0, 20, 10), color.Palette{color.Black, color.White}))
		g.Delay = append(g.Delay, 10)
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, g); err != nil {
		tb.Fatal(err)
	}
	head := 13
	if flags := b.Bytes()[10]; flags&0x80 != 0 {
		head += 3 << (flags&7 + 1)
	}
	return join(b.Bytes()[:head], join(extensions...), b.Bytes()[head:])
}

// riff is a RIFF file of chunks, each a name and its content.
func riff(chunks ...[]byte) []byte {
	body := join([]byte("WEBP"), join(chunks...))
	return join([]byte("RIFF"), binary.LittleEndian.AppendUint32(nil, uint32(len(body))), body)
}

func riffChunk(kind string, data []byte) []byte {
	b := join([]byte(kind), binary.LittleEndian.AppendUint32(nil, uint32(len(data))), data)
	return append(b, make([]byte, len(data)&1)...)
}

// vp8x is the header of a WebP.
func vp8x(flags byte, w, h int) []byte {
	return riffChunk("VP8X", []byte{
		flags, 0, 0, 0, byte(w - 1), byte((w - 1) >> 8), 0, byte(h - 1), byte((h - 1) >> 8), 0,
	})
}

// vp8l is a lossless WebP bitstream of one colour.
func vp8l(w, h int, alpha uint64) []byte {
	var bits []byte
	n := 0
	put := func(v uint64, count int) {
		for i := range count {
			if n%8 == 0 {
				bits = append(bits, 0)
			}
			bits[n/8] |= byte(v>>i&1) << (n % 8)
			n++
		}
	}
	put(0x2f, 8)
	put(uint64(w-1), 14)
	put(uint64(h-1), 14)
	put(alpha, 1)
	put(0, 3+1+1+1)                                             // version, no transform, no cache, one group of codes
	for _, symbol := range []uint64{0x80, 0x20, 0x40, 255, 0} { // green, red, blue, alpha, distance
		put(1, 1) // a simple code
		put(0, 1) // of one symbol
		put(1, 1) // of eight bits
		put(symbol, 8)
	}
	return riffChunk("VP8L", append(bits, 0, 0))
}

// boxOf is a box of an MP4.
func boxOf(kind string, content ...[]byte) []byte {
	c := join(content...)
	return join(binary.BigEndian.AppendUint32(nil, uint32(len(c)+8)), []byte(kind), c)
}

// avif is a still picture of 640 × 480, turned, with an Exif and an XMP item: the
// first in mdat, the second in idat.
func avif() []byte {
	be := binary.BigEndian
	ftyp := boxOf("ftyp", []byte("avif\x00\x00\x00\x00avifmif1"))
	meta := func(exifAt uint32) []byte {
		infe := func(id byte, kind string) []byte {
			return boxOf("infe", []byte{2, 0, 0, 0, 0, id, 0, 0}, []byte(kind+"\x00"))
		}
		iloc := []byte{1, 0, 0, 0, 0x44, 0, 0, 2}
		iloc = append(iloc, 0, 2, 0, 0, 0, 0, 0, 1)
		iloc = be.AppendUint32(be.AppendUint32(iloc, exifAt), uint32(len(secret)))
		iloc = append(iloc, 0, 3, 0, 1, 0, 0, 0, 1)
		iloc = be.AppendUint32(be.AppendUint32(iloc, 0), uint32(len(secret)))
		ispe := func(w, h uint32) []byte {
			return boxOf("ispe", be.AppendUint32(be.AppendUint32(make([]byte, 4), w), h))
		}
		return boxOf("meta", make([]byte, 4),
			boxOf("hdlr", make([]byte, 24)),
			boxOf("pitm", []byte{0, 0, 0, 0, 0, 1}),
			boxOf("iinf", []byte{0, 0, 0, 0, 0, 3}, infe(1, "av01"), infe(2, "Exif"), infe(3, "mime")),
			boxOf("iprp", boxOf("ipco", ispe(16, 16), ispe(640, 480), boxOf("irot", []byte{1})),
				boxOf("ipma", []byte{0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 2, 0x82, 0x83})),
			boxOf("idat", []byte(secret)),
			boxOf("iloc", iloc))
	}
	at := uint32(len(ftyp) + len(meta(0)) + 8)
	return join(ftyp, meta(at), boxOf("mdat", []byte(secret), []byte("pixels")))
}

func film() []byte {
	return join(
		boxOf("ftyp", []byte("qt  \x00\x00\x00\x00qt  ")),
		boxOf("mdat", []byte("pixels")),
		boxOf("moov",
			boxOf("mvhd", make([]byte, 100)),
			boxOf("trak", boxOf("tkhd", make([]byte, 84)), boxOf("udta", boxOf("\xa9xyz", []byte(secret)))),
			boxOf("udta", boxOf("\xa9xyz", []byte(secret))),
			boxOf("meta", []byte(secret))),
		boxOf("uuid", []byte(secret)))
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

// served is what readers get of a file.
func served(tb testing.TB, data []byte, name string) ([]byte, picture.Info, error) {
	tb.Helper()
	info, err := picture.Examine(bytes.NewReader(data), int64(len(data)), name)
	b, rerr := io.ReadAll(info.Clean(bytes.NewReader(data)))
	if rerr != nil {
		tb.Fatal(rerr)
	}
	return b, info, err
}
