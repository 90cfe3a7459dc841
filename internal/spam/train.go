package spam

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
)

// Example is a labelled message to train on or to measure with.
type Example struct {
	Message Message
	Source  string // the blog it was sent to
	Lang    string // its language, if somebody said; only for reports
	Spam    bool
	// Unlabelled says that nobody said what it is; it was published. Only [Replay] is
	// given such, and Spam says nothing then.
	Unlabelled bool
}

// TrainOptions are the settings of Train; zero values mean what is said.
type TrainOptions struct {
	Epochs    int     // how often every example is seen; 0 means 2
	Step      float64 // size of the steps of learning; 0 means 0.2
	SourceCap float64 // a source's examples of one label weigh no more than that many; 0 means 300
	Folds     int     // parts that are left out in turn to calibrate; 0 means 12

	HoldRate float64 // share of left-out ham that may be held; 0 means 0.035
	SpamRate float64 // share of left-out ham that may be called spam; 0 means 0.0035

	// Progress, if any, is called as work is done.
	Progress func(done, total int)
}

func (o TrainOptions) withDefaults() TrainOptions {
	o.Epochs = cmp.Or(o.Epochs, 2)
	o.Step = cmp.Or(o.Step, 0.2)
	o.SourceCap = cmp.Or(o.SourceCap, 300)
	o.Folds = cmp.Or(o.Folds, 12)
	o.HoldRate = cmp.Or(o.HoldRate, 0.035)
	o.SpamRate = cmp.Or(o.SpamRate, 0.0035)
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
	t := newTrainer(o, examples)
	t.leaveOut()
	all := t.fit(every)
	scale := t.calibrate()
	p := all.parts(scale, t.hashes)
	p.means = [2][]weight{t.means(false), t.means(true)}
	p.hold = t.threshold(scale, o.HoldRate)
	p.spam = max(p.hold, t.threshold(scale, o.SpamRate))
	p.linkCost = t.linkCost(scale, o.HoldRate)
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
	features []int32 // numbers of those that more than one source has
	values   []float32
	oneLink  bool
	weight   float64 // among all samples
	fold     int
	leftOut  float64 // log-odds by the model that did not see it
}

type trainer struct {
	options TrainOptions
	samples []sample
	hashes  []uint32 // of the features, by their number
	folds   int

	mu          sync.Mutex
	done, total int
}

// newTrainer reads the examples.
func newTrainer(o TrainOptions, examples []Example) *trainer {
	t := &trainer{options: o, samples: make([]sample, len(examples))}
	vectors := make([]Vector, len(examples))
	for i, e := range examples {
		r := read(e.Message)
		vectors[i] = r.vector()
		t.samples[i] = sample{Example: e, oneLink: r.stats.oneLink()}
	}
	t.number(vectors)
	t.folds = t.assignFolds()
	t.total = (t.folds + 1) * o.Epochs
	return t
}

