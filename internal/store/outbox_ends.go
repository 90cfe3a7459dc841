package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hamlet/internal/account"
	"hamlet/internal/comment"
)

// Sent notes that a mail was sent.
func (o *Outbox) Sent(ctx context.Context, l comment.Letter) error {
	err := o.db.change(ctx, func(_ context.Context, tx *gorm.DB) error {
		return tx.Model(&outboxRow{}).Where("id IN ?", l.IDs).Updates(map[string]any{
			"sent_at": millis(o.db.now()), "locked_until": 0, "error": "", "note": "",
		}).Error
	})
	if err != nil {
		return fmt.Errorf("note that a mail was sent: %w", err)
	}
	return nil
}

// Failed notes that a mail was not sent: it is tried again, or given up.
func (o *Outbox) Failed(ctx context.Context, l comment.Letter, f comment.MailFailure) error {
	err := o.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		rows, err := rowsOf[outboxRow](tx).Where("id IN ? AND "+waits, l.IDs).Find(ctx)
		if err != nil {
			return err
		}
		if f.Refused {
			if err := o.muteRefusing(tx, int64(l.Person)); err != nil {
				return err
			}
		}
		for _, row := range rows {
			if err := o.fail(tx, row, f); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("note that a mail was not sent: %w", err)
	}
	return nil
}

func (o *Outbox) fail(tx *gorm.DB, row outboxRow, f comment.MailFailure) error {
	now := millis(o.db.now())
	change := map[string]any{"locked_until": 0, "attempts": row.Attempts + 1, "error": f.Text}
	if f.Permanent || row.Attempts >= len(pauses) {
		change["failed_at"] = now
	} else {
		change["run_at"] = now + pauses[row.Attempts].Milliseconds()
	}
	return tx.Model(&outboxRow{}).Where("id = ?", row.ID).Updates(change).Error
}

// muteRefusing lets nothing more go to an address that refuses a mail for good, if
// it did so with the one before.
func (o *Outbox) muteRefusing(tx *gorm.DB, who int64) error {
	return tx.Exec(`UPDATE people SET muted_at = ? WHERE id = ? AND muted_at IS NULL AND EXISTS (
		SELECT 1 FROM outbox f WHERE f.person_id = people.id AND f.failed_at IS NOT NULL AND NOT EXISTS (
			SELECT 1 FROM outbox s WHERE s.person_id = people.id AND s.sent_at >= f.failed_at))`,
		millis(o.db.now()), who).Error
}

// Tidy forgets mails that were sent some days ago, were given up some weeks ago, or are
// so late that nobody wants them.
func (o *Outbox) Tidy(ctx context.Context) error {
	now := millis(o.db.now())
	err := o.db.change(ctx, func(_ context.Context, tx *gorm.DB) error {
		return tx.Exec("DELETE FROM outbox WHERE sent_at < ? OR failed_at < ? OR ("+waits+" AND run_at < ?) OR discarded_at < ?",
			now-keepSent, now-keepDead, now-keepIdle, now-comment.UndoFor.Milliseconds()).Error
	})
	if err != nil {
		return fmt.Errorf("tidy the outbox: %w", err)
	}
	return nil
}

// CountMails counts the mails that wait, and those that were given up.
func (s *Comments) CountMails(ctx context.Context) (waiting, dead int, err error) {
	var n struct{ Waiting, Dead int }
	err = s.db.read.WithContext(ctx).Raw("SELECT COUNT(*) - COUNT(failed_at) AS waiting, COUNT(failed_at) AS dead FROM outbox WHERE sent_at IS NULL AND discarded_at IS NULL").
		Scan(&n).Error
	if err != nil {
		return 0, 0, fmt.Errorf("count mails: %w", err)
	}
	return n.Waiting, n.Dead, nil
}

