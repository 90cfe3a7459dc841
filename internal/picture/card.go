package picture

import (
	"bytes"
	"context"
	_ "embed" // the font
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
	"golang.org/x/text/unicode/norm"
)

// The size of a card.
const (
	CardWidth  = 1200
	CardHeight = 630
)

// Card is what a card says.
type Card struct {
	Title string // may be empty
	Site  string // name of the blog
	Note  string // a date, an author; may be empty
}

// Key names the card: another one whenever it looks different.
func (c Card) Key() string { return key("card", recipe, c.Title, c.Site, c.Note) }

// Card opens a card, a PNG; it is painted if it was not.
func (s *Store) Card(ctx context.Context, c Card) (*File, error) {
	f, err := s.make(ctx, c.Key(), s.light, func(context.Context) ([]byte, error) { return paint(c) })
	if err != nil {
		return nil, fmt.Errorf("paint a card: %w", err)
	}
	f.Type = PNG.Type()
	return f, nil
}

//go:embed font/vollkorn-semibold.ttf
var fontFile []byte

var cardFont = sync.OnceValues(func() (*sfnt.Font, error) { return opentype.Parse(fontFile) })

// The colours of the blog's pages.
var (
	paper  = color.RGBA{0xfc, 0xfa, 0xf5, 0xff}
	ink    = color.RGBA{0x23, 0x1e, 0x1a, 0xff}
	muted  = color.RGBA{0x6a, 0x5f, 0x55, 0xff}
	line   = color.RGBA{0xdc, 0xd4, 0xc6, 0xff}
	accent = color.RGBA{0x7a, 0x1f, 0x2b, 0xff}
)

// Places on a card.
const (
	cardMargin = 90
	cardBar    = 24  // the bar at the left
	cardFoot   = 520 // the line above the foot
	footSize   = 36
	maxLines   = 4
	maxTitle   = 400 // characters that are looked at
)

// titleSizes are the sizes a title is tried in, and how many lines it may take in each.
var titleSizes = []struct {
	size  float64
	lines int
}{{92, 2}, {80, 3}, {70, 3}, {62, 4}, {54, maxLines}}

// paint paints a card.
func paint(c Card) ([]byte, error) {
	f, err := cardFont()
	if err != nil {
		return nil, fmt.Errorf("read the font: %w", err)
	}
	p := &painter{font: f, img: image.NewRGBA(image.Rect(0, 0, CardWidth, CardHeight))}
	p.fill(p.img.Rect, paper)
	p.fill(image.Rect(0, 0, cardBar, CardHeight), accent)
	title := p.writable(c.Title)
	if err := p.title(title); err != nil {
		return nil, err
	}
	if err := p.foot(p.writable(c.Site), p.writable(c.Note)); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := png.Encode(&out, p.img); err != nil {
		return nil, fmt.Errorf("write PNG: %w", err)
	}
	return out.Bytes(), nil
}

// painter paints on an image.
type painter struct {
	font *sfnt.Font
	img  *image.RGBA
	buf  sfnt.Buffer
}

func (p *painter) fill(r image.Rectangle, c color.Color) {
	draw.Draw(p.img, r, image.NewUniform(c), image.Point{}, draw.Src)
}

