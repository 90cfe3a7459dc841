package picture_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"hamlet/internal/picture"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func open(tb testing.TB, dir string) *picture.Store {
	tb.Helper()
	return picture.New(picture.Options{Dir: dir, Now: func() time.Time { return noon }})
}

// all reads a file and closes it.
func all(tb testing.TB, f *picture.File, err error) []byte {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
	b, err := io.ReadAll(f)
	if err = errors.Join(err, f.Close()); err != nil {
		tb.Fatal(err)
	}
	return b
}

func TestVariant(t *testing.T) {
	t.Parallel()
	half := image.NewNRGBA(image.Rect(0, 0, 600, 400))
	for i := range half.Pix {
		half.Pix[i] = 128
	}
	noise := bytes.Repeat([]byte("large"), 20_000) // makes a file large without a reason
	drawing := image.NewPaletted(image.Rect(0, 0, 600, 400), color.Palette{color.Black, color.White})
	for i := range drawing.Pix {
		drawing.Pix[i] = uint8(i * i >> 9 & 1)
	}
	gray := image.NewGray(image.Rect(0, 0, 600, 300))
	profile := make([]byte, 200)
	binary.BigEndian.PutUint32(profile, 200)
	copy(profile[16:], "RGB ")
	icc := segment(0xe2, "ICC_PROFILE\x00\x01\x01", string(profile))
	tests := []struct {
		name, file, kind string
		data             []byte
		width, height    int
		profile          bool
	}{
		{"JPEG", "a.jpg", "image/jpeg", jpegOf(t, photo(1000, 500), icc), 480, 240, true},
		{"JPEG, turned", "a.jpg", "image/jpeg", jpegOf(t, photo(1000, 2000), jpegExif(6)), 1600, 800, false},
		{"JPEG, gray", "a.jpg", "image/jpeg", jpegOf(t, gray, icc), 480, 240, false},
		{"JPEG, very wide", "a.jpg", "image/jpeg", jpegOf(t, photo(3000, 1)), 480, 1, false},
		{"PNG", "a.png", "image/png", pngOf(t, photo(900, 300), chunk("gAMA", noise)), 800, 267, false},
		{"PNG, half transparent", "a.png", "image/png", pngOf(t, half, chunk("gAMA", noise)), 480, 320, false},
		{"PNG, smaller as it is", "a.png", "image/png", pngOf(t, drawing), 600, 400, false},
		{"WebP", "a.webp", "image/jpeg", riff(vp8l(600, 400, 0)), 480, 320, false},
		{"WebP, transparent", "a.webp", "image/png", riff(vp8l(600, 400, 1)), 480, 320, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := open(t, t.TempDir())
			files := fstest.MapFS{tt.file: {Data: tt.data}}
			asked := tt.width
			if !slices.Contains(picture.Widths, asked) {
				asked = picture.Widths[0] // and it stays as it is
			}
			f, err := s.Variant(t.Context(), files, tt.file, asked)
			if err != nil {
				t.Fatal(err)
			}
			if f.Type != tt.kind {
				t.Errorf("got type %s, want %s", f.Type, tt.kind)
			}
			b := all(t, f, nil)
			img, _, err := image.Decode(bytes.NewReader(b))
			if err != nil {
				t.Fatal(err)
			}
			if got := img.Bounds().Size(); got != image.Pt(tt.width, tt.height) {
				t.Errorf("got %v, want %d × %d", got, tt.width, tt.height)
			}
			if got := bytes.Contains(b, profile[:20]); got != tt.profile {
				t.Errorf("got profile %t, want %t", got, tt.profile)
			}
			if bytes.Contains(b, []byte("Exif")) {
				t.Error("there is Exif in it")
			}
		})
	}
}

