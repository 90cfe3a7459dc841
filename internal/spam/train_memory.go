package spam

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"
)

// How the weights of a memory are learned.
const (
	memoryLeast  = 20  // spam and ham of a blog that tells something about the difference
	memoryRidge  = 3.0 // how strongly weights are drawn to zero: as if by that many comments that were no surprise
	memoryBound  = 3.0 // the most a weight may weigh
	memoryTyped  = 1.0 // the same of an author or a site that was published: anybody can type them
	memorySweeps = 40

	memoryDecided = 12 * time.Hour // after a comment came, a person has decided about it
)

// memoryWeight is what a feature of a memory weighs.
type memoryWeight struct {
	feature string // "memory:link called spam=1"
	weight  float64
}

// learnMemory learns what the features of a memory weigh, beside all that a message
// says itself. The comments of each blog are replayed in the order of their dates, as
// by a blog that goes by the model that did not see it: each is looked up, then
// published, right or wrong, or held, and half a day later a person decides. A logistic
// regression of what was remembered is fitted on top of the log-odds by that model, which
// stay as they are.
//
// Each blog has a bias of its own, which is thrown away: how much spam it has must not
// become a weight. Only blogs with spam and ham count, and their comments as much as
// when the model is trained. Where there is little to learn from, the weights stay
// near zero; each has the sign it must have (see memorySign), and more weighs no less
// than little.
func (t *trainer) learnMemory(c scale, hold float64) []memoryWeight {
	f := newMemoryFit()
	for _, blog := range t.blogs() {
		f.replay(blog, memoryReplay{scale: c, hold: hold, limit: t.options.SourceCap})
	}
	return f.fit()
}

// blogs are the samples of each blog that has spam and ham, in the order of their
// dates; those without one are left out.
func (t *trainer) blogs() [][]*sample {
	at := map[string]int{}
	var all [][]*sample
	for i := range t.samples {
		s := &t.samples[i]
		if s.Message.Date.IsZero() {
			continue
		}
		blog, ok := at[s.Source]
		if !ok {
			blog = len(all)
			at[s.Source] = blog
			all = append(all, nil)
		}
		all[blog] = append(all[blog], s)
	}
	var out [][]*sample
	for _, blog := range all {
		if spam := spamIn(blog); min(spam, len(blog)-spam) >= memoryLeast {
			slices.SortStableFunc(blog, func(a, b *sample) int { return a.Message.Date.Compare(b.Message.Date) })
			out = append(out, blog)
		}
	}
	return out
}

func spamIn(samples []*sample) int {
	n := 0
	for _, s := range samples {
		if s.Spam {
			n++
		}
	}
	return n
}

// memoryFit is a logistic regression while it is fitted. Its coefficients are what each
// feature weighs more than that of the next smaller number ("=5+" more than "=2-4"), then
// the bias of each blog. So a number hardly ever seen weighs what a smaller one does.
type memoryFit struct {
	names        []string
	index        map[string][]int // the coefficients that a feature is the sum of
	coefficients []float64
	members      [][]int // the samples that each coefficient is for
	samples      []memorySample
}

type memorySample struct {
	odds   float64 // by the model alone, then with the coefficients
	weight float64
	spam   bool
}

func newMemoryFit() *memoryFit {
	f := &memoryFit{names: MemoryFeatures(), index: map[string][]int{}}
	for i, name := range f.names {
		f.index[name] = []int{i}
		what, _, _ := strings.Cut(name, "=")
		if i > 0 && strings.HasPrefix(f.names[i-1], what+"=") {
			f.index[name] = append(f.index[name], f.index[f.names[i-1]]...)
		}
	}
	f.coefficients = make([]float64, len(f.names))
	f.members = make([][]int, len(f.names))
	return f
}

// memoryReplay is a blog that goes by a model.
type memoryReplay struct {
	scale  scale
	hold   float64 // probability from which a comment is not published
	limit  float64 // of the comments of one label
	recall Recall
	open   []*sample // nobody has decided about yet
	done   int       // how many somebody has
}

// look is what the blog remembers about a comment that comes now. The comment is
// remembered afterwards.
func (r *memoryReplay) look(s *sample) Memory {
	for len(r.open) > 0 && s.Message.Date.Sub(r.open[0].Message.Date) >= memoryDecided {
		state := TracePublished
		if r.open[0].Spam {
			state = TraceSpam
		}
		r.recall.Decide(int64(r.done), state)
		r.open = r.open[1:]
		r.done++
	}
	m := r.recall.Look(s.Message)
	state := TraceUndecided
	if logistic(r.scale.odds(s.leftOut)) < r.hold {
		state = TracePublished
	}
	r.recall.Note(int64(r.done+len(r.open)), s.Message, state)
	r.open = append(r.open, s)
	return m
}

