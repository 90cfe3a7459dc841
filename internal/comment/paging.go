package comment

import (
	"context"
	"errors"
	"fmt"
	"math/bits"
	"slices"
)

// PageSize is how many comments a page of a thread has at most, and half of it how many
// conversations. The beginning of a view from the newest may have a quarter more.
const PageSize = 64

// Branch is a published comment as part of its thread: what it replies to, shown or
// not, 0 for nothing, and whether it was erased and is only the place that its replies
// stand below.
type Branch struct {
	ID, Parent ID
	Erased     bool
}

// said are those of branches that say something.
func said(branches []Branch) []Branch {
	if !slices.ContainsFunc(branches, func(b Branch) bool { return b.Erased }) {
		return branches
	}
	return slices.DeleteFunc(slices.Clone(branches), func(b Branch) bool { return b.Erased })
}

// outline is a whole thread without what is said in it.
type outline struct {
	branches []Branch
	parents  map[ID]ID   // of the comments shown, where the parent is shown too
	pages    [][]ID      // one at least; the ids of each in their order
	locked   map[ID]bool // what may not be replied to; nil for nothing
}

func (s *Service) outline(ctx context.Context, post string) (outline, error) {
	branches, err := s.store.Outline(ctx, post)
	if err != nil {
		return outline{}, fmt.Errorf("thread of %s: %w", post, err)
	}
	arranged, err := s.store.Arranged(ctx, post)
	if err != nil {
		return outline{}, fmt.Errorf("thread of %s: %w", post, err)
	}
	o := paged(branches, arranged.Pinned)
	o.lock(arranged.Locked)
	return o, nil
}

// lock notes what may not be replied to: what is locked, and all below it.
func (o *outline) lock(locked []ID) {
	if len(locked) == 0 {
		return
	}
	o.locked = make(map[ID]bool, len(locked))
	for _, id := range locked {
		o.locked[id] = true
	}
	for _, b := range o.branches { // a parent is older than its replies
		if o.locked[b.Parent] {
			o.locked[b.ID] = true
		}
	}
}

// paged divides a thread into pages, which have whole conversations as far as they
// fit: a comment that replies to nothing that is shown, and all below it. A
// conversation counts for the next power of two, from two, so that hardly ever a reply
// moves others to another page. One that is larger than a page has pages of its own, in
// the order its comments came, so that a reply only adds to the last. Those that are
// pinned come before all others.
func paged(branches []Branch, pinned []ID) outline {
	o := outline{branches: branches, parents: make(map[ID]ID, len(branches))}
	at := make(map[ID]int, len(branches)) // conversation
	var talks [][]ID
	for _, b := range branches {
		n, reply := at[b.Parent]
		if !reply {
			n = len(talks)
			talks = append(talks, nil)
		} else {
			o.parents[b.ID] = b.Parent
		}
		at[b.ID] = n
		talks[n] = append(talks[n], b.ID)
	}
	if len(pinned) > 0 {
		slices.SortStableFunc(talks, func(a, b []ID) int { return first(pinned, a) - first(pinned, b) })
	}
	page, room := []ID{}, PageSize
	for _, talk := range talks {
		for part := range slices.Chunk(talk, PageSize) {
			size := max(2, 1<<bits.Len(uint(len(part)-1)))
			if size > room {
				o.pages = append(o.pages, page)
				page, room = nil, PageSize
			}
			page, room = append(page, part...), room-size
		}
	}
	o.pages = append(o.pages, page)
	return o
}

// first is 0 of a conversation that is pinned, and 1 of all others.
func first(pinned, talk []ID) int {
	if slices.Contains(pinned, talk[0]) {
		return 0
	}
	return 1
}

// newest is the page where a view from the newest begins: the last, or the one before
// it while the last has little.
func (o outline) newest() int {
	n := len(o.pages)
	if n > 1 && len(o.pages[n-1]) < PageSize/4 {
		return n - 1
	}
	return n
}

// page is the number of the page that shows a comment; 0 if none does.
func (o outline) page(id ID) int {
	return 1 + slices.IndexFunc(o.pages, func(page []ID) bool { return slices.Contains(page, id) })
}

// Spot is where readers find a comment.
type Spot struct {
	Post string
	Page int
}

// Locate finds where a published comment is shown. One that was never published, or
// is not there yet, is ErrNotFound; one that was taken away is ErrGone.
func (s *Service) Locate(ctx context.Context, id ID) (Spot, error) {
	c, err := s.store.Get(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return Spot{}, s.missing(ctx, id, err)
	}
	if err != nil {
		return Spot{}, fmt.Errorf("locate comment %d: %w", id, err)
	}
	if c.Status != Approved {
		if c.Prior == Approved {
			return Spot{}, fmt.Errorf("comment %d: %w", id, ErrGone)
		}
		return Spot{}, fmt.Errorf("comment %d is not published: %w", id, ErrNotFound)
	}
	o, err := s.outline(ctx, c.Post)
	if err != nil {
		return Spot{}, err
	}
	n := o.page(id)
	if n == 0 { // taken away since it was read
		return Spot{}, fmt.Errorf("comment %d: %w", id, ErrGone)
	}
	return Spot{c.Post, n}, nil
}

// missing tells a comment that was deleted, as its number was given before that of the
// newest one, from one that never was.
func (s *Service) missing(ctx context.Context, id ID, notFound error) error {
	newest, err := s.store.List(ctx, Scope{All: true}, Approved, 0, 1)
	if err != nil {
		return fmt.Errorf("locate comment %d: %w", id, err)
	}
	if len(newest) > 0 && id < newest[0].ID {
		return fmt.Errorf("comment %d: %w", id, ErrGone)
	}
	return notFound
}
