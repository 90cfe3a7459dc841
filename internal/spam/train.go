package spam

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// Example is a labelled message to train on or to measure with.
type Example struct {
	Message Message
	Source  string // the blog it was sent to
	Lang    string // its language, if somebody said; only for reports
	Spam    bool
}

// TrainOptions are the settings of Train; zero values mean what is said.
type TrainOptions struct {
	Epochs    int     // how often every example is seen; 0 means 6
	Step      float64 // size of the steps of learning; 0 means 0.2
	SourceCap float64 // a source's examples of one label weigh no more than that many; 0 means 300
	Folds     int     // parts that are left out in turn to calibrate; 0 means 6

	HoldRate float64 // share of left-out ham that may be held; 0 means 0.02
	SpamRate float64 // share of left-out ham that may be called spam; 0 means 0.0025

	// Progress, if any, is called as work is done.
	Progress func(done, total int)
}

func (o TrainOptions) withDefaults() TrainOptions {
	o.Epochs = cmp.Or(o.Epochs, 6)
	o.Step = cmp.Or(o.Step, 0.2)
	o.SourceCap = cmp.Or(o.SourceCap, 300)
	o.Folds = cmp.Or(o.Folds, 6)
	o.HoldRate = cmp.Or(o.HoldRate, 0.02)
	o.SpamRate = cmp.Or(o.SpamRate, 0.0025)
	if o.Progress == nil {
		o.Progress = func(int, int) {}
	}
	return o
}

// Train makes a model of examples, and tells how models made in the same way do
// on sources they were not trained on. The same examples in the same order give the same
// model.
func Train(o TrainOptions, examples []Example) (*Model, Report, error) {
	o = o.withDefaults()
	if err := enough(examples); err != nil {
		return nil, Report{}, err
	}
	t := &trainer{options: o, total: (o.Folds + 1) * o.Epochs}
	t.samples = make([]sample, len(examples))
	for i, e := range examples {
		t.samples[i] = sample{Example: e, vector: Extract(e.Message)}
	}
	folds := t.assignFolds()
	for f := range folds {
		t.leaveOut(f)
	}
	scale := t.calibrate()
	all := t.fit(func(*sample) bool { return true })
	p := all.parts(scale)
	p.hold = t.threshold(scale, o.HoldRate)
	p.spam = max(p.hold, t.threshold(scale, o.SpamRate))
	p.remember(t.learnMemory(scale, p.hold))
	data, err := p.encode()
	if err != nil {
		return nil, Report{}, err
	}
	m, err := Decode(data)
	if err != nil {
		return nil, Report{}, err
	}
	return m, t.report(m, scale), nil
}

// enough reports what is missing to train.
func enough(examples []Example) error {
	var spam, ham int
	sources := map[string]bool{}
	for _, e := range examples {
		sources[e.Source] = true
		if e.Spam {
			spam++
		} else {
			ham++
		}
	}
	switch {
	case spam == 0 || ham == 0:
		return fmt.Errorf("train on %d spam and %d ham: both are needed", spam, ham)
	case len(sources) < 2:
		return errors.New("train on one source: at least two are needed, to tell spam from one blog's habits")
	}
	return nil
}

// sample is an example while it is trained on.
type sample struct {
	Example
	vector  Vector
	index   []int32   // of the features that are learned
	values  []float32 // of those
	weight  float64
	fold    int
	leftOut float64 // log-odds by the model that did not see it
}

type trainer struct {
	options     TrainOptions
	samples     []sample
	done, total int
}

// assignFolds puts each source into a fold, the biggest first and always into
// the fold that has least, and returns how many folds are in use.
func (t *trainer) assignFolds() int {
	size := map[string]int{}
	for _, s := range t.samples {
		size[s.Source]++
	}
	var sources []string
	for s := range size {
		sources = append(sources, s)
	}
	slices.SortFunc(sources, func(a, b string) int {
		return cmp.Or(cmp.Compare(size[b], size[a]), cmp.Compare(a, b))
	})
	load := make([]int, min(t.options.Folds, len(sources)))
	fold := map[string]int{}
	for _, s := range sources {
		least := slices.Index(load, slices.Min(load))
		fold[s] = least
		load[least] += size[s]
	}
	for i := range t.samples {
		t.samples[i].fold = fold[t.samples[i].Source]
	}
	return len(load)
}

// leaveOut trains without a fold and judges the fold.
func (t *trainer) leaveOut(fold int) {
	f := t.fit(func(s *sample) bool { return s.fold != fold })
	for i := range t.samples {
		if s := &t.samples[i]; s.fold == fold {
			s.leftOut = f.logOdds(s.vector)
		}
	}
}

// fitted is what fit finds: a logistic regression.
type fitted struct {
	hashes  []uint32 // ascending
	weights []float64
	bias    float64
}

