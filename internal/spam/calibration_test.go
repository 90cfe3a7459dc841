package spam_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hamlet/internal/spam"
)

func TestCalibration(t *testing.T) {
	t.Parallel()
	c := spam.ReportOf(spam.Default(), slices.Concat(
		verdicts(6, "a", 0.05, false), verdicts(2, "a", 0.05, true), // 0.05 said, 0.25 true
		verdicts(1, "a", 0.5, true), verdicts(1, "a", 0.5, false), // as said
		verdicts(1, "a", 1, true), // the edge belongs to the last
	)).Calibration
	if want := 8 * 0.20 / 11; math.Abs(float64(c.ExpectedError)-want) > 1e-12 {
		t.Errorf("expected error: got %v, want %v", c.ExpectedError, want)
	}
	if want := (6*0.0025 + 2*0.9025 + 2*0.25) / 11; math.Abs(float64(c.Brier)-want) > 1e-12 {
		t.Errorf("Brier score: got %v, want %v", c.Brier, want)
	}
	if len(c.Bins) != 10 {
		t.Fatalf("got %d bins", len(c.Bins))
	}
	for i, b := range c.Bins {
		want := map[int][2]int{0: {8, 2}, 5: {2, 1}, 9: {1, 1}}[i]
		if b.Messages != want[0] || b.Spam != want[1] || b.Predicted.Defined() != (want[0] > 0) || b.Observed.Defined() != (want[0] > 0) {
			t.Errorf("bin %d: got %+v, want %v", i, b, want)
		}
		if b.From != float64(i)/10 || b.To != float64(i+1)/10 {
			t.Errorf("bin %d: got from %v to %v", i, b.From, b.To)
		}
	}
	if c := spam.ReportOf(spam.Default(), nil).Calibration; c.ExpectedError.Defined() || c.Brier.Defined() {
		t.Errorf("of nothing: got %+v", c)
	}
}

// The area under the curve is the share of pairs that are in order, ties counting
// half.
func TestCurveArea(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		judged := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) spam.Judged {
			return spam.Judged{Probability: float64(rapid.IntRange(0, 6).Draw(t, "p")) / 6, Spam: rapid.Bool().Draw(t, "spam")}
		}), 1, 30).Draw(t, "judged")
		pairs, right := 0.0, 0.0
		for _, a := range judged {
			for _, b := range judged {
				if !a.Spam || b.Spam {
					continue
				}
				pairs++
				switch {
				case a.Probability > b.Probability:
					right++
				case a.Probability == b.Probability:
					right += 0.5
				}
			}
		}
		r := spam.ReportOf(spam.Default(), judged)
		if r.AUC.Defined() != (pairs > 0) || pairs > 0 && math.Abs(float64(r.AUC)-right/pairs) > 1e-9 {
			t.Fatalf("got %v, want %v of %v", r.AUC, right, pairs)
		}
		if (r.SVG() == nil) != (pairs == 0) {
			t.Fatalf("a picture of %v pairs: %s", pairs, r.SVG())
		}
	})
}

func TestCurveSVG(t *testing.T) {
	t.Parallel()
	r := spam.Evaluate(spam.Default(), invented(0, 1))
	svg := string(r.SVG())
	for d := xml.NewDecoder(strings.NewReader(svg)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("not well formed: %v\n%s", err, svg)
		}
	}
	for _, want := range []string{
		`role="img"`, `<title id="curve-title">ROC curve of the spam filter, model ` + r.Model, "<desc", "prefers-color-scheme: dark",
		`aria-labelledby="curve-title curve-desc"`, "0.1 %", "100 %", "of 168 spam", fmt.Sprintf("%.4f", r.AUC),
	} {
		if !strings.Contains(svg, want) {
			t.Errorf("the picture does not say %q", want)
		}
	}
	if strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
		t.Error("a place is not a number")
	}
	if again := string(r.SVG()); again != svg {
		t.Error("drawn twice, it is another picture")
	}
}
