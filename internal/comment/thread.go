package comment

import (
	"context"
	"fmt"
	"slices"
)

// MaxDepth is how deep replies are nested; deeper ones stand side by side at
// this depth.
const MaxDepth = 4

// View is what is asked for of a thread. Pages are numbered from the oldest; in a
// view from the newest they have the same numbers and comments, the last in front.
type View struct {
	Newest bool
	Page   int // 0: where the view begins
}

// Thread is what readers see at once under a post.
type Thread struct {
	Comments []Public // those that began a conversation, with the replies below them
	Count    int      // of the whole thread, without those erased
	View     View     // what is shown, with the number of its page; of two, the older
	Pages    int      // at least one
	// Begin is the page of the same view where it begins.
	Begin int
	// Latest are the newest comments of the whole thread, newest first.
	Latest []ID
}

// maxLatest is how many ids of a thread's newest comments go with each of its pages:
// a browser that remembers those can tell what came since.
const maxLatest = 50

// Thread reads a page of what readers see under a post. The post need not exist; a
// page that the thread has not got is ErrNotFound.
func (s *Service) Thread(ctx context.Context, post string, v View) (Thread, error) {
	o, err := s.outline(ctx, post)
	if err != nil {
		return Thread{}, err
	}
	there := said(o.branches)
	t := Thread{Count: len(there), Pages: len(o.pages), Begin: 1}
	first, last := v.Page, v.Page
	if v.Newest {
		t.Begin = o.newest()
	}
	if v.Page == 0 {
		first, last = t.Begin, t.Begin
		if v.Newest {
			last = t.Pages
		}
	}
	if first < 1 || last > t.Pages {
		return Thread{}, fmt.Errorf("page %d of the thread of %s: %w", v.Page, post, ErrNotFound)
	}
	t.View = View{v.Newest, first}
	for _, b := range slices.Backward(there[max(0, t.Count-maxLatest):]) {
		t.Latest = append(t.Latest, b.ID)
	}
	t.Comments, err = s.read(ctx, o, slices.Concat(o.pages[first-1:last]...))
	if err != nil {
		return Thread{}, fmt.Errorf("thread of %s: %w", post, err)
	}
	if v.Newest {
		slices.Reverse(t.Comments)
	}
	slices.SortStableFunc(t.Comments, func(a, b Public) int { return unpinned(a) - unpinned(b) })
	return t, nil
}

// unpinned is 0 of what is pinned, and 1 of all else.
func unpinned(p Public) int {
	if p.Pinned {
		return 0
	}
	return 1
}

// read reads the comments of a page, and who wrote what they reply to elsewhere.
func (s *Service) read(ctx context.Context, o outline, shown []ID) ([]Public, error) {
	here := make(map[ID]bool, len(shown))
	for _, id := range shown {
		here[id] = true
	}
	wanted := slices.Clone(shown)
	for _, id := range shown {
		if p := o.parents[id]; p != 0 && !here[p] {
			wanted = append(wanted, p)
		}
	}
	slices.Sort(wanted)
	cs, err := s.approved(ctx, slices.Compact(wanted))
	if err != nil {
		return nil, err
	}
	return tree(cs, here, o.locked), nil
}

// Size is how much there is under a post.
type Size struct {
	Count  int
	Newest ID // 0 for none
}

// Size counts the published comments under a post.
func (s *Service) Size(ctx context.Context, post string) (Size, error) {
	branches, err := s.store.Outline(ctx, post)
	if branches = said(branches); err != nil || len(branches) == 0 {
		return Size{}, err
	}
	return Size{len(branches), branches[len(branches)-1].ID}, nil
}

