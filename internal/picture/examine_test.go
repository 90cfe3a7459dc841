package picture_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/image/webp"

	"hamlet/internal/picture"
)

func TestExamine(t *testing.T) {
	t.Parallel()
	img := photo(40, 30)
	lossy := riffChunk("VP8 ", []byte("\x30\x01\x00\x9d\x01\x2a\x28\x00\x1e\x00"))
	tests := []struct {
		name, file    string
		data          []byte
		format        picture.Format
		width, height int
		want          error
	}{
		{"JPEG", "a.jpg", jpegOf(t, img), picture.JPEG, 40, 30, nil},
		{"JPEG, turned", "a.JPEG", jpegOf(t, img, jpegExif(6)), picture.JPEG, 30, 40, nil},
		{"JPEG, upside down", "a.jpg", jpegOf(t, img, jpegExif(3)), picture.JPEG, 40, 30, nil},
		{"JPEG, impossible orientation", "a.jpg", jpegOf(t, img, jpegExif(9)), picture.JPEG, 40, 30, nil},
		{"JPEG, big-endian Exif", "a.jpg", jpegOf(t, img, segment(0xe1, "Exif\x00\x00", string(exif(binary.BigEndian, 8)))), picture.JPEG, 30, 40, nil},
		{"PNG", "a.png", pngOf(t, img), picture.PNG, 40, 30, nil},
		{"PNG, turned", "a.png", pngOf(t, img, chunk("eXIf", exif(binary.BigEndian, 5))), picture.PNG, 30, 40, nil},
		{"GIF", "a.gif", gifOf(t, 1), picture.GIF, 20, 10, nil},
		{"WebP, lossy", "a.webp", riff(lossy), picture.WebP, 40, 30, nil},
		{"WebP, lossless", "a.webp", riff(vp8l(600, 17, 1)), picture.WebP, 600, 17, nil},
		{"WebP, extended", "a.webp", riff(vp8x(0, 500, 300), lossy), picture.WebP, 500, 300, nil},
		{"AVIF", "a.avif", avif(), picture.AVIF, 480, 640, nil},
		{"SVG", "a.svg", []byte(`<?xml version="1.0"?><!-- x --><svg xmlns="x" width="2in" height="96"/>`), picture.SVG, 192, 96, nil},
		{"SVG, viewBox", "a.svg", []byte(`<svg viewBox="0 0 32.2, 16"><script>`), picture.SVG, 32, 16, nil},
		{"SVG, one length", "a.svg", []byte(`<svg viewBox="0 0 30 15" width="100%" height="30">`), picture.SVG, 60, 30, nil},
		{"SVG, no size", "a.svg", []byte(`<svg width="100%" height="-5">`), picture.SVG, 0, 0, nil},
		{"SVG, nothing", "a.svg", []byte(`<p>`), picture.SVG, 0, 0, picture.ErrNotPicture},
		{"SVG, endless", "a.svg", []byte("<!--" + strings.Repeat("x", 1<<20)), picture.SVG, 0, 0, picture.ErrMalformed},
		{"film", "a.mov", film(), picture.Film, 0, 0, nil},
		{"empty", "a.jpg", nil, "", 0, 0, picture.ErrNotPicture},
		{"text", "a.jpg", []byte("hello"), "", 0, 0, picture.ErrNotPicture},
		{"wrong name", "a.png", jpegOf(t, img), picture.JPEG, 40, 30, picture.ErrWrongName},
		{"JPEG, breaks off", "a.jpg", jpegOf(t, img)[:100], picture.JPEG, 0, 0, picture.ErrTruncated},
		{"JPEG, breaks off late", "a.jpg", jpegOf(t, img)[:650], picture.JPEG, 40, 30, picture.ErrTruncated},
		{"JPEG, endless scans", "a.jpg", scans(t, 200), picture.JPEG, 40, 30, picture.ErrMalformed},
		{"JPEG, no picture", "a.jpg", []byte("\xff\xd8\xff\xd9"), picture.JPEG, 0, 0, picture.ErrMalformed},
		{"PNG, breaks off", "a.png", pngOf(t, img)[:50], picture.PNG, 40, 30, picture.ErrTruncated},
		{"PNG, no pixels", "a.png", pngOf(t, img, chunk("IHDR", make([]byte, 13))), picture.PNG, 40, 30, picture.ErrMalformed},
		{"PNG, endless chunks", "a.png", pngOf(t, img, bytes.Repeat(join(chunk("tEXt", nil), chunk("gAMA", make([]byte, 4))), 5000)), picture.PNG, 40, 30, picture.ErrMalformed},
		{"GIF, breaks off", "a.gif", gifOf(t, 1)[:30], picture.GIF, 20, 10, picture.ErrTruncated},
		{"WebP, breaks off", "a.webp", riff(vp8l(600, 17, 1))[:24], picture.WebP, 0, 0, picture.ErrTruncated},
		{"AVIF, boxes without end", "a.avif", join(boxOf("ftyp", []byte("avif\x00\x00\x00\x00")), bytes.Repeat(boxOf("free"), 5000)), picture.AVIF, 0, 0, picture.ErrMalformed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, info, err := served(t, tt.data, tt.file)
			if info.Format != tt.format || info.Width != tt.width || info.Height != tt.height {
				t.Errorf("got %s, %d × %d, want %s, %d × %d", info.Format, info.Width, info.Height, tt.format, tt.width, tt.height)
			}
			if !errors.Is(err, tt.want) || (tt.want == nil) != (err == nil) {
				t.Errorf("got error %v, want %v", err, tt.want)
			}
		})
	}
}

