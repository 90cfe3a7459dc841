package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hamlet/internal/account"
	"hamlet/internal/comment"
)

// Holding reads everything that is kept of a person, and keeps the entry.
func (s *Comments) Holding(ctx context.Context, who comment.PersonID, entry account.Entry) (comment.Holding, error) {
	var h comment.Holding
	nobody := comment.Personal{Comment: comment.Comment{Person: who}}
	err := s.personKept(ctx, s.db.read, &nobody)
	if err == nil && nobody.Person == nil {
		err = comment.ErrNotFound
	}
	if err != nil {
		return h, fmt.Errorf("read person %d: %w", who, err)
	}
	h.Person = *nobody.Person
	var ids []int64
	err = s.db.read.WithContext(ctx).Raw("SELECT id FROM comments WHERE person_id = ? ORDER BY id", int64(who)).Scan(&ids).Error
	if err != nil {
		return h, fmt.Errorf("find the comments of person %d: %w", who, err)
	}
	for _, id := range ids {
		p, err := s.Personal(ctx, comment.ID(id))
		if err != nil {
			return h, err
		}
		h.Comments = append(h.Comments, p)
	}
	err = s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error { return record(ctx, tx, entry) })
	if err != nil {
		return comment.Holding{}, fmt.Errorf("note that person %d is read: %w", who, err)
	}
	return h, nil
}
