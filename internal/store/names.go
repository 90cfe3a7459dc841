package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hamlet/internal/comment"
)

// namesKept says in the database how the names in it are made to be compared.
const namesKept = "names"

// namesVersion is raised when comment.NameKey makes another key of some name.
const namesVersion = 2

// compareNames makes the keys of all names anew, if those that are kept are of before. Cut off,
// it begins again at the next start.
func (db *DB) compareNames(ctx context.Context) error {
	have, err := metaVersion(ctx, db.read, namesKept)
	if err == nil && have != namesVersion {
		err = db.rekeyNames(ctx, "comments", "author", "folded")
		if err == nil {
			err = db.rekeyNames(ctx, "users", "name", "looks")
		}
		if err == nil {
			err = db.change(ctx, func(_ context.Context, tx *gorm.DB) error { return keepMeta(tx, namesKept, []byte{namesVersion}) })
		}
	}
	if err != nil {
		return fmt.Errorf("compare the names there are: %w", err)
	}
	return nil
}

// rekeyNames makes the keys of the names in a table, where they are others than before: a
// thousand at a time, so that however many there are the log of the database stays short.
func (db *DB) rekeyNames(ctx context.Context, table, name, key string) error {
	const page = 1000
	for last, next, more := int64(0), int64(0), true; more; last = next {
		err := db.change(ctx, func(_ context.Context, tx *gorm.DB) error {
			var rows []struct {
				ID        int64
				Name, Key string
			}
			err := tx.Raw("SELECT id, "+name+" AS name, "+key+" AS key FROM "+table+" WHERE id > ? ORDER BY id LIMIT ?", last, page).
				Scan(&rows).Error
			for _, r := range rows {
				next = r.ID
				if k := comment.NameKey(r.Name); err == nil && k != r.Key {
					err = tx.Exec("UPDATE "+table+" SET "+key+" = ? WHERE id = ?", k, r.ID).Error
				}
			}
			more = len(rows) == page
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
