package spam

import (
	"cmp"
	"math"
	"slices"
)

// Most spam has a link, and few honest comments have just one: who judges rightly on
// the whole is hard on these. Their thresholds are therefore higher.
const (
	fairShare   = 2  // how many times as often as others they may be held
	maxLinkCost = 20 // how many times as bad as others it may be to hold them
)

// linkCost is how many times as bad it has to be to hold an honest comment with
// exactly one link, for those of left-out blogs not to be held more than fairShare times
// as often as all are, where rate of all are held.
func (t *trainer) linkCost(c scale, rate float64) float64 {
	type judged struct{ odds, weight float64 }
	var links []judged
	sum := 0.0
	for i := range t.samples {
		if s := &t.samples[i]; s.oneLink && !s.Spam {
			links = append(links, judged{c.odds(s.leftOut), s.weight})
			sum += s.weight
		}
	}
	slices.SortStableFunc(links, func(a, b judged) int { return cmp.Compare(b.odds, a.odds) })
	hold := t.threshold(c, rate)
	left := float64(fairShare * rate * sum)
	for _, l := range links {
		if left -= l.weight; left < 0 {
			return math.Max(1, math.Min(maxLinkCost, exp(l.odds)*(1-hold)/hold))
		}
	}
	return 1
}
