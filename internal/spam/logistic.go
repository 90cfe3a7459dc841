package spam

import "math"

// This package computes the same digits on every machine, since a model is
// compared by its bytes and a filter is rebuilt from its labels. Go may fuse a
// multiplication and an addition into one rounding where the processor can, even
// if they stand in two statements, and math.Exp is written in assembly on some; so
// products that are added are converted (which forbids fusing, see "Floating-point
// operators" in the language specification) and exp is computed here.

const (
	log2e = 1.44269504088896338700
	ln2Hi = 6.93147180369123816490e-01
	ln2Lo = 1.90821492927058770002e-10
)

// exp is e to the x: x is brought near zero by powers of two, where a few terms
// of the series are enough for all digits.
func exp(x float64) float64 {
	switch {
	case x != x:
		return x
	case x < -700:
		return 0
	case x > 700:
		return math.Inf(1)
	}
	k := math.Floor(float64(x*log2e) + 0.5)
	r := x - float64(k*ln2Hi) - float64(k*ln2Lo)
	sum := 1.0
	for n := 14.0; n >= 1; n-- {
		sum = 1 + float64(float64(r/n)*sum)
	}
	return math.Ldexp(sum, int(k))
}

// logistic is the probability whose log-odds are x.
func logistic(x float64) float64 { return 1 / (1 + exp(-x)) }

// log is the natural logarithm of x, which must be above 0 and finite, by Newton's
// method on exp.
func log(x float64) float64 {
	fraction, power := math.Frexp(x)
	y := float64(float64(power)*ln2Hi) + float64(float64(power)*ln2Lo) + fraction - 1
	for range 6 {
		y += float64(x*exp(-y)) - 1
	}
	return y
}

// loss is the logarithmic loss of a label whose log-odds of spam were judged to be
// odds: 0 if that was sure and right.
func loss(odds float64, spam bool) float64 {
	if spam {
		odds = -odds
	}
	if odds > 30 {
		return odds
	}
	return log(1 + exp(odds))
}
