package spam

import (
	"cmp"
	"errors"
	"fmt"
	"math"
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
	Epochs    int     // how often every example is seen; 0 means 5
	Orders    int     // in how many orders, each by a regression of its own; 0 means 3
	Step      float64 // size of the steps of learning; 0 means 0.2
	SourceCap float64 // a source's spam weighs no more than that many examples, its ham than twice as many; 0 means 300
	Folds     int     // parts that are left out in turn to calibrate; 0 means 12

	HoldRate float64 // share of left-out ham that may be held; 0 means 0.0375
	SpamRate float64 // share of left-out ham that may be called spam; 0 means 0.0035

	// Progress, if any, is called as work is done.
	Progress func(done, total int)
}

func (o TrainOptions) withDefaults() TrainOptions {
	o.Epochs = cmp.Or(o.Epochs, 5)
	o.Orders = cmp.Or(o.Orders, 3)
	o.Step = cmp.Or(o.Step, 0.2)
	o.SourceCap = cmp.Or(o.SourceCap, 300)
	o.Folds = cmp.Or(o.Folds, 12)
	o.HoldRate = cmp.Or(o.HoldRate, 0.0375)
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
	t, err := newTrainer(o, examples)
	if err != nil {
		return nil, Report{}, err
	}
	t.leaveOut()
	all := t.fit(every, o.Orders)
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
	r := t.report(m, scale)
	r.LanguagesApart, r.YearsApart = t.apart(m, scale, &r, languageOf), t.apart(m, scale, &r, yearsOf)
	slices.SortFunc(r.YearsApart, func(a, b Slice) int { return cmp.Compare(a.Name, b.Name) })
	return m, r, nil
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
	primer   bool    // of the primer: always trained on, never judged
	weight   float64 // among all samples
	fold     int
	leftOut  float64 // log-odds by the model that did not see it
}

type trainer struct {
	options TrainOptions
	samples []sample
	primer  []sample
	hashes  []uint32 // of the features, by their number
	kinds   []kind   // the same
	folds   int

	mu          sync.Mutex
	done, total int
}

// newTrainer reads the examples and the primer.
func newTrainer(o TrainOptions, examples []Example) (*trainer, error) {
	primer, err := readPrimer()
	if err != nil {
		return nil, err
	}
	all := slices.Concat(examples, primer)
	samples, vectors, of := make([]sample, len(all)), make([]Vector, len(all)), map[uint32]kind{}
	for i, e := range all {
		r, known := read(e.Message), i < len(examples)
		r.found = slices.DeleteFunc(r.found, func(f feature) bool {
			return f.kind.isAddress() && (!known || f.kind.isHost() && isReserved(string(r.text[f.lo:f.hi])))
		})
		for _, f := range r.found {
			of[f.hash] = f.kind
		}
		vectors[i] = r.vector()
		samples[i] = sample{Example: e, oneLink: r.stats.oneLink(), primer: !known}
	}
	t := &trainer{options: o}
	t.number(samples, vectors)
	t.kinds = make([]kind, len(t.hashes))
	for i, h := range t.hashes {
		t.kinds[i] = of[h]
	}
	t.samples, t.primer = samples[:len(examples)], samples[len(examples):]
	t.folds = t.assignFolds()
	apart := len(t.parts(languageOf)) + len(t.parts(yearsOf))
	t.total = ((t.folds+1)*o.Orders + apart) * o.Epochs
	return t, nil
}

// number gives a number to each feature that occurs in more than one source: what
// only one blog knows is its own habit.
func (t *trainer) number(samples []sample, vectors []Vector) {
	const many = -1
	sources, in := map[string]int32{}, map[uint32]int32{}
	for i, v := range vectors {
		id, ok := sources[samples[i].Source]
		if !ok {
			id = int32(len(sources))
			sources[samples[i].Source] = id
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
		s := &samples[i]
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
			f := t.fit(func(s *sample) bool { return s.fold != fold }, t.options.Orders)
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

// fit trains on the samples that are wanted and on the primer: the mean of regressions that
// see them in so many orders.
func (t *trainer) fit(want func(*sample) bool, orders int) *fitted {
	chosen := t.chosen(want)
	for i := range t.primer {
		chosen = append(chosen, &t.primer[i])
	}
	weights := t.options.weights(chosen)
	salience := t.salience(chosen, weights)
	mean := t.blank()
	for order := range orders {
		mean.add(t.descend(chosen, salience, weights, uint64(order)), 1/float64(orders))
	}
	return mean
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

// weights gives every sample a weight, a mean of 1: the spam of one source weighs no more
// than SourceCap samples and its ham than hamRoom times as many, most spam of the
// primer weighs little, and spam and ham are brought half-way to the same weight (by the root of
// the ratio).
func (o TrainOptions) weights(samples []*sample) []float64 {
	weights := capped(samples, hamRoom*o.SourceCap, o.SourceCap)
	for i, s := range samples {
		if s.primer {
			weights[i] *= primerWeights[primerFolder(s.Source)]
		}
	}
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

// hamRoom is how many times as much as its spam a source's ham may weigh: what is honest
// differs more from source to source.
const hamRoom = 2

// capped are weights of samples: the ham of one source weighs no more than ham together,
// its spam no more than spam.
func capped(samples []*sample, ham, spam float64) []float64 {
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
		limit := ham
		if s.Spam {
			limit = spam
		}
		weights[i] = min(1, limit/size[group{s.Source, s.Spam}])
	}
	return weights
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

// What an example called ham, or spam, of a blog is aimed at, as a probability of spam:
// what nobody took away is not all honest, and nothing is to be learned from making the
// rest surer than that.
const (
	hamAim  = 0.03
	spamAim = 0.99
)

// aim is the probability of spam that a sample ought to have. The primer is sure.
func (s *sample) aim() float64 {
	switch {
	case s.primer && s.Spam:
		return 1
	case s.primer:
		return 0
	case s.Spam:
		return spamAim
	default:
		return hamAim
	}
}

// error is the probability of spam less what it ought to be. That of ham counts the more, up
// to twice, the surer it is taken for spam: what is caught depends on where the honest
// comments stand that look most like spam, and there are few of them.
func (f *fitted) error(s *sample) float64 {
	p := logistic(f.logOdds(s))
	if s.Spam {
		return p - s.aim()
	}
	return float64((p - s.aim()) * (1 + p))
}

// logOdds judges a sample.
func (f *fitted) logOdds(s *sample) float64 {
	odds := f.bias
	for j, n := range s.features {
		odds += float64(f.weights[n] * float64(s.values[j]))
	}
	return odds
}