// TestVariantLooksRight compares the corners of a turned picture with what they
// should be, and a transparent edge with what it should not be: dark.
func TestVariantLooksRight(t *testing.T) {
	t.Parallel()
	img := photo(600, 300)
	for orientation, want := range map[int]color.RGBA{ // the upper left corner, upright
		1: {255, 255, 60, 255}, 2: {255, 0, 60, 255}, 3: {0, 0, 60, 255}, 4: {0, 255, 60, 255},
	} {
		s := open(t, t.TempDir())
		files := fstest.MapFS{"a.jpg": {Data: jpegOf(t, img, jpegExif(orientation))}}
		f, err := s.Variant(t.Context(), files, "a.jpg", 480)
		got := decode(t, all(t, f, err), jpeg.Decode)
		if !near(got.At(0, 0), want) {
			t.Errorf("orientation %d: got %v, want %v", orientation, got.At(0, 0), want)
		}
	}
	tall := photo(300, 600)
	for orientation, want := range map[int]color.RGBA{
		5: {255, 255, 60, 255}, 6: {0, 255, 60, 255}, 7: {0, 0, 60, 255}, 8: {255, 0, 60, 255},
	} {
		s := open(t, t.TempDir())
		files := fstest.MapFS{"a.jpg": {Data: jpegOf(t, tall, jpegExif(orientation))}}
		f, err := s.Variant(t.Context(), files, "a.jpg", 480)
		got := decode(t, all(t, f, err), jpeg.Decode)
		if !near(got.At(0, 0), want) {
			t.Errorf("orientation %d: got %v, want %v", orientation, got.At(0, 0), want)
		}
	}
	edge := image.NewNRGBA(image.Rect(0, 0, 1000, 10))
	for x := range 500 {
		for y := range 10 {
			edge.SetNRGBA(x, y, color.NRGBA{250, 250, 250, 255})
		}
	}
	s := open(t, t.TempDir())
	f, err := s.Variant(t.Context(), fstest.MapFS{"a.png": {Data: pngOf(t, edge)}}, "a.png", 480)
	got := decode(t, all(t, f, err), png.Decode)
	for x := range 480 {
		if c := color.NRGBAModel.Convert(got.At(x, 2)).(color.NRGBA); c.A > 16 && c.R < 235 {
			t.Errorf("at %d: got %v, a dark edge", x, c)
		}
	}
}

func decode(t *testing.T, b []byte, how func(io.Reader) (image.Image, error)) image.Image {
	t.Helper()
	img, err := how(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func near(c color.Color, want color.RGBA) bool {
	r, g, b, _ := c.RGBA()
	d := func(v uint32, w uint8) bool { return max(int(v>>8), int(w))-min(int(v>>8), int(w)) < 24 }
	return d(r, want.R) && d(g, want.G) && d(b, want.B)
}

func TestVariantRefuses(t *testing.T) {
	t.Parallel()
	bomb := pngOf(t, photo(4, 3))
	binary.BigEndian.PutUint32(bomb[16:], 100_000)
	binary.BigEndian.PutUint32(bomb[20:], 100_000)
	lies := pngOf(t, photo(4, 3))
	binary.BigEndian.PutUint32(lies[16:], 5000)
	binary.BigEndian.PutUint32(lies[20:], 5000)
	cut := jpegOf(t, photo(1000, 1000))
	files := fstest.MapFS{
		"ok.jpg": {Data: jpegOf(t, photo(900, 10))}, "bomb.png": {Data: bomb}, "lies.png": {Data: lies}, "cut.jpg": {Data: cut[:len(cut)/2]},
		"text.jpg": {Data: []byte("hello")}, "a.svg": {Data: []byte(`<svg width="2000" height="1000"/>`)},
	}
	tests := []struct {
		name, file string
		width      int
		want       error
	}{
		{"another width", "ok.jpg", 481, picture.ErrNoVariant},
		{"wider than it is", "ok.jpg", 1200, picture.ErrNoVariant},
		{"none", "ok.jpg", 0, picture.ErrNoVariant},
		{"bomb", "bomb.png", 480, picture.ErrTooLarge},
		{"lies", "lies.png", 480, picture.ErrMalformed},
		{"cut off", "cut.jpg", 480, picture.ErrMalformed},
		{"text", "text.jpg", 480, picture.ErrNoVariant},
		{"SVG", "a.svg", 480, picture.ErrNoVariant},
		{"missing", "gone.jpg", 480, fs.ErrNotExist},
	}
	s := open(t, t.TempDir())
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for range 2 { // the second time it is remembered
				if f, err := s.Variant(t.Context(), files, tt.file, tt.width); !errors.Is(err, tt.want) {
					t.Errorf("got %v, %v, want %v", f, err, tt.want)
				}
			}
		})
	}
}

