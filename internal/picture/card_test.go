package picture_test

import (
	"bytes"
	"image"
	"image/png"
	"strings"
	"testing"

	"hamlet/internal/picture"
)

func TestCard(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		card    picture.Card
		written bool // the title is
	}{
		{"short", picture.Card{Title: "I", Site: "Notes"}, true},
		{"usual", picture.Card{Title: "The dahlias are black this morning", Site: "Harbour Notes", Note: "Ada Oakes"}, true},
		{"long", picture.Card{Title: strings.Repeat("many words in a title ", 9), Site: strings.Repeat("Notes ", 60), Note: strings.Repeat("Ada ", 60)}, true},
		{"one endless word", picture.Card{Title: strings.Repeat("x", 10_000), Site: "Notes"}, true},
		{"Greek, Cyrillic, Vietnamese", picture.Card{Title: "Ελλάδα, Привет, Tiếng Việt", Site: "Ж"}, true},
		{"decomposed", picture.Card{Title: "U\u0308ber uns", Site: "Notes"}, true},
		{"emoji beside words", picture.Card{Title: "Frost ❄\ufe0f tonight", Site: "Notes"}, true},
		{"Chinese", picture.Card{Title: "第一场霜", Site: "Notes"}, false},
		{"Arabic among Latin", picture.Card{Title: "The word سلام", Site: "Notes"}, false},
		{"nothing", picture.Card{}, false},
		{"broken", picture.Card{Title: "\xff\xfe", Site: "\x00\u202e"}, false},
	}
	s := open(t, t.TempDir())
	mark := cardImage(t, s, picture.Card{})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			img := cardImage(t, s, tt.card)
			if got, want := img.Bounds().Size(), image.Pt(picture.CardWidth, picture.CardHeight); got != want {
				t.Errorf("got %v, want %v", got, want)
			}
			if got := differs(img, mark, image.Rect(30, 0, 1200, 500)); got != tt.written {
				t.Errorf("the title is written: %t, want %t", got, tt.written)
			}
			if differs(img, mark, image.Rect(1115, 0, 1200, 630)) {
				t.Error("something reaches into the margin")
			}
			again := cardImage(t, open(t, t.TempDir()), tt.card)
			if differs(img, again, img.Bounds()) {
				t.Error("another time it looks different")
			}
		})
	}
}

func TestCardsDiffer(t *testing.T) {
	t.Parallel()
	seen := map[string]picture.Card{}
	for _, c := range []picture.Card{
		{Title: "A"}, {Site: "A"}, {Note: "A"}, {Title: "A", Site: "B"}, {Title: "AB"}, {Title: "A\nB"}, {Title: "A", Note: "B"},
	} {
		if before, ok := seen[c.Key()]; ok {
			t.Errorf("%+v has the key of %+v", c, before)
		}
		seen[c.Key()] = c
	}
}

func cardImage(t *testing.T, s *picture.Store, c picture.Card) image.Image {
	t.Helper()
	f, err := s.Card(t.Context(), c)
	b := all(t, f, err)
	if len(b) > 150_000 {
		t.Errorf("the card has %d bytes", len(b))
	}
	img, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func differs(a, b image.Image, r image.Rectangle) bool {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if a.At(x, y) != b.At(x, y) {
				return true
			}
		}
	}
	return false
}

func BenchmarkCard(b *testing.B) {
	for b.Loop() {
		f, err := open(b, b.TempDir()).Card(b.Context(), picture.Card{Title: "The dahlias are black this morning", Site: "Harbour Notes", Note: "Ada Oakes"})
		all(b, f, err)
	}
}
