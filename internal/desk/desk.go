// Package desk is what moderators do beyond one decision: they find comments, keep
// views of them, and hear from readers.
//
// # Finding
//
// A [Filter] says which comments are meant, a [Sort] in which order, a [Cursor] where in
// it. All three travel in the address of a page: [ParseFilter] reads a filter, and
// [Filter.Values] writes it, always in the same way. What is not asked for is not in the
// address, and names that are no part of a filter are passed over.
//
//	f, err := desk.ParseFilter(url.Values{"status": {"pending"}, "domain": {"shop.example"}})
//	page, err := queue.Find(ctx, who, desk.View{Filter: f, Sort: desk.Doubt}, 25)
//
// Lists are turned by key, not by number: the next page begins after the last comment of
// this one, and takes as long as the first, however many came before.
//
// An e-mail address is never part of a filter, for a filter is kept: in histories, in saved
// views, in what a job is to do. It is looked up once, by its keyed hash, and what is in
// the filter is the number of the person ([Queue.Person]).
//
// # What was shown
//
// Whoever says "all 1,204 that match" means those that were there when the number was
// counted. A [Mark] is that moment: the newest comment, and the time. What came later, or
// came later into the status that was looked at, is not meant.
//
// # Together
//
// A comment can be given to one of the moderators ([Notes.Assign]), and moderators tell each
// other what they know of it ([Notes.Add]). Readers never see either.
//
// # The audit log
//
// Whatever changes something is recorded in the transaction that changes it, by the rooms
// that keep it; here it is read ([Audit]): searched, exported as CSV and JSON lines, and
// verified. The log only grows, and is a chain: each line has the hash of the one before, so
// that a line that was changed, removed or put in shows. What is hashed is written in
// internal/store/chain.go, and what cannot be shown in the package comment there.
//
// # Whose comments
//
// A [Scope] is what of the blog an actor may moderate; every list and count is cut to it.
package desk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/comment"
)

// Scope is on which posts somebody may moderate.
type Scope = comment.Scope

// ScopeOf is the scope of an actor, or an error that wraps account.ErrForbidden.
func ScopeOf(who account.Actor) (Scope, error) {
	if err := who.May(account.UseDesk); err != nil {
		return Scope{}, err
	}
	posts, all := who.Scope()
	return Scope{All: all, Posts: posts}, nil
}

// Page is a part of a list.
type Page struct {
	Comments []comment.Comment
	// Next is where the next page begins; nil on the last one.
	Next *Cursor
	// Total counts all comments that the filter means, by what was looked up for the page already.
	Total func(context.Context) (int, error)
}

// Finder finds comments. Each method is one query or few, whose work is bounded by the
// number of comments, not by their length; comments that are deleted for good or erased
// are not found.
type Finder interface {
	// Find reads the comments from a cursor on, at most limit of them, without the
	// receipts of their verdicts.
	Find(ctx context.Context, s Scope, v View, limit int) (Page, error)
	// Count counts the comments that match.
	Count(ctx context.Context, s Scope, f Filter) (int, error)
	// IDs reads the numbers of the comments that match and were there at the mark, in
	// ascending order, those above after, at most limit of them.
	IDs(ctx context.Context, s Scope, f Filter, m Mark, after comment.ID, limit int) ([]comment.ID, error)
	// Mark is this moment.
	Mark(ctx context.Context) (Mark, error)
	// Person is whoever gave this address with a comment, or comment.ErrNotFound.
	Person(ctx context.Context, address string) (comment.PersonID, error)
}

// Imitations marks the comments that are under somebody else's name; comment.Service
// does.
type Imitations interface {
	MarkImitations(ctx context.Context, cs []comment.Comment) error
}

// Options is what a Queue is made of; all of it is required.
type Options struct {
	Finder     Finder
	Imitations Imitations
	Now        func() time.Time
}

// Queue is the moderators' lists.
type Queue struct {
	finder     Finder
	imitations Imitations
	rough      roughly
}

// New makes a Queue.
func New(o Options) (*Queue, error) {
	if o.Finder == nil || o.Imitations == nil || o.Now == nil {
		return nil, errors.New("queue: an option is missing")
	}
	return &Queue{finder: o.Finder, imitations: o.Imitations, rough: roughly{now: o.Now}}, nil
}

// View is a list: which comments, in which order, from where on.
type View struct {
	Filter Filter
	Sort   Sort
	From   Cursor // zero: from the beginning
}

// Find reads a page of a list for a moderator.
func (q *Queue) Find(ctx context.Context, who account.Actor, v View, limit int) (Page, error) {
	scope, err := ScopeOf(who)
	if err != nil {
		return Page{}, err
	}
	p, err := q.finder.Find(ctx, scope, v, limit)
	if err != nil {
		return Page{}, err
	}
	return p, q.imitations.MarkImitations(ctx, p.Comments)
}

// Count counts the comments that match, of those a moderator may see.
func (q *Queue) Count(ctx context.Context, who account.Actor, f Filter) (int, error) {
	scope, err := ScopeOf(who)
	if err != nil {
		return 0, err
	}
	return q.finder.Count(ctx, scope, f)
}

// Since counts the comments that match and came after a mark, up to a limit.
func (q *Queue) Since(ctx context.Context, who account.Actor, f Filter, m Mark, limit int) (int, error) {
	scope, err := ScopeOf(who)
	if err != nil {
		return 0, err
	}
	now, err := q.finder.Mark(ctx)
	if err != nil || now.Newest == m.Newest {
		return 0, err
	}
	ids, err := q.finder.IDs(ctx, scope, f, now, m.Newest, limit)
	return len(ids), err
}

// Mark is this moment, to be shown with a list.
func (q *Queue) Mark(ctx context.Context, who account.Actor) (Mark, error) {
	if _, err := ScopeOf(who); err != nil {
		return Mark{}, err
	}
	return q.finder.Mark(ctx)
}

// Person is whoever gave this address with a comment that the actor may see; Nobody if
// nobody did.
func (q *Queue) Person(ctx context.Context, who account.Actor, address string) (comment.PersonID, error) {
	scope, err := ScopeOf(who)
	if err != nil {
		return 0, err
	}
	id, err := q.finder.Person(ctx, address)
	if errors.Is(err, comment.ErrNotFound) {
		return Nobody, nil
	}
	if err != nil || scope.All {
		return id, err
	}
	if n, err := q.finder.Count(ctx, scope, Filter{Person: id}); err != nil || n == 0 {
		return Nobody, err
	}
	return id, nil
}

// Mark is a moment: what was there when a list was shown.
type Mark struct {
	Newest comment.ID // the highest number of a comment
	At     time.Time
}

// String is the mark as it stands in a form.
func (m Mark) String() string { return fmt.Sprintf("%d-%d", m.Newest, m.At.UnixMilli()) }

// ParseMark reads what String wrote.
func ParseMark(s string) (Mark, error) {
	var id, ms int64
	if n, err := fmt.Sscanf(s, "%d-%d", &id, &ms); err != nil || n != 2 || id < 0 || ms < 0 {
		return Mark{}, fmt.Errorf("the mark %q: %w", s, ErrMalformed)
	}
	m := Mark{Newest: comment.ID(id), At: time.UnixMilli(ms).UTC()}
	if m.String() != s {
		return Mark{}, fmt.Errorf("the mark %q: %w", s, ErrMalformed)
	}
	return m, nil
}

// ErrMalformed means that a cursor or a mark is none.
var ErrMalformed = errors.New("it is damaged")
