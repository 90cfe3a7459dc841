package spam

import "math"

// Interval is where a figure would fall in 95 of 100 samples of comments as big as this
// one. Comments are taken to have nothing to do with each other; near-duplicates of
// one wave do, and blogs differ, so the truth is less certain than it says.
type Interval struct {
	Low  Figure `json:"low"`
	High Figure `json:"high"`
}

// Intervals are those of the figures of a [Report] that are shares, and of the
// area under the curve. Those of the recall at a rate take the threshold of that
// rate as given.
type Intervals struct {
	Precision             Interval `json:"precision"`
	Recall                Interval `json:"recall"`
	FalsePositiveRate     Interval `json:"false_positive_rate"`
	SpamFalsePositiveRate Interval `json:"spam_false_positive_rate"`
	AUC                   Interval `json:"roc_auc"`
	RecallHalf            Interval `json:"recall_at_0.5_percent_fpr"`
	RecallOne             Interval `json:"recall_at_1_percent_fpr"`
}

func (r *Report) intervals() Intervals {
	caught := r.Spam - r.Classes[0].Spam
	wrong := r.Ham - r.Classes[0].Ham
	return Intervals{
		Precision:             wilson(caught, caught+wrong),
		Recall:                wilson(caught, r.Spam),
		FalsePositiveRate:     wilson(wrong, r.Ham),
		SpamFalsePositiveRate: wilson(r.Classes[2].Ham, r.Ham),
		AUC:                   hanley(float64(r.AUC), float64(r.Spam), float64(r.Ham)),
		RecallHalf:            wilson(r.Curve.caughtAt(200), r.Spam),
		RecallOne:             wilson(r.Curve.caughtAt(100), r.Spam),
	}
}

// normal95 is how many standard deviations to either side 95 % of a normal
// distribution are within.
const normal95 = 1.959963984540054

// Share is the share of a part, and its interval.
func Share(part, whole int) (Figure, Interval) { return ratio(part, whole), wilson(part, whole) }

// wilson is the interval of a share (E. B. Wilson, "Probable Inference, the Law of
// Succession, and Statistical Inference", 1927).
func wilson(part, whole int) Interval {
	if whole == 0 {
		return Interval{undefined, undefined}
	}
	n, p := float64(whole), float64(part)/float64(whole)
	const zz = normal95 * normal95
	middle := p + zz/(2*n)
	reach := float64(normal95 * math.Sqrt(float64(p*(1-p)/n)+zz/(4*n*n)))
	low, high := (middle-reach)/(1+zz/n), (middle+reach)/(1+zz/n)
	if part == 0 {
		low = 0 // exactly; the roots differ in their last digits
	}
	if part == whole {
		high = 1
	}
	return Interval{Figure(low), Figure(high)}
}

// hanley is the interval of the area under a curve of so much spam and ham (J. A.
// Hanley and B. J. McNeil, "The Meaning and Use of the Area under a Receiver
// Operating Characteristic (ROC) Curve", 1982).
func hanley(area, spam, ham float64) Interval {
	if math.IsNaN(area) {
		return Interval{undefined, undefined}
	}
	square := float64(area * area)
	ofSpam := float64((spam - 1) * (area/(2-area) - square))
	ofHam := float64((ham - 1) * (2*square/(1+area) - square))
	deviation := math.Sqrt((float64(area*(1-area)) + ofSpam + ofHam) / float64(spam*ham))
	reach := float64(normal95 * deviation)
	return Interval{Figure(math.Max(0, area-reach)), Figure(math.Min(1, area+reach))}
}
