package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hamlet/internal/comment"
)

// Comments keeps comments, threads and labels; it is a comment.Store.
type Comments struct{ db *DB }

var _ comment.Store = (*Comments)(nil)

// Add keeps a new comment, and the address given with it sealed. The parent must
// be a comment on the same post, else the error is comment.ErrNotFound.
func (s *Comments) Add(ctx context.Context, c comment.Comment, email string) (comment.ID, error) {
	row, err := newCommentRow(c)
	if err == nil {
		err = s.seal(&row, email)
	}
	var receipt *receiptRow
	if err == nil {
		receipt, err = newReceiptRow(c.Verdict.Receipt)
	}
	if err == nil {
		traces := s.db.traceRows(c, traceState(c.Status, false))
		err = s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
			if err := add(ctx, tx, &row); err != nil {
				return err
			}
			if err := keepReceipt(ctx, tx, row.ID, receipt); err != nil {
				return err
			}
			return keepTraces(ctx, tx, row.ID, traces)
		})
	}
	if err != nil {
		return 0, fmt.Errorf("add comment on %s: %w", c.Post, err)
	}
	return comment.ID(row.ID), nil
}

func (s *Comments) seal(row *commentRow, email string) (err error) {
	if email = strings.TrimSpace(email); email == "" {
		return nil
	}
	row.EmailIndex = s.db.box.index(email)
	row.EmailSealed, err = s.db.box.seal(row.UID, email)
	return err
}

func add(ctx context.Context, tx *gorm.DB, row *commentRow) error {
	if row.ParentID != 0 {
		// FOR KEY SHARE: the parent is not deleted before the reply is kept.
		_, err := gorm.G[commentRow](tx, clause.Locking{Strength: "KEY SHARE"}).
			Select("id").Where("id = ? AND post = ?", row.ParentID, row.Post).Take(ctx)
		if err != nil {
			return notFound(err, fmt.Errorf("parent %d: %w", row.ParentID, comment.ErrNotFound))
		}
	}
	if err := gorm.G[commentRow](tx).Create(ctx, row); err != nil {
		return err
	}
	if row.Status != string(comment.Approved) {
		return nil
	}
	return raise(tx, row.Post)
}

// raise raises the revision of a thread.
func raise(tx *gorm.DB, post string) error {
	return tx.Exec("INSERT INTO threads (post, revision) VALUES (?, 1) "+
		"ON CONFLICT (post) DO UPDATE SET revision = threads.revision + 1", post).Error
}

// notFound is instead if err says that there is no such row.
func notFound(err, instead error) error {
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return instead
	}
	return err
}

// Update reads a comment, asks decide, and keeps the change. decide runs inside
// the transaction; it must not use the database itself.
func (s *Comments) Update(
	ctx context.Context, id comment.ID, decide func(comment.Comment) (comment.Change, error),
) (comment.Comment, error) {
	var c comment.Comment
	var refused error
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) (err error) {
		if c, err = lockComment(ctx, tx, id); err != nil {
			return err
		}
		var ch comment.Change
		if ch, refused = decide(c); refused != nil {
			return refused
		}
		c, err = s.keep(ctx, tx, c, ch)
		return err
	})
	switch {
	case refused != nil:
		return comment.Comment{}, refused
	case err != nil:
		return comment.Comment{}, fmt.Errorf("update comment %d: %w", id, err)
	}
	return c, nil
}

// lockComment reads a comment that nobody else may change before the
// transaction ends. On SQLite the transaction itself is the lock.
func lockComment(ctx context.Context, tx *gorm.DB, id comment.ID) (comment.Comment, error) {
	row, err := gorm.G[commentRow](tx, clause.Locking{Strength: "UPDATE"}).Omit(hidden...).Where("id = ?", id).Take(ctx)
	if err != nil {
		return comment.Comment{}, notFound(err, comment.ErrNotFound)
	}
	return row.comment()
}

// keep writes a change. Locks are taken in one order everywhere (comment,
// labels, thread), so that no two transactions wait for each other.
func (s *Comments) keep(ctx context.Context, tx *gorm.DB, c comment.Comment, ch comment.Change) (comment.Comment, error) {
	after := c
	if !ch.Delete {
		after.Status, after.Prior, after.Revision = ch.Status, ch.Prior, c.Revision+1
	}
	if err := write(ctx, tx, after, ch.Delete); err != nil {
		return c, err
	}
	if err := record(ctx, tx, ch.Entry); err != nil {
		return c, err
	}
	if ch.Relabel {
		if err := s.label(ctx, tx, c.ID, ch); err != nil {
			return c, err
		}
	}
	if !ch.Delete {
		if err := s.db.note(ctx, tx, after); err != nil {
			return c, err
		}
	}
	if c.Status == comment.Approved || after.Status == comment.Approved {
		return after, raise(tx, c.Post)
	}
	return after, nil
}

func write(ctx context.Context, tx *gorm.DB, c comment.Comment, remove bool) error {
	if remove {
		_, err := gorm.G[commentRow](tx).Where("id = ?", c.ID).Delete(ctx)
		return err
	}
	return tx.Model(&commentRow{}).Where("id = ?", c.ID).Updates(map[string]any{
		"status": string(c.Status), "prior": string(c.Prior), "revision": c.Revision,
	}).Error
}

// label adds a label. Learners ask for the labels after the last one they saw,
// so a label must never appear below one that was seen: numbers are given in
// the order of commits, under a lock that only labelling needs. There are no gaps but
// where labels were removed; see RemoveImported.
func (s *Comments) label(ctx context.Context, tx *gorm.DB, id comment.ID, ch comment.Change) error {
	row, err := newLabelRow(ch.Lesson, s.db.now())
	if err != nil {
		return err
	}
	if err := lockTable(tx, "labels"); err != nil {
		return err
	}
	var last int64
	if err := tx.Raw("SELECT COALESCE(MAX(seq), 0) FROM labels").Scan(&last).Error; err != nil {
		return err
	}
	row.Seq, row.CommentID = last+1, int64(id)
	return gorm.G[labelRow](tx).Create(ctx, &row)
}

// lockTable lets no other transaction write to the table until this one ends.
// A transaction of SQLite is alone anyway.
func lockTable(tx *gorm.DB, table string) error {
	if tx.Name() != "postgres" {
		return nil
	}
	return tx.Exec("LOCK TABLE " + table + " IN EXCLUSIVE MODE").Error
}
