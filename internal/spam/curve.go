package spam

import (
	"bytes"
	_ "embed"
	"fmt"
	"math"
	"slices"
	"strings"
	"text/template"
)

// Curve is the receiver operating characteristic: what would be caught from every
// probability on, from the highest to the lowest. It is empty unless there is spam
// and ham, between which there could be an order.
type Curve []CurvePoint

// CurvePoint is how much spam and ham is given a probability or a higher one.
// Equal probabilities stand or fall together.
type CurvePoint struct {
	Probability float64
	Spam, Ham   int
}

func newCurve(judged []Judged) Curve {
	judged = slices.Clone(judged)
	slices.SortFunc(judged, func(a, b Judged) int {
		switch {
		case a.Probability > b.Probability:
			return -1
		case a.Probability < b.Probability:
			return 1
		default:
			return 0
		}
	})
	var c Curve
	at := CurvePoint{}
	for i, j := range judged {
		if j.Spam {
			at.Spam++
		} else {
			at.Ham++
		}
		if at.Probability = j.Probability; i+1 == len(judged) || judged[i+1].Probability != j.Probability {
			c = append(c, at)
		}
	}
	if at.Spam == 0 || at.Ham == 0 {
		return nil
	}
	return c
}

// all is the point at which everything is caught.
func (c Curve) all() CurvePoint { return c[len(c)-1] }

// area is the area under the curve: how often spam is given a higher probability
// than ham, ties counting half.
func (c Curve) area() Figure {
	if len(c) == 0 {
		return undefined
	}
	pairs := 0.0
	before := CurvePoint{}
	for _, p := range c {
		pairs += float64(float64(p.Ham-before.Ham) * float64(p.Spam+before.Spam) / 2)
		before = p
	}
	return Figure(pairs / (float64(c.all().Spam) * float64(c.all().Ham)))
}

// caughtAt is how much spam can be caught if at most one in rate of the ham may be.
func (c Curve) caughtAt(rate int) int {
	caught := 0
	for _, p := range c {
		if rate*p.Ham <= c.all().Ham {
			caught = p.Spam
		}
	}
	return caught
}

// recallAt is the same as a share of all spam.
func (c Curve) recallAt(rate int) Figure {
	if len(c) == 0 {
		return undefined
	}
	return ratio(c.caughtAt(rate), c.all().Spam)
}

// The picture of a curve, in its own units: where the axes are, and the false
// positive rate that the horizontal one begins with.
const (
	curveLeft, curveRight = 76.0, 688.0
	curveTop, curveBottom = 36.0, 420.0
	curveLeast            = 0.001
)

//go:embed curve.svg
var curveFile string

var curveTemplate = template.Must(template.New("curve").Parse(curveFile))

// picture is what the template of the curve is filled with.
type picture struct {
	Model                    string
	Spam, Ham                int
	AUC, Half, One           string
	Left, Right, Top, Bottom float64
	Across, Up               []tick
	Path                     string
	Marks                    []mark
}

// tick is a line of the grid with what it stands for.
type tick struct {
	At   float64
	Text string
}

// mark is a threshold on the curve.
type mark struct {
	X, Y float64
	Text string
}

// SVG draws the curve of the report as a picture that stands by itself: the false
// positive rate along, from 0.1 % on in the logarithm, the recall up. It has a title
// and a description for those who do not see it, and follows the light or dark of
// the page. It is nil if there is no curve.
func (r Report) SVG() []byte {
	if len(r.Curve) == 0 {
		return nil
	}
	p := picture{
		Model: r.Model, Spam: r.Spam, Ham: r.Ham,
		AUC: fmt.Sprintf("%.4f", r.AUC), Half: percent(r.RecallHalf), One: percent(r.RecallOne),
		Left: curveLeft, Right: curveRight, Top: curveTop, Bottom: curveBottom, Path: r.Curve.path(),
		Marks: []mark{
			curveMark("held", r.FalsePositiveRate, r.Recall),
			curveMark("called spam", r.SpamFalsePositiveRate, r.SpamRecall),
		},
	}
	for _, rate := range []Figure{0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1} {
		p.Across = append(p.Across, tick{curveX(rate), strings.TrimSuffix(fmt.Sprint(math.Round(float64(rate)*1e4)/100), ".0") + " %"})
	}
	for tenth := 0; tenth <= 10; tenth += 2 {
		p.Up = append(p.Up, tick{curveY(Figure(tenth) / 10), fmt.Sprintf("%d %%", 10*tenth)})
	}
	var out bytes.Buffer
	if err := curveTemplate.Execute(&out, p); err != nil {
		panic(fmt.Sprintf("draw the curve: %v", err)) // the template is part of the program
	}
	return out.Bytes()
}

func percent(f Figure) string { return fmt.Sprintf("%.1f %%", 100*f) }

func curveMark(name string, rate, recall Figure) mark {
	return mark{
		X: curveX(rate), Y: curveY(recall),
		Text: fmt.Sprintf("%s: %s of spam, %.2f %% of ham", name, percent(recall), 100*rate),
	}
}

// curveX is where a false positive rate is, to a tenth.
func curveX(rate Figure) float64 {
	decades := math.Log10(math.Max(float64(rate), curveLeast) / curveLeast)
	return tenths(curveLeft + float64(decades/3*(curveRight-curveLeft)))
}

// curveY is where a recall is, to a tenth.
func curveY(recall Figure) float64 {
	return tenths(curveBottom - float64(recall*(curveBottom-curveTop)))
}

func tenths(x float64) float64 { return math.Round(x*10) / 10 }

// path is the curve as steps: first along, to what it costs, then up.
func (c Curve) path() string {
	all := c.all()
	x, y := curveLeft, curveBottom
	path := fmt.Appendf(nil, "M%g %g", x, y)
	for _, p := range c {
		nx, ny := curveX(ratio(p.Ham, all.Ham)), curveY(ratio(p.Spam, all.Spam))
		if nx != x {
			path = fmt.Appendf(path, "H%g", nx)
		}
		if ny != y {
			path = fmt.Appendf(path, "V%g", ny)
		}
		x, y = nx, ny
	}
	return string(path)
}
