package store

import (
	"context"
	"encoding/json"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hamlet/internal/account"
	"hamlet/internal/away"
	"hamlet/internal/comment"
)

// noticeRow is a notice as it is kept.
type noticeRow struct {
	ID          int64 `gorm:"primaryKey"`
	TargetID    int64
	Comments    string
	Held        int
	Dead        int
	Reports     int64 // the first of those that are told; 0: none is
	CreatedAt   int64 `gorm:"autoCreateTime:false"`
	RunAt       int64
	LockedUntil int64
	Attempts    int
	Error       string
	FailedAt    *int64
}

func (noticeRow) TableName() string { return "notices" }

// mostGathered bounds what one notice counts; whoever has more waiting need not know how many.
const mostGathered = 1000

// Gather writes down the notices whose window is over.
func (s *Notices) Gather(ctx context.Context, in func(context.Context, away.Target) (comment.Scope, error)) error {
	rows, err := rowsOf[targetRow](s.db.read).Where("pace <> ?", string(away.Never)).Order("id").Find(ctx)
	if err != nil {
		return fmt.Errorf("gather notices: %w", err)
	}
	for _, r := range rows {
		t, err := s.told(ctx, r)
		if err != nil {
			return err
		}
		scope, err := in(ctx, t)
		if err == nil {
			err = s.gather(ctx, r.ID, scope)
		}
		if err != nil {
			return fmt.Errorf("gather notices: %w", err)
		}
	}
	return nil
}

// told is a target with the epoch of its user.
func (s *Notices) told(ctx context.Context, r targetRow) (away.Target, error) {
	t, err := s.target(ctx, r)
	if err == nil && t.User != 0 {
		err = s.db.read.WithContext(ctx).Raw("SELECT epoch FROM users WHERE id = ?", t.User).Scan(&t.Epoch).Error
	}
	return t, err
}

// untold is what waits that was not told.
type untold struct {
	ids    []int64 // of comments, ascending
	dead   int
	newest int64 // when the newest of the mails failed
	oldest int64 // when the first thing began to wait; 0: nothing does

	firstReport, lastReport int64
}

// gather looks first, for mostly nothing waits, and looks again when it writes.
func (s *Notices) gather(ctx context.Context, id int64, in comment.Scope) error {
	due := func(ctx context.Context, tx *gorm.DB, r targetRow) (untold, bool, error) {
		w, err := s.untold(ctx, tx, r, in)
		return w, err == nil && w.oldest != 0 && w.oldest+away.Pace(r.Pace).Window().Milliseconds() <= millis(s.db.now()), err
	}
	row, err := rowsOf[targetRow](s.db.read).Where("id = ?", id).Take(ctx)
	if err != nil {
		return notFound(err, nil)
	}
	if _, ok, err := due(ctx, s.db.read, row); err != nil || !ok {
		return err
	}
	return s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		row, err := rowsOf[targetRow](tx, clause.Locking{Strength: "UPDATE"}).Where("id = ?", id).Take(ctx)
		if err != nil {
			return notFound(err, nil)
		}
		w, ok, err := due(ctx, tx, row)
		if err != nil || !ok {
			return err
		}
		return s.writeDown(ctx, tx, row, w)
	})
}

// untold finds what waits that a target was not told.
func (s *Notices) untold(ctx context.Context, tx *gorm.DB, r targetRow, in comment.Scope) (untold, error) {
	var w untold
	if r.Held != 0 && (in.All || len(in.Posts) > 0) {
		var found []struct{ ID, CreatedAt int64 }
		q := tx.WithContext(ctx).Table("comments").Select("id, created_at").
			Where("status = 'pending' AND deleted_at IS NULL AND id > ?", r.ToldHeld).Order("id").Limit(mostGathered)
		if !in.All {
			q = q.Where("post IN ?", in.Posts)
		}
		if err := q.Scan(&found).Error; err != nil {
			return w, err
		}
		for _, f := range found {
			w.ids = append(w.ids, f.ID)
			w.began(f.CreatedAt)
		}
	}
	if r.Reports != 0 && (in.All || len(in.Posts) > 0) {
		if err := w.ofReports(tx.WithContext(ctx), r, in); err != nil {
			return w, err
		}
	}
	if r.Dead == 0 || !in.All {
		return w, nil
	}
	var failed struct {
		N              int
		Oldest, Newest int64
	}
	err := tx.WithContext(ctx).Raw("SELECT COUNT(*) AS n, COALESCE(MIN(failed_at), 0) AS oldest, COALESCE(MAX(failed_at), 0) AS newest "+
		"FROM outbox WHERE failed_at > ? AND discarded_at IS NULL", r.ToldDead).Scan(&failed).Error
	if failed.N > 0 {
		w.dead, w.newest = failed.N, failed.Newest
		w.began(failed.Oldest)
	}
	return w, err
}

