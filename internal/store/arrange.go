package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hamlet/internal/account"
	"hamlet/internal/comment"
)

// arrangements are the columns that arrangements write, and whether they set them.
var arrangements = map[comment.Arrangement]struct {
	column string
	set    bool
}{
	comment.Pin: {"pinned_at", true}, comment.Unpin: {"pinned_at", false},
	comment.Lock: {"locked_at", true}, comment.Unlock: {"locked_at", false},
}

// Arrange keeps what a moderator does with a conversation.
func (s *Comments) Arrange(ctx context.Context, c comment.Comment, what comment.Arrangement, e account.Entry) (act account.ActID, err error) {
	a, ok := arrangements[what]
	if !ok {
		return 0, comment.ErrConflict
	}
	var at any
	if a.set {
		at = millis(e.At)
	}
	err = s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		if _, err := lockComment(ctx, tx, c.ID); err != nil {
			return err
		}
		act, err = beside(ctx, tx, about{e, c.ID, c.Post}, []setPart{{a.column, idKey(c.ID)}}, func() ([]setPart, error) {
			done := tx.Model(&commentRow{}).Where("id = ? AND status = ?", int64(c.ID), string(comment.Approved)).Update(a.column, at)
			if done.Error == nil && done.RowsAffected == 0 {
				return nil, comment.ErrConflict
			}
			return nil, done.Error
		})
		if err != nil {
			return err
		}
		return raise(tx, c.Post)
	})
	if err != nil {
		return 0, fmt.Errorf("arrange comment %d: %w", c.ID, err)
	}
	return act, nil
}

// Arranged reads which comments of a post are pinned and which are locked, oldest first.
func (s *Comments) Arranged(ctx context.Context, post string) (comment.Arranged, error) {
	var rows []commentRow
	err := s.db.read.WithContext(ctx).Model(&commentRow{}).Select("id", "pinned_at", "locked_at").
		Where("post = ? AND (pinned_at IS NOT NULL OR locked_at IS NOT NULL)", post).Order("id").Find(&rows).Error
	var out comment.Arranged
	if err != nil {
		return out, fmt.Errorf("arrangement of %s: %w", post, err)
	}
	for _, r := range rows {
		if r.PinnedAt != nil {
			out.Pinned = append(out.Pinned, comment.ID(r.ID))
		}
		if r.LockedAt != nil {
			out.Locked = append(out.Locked, comment.ID(r.ID))
		}
	}
	return out, nil
}

// Locked reports whether a comment, or any that it stands below, is locked.
func (s *Comments) Locked(ctx context.Context, id comment.ID) (bool, error) {
	var n int
	err := s.db.read.WithContext(ctx).Raw("WITH RECURSIVE above (id, parent_id, locked_at) AS ("+
		"SELECT id, parent_id, locked_at FROM comments WHERE id = ? UNION ALL "+
		"SELECT c.id, c.parent_id, c.locked_at FROM comments c JOIN above a ON c.id = a.parent_id) "+
		"SELECT count(*) FROM above WHERE locked_at IS NOT NULL", int64(id)).Scan(&n).Error
	if err != nil {
		return false, fmt.Errorf("look whether comment %d is locked: %w", id, err)
	}
	return n > 0, nil
}
