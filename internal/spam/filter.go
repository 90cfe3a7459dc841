package spam

import (
	"slices"
	"sync"
	"sync/atomic"
)

// Options is what a Filter is made of.
type Options struct {
	Model *Model // nil: [Default]
	// Cost is how much worse it is to hold an honest comment than the default
	// thresholds assume: 2 is twice as bad, and less is held; ½ is half as bad, and more
	// is. 0 means 1.
	Cost float64
	// Thresholds are those the owner chose, for all comments but those with exactly one
	// link; [Filter.Promise] does not move them. Zero: those of Model at Cost.
	Thresholds Thresholds
}

// Filter is a model and what a blog's moderators taught it. It is safe for
// concurrent use.
type Filter struct {
	model      *Model
	cost       float64
	thresholds Thresholds                 // for all but one link
	chosen     bool                       // the thresholds are the owner's
	promised   atomic.Pointer[Thresholds] // see Promise; nil: the same

	teaching sync.Mutex   // held while learning, so that lessons keep their order
	mu       sync.RWMutex // guards what follows
	taught   *taught
	posts    *Posts // nil: none
}

// New makes a Filter that has learned nothing yet.
func New(o Options) *Filter {
	if o.Model == nil {
		o.Model = Default()
	}
	if !(o.Cost > 0) {
		o.Cost = 1
	}
	f := &Filter{model: o.Model, cost: o.Cost, thresholds: o.Thresholds, chosen: true, taught: newTaught()}
	if o.Thresholds == (Thresholds{}) {
		f.thresholds, f.chosen = o.Model.At(o.Cost), false
	}
	return f
}

// NewFilter makes a Filter of a model, with its thresholds, that has learned
// nothing yet.
func NewFilter(m *Model) *Filter { return New(Options{Model: m}) }

// Model is the model the filter judges with.
func (f *Filter) Model() *Model { return f.model }

// SetPosts lets the blog's own posts speak for comments that are written like them;
// nil: none do.
func (f *Filter) SetPosts(p *Posts) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.posts = p
}

// Judge gives the verdict on a message, without its receipt.
func (f *Filter) Judge(m Message) Verdict {
	return f.verdict(f.weigh(m, read(m)))
}

// JudgeRead is [Filter.Judge] of a message that was read.
func (f *Filter) JudgeRead(x *Reading) Verdict {
	r := *x.read // as it was found, it may be asked for again
	r.text = slices.Clip(r.text)
	r.settle()
	return f.verdict(f.weigh(x.Message, &r))
}

// Receipt gives the same verdict with its receipt.
func (f *Filter) Receipt(m Message) Verdict {
	w := f.weigh(m, read(m))
	v := f.verdict(w)
	v.Receipt = w.receipt()
	return v
}

// weigh finds what each feature of a message contributes.
func (f *Filter) weigh(m Message, r *reader) weighed {
	r.remember(m.Memory)
	f.mu.RLock()
	defer f.mu.RUnlock()
	w := weighed{reader: r, contributions: make([]contribution, 0, len(r.found))}
	w.fixed = append(make([]Reason, 0, 2), Reason{Feature: ReasonBias, Weight: units(f.model.bias)})
	if c := units(f.taught.constant()); c != 0 {
		w.fixed = append(w.fixed, Reason{Feature: ReasonTaught, Weight: c, Taught: c})
	}
	for i, x := range r.found {
		c := contribution{
			feature: i,
			taught:  units(float64(f.taught.weight(x.hash) * float64(x.value))),
			posts:   f.posts.weight(x),
		}
		c.weight = units(float64(f.model.weights.get(x.hash)*float64(x.value))) + c.taught
		if c.weight != 0 || c.taught != 0 || c.posts != 0 {
			w.contributions = append(w.contributions, c)
		}
	}
	capPosts(w.contributions)
	w.thresholds = f.model.of(f.Thresholds(), r.stats.oneLink())
	if m.Form != (Form{}) {
		w.fixed = m.Form.weigh(w.fixed, w.logOdds(), w.thresholds)
	}
	return w
}

// verdict adds up.
func (f *Filter) verdict(w weighed) Verdict {
	odds := w.logOdds()
	p, t := logistic(odds), w.thresholds
	return Verdict{Probability: p, LogOdds: odds, Class: t.class(p), Thresholds: t, Reasons: w.reasons(), Model: f.model.version}
}

// Learn learns from labelled messages, in order, and returns how many it passed over
// because their vector was made by another extractor.
func (f *Filter) Learn(lessons ...Lesson) (passed int) {
	f.teaching.Lock()
	defer f.teaching.Unlock()
	for _, l := range lessons {
		f.mu.Lock() // one lesson at a time: a Judge does not wait for all of them
		if !f.taught.learn(f.model, l) {
			passed++
		}
		f.mu.Unlock()
	}
	return passed
}

// Taught is what a filter had learned by some moment; the zero Taught is nothing.
type Taught struct{ then *taught }

// Taught is a copy of what was learned.
func (f *Filter) Taught() Taught {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return Taught{f.taught.clone()}
}

// Relearn forgets what it learned since then and learns from these instead; a Judge at the
// same time sees the one or the other.
func (f *Filter) Relearn(since Taught, lessons ...Lesson) (passed int) {
	f.teaching.Lock()
	defer f.teaching.Unlock()
	t := newTaught()
	if since.then != nil {
		t = since.then.clone()
	}
	for _, l := range lessons {
		if !t.learn(f.model, l) {
			passed++
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.taught = t
	return passed
}

// State is all that was learned, as bytes: two filters of the same model that learned
// the same, in the same order, have the same, on every machine.
func (f *Filter) State() []byte {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.taught.appendBinary(nil)
}

// ExtractorVersion is the version of the features. A model and a label's vector
// are good for one version only.
const ExtractorVersion uint16 = 4

// Extract makes the features of a message.
func Extract(m Message) Vector { return read(m).vector() }
