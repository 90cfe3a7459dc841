package comment

import (
	"slices"

	"hamlet/internal/rule"
	"hamlet/internal/spam"
)

// Policy is how much the owner leaves to the filter.
type Policy string

// The policies.
const (
	// HoldUnsureOnly publishes what the filter calls ham. The default.
	HoldUnsureOnly Policy = "unsure"
	// HoldFirst also holds comments of authors none of whose comments were approved
	// yet. An author is known by a [Proof] or a [Role] alone: a name or an address that
	// is typed would be a pass for whoever knows it, and the answer would tell anybody
	// whether its owner comments here.
	HoldFirst Policy = "first"
	// HoldAll holds everything.
	HoldAll Policy = "all"
)

// Policies lists every policy.
var Policies = []Policy{HoldUnsureOnly, HoldFirst, HoldAll}

// Evidence is what a comment is placed by.
type Evidence struct {
	Judged bool        // false: the filter could not judge
	Class  spam.Class  // what the filter says, if it judged
	Known  bool        // a comment with the same proof was approved before, or a role is proved
	Rules  []rule.Rule // of the owner's, that it hits
	Attack bool        // the blog is under attack, and everything is held
	Idle   bool        // work was asked for, and not done
}

// ruled reports whether a rule with this effect was hit.
func (e Evidence) ruled(effect rule.Effect) bool {
	return slices.ContainsFunc(e.Rules, func(r rule.Rule) bool { return r.Effect == effect })
}

// Place decides where a new comment goes, and why it is held. It is a pure
// function; place_test.go has every case.
func Place(e Evidence, p Policy) (Status, Hold) {
	switch {
	case e.ruled(rule.Spam):
		return Spam, HoldRule
	case e.Judged && e.Class == spam.Spam:
		return Spam, HoldSpam
	case e.ruled(rule.Hold):
		return Pending, HoldRule
	case !e.Judged:
		return Pending, HoldUnjudged
	case e.Idle:
		return Pending, HoldWork
	case e.Class != spam.Ham:
		return Pending, HoldUnsure
	case e.Attack:
		return Pending, HoldAttack
	case p == HoldAll:
		return Pending, HoldPolicy
	case p == HoldFirst && !e.Known:
		return Pending, HoldFirstTime
	default:
		return Approved, HoldNone
	}
}
