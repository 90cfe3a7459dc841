package comment

import "hamlet/internal/spam"

// Policy is how much the owner leaves to the filter.
type Policy string

// The policies.
const (
	// HoldUnsureOnly publishes what the filter calls ham. The default.
	HoldUnsureOnly Policy = "unsure"
	// HoldFirst also holds comments of authors none of whose comments were approved
	// yet. An author is known by name and e-mail address together: the address alone
	// would be a pass for whoever knows it, under any name, and the answer would
	// tell anybody whether its owner comments here.
	HoldFirst Policy = "first"
	// HoldAll holds everything.
	HoldAll Policy = "all"
)

// Policies lists every policy.
var Policies = []Policy{HoldUnsureOnly, HoldFirst, HoldAll}

// Evidence is what a comment is placed by.
type Evidence struct {
	Judged bool       // false: the filter could not judge
	Class  spam.Class // what the filter says, if it judged
	Known  bool       // a comment under the same name and address was approved before
}

// Place decides where a new comment goes, and why it is held. It is a pure
// function; place_test.go has every case.
func Place(e Evidence, p Policy) (Status, Hold) {
	switch {
	case !e.Judged:
		return Pending, HoldUnjudged
	case e.Class == spam.Spam:
		return Spam, HoldSpam
	case e.Class != spam.Ham:
		return Pending, HoldUnsure
	case p == HoldAll:
		return Pending, HoldPolicy
	case p == HoldFirst && !e.Known:
		return Pending, HoldFirstTime
	default:
		return Approved, HoldNone
	}
}
