package webmention

import (
	"context"
	"strconv"
	"strings"
	"time"
)

// State is how far a link is with being told to its target.
type State string

// The states of a link.
const (
	Waiting State = "waiting" // to be told
	Trying  State = "trying"  // it failed, and is tried again
	Taken   State = "taken"   // the target's endpoint took it
	Deaf    State = "deaf"    // the target names no endpoint
	Failed  State = "failed"  // it was given up
)

// Outcome is what became of a link.
type Outcome struct {
	Post, Target string
	Removed      bool // the link is gone, and that is what is told
	State        State
	Endpoint     string    // of the target, if it was told once
	Problem      string    // why the last attempt failed
	At           time.Time // since when it is so
	Next         time.Time // when it is told; zero: not again
	Attempts     int
}

// Mark is the place of the outcome in a list.
func (o Outcome) Mark() Mark { return Mark{o.At, o.Post, o.Target} }

// Mark is a place in a list of outcomes, the newest first. The zero Mark is its beginning.
type Mark struct {
	At           time.Time
	Post, Target string
}

// String is what [ParseMark] reads.
func (m Mark) String() string {
	if m == (Mark{}) {
		return ""
	}
	return strconv.FormatInt(m.At.UnixMilli(), 10) + "," + m.Post + "," + m.Target
}

// ParseMark reads what String wrote; ok is false for anything else.
func ParseMark(s string) (m Mark, ok bool) {
	if s == "" {
		return m, true
	}
	parts := strings.SplitN(s, ",", 3)
	if len(parts) != 3 {
		return m, false
	}
	at, err := strconv.ParseInt(parts[0], 10, 64)
	return Mark{time.UnixMilli(at).UTC(), parts[1], parts[2]}, err == nil
}

// Search says which outcomes are meant.
type Search struct {
	Posts  []string // of these posts only, unless All
	All    bool
	Amiss  bool // only those whose last attempt failed
	After  Mark
	Length int // at most
}

// Book is where the outcomes are looked up, the newest first.
type Book interface {
	Outcomes(ctx context.Context, s Search) ([]Outcome, error)
}
