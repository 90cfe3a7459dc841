package spam

import (
	"math"
	"slices"
)

// The shares of honest comments that the default thresholds promise to hold at most, and
// to call spam at most.
const (
	promisedHeld = 1.0 / 50
	promisedSpam = 1.0 / 400
)

// Promise moves the thresholds to where the honest comments of this very site are held
// as seldom as is promised: a cut that was chosen on other blogs may hold more here.
// honest are the probabilities of spam by which comments were judged when they came that
// people let pass; it is enough to give the newest few hundred.
//
// Thresholds are only raised, by one in log-odds at most, and only as far as the
// comments force it: as long as the share may be the promised one by chance (the lower
// end of its 95 % interval), nothing is moved. They are never lowered. A person approves
// the honest comments that were held, if at all, so what is known of them are the ones
// that were found; that no more were found does not say that no more were held. If holding
// costs the owner c times as much, 1/c of the shares is promised.
//
// It follows from the model, the cost and honest alone, whatever was promised before.
func (f *Filter) Promise(honest []float64) {
	t := f.thresholds
	highest := t.at(math.E)
	t.Unsure = raised(t.Unsure, highest.Unsure, promisedHeld/f.cost, honest)
	t.Spam = max(t.Unsure, raised(t.Spam, highest.Spam, promisedSpam/f.cost, honest))
	f.promised.Store(&t)
}

// Thresholds are those the filter puts comments into classes by now, but for comments
// with exactly one link: theirs are higher, and stand in the verdict.
func (f *Filter) Thresholds() Thresholds {
	if t := f.promised.Load(); t != nil {
		return *t
	}
	return f.thresholds
}

// raised is the lowest threshold, from one up to another, that so many honest comments
// reach as a share allows.
func raised(from, to, share float64, honest []float64) float64 {
	honest = slices.Sorted(slices.Values(honest))
	slices.Reverse(honest)
	allowed := 0
	for allowed < len(honest) && float64(wilson(allowed+1, len(honest)).Low) <= share {
		allowed++
	}
	if allowed >= len(honest) || honest[allowed] < from {
		return from
	}
	return min(math.Nextafter(honest[allowed], 1), to)
}
