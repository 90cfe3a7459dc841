package picture

import (
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// svgHead is how much of an SVG is read to find its size.
const svgHead = 64 << 10

// scanSVG keeps the whole file, and reads the size from its first element.
func scanSVG(s *scanner, info *Info) error {
	if err := s.keepTo(0, s.size); err != nil {
		return err
	}
	d := xml.NewDecoder(io.NewSectionReader(s.file, 0, min(s.size, svgHead)))
	d.Strict = false
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // the names are in ASCII
	for {
		t, err := d.RawToken()
		if err != nil {
			return fmt.Errorf("%w: no svg element at its beginning", ErrMalformed)
		}
		e, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		if e.Name.Local != "svg" {
			return fmt.Errorf("%w: it begins with <%.20s>", ErrNotPicture, e.Name.Local)
		}
		info.Width, info.Height = svgSize(e.Attr)
		return nil
	}
}

// svgSize is the size in pixels; of a picture that fits any place it is that of its
// viewBox, for the ratio.
func svgSize(attrs []xml.Attr) (width, height int) {
	var w, h, bw, bh float64
	for _, a := range attrs {
		switch a.Name.Local {
		case "width":
			w = svgLength(a.Value)
		case "height":
			h = svgLength(a.Value)
		case "viewBox":
			if f := strings.FieldsFunc(a.Value, func(r rune) bool { return r == ' ' || r == ',' || r == '\n' || r == '\t' }); len(f) == 4 {
				bw, bh = svgLength(f[2]), svgLength(f[3])
			}
		}
	}
	switch {
	case w > 0 && h > 0:
	case bw <= 0 || bh <= 0:
		return 0, 0
	case w > 0:
		h = w * bh / bw
	case h > 0:
		w = h * bw / bh
	default:
		w, h = bw, bh
	}
	return pixels(w), pixels(h)
}

// pixels is a length in whole pixels, at least one.
func pixels(v float64) int { return int(max(1, min(math.Round(v), 1<<30))) }

// svgUnits are the lengths that CSS has, in pixels.
var svgUnits = map[string]float64{
	"": 1, "px": 1, "pt": 96.0 / 72, "pc": 16, "in": 96, "cm": 96 / 2.54, "mm": 96 / 25.4,
}

// svgLength is a length in pixels; 0 if it depends on the place, as per cent do.
func svgLength(s string) float64 {
	s = strings.TrimSpace(s)
	number := strings.TrimRight(s, "abcdefghijklmnopqrstuvwxyz%")
	v, err := strconv.ParseFloat(number, 64)
	unit, ok := svgUnits[s[len(number):]]
	if err != nil || !ok || !(v > 0) || v > 1<<30 {
		return 0
	}
	return v * unit
}
