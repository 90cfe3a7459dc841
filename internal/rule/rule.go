// Package rule knows what the owner of a blog has laid down by hand: who and what is
// blocked, under which posts the comments are closed, and whether the blog is under
// attack.
//
// # Rules
//
// A [Rule] is one value of one [Kind]: an author's name, a proof (what an author proved
// to be, a cookie or an address), a domain that is linked to, a network, a word or
// several in a row, or a number of links. A comment that it hits is held, or put with
// the spam, as its [Effect] says. It is never refused and never vanishes: it waits where
// moderators see it, with the rule named. A rule may expire, and counts its hits.
//
// [Draft.Rule] makes a rule of what was typed, in the one spelling that is compared:
// names as account.Fold has them, hosts in ASCII, words folded. [NewSet] makes a [Set]
// of rules, which finds those that hit a [Subject] by looking its parts up, so that ten
// thousand rules cost hardly more than ten.
//
// # The book
//
// The [Book] is where all this is written down, and read on each comment and for each
// page; what is read is a snapshot in memory. Whoever writes needs the permission, and
// each writing leaves a line in the audit log. [Book.Refresh] reads again what another
// program has written.
//
// # What is kept of whom
//
// A network is compared with the address of a client while its comment comes, and the
// address is then forgotten: which rule on networks hit a comment is not kept with it,
// for that would be where it came from. Hits are counted by the day.
package rule

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"hamlet/internal/account"
)

// ErrNotFound means that there is no such rule.
var ErrNotFound = errors.New("no such rule")

// ID numbers the rules of a blog from 1.
type ID int64

// Kind is what of a comment a rule looks at.
type Kind string

// The kinds.
const (
	Author  Kind = "author"  // the name, as names are compared
	Proof   Kind = "proof"   // what the author proved to be
	Domain  Kind = "domain"  // of a link or of the author's site, and all below it
	Network Kind = "network" // that the comment came from
	Word    Kind = "word"    // or several in a row
	Links   Kind = "links"   // more of them than a number
)

// Kinds lists every kind.
var Kinds = []Kind{Author, Proof, Domain, Network, Word, Links}

// Effect is what becomes of a comment that a rule hits.
type Effect string

// The effects.
const (
	Hold Effect = "hold" // it waits for a moderator
	Spam Effect = "spam" // it is put with the spam
)

// Effects lists every effect.
var Effects = []Effect{Hold, Spam}

// Rule is something that the owner does not want, or wants to see first.
type Rule struct {
	ID     ID
	Kind   Kind
	Value  string // as it is compared; see Draft.Rule
	Effect Effect
	Note   string // for moderators
	By     string // who made it
	At     time.Time
	// Expires is when it ends; zero: never.
	Expires time.Time
	Hits    int64
	LastHit time.Time // the day of it; zero: never
}

// Expired reports whether a rule has ended.
func (r Rule) Expired(now time.Time) bool { return !r.Expires.IsZero() && !r.Expires.After(now) }

// String names a rule for the audit log: word "casino". What was proved is a number that
// says nothing to anybody.
func (r Rule) String() string {
	if r.Kind == Proof {
		return fmt.Sprintf("proof (rule %d)", r.ID)
	}
	return fmt.Sprintf("%s %q", r.Kind, r.Value)
}

// Fault is a kind of mistake in a draft; the page has the words for it.
type Fault string

// The faults.
const (
	KindOdd      Fault = "no kind"
	EffectOdd    Fault = "no effect"
	ValueMissing Fault = "nothing to look for"
	ValueLong    Fault = "too long"
	ProofOdd     Fault = "no proof"
	DomainOdd    Fault = "no domain"
	NetworkOdd   Fault = "no network"
	NetworkWide  Fault = "network too wide"
	WordOdd      Fault = "no word"
	LinksOdd     Fault = "no number of links"
	NoteLong     Fault = "note too long"
	LastingOdd   Fault = "no time"
)

// Faults lists every fault, for tests.
var Faults = []Fault{
	KindOdd, EffectOdd, ValueMissing, ValueLong, ProofOdd, DomainOdd, NetworkOdd, NetworkWide, WordOdd, LinksOdd, NoteLong, LastingOdd,
}

// InvalidError says which fields of a draft are wrong, and why.
type InvalidError struct{ Fields map[string]Fault }

// Error lists the fields in the order of their names.
func (e *InvalidError) Error() string {
	var parts []string
	for _, f := range slices.Sorted(maps.Keys(e.Fields)) {
		parts = append(parts, f+": "+string(e.Fields[f]))
	}
	return "invalid rule: " + strings.Join(parts, ", ")
}

// entry is a line of the audit log.
func entry(now time.Time, actor account.Actor, action, target, detail string) account.Entry {
	return account.Entry{At: now, Actor: actor.Name, Action: action, Target: target, Detail: detail}
}
