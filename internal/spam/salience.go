package spam

import "math"

// How much a feature counts by how differently spam and ham use it.
const (
	tellPower = 0.2
	tellLeast = 0.2 // of a feature that both use alike

	// wordStress is how many times as much words and pairs of them count as their values say.
	wordStress = 1.5
)

// salience says how much each feature counts while training. First by the logarithm of how
// few samples have it (K. Sparck Jones, "A Statistical Interpretation of Term
// Specificity", 1972), so that what is in every comment does not take the weight from what is
// peculiar; 1 is what some two in a hundred have. Then, a little, by how far apart the shares
// of spam and of ham that have it are, as the logarithm of their ratio (the scaling of S. Wang
// and C. Manning, "Baselines and Bigrams", 2012, but for its sign). A feature that one
// source alone has is its habit, and counts nothing.
func (t *trainer) salience(samples []*sample, weights []float64) []float64 {
	const common = 4
	spam, ham := make([]float64, len(t.hashes)), make([]float64, len(t.hashes))
	var allSpam, allHam float64
	for i, s := range samples {
		have, all := ham, &allHam
		if s.Spam {
			have, all = spam, &allSpam
		}
		*all += weights[i]
		for _, n := range s.features {
			have[n] += weights[i]
		}
	}
	out := make([]float64, len(t.hashes))
	for n, shared := range t.shared(samples) {
		if !shared {
			continue
		}
		rare := log(1+(allSpam+allHam)/(1+spam[n]+ham[n])) / common
		tells := math.Abs(log((spam[n]+1)/(allSpam+2)) - log((ham[n]+1)/(allHam+2)))
		out[n] = float64(rare * exp(float64(tellPower*log(tellLeast+tells))))
		if k := t.kinds[n]; k.isText() && k != kindSited {
			out[n] *= wordStress
		}
	}
	return out
}