// ofReports finds what readers reported of what they see.
func (w *untold) ofReports(tx *gorm.DB, r targetRow, in comment.Scope) error {
	var found struct{ First, Last, Oldest int64 }
	err := reported(tx, in).Where("reports.id > ?", r.ToldReport).
		Select("COALESCE(MIN(reports.id), 0) AS first, COALESCE(MAX(reports.id), 0) AS last, COALESCE(MIN(reports.at), 0) AS oldest").
		Scan(&found).Error
	if found.First != 0 {
		w.firstReport, w.lastReport = found.First, found.Last
		w.began(found.Oldest)
	}
	return err
}

// reported are the reports that nobody has seen to, of comments that readers see, within a scope.
// They are few, so each asks for its comment: a join would go through all that is published.
func reported(tx *gorm.DB, in comment.Scope) *gorm.DB {
	of := tx.Table("comments").Select("1").Where("comments.id = reports.comment_id AND comments.status = 'approved' AND comments.deleted_at IS NULL")
	if !in.All {
		of = of.Where("comments.post IN ?", in.Posts)
	}
	return tx.Table("reports").Where("reports.cleared_at IS NULL AND EXISTS (?)", of)
}

func (w *untold) began(at int64) {
	if w.oldest == 0 || at < w.oldest {
		w.oldest = at
	}
}

// writeDown writes a notice down, and that it was told.
func (s *Notices) writeDown(ctx context.Context, tx *gorm.DB, r targetRow, w untold) error {
	shown := []int64{}
	for i := len(w.ids) - 1; i >= 0 && len(shown) < away.Shown; i-- {
		shown = append(shown, w.ids[i])
	}
	text, err := json.Marshal(shown)
	if err != nil {
		return err
	}
	now := millis(s.db.now())
	n := noticeRow{TargetID: r.ID, Comments: string(text), Held: len(w.ids), Dead: w.dead, Reports: w.firstReport, CreatedAt: now, RunAt: now}
	if err := rowsOf[noticeRow](tx).Create(ctx, &n); err != nil {
		return err
	}
	told := map[string]any{"told_dead": max(r.ToldDead, w.newest), "told_report": max(r.ToldReport, w.lastReport)}
	if len(w.ids) > 0 {
		told["told_held"] = w.ids[len(w.ids)-1]
	}
	return tx.Model(&targetRow{}).Where("id = ?", r.ID).Updates(told).Error
}

// Next takes the next notice that is due.
func (s *Notices) Next(ctx context.Context, in func(context.Context, away.Target) (comment.Scope, error)) (away.Notice, bool, error) {
	const due = "failed_at IS NULL AND run_at <= ? AND locked_until <= ?"
	now := millis(s.db.now())
	rows, err := rowsOf[noticeRow](s.db.read).Where(due, now, now).Limit(1).Find(ctx)
	if err != nil || len(rows) == 0 {
		return away.Notice{}, false, err
	}
	err = s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		skip := clause.Locking{Strength: clause.LockingStrengthUpdate, Options: clause.LockingOptionsSkipLocked}
		rows, err = rowsOf[noticeRow](tx, skip).Where(due, now, now).Order("run_at, id").Limit(1).Find(ctx)
		if err != nil || len(rows) == 0 {
			return err
		}
		return tx.Model(&noticeRow{}).Where("id = ?", rows[0].ID).Update("locked_until", now+lease).Error
	})
	if err != nil || len(rows) == 0 {
		return away.Notice{}, false, err
	}
	n, err := s.notice(ctx, rows[0])
	if err == nil && rows[0].Reports != 0 {
		n.Reports, err = s.still(ctx, rows[0], n.Target, in)
	}
	if err != nil {
		return n, false, fmt.Errorf("take notice %d: %w", rows[0].ID, err)
	}
	return n, true, nil
}

// still counts the reports of a notice that nobody has seen to since it was written down. Those
// that came later are told by a later one.
func (s *Notices) still(ctx context.Context, r noticeRow, t away.Target, in func(context.Context, away.Target) (comment.Scope, error)) (int, error) {
	scope, err := in(ctx, t)
	if err != nil {
		return 0, err
	}
	var n int64
	err = reported(s.db.read.WithContext(ctx), scope).Where("reports.id >= ? AND reports.at <= ?", r.Reports, r.CreatedAt).Count(&n).Error
	return int(n), err
}

