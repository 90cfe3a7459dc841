package spam

import (
	"encoding/json"
	"math"
	"slices"
)

// Report says how good verdicts were. Spam is what is looked for: precision is the
// share of spam among what was caught, recall the share of spam that was caught.
type Report struct {
	Messages int `json:"messages"`
	Spam     int `json:"spam"`
	Ham      int `json:"ham"`

	// At the default threshold, from which a comment is not published; one with exactly
	// one link from a higher one.
	Threshold         float64 `json:"threshold"`
	Precision         Figure  `json:"precision"`
	Recall            Figure  `json:"recall"`
	F1                Figure  `json:"f1"`
	FalsePositiveRate Figure  `json:"false_positive_rate"`
	// At the threshold from which a comment is called spam.
	SpamThreshold         float64 `json:"spam_threshold"`
	SpamRecall            Figure  `json:"spam_recall"`
	SpamFalsePositiveRate Figure  `json:"spam_false_positive_rate"`

	// Whatever the threshold.
	AUC        Figure `json:"roc_auc"`
	RecallHalf Figure `json:"recall_at_0.5_percent_fpr"`
	RecallOne  Figure `json:"recall_at_1_percent_fpr"`

	Intervals Intervals `json:"intervals_95"`

	// By class: what became of spam and of ham.
	Classes []ClassCount `json:"classes"`
	Model   string       `json:"model"`

	Calibration Calibration `json:"calibration"`

	// HamNeeded is how much ham a slice needs for its false positives to tell
	// anything; see [Slice.TooFew].
	HamNeeded int     `json:"ham_needed"`
	Sources   []Slice `json:"sources"`
	Languages []Slice `json:"languages"` // as the examples tell them; empty if they do not
	Scripts   []Slice `json:"scripts"`
	Fairness  []Slice `json:"fairness"` // see [FairnessSlices]

	// Of a training alone: each language, and each four years, by a model that was trained
	// on the others.
	LanguagesApart []Slice `json:"languages_left_out,omitempty"`
	YearsApart     []Slice `json:"years_left_out,omitempty"`

	Curve Curve `json:"-"`
}

// Figure is a measure from 0 to 1. It is not a number ([Figure.Defined]) where
// there is nothing to measure, as the recall is without spam; in JSON that is null.
type Figure float64

// Defined reports whether there was something to measure.
func (f Figure) Defined() bool { return !math.IsNaN(float64(f)) }

// MarshalJSON writes the number, or null if there is none.
func (f Figure) MarshalJSON() ([]byte, error) {
	if !f.Defined() {
		return []byte("null"), nil
	}
	return json.Marshal(float64(f))
}

// ClassCount is how many messages were put into a class.
type ClassCount struct {
	Class Class `json:"class"`
	Spam  int   `json:"spam"`
	Ham   int   `json:"ham"`
}

// Judged is a verdict on a message, and the truth.
type Judged struct {
	Probability float64
	Class       Class // empty: by the model's thresholds
	Spam        bool
	Source      string // the blog it was sent to
}

// class is the class the verdict came to.
func (j Judged) class(t Thresholds) Class {
	if j.Class != "" {
		return j.Class
	}
	return t.class(j.Probability)
}

// Evaluate judges examples with a model and compares.
func Evaluate(m *Model, examples []Example) Report {
	f := NewFilter(m)
	judged := make([]Judged, len(examples))
	for i, e := range examples {
		v := f.Judge(e.Message)
		judged[i] = Judged{Probability: v.Probability, Class: v.Class, Spam: e.Spam, Source: e.Source}
	}
	return reportOn(m, judged, examples)
}

// reportOn compares verdicts on examples with the truth.
func reportOn(m *Model, judged []Judged, examples []Example) Report {
	r := report(m, judged)
	s := slicer{report: &r, thresholds: m.thresholds, judged: judged}
	r.Languages = s.by(func(i int) string { return examples[i].Lang })
	if len(r.Languages) == 1 && r.Languages[0].Name == "" {
		r.Languages = []Slice{}
	}
	r.Scripts = s.by(func(i int) string { return scriptIn(examples[i].Message.Body) })
	r.Fairness = s.fairness(examples)
	return r
}

// report compares verdicts with the truth, as far as that can be done without the
// messages.
func report(m *Model, judged []Judged) Report {
	r := Report{
		Messages: len(judged), Threshold: m.thresholds.Unsure, SpamThreshold: m.thresholds.Spam, Model: m.version,
		Languages: []Slice{}, Scripts: []Slice{}, Fairness: []Slice{},
	}
	r.Classes = []ClassCount{{Class: Ham}, {Class: Unsure}, {Class: Spam}}
	for _, j := range judged {
		class := j.class(m.thresholds)
		at := slices.IndexFunc(r.Classes, func(c ClassCount) bool { return c.Class == class })
		if j.Spam {
			r.Spam++
			r.Classes[at].Spam++
		} else {
			r.Ham++
			r.Classes[at].Ham++
		}
	}
	r.atThresholds()
	r.Curve = newCurve(judged)
	r.AUC, r.RecallHalf, r.RecallOne = r.Curve.area(), r.Curve.recallAt(200), r.Curve.recallAt(100)
	r.Intervals = r.intervals()
	r.Calibration = calibration(judged)
	r.HamNeeded = r.hamNeeded()
	s := slicer{report: &r, thresholds: m.thresholds, judged: judged}
	r.Sources = s.by(func(i int) string { return judged[i].Source })
	return r
}

// atThresholds computes what depends on the thresholds.
func (r *Report) atThresholds() {
	caught := r.Spam - r.Classes[0].Spam
	wrong := r.Ham - r.Classes[0].Ham
	r.Precision = ratio(caught, caught+wrong)
	r.Recall = ratio(caught, r.Spam)
	r.F1 = ratio(2*caught, caught+wrong+r.Spam)
	if r.Spam == 0 {
		r.F1 = undefined // the mean of precision and a recall that is none
	}
	r.FalsePositiveRate = ratio(wrong, r.Ham)
	r.SpamRecall = ratio(r.Classes[2].Spam, r.Spam)
	r.SpamFalsePositiveRate = ratio(r.Classes[2].Ham, r.Ham)
}

// undefined is the figure of what cannot be measured.
var undefined = Figure(math.NaN())

// ratio is a share; that of nothing is undefined.
func ratio(part, whole int) Figure {
	if whole == 0 {
		return undefined
	}
	return Figure(float64(part) / float64(whole))
}
