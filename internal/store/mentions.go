package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hamlet/internal/comment"
	"hamlet/internal/rule"
	"hamlet/internal/webmention"
)

// Mentions keeps the webmentions that are to be looked at and to be sent; it is a
// webmention.Inbox and a webmention.Outbox. All times are those of the database's clock.
type Mentions struct{ db *DB }

// Mentions is the webmentions' part of the database.
func (db *DB) Mentions() *Mentions { return &Mentions{db} }

var (
	_ webmention.Inbox  = (*Mentions)(nil)
	_ webmention.Outbox = (*Mentions)(nil)
)

// mentionRow is a page that links to a post.
type mentionRow struct {
	Source     string `gorm:"primaryKey"`
	Post       string `gorm:"primaryKey"`
	Target     string
	CommentID  *int64
	ReceivedAt int64
	RunAt      *int64
	Attempts   int
	Error      string
}

func (mentionRow) TableName() string { return "mentions" }

const (
	// MaxMentions is how many webmentions may wait to be looked at.
	MaxMentions = 1_000
	// keepMentions is how long is known what was received and came to nothing.
	keepMentions = 30 * 24 * time.Hour
)

// waiting are the columns of a webmention that is to be looked at again from the start.
func waiting(target string, now int64) map[string]any {
	return map[string]any{"target": target, "received_at": now, "run_at": now, "attempts": 0, "error": ""}
}

// Receive keeps a webmention to be looked at now.
func (s *Mentions) Receive(ctx context.Context, r webmention.Received) error {
	now := millis(s.db.now())
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		var n int64
		if err := tx.Model(&mentionRow{}).Where("run_at IS NOT NULL").Count(&n).Error; err != nil {
			return err
		}
		if n >= MaxMentions {
			return webmention.ErrBusy
		}
		again := clause.OnConflict{
			Columns:   []clause.Column{{Name: "source"}, {Name: "post"}},
			DoUpdates: clause.Assignments(waiting(r.Target, now)),
		}
		row := mentionRow{Source: r.Source, Post: r.Post, Target: r.Target, ReceivedAt: now, RunAt: &now}
		return rowsOf[mentionRow](tx, again).Create(ctx, &row)
	})
	if err != nil {
		return fmt.Errorf("keep a webmention of %s: %w", r.Post, err)
	}
	return nil
}

// Due takes webmentions that are to be looked at, those that wait longest first.
func (s *Mentions) Due(ctx context.Context, lease time.Duration, limit int) ([]webmention.Received, error) {
	rows, err := claim[mentionRow](ctx, s.db, lease, limit, "", func(r mentionRow) (where string, key []any) {
		return "source = ? AND post = ?", []any{r.Source, r.Post}
	})
	if err != nil {
		return nil, fmt.Errorf("webmentions to be looked at: %w", err)
	}
	due := make([]webmention.Received, len(rows))
	for i, r := range rows {
		due[i] = webmention.Received{
			Source: r.Source, Post: r.Post, Target: r.Target, Comment: orZero(r.CommentID), Attempts: r.Attempts + 1,
		}
	}
	return due, nil
}

// claim takes the rows of a queue that are due: nobody else gets them before the lease is
// over, and each counts the attempt. As long as nothing is due nothing is written.
func claim[R any](ctx context.Context, db *DB, lease time.Duration, limit int, only string, key func(R) (string, []any)) ([]R, error) {
	now := millis(db.now())
	if one, err := rowsOf[R](db.read).Where("run_at <= ?"+only, now).Limit(1).Find(ctx); err != nil || len(one) == 0 {
		return nil, err
	}
	var rows []R
	err := db.change(ctx, func(ctx context.Context, tx *gorm.DB) (err error) {
		lock := clause.Locking{Strength: clause.LockingStrengthUpdate, Options: clause.LockingOptionsSkipLocked}
		rows, err = rowsOf[R](tx, lock).Where("run_at <= ?"+only, now).Order("run_at").Limit(limit).Find(ctx)
		if err != nil {
			return err
		}
		for _, r := range rows {
			where, values := key(r)
			err := tx.Model(new(R)).Where(where, values...).Updates(map[string]any{
				"run_at": now + lease.Milliseconds(), "attempts": gorm.Expr("attempts + 1"),
			}).Error
			if err != nil {
				return err
			}
		}
		return nil
	})
	return rows, err
}

