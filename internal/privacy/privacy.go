// Package privacy has the words in which the rooms of the house declare what they keep
// of people, what they send elsewhere about them, and what they leave in browsers.
//
// A declaration stands in the room that does it: a column beside the rows of store, a
// call beside the client that makes it. It names a text of the catalogue, where readers
// find what it is, what for, and who sees it; the page /privacy and the note below the
// form show those that are in force with the settings of the blog, and no others. So the
// page cannot forget anything, as long as nothing is undeclared; tests see to that, which
// walk the tables of the database and the source (internal/privacy_test.go).
package privacy

import (
	"slices"
	"time"
)

// Settings are those settings of a blog that decide what is in force.
type Settings struct {
	// Network is for how long networks are kept; zero: they are not.
	Network time.Duration
	Letters bool // mails are sent
	Receive bool // webmentions are taken
	Tell    bool // webmentions are sent
	Server  bool // the database is on a server
	// Hooks are the hosts of the programs that are told of comments, sorted.
	Hooks []string
	// Opinion says that another filter is asked, and Told what it is told besides what
	// readers see; Asked is its host.
	Opinion bool
	Told    []string
	Asked   string
	// Callbacks says that other sites are told what is found in comments of theirs.
	Callbacks bool
}

// What another filter may be told, beside what readers see of a comment.
const (
	Address  = "address"
	IP       = "ip"
	Agent    = "agent"
	Referrer = "referrer"
)

// When says with which settings something is in force.
type When string

// The conditions.
const (
	Always       When = ""
	WithNetwork  When = "network"
	WithMail     When = "mail"
	WithMentions When = "mentions" // taken
	WithTelling  When = "telling"  // mentions are sent
	WithDatabase When = "database" // on a server
	WithHooks    When = "hooks"    // programs are told of comments
	WithOpinion  When = "opinion"  // of another filter

	WithCallbacks When = "callbacks" // other sites are told
)

// holds reports whether the condition is met.
func (s Settings) holds(w When) bool {
	switch w {
	case WithNetwork:
		return s.Network > 0
	case WithMail:
		return s.Letters
	case WithMentions:
		return s.Receive
	case WithTelling:
		return s.Tell
	case WithDatabase:
		return s.Server
	case WithHooks:
		return len(s.Hooks) > 0
	case WithOpinion:
		return s.Opinion
	case WithCallbacks:
		return s.Callbacks
	default:
		return true
	}
}

// Span says how long something is kept: the words of the catalogue, and a time if they
// have one.
type Span struct {
	Text string        // "privacy.until_…"
	For  time.Duration // zero if the words have no number
}

// Kept is something that is kept of people.
type Kept struct {
	// Name is that of its text in the catalogue; what it is for is at NAME_why, and who
	// sees it at NAME_who.
	Name string
	When When
	Span Span
	// Comment says that a comment brings it along, so that it is named beside the form.
	Comment bool
	// Columns are where it is, as "table.column".
	Columns []string
}

// Call is something that is sent to another machine.
type Call struct {
	// Name is that of its text; what it is for is at NAME_why, and what is sent at
	// NAME_fields.
	Name string
	When When
	// Comment says that a comment may bring it about.
	Comment bool
	// By are the functions in the source that do it, as "room.function".
	By []string
}

// Trace is something that is left in a browser: a cookie, or what scripts keep there.
type Trace struct {
	// Name is that of its text; what it is for is at NAME_why, and how long it is kept at
	// NAME_until.
	Name    string
	Comment bool
	// Key is the name of the cookie, or how the keys in Store begin.
	Key string
	// Store is "cookie", "localStorage" or "sessionStorage".
	Store string
	// By is the function that sets the cookie, or the script.
	By string
}

// Notice is everything that is in force.
type Notice struct {
	Settings Settings
	Kept     []Kept
	Calls    []Call
	Traces   []Trace
}

// In is what of the notice is in force with settings.
func (n Notice) In(s Settings) Notice {
	n.Settings = s
	n.Kept = slices.DeleteFunc(slices.Clone(n.Kept), func(k Kept) bool { return !s.holds(k.When) })
	n.Calls = slices.DeleteFunc(slices.Clone(n.Calls), func(c Call) bool { return !s.holds(c.When) })
	for i, k := range n.Kept {
		if k.When == WithNetwork {
			n.Kept[i].Span.For = s.Network
		}
	}
	return n
}

// OfComment is what of the notice has to do with sending a comment.
func (n Notice) OfComment() Notice {
	n.Kept = slices.DeleteFunc(slices.Clone(n.Kept), func(k Kept) bool { return !k.Comment })
	n.Calls = slices.DeleteFunc(slices.Clone(n.Calls), func(c Call) bool { return !c.Comment })
	n.Traces = slices.DeleteFunc(slices.Clone(n.Traces), func(t Trace) bool { return !t.Comment })
	return n
}

// Days is a time in whole days, as the page shows it.
func (s Span) Days() int { return int(s.For / (24 * time.Hour)) }
