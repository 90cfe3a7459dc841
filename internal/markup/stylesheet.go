package markup

import (
	"bytes"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/styles"
)

// palette is a chroma style on a background of ours.
type palette struct {
	style      *chroma.Style
	background chroma.Colour
}

// The palettes of code. Both styles were made for contrast (AAA on their own
// black and white); the backgrounds are --tint in static/style.css, light and
// dark, which a test compares.
var (
	light = palette{extend("modus-operandi", "#721045", "#145c33", "#a0132f"), chroma.MustParseColour("#f4efe5")}
	dark  = palette{extend("modus-vivendi", "#feacd0", "#88cf88", "#ff8f88"), chroma.MustParseColour("#241f1b")}
)

// extend adds what the styles leave plain: mark-up (tags and attributes), patches
// (what was added and removed) and headings.
func extend(name, tag, added, removed string) *chroma.Style {
	b := styles.Get(name).Builder()
	b.Add(chroma.NameTag, tag)
	b.Add(chroma.NameAttribute, b.Get(chroma.KeywordType).Colour.String())
	b.Add(chroma.NameDecorator, tag)
	b.Add(chroma.GenericInserted, added)
	b.Add(chroma.GenericDeleted, removed)
	b.Add(chroma.GenericHeading, "bold")
	b.Add(chroma.GenericSubheading, b.Get(chroma.Comment).Colour.String())
	b.Add(chroma.GenericEmph, "italic")
	b.Add(chroma.GenericStrong, "bold")
	style, err := b.Build()
	if err != nil {
		return styles.Get(name) // an entry above is misspelt; the test sees it missing
	}
	return style
}

// minContrast is what WCAG 2.2 asks of text at level AA (1.4.3).
const minContrast = 4.5

// StyleSheet is the style sheet for what [Author] marks with classes: columns of
// tables, and code in light and dark. The file static/code.css holds it; a test
// compares them and writes the file.
func StyleSheet() []byte {
	var b bytes.Buffer
	b.WriteString("/* Classes in rendered posts. Written by: go test ./internal/markup -run StyleSheet -update */\n")
	for _, side := range []string{"left", "center", "right"} {
		fmt.Fprintf(&b, ".table .align-%[1]s { text-align: %[1]s; }\n", side)
	}
	light.write(&b, "")
	b.WriteString("\n@media screen and (prefers-color-scheme: dark) {\n")
	dark.write(&b, "\t")
	b.WriteString("}\n")
	return b.Bytes()
}

// write writes one rule for all classes that look the same.
func (p palette) write(b *bytes.Buffer, indent string) {
	base := p.colour(chroma.Background)
	fmt.Fprintf(b, "%s.chroma { color: %s; background-color: %s; }\n", indent, base, p.background)
	classes := map[string][]string{}
	for _, t := range slices.Sorted(maps.Keys(colouredTypes())) {
		look := p.look(t)
		classes[look] = append(classes[look], ".chroma ."+colouredTypes()[t])
	}
	for _, look := range slices.Sorted(maps.Keys(classes)) {
		fmt.Fprintf(b, "%s%s { %s }\n", indent, strings.Join(classes[look], ", "), look)
	}
}

// look is the declarations for a token type.
func (p palette) look(t chroma.TokenType) string {
	e := p.style.Get(t)
	look := "color: " + p.colour(t).String() + ";"
	if isBold(t) {
		look += " font-weight: " + choose(e.Bold, "bold") + ";"
	}
	if isItalic(t) {
		look += " font-style: " + choose(e.Italic, "italic") + ";"
	}
	return look
}

func choose(set chroma.Trilean, name string) string {
	if set == chroma.Yes {
		return name
	}
	return "normal"
}

func isBold(t chroma.TokenType) bool {
	return light.style.Get(t).Bold == chroma.Yes || dark.style.Get(t).Bold == chroma.Yes
}

func isItalic(t chroma.TokenType) bool {
	return light.style.Get(t).Italic == chroma.Yes || dark.style.Get(t).Italic == chroma.Yes
}

// colour is the colour of a token type, moved away from the background until it
// can be read.
func (p palette) colour(t chroma.TokenType) chroma.Colour {
	c := p.style.Get(t).Colour
	if !c.IsSet() {
		c = p.style.Get(chroma.Background).Colour
	}
	end := chroma.MustParseColour("#000000")
	if luminance(p.background) < luminance(c) {
		end = chroma.MustParseColour("#ffffff")
	}
	for contrast(c, p.background) < minContrast {
		c = step(c, end)
	}
	return c
}

// step moves c a tenth of the way to end, and at least by one.
func step(c, end chroma.Colour) chroma.Colour {
	move := func(from, to uint8) uint8 {
		d := math.Ceil(math.Abs(float64(to)-float64(from)) / 10)
		if to < from {
			d = -d
		}
		return uint8(float64(from) + d)
	}
	return chroma.NewColour(
		move(c.Red(), end.Red()), move(c.Green(), end.Green()), move(c.Blue(), end.Blue()))
}

// contrast is the contrast ratio of WCAG 2.2, from 1 to 21.
func contrast(a, b chroma.Colour) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// luminance is the relative luminance of WCAG 2.2, from 0 to 1.
func luminance(c chroma.Colour) float64 {
	linear := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.Red()) + 0.7152*linear(c.Green()) + 0.0722*linear(c.Blue())
}

// colouredTypes are the classes of the token types that do not look like plain
// text in both palettes; only they are worth an element. Most commands need none.
var colouredTypes = sync.OnceValue(func() map[chroma.TokenType]string {
	types, onLight, onDark := map[chroma.TokenType]string{}, light.plain(), dark.plain()
	for t, class := range chroma.StandardTypes {
		if t > 0 && class != "" && (!onLight(t) || !onDark(t)) {
			types[t] = class
		}
	}
	return types
})

// plain tells which token types look like plain text.
func (p palette) plain() func(t chroma.TokenType) bool {
	ink := p.colour(chroma.Background)
	return func(t chroma.TokenType) bool {
		e := p.style.Get(t)
		return p.colour(t) == ink && e.Bold != chroma.Yes && e.Italic != chroma.Yes
	}
}

// tokenClass is the class of a token, or of the nearest kind of token above it
// that has one; empty if it looks like plain text.
func tokenClass(t chroma.TokenType) string {
	for _, t := range []chroma.TokenType{t, t.SubCategory(), t.Category()} {
		if _, known := chroma.StandardTypes[t]; known {
			return colouredTypes()[t]
		}
	}
	return ""
}
