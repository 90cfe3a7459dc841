package spam

import (
	"math"
	"sync"
	"sync/atomic"
)

// How a filter learns; see the package comment. The numbers were chosen by
// replaying the labels of whole blogs the model had not been trained on.
const (
	learnStep   = 2.0 // the most a label moves the log-odds of its own message
	learnTarget = 4.5 // log-odds of a message that need no more learning
	learnCap    = 4.0 // the most a learned weight may weigh

	// The same for a feature the model has a weight for: how far it moves where
	// one the model does not know moves by 1, and the most it may weigh.
	knownPace = 0.002
	knownCap  = 0.1
)

// Options is what a Filter is made of.
type Options struct {
	Model *Model // nil: [Default]
	// Cost is how much worse it is to hold an honest comment than the default
	// thresholds assume: 2 is twice as bad, and less is held; ½ is half as bad, and more
	// is. 0 means 1.
	Cost float64
}

// Filter is a model and what a blog's moderators taught it. It is safe for
// concurrent use.
type Filter struct {
	model      *Model
	cost       float64
	thresholds Thresholds                 // of model and cost
	promised   atomic.Pointer[Thresholds] // see Promise; nil: the same

	teaching sync.Mutex   // held while learning, so that lessons keep their order
	mu       sync.RWMutex // guards learned
	learned  map[uint32]float64
}

// New makes a Filter that has learned nothing yet.
func New(o Options) *Filter {
	if o.Model == nil {
		o.Model = Default()
	}
	if !(o.Cost > 0) {
		o.Cost = 1
	}
	return &Filter{model: o.Model, cost: o.Cost, thresholds: o.Model.thresholds.at(o.Cost), learned: map[uint32]float64{}}
}

// NewFilter makes a Filter of a model, with its thresholds, that has learned
// nothing yet.
func NewFilter(m *Model) *Filter { return New(Options{Model: m}) }

// Model is the model the filter judges with.
func (f *Filter) Model() *Model { return f.model }

// Judge gives the verdict on a message, without its receipt.
func (f *Filter) Judge(m Message) Verdict {
	r, cs := f.weigh(m)
	v := f.verdict(cs)
	v.Reasons = reasons(r, units(f.model.bias), cs)
	return v
}

// Receipt gives the same verdict with its receipt.
func (f *Filter) Receipt(m Message) Verdict {
	r, cs := f.weigh(m)
	v := f.verdict(cs)
	v.Reasons = reasons(r, units(f.model.bias), cs)
	v.Receipt = receipt(r, units(f.model.bias), cs)
	return v
}

// weigh finds what each feature of a message contributes.
func (f *Filter) weigh(m Message) (*reader, []contribution) {
	r := read(m)
	r.remember(m.Memory)
	cs := make([]contribution, 0, len(r.found))
	f.mu.RLock()
	defer f.mu.RUnlock()
	for i, x := range r.found {
		c := contribution{feature: i, weight: units(float64(f.model.weights.get(x.hash) * float64(x.value)))}
		if len(f.learned) > 0 {
			c.taught = units(float64(f.learned[x.hash] * float64(x.value)))
			c.weight += c.taught
		}
		if c.weight != 0 || c.taught != 0 {
			cs = append(cs, c)
		}
	}
	return r, cs
}

// verdict adds up.
func (f *Filter) verdict(cs []contribution) Verdict {
	odds := units(f.model.bias)
	for _, c := range cs {
		odds += c.weight
	}
	p, t := logistic(odds), f.Thresholds()
	return Verdict{Probability: p, LogOdds: odds, Class: t.class(p), Thresholds: t, Model: f.model.version}
}

// Learn learns from labelled messages, in order. Lessons whose vector was made
// by another extractor are passed over.
func (f *Filter) Learn(lessons ...Lesson) {
	f.teaching.Lock()
	defer f.teaching.Unlock()
	for _, l := range lessons {
		f.mu.Lock() // one lesson at a time: a Judge does not wait for all of them
		f.model.teach(f.learned, l)
		f.mu.Unlock()
	}
}

// Relearn forgets what it learned and learns from these instead; a Judge at the
// same time sees the one or the other.
func (f *Filter) Relearn(lessons ...Lesson) {
	f.teaching.Lock()
	defer f.teaching.Unlock()
	learned := map[uint32]float64{}
	for _, l := range lessons {
		f.model.teach(learned, l)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.learned = learned
}

// teach makes one step of learning.
func (m *Model) teach(learned map[uint32]float64, l Lesson) {
	if l.Vector.Extractor != ExtractorVersion || !l.Vector.valid() {
		return
	}
	odds := m.logOdds(l.Vector)
	room := 0.0 // how far the log-odds move if every feature moves at its pace
	for i, h := range l.Vector.Hashes {
		x := float64(l.Vector.Values[i])
		pace, _ := m.pace(h)
		odds += float64(learned[h] * x)
		room += float64(pace * float64(x*x))
	}
	side := -1.0
	if l.Spam {
		side = 1
	}
	step := min(learnStep, learnTarget-side*odds)
	if !(step > 0) || room == 0 {
		return
	}
	for i, h := range l.Vector.Hashes {
		pace, most := m.pace(h)
		w := learned[h] + float64(side*step*pace*float64(l.Vector.Values[i])/room)
		learned[h] = math.Max(-most, math.Min(most, w))
	}
}

// pace is how fast a feature learns and how much it may learn. What the model
// knows, many blogs have in common: the words and the shape of everyday comments,
// which most messages share. A label says little about those, and much about
// what the model has never seen.
func (m *Model) pace(hash uint32) (pace, most float64) {
	if m.weights.get(hash) != 0 {
		return knownPace, knownCap
	}
	return 1, learnCap
}

// ExtractorVersion is the version of the features. A model and a label's vector
// are good for one version only.
const ExtractorVersion uint16 = 1

// Extract makes the features of a message.
func Extract(m Message) Vector { return read(m).vector() }
