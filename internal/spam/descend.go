package spam

import (
	"math"
	"math/rand/v2"
)

// firstSquares is what the sum of the squares of a feature's gradients begins with: the
// first steps of a rare feature are then no longer than the next.
const firstSquares = 3.0

// blank is a regression that knows nothing.
func (t *trainer) blank() *fitted { return &fitted{weights: make([]float64, len(t.hashes))} }

// descend finds the weights by stochastic gradient descent on the logistic loss,
// with AdaGrad's step for each feature (J. Duchi, E. Hazan, Y. Singer, "Adaptive
// Subgradient Methods", 2011), and takes the mean of the weights after each
// epoch. Stopping early keeps rare features small. Features are taken as many times as
// large as rarity says; the weights found are for their values as they are.
func (t *trainer) descend(samples []*sample, rarity, weights []float64, seed uint64) *fitted {
	f, mean := t.blank(), t.blank()
	squares := make([]float64, len(t.hashes))
	for i := range squares {
		squares[i] = firstSquares
	}
	biasSquares := 1.0
	rng := rand.NewPCG(1, 2+seed)
	order := make([]int, len(samples))
	for i := range order {
		order[i] = i
	}
	for range t.options.Epochs {
		shuffle(rng, order)
		for _, i := range order {
			d := float64(f.error(samples[i]) * weights[i])
			biasSquares += float64(d * d)
			f.step(samples[i], rarity, squares, float64(t.options.Step*d), d)
			f.bias -= float64(t.options.Step * d / math.Sqrt(biasSquares))
		}
		mean.add(f, 1/float64(t.options.Epochs))
		t.progress()
	}
	return mean
}

// step moves the weights of a sample's features against their gradients.
func (f *fitted) step(s *sample, rarity, squares []float64, rate, d float64) {
	for j, n := range s.features {
		x := float64(float64(s.values[j]) * rarity[n])
		if x == 0 {
			continue
		}
		g := float64(d * x)
		squares[n] += float64(g * g)
		f.weights[n] -= float64(rate * x / math.Sqrt(squares[n]) * rarity[n])
	}
}

// rarity says how much each feature counts: by the logarithm of how few samples have it
// (K. Sparck Jones, "A Statistical Interpretation of Term Specificity", 1972), so that what
// is in every comment does not take the weight from what is peculiar; 1 is what some two in
// a hundred have. A feature that one source alone has is its habit, and counts nothing.
func (t *trainer) rarity(samples []*sample, weights []float64) []float64 {
	const common = 4
	have, total := make([]float64, len(t.hashes)), 0.0
	for i, s := range samples {
		total += weights[i]
		for _, n := range s.features {
			have[n] += weights[i]
		}
	}
	for n, shared := range t.shared(samples) {
		if !shared {
			have[n] = 0
			continue
		}
		have[n] = log(1+total/(1+have[n])) / common
	}
	return have
}

// shared are the features that more than one source of these samples has.
func (t *trainer) shared(samples []*sample) []bool {
	first := make([]string, len(t.hashes))
	shared := make([]bool, len(t.hashes))
	for _, s := range samples {
		for _, n := range s.features {
			switch {
			case first[n] == "":
				first[n] = s.Source + " " // a source may have no name
			case !shared[n]:
				shared[n] = first[n] != s.Source+" "
			}
		}
	}
	return shared
}

// shuffle is Fisher and Yates's, written out because the one of math/rand/v2
// does not promise to give the same order in the next version of Go.
func shuffle(rng *rand.PCG, order []int) {
	for i := len(order) - 1; i > 0; i-- {
		j := int(rng.Uint64() % uint64(i+1))
		order[i], order[j] = order[j], order[i]
	}
}