// Retry notes why looking failed, and when to look again. What was received again
// meanwhile is looked at again anyway.
func (s *Mentions) Retry(ctx context.Context, r webmention.Received, problem string, at time.Time) error {
	err := s.db.change(ctx, func(_ context.Context, tx *gorm.DB) error {
		return tx.Model(&mentionRow{}).Where("source = ? AND post = ? AND attempts = ?", r.Source, r.Post, r.Attempts).
			Updates(map[string]any{"run_at": timeOrNull(at), "error": problem}).Error
	})
	if err != nil {
		return fmt.Errorf("note a webmention of %s: %w", r.Post, err)
	}
	return nil
}

// Drop forgets a webmention, unless it was received again meanwhile.
func (s *Mentions) Drop(ctx context.Context, r webmention.Received) error {
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		_, err := rowsOf[mentionRow](tx).Where("source = ? AND post = ? AND attempts = ?", r.Source, r.Post, r.Attempts).Delete(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("drop a webmention of %s: %w", r.Post, err)
	}
	return nil
}

// Forget deletes the webmentions that came to nothing some time ago.
func (s *Mentions) Forget(ctx context.Context) error {
	before := millis(s.db.now().Add(-keepMentions))
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		_, err := rowsOf[mentionRow](tx).Where("run_at IS NULL AND comment_id IS NULL AND received_at < ?", before).Delete(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("forget webmentions: %w", err)
	}
	return nil
}

// looked notes that a page was looked at, and which comment was made of it.
func looked(tx *gorm.DB, c comment.Comment) error {
	return tx.Model(&mentionRow{}).Where("source = ? AND post = ?", c.URL, c.Post).
		Updates(map[string]any{"comment_id": int64(c.ID), "run_at": nil, "error": ""}).Error
}

// AddMention keeps a new comment of a mention, and that its page was looked at.
func (s *Comments) AddMention(ctx context.Context, c comment.Comment, hits []rule.Rule) (comment.ID, error) {
	rows, err := s.newRows(c, comment.Given{Rules: hits})
	if err != nil {
		return 0, fmt.Errorf("add mention: %w", err)
	}
	err = s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		m, err := rowsOf[mentionRow](tx, clause.Locking{Strength: clause.LockingStrengthUpdate}).
			Where("source = ? AND post = ?", c.URL, c.Post).Take(ctx)
		switch {
		case errors.Is(err, gorm.ErrRecordNotFound) || m.CommentID != nil:
			return comment.ErrConflict
		case err != nil:
			return err
		}
		if err := s.insert(ctx, tx, rows); err != nil {
			return err
		}
		c.ID = comment.ID(rows.comment.ID)
		return looked(tx, c)
	})
	if err != nil {
		return 0, fmt.Errorf("add mention on %s: %w", c.Post, err)
	}
	return c.ID, nil
}

// ChangeMention changes the comment of a mention. decide runs inside the transaction; it
// must not use the database itself.
func (s *Comments) ChangeMention(
	ctx context.Context, id comment.ID, decide func(comment.Comment) (comment.Comment, bool),
) error {
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		was, err := lockComment(ctx, tx, id)
		if err != nil {
			return err
		}
		after, changed := decide(was)
		if changed {
			if err := s.rewrite(ctx, tx, was, after); err != nil {
				return err
			}
		}
		return looked(tx, was)
	})
	if err != nil {
		return fmt.Errorf("change mention %d: %w", id, err)
	}
	return nil
}

// rewrite writes a comment with another text, with its verdict and traces.
func (s *Comments) rewrite(ctx context.Context, tx *gorm.DB, was, after comment.Comment) error {
	after.Revision = was.Revision + 1
	row, err := newCommentRow(after)
	if err != nil {
		return err
	}
	receipt, err := newReceiptRow(after.Verdict.Receipt)
	if err != nil {
		return err
	}
	columns := []string{
		"author", "folded", "body", "mention", "status", "prior", "hold", "verdict", "revision", "edited_at", "score", "doubt", "sign", "lang",
	}
	if was.Status != after.Status || was.Body != after.Body { // whoever was shown a list has not seen this text
		row.PlacedAt, columns = millis(s.db.now()), append(columns, "placed_at")
	}
	if err := tx.Model(&commentRow{}).Where("id = ?", was.ID).Select(columns).Updates(row).Error; err != nil {
		return err
	}
	if err := s.db.keepFinding(ctx, tx, int64(was.ID), findingOf(after)); err != nil {
		return err
	}
	if _, err := rowsOf[receiptRow](tx).Where("comment_id = ?", int64(was.ID)).Delete(ctx); err != nil {
		return err
	}
	if err := keepReceipt(ctx, tx, int64(was.ID), receipt); err != nil {
		return err
	}
	if err := s.db.note(ctx, tx, after); err != nil {
		return err
	}
	if was.Status == comment.Approved || after.Status == comment.Approved {
		return raise(tx, was.Post)
	}
	return nil
}