// scans is a JPEG that has its only scan many times.
func scans(t *testing.T, n int) []byte {
	t.Helper()
	b := jpegOf(t, photo(40, 30))
	at := bytes.Index(b, []byte{0xff, 0xda})
	end := len(b) - 2
	return join(b[:at], bytes.Repeat(b[at:end], n), b[end:])
}

// TestNothingIsTold looks for what the files hold about their authors.
func TestNothingIsTold(t *testing.T) {
	t.Parallel()
	img := photo(40, 30)
	extension := func(label string, blocks ...string) []byte {
		b := []byte("!" + label)
		for _, data := range blocks {
			b = append(append(b, byte(len(data))), data...)
		}
		return append(b, 0)
	}
	tests := []struct {
		name, file string
		data       []byte
		decode     func(io.Reader) (image.Image, error)
		keeps      string
	}{
		{"JPEG", "a.jpg", join(jpegOf(t, img, jpegExif(6), segment(0xe1, "http://ns.adobe.com/xap/1.0/\x00", secret),
			segment(0xed, "Photoshop 3.0\x00", secret), segment(0xfe, secret), segment(0xe2, "MPF\x00", secret),
			segment(0xe0, "JFXX\x00", secret), segment(0xe0, "JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x09\x01", secret),
			segment(0xe2, "ICC_PROFILE\x00\x01\x01", "profile")), []byte(secret)), jpeg.Decode, "ICC_PROFILE\x00\x01\x01profile"},
		{"JPEG, two Exifs", "a.jpg", jpegOf(t, img, jpegExif(1), jpegExif(6)), jpeg.Decode, ""},
		{"JPEG, comment between scans", "a.jpg", progressiveComment(t), nil, ""},
		{"PNG", "a.png", join(pngOf(t, img, chunk("tEXt", []byte(secret)), chunk("zTXt", []byte(secret)), chunk("iTXt", []byte(secret)),
			chunk("tIME", []byte(secret)), chunk("caBX", []byte(secret)), chunk("gAMA", []byte{0, 0, 0xb1, 0x8f}),
			chunk("eXIf", exif(binary.LittleEndian, 6))), []byte(secret)), png.Decode, "gAMA"},
		{
			"GIF", "a.gif", join(gifOf(t, 2, extension("\xfe", secret), extension("\xff", "XMP DataXMP", secret)), []byte(secret)),
			gif.Decode, "NETSCAPE2.0",
		},
		{"WebP", "a.webp", join(riff(vp8x(0x0c, 60, 17), vp8l(60, 17, 0), riffChunk("EXIF", exif(binary.BigEndian, 8)),
			riffChunk("XMP ", []byte(secret)), riffChunk("odd!", []byte(secret+"!"))), []byte(secret)), webp.Decode, "EXIF\x1a"},
		{"WebP, no Exif but flags", "a.webp", riff(vp8x(0x0c, 60, 17), vp8l(60, 17, 0), riffChunk("EXIF", []byte(secret))), webp.Decode, "VP8X\x0a\x00\x00\x00\x00"},
		{"AVIF", "a.avif", avif(), nil, "pixels"},
		{"film", "a.mov", film(), nil, "pixels"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if !bytes.Contains(tt.data, []byte(secret)) {
				t.Fatal("there is nothing to find")
			}
			got, info, err := served(t, tt.data, tt.file)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(got, []byte(secret)) || bytes.Contains(got, []byte("serial")) {
				t.Errorf("it tells:\n%q", got)
			}
			if !bytes.Contains(got, []byte(tt.keeps)) {
				t.Errorf("it lost %q:\n%q", tt.keeps, got)
			}
			if tt.decode != nil {
				same(t, tt.decode, tt.data, got)
			}
			_, again, err := served(t, got, tt.file)
			if err != nil || again.Width != info.Width || again.Height != info.Height || again.Orientation != info.Orientation {
				t.Errorf("examined again: got %+v (%v), want %+v", again, err, info)
			}
		})
	}
}

