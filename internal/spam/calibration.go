package spam

import "math"

// Calibration says whether probabilities mean what they say: whether of the
// messages that are given 70 %, 70 % are spam.
type Calibration struct {
	// ExpectedError is the mean distance, over all messages, between what the
	// messages of a bin were given and how many of them were spam (M. P. Naeini, G. F.
	// Cooper and M. Hauskrecht, "Obtaining Well Calibrated Probabilities Using
	// Bayesian Binning", 2015), with bins of equal width as in C. Guo et al., "On
	// Calibration of Modern Neural Networks", 2017.
	ExpectedError Figure `json:"expected_calibration_error"`
	// Brier is the mean square of the distance between probability and truth (G. W.
	// Brier, "Verification of Forecasts Expressed in Terms of Probability", 1950).
	Brier Figure `json:"brier_score"`
	Bins  []Bin  `json:"bins"` // ten, ascending
}

// Bin is the messages whose probability falls between two tenths.
type Bin struct {
	From      float64  `json:"from"`
	To        float64  `json:"to"` // not itself part of the bin, but for 1
	Messages  int      `json:"messages"`
	Spam      int      `json:"spam"`
	Predicted Figure   `json:"predicted"` // mean probability
	Observed  Figure   `json:"observed"`  // share of spam
	Interval  Interval `json:"observed_95"`
}

// reliabilityBins is how many bins there are.
const reliabilityBins = 10

// Calibrate compares probabilities with the truth.
func Calibrate(judged []Judged) Calibration { return calibration(judged) }

func calibration(judged []Judged) Calibration {
	c := Calibration{Bins: make([]Bin, reliabilityBins)}
	var sums [reliabilityBins]float64
	squares := 0.0
	for _, j := range judged {
		at := min(int(j.Probability*reliabilityBins), reliabilityBins-1)
		miss := j.Probability
		c.Bins[at].Messages++
		if j.Spam {
			c.Bins[at].Spam++
			miss--
		}
		sums[at] += j.Probability
		squares += float64(miss * miss)
	}
	distance := 0.0
	for i := range c.Bins {
		b := &c.Bins[i]
		b.From, b.To = float64(i)/reliabilityBins, float64(i+1)/reliabilityBins
		b.Predicted, b.Observed = undefined, ratio(b.Spam, b.Messages)
		b.Interval = wilson(b.Spam, b.Messages)
		if b.Messages > 0 {
			b.Predicted = Figure(sums[i] / float64(b.Messages))
			distance += math.Abs(sums[i] - float64(b.Spam))
		}
	}
	n := float64(len(judged)) // 0/0 is not a number
	c.ExpectedError, c.Brier = Figure(distance/n), Figure(squares/n)
	return c
}
