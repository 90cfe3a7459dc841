package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hamlet/internal/account"
	"hamlet/internal/away"
	"hamlet/internal/comment"
)

// Notices keeps where notices go, and those that wait; it is an away.Targets and an
// away.Outbox.
type Notices struct{ db *DB }

var (
	_ away.Targets = (*Notices)(nil)
	_ away.Outbox  = (*Notices)(nil)
)

// Notices is that part of the database.
func (db *DB) Notices() *Notices { return &Notices{db} }

// targetRow is where notices go, as it is kept.
type targetRow struct {
	ID       int64 `gorm:"primaryKey"`
	UserID   *int64
	Pace     string
	Held     int
	Dead     int
	Reports  int
	Feed     int64
	Feeds    int64
	UID      []byte `gorm:"column:uid"`
	Sealed   []byte
	ToldHeld int64
	ToldDead int64
	// ToldReport is the newest report that was told.
	ToldReport int64
}

func (targetRow) TableName() string { return "notice_targets" }

// target opens what is sealed. If the key is lost, nothing is told any more, until somebody types
// it anew.
func (s *Notices) target(ctx context.Context, r targetRow) (away.Target, error) {
	t := away.Target{
		ID: r.ID, User: orZero(r.UserID), Pace: away.Pace(r.Pace), Held: r.Held != 0, Dead: r.Dead != 0, Reports: r.Reports != 0, Feed: r.Feed, Feeds: r.Feeds,
	}
	if t.User == 0 {
		t.Private.Hook = &away.Hook{}
	}
	key, err := s.db.people.get(ctx, r.UID)
	if errors.Is(err, comment.ErrErased) {
		t.Pace = away.Never
		return t, nil
	}
	if err != nil {
		return t, err
	}
	text, err := key.open(aTarget, r.Sealed)
	if err == nil {
		err = json.Unmarshal([]byte(text), &t.Private)
	}
	return t, err
}

// Own reads the target of a user.
func (s *Notices) Own(ctx context.Context, user int64) (away.Target, error) {
	rows, err := rowsOf[targetRow](s.db.read).Where("user_id = ?", user).Limit(1).Find(ctx)
	if err != nil || len(rows) == 0 {
		return away.Target{}, err
	}
	t, err := s.target(ctx, rows[0])
	if err != nil {
		return t, fmt.Errorf("read where notices to user %d go: %w", user, err)
	}
	return t, nil
}

// Hooks reads all webhooks.
func (s *Notices) Hooks(ctx context.Context) ([]away.Target, error) {
	rows, err := rowsOf[targetRow](s.db.read).Where("user_id IS NULL").Order("id").Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("read webhooks: %w", err)
	}
	all := make([]away.Target, len(rows))
	for i, r := range rows {
		if all[i], err = s.target(ctx, r); err != nil {
			return nil, fmt.Errorf("read webhook %d: %w", r.ID, err)
		}
	}
	return all, nil
}

// Put keeps a target.
func (s *Notices) Put(ctx context.Context, t away.Target, e account.Entry) error {
	row, err := s.row(ctx, t)
	if err != nil {
		return fmt.Errorf("keep where notices go: %w", err)
	}
	err = s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		old, err := s.before(ctx, tx, t)
		if err != nil {
			return err
		}
		row.ID, row.ToldHeld, row.ToldDead, row.ToldReport = old.ID, old.ToldHeld, old.ToldDead, old.ToldReport
		if old.ID == 0 || old.Pace == string(away.Never) { // it begins with what comes from now on
			row.ToldDead = millis(s.db.now())
			err := errors.Join(tx.Raw("SELECT COALESCE(MAX(id), 0) FROM comments").Scan(&row.ToldHeld).Error,
				tx.Raw("SELECT COALESCE(MAX(id), 0) FROM reports").Scan(&row.ToldReport).Error)
			if err != nil {
				return err
			}
		}
		if row.ID != 0 {
			_, err = beside(ctx, tx, about{entry: e}, []setPart{{partTarget, idKey(row.ID)}}, func() ([]setPart, error) {
				return nil, tx.Save(&row).Error
			})
			return err
		}
		_, err = beside(ctx, tx, about{entry: e}, nil, func() ([]setPart, error) {
			err := rowsOf[targetRow](tx).Create(ctx, &row)
			return []setPart{{partTarget, idKey(row.ID)}}, err
		})
		return err
	})
	if err != nil {
		return fmt.Errorf("keep where notices go: %w", err)
	}
	return nil
}

