package spam

import (
	"cmp"
	"math"
	"slices"
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
}

// Verdict is the filter's answer.
type Verdict struct {
	Probability float64  `json:"probability"` // of spam, 0 to 1
	Class       Class    `json:"class"`
	Reasons     []Reason `json:"reasons"` // heaviest first; equal weights by name
	Model       string   `json:"model"`   // version of the model that judged
}

// The two reasons that are no features: what is assumed of every comment, and
// what all features that are not named come to. With them the weights of a
// verdict's reasons sum to its log-odds.
const (
	ReasonBias = "(bias)"
	ReasonRest = "(rest)"
)

// maxReasons is how many features a verdict names.
const maxReasons = 12

// contribution is what a feature adds to the log-odds.
type contribution struct {
	feature int
	weight  float64
}

// reasons names the heaviest contributions.
func reasons(r *reader, bias float64, cs []contribution) []Reason {
	slices.SortFunc(cs, func(a, b contribution) int {
		if c := cmp.Compare(math.Abs(b.weight), math.Abs(a.weight)); c != 0 {
			return c
		}
		return cmp.Compare(r.found[a.feature].hash, r.found[b.feature].hash)
	})
	named := min(len(cs), maxReasons)
	out := make([]Reason, 0, named+2)
	for _, c := range cs[:named] {
		out = append(out, Reason{Feature: r.name(r.found[c.feature]), Weight: c.weight})
	}
	rest := 0.0
	for _, c := range cs[named:] {
		rest += c.weight
	}
	for _, extra := range []Reason{{ReasonBias, bias}, {ReasonRest, rest}} {
		if extra.Weight != 0 {
			out = append(out, extra)
		}
	}
	slices.SortFunc(out, heavier)
	return out
}

// heavier orders reasons.
func heavier(a, b Reason) int {
	if c := cmp.Compare(math.Abs(b.Weight), math.Abs(a.Weight)); c != 0 {
		return c
	}
	return cmp.Compare(a.Feature, b.Feature)
}