func (s *Notices) notice(ctx context.Context, r noticeRow) (away.Notice, error) {
	n := away.Notice{ID: r.ID, At: fromMillis(r.CreatedAt), Held: r.Held, Dead: r.Dead}
	if err := json.Unmarshal([]byte(r.Comments), &n.Comments); err != nil {
		return n, err
	}
	row, err := rowsOf[targetRow](s.db.read).Where("id = ?", r.TargetID).Take(ctx)
	if err != nil {
		return n, err
	}
	n.Target, err = s.told(ctx, row)
	return n, err
}

// Done notes that a notice was sent: nothing of it is kept.
func (s *Notices) Done(ctx context.Context, id int64) error {
	err := s.db.change(ctx, func(_ context.Context, tx *gorm.DB) error {
		return tx.Exec("DELETE FROM notices WHERE id = ? OR failed_at < ? OR discarded_at < ?",
			id, millis(s.db.now())-keepDead, millis(s.db.now().Add(-comment.UndoFor))).Error
	})
	if err != nil {
		return fmt.Errorf("note that notice %d was sent: %w", id, err)
	}
	return nil
}

// Failed notes that a notice was not sent: it is tried again, or given up.
func (s *Notices) Failed(ctx context.Context, id int64, f away.Failure) error {
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		row, err := rowsOf[noticeRow](tx).Where("id = ?", id).Take(ctx)
		if err != nil {
			return notFound(err, nil)
		}
		now := millis(s.db.now())
		change := map[string]any{"locked_until": 0, "attempts": row.Attempts + 1, "error": f.Text}
		if f.Permanent || row.Attempts >= len(pauses) {
			change["failed_at"] = now
		} else {
			change["run_at"] = now + pauses[row.Attempts].Milliseconds()
		}
		return tx.Model(&noticeRow{}).Where("id = ?", id).Updates(change).Error
	})
	if err != nil {
		return fmt.Errorf("note that notice %d was not sent: %w", id, err)
	}
	return nil
}

// DeadNotices reads notices that were given up, and counts all.
func (s *Notices) DeadNotices(ctx context.Context, limit int) ([]away.DeadNotice, int, error) {
	all, err := rowsOf[noticeRow](s.db.read).Where(givenUp).Count(ctx, "id")
	if err != nil || all == 0 {
		return nil, 0, err
	}
	rows, err := rowsOf[noticeRow](s.db.read).Where(givenUp).Order("failed_at DESC, id DESC").Limit(limit).Find(ctx)
	if err != nil {
		return nil, 0, fmt.Errorf("read dead notices: %w", err)
	}
	out := make([]away.DeadNotice, len(rows))
	for i, r := range rows {
		n, err := s.notice(ctx, r)
		if err != nil {
			return nil, 0, fmt.Errorf("read dead notice %d: %w", r.ID, err)
		}
		out[i] = away.DeadNotice{ID: r.ID, At: fromMillis(*r.FailedAt), Attempts: r.Attempts, Error: r.Error}
		if hook := n.Target.Private.Hook; hook != nil {
			out[i].Hook = hook.Name
			continue
		}
		if err := s.db.read.WithContext(ctx).Raw("SELECT name FROM users WHERE id = ?", n.Target.User).Scan(&out[i].User).Error; err != nil {
			return nil, 0, err
		}
	}
	return out, int(all), nil
}

// RetryNotice lets a notice that was given up be sent once more.
func (s *Notices) RetryNotice(ctx context.Context, id int64, e account.Entry) error {
	now := millis(s.db.now())
	return s.ofDead(ctx, id, e, func(tx *gorm.DB) *gorm.DB {
		return tx.Model(&noticeRow{}).Where("id = ? AND "+givenUp, id).
			Updates(map[string]any{"failed_at": nil, "attempts": 0, "run_at": now, "locked_until": 0})
	})
}

// DiscardNotice hides a notice that was given up, as DiscardMail does.
func (s *Notices) DiscardNotice(ctx context.Context, id int64, e account.Entry) error {
	return s.ofDead(ctx, id, e, func(tx *gorm.DB) *gorm.DB {
		return tx.Exec("UPDATE notices SET discarded_at = ? WHERE id = ? AND "+givenUp, millis(s.db.now()), id)
	})
}

func (s *Notices) ofDead(ctx context.Context, id int64, e account.Entry, do func(*gorm.DB) *gorm.DB) error {
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		return onRow(ctx, tx, setPart{partNotice, idKey(id)}, e, comment.ErrNotFound, func() *gorm.DB { return do(tx) })
	})
	if err != nil {
		return fmt.Errorf("%s %d: %w", e.Action, id, err)
	}
	return nil
}