// Latest are the newest published comments under a post, newest first, at most
// limit of them.
func (s *Service) Latest(ctx context.Context, post string, limit int) ([]Public, error) {
	branches, err := s.store.Outline(ctx, post)
	if err != nil {
		return nil, fmt.Errorf("newest comments on %s: %w", post, err)
	}
	branches = said(branches)
	var wanted []ID
	for _, b := range branches[max(0, len(branches)-limit):] {
		wanted = append(wanted, b.ID)
	}
	cs, err := s.approved(ctx, wanted)
	if err != nil {
		return nil, fmt.Errorf("newest comments on %s: %w", post, err)
	}
	out := make([]Public, len(cs))
	for i, c := range cs {
		out[len(cs)-1-i] = publicOf(c)
	}
	return out, nil
}

// Shown is a published comment by itself, without its replies; ErrNotFound if the
// post does not show it.
func (s *Service) Shown(ctx context.Context, post string, id ID) (Public, error) {
	cs, err := s.approved(ctx, []ID{id})
	if err != nil {
		return Public{}, fmt.Errorf("comment %d: %w", id, err)
	}
	if len(cs) == 0 || cs[0].Post != post {
		return Public{}, fmt.Errorf("comment %d on %s: %w", id, post, ErrNotFound)
	}
	return publicOf(cs[0]), nil
}

// Posted is a published comment and the post it is on.
type Posted struct {
	Public
	Post string
}

// Recent are the newest published comments of the whole blog, newest first, at
// most limit of them. The posts need not exist.
func (s *Service) Recent(ctx context.Context, limit int) ([]Posted, error) {
	cs, err := s.store.List(ctx, Scope{All: true}, Approved, 0, limit)
	if err != nil {
		return nil, fmt.Errorf("recent comments: %w", err)
	}
	if err := s.MarkImitations(ctx, cs); err != nil {
		return nil, fmt.Errorf("recent comments: %w", err)
	}
	var out []Posted
	for _, c := range cs {
		if c.ErasedAt.IsZero() {
			out = append(out, Posted{publicOf(c), c.Post})
		}
	}
	return out, nil
}

// publicOf is what readers may see of a comment.
func publicOf(c Comment) Public {
	return Public{
		ID: c.ID, Parent: c.Parent, Author: c.Author, URL: c.URL, Body: c.Body,
		CreatedAt: c.CreatedAt, EditedAt: c.EditedAt, Moderated: c.EditedBy != "", Role: c.Role, Channel: c.Channel, Mention: c.Mention,
		Erased: !c.ErasedAt.IsZero(), Imitates: c.Imitates, Pinned: !c.PinnedAt.IsZero() && c.Parent == 0, Lock: !c.LockedAt.IsZero(),
	}
}

// node is a place in the tree while it grows.
type node struct {
	public  Public
	depth   int
	parent  *node
	replies []*node
}

// tree nests the comments that are shown here below their parents. Those that are
// not are parents on another page. A reply whose parent is nowhere becomes a root,
// marked Orphan. A parent always has a lower id than its replies, so one pass in
// order of id finds every parent.
func tree(cs []Comment, here, locked map[ID]bool) []Public {
	known := make(map[ID]*node, len(cs))
	var roots []*node
	for _, c := range cs {
		n := &node{public: publicOf(c)}
		n.public.Locked = locked[c.ID]
		known[c.ID] = n
		if !here[c.ID] {
			continue
		}
		at := known[c.Parent]
		switch {
		case at == nil:
			n.public.Orphan = c.Parent != 0
			n.public.Parent = 0
			roots = append(roots, n)
			continue
		case !here[c.Parent]:
			n.public.To, n.public.Apart = at.public.Author, true
			roots = append(roots, n)
			continue
		case at.depth >= MaxDepth:
			n.public.To = at.public.Author
			at = at.parent
		}
		n.parent, n.depth = at, at.depth+1
		at.replies = append(at.replies, n)
	}
	return publics(roots)
}

func publics(nodes []*node) []Public {
	out := make([]Public, len(nodes))
	for i, n := range nodes {
		out[i] = n.public
		out[i].Replies = publics(n.replies)
	}
	return out
}
