package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hamlet/internal/account"
)

// Sessions keeps the sessions of logged-in users; it is a web.SessionStore. The
// tokens that come here are hashes already.
type Sessions struct{ db *DB }

type sessionRow struct {
	TokenHash []byte `gorm:"primaryKey"`
	Data      []byte
	ExpiresAt int64
	Name      string
	UserID    int64
	BeganAt   int64
	Browser   string
}

func (sessionRow) TableName() string { return "sessions" }

// FindCtx reads the data of a session. One that has expired is not found.
func (s *Sessions) FindCtx(ctx context.Context, token string) (data []byte, found bool, err error) {
	row, err := rowsOf[sessionRow](s.db.read).
		Where("token_hash = ? AND expires_at > ?", []byte(token), millis(s.db.now())).Take(ctx)
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return nil, false, nil
	case err != nil:
		return nil, false, fmt.Errorf("find session: %w", err)
	}
	return row.Data, true, nil
}

// BeginCtx keeps a new session, and removes those that have expired. One that was kept
// under the same token is replaced.
func (s *Sessions) BeginCtx(ctx context.Context, token string, data []byte, of account.Session) error {
	row := sessionRow{
		TokenHash: []byte(token), Data: append([]byte{}, data...), ExpiresAt: millis(of.Until),
		Name: of.ID, UserID: of.User, BeganAt: millis(of.Began), Browser: of.Browser,
	}
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		if _, err := rowsOf[sessionRow](tx).Where("expires_at <= ?", millis(s.db.now())).Delete(ctx); err != nil {
			return err
		}
		return rowsOf[sessionRow](tx, clause.OnConflict{UpdateAll: true}).Create(ctx, &row)
	})
	if err != nil {
		return fmt.Errorf("keep session: %w", err)
	}
	return nil
}

// MoveCtx gives a session that is there another token, and reports whether it was.
func (s *Sessions) MoveCtx(ctx context.Context, from, to string, data []byte, expiry time.Time) (found bool, err error) {
	err = s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		r := tx.Exec("UPDATE sessions SET token_hash = ?, data = ?, expires_at = ? WHERE token_hash = ? AND expires_at > ?",
			[]byte(to), append([]byte{}, data...), millis(expiry), []byte(from), millis(s.db.now()))
		found = r.RowsAffected > 0
		return r.Error
	})
	if err != nil {
		return false, fmt.Errorf("give session another token: %w", err)
	}
	return found, nil
}

// UpdateCtx changes a session that is there, and reports whether it was. One that
// was deleted meanwhile stays deleted.
func (s *Sessions) UpdateCtx(ctx context.Context, token string, data []byte, expiry time.Time) (found bool, err error) {
	row := sessionRow{Data: append([]byte{}, data...), ExpiresAt: millis(expiry)}
	err = s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		rows, err := rowsOf[sessionRow](tx).
			Where("token_hash = ? AND expires_at > ?", []byte(token), millis(s.db.now())).
			Select("Data", "ExpiresAt").Updates(ctx, row)
		found = rows > 0
		return err
	})
	if err != nil {
		return false, fmt.Errorf("change session: %w", err)
	}
	return found, nil
}

// DeleteCtx removes a session; there need not be one.
func (s *Sessions) DeleteCtx(ctx context.Context, token string) error {
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		_, err := rowsOf[sessionRow](tx).Where("token_hash = ?", []byte(token)).Delete(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("delete session: %w", err)
	}
	return nil
}

// session is what its user may know of a session.
func (r sessionRow) session() account.Session {
	return account.Session{ID: r.Name, User: r.UserID, Began: fromMillis(r.BeganAt), Until: fromMillis(r.ExpiresAt), Browser: r.Browser}
}

// Sessions lists the sessions of a user that have not ended, the newest first.
func (s *Accounts) Sessions(ctx context.Context, user int64) ([]account.Session, error) {
	rows, err := s.sessions(ctx, s.db.read, user)
	out := make([]account.Session, len(rows))
	for i, r := range rows {
		out[i] = r.session()
	}
	return out, err
}

func (s *Accounts) sessions(ctx context.Context, tx *gorm.DB, user int64) ([]sessionRow, error) {
	rows, err := rowsOf[sessionRow](tx).Where("user_id = ? AND expires_at > ?", user, millis(s.db.now())).
		Order("began_at DESC, token_hash").Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the sessions of user %d: %w", user, err)
	}
	return rows, nil
}

// EndSessions ends those sessions of a user that drop is true of.
func (s *Accounts) EndSessions(ctx context.Context, user int64, drop func(account.Session) bool, e account.Entry) (int, error) {
	ended := 0
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		ended = 0
		rows, err := s.sessions(ctx, tx, user)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if !drop(r.session()) {
				continue
			}
			if _, err := rowsOf[sessionRow](tx).Where("token_hash = ?", r.TokenHash).Delete(ctx); err != nil {
				return err
			}
			ended++
		}
		if ended == 0 {
			return nil
		}
		return record(ctx, tx, e)
	})
	if err != nil {
		return 0, fmt.Errorf("end sessions of user %d: %w", user, err)
	}
	return ended, nil
}
