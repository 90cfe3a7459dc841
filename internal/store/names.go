package store

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"hamlet/internal/comment"
)

// namesKept says in the database how the names in it are made to be compared.
const namesKept = "names"

// namesVersion is raised when comment.NameKey makes another key of some name.
const namesVersion = 1

// compareNames makes the keys of all names anew, if those that are kept are of before.
func (db *DB) compareNames(ctx context.Context) error {
	have, err := metaVersion(ctx, db.read, namesKept)
	if err == nil && have != namesVersion {
		err = db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
			return errors.Join(
				rekeyNames(ctx, tx, "comments", "author", "folded"), rekeyNames(ctx, tx, "users", "name", "looks"),
				keepMeta(tx, namesKept, []byte{namesVersion}))
		})
	}
	if err != nil {
		return fmt.Errorf("compare the names there are: %w", err)
	}
	return nil
}

// rekeyNames makes the keys of the names in a table, where they are others than before.
func rekeyNames(ctx context.Context, tx *gorm.DB, table, name, key string) error {
	const page = 1000
	for last := int64(0); ; {
		var rows []struct {
			ID        int64
			Name, Key string
		}
		err := tx.WithContext(ctx).Raw("SELECT id, "+name+" AS name, "+key+" AS key FROM "+table+" WHERE id > ? ORDER BY id LIMIT ?", last, page).
			Scan(&rows).Error
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, r := range rows {
			if k := comment.NameKey(r.Name); k != r.Key {
				if err := tx.Exec("UPDATE "+table+" SET "+key+" = ? WHERE id = ?", k, r.ID).Error; err != nil {
					return err
				}
			}
		}
		last = rows[len(rows)-1].ID
	}
}
