package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/desk"
)

// Reports keeps what readers report; it is a desk.ReportStore. comments.reported counts the
// reports of a comment that nobody has seen to.
type Reports struct{ db *DB }

var _ desk.ReportStore = (*Reports)(nil)

// Reports is that part of the database.
func (db *DB) Reports() *Reports { return &Reports{db} }

// reportRow is a report as it is kept.
type reportRow struct {
	ID        int64 `gorm:"primaryKey"`
	CommentID int64
	At        int64
	Reason    string
	Words     string
	Reporter  []byte
	ClearedAt *int64
}

func (reportRow) TableName() string { return "reports" }

// AddReport keeps a report.
func (s *Reports) AddReport(ctx context.Context, id comment.ID, r desk.Report, who string, most int) error {
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		c, err := lockComment(ctx, tx, id)
		if err != nil {
			return err
		}
		if c.Status != comment.Approved || !c.ErasedAt.IsZero() {
			return comment.ErrNotFound
		}
		open, err := rowsOf[reportRow](tx).Where("comment_id = ? AND cleared_at IS NULL", int64(id)).Count(ctx, "id")
		if err != nil || open >= int64(most) {
			return err
		}
		err = tx.Exec("INSERT INTO reports (comment_id, at, reason, words, reporter) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
			int64(id), millis(r.At), string(r.Why), r.Words, s.db.box.reporter(who, int64(id))).Error
		if err != nil {
			return err
		}
		return countReports(tx, id)
	})
	if err != nil {
		return fmt.Errorf("report comment %d: %w", id, err)
	}
	return nil
}

// countReports keeps comments.reported in step.
func countReports(tx *gorm.DB, id comment.ID) error {
	return tx.Exec("UPDATE comments SET reported = (SELECT COUNT(*) FROM reports WHERE comment_id = comments.id AND cleared_at IS NULL) WHERE id = ?",
		int64(id)).Error
}

// Reported reads the reports of comments.
func (s *Reports) Reported(ctx context.Context, ids []comment.ID) (map[comment.ID]desk.Reported, error) {
	rows, err := rowsOf[reportRow](s.db.read).Omit("reporter").Where("comment_id IN ?", ids).Order("id").Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("read reports: %w", err)
	}
	all := map[comment.ID]desk.Reported{}
	for _, r := range rows {
		of := all[comment.ID(r.CommentID)]
		if r.ClearedAt != nil {
			of.Dismissed++
		} else {
			of.Open = append(of.Open, desk.Report{ID: r.ID, At: fromMillis(r.At), Why: desk.Complaint(r.Reason), Words: r.Words})
		}
		all[comment.ID(r.CommentID)] = of
	}
	return all, nil
}

// DismissReports notes that a moderator has seen to the reports of a comment up to one.
func (s *Reports) DismissReports(ctx context.Context, id comment.ID, upTo int64, at time.Time, e account.Entry) error {
	return s.settle(ctx, id, e, "UPDATE reports SET cleared_at = ? WHERE comment_id = ? AND cleared_at IS NULL AND id <= ?",
		millis(at), int64(id), upTo)
}

// ReopenReports takes that back.
func (s *Reports) ReopenReports(ctx context.Context, id comment.ID, e account.Entry) error {
	return s.settle(ctx, id, e, "UPDATE reports SET cleared_at = NULL WHERE comment_id = ? AND cleared_at IS NOT NULL", int64(id))
}

// settle changes reports of a comment, and records it if there are any to change.
func (s *Reports) settle(ctx context.Context, id comment.ID, e account.Entry, statement string, args ...any) error {
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		if _, err := lockComment(ctx, tx, id); err != nil {
			return err
		}
		done := tx.Exec(statement, args...)
		if done.Error != nil || done.RowsAffected == 0 {
			return done.Error
		}
		if err := record(ctx, tx, e); err != nil {
			return err
		}
		return countReports(tx, id)
	})
	if err != nil {
		return fmt.Errorf("settle the reports of comment %d: %w", id, err)
	}
	return nil
}
