package spam

import (
	"math"
	"slices"
	"strings"
)

// The shares of honest comments that the default thresholds promise to hold at most, and
// to call spam at most.
const (
	promisedHeld = 1.0 / 50
	promisedSpam = 1.0 / 400
)

// Passed is an honest comment as it was judged when it came.
type Passed struct {
	Probability float64 // of spam
	OneLink     bool    // it has exactly one link; see [OneLink]
}

// OneLink reports whether a body has exactly one link, for which the thresholds are
// higher.
func OneLink(body string) bool {
	r := &reader{body: folded(tidy(clip(strings.TrimFunc(body, around), maxBody)))}
	if !slices.ContainsFunc(leads, func(l string) bool { return strings.Contains(r.body, l) }) {
		return false
	}
	r.scan() // what else is to be known of it takes longer
	return r.stats.oneLink()
}

// Promise moves the thresholds to where the honest comments of this very site are held
// as seldom as is promised: a cut that was chosen on other blogs may hold more here.
// honest are comments that people let pass; it is enough to give the newest few hundred.
// Those with exactly one link are held from higher thresholds, by which they count here.
//
// Thresholds are only raised, by one in log-odds at most, and only as far as the
// comments force it: as long as the share may be the promised one by chance (the lower
// end of its 95 % interval), nothing is moved. They are never lowered. A person approves
// the honest comments that were held, if at all, so what is known of them are the ones
// that were found; that no more were found does not say that no more were held. If holding
// costs the owner c times as much, 1/c of the shares is promised.
//
// It follows from the model, the cost and honest alone, whatever was promised before.
// Thresholds that the owner chose stay.
func (f *Filter) Promise(honest []Passed) {
	if f.chosen {
		return
	}
	t := f.thresholds
	highest, judged := t.at(math.E), f.usual(honest)
	t.Unsure = raised(t.Unsure, highest.Unsure, promisedHeld/f.cost, judged)
	t.Spam = max(t.Unsure, raised(t.Spam, highest.Spam, promisedSpam/f.cost, judged))
	f.promised.Store(&t)
}

// usual are the probabilities of comments as they compare with the usual thresholds, the
// highest first.
func (f *Filter) usual(honest []Passed) []float64 {
	out := make([]float64, len(honest))
	for i, h := range honest {
		out[i] = f.model.Usual(h)
	}
	slices.Sort(out)
	slices.Reverse(out)
	return out
}

// Usual is the probability of a comment as it compares with the usual thresholds, those
// of comments without exactly one link.
func (m *Model) Usual(p Passed) float64 {
	if p.OneLink {
		return atCost(p.Probability, 1/m.linkCost)
	}
	return p.Probability
}

// Thresholds are those the filter puts comments into classes by now, but for comments
// with exactly one link: theirs are higher, and stand in the verdict.
func (f *Filter) Thresholds() Thresholds {
	if t := f.promised.Load(); t != nil {
		return *t
	}
	return f.thresholds
}

// raised is the lowest threshold, from one up to another, that so many honest comments,
// the most suspect first, reach as a share allows.
func raised(from, to, share float64, honest []float64) float64 {
	allowed := 0
	for allowed < len(honest) && float64(wilson(allowed+1, len(honest)).Low) <= share {
		allowed++
	}
	if allowed >= len(honest) || honest[allowed] < from {
		return from
	}
	return min(math.Nextafter(honest[allowed], 1), to)
}