// number gives a number to each feature that occurs in more than one source: what
// only one blog knows is its own habit.
func (t *trainer) number(vectors []Vector) {
	const many = -1
	sources, in := map[string]int32{}, map[uint32]int32{}
	for i, v := range vectors {
		id, ok := sources[t.samples[i].Source]
		if !ok {
			id = int32(len(sources))
			sources[t.samples[i].Source] = id
		}
		for _, h := range v.Hashes {
			if before, ok := in[h]; !ok {
				in[h] = id
			} else if before != id {
				in[h] = many
			}
		}
	}
	numbers := map[uint32]int32{}
	for i, v := range vectors {
		s := &t.samples[i]
		for j, h := range v.Hashes {
			if in[h] != many {
				continue
			}
			n, ok := numbers[h]
			if !ok {
				n = int32(len(t.hashes))
				numbers[h] = n
				t.hashes = append(t.hashes, h)
			}
			s.features = append(s.features, n)
			s.values = append(s.values, v.Values[j])
		}
		vectors[i] = Vector{} // the memory goes
	}
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

// leaveOut judges each fold by a model that is trained on the others.
func (t *trainer) leaveOut() {
	var working sync.WaitGroup
	for fold := range t.folds {
		working.Go(func() {
			f := t.fit(func(s *sample) bool { return s.fold != fold })
			for i := range t.samples {
				if s := &t.samples[i]; s.fold == fold {
					s.leftOut = f.logOdds(s)
				}
			}
		})
	}
	working.Wait()
}

// fitted is what fit finds: a logistic regression.
type fitted struct {
	weights []float64 // by the number of the feature
	bias    float64
}

// fit trains on the samples that are wanted.
func (t *trainer) fit(want func(*sample) bool) *fitted {
	chosen := t.chosen(want)
	return t.descend(chosen, t.shared(chosen), t.options.weights(chosen))
}

// chosen are the samples that are wanted.
func (t *trainer) chosen(want func(*sample) bool) []*sample {
	var out []*sample
	for i := range t.samples {
		if want(&t.samples[i]) {
			out = append(out, &t.samples[i])
		}
	}
	return out
}

// every wants all samples.
func every(*sample) bool { return true }

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

// weights gives every sample a weight, a mean of 1: the samples of one source and
// label weigh no more than SourceCap samples, and spam and ham are brought half-way to
// the same weight (by the root of the ratio).
func (o TrainOptions) weights(samples []*sample) []float64 {
	weights := capped(samples, o.SourceCap)
	var ham, spam float64
	for i, s := range samples {
		if s.Spam {
			spam += weights[i]
		} else {
			ham += weights[i]
		}
	}
	if spam == 0 || ham == 0 {
		return weights
	}
	ratio := math.Sqrt(ham / spam)
	mean := (ham + float64(ratio*spam)) / float64(len(samples))
	for i, s := range samples {
		if s.Spam {
			weights[i] *= ratio
		}
		weights[i] /= mean
	}
	return weights
}

// capped are weights of samples: those of one source and label weigh no more than limit
// together.
func capped(samples []*sample, limit float64) []float64 {
	type group struct {
		source string
		spam   bool
	}
	size := map[group]float64{}
	for _, s := range samples {
		size[group{s.Source, s.Spam}]++
	}
	weights := make([]float64, len(samples))
	for i, s := range samples {
		weights[i] = min(1, limit/size[group{s.Source, s.Spam}])
	}
	return weights
}

// descend finds the weights by stochastic gradient descent on the logistic loss,
// with AdaGrad's step for each feature (J. Duchi, E. Hazan, Y. Singer, "Adaptive
// Subgradient Methods", 2011), and takes the mean of the weights after each
// epoch. Stopping early keeps rare features small.
func (t *trainer) descend(samples []*sample, shared []bool, weights []float64) *fitted {
	f := &fitted{weights: make([]float64, len(t.hashes))}
	mean := &fitted{weights: make([]float64, len(t.hashes))}
	squares := make([]float64, len(t.hashes))
	for i := range squares {
		squares[i] = 0.1
	}
	biasSquares := 1.0
	rng := rand.NewPCG(1, 2)
	order := make([]int, len(samples))
	for i := range order {
		order[i] = i
	}
	for range t.options.Epochs {
		shuffle(rng, order)
		for _, i := range order {
			d := float64(f.error(samples[i]) * weights[i])
			biasSquares += float64(d * d)
			f.step(samples[i], shared, squares, float64(t.options.Step*d), d)
			f.bias -= float64(t.options.Step * d / math.Sqrt(biasSquares))
		}
		mean.add(f, 1/float64(t.options.Epochs))
		t.progress()
	}
	return mean
}

// step moves the weights of a sample's features against their gradients.
func (f *fitted) step(s *sample, shared []bool, squares []float64, rate, d float64) {
	for j, n := range s.features {
		if !shared[n] {
			continue
		}
		x := float64(s.values[j])
		g := float64(d * x)
		squares[n] += float64(g * g)
		f.weights[n] -= float64(rate * x / math.Sqrt(squares[n]))
	}
}

// progress tells that an epoch is done.
func (t *trainer) progress() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.done++
	t.options.Progress(t.done, t.total)
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
	p := logistic(f.logOdds(s))
	if s.Spam {
		p--
	}
	return p
}

// logOdds judges a sample.
func (f *fitted) logOdds(s *sample) float64 {
	odds := f.bias
	for j, n := range s.features {
		odds += float64(f.weights[n] * float64(s.values[j]))
	}
	return odds
}

// shuffle is Fisher and Yates's, written out because the one of math/rand/v2
// does not promise to give the same order in the next version of Go.
func shuffle(rng *rand.PCG, order []int) {
	for i := len(order) - 1; i > 0; i-- {
		j := int(rng.Uint64() % uint64(i+1))
		order[i], order[j] = order[j], order[i]
	}
}
