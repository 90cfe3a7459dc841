package comment

import (
	"context"
	"fmt"
	"slices"

	"hamlet/internal/account"
	"hamlet/internal/spam"
)

// approved reads approved comments by their ids, with the imitations among them marked.
func (s *Service) approved(ctx context.Context, ids []ID) ([]Comment, error) {
	cs, err := s.store.Approved(ctx, ids)
	if err != nil {
		return nil, err
	}
	return cs, s.MarkImitations(ctx, cs)
}

// MarkImitations marks the comments that are under a name of somebody else's, with
// one query for all of them.
func (s *Service) MarkImitations(ctx context.Context, cs []Comment) error {
	names := map[string]bool{}
	for _, c := range cs {
		if c.Role != Reader {
			continue
		}
		for _, name := range readings(c.Author) {
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

// marked is MarkImitations of one comment.
func (s *Service) marked(ctx context.Context, c Comment) (Comment, error) {
	cs := []Comment{c}
	err := s.MarkImitations(ctx, cs)
	return cs[0], err
}

// imitates reports whether a comment is under a name of somebody else's. Users of the
// blog hold theirs. Else a name is held by whoever first wrote under it in a role; if nobody
// did, by whoever first proved it by a confirmed address; and then by a cookie. So an address
// outdoes a cookie that was there before. What came before the holder stays unmarked.
func (s *Service) imitates(c Comment, holders map[string]Holder, authors map[string][]string) bool {
	if c.Role != Reader {
		return false
	}
	names := readings(c.Author)
	for _, name := range names {
		holder := holders[name]
		own := c.Proof != Proof{} && holder.Proof == c.Proof
		if holder.User || holder.First != 0 && holder.First < c.ID && !own {
			return true
		}
	}
	if _, known := authors[c.Post]; !known {
		authors[c.Post] = nameKeys(s.posts.About(c.Post).Authors)
	}
	return slices.ContainsFunc(names, func(name string) bool { return slices.Contains(authors[c.Post], name) })
}

// NameKey is a name as names are compared: two that readers would take for each other
// have the same.
func NameKey(name string) string { return account.Fold(spam.Skeleton(name)) }

// readings are the keys of all names that a name could be taken for as it is written.
func readings(name string) []string {
	var keys []string
	for _, reading := range spam.Readings(name) {
		if key := account.Fold(reading); key != "" && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys
}

func nameKeys(names []string) []string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = NameKey(name)
	}
	return out
}