// same compares the pixels of two files.
func same(t *testing.T, decode func(io.Reader) (image.Image, error), a, b []byte) {
	t.Helper()
	before, err := decode(bytes.NewReader(a))
	if err != nil {
		t.Fatal(err)
	}
	after, err := decode(bytes.NewReader(b))
	if err != nil {
		t.Fatalf("what is left cannot be decoded: %v", err)
	}
	r := before.Bounds()
	if r != after.Bounds() {
		t.Fatalf("got %v, want %v", after.Bounds(), r)
	}
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if before.At(x, y) != after.At(x, y) {
				t.Fatalf("another pixel at %d, %d", x, y)
			}
		}
	}
}

// progressiveComment is a JPEG with a comment after a scan.
func progressiveComment(t *testing.T) []byte {
	t.Helper()
	b := scans(t, 2)
	at := bytes.LastIndex(b, []byte{0xff, 0xda})
	return join(b[:at], segment(0xfe, secret), []byte{0xff}, b[at:])
}

// TestBrokenTellsNothing cuts files off and breaks them at every byte: what is
// served may be no picture any more, but it is never what was to be taken out.
func TestBrokenTellsNothing(t *testing.T) {
	t.Parallel()
	img := photo(4, 3)
	for name, data := range map[string][]byte{
		"a.jpg":  jpegOf(t, img, jpegExif(6), segment(0xfe, secret)),
		"a.png":  pngOf(t, img, chunk("eXIf", exif(binary.BigEndian, 6)), chunk("tEXt", []byte(secret))),
		"a.webp": riff(vp8x(0x0c, 60, 17), vp8l(60, 17, 0), riffChunk("EXIF", exif(binary.BigEndian, 8))),
		"a.avif": avif(),
		"a.mov":  film(),
	} {
		for i := range data {
			if got, _, _ := served(t, data[:i], name); bytes.Contains(got, []byte("serial")) {
				t.Fatalf("%s, cut off at %d of %d, tells", name, i, len(data))
			}
		}
	}
}

