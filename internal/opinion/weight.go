package opinion

import (
	"math"

	"hamlet/internal/spam"
)

// priors are the weights of answers as long as nothing is known, in log-odds, and what an
// answer is worth that nobody has checked: chosen by hand, so that "spam" makes a comment
// unsure that was hardly suspected, and alone never spam.
var priors = map[spam.Said]float64{spam.SaidHam: -0.5, spam.SaidSpam: 1.5, spam.SaidSure: 2.5}

const (
	priorVariance = 1.0 // of a weight around its prior
	mostWeight    = 6.0 // that an answer may weigh, either way
	newtonSteps   = 30
)

// Weights learns what each answer is worth: how much it adds to the log-odds that the
// blog's own filter found without it, so that what both know counts once. Of the decided
// comments with that answer it is the w that is most likely of
//
//	P(spam) = 1 / (1 + exp(-(local + w)))   with w normally distributed around its prior
//
// which is a logistic regression with an offset (P. McCullagh and J. A. Nelder,
// "Generalized Linear Models", 1989, 2.2 and 4.3), found by Newton's method; the same
// decisions in any order give the same weights up to the last digits.
func Weights(decided []Decided) map[spam.Said]float64 {
	weights := make(map[spam.Said]float64, len(priors))
	for said, prior := range priors {
		w := prior
		for range newtonSteps {
			slope, bend := (prior-w)/priorVariance, 1/priorVariance
			for _, d := range decided {
				if d.Said != said {
					continue
				}
				p := 1 / (1 + math.Exp(-(d.Local + w)))
				if d.Spam {
					slope++
				}
				slope -= p
				bend += p * (1 - p)
			}
			step := slope / bend
			w = min(max(w+min(max(step, -1), 1), -mostWeight), mostWeight)
			if math.Abs(step) < 1e-9 { //nolint:mnd // far below what is shown
				break
			}
		}
		weights[said] = w
	}
	return weights
}
