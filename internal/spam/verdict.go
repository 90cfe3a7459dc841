package spam

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// Class is what a verdict comes to.
type Class string

// The classes.
const (
	Ham    Class = "ham"
	Unsure Class = "unsure"
	Spam   Class = "spam"
)

// Reason is one feature of a message and what it adds to the log-odds of spam:
// above zero speaks for spam, below for ham.
type Reason struct {
	Feature string  `json:"feature"`
	Weight  float64 `json:"weight"`
	// Taught is the part of Weight that the moderators taught.
	Taught float64 `json:"taught,omitempty"`
	// Posts is the part of Weight that comes from the blog's own posts.
	Posts float64 `json:"posts,omitempty"`
}

// Verdict is the filter's answer.
type Verdict struct {
	Probability float64    `json:"probability"` // of spam, 0 to 1
	LogOdds     float64    `json:"log_odds"`    // the same as the logarithm of p/(1-p)
	Class       Class      `json:"class"`
	Thresholds  Thresholds `json:"thresholds"`
	Reasons     []Reason   `json:"reasons"` // heaviest first, equal weights by name; they sum to LogOdds
	Model       string     `json:"model"`   // version of the model that judged
	// Labels is the number of the last label that the filter had learned when it judged; 0
	// if that was not noted, or there was none, and [NoLabels] if it had yet to learn those
	// there were. A Filter does not know it.
	Labels int64 `json:"labels,omitempty"`
	// Receipt is every contribution; empty if it was not asked for.
	Receipt Receipt `json:"-"`
	// Beside is what another model says, that was asked to judge beside this one; nil for
	// none. It has no part in the verdict.
	Beside *Verdict `json:"-"`
}

// NoLabels are the Labels of a verdict by a filter that had yet to learn.
const NoLabels = -1

// Thresholds are the probabilities from which a comment is unsure, and from
// which it is spam.
type Thresholds struct {
	Unsure float64 `json:"unsure"`
	Spam   float64 `json:"spam"`
}

// Of is the class of a probability.
func (t Thresholds) Of(p float64) Class { return t.class(p) }

// class is the class of a probability.
func (t Thresholds) class(p float64) Class {
	switch {
	case p >= t.Spam:
		return Spam
	case p >= t.Unsure:
		return Unsure
	default:
		return Ham
	}
}

// at moves thresholds so that holding an honest comment may be cost times as bad
// as they assume: the odds of being right have to be that much better (C. Elkan, "The
// Foundations of Cost-Sensitive Learning", 2001).
func (t Thresholds) at(cost float64) Thresholds {
	return Thresholds{Unsure: atCost(t.Unsure, cost), Spam: atCost(t.Spam, cost)}
}

// atCost is the probability whose odds are cost times those of p.
func atCost(p, cost float64) float64 { return cost * p / (float64(cost*p) + 1 - p) }

// The reasons that are no features: what is assumed of every comment, what the
// moderators taught about every comment, and what all features that are not named
// come to. With them the weights of a verdict's reasons sum to its log-odds.
const (
	ReasonBias   = "(bias)"
	ReasonTaught = "(taught)"
	ReasonRest   = "(rest)"
)

// maxReasons is how many features a verdict names.
const maxReasons = 12

// contribution is what a feature adds to the log-odds, in whole units.
type contribution struct {
	feature int
	weight  float64
	taught  float64 // part of weight
	posts   float64 // part of weight
}

// weighed is a message with all that its log-odds are the sum of.
type weighed struct {
	*reader
	fixed         []Reason // what is no feature
	contributions []contribution
	thresholds    Thresholds
}

// logOdds is the sum.
func (w weighed) logOdds() float64 {
	sum := 0.0
	for _, x := range w.fixed {
		sum += x.Weight
	}
	for _, c := range w.contributions {
		sum += c.weight
	}
	return sum
}

// unit is what contributions are whole numbers of. Sums of them are exact, in any
// order, as long as they stay below 2^37.
const unit = 1.0 / (1 << 16)

// units rounds to whole units.
func units(x float64) float64 { return math.Floor(float64(x/unit)+0.5) * unit }

// named appends the contributions as reasons; their names are parts of one string,
// as long as it need not grow.
func (w weighed) named(out []Reason, cs []contribution) []Reason {
	var names strings.Builder
	names.Grow(24 * len(cs))
	for _, c := range cs {
		at := names.Len()
		w.writeName(&names, w.found[c.feature])
		out = append(out, Reason{Feature: names.String()[at:], Weight: c.weight, Taught: c.taught, Posts: c.posts})
	}
	return out
}

// reasons names the heaviest contributions.
func (w weighed) reasons() []Reason {
	cs := w.contributions
	slices.SortFunc(cs, func(a, b contribution) int {
		if c := cmp.Compare(math.Abs(b.weight), math.Abs(a.weight)); c != 0 {
			return c
		}
		return cmp.Compare(w.found[a.feature].hash, w.found[b.feature].hash)
	})
	named := min(len(cs), maxReasons)
	out := make([]Reason, 0, named+len(w.fixed)+1)
	out = w.named(out, cs[:named])
	rest := Reason{Feature: ReasonRest}
	for _, c := range cs[named:] {
		rest.Weight += c.weight
		rest.Taught += c.taught
		rest.Posts += c.posts
	}
	for _, x := range w.fixed {
		if x.Weight != 0 {
			out = append(out, x)
		}
	}
	if rest.Weight != 0 {
		out = append(out, rest)
	}
	slices.SortFunc(out, heavier)
	return out
}
