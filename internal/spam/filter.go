package spam

import (
	"math"
	"sync"
)

// How a filter learns; see the package comment. The numbers were chosen by
// replaying the labels of whole blogs the model had not been trained on.
const (
	learnStep   = 2.0 // the most a label moves the log-odds of its own message
	learnTarget = 4.5 // log-odds of a message that need no more learning
	learnCap    = 4.0 // the most a learned weight may weigh
)

// Filter is a model and what a blog's moderators taught it. It is safe for
// concurrent use.
type Filter struct {
	model *Model

	teaching sync.Mutex   // held while learning, so that lessons keep their order
	mu       sync.RWMutex // guards learned
	learned  map[uint32]float64
}

// NewFilter makes a Filter that has learned nothing yet.
func NewFilter(m *Model) *Filter { return &Filter{model: m, learned: map[uint32]float64{}} }

// Model is the model the filter judges with.
func (f *Filter) Model() *Model { return f.model }

// Judge gives the verdict on a message.
func (f *Filter) Judge(m Message) Verdict {
	r := read(m)
	cs := make([]contribution, 0, len(r.found))
	sum := f.model.bias
	f.mu.RLock()
	for i, x := range r.found {
		w := f.model.weights.get(x.hash)
		if len(f.learned) > 0 {
			w += f.learned[x.hash]
		}
		if w == 0 {
			continue
		}
		c := float64(w * float64(x.value))
		sum += c
		cs = append(cs, contribution{i, c})
	}
	f.mu.RUnlock()
	p := logistic(sum)
	return Verdict{Probability: p, Class: f.model.class(p), Reasons: reasons(r, f.model.bias, cs), Model: f.model.version}
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
	square := l.Vector.square()
	if l.Vector.Extractor != ExtractorVersion || !l.Vector.valid() || square == 0 {
		return
	}
	odds := m.logOdds(l.Vector)
	for i, h := range l.Vector.Hashes {
		odds += float64(learned[h] * float64(l.Vector.Values[i]))
	}
	side := -1.0
	if l.Spam {
		side = 1
	}
	step := min(learnStep, learnTarget-side*odds)
	if !(step > 0) {
		return
	}
	for i, h := range l.Vector.Hashes {
		w := learned[h] + float64(side*step*float64(l.Vector.Values[i])/square)
		learned[h] = math.Max(-learnCap, math.Min(learnCap, w))
	}
}

// ExtractorVersion is the version of the features. A model and a label's vector
// are good for one version only.
const ExtractorVersion uint16 = 1

// Extract makes the features of a message.
func Extract(m Message) Vector { return read(m).vector() }
