package spam

import (
	"cmp"
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

	// At the default threshold, from which a comment is not published.
	Threshold         float64 `json:"threshold"`
	Precision         Figure  `json:"precision"`
	Recall            Figure  `json:"recall"`
	F1                Figure  `json:"f1"`
	FalsePositiveRate Figure  `json:"false_positive_rate"`

	// Whatever the threshold.
	AUC        Figure `json:"roc_auc"`
	RecallHalf Figure `json:"recall_at_0.5_percent_fpr"`
	RecallOne  Figure `json:"recall_at_1_percent_fpr"`

	// By class: what became of spam and of ham.
	Classes []ClassCount `json:"classes"`
	Model   string       `json:"model"`
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

// Evaluate judges examples with a model and compares.
func Evaluate(m *Model, examples []Example) Report {
	f := NewFilter(m)
	judged := make([]outcome, len(examples))
	for i, e := range examples {
		judged[i] = outcome{probability: f.Judge(e.Message).Probability, spam: e.Spam}
	}
	return report(m, judged)
}

// outcome is a verdict and the truth.
type outcome struct {
	probability float64
	spam        bool
}

func report(m *Model, judged []outcome) Report {
	r := Report{Messages: len(judged), Threshold: m.thresholds.Unsure, Model: m.version}
	r.Classes = []ClassCount{{Class: Ham}, {Class: Unsure}, {Class: Spam}}
	for _, j := range judged {
		at := slices.IndexFunc(r.Classes, func(c ClassCount) bool { return c.Class == m.thresholds.class(j.probability) })
		if j.spam {
			r.Spam++
			r.Classes[at].Spam++
		} else {
			r.Ham++
			r.Classes[at].Ham++
		}
	}
	r.atThreshold()
	r.curve(judged)
	return r
}

// atThreshold computes what depends on the default threshold.
func (r *Report) atThreshold() {
	caught := r.Spam - r.Classes[0].Spam
	wrong := r.Ham - r.Classes[0].Ham
	r.Precision = ratio(caught, caught+wrong)
	r.Recall = ratio(caught, r.Spam)
	r.F1 = ratio(2*caught, caught+wrong+r.Spam)
	if r.Spam == 0 {
		r.F1 = undefined // the mean of precision and a recall that is none
	}
	r.FalsePositiveRate = ratio(wrong, r.Ham)
}

// curve computes what depends on the order of the probabilities alone. Equal
// probabilities stand or fall together. Without spam or without ham there is no
// order between them.
func (r *Report) curve(judged []outcome) {
	if r.Spam == 0 || r.Ham == 0 {
		r.AUC, r.RecallHalf, r.RecallOne = undefined, undefined, undefined
		return
	}
	judged = slices.Clone(judged)
	slices.SortFunc(judged, func(a, b outcome) int { return cmp.Compare(b.probability, a.probability) })
	area := 0.0 // in pairs of spam and ham
	spam, ham := 0, 0
	for i := 0; i < len(judged); {
		tiedSpam, tiedHam := 0, 0
		for p := judged[i].probability; i < len(judged) && judged[i].probability == p; i++ {
			if judged[i].spam {
				tiedSpam++
			} else {
				tiedHam++
			}
		}
		area += float64(tiedHam) * (float64(spam) + float64(tiedSpam)/2)
		spam += tiedSpam
		ham += tiedHam
		if 200*ham <= r.Ham {
			r.RecallHalf = ratio(spam, r.Spam)
		}
		if 100*ham <= r.Ham {
			r.RecallOne = ratio(spam, r.Spam)
		}
	}
	r.AUC = Figure(area / (float64(r.Spam) * float64(r.Ham)))
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
