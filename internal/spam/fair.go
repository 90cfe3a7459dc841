package spam

import "math"

// Most spam has a link, and few honest comments have just one: who judges rightly on
// the whole is hard on these. Their thresholds are therefore higher.
const (
	fairShare   = 1.2 // how many times as often as others they may be held
	maxLinkCost = 20  // how many times as bad as others it may be to hold them
)

// linkCost is how many times as bad it has to be to hold an honest comment with
// exactly one link, for those of left-out blogs not to be held more than fairShare times
// as often as all are, where rate of all are held.
func (t *trainer) linkCost(c scale, rate float64) float64 {
	links := t.chosen(func(s *sample) bool { return s.oneLink && !s.Spam })
	s, ok := beyond(links, fairShare*rate)
	if !ok {
		return 1
	}
	hold := t.threshold(c, rate)
	return math.Max(1, math.Min(maxLinkCost, exp(c.odds(s.leftOut))*(1-hold)/hold))
}
