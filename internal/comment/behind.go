package comment

import (
	"context"
	"net/netip"

	"hamlet/internal/account"
	"hamlet/internal/rule"
)

// Behind is what moderators see of a comment besides the comment itself.
type Behind struct {
	// Parent is what it replies to; nil if that is gone, or if it replies to none.
	Parent *Comment
	// Rules are those that it hit, those that put it with the spam first; of one on networks,
	// and of one that was removed since, only the kind is known.
	Rules []rule.Rule
	// Network is where it came from, if that is kept; else the zero Prefix.
	Network netip.Prefix
	Edits   []Edit // the oldest first
}

// Behind reads what is behind comments, with as many queries for all as for one.
func (s *Service) Behind(ctx context.Context, actor account.Actor, cs []Comment) (map[ID]Behind, error) {
	ids := make([]ID, len(cs))
	for i, c := range cs {
		if err := actor.MayOn(account.ModerateComments, c.Post); err != nil {
			return nil, err
		}
		ids[i] = c.ID
	}
	if len(ids) == 0 {
		return nil, nil
	}
	parents, err := s.parents(ctx, cs)
	if err != nil {
		return nil, err
	}
	rules, err := s.store.HitRules(ctx, ids)
	if err != nil {
		return nil, err
	}
	networks, err := s.store.Networks(ctx, ids)
	if err != nil {
		return nil, err
	}
	edits, err := s.store.Edits(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make(map[ID]Behind, len(cs))
	for _, c := range cs {
		out[c.ID] = Behind{Parent: parents[c.Parent], Rules: rules[c.ID], Network: networks[c.ID], Edits: edits[c.ID]}
	}
	return out, nil
}

// parents are the comments that some reply to; they stand below the same posts.
func (s *Service) parents(ctx context.Context, cs []Comment) (map[ID]*Comment, error) {
	var ids []ID
	for _, c := range cs {
		if c.Parent != 0 {
			ids = append(ids, c.Parent)
		}
	}
	found, err := s.store.Some(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make(map[ID]*Comment, len(found))
	for i, c := range found {
		out[c.ID] = &found[i]
	}
	return out, nil
}