// before is the row that a target replaces; the zero row for a new one.
func (*Notices) before(ctx context.Context, tx *gorm.DB, t away.Target) (targetRow, error) {
	q := rowsOf[targetRow](tx, clause.Locking{Strength: "UPDATE"}).Where("user_id = ?", t.User)
	if t.User == 0 {
		if t.ID == 0 {
			return targetRow{}, nil
		}
		q = rowsOf[targetRow](tx, clause.Locking{Strength: "UPDATE"}).Where("id = ? AND user_id IS NULL", t.ID)
	}
	rows, err := q.Find(ctx)
	switch {
	case err != nil:
		return targetRow{}, err
	case len(rows) == 1:
		return rows[0], nil
	case t.User == 0:
		return targetRow{}, comment.ErrNotFound
	}
	return targetRow{}, nil
}

// row seals a target, with a new key each time; upkeep destroys the one before.
func (s *Notices) row(ctx context.Context, t away.Target) (targetRow, error) {
	text, err := json.Marshal(t.Private)
	if err != nil {
		return targetRow{}, err
	}
	key := newSecret()
	sealed, err := s.db.box.seal(key, aTarget, string(text))
	if err == nil {
		err = s.db.people.keep(ctx, key, nil)
	}
	r := targetRow{
		Pace: string(t.Pace), UserID: orNull(t.User), Feed: t.Feed, Feeds: t.Feeds, UID: key.uid, Sealed: sealed,
	}
	if t.Held {
		r.Held = 1
	}
	if t.Dead {
		r.Dead = 1
	}
	if t.Reports {
		r.Reports = 1
	}
	return r, err
}

// Remove takes a webhook away.
func (s *Notices) Remove(ctx context.Context, id int64, e account.Entry) error {
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		return onRow(ctx, tx, setPart{partTarget, idKey(id)}, e, comment.ErrNotFound, func() *gorm.DB {
			return tx.Exec("DELETE FROM notice_targets WHERE id = ? AND user_id IS NULL", id)
		})
	})
	if err != nil {
		return fmt.Errorf("remove webhook %d: %w", id, err)
	}
	return nil
}

// UseLink notes that a link was used, and reports whether it was not yet.
func (s *Notices) UseLink(ctx context.Context, link []byte, until time.Time) (bool, error) {
	fresh := false
	err := s.db.change(ctx, func(_ context.Context, tx *gorm.DB) error {
		if err := tx.Exec("DELETE FROM used_links WHERE expires_at < ?", millis(s.db.now())).Error; err != nil {
			return err
		}
		done := tx.Exec("INSERT INTO used_links (expires_at, hash) VALUES (?, ?) ON CONFLICT DO NOTHING", millis(until), link)
		fresh = done.RowsAffected == 1
		return done.Error
	})
	if err != nil {
		return false, fmt.Errorf("use a link: %w", err)
	}
	return fresh, nil
}

// UnuseLink takes that back.
func (s *Notices) UnuseLink(ctx context.Context, link []byte) error {
	err := s.db.change(ctx, func(_ context.Context, tx *gorm.DB) error {
		return tx.Exec("DELETE FROM used_links WHERE hash = ?", link).Error
	})
	if err != nil {
		return fmt.Errorf("let a link be used again: %w", err)
	}
	return nil
}