// DeadMails reads mails that were given up, the newest first, at most limit.
func (s *Comments) DeadMails(ctx context.Context, limit int) ([]comment.DeadMail, error) {
	rows, err := rowsOf[outboxRow](s.db.read).Where(givenUp).Order("failed_at DESC, id DESC").Limit(limit).Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("read dead mails: %w", err)
	}
	out := make([]comment.DeadMail, len(rows))
	for i, r := range rows {
		out[i] = comment.DeadMail{
			ID: comment.MailID(r.ID), Kind: comment.MailKind(r.Kind), Comment: comment.ID(orZero(r.CommentID)),
			Made: fromMillis(r.CreatedAt), Failed: timeOrZero(r.FailedAt), Attempts: r.Attempts, Error: r.Error,
		}
	}
	return out, nil
}

// WaitingMails reads mails that wait, those tried next first.
func (s *Comments) WaitingMails(ctx context.Context, after comment.MailMark, limit int) ([]comment.WaitingMail, error) {
	q := rowsOf[outboxRow](s.db.read).Where(waits)
	if after.ID != 0 {
		q = q.Where("(run_at, id) > (?, ?)", millis(after.Next), int64(after.ID))
	}
	rows, err := q.Order("run_at, id").Limit(limit).Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("read mails that wait: %w", err)
	}
	now := millis(s.db.now())
	out := make([]comment.WaitingMail, len(rows))
	for i, r := range rows {
		out[i] = comment.WaitingMail{
			ID: comment.MailID(r.ID), Kind: comment.MailKind(r.Kind), Comment: comment.ID(orZero(r.CommentID)),
			Made: fromMillis(r.CreatedAt), Next: fromMillis(r.RunAt), Sending: r.LockedUntil > now, Attempts: r.Attempts, Error: r.Error,
		}
	}
	return out, nil
}

// RetryMail lets a mail that was given up be sent once more, as if it were new.
func (s *Comments) RetryMail(ctx context.Context, id comment.MailID, e account.Entry) error {
	now := millis(s.db.now())
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		return onMail(ctx, tx, id, e, func() *gorm.DB {
			return tx.Model(&outboxRow{}).Where("id = ? AND "+givenUp, int64(id)).Updates(map[string]any{
				"failed_at": nil, "attempts": 0, "run_at": now, "locked_until": 0,
			})
		})
	})
	if err != nil {
		return fmt.Errorf("retry mail %d: %w", id, err)
	}
	s.db.ring()
	return nil
}

// DiscardMail hides a mail that was given up; it is forgotten when that cannot be undone any more.
func (s *Comments) DiscardMail(ctx context.Context, id comment.MailID, e account.Entry) error {
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		return onMail(ctx, tx, id, e, func() *gorm.DB {
			return tx.Exec("UPDATE outbox SET discarded_at = ? WHERE id = ? AND "+givenUp, millis(s.db.now()), int64(id))
		})
	})
	if err != nil {
		return fmt.Errorf("discard mail %d: %w", id, err)
	}
	return nil
}

// onMail does something to a mail, of which the entry says what kind it is and about which comment.
func onMail(ctx context.Context, tx *gorm.DB, id comment.MailID, e account.Entry, do func() *gorm.DB) error {
	row, err := rowsOf[outboxRow](tx).Where("id = ?", int64(id)).Take(ctx)
	if err != nil {
		return notFound(err, comment.ErrNotFound)
	}
	e.Detail = row.Kind
	if row.CommentID != nil {
		e.Detail += fmt.Sprintf(", comment %d", *row.CommentID)
	}
	return onRow(ctx, tx, setPart{partMail, idKey(id)}, e, comment.ErrNotFound, do)
}

// onRow does something to a row, and keeps it as an act; if there was none, the error is another.
func onRow(ctx context.Context, tx *gorm.DB, p setPart, e account.Entry, none error, do func() *gorm.DB) error {
	_, err := beside(ctx, tx, about{entry: e}, []setPart{p}, func() ([]setPart, error) {
		done := do()
		if done.Error == nil && done.RowsAffected == 0 {
			return nil, none
		}
		return nil, done.Error
	})
	return err
}
