package markup_test

import (
	"bytes"
	"flag"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"hamlet/internal/markup"
)

var update = flag.Bool("update", false, "write what is compared with")

func TestStyleSheetIsTheFile(t *testing.T) {
	t.Parallel()
	const file = "../../static/code.css"
	if *update {
		if err := os.WriteFile(file, markup.StyleSheet(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got := markup.StyleSheet(); !bytes.Equal(got, want) {
		t.Errorf("%s is not what the package writes; go test ./internal/markup -run StyleSheet -update", file)
	}
}

var (
	colourRule = regexp.MustCompile(`[ {]color: #([0-9a-f]{6});`)
	tintRule   = regexp.MustCompile(`--tint: #([0-9a-f]{6});`)
)

// TestCodeCanBeRead measures every colour of code against what is behind it: the
// background it comes with, and the one the rest of the pages has for code.
func TestCodeCanBeRead(t *testing.T) {
	t.Parallel()
	pages, err := os.ReadFile("../../static/style.css")
	if err != nil {
		t.Fatal(err)
	}
	tints := tintRule.FindAllStringSubmatch(string(pages), -1)
	if len(tints) != 2 {
		t.Fatalf("style.css: got %d colours called --tint, want a light one and a dark one", len(tints))
	}
	light, dark, _ := strings.Cut(string(markup.StyleSheet()), "@media")
	for i, sheet := range []string{light, dark} {
		own := regexp.MustCompile(`background-color: #([0-9a-f]{6});`).FindStringSubmatch(sheet)
		colours := colourRule.FindAllStringSubmatch(sheet, -1)
		if own == nil || len(colours) < 8 {
			t.Fatalf("got background %v and %d colours in %q", own, len(colours), sheet)
		}
		for _, c := range colours {
			for _, behind := range []string{own[1], tints[i][1]} {
				if got := contrast(t, c[1], behind); got < 4.5 {
					t.Errorf("#%s on #%s: contrast %.2f, want 4.5", c[1], behind, got)
				}
			}
		}
	}
}

// contrast is computed here a second time, straight from WCAG 2.2.
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (math.Max(x, y) + 0.05) / (math.Min(x, y) + 0.05)
}

func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}
