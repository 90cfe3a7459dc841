package spam

import (
	"slices"
	"strings"
)

// Check is a verdict that was computed once more.
type Check struct {
	// LogOdds are those computed now, with what was taken over; Probability goes with them.
	LogOdds     float64
	Probability float64
	// Same says that they are those of the verdict, to the last digit, and that every
	// contribution is the one that the receipt names.
	Same bool
	// Adds says that the receipt, as it was kept, sums to the log-odds of the verdict.
	Adds bool
	// Computed is how many contributions were found again in the message; Taken how many
	// were taken over from the receipt, since they are of the moment: what the site
	// remembered then, how the message was sent, and what another filter said. Of those that
	// are computed, what the posts of the blog said then is taken over too.
	Computed, Taken int
	// Differs are the contributions that are others now, the heaviest first.
	Differs []Difference
}

// Difference is a contribution that is not the same when a verdict is computed again.
type Difference struct {
	Feature   string
	Then, Now Reason // zero if there is none
}

// Recompute computes a verdict once more: f is to be a filter of the model that gave it,
// which learned what that one had learned. What a memory, a form, another filter and the posts of
// the blog said is taken over from the receipt; the posts may be others now.
func Recompute(f *Filter, m Message, v Verdict) Check {
	m.Memory, m.Form = Memory{}, Form{}
	now := map[string]Reason{}
	for _, r := range f.Receipt(m).Receipt {
		if r.Weight, r.Posts = r.Weight-r.Posts, 0; r.Weight != 0 || r.Taught != 0 {
			now[r.Feature] = r
		}
	}
	c := Check{Adds: len(v.Receipt) > 0 && v.Receipt.LogOdds() == v.LogOdds}
	sum := Receipt{}
	for _, then := range v.Receipt {
		again, found := now[then.Feature]
		delete(now, then.Feature)
		if ofMoment(then.Feature) {
			c.Taken++
			sum = append(sum, then)
			continue
		}
		if then.Posts < 0 { // they never speak for spam
			again.Feature, again.Posts, found = then.Feature, then.Posts, true
			again.Weight += then.Posts
		}
		if again != then {
			c.Differs = append(c.Differs, Difference{then.Feature, then, again})
		}
		if found {
			c.Computed++
			sum = append(sum, again)
		}
	}
	for _, r := range now {
		c.Computed++
		c.Differs = append(c.Differs, Difference{Feature: r.Feature, Now: r})
		sum = append(sum, r)
	}
	slices.SortFunc(c.Differs, func(a, b Difference) int { return heavier(a.heavy(), b.heavy()) })
	c.LogOdds = sum.LogOdds()
	c.Probability = logistic(c.LogOdds)
	c.Same = c.Adds && len(c.Differs) == 0 && c.LogOdds == v.LogOdds && c.Probability == v.Probability
	return c
}

// ofMoment reports whether a contribution is of a memory, of a form or of another filter.
func ofMoment(feature string) bool {
	return strings.HasPrefix(feature, kindMemory.String()+":") || strings.HasPrefix(feature, formKind) ||
		strings.HasPrefix(feature, opinionKind)
}

// heavy is how far the contribution moved, by which differences are ordered.
func (d Difference) heavy() Reason {
	return Reason{Feature: d.Feature, Weight: d.Now.Weight - d.Then.Weight}
}
