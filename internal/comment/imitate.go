package comment

import (
	"context"
	"fmt"
	"slices"

	"hamlet/internal/account"
)

// approved reads approved comments by their ids, with the imitations among them marked.
func (s *Service) approved(ctx context.Context, ids []ID) ([]Comment, error) {
	cs, err := s.store.Approved(ctx, ids)
	if err != nil {
		return nil, err
	}
	return cs, s.markImitations(ctx, cs)
}

// markImitations marks the comments that are under a name of somebody else's, with
// one query for all of them.
func (s *Service) markImitations(ctx context.Context, cs []Comment) error {
	names := map[string]bool{}
	for _, c := range cs {
		if name := account.Fold(c.Author); name != "" && c.Role == Reader {
			names[name] = true
		}
	}
	if len(names) == 0 {
		return nil
	}
	asked := make([]string, 0, len(names))
	for name := range names {
		asked = append(asked, name)
	}
	slices.Sort(asked)
	holders, err := s.store.Holders(ctx, asked)
	if err != nil {
		return fmt.Errorf("look up who holds the names: %w", err)
	}
	authors := map[string][]string{} // of each post
	for i := range cs {
		cs[i].Imitates = s.imitates(cs[i], holders, authors)
	}
	return nil
}

// marked is markImitations of one comment.
func (s *Service) marked(ctx context.Context, c Comment) (Comment, error) {
	cs := []Comment{c}
	err := s.markImitations(ctx, cs)
	return cs[0], err
}

// imitates reports whether a comment is under a name of somebody else's. A name is
// held by whoever first proved to be its author; what came before that stays unmarked.
func (s *Service) imitates(c Comment, holders map[string]Holder, authors map[string][]string) bool {
	name := account.Fold(c.Author)
	if name == "" || c.Role != Reader {
		return false
	}
	holder := holders[name]
	if holder.User || holder.First != 0 && holder.First < c.ID && holder.Proof != c.Proof {
		return true
	}
	if _, known := authors[c.Post]; !known {
		authors[c.Post] = folded(s.posts.About(c.Post).Authors)
	}
	return slices.Contains(authors[c.Post], name)
}

func folded(names []string) []string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = account.Fold(name)
	}
	return out
}
