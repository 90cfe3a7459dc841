package store

import (
	"context"
	"fmt"
	"strings"

	"hamlet/internal/comment"
	"hamlet/internal/desk"
)

var _ desk.PastFinder = (*Desk)(nil)

// pastRow is another comment of the author of a comment.
type pastRow struct {
	Of     int64 // the comment whose author it is
	Proved int   // 1: by the same proof; 0: under the same name
	ID     int64
	Status string
}

// Past finds what else there is of the authors of comments: all of it in one query, whose
// parts each read the beginning of an index, and another for what is shown of it.
func (s *Desk) Past(ctx context.Context, in comment.Scope, ids []comment.ID, counted, latest int) (map[comment.ID]desk.Past, error) {
	authors, err := rowsOf[commentRow](s.db.read).Select("id", "folded", "proof").Where("id IN ?", ids).Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the authors of comments: %w", err)
	}
	var parts []string
	var args []any
	for _, a := range authors {
		for _, w := range s.pastOf(in, a) {
			cond, with := w.whole()
			parts = append(parts, fmt.Sprintf("SELECT * FROM (SELECT CAST(? AS BIGINT) AS of, %d AS proved, id, status FROM comments%s WHERE %s ORDER BY id DESC LIMIT ?) AS p",
				w.proved, s.by(w.index), cond))
			args = append(append(append(args, a.ID), with...), counted+1)
		}
	}
	if len(parts) == 0 {
		return nil, nil
	}
	var rows []pastRow
	if err := s.db.read.WithContext(ctx).Raw(strings.Join(parts, " UNION ALL ")+" ORDER BY of, proved, id DESC", args...).Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("find what else there is of authors: %w", err)
	}
	return s.pasts(ctx, rows, counted, latest)
}

// pastWhere is where one kind of the other comments of an author is found.
type pastWhere struct {
	*where
	proved int
	index  string
}

// pastOf is where the other comments of an author are found.
func (s *Desk) pastOf(in comment.Scope, a commentRow) []pastWhere {
	var out []pastWhere
	if a.Proof != nil {
		w := s.matching(in, desk.Filter{})
		w.and("proof = ? AND id <> ?", a.Proof, a.ID)
		out = append(out, pastWhere{w, 1, "comments_proved"})
	}
	if a.Folded != "" {
		w := s.matching(in, desk.Filter{})
		w.and("folded = ? AND id <> ?", a.Folded, a.ID)
		if a.Proof != nil {
			w.and("(proof IS NULL OR proof <> ?)", a.Proof)
		}
		out = append(out, pastWhere{w, 0, "comments_named"})
	}
	return out
}

// pasts counts what was found, and reads the newest of it.
func (s *Desk) pasts(ctx context.Context, rows []pastRow, counted, latest int) (map[comment.ID]desk.Past, error) {
	var shown []int64
	out := map[comment.ID]desk.Past{}
	for _, r := range rows {
		p := out[comment.ID(r.Of)]
		of := &p.Named
		if r.Proved == 1 {
			of = &p.Proved
		}
		if of.Counts == nil {
			of.Counts = map[comment.Status]int{}
		}
		switch n := of.Total(); {
		case n >= counted:
			of.More = true
		default:
			of.Counts[comment.Status(r.Status)]++
			if n < latest {
				of.Latest = append(of.Latest, desk.Glance{ID: comment.ID(r.ID)})
				shown = append(shown, r.ID)
			}
		}
		out[comment.ID(r.Of)] = p
	}
	glances, err := s.glances(ctx, shown)
	if err != nil {
		return nil, err
	}
	for _, p := range out {
		for _, latest := range [][]desk.Glance{p.Proved.Latest, p.Named.Latest} {
			for i, g := range latest {
				latest[i] = glances[g.ID]
			}
		}
	}
	return out, nil
}

// glanceLength is how much of a text is read for a glance, in characters.
const glanceLength = 200

func (s *Desk) glances(ctx context.Context, ids []int64) (map[comment.ID]desk.Glance, error) {
	out := map[comment.ID]desk.Glance{}
	if len(ids) == 0 {
		return out, nil
	}
	var rows []commentRow
	err := s.db.read.WithContext(ctx).Raw("SELECT id, post, status, created_at, substr(body, 1, ?) AS body FROM comments WHERE id IN ?", glanceLength, ids).
		Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read what else there is of authors: %w", err)
	}
	for _, r := range rows {
		out[comment.ID(r.ID)] = desk.Glance{
			ID: comment.ID(r.ID), Post: r.Post, Status: comment.Status(r.Status), At: fromMillis(r.CreatedAt), Body: r.Body,
		}
	}
	return out, nil
}
