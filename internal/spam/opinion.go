package spam

import (
	"slices"
	"strings"
)

// Said is what another filter, which was asked about a message, says of it.
type Said string

// The answers.
const (
	SaidNothing Said = ""
	SaidHam     Said = "ham"
	SaidSpam    Said = "spam"
	SaidSure    Said = "sure spam" // so blatant that nobody need look at it
)

// opinionKind begins the names of what another filter said.
const opinionKind = "opinion:"

// Hearing is the verdict with what another filter said of the message, which weighs as
// much as is told, in log-odds. No model and no lesson knows of it: it is one contribution
// more, in whole units like all, and the class follows from the sum by the same thresholds.
// What was heard before is replaced. A verdict without its receipt stays without it.
func (v Verdict) Hearing(said Said, weight float64) Verdict {
	own, heard := v.Own(), Reason{Feature: opinionKind + string(said), Weight: units(weight)}
	with := func(rs []Reason) []Reason {
		return append(slices.DeleteFunc(slices.Clone(rs), Reason.opinion), heard)
	}
	v.Reasons = with(v.Reasons)
	slices.SortFunc(v.Reasons, heavier)
	if len(v.Receipt) > 0 {
		v.Receipt = with(v.Receipt)
		slices.SortFunc(v.Receipt, heavier)
	}
	v.LogOdds = own + heard.Weight
	v.Probability = logistic(v.LogOdds)
	v.Class = v.Thresholds.class(v.Probability)
	return v
}

// Own are the log-odds of a verdict without what another filter said.
func (v Verdict) Own() float64 {
	own := v.LogOdds
	for _, r := range v.Reasons {
		if r.opinion() {
			own -= r.Weight
		}
	}
	return own
}

func (r Reason) opinion() bool { return strings.HasPrefix(r.Feature, opinionKind) }
