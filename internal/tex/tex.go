// Package tex turns formulas in TeX's notation into MathML, which browsers show
// without a script and screen readers speak.
//
// It knows what people write in posts, not all of LaTeX:
//
//   - letters, numbers, Greek (\alpha, \Omega), operators, relations, arrows and
//     other symbols by their usual names (see symbols.go), \not before a relation;
//   - scripts: x^2, a_{ij}, primes; sums, products, \lim and other big operators
//     with limits above and below where there is room, \limits and \nolimits;
//   - \frac, \dfrac, \tfrac, \cfrac, \binom, \sqrt[n]{x}, {a \over b},
//     {n \choose k}, \stackrel, \overset, \underset, \substack;
//   - \left( … \middle| … \right), \big( to \Bigg(, \lvert, \langle and the others;
//   - accents (\hat, \vec, \bar, \dot, \widehat, \overline, \underbrace …),
//     arrows with text (\xrightarrow[below]{above});
//   - alphabets: \mathbb, \mathcal, \mathscr, \mathfrak, \mathbf, \mathsf,
//     \mathtt, \mathit, \mathrm, \boldsymbol; \text and \textbf, \textit, \texttt;
//     \operatorname, \operatorname*;
//   - tables: matrix, pmatrix, bmatrix, Bmatrix, vmatrix, Vmatrix, smallmatrix,
//     array, cases, aligned, align, alignedat, split, gathered, gather, equation;
//     lines broken by \\ anywhere in a formula that stands on its own;
//   - spaces (\, \: \; \! \quad \hspace{1em} ~), \phantom, \boxed, \tag, \pmod,
//     \displaystyle and its kin, and % to the end of the line.
//
// Nothing can be defined, so a formula costs what it is long: at most [MaxLength]
// bytes, nested at most [MaxDepth] deep. Whatever is not known is an [*Error] that
// says where; there is no output then. The source goes into the result as an
// annotation, so that it can be copied.
//
// MathML is the subset that browsers share, MathML Core (w3.org/TR/mathml-core):
// alphabets are characters of Unicode, boxes a class ("boxed"), and no element has
// a style attribute.
package tex

import (
	"fmt"
	"html"
	"strings"
)

// The limits of a formula.
const (
	MaxLength = 16 << 10 // bytes
	MaxDepth  = 60       // groups, fractions, tables … in each other
)

// Error is what is wrong with a formula.
type Error struct {
	Pos  int // the byte of the source it is at
	Text string
}

// Error says what is wrong, without the place.
func (e *Error) Error() string { return e.Text }

// MathML is a formula as a math element, as a block of its own or for running
// text. An error is an [*Error].
func MathML(src string, block bool) (string, error) {
	if len(src) > MaxLength {
		return "", &Error{Pos: MaxLength, Text: fmt.Sprintf("a formula has at most %d bytes", MaxLength)}
	}
	p := parser{src: src}
	body := p.lines()
	if p.err != nil {
		return "", p.err
	}
	var b strings.Builder
	b.WriteString("<math")
	if block {
		b.WriteString(` display="block"`)
	}
	b.WriteString("><semantics>" + body + `<annotation encoding="application/x-tex">`)
	b.WriteString(escape(strings.TrimSpace(src)))
	b.WriteString("</annotation></semantics></math>")
	return b.String(), nil
}

func escape(s string) string { return html.EscapeString(s) }

// row is elements as one element.
func row(elements []string) string {
	if len(elements) == 1 {
		return elements[0]
	}
	return "<mrow>" + strings.Join(elements, "") + "</mrow>"
}

// element is an element with content that is MathML already.
func element(name, attributes string, content ...string) string {
	if attributes != "" {
		attributes = " " + attributes
	}
	return "<" + name + attributes + ">" + strings.Join(content, "") + "</" + name + ">"
}
