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
		if err := lockTable(tx, "act_parts", "views"); err != nil {
			return err
		}
		same, err := rowsOf[viewRow](tx).Where("name = ? AND "+ofUser, v.Name, user).Find(ctx)
		if err != nil {
			return err
		}
		var before []setPart
		for _, r := range same {
			before = append(before, setPart{partView, idKey(r.ID)})
		}
		_, err = beside(ctx, tx, about{entry: e}, before, func() ([]setPart, error) {
			if len(same) > 0 {
				_, err := rowsOf[viewRow](tx).Where("id = ?", same[0].ID).Update(ctx, "query", v.Query)
				return nil, err
			}
			return newView(ctx, tx, user, v, most)
		})
		return err
	})
	if err != nil {
		return fmt.Errorf("keep a view: %w", err)
	}
	return nil
}

// newView keeps one more view of a user.
func newView(ctx context.Context, tx *gorm.DB, user string, v desk.KeptView, most int) ([]setPart, error) {
	of, err := rowsOf[userRow](tx).Where("name = ?", user).Take(ctx)
	if err != nil {
		return nil, notFound(err, nil) // who is gone keeps no view
	}
	have, err := rowsOf[viewRow](tx).Where("user_id = ?", of.ID).Count(ctx, "id")
	if err == nil && have >= int64(most) {
		err = desk.ErrViews
	}
	if err != nil {
		return nil, err
	}
	row := viewRow{UserID: of.ID, Name: v.Name, Query: v.Query}
	if err := rowsOf[viewRow](tx).Create(ctx, &row); err != nil {
		return nil, err
	}
	return []setPart{{partView, idKey(row.ID)}}, nil
}

// RenameView gives a view another name.
func (s *Views) RenameView(ctx context.Context, user string, id int64, name string, e account.Entry) error {
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		if err := lockTable(tx, "act_parts", "views"); err != nil {
			return err
		}
		taken, err := rowsOf[viewRow](tx).Where("name = ? AND id <> ? AND "+ofUser, name, id, user).Count(ctx, "id")
		if err != nil {
			return err
		}
		if taken > 0 {
			return desk.ErrViewTaken
		}
		return onRow(ctx, tx, setPart{partView, idKey(id)}, e, desk.ErrNoView, func() *gorm.DB {
			return tx.Exec("UPDATE views SET name = ? WHERE id = ? AND "+ofUser, name, id, user)
		})
	})
	if err != nil {
		return fmt.Errorf("rename view %d: %w", id, err)
	}
	return nil
}

// RemoveView removes a view.
func (s *Views) RemoveView(ctx context.Context, user string, id int64, e account.Entry) error {
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		is, err := rowsOf[viewRow](tx).Where("id = ? AND "+ofUser, id, user).Take(ctx)
		if err != nil {
			return notFound(err, desk.ErrNoView)
		}
		e.Detail = is.Name
		return onRow(ctx, tx, setPart{partView, idKey(id)}, e, desk.ErrNoView, func() *gorm.DB { return tx.Exec("DELETE FROM views WHERE id = ?", id) })
	})
	if err != nil {
		return fmt.Errorf("remove view %d: %w", id, err)
	}
	return nil
}
