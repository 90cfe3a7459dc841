package spam

import (
	"cmp"
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
	Precision         float64 `json:"precision"`
	Recall            float64 `json:"recall"`
	F1                float64 `json:"f1"`
	FalsePositiveRate float64 `json:"false_positive_rate"`

	// Whatever the threshold.
	AUC        float64 `json:"roc_auc"`
	RecallHalf float64 `json:"recall_at_0.5_percent_fpr"`
	RecallOne  float64 `json:"recall_at_1_percent_fpr"`

	// By class: what became of spam and of ham.
	Classes []ClassCount `json:"classes"`
	Model   string       `json:"model"`
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
	r := Report{Messages: len(judged), Threshold: m.hold, Model: m.version}
	r.Classes = []ClassCount{{Class: Ham}, {Class: Unsure}, {Class: Spam}}
	for _, j := range judged {
		at := slices.IndexFunc(r.Classes, func(c ClassCount) bool { return c.Class == m.class(j.probability) })
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
	r.FalsePositiveRate = ratio(wrong, r.Ham)
}

// curve computes what depends on the order of the probabilities alone. Equal
// probabilities stand or fall together.
func (r *Report) curve(judged []outcome) {
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
	if pairs := float64(r.Spam) * float64(r.Ham); pairs > 0 {
		r.AUC = area / pairs
	}
}

// ratio is a share, 0 of nothing.
func ratio(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}
