package store

import (
	"context"
	"fmt"
	"slices"

	"hamlet/internal/comment"
)

// Outline reads which approved comments a post has, oldest first. It finds them in an
// index and reads no comment.
func (s *Comments) Outline(ctx context.Context, post string) (branches []comment.Branch, err error) {
	rows, err := s.db.read.WithContext(ctx).Raw(
		"SELECT id, parent_id, erased_at IS NOT NULL FROM comments WHERE post = ? AND status = ? ORDER BY id", post, string(comment.Approved)).Rows()
	if err != nil {
		return nil, fmt.Errorf("read outline of %s: %w", post, err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var b comment.Branch
		if err := rows.Scan(&b.ID, &b.Parent, &b.Erased); err != nil {
			return nil, fmt.Errorf("read outline of %s: %w", post, err)
		}
		branches = append(branches, b)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read outline of %s: %w", post, err)
	}
	return branches, nil
}

// Approved reads those of some comments that are approved, oldest first.
func (s *Comments) Approved(ctx context.Context, ids []comment.ID) ([]comment.Comment, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := rowsOf[commentRow](s.db.read).Omit(slices.Concat(hidden, []string{"verdict"})...).
		Where("id IN ? AND status = ?", ids, string(comment.Approved)).Order("id").Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("read approved comments: %w", err)
	}
	for i := range rows {
		rows[i].Verdict = "{}" // was not read
	}
	return commentsOf(rows)
}
