package store

import (
	"context"
	"errors"
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
// if it had none. With a cookie, that is tied to the person.
func (s *Comments) ConfirmAuthor(
	ctx context.Context, id comment.ID, link int64, a comment.Confirmation,
) (c comment.Comment, posts []string, err error) {
	err = s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) (err error) {
		if c, _, err = confirming(ctx, tx, id, link); err != nil {
			return err
		}
		err = tx.Exec("UPDATE people SET confirmed_at = COALESCE(confirmed_at, ?), muted_at = NULL WHERE id = ?",
			millis(s.db.now()), int64(c.Person)).Error
		if err != nil {
			return err
		}
		if a.Cookie == (comment.Proof{}) {
			posts, err = prove(tx, c, a.Proof(c.Person))
		} else {
			posts, err = s.tie(tx, c, a)
		}
		for _, post := range posts { // whose names they are may show
			err = errors.Join(err, raise(tx, post))
		}
		return err
	})
	if err != nil {
		return c, posts, fmt.Errorf("confirm the address of comment %d: %w", id, err)
	}
	return c, posts, nil
}

// prove keeps what the author of one comment proved by answering a mail. A cookie that
// it came with stays its proof, and counts for as much in it as the address.
func prove(tx *gorm.DB, c comment.Comment, p comment.Proof) (posts []string, err error) {
	r := tx.Exec("UPDATE comments SET proof = COALESCE(proof, ?), standing = ? WHERE id = ? AND standing < ?",
		p[:], int(comment.ByAddress), int64(c.ID), int(comment.ByAddress))
	if r.RowsAffected > 0 && c.Status == comment.Approved {
		posts = []string{c.Post}
	}
	return posts, r.Error
}

// tie ties a cookie to the person of a comment: that comment, and all that came with the
// cookie, are by the person.
func (s *Comments) tie(tx *gorm.DB, c comment.Comment, a comment.Confirmation) (posts []string, err error) {
	p := a.Proof(c.Person)
	err = tx.Exec(`INSERT INTO ties (person_id, proof, since) VALUES (?, ?, ?)
		ON CONFLICT (proof) DO UPDATE SET person_id = excluded.person_id, since = excluded.since`,
		int64(c.Person), a.Cookie[:], millis(s.db.now())).Error // GORM takes bytes after a parenthesis for a list
	if err != nil {
		return nil, err
	}
	err = tx.Raw("SELECT DISTINCT post FROM comments WHERE (id = ? OR proof = ?) AND status = 'approved' ORDER BY post",
		int64(c.ID), a.Cookie[:]).Scan(&posts).Error
	if err != nil {
		return nil, err
	}
	return posts, tx.Exec("UPDATE comments SET proof = ?, standing = CASE WHEN standing < ? THEN ? ELSE standing END WHERE id = ? OR proof = ?",
		p[:], int(comment.ByAddress), int(comment.ByAddress), int64(c.ID), a.Cookie[:]).Error
}

// Tied is the person whom a cookie is tied to.
func (s *Comments) Tied(ctx context.Context, cookie comment.Proof) (comment.PersonID, error) {
	var who int64
	if err := s.db.read.WithContext(ctx).Raw("SELECT person_id FROM ties WHERE proof = ?", cookie[:]).Scan(&who).Error; err != nil {
		return 0, fmt.Errorf("look up whose cookie it is: %w", err)
	}
	return comment.PersonID(who), nil
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
