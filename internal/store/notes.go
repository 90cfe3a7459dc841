package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/desk"
)

// Notes keeps what moderators have beside comments; it is a desk.NoteStore.
type Notes struct{ db *DB }

var _ desk.NoteStore = (*Notes)(nil)

// Notes is that part of the database.
func (db *DB) Notes() *Notes { return &Notes{db} }

// noteRow is a note as it is kept.
type noteRow struct {
	ID        int64 `gorm:"primaryKey"`
	CommentID int64
	At        int64
	Author    string
	Body      string
}

func (noteRow) TableName() string { return "notes" }

// Asides reads what there is beside comments.
func (s *Notes) Asides(ctx context.Context, ids []comment.ID) (map[comment.ID]desk.Aside, error) {
	var given []struct {
		ID   int64
		Name string
	}
	err := s.db.read.WithContext(ctx).Raw("SELECT c.id, u.name FROM comments c JOIN users u ON u.id = c.assignee_id WHERE c.id IN ?", ids).
		Scan(&given).Error
	if err != nil {
		return nil, fmt.Errorf("read who is to look at comments: %w", err)
	}
	rows, err := rowsOf[noteRow](s.db.read).Where("comment_id IN ?", ids).Order("id").Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("read notes: %w", err)
	}
	all := make(map[comment.ID]desk.Aside, len(given)+len(rows))
	for _, g := range given {
		all[comment.ID(g.ID)] = desk.Aside{Assignee: g.Name}
	}
	for _, r := range rows {
		a := all[comment.ID(r.CommentID)]
		a.Notes = append(a.Notes, desk.Note{ID: r.ID, At: fromMillis(r.At), Author: r.Author, Body: r.Body})
		all[comment.ID(r.CommentID)] = a
	}
	return all, nil
}

// AddNote keeps a note.
func (s *Notes) AddNote(ctx context.Context, id comment.ID, n desk.Note, most int, e account.Entry) (act account.ActID, err error) {
	err = s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		c, err := lockComment(ctx, tx, id)
		if err != nil {
			return err
		}
		have, err := rowsOf[noteRow](tx).Where("comment_id = ?", int64(id)).Count(ctx, "id")
		if err != nil {
			return err
		}
		if have >= int64(most) {
			return desk.ErrNotes
		}
		act, err = beside(ctx, tx, about{e, id, c.Post}, nil, func() ([]setPart, error) {
			row := noteRow{CommentID: int64(id), At: millis(n.At), Author: n.Author, Body: n.Body}
			err := rowsOf[noteRow](tx).Create(ctx, &row)
			return []setPart{{partNote, idKey(row.ID)}}, err
		})
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("note something about comment %d: %w", id, err)
	}
	return act, nil
}

// RemoveNote takes a note away.
func (s *Notes) RemoveNote(ctx context.Context, id comment.ID, note int64, author string, e account.Entry) (act account.ActID, err error) {
	err = s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		c, err := lockComment(ctx, tx, id)
		if err != nil {
			return err
		}
		act, err = beside(ctx, tx, about{e, id, c.Post}, []setPart{{partNote, idKey(note)}}, func() ([]setPart, error) {
			done := tx.Exec("DELETE FROM notes WHERE id = ? AND comment_id = ? AND (author = ? OR ? = '')", note, int64(id), author, author)
			if done.Error == nil && done.RowsAffected == 0 {
				return nil, comment.ErrNotFound
			}
			return nil, done.Error
		})
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("remove a note about comment %d: %w", id, err)
	}
	return act, nil
}

// Assign keeps who is to look at a comment.
func (s *Notes) Assign(ctx context.Context, id comment.ID, user int64, e account.Entry) (act account.ActID, err error) {
	err = s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		c, err := lockComment(ctx, tx, id)
		if err != nil {
			return err
		}
		var now int64
		if err := tx.Raw("SELECT COALESCE(assignee_id, 0) FROM comments WHERE id = ?", int64(id)).Scan(&now).Error; err != nil || now == user {
			return err
		}
		act, err = beside(ctx, tx, about{e, id, c.Post}, []setPart{{"assignee_id", idKey(id)}}, func() ([]setPart, error) {
			return nil, tx.Exec("UPDATE comments SET assignee_id = ? WHERE id = ?", orNull(user), int64(id)).Error
		})
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("give comment %d to somebody: %w", id, err)
	}
	return act, nil
}
