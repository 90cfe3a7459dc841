package desk

import (
	"context"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/comment"
)

// Past is what else there is of the author of a comment here. A name is no proof: what is
// only under the same name may be by anybody, and is told apart.
type Past struct {
	Proved Record // by who proved the same
	Named  Record // under the same name, but not proved to be by the same
}

// Record is some comments of an author, besides the one that is looked at.
type Record struct {
	Counts map[comment.Status]int
	// More means that there are more than were counted; those counted are the newest.
	More   bool
	Latest []Glance // the newest first
}

// Total is how many were counted.
func (r Record) Total() int {
	n := 0
	for _, of := range r.Counts {
		n += of
	}
	return n
}

// Glance is a comment at a glance.
type Glance struct {
	ID     comment.ID
	Post   string
	Status comment.Status
	At     time.Time
	Body   string // as it begins
}

// Limits of what is told of an author.
const (
	PastCounted = 100
	pastLatest  = 3
)

// PastFinder finds what else there is of the authors of comments, as a scope has it. The
// work is bounded by the limits, however many there are.
type PastFinder interface {
	Past(ctx context.Context, s Scope, ids []comment.ID, counted, latest int) (map[comment.ID]Past, error)
}

// Pasts tells moderators of the authors of comments.
type Pasts struct{ Finder PastFinder }

// Of reads what else there is of the authors of comments that the actor was shown; those of
// whom there is nothing may be missing.
func (p *Pasts) Of(ctx context.Context, actor account.Actor, ids []comment.ID) (map[comment.ID]Past, error) {
	scope, err := ScopeOf(actor)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return p.Finder.Past(ctx, scope, ids, PastCounted, pastLatest)
}
