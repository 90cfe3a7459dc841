package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hamlet/internal/account"
	"hamlet/internal/desk"
)

// Views keeps the lists that users have given names; it is a desk.ViewStore.
type Views struct{ db *DB }

var _ desk.ViewStore = (*Views)(nil)

// Views is that part of the database.
func (db *DB) Views() *Views { return &Views{db} }

// viewRow is a view as it is kept.
type viewRow struct {
	ID     int64 `gorm:"primaryKey"`
	UserID int64
	Name   string
	Query  string
}

func (viewRow) TableName() string { return "views" }

// ofUser picks what belongs to a user.
const ofUser = "user_id = (SELECT id FROM users WHERE name = ?)"

// Views reads those of a user, by name.
func (s *Views) Views(ctx context.Context, user string) ([]desk.KeptView, error) {
	rows, err := rowsOf[viewRow](s.db.read).Where(ofUser, user).Order("name, id").Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the views of %s: %w", user, err)
	}
	out := make([]desk.KeptView, len(rows))
	for i, r := range rows {
		out[i] = desk.KeptView{ID: r.ID, Name: r.Name, Query: r.Query}
	}
	return out, nil
}

// KeepView keeps a view.
func (s *Views) KeepView(ctx context.Context, user string, v desk.KeptView, most int, e account.Entry) error {
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		if err := lockTable(tx, "views"); err != nil {
			return err
		}
		done := tx.Exec("UPDATE views SET query = ? WHERE name = ? AND "+ofUser, v.Query, v.Name, user)
		if done.Error != nil {
			return done.Error
		}
		if done.RowsAffected == 0 {
			have, err := rowsOf[viewRow](tx).Where(ofUser, user).Count(ctx, "id")
			if err != nil {
				return err
			}
			if have >= int64(most) {
				return desk.ErrViews
			}
			err = tx.Exec("INSERT INTO views (user_id, name, query) SELECT id, ?, ? FROM users WHERE name = ?", v.Name, v.Query, user).Error
			if err != nil {
				return err
			}
		}
		return record(ctx, tx, e)
	})
	if err != nil {
		return fmt.Errorf("keep a view: %w", err)
	}
	return nil
}

// RenameView gives a view another name.
func (s *Views) RenameView(ctx context.Context, user string, id int64, name string, e account.Entry) error {
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		if err := lockTable(tx, "views"); err != nil {
			return err
		}
		taken, err := rowsOf[viewRow](tx).Where("name = ? AND id <> ? AND "+ofUser, name, id, user).Count(ctx, "id")
		if err != nil {
			return err
		}
		if taken > 0 {
			return desk.ErrViewTaken
		}
		return viewChanged(ctx, tx, tx.Exec("UPDATE views SET name = ? WHERE id = ? AND "+ofUser, name, id, user), e)
	})
	if err != nil {
		return fmt.Errorf("rename view %d: %w", id, err)
	}
	return nil
}

// RemoveView removes a view.
func (s *Views) RemoveView(ctx context.Context, user string, id int64, e account.Entry) error {
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		return viewChanged(ctx, tx, tx.Exec("DELETE FROM views WHERE id = ? AND "+ofUser, id, user), e)
	})
	if err != nil {
		return fmt.Errorf("remove view %d: %w", id, err)
	}
	return nil
}

// viewChanged records what was done to a view, if there was one.
func viewChanged(ctx context.Context, tx, done *gorm.DB, e account.Entry) error {
	if done.Error == nil && done.RowsAffected == 0 {
		return desk.ErrNoView
	}
	if done.Error != nil {
		return done.Error
	}
	return record(ctx, tx, e)
}