// TestVariantHasATime gives a picture no time at all.
func TestVariantHasATime(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{"a.jpg": {Data: jpegOf(t, photo(900, 900))}}
	s := picture.New(picture.Options{Dir: t.TempDir(), Patience: time.Nanosecond, Now: func() time.Time { return noon }})
	if f, err := s.Variant(t.Context(), files, "a.jpg", 480); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, %v", f, err)
	}
}

func TestCacheIsUsedAndMended(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	files := fstest.MapFS{"a.jpg": {Data: jpegOf(t, photo(900, 30))}}
	make := func() []byte {
		f, err := open(t, dir).Variant(t.Context(), files, "a.jpg", 480)
		return all(t, f, err)
	}
	want := make()
	cached := cacheFiles(t, dir)
	if len(cached) != 1 {
		t.Fatalf("got %v in the cache, want one file", cached)
	}
	before := stat(t, cached[0])
	if got := make(); !bytes.Equal(got, want) || !os.SameFile(before, stat(t, cached[0])) {
		t.Error("it was made again")
	}
	whole, err := os.ReadFile(cached[0])
	if err != nil {
		t.Fatal(err)
	}
	for name, broken := range map[string][]byte{
		"empty": {}, "cut off": whole[:len(whole)-1], "changed": join(whole[:100], []byte("x"), whole[101:]), "short": whole[:5],
	} {
		if err := os.WriteFile(cached[0], broken, 0o600); err != nil {
			t.Fatal(err)
		}
		if got := make(); !bytes.Equal(got, want) {
			t.Errorf("%s: got %d bytes, want %d", name, len(got), len(want))
		}
		if mended, err := os.ReadFile(cached[0]); err != nil || !bytes.Equal(mended, whole) {
			t.Errorf("%s: the file is not mended: %v", name, err)
		}
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if got := make(); !bytes.Equal(got, want) {
		t.Error("without the folder it is another picture")
	}
}

func cacheFiles(t *testing.T, dir string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func stat(t *testing.T, name string) fs.FileInfo {
	t.Helper()
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	return info
}

// TestCacheCannotBeWritten makes a picture all the same.
func TestCacheCannotBeWritten(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{"a.jpg": {Data: jpegOf(t, photo(900, 30))}}
	f, err := open(t, dir).Variant(t.Context(), files, "a.jpg", 480)
	if b := all(t, f, err); decode(t, b, jpeg.Decode).Bounds().Dx() != 480 {
		t.Error("it is no picture")
	}
}

// TestCacheIsBounded paints more cards than fit. What was left unfinished goes too.
func TestCacheIsBounded(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "ab"), 0o700); err != nil {
		t.Fatal(err)
	}
	left := filepath.Join(dir, "ab", "new-1")
	if err := os.WriteFile(left, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(left, noon, noon.Add(-2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	const limit = 100_000
	s := picture.New(picture.Options{Dir: dir, Limit: limit, Now: func() time.Time { return noon }})
	for i := range 12 {
		f, err := s.Card(t.Context(), picture.Card{Title: "Number " + string(rune('A'+i)), Site: "Notes"})
		all(t, f, err)
	}
	size := int64(0)
	for _, name := range cacheFiles(t, dir) {
		size += stat(t, name).Size()
	}
	if size == 0 || size > limit*12/10 {
		t.Errorf("the cache holds %d bytes, want at most about %d", size, limit)
	}
	if _, err := os.Stat(left); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what was left unfinished is still there: %v", err)
	}
}

// TestManyAtOnce asks for the same and for others from many sides and two stores.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	files := fstest.MapFS{"a.jpg": {Data: jpegOf(t, photo(1700, 40))}}
	stores := []*picture.Store{open(t, dir), open(t, dir)}
	got := make([]string, 24)
	var g sync.WaitGroup
	for i := range got {
		g.Go(func() {
			f, err := stores[i%2].Variant(t.Context(), files, "a.jpg", picture.Widths[i%len(picture.Widths)])
			if err != nil {
				t.Error(err)
				return
			}
			defer func() { _ = f.Close() }()
			got[i] = f.Tag
		})
	}
	g.Wait()
	for i := range got {
		if got[i] != got[i%len(picture.Widths)] {
			t.Errorf("request %d got another picture", i)
		}
	}
}

// TestLookAgain changes a file in each way that matters.
func TestLookAgain(t *testing.T) {
	t.Parallel()
	dir, cache := t.TempDir(), t.TempDir()
	write := func(data []byte, at time.Time) {
		t.Helper()
		name := filepath.Join(dir, "a.jpg")
		if err := errors.Join(os.WriteFile(name, data, 0o600), os.Chtimes(name, at, at)); err != nil {
			t.Fatal(err)
		}
	}
	s, files := open(t, cache), os.DirFS(dir)
	first, second := jpegOf(t, photo(500, 40)), jpegOf(t, photo(40, 500))
	size := max(len(first), len(second))
	first, second = append(first, make([]byte, size-len(first))...), append(second, make([]byte, size-len(second))...)
	for _, step := range []struct {
		name  string
		data  []byte
		at    time.Time
		width int
	}{
		{"new", first, noon.Add(-time.Hour), 500},
		{"another time", second, noon.Add(-time.Minute), 40},
		{"just now", first, noon, 500},
		{"just now, and again", second, noon, 40},
	} {
		write(step.data, step.at)
		if info, err := s.Look(files, "a.jpg"); err != nil || info.Width != step.width {
			t.Errorf("%s: got %d, %v, want %d", step.name, info.Width, err, step.width)
		}
	}
}

// TestLookIsNoted examines a large file once for good: the note is believed.
func TestLookIsNoted(t *testing.T) {
	t.Parallel()
	dir, cache := t.TempDir(), t.TempDir()
	name, at := filepath.Join(dir, "a.jpg"), noon.Add(-time.Hour)
	data := jpegOf(t, photo(600, 400), jpegExif(6))
	data = append(data, make([]byte, 300<<10)...)
	if err := errors.Join(os.WriteFile(name, data, 0o600), os.Chtimes(name, at, at)); err != nil {
		t.Fatal(err)
	}
	want, err := open(t, cache).Look(os.DirFS(dir), "a.jpg")
	if err != nil {
		t.Fatal(err)
	}
	for i := range data[2:] {
		data[2+i] = 'x' // a change that cannot be seen
	}
	if err := errors.Join(os.WriteFile(name, data, 0o600), os.Chtimes(name, at, at)); err != nil {
		t.Fatal(err)
	}
	s := open(t, cache)
	if got, err := s.Look(os.DirFS(dir), "a.jpg"); err != nil || got.Hash != want.Hash || got.Width != 400 {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
	f, err := s.Open(os.DirFS(dir), "a.jpg")
	if got := all(t, f, err); !bytes.Contains(got, []byte("\xff\xe1\x00\x22Exif")) || len(got) > len(data)-(300<<10) {
		t.Errorf("the note does not say what to serve: %d bytes", len(got))
	}
}

func TestOpenKeepsOthersAsTheyAre(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{"notes.txt": {Data: []byte("Exif\x00\x00 is a word"), ModTime: noon}, "dir/x": {}}
	s := open(t, t.TempDir())
	f, err := s.Open(files, "notes.txt")
	if err != nil {
		t.Fatal(err)
	}
	if f.Type != "" || f.Tag == "" {
		t.Errorf("got type %q, tag %q", f.Type, f.Tag)
	}
	if got := all(t, f, nil); string(got) != "Exif\x00\x00 is a word" {
		t.Errorf("got %q", got)
	}
	if _, err := s.Open(files, "dir"); err == nil {
		t.Error("a folder was opened")
	}
}

func BenchmarkVariant12MP(b *testing.B) {
	data := jpegOf(b, photo(4000, 3000))
	files := fstest.MapFS{"a.jpg": {Data: data}}
	for _, width := range picture.Widths {
		b.Run(string(rune('0'+width/400))+"x400", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f, err := open(b, b.TempDir()).Variant(b.Context(), files, "a.jpg", width)
				all(b, f, err)
			}
		})
	}
}

func BenchmarkExamine(b *testing.B) {
	data := jpegOf(b, photo(4000, 3000), jpegExif(6))
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := picture.Examine(bytes.NewReader(data), int64(len(data)), "a.jpg"); err != nil {
			b.Fatal(err)
		}
	}
}
