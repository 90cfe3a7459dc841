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
// large as salience says; the weights found are for their values as they are. Each time
// a sample is seen, some of it may be hidden (see [blinkers]).
func (t *trainer) descend(samples []*sample, salience, weights []float64, seed uint64) *fitted {
	f, mean := t.blank(), t.blank()
	squares := make([]float64, len(t.hashes))
	for i := range squares {
		squares[i] = firstSquares
	}
	biasSquares := 1.0
	rng, b := rand.NewPCG(1, 2+seed), t.blinkers(seed)
	order := make([]int, len(samples))
	for i := range order {
		order[i] = i
	}
	for range t.options.Epochs {
		shuffle(rng, order)
		for _, i := range order {
			s := b.look(samples[i])
			d := float64(f.error(s) * weights[i])
			biasSquares += float64(d * d)
			f.step(s, salience, squares, float64(t.options.Step*d), d)
			f.bias -= float64(t.options.Step * d / math.Sqrt(biasSquares))
		}
		mean.add(f, 1/float64(t.options.Epochs))
		t.progress()
	}
	return mean
}

// step moves the weights of a sample's features against their gradients.
func (f *fitted) step(s *sample, salience, squares []float64, rate, d float64) {
	for j, n := range s.features {
		x := float64(float64(s.values[j]) * salience[n])
		if x == 0 {
			continue
		}
		g := float64(d * x)
		squares[n] += float64(g * g)
		f.weights[n] -= float64(rate * x / math.Sqrt(squares[n]) * salience[n])
	}
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
