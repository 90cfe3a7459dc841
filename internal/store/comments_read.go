package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"math"

	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// Get reads one comment, or comment.ErrNotFound.
func (s *Comments) Get(ctx context.Context, id comment.ID) (comment.Comment, error) {
	row, err := rowsOf[commentRow](s.db.read).Omit(hidden...).Where("id = ? AND deleted_at IS NULL", id).Take(ctx)
	if err != nil {
		return comment.Comment{}, fmt.Errorf("comment %d: %w", id, notFound(err, comment.ErrNotFound))
	}
	return row.comment()
}

// Some reads those of some comments that are there.
func (s *Comments) Some(ctx context.Context, ids []comment.ID) ([]comment.Comment, error) {
	rows, err := s.some(ctx, ids, hidden)
	if err != nil {
		return nil, fmt.Errorf("read some comments: %w", err)
	}
	return commentsOf(rows)
}

// some reads the rows of those of some comments that are there, without some columns.
func (s *Comments) some(ctx context.Context, ids []comment.ID, without []string) ([]commentRow, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return rowsOf[commentRow](s.db.read).Omit(without...).Where("id IN ? AND deleted_at IS NULL", ids).Find(ctx)
}

// hidden are the columns that no reader of a comment needs.
var hidden = []string{"uid", "email_sealed", "email_index", "folded", "standing", "form_key", "score", "doubt", "sign", "lang", "wave", "placed_at"}

// List reads the comments of one status, newest first.
func (s *Comments) List(
	ctx context.Context, in comment.Scope, st comment.Status, before comment.ID, limit int,
) ([]comment.Comment, error) {
	if limit < 1 { // to GORM, a negative limit is none
		return nil, nil
	}
	q := rowsOf[commentRow](s.db.read).Omit(hidden...).Where("status = ? AND deleted_at IS NULL", string(st))
	if !in.All {
		q = q.Where("post IN ?", in.Posts)
	}
	if before != 0 {
		q = q.Where("id < ?", before)
	}
	rows, err := q.Order("id DESC").Limit(limit).Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("list %s comments: %w", st, err)
	}
	return commentsOf(rows)
}

// Counts counts the comments of each status; every status has an entry.
func (s *Comments) Counts(ctx context.Context, in comment.Scope) (map[comment.Status]int, error) {
	counts := make(map[comment.Status]int, len(comment.Statuses))
	for _, st := range comment.Statuses {
		counts[st] = 0
	}
	query, args := "SELECT status, CAST(SUM(n) AS BIGINT) FROM tallies", []any(nil)
	if !in.All {
		query, args = query+" WHERE post IN ?", []any{append([]string{""}, in.Posts...)} // no post is called so
	}
	err := rows(s.db.read.WithContext(ctx), query+" GROUP BY status", args, func(row *sql.Rows) error {
		var st comment.Status
		var n int
		err := row.Scan(&st, &n)
		counts[st] = n
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count comments: %w", err)
	}
	return counts, nil
}

// Sent tells of the comment that came with a form key, or comment.ErrNotFound.
func (s *Comments) Sent(ctx context.Context, key comment.FormKey) (comment.Added, error) {
	for _, secret := range s.db.passing[passingForms].all() {
		sent, form := comment.Added{Again: true}, s.db.box.form(secret, key)
		if len(s.db.sift(ctx, &s.db.forms, []uint64{formValue(form)})) == 0 {
			continue
		}
		found, err := plain{s.db.read}.row(ctx, "SELECT id, status, hold, link FROM comments WHERE form_key = ?", []any{form},
			&sent.ID, &sent.Status, &sent.Hold, &sent.Link)
		if err != nil {
			return comment.Added{}, fmt.Errorf("look a form up: %w", err)
		}
		if found {
			return sent, nil
		}
	}
	return comment.Added{}, fmt.Errorf("look a form up: %w", comment.ErrNotFound)
}

// formKey is what a form is known by that comes now.
func (db *DB) formKey(key comment.FormKey) []byte {
	return db.box.form(db.passing[passingForms].all()[0], key)
}

// everyForm selects what the sieve of forms is of.
const everyForm = "SELECT form_key FROM comments WHERE form_key IS NOT NULL LIMIT ?"

// formValue is a form in that sieve.
func formValue(form []byte) uint64 { return binary.BigEndian.Uint64(form) }

func readForm(rows *sql.Rows) (uint64, error) {
	var form sql.RawBytes
	if err := rows.Scan(&form); err != nil {
		return 0, err
	}
	return formValue(form), nil
}

// Proven reports whether a comment with this proof is approved.
func (s *Comments) Proven(ctx context.Context, p comment.Proof) (bool, error) {
	if p == (comment.Proof{}) {
		return false, nil
	}
	rows, err := rowsOf[commentRow](s.db.read).Select("id").
		Where("proof = ? AND status = ?", p[:], string(comment.Approved)).Limit(1).Find(ctx)
	if err != nil {
		return false, fmt.Errorf("look a proof up: %w", err)
	}
	return len(rows) > 0, nil
}

// Honest reads how the newest approved comments were judged when they came, at most
// limit of them.
func (s *Comments) Honest(ctx context.Context, limit int) ([]spam.Passed, error) {
	rows, err := rowsOf[commentRow](s.db.read).Select("id", "body", "verdict").
		Where("status = ?", string(comment.Approved)).Order("id DESC").Limit(limit).Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("read how honest comments were judged: %w", err)
	}
	comments, err := commentsOf(rows)
	if err != nil {
		return nil, err
	}
	var honest []spam.Passed
	for _, c := range comments {
		if c.Verdict.Model != "" {
			honest = append(honest, spam.Passed{Probability: c.Verdict.Probability, OneLink: spam.OneLink(c.Body)})
		}
	}
	return honest, nil
}

// Labels reads the labels with a Seq above after, in order of Seq.
func (s *Comments) Labels(ctx context.Context, after int64) ([]comment.Label, error) {
	return s.LabelsTo(ctx, after, math.MaxInt64)
}

// LabelsTo reads the labels with a Seq above after and up to last, in order of Seq.
func (s *Comments) LabelsTo(ctx context.Context, after, last int64) ([]comment.Label, error) {
	var labels []comment.Label
	err := plain{s.db.read}.rows(ctx, "SELECT seq, comment_id, lesson, at, author, wave, moderator FROM labels WHERE seq > ? AND seq <= ? ORDER BY seq", []any{after, last},
		func(rows *sql.Rows) error {
			var r labelRow
			if err := rows.Scan(&r.Seq, &r.CommentID, &r.Lesson, &r.At, &r.Author, &r.Wave, &r.Moderator); err != nil {
				return err
			}
			l, err := r.label()
			labels = append(labels, l)
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("read labels: %w", err)
	}
	return labels, nil
}

// CountAfter counts the labels with a Seq above after.
func (s *Comments) CountAfter(ctx context.Context, after int64) (n int, err error) {
	if l, err := s.db.labelsNow(ctx); err != nil || l.last <= after {
		return 0, err
	}
	if err = s.db.read.WithContext(ctx).Raw("SELECT COUNT(*) FROM labels WHERE seq > ?", after).Scan(&n).Error; err != nil {
		return 0, fmt.Errorf("count labels: %w", err)
	}
	return n, nil
}
