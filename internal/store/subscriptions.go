package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hamlet/internal/comment"
)

// Confirming reads whether the address that came with a comment is confirmed.
func (s *Comments) Confirming(ctx context.Context, id comment.ID, link int64) (comment.Comment, bool, error) {
	var c comment.Comment
	var confirmed bool
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) (err error) {
		c, confirmed, err = confirming(ctx, tx, id, link)
		return err
	})
	if err != nil {
		return c, false, fmt.Errorf("read whether the address of comment %d is confirmed: %w", id, err)
	}
	return c, confirmed, nil
}

// confirming reads a comment with an address, and locks it.
func confirming(ctx context.Context, tx *gorm.DB, id comment.ID, link int64) (c comment.Comment, confirmed bool, err error) {
	if c, err = lockComment(ctx, tx, id); err != nil {
		return c, false, err
	}
	if c.Link != link || c.Person == 0 || !c.ErasedAt.IsZero() {
		return c, false, comment.ErrNotFound
	}
	var at *int64
	err = tx.Raw("SELECT confirmed_at FROM people WHERE id = ?", int64(c.Person)).Scan(&at).Error
	return c, at != nil, err
}

// ConfirmAuthor keeps that a mail about a comment with this link number was answered:
// its person's address is confirmed, mails are wanted again, and the comment has the proof,
// if it had none. The comment is returned as it was.
func (s *Comments) ConfirmAuthor(
	ctx context.Context, id comment.ID, link int64, proof func(comment.PersonID) comment.Proof,
) (comment.Comment, error) {
	var c comment.Comment
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) (err error) {
		if c, _, err = confirming(ctx, tx, id, link); err != nil {
			return err
		}
		err = tx.Exec("UPDATE people SET confirmed_at = COALESCE(confirmed_at, ?), muted_at = NULL WHERE id = ?",
			millis(s.db.now()), int64(c.Person)).Error
		if err != nil || c.Proof != (comment.Proof{}) {
			return err
		}
		p := proof(c.Person)
		if err := tx.Exec("UPDATE comments SET proof = ? WHERE id = ?", p[:], int64(id)).Error; err != nil {
			return err
		}
		if c.Status != comment.Approved {
			return nil
		}
		return raise(tx, c.Post) // whose name it is may show
	})
	if err != nil {
		return c, fmt.Errorf("confirm the address of comment %d: %w", id, err)
	}
	return c, nil
}

// StopReplies ends the mails to a person about replies to a comment.
func (s *Comments) StopReplies(ctx context.Context, id comment.ID, who comment.PersonID) error {
	err := s.db.change(ctx, func(_ context.Context, tx *gorm.DB) error {
		return tx.Exec("UPDATE subscriptions SET muted_at = COALESCE(muted_at, ?) WHERE comment_id = ? AND person_id = ?",
			millis(s.db.now()), int64(id), int64(who)).Error
	})
	if err != nil {
		return fmt.Errorf("stop mails about replies to comment %d: %w", id, err)
	}
	return nil
}

// StopMails ends all mails to a person, or lets them go on.
func (s *Comments) StopMails(ctx context.Context, who comment.PersonID, stop bool) error {
	change := "UPDATE people SET muted_at = NULL WHERE id = ?"
	args := []any{int64(who)}
	if stop {
		change = "UPDATE people SET muted_at = COALESCE(muted_at, ?) WHERE id = ?"
		args = []any{millis(s.db.now()), int64(who)}
	}
	err := s.db.change(ctx, func(_ context.Context, tx *gorm.DB) error { return tx.Exec(change, args...).Error })
	if err != nil {
		return fmt.Errorf("stop mails to person %d: %w", who, err)
	}
	return nil
}
