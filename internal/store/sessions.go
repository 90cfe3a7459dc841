package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Sessions keeps the sessions of logged-in users; it is a web.SessionStore. The
// tokens that come here are hashes already.
type Sessions struct{ db *DB }

type sessionRow struct {
	TokenHash []byte `gorm:"primaryKey"`
	Data      []byte
	ExpiresAt int64
}

func (sessionRow) TableName() string { return "sessions" }

// FindCtx reads the data of a session. One that has expired is not found.
func (s *Sessions) FindCtx(ctx context.Context, token string) (data []byte, found bool, err error) {
	row, err := gorm.G[sessionRow](s.db.read).
		Where("token_hash = ? AND expires_at > ?", []byte(token), millis(s.db.now())).Take(ctx)
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return nil, false, nil
	case err != nil:
		return nil, false, fmt.Errorf("find session: %w", err)
	}
	return row.Data, true, nil
}

// CommitCtx keeps a session, new or not, and removes those that have expired.
func (s *Sessions) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	row := sessionRow{TokenHash: []byte(token), Data: append([]byte{}, data...), ExpiresAt: millis(expiry)}
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		if _, err := gorm.G[sessionRow](tx).Where("expires_at <= ?", millis(s.db.now())).Delete(ctx); err != nil {
			return err
		}
		return gorm.G[sessionRow](tx, clause.OnConflict{UpdateAll: true}).Create(ctx, &row)
	})
	if err != nil {
		return fmt.Errorf("keep session: %w", err)
	}
	return nil
}

// UpdateCtx changes a session that is there, and reports whether it was. One that
// was deleted meanwhile stays deleted.
func (s *Sessions) UpdateCtx(ctx context.Context, token string, data []byte, expiry time.Time) (found bool, err error) {
	row := sessionRow{Data: append([]byte{}, data...), ExpiresAt: millis(expiry)}
	err = s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		rows, err := gorm.G[sessionRow](tx).
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
		_, err := gorm.G[sessionRow](tx).Where("token_hash = ?", []byte(token)).Delete(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("delete session: %w", err)
	}
	return nil
}
