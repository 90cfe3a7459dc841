package store

import (
	"bytes"
	"context"
	"fmt"
	"slices"
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
	var known [][]byte // what this reader may be known by, from here the newest first
	for _, secret := range s.db.passing[passingReports].all() {
		known = append(known, s.db.box.reporter(secret, who, int64(id)))
	}
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		c, err := lockComment(ctx, tx, id)
		if err != nil {
			return err
		}
		if c.Status != comment.Approved || !c.ErasedAt.IsZero() {
			return comment.ErrNotFound
		}
		row := reportRow{CommentID: int64(id), At: millis(r.At), Reason: string(r.Why), Words: r.Words, Reporter: known[0]}
		if more, err := s.more(ctx, tx, c, row, known, most); err != nil || !more {
			return err
		}
		if err := rowsOf[reportRow](tx).Create(ctx, &row); err != nil {
			return err
		}
		return countReports(tx, id)
	})
	if err != nil {
		return fmt.Errorf("report comment %d: %w", id, err)
	}
	return nil
}

// more reports whether a report tells more than is known, and takes away the one whose place
// it takes. It gets a number of its own: who dismisses what was shown has not seen it.
func (s *Reports) more(ctx context.Context, tx *gorm.DB, c comment.Comment, r reportRow, by [][]byte, most int) (bool, error) {
	known, err := rowsOf[reportRow](tx).Where("comment_id = ? AND (cleared_at IS NULL OR reporter IN ?)", r.CommentID, by).Find(ctx)
	if err != nil {
		return false, err
	}
	own := slices.IndexFunc(known, func(k reportRow) bool {
		return slices.ContainsFunc(by, func(one []byte) bool { return bytes.Equal(k.Reporter, one) })
	})
	if own < 0 {
		return len(known) < most, nil
	}
	old := known[own]
	said := old.At
	if old.ClearedAt != nil {
		said = *old.ClearedAt
	}
	again := old.Reason == r.Reason && old.Words == r.Words && !c.EditedAt.After(fromMillis(said))
	if again || len(known) > most {
		return false, nil
	}
	_, err = rowsOf[reportRow](tx).Where("id = ?", old.ID).Delete(ctx)
	return err == nil, err
}

// countReports keeps comments.reported in step.
func countReports(tx *gorm.DB, id comment.ID) error {
	return tx.Exec("UPDATE comments SET reported = (SELECT COUNT(*) FROM reports WHERE comment_id = comments.id AND cleared_at IS NULL) WHERE id = ?",
		int64(id)).Error
}

// Reported reads the reports of comments.
func (s *Reports) Reported(ctx context.Context, ids []comment.ID) (map[comment.ID]desk.Reported, error) {
	rows, err := rowsOf[reportRow](s.db.read).Omit("reporter").Where("comment_id IN ? AND cleared_at IS NULL", ids).Order("id").Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("read reports: %w", err)
	}
	var dismissed []struct {
		CommentID int64
		N         int
	}
	err = s.db.read.WithContext(ctx).Raw("SELECT comment_id, COUNT(*) AS n FROM reports WHERE comment_id IN ? AND cleared_at IS NOT NULL GROUP BY comment_id", ids).
		Scan(&dismissed).Error
	if err != nil {
		return nil, fmt.Errorf("count dismissed reports: %w", err)
	}
	all := map[comment.ID]desk.Reported{}
	for _, of := range dismissed {
		all[comment.ID(of.CommentID)] = desk.Reported{Dismissed: of.N}
	}
	for _, r := range rows {
		of := all[comment.ID(r.CommentID)]
		of.Open = append(of.Open, desk.Report{ID: r.ID, At: fromMillis(r.At), Why: desk.Complaint(r.Reason), Words: r.Words})
		all[comment.ID(r.CommentID)] = of
	}
	return all, nil
}

// DismissReports notes that a moderator has seen to the reports of a comment up to one.
func (s *Reports) DismissReports(ctx context.Context, id comment.ID, upTo int64, at time.Time, e account.Entry) (account.ActID, error) {
	return s.settle(ctx, id, e, "UPDATE reports SET cleared_at = ? WHERE comment_id = ? AND cleared_at IS NULL AND id <= ?",
		millis(at), int64(id), upTo)
}

// ReopenReports takes that back.
func (s *Reports) ReopenReports(ctx context.Context, id comment.ID, e account.Entry) (account.ActID, error) {
	return s.settle(ctx, id, e, "UPDATE reports SET cleared_at = NULL WHERE comment_id = ? AND cleared_at IS NOT NULL", int64(id))
}

// settle changes reports of a comment, and records it; if there are none to change, it is
// desk.ErrSettled.
func (s *Reports) settle(ctx context.Context, id comment.ID, e account.Entry, statement string, args ...any) (act account.ActID, err error) {
	err = s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		c, err := lockComment(ctx, tx, id)
		if err != nil {
			return err
		}
		act, err = beside(ctx, tx, about{e, id, c.Post}, []setPart{{partReports, idKey(id)}}, func() ([]setPart, error) {
			done := tx.Exec(statement, args...)
			if done.Error == nil && done.RowsAffected == 0 {
				return nil, desk.ErrSettled
			}
			return nil, done.Error
		})
		if err != nil {
			return err
		}
		return countReports(tx, id)
	})
	if err != nil {
		return 0, fmt.Errorf("settle the reports of comment %d: %w", id, err)
	}
	return act, nil
}