func TestResizable(t *testing.T) {
	t.Parallel()
	bomb := pngOf(t, photo(4, 3))
	binary.BigEndian.PutUint32(bomb[16:], 100_000)
	binary.BigEndian.PutUint32(bomb[20:], 100_000)
	deep := pngOf(t, photo(4, 3))
	binary.BigEndian.PutUint32(deep[16:], 7000)
	binary.BigEndian.PutUint32(deep[20:], 7000)
	deep[24] = 16
	tests := []struct {
		name, file string
		data       []byte
		widths     int
		want       error
	}{
		{"small", "a.jpg", jpegOf(t, photo(480, 10)), 0, nil},
		{"larger", "a.jpg", jpegOf(t, photo(1201, 10)), 3, nil},
		{"bomb", "a.png", bomb, 0, picture.ErrTooLarge},
		{"deep colours", "a.png", deep, 0, picture.ErrTooLarge},
		{"SVG", "a.svg", []byte(`<svg width="2000" height="1000"/>`), 0, nil},
		{"animation", "a.webp", riff(vp8x(0x02, 2000, 300)), 0, nil},
		{"AVIF", "a.avif", avif(), 0, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, info, _ := served(t, tt.data, tt.file)
			if _, err := info.Resizable(); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
			if got := info.Smaller(); len(got) != tt.widths {
				t.Errorf("got widths %v, want %d", got, tt.widths)
			}
		})
	}
}

// TestCleanReadsLikeAFile seeks and reads in pieces of every size.
func TestCleanReadsLikeAFile(t *testing.T) {
	t.Parallel()
	data := jpegOf(t, photo(40, 30), jpegExif(6), segment(0xfe, secret))
	want, info, err := served(t, data, "a.jpg")
	if err != nil {
		t.Fatal(err)
	}
	if err := iotest.TestReader(info.Clean(bytes.NewReader(data)), want); err != nil {
		t.Error(err)
	}
}

func FuzzExamine(f *testing.F) {
	for name, data := range map[string][]byte{
		"a.jpg": jpegOf(f, photo(8, 8), jpegExif(6), segment(0xe2, "ICC_PROFILE\x00\x01\x01", "profile")), "a.png": pngOf(f, photo(8, 8), chunk("eXIf", exif(binary.BigEndian, 6))),
		"a.gif": gifOf(f, 2), "a.webp": riff(vp8x(0x0c, 60, 17), vp8l(60, 17, 0), riffChunk("EXIF", exif(binary.BigEndian, 8))),
		"a.avif": avif(), "a.mov": film(), "a.svg": []byte(`<svg viewBox="0 0 1 1">`),
	} {
		f.Add(data, name)
	}
	f.Fuzz(func(t *testing.T, data []byte, name string) {
		got, info, err := served(t, data, name)
		if info.Width < 0 || info.Height < 0 || info.Memory < 0 || info.Orientation < 1 || info.Orientation > 8 {
			t.Errorf("got %+v", info)
		}
		if len(got) > len(data)+64 {
			t.Errorf("%d bytes became %d", len(data), len(got))
		}
		if err != nil {
			return
		}
		again, _, err := served(t, got, name)
		if err != nil || !bytes.Equal(got, again) {
			t.Errorf("what is clean is not: %v\n%q\n%q", err, got, again)
		}
	})
}

// TestRandomDamage is a fuzz test for those who have no time: a byte changed here
// and there.
func TestRandomDamage(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for name, data := range map[string][]byte{
		"a.jpg": jpegOf(t, photo(8, 8), jpegExif(6)), "a.png": pngOf(t, photo(8, 8)), "a.gif": gifOf(t, 2),
		"a.webp": riff(vp8x(0, 60, 17), vp8l(60, 17, 0)), "a.avif": avif(), "a.mov": film(),
	} {
		for range 2000 {
			broken := bytes.Clone(data)
			for range 1 + r.IntN(4) {
				broken[r.IntN(len(broken))] = byte(r.IntN(256))
			}
			if got, _, _ := served(t, broken, name); len(got) > len(data)+64 {
				t.Fatalf("%s: %d bytes became %d", name, len(data), len(got))
			}
		}
	}
}
