package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"hamlet/internal/comment"
)

// holdersOf finds who holds names: for each, one look at the users and one at the
// first comment of an index, which has those first whose authors proved most.
const holdersOf = `WITH asked(name) AS (VALUES (CAST(? AS TEXT))%s)
	SELECT asked.name, 0, NULL, 0 FROM asked JOIN users ON users.looks = asked.name
	UNION ALL
	SELECT asked.name, c.id, c.proof, c.standing FROM asked JOIN comments c ON c.id = (SELECT n.id FROM comments n
		WHERE n.folded = asked.name AND n.status = 'approved' AND n.standing > 0
		ORDER BY n.standing DESC, n.id LIMIT 1)`

// mostNames is how many names are asked for at once; both engines take that many.
const mostNames = 10_000

// Holders tells who holds the names.
func (s *Comments) Holders(ctx context.Context, names []string) (map[string]comment.Holder, error) {
	holders := map[string]comment.Holder{}
	for some := range slices.Chunk(names, mostNames) {
		if err := s.holders(ctx, some, holders); err != nil {
			return nil, fmt.Errorf("look up who holds names: %w", err)
		}
	}
	return holders, nil
}

func (s *Comments) holders(ctx context.Context, names []string, holders map[string]comment.Holder) error {
	args := make([]any, len(names))
	for i, name := range names {
		args[i] = name
	}
	query := fmt.Sprintf(holdersOf, strings.Repeat(", (?)", len(names)-1))
	rows, err := s.db.read.WithContext(ctx).Raw(query, args...).Rows()
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var name string
		var first int64
		var proof []byte
		var standing int
		if err := rows.Scan(&name, &first, &proof, &standing); err != nil {
			return err
		}
		h := holders[name]
		if first == 0 {
			h.User = true
		} else {
			h.First, h.Standing = comment.ID(first), comment.Standing(standing)
			copy(h.Proof[:], proof)
		}
		holders[name] = h
	}
	return rows.Err()
}
