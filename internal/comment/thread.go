package comment

import (
	"context"
	"fmt"
)

// MaxDepth is how deep replies are nested; deeper ones stand side by side at
// this depth.
const MaxDepth = 4

// Thread is what readers see under a post: the approved comments as a tree,
// oldest first. The post need not exist.
func (s *Service) Thread(ctx context.Context, post string) ([]Public, error) {
	cs, err := s.store.Approved(ctx, post)
	if err != nil {
		return nil, fmt.Errorf("thread of %s: %w", post, err)
	}
	return tree(cs), nil
}

// Posted is a published comment and the post it is on.
type Posted struct {
	Public
	Post string
}

// Recent are the newest published comments of the whole blog, newest first, at
// most limit of them. The posts need not exist.
func (s *Service) Recent(ctx context.Context, limit int) ([]Posted, error) {
	cs, err := s.store.List(ctx, Approved, 0, limit)
	if err != nil {
		return nil, fmt.Errorf("recent comments: %w", err)
	}
	out := make([]Posted, len(cs))
	for i, c := range cs {
		out[i] = Posted{publicOf(c), c.Post}
	}
	return out, nil
}

// publicOf is what readers may see of a comment.
func publicOf(c Comment) Public {
	return Public{
		ID: c.ID, Parent: c.Parent, Author: c.Author, URL: c.URL, Body: c.Body, CreatedAt: c.CreatedAt,
		Channel: c.Channel, Mention: c.Mention,
	}
}

// node is a place in the tree while it grows.
type node struct {
	public  Public
	depth   int
	parent  *node
	replies []*node
}

// tree nests the comments below their parents. A reply whose parent is not
// among them becomes a root, marked Orphan. A parent always has a lower id than
// its replies, so one pass in order of id finds every parent.
func tree(cs []Comment) []Public {
	shown := make(map[ID]*node, len(cs))
	var roots []*node
	for _, c := range cs {
		n := &node{public: publicOf(c)}
		shown[c.ID] = n
		at := shown[c.Parent]
		if at == nil {
			n.public.Orphan = c.Parent != 0
			n.public.Parent = 0
			roots = append(roots, n)
			continue
		}
		if at.depth >= MaxDepth {
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