// fit trains on the samples that are wanted.
func (t *trainer) fit(want func(*sample) bool) *fitted {
	var chosen []*sample
	for i := range t.samples {
		if want(&t.samples[i]) {
			chosen = append(chosen, &t.samples[i])
		}
	}
	f := &fitted{hashes: vocabulary(chosen)}
	f.weights = make([]float64, len(f.hashes))
	index := make(map[uint32]int32, len(f.hashes))
	for i, h := range f.hashes {
		index[h] = int32(i)
	}
	for _, s := range chosen {
		s.look(index)
	}
	weighSources(chosen, t.options.SourceCap)
	t.descend(f, chosen)
	return f
}

// vocabulary is the features that occur in more than one source: what only one
// blog knows is its own habit.
func vocabulary(samples []*sample) []uint32 {
	const many = -1
	ids := map[string]int32{}
	in := map[uint32]int32{}
	for _, s := range samples {
		id, ok := ids[s.Source]
		if !ok {
			id = int32(len(ids))
			ids[s.Source] = id
		}
		for _, h := range s.vector.Hashes {
			if before, ok := in[h]; !ok {
				in[h] = id
			} else if before != id {
				in[h] = many
			}
		}
	}
	var out []uint32
	for h, source := range in {
		if source == many {
			out = append(out, h)
		}
	}
	slices.Sort(out)
	return out
}

// look finds the features of the sample in a vocabulary.
func (s *sample) look(index map[uint32]int32) {
	s.index, s.values = s.index[:0], s.values[:0]
	for i, h := range s.vector.Hashes {
		if at, ok := index[h]; ok {
			s.index = append(s.index, at)
			s.values = append(s.values, s.vector.Values[i])
		}
	}
}

// weighSources gives every sample a weight: the samples of one source and label
// weigh no more than limit samples, and spam and ham are brought half-way to
// the same weight (by the root of the ratio).
func weighSources(samples []*sample, limit float64) {
	type group struct {
		source string
		spam   bool
	}
	size := map[group]float64{}
	for _, s := range samples {
		size[group{s.Source, s.Spam}]++
	}
	var sum, spam float64
	for _, s := range samples {
		s.weight = min(1, limit/size[group{s.Source, s.Spam}])
		sum += s.weight
		if s.Spam {
			spam += s.weight
		}
	}
	if spam == 0 || spam == sum {
		return
	}
	ratio := math.Sqrt((sum - spam) / spam)
	mean := (sum - spam + float64(ratio*spam)) / float64(len(samples))
	for _, s := range samples {
		if s.Spam {
			s.weight *= ratio
		}
		s.weight /= mean
	}
}

// descend finds the weights by stochastic gradient descent on the logistic loss,
// with AdaGrad's step for each feature (J. Duchi, E. Hazan, Y. Singer, "Adaptive
// Subgradient Methods", 2011), and takes the mean of the weights after each
// epoch. Stopping early keeps rare features small.
func (t *trainer) descend(f *fitted, samples []*sample) {
	rate := t.options.Step
	squares := make([]float64, len(f.weights))
	for i := range squares {
		squares[i] = 0.1
	}
	biasSquares := 1.0
	rng := rand.NewPCG(1, 2)
	order := slices.Clone(samples)
	mean := fitted{weights: make([]float64, len(f.weights))}
	for range t.options.Epochs {
		shuffle(rng, order)
		for _, s := range order {
			d := float64(f.error(s) * s.weight)
			for j, at := range s.index {
				g := float64(d * float64(s.values[j]))
				squares[at] += float64(g * g)
				f.weights[at] -= float64(rate * g / math.Sqrt(squares[at]))
			}
			biasSquares += float64(d * d)
			f.bias -= float64(rate * d / math.Sqrt(biasSquares))
		}
		mean.add(f, 1/float64(t.options.Epochs))
		t.done++
		t.options.Progress(t.done, t.total)
	}
	f.weights, f.bias = mean.weights, mean.bias
}

// add adds a share of another regression over the same features.
func (f *fitted) add(other *fitted, share float64) {
	for i, w := range other.weights {
		f.weights[i] += float64(share * w)
	}
	f.bias += float64(share * other.bias)
}

// error is the probability of spam less the truth.
func (f *fitted) error(s *sample) float64 {
	odds := f.bias
	for j, at := range s.index {
		odds += float64(f.weights[at] * float64(s.values[j]))
	}
	p := logistic(odds)
	if s.Spam {
		p--
	}
	return p
}

// shuffle is Fisher and Yates's, written out because the one of math/rand/v2
// does not promise to give the same order in the next version of Go.
func shuffle(rng *rand.PCG, order []*sample) {
	for i := len(order) - 1; i > 0; i-- {
		j := int(rng.Uint64() % uint64(i+1))
		order[i], order[j] = order[j], order[i]
	}
}

// logOdds judges a vector.
func (f *fitted) logOdds(v Vector) float64 {
	odds := f.bias
	for i, h := range v.Hashes {
		if at, ok := slices.BinarySearch(f.hashes, h); ok {
			odds += float64(f.weights[at] * float64(v.Values[i]))
		}
	}
	return odds
}
