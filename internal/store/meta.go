package store

import (
	"context"
	"crypto/hmac"
	"errors"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// ErrWrongKey means that the database was made with another key.
var ErrWrongKey = errors.New("the database was made with another key; " +
	"restore the key file that belongs to it, or, if that is lost for good, run hamlet key lost")

// metaRow is something the database knows about itself.
type metaRow struct {
	Name  string `gorm:"primaryKey"`
	Value []byte
}

func (metaRow) TableName() string { return "meta" }

const keyCheck = "key check"

// checkKey remembers the key's check value the first time, and refuses another
// one from then on.
func (db *DB) checkKey(ctx context.Context, value []byte) error {
	known, err := db.knownKey(ctx)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		err = db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
			row := metaRow{Name: keyCheck, Value: value}
			return rowsOf[metaRow](tx, clause.OnConflict{DoNothing: true}).Create(ctx, &row)
		})
		if err == nil {
			known, err = db.knownKey(ctx) // another program may have been first
		}
	}
	if err != nil {
		return fmt.Errorf("check the key: %w", err)
	}
	if !hmac.Equal(known.Value, value) {
		return ErrWrongKey
	}
	return nil
}

func (db *DB) knownKey(ctx context.Context) (metaRow, error) {
	return rowsOf[metaRow](db.read).Where("name = ?", keyCheck).Take(ctx)
}

// metaVersion is the version of something that the database keeps; 0 for none.
func metaVersion(ctx context.Context, tx *gorm.DB, name string) (byte, error) {
	value, err := meta(ctx, tx, name)
	if err != nil || len(value) != 1 {
		return 0, err
	}
	return value[0], nil
}

// meta is what the database knows about itself under a name; nil for nothing.
func meta(ctx context.Context, tx *gorm.DB, name string) (value []byte, err error) {
	_, err = plain{tx}.row(ctx, "SELECT value FROM meta WHERE name = ?", []any{name}, &value)
	return value, err
}

// keepMeta keeps a value instead of the one there was.
func keepMeta(tx *gorm.DB, name string, value []byte) error {
	return tx.Exec("INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, value).Error
}