// writable is a text on one line as the font can write it. Symbols that it lacks are
// left out; a text with a letter that it lacks is left out as a whole, for the
// rest would make no sense.
func (p *painter) writable(text string) string {
	text = norm.NFC.String(strings.ToValidUTF8(text, ""))
	var b strings.Builder
	for n, r := range strings.Join(strings.Fields(text), " ") {
		if n > 4*maxTitle {
			break
		}
		glyph, err := p.font.GlyphIndex(&p.buf, r)
		switch {
		case err == nil && glyph != 0:
			b.WriteRune(r)
		case unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.Is(unicode.Mn, r) && !unicode.Is(unicode.Variation_Selector, r):
			return ""
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// title writes the title in the largest size in which it fits; without one, the
// blog's mark is there.
func (p *painter) title(text string) error {
	if text == "" {
		p.mark()
		return nil
	}
	const width = CardWidth - cardBar - 2*cardMargin
	for i, try := range titleSizes {
		face, err := p.face(try.size)
		if err != nil {
			return err
		}
		lines, fits := wrap(face, text, width)
		last := i == len(titleSizes)-1
		if !last && (!fits || len(lines) > try.lines) {
			continue
		}
		if len(lines) > maxLines {
			lines = lines[:maxLines]
			lines[maxLines-1] = ellipsis(face, lines[maxLines-1], width)
		}
		p.lines(face, lines, try.size)
		return nil
	}
	return nil
}

func (p *painter) face(size float64) (font.Face, error) {
	face, err := opentype.NewFace(p.font, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		return nil, fmt.Errorf("set the font: %w", err)
	}
	return face, nil
}

// lines writes lines in the middle of what is above the foot.
func (p *painter) lines(face font.Face, lines []string, size float64) {
	step := int(size * 1.2)
	y := (cardFoot-step*len(lines))/2 + int(size) + 10
	for i, l := range lines {
		p.write(face, l, cardBar+cardMargin, y+i*step, ink)
	}
}

func (p *painter) write(face font.Face, text string, x, y int, c color.Color) {
	d := font.Drawer{Dst: p.img, Src: image.NewUniform(c), Face: face, Dot: fixed.P(x, y)}
	d.DrawString(text)
}

// foot writes the name of the blog, and at the right the note if there is room.
func (p *painter) foot(site, note string) error {
	face, err := p.face(footSize)
	if err != nil {
		return err
	}
	const left, right = cardBar + cardMargin, CardWidth - cardMargin
	p.fill(image.Rect(left, cardFoot, right, cardFoot+2), line)
	room := right - left
	if w := font.MeasureString(face, note).Ceil(); note != "" && w < room/2 {
		p.write(face, note, right-w, cardFoot+64, muted)
		room -= w + cardMargin/2
	}
	if font.MeasureString(face, site).Ceil() > room {
		site = ellipsis(face, site, room)
	}
	p.write(face, site, left, cardFoot+64, accent)
	return nil
}

// mark paints the blog's mark, as it is in static/favicon.svg.
func (p *painter) mark() {
	const size, left, top = 224, cardBar + cardMargin, (cardFoot - 224) / 2
	at := func(v float32) float32 { return v * size / 32 }
	area := image.Rect(left, top, left+size, top+size)
	z := vector.NewRasterizer(size, size)
	bar := func(x0, y0, x1, y1, r float32) {
		x0, y0, x1, y1, r = at(x0), at(y0), at(x1), at(y1), at(r)
		z.MoveTo(x0+r, y0)
		z.LineTo(x1-r, y0)
		z.QuadTo(x1, y0, x1, y0+r)
		z.LineTo(x1, y1-r)
		z.QuadTo(x1, y1, x1-r, y1)
		z.LineTo(x0+r, y1)
		z.QuadTo(x0, y1, x0, y1-r)
		z.LineTo(x0, y0+r)
		z.QuadTo(x0, y0, x0+r, y0)
		z.ClosePath()
	}
	bar(0, 0, 32, 32, 6)
	z.Draw(p.img, area, image.NewUniform(accent), image.Point{})
	z.Reset(size, size)
	bar(7.25, 5.25, 10.75, 26.75, 1.75)
	bar(21.25, 5.25, 24.75, 26.75, 1.75)
	bar(7.25, 14.25, 24.75, 17.75, 1.75)
	z.Draw(p.img, area, image.White, image.Point{})
}

// wrap breaks a text into lines. It does not fit if a word is wider than a line, and
// is broken then.
func wrap(face font.Face, text string, width int) (lines []string, fits bool) {
	fits = true
	current := ""
	for word := range strings.SplitSeq(text, " ") {
		joined := strings.TrimPrefix(current+" "+word, " ")
		if font.MeasureString(face, joined).Ceil() <= width {
			current = joined
			continue
		}
		if current != "" {
			lines = append(lines, current)
		}
		for font.MeasureString(face, word).Ceil() > width {
			fits = false
			n := room(face, word, width)
			lines, word = append(lines, word[:n]), word[n:]
		}
		current = word
	}
	return append(lines, current), fits
}

// room is how many bytes of a text fit into a width, at least one character.
func room(face font.Face, text string, width int) int {
	fit := 0
	for i, r := range text {
		end := i + len(string(r))
		if fit > 0 && font.MeasureString(face, text[:end]).Ceil() > width {
			break
		}
		fit = end
	}
	return fit
}

// ellipsis shortens a text so that it fits with an ellipsis at its end.
func ellipsis(face font.Face, text string, width int) string {
	const mark = "…"
	for font.MeasureString(face, text+mark).Ceil() > width && text != "" {
		_, last := utf8.DecodeLastRuneInString(text)
		text = strings.TrimRight(text[:len(text)-last], " ")
	}
	return strings.TrimRight(text, " ,;:.–-") + mark
}