// replay looks the comments of a blog up, one after the other.
func (f *memoryFit) replay(blog []*sample, r memoryReplay) {
	bias := len(f.coefficients)
	f.coefficients, f.members = append(f.coefficients, 0), append(f.members, nil)
	size := map[bool]float64{true: float64(spamIn(blog))}
	size[false] = float64(len(blog)) - size[true]
	for _, s := range blog {
		at := len(f.samples)
		f.samples = append(f.samples, memorySample{odds: r.scale.odds(s.leftOut), weight: min(1, r.limit/size[s.Spam]), spam: s.Spam})
		f.members[bias] = append(f.members[bias], at)
		for _, name := range r.look(s).features() {
			for _, k := range f.index[kindMemory.String()+":"+name] {
				f.members[k] = append(f.members[k], at)
			}
		}
	}
}

// fit goes round the coefficients, a step of Newton's for each, until they stand.
func (f *memoryFit) fit() []memoryWeight {
	for range memorySweeps {
		for k := range f.coefficients {
			f.step(k)
		}
	}
	var out []memoryWeight
	for _, name := range f.names {
		w := 0.0
		for _, k := range f.index[name] {
			w += f.coefficients[k]
		}
		if w = min(max(w, -memoryBound), memoryBound); w != 0 {
			out = append(out, memoryWeight{name, w})
		}
	}
	return out
}

func (f *memoryFit) step(k int) {
	ridge, low, high := memoryRidge, math.Inf(-1), math.Inf(1)
	if k < len(f.names) {
		low, high = memorySign(f.names[k])
	} else {
		ridge = 1e-3 // a bias may be anything
	}
	gradient, curvature := float64(ridge*f.coefficients[k]), ridge
	for _, at := range f.members[k] {
		s := &f.samples[at]
		p := logistic(s.odds)
		d := p
		if s.spam {
			d--
		}
		gradient += float64(d * s.weight)
		curvature += float64(p * (1 - p) * s.weight)
	}
	move := min(max(-gradient/curvature, -1), 1)
	to := min(max(f.coefficients[k]+move, low), high)
	for _, at := range f.members[k] {
		f.samples[at].odds += to - f.coefficients[k]
	}
	f.coefficients[k] = to
}

// memorySign is what a coefficient may be, whatever a few comments say: what a person
// called spam speaks for spam and what was published for ham. A text that comes again
// speaks for spam, and one that was published is at best nothing: copying a published
// comment, with a link added, must not be a way in. Neither must be the name and the
// site of a regular. Exact copies were taken out of the corpora this was written for, so
// what is learned of repeats is learned of near ones.
func memorySign(name string) (low, high float64) {
	name = strings.TrimPrefix(name, kindMemory.String()+":")
	text := strings.HasPrefix(name, "text") || strings.HasPrefix(name, "same text")
	switch {
	case strings.Contains(name, memoryBoth):
		return -memoryBound, memoryBound
	case text || strings.Contains(name, memorySpam):
		return 0, memoryBound
	case strings.HasPrefix(name, "link"):
		return -memoryBound, 0
	default:
		return -memoryTyped / 3, 0 // three coefficients add up
	}
}

// remember adds the weights of a memory to a model, in its units.
func (p *parts) remember(weights []memoryWeight) {
	for _, w := range weights {
		p.room(math.Abs(w.weight))
	}
	for _, w := range weights {
		hash := hashOf(w.feature)
		at, taken := slices.BinarySearchFunc(p.weights, hash, func(x weight, h uint32) int { return cmp.Compare(x.hash, h) })
		if units := math.Round(w.weight / p.unit); units != 0 && !taken {
			p.weights = slices.Insert(p.weights, at, weight{hash, int16(units)})
		}
	}
}

// room makes the unit large enough for a weight. What weighs less than half of it is
// left out.
func (p *parts) room(w float64) {
	unit := w / math.MaxInt16
	if unit <= p.unit {
		return
	}
	for i, x := range p.weights {
		p.weights[i].units = int16(math.Round(float64(x.units) * p.unit / unit))
	}
	p.weights = slices.DeleteFunc(p.weights, func(x weight) bool { return x.units == 0 })
	p.unit = unit
}
