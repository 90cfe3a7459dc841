package store

import (
	"context"
	"fmt"
	"strconv"

	"gorm.io/gorm"

	"hamlet/internal/comment"
	"hamlet/internal/desk"
)

var _ desk.PastFinder = (*Desk)(nil)

// pastKind is one kind of the other comments of an author a: those c that are so.
type pastKind struct {
	index, so string
	of        func(*desk.Past) *desk.Record
}

var pastKinds = []pastKind{
	{"comments_proved", "c.proof = a.proof", func(p *desk.Past) *desk.Record { return &p.Proved }},
	{
		"comments_named", "c.folded = a.folded AND a.folded <> '' AND (a.proof IS NULL OR c.proof IS NULL OR c.proof <> a.proof)",
		func(p *desk.Past) *desk.Record { return &p.Named },
	},
}

// pastCount is how many of an author's other comments have a status, of those that are counted.
type pastCount struct {
	Of     int64 // the comment whose author it is
	Beyond int64 // the newest that is not counted; 0: there is none
	Status string
	N      int
}

// pastGlance is one of an author's other comments.
type pastGlance struct {
	Of, ID       int64
	Post, Status string
	CreatedAt    int64
	Body         string
}

// glanceLength is how much of a text is read for a glance, in characters.
const glanceLength = 200

// Past finds what else there is of the authors of comments: of each kind all counts in one
// query and all that is shown in another, which read the ends of an index.
func (s *Desk) Past(ctx context.Context, in comment.Scope, ids []comment.ID, counted, latest int) (map[comment.ID]desk.Past, error) {
	out := map[comment.ID]desk.Past{}
	for _, kind := range pastKinds {
		note := func(of int64, put func(*desk.Record)) {
			p := out[comment.ID(of)]
			put(kind.of(&p))
			out[comment.ID(of)] = p
		}
		var counts []pastCount
		if err := s.newest(ctx, in, kind, ids, counted, "a.of, a.beyond, c.status, COUNT(*) AS n FROM %s GROUP BY a.of, a.beyond, c.status").Scan(&counts).Error; err != nil {
			return nil, fmt.Errorf("count what else there is of authors: %w", err)
		}
		for _, n := range counts {
			note(n.Of, func(r *desk.Record) {
				if r.Counts == nil {
					r.Counts = map[comment.Status]int{}
				}
				r.Counts[comment.Status(n.Status)], r.More = n.N, n.Beyond > 0
			})
		}
		var glances []pastGlance
		what := "a.of, c.id, c.post, c.status, c.created_at, substr(c.body, 1, " + strconv.Itoa(glanceLength) + ") AS body FROM %s ORDER BY a.of, c.id DESC"
		if err := s.newest(ctx, in, kind, ids, latest, what).Scan(&glances).Error; err != nil {
			return nil, fmt.Errorf("read what else there is of authors: %w", err)
		}
		for _, g := range glances {
			note(g.Of, func(r *desk.Record) {
				r.Latest = append(r.Latest, desk.Glance{ID: comment.ID(g.ID), Post: g.Post, Status: comment.Status(g.Status), At: fromMillis(g.CreatedAt), Body: g.Body})
			})
		}
	}
	return out, nil
}

// newest asks about the newest of the other comments of each author, of one kind. What is asked stays
// the same text however many there are, so that the engine need not read it anew.
func (s *Desk) newest(ctx context.Context, in comment.Scope, k pastKind, ids []comment.ID, limit int, what string) *gorm.DB {
	theirs, args := "comments AS c"+s.by(k.index)+" WHERE "+k.so+" AND c.id <> a.of AND c.deleted_at IS NULL AND c.erased_at IS NULL", []any{}
	if !in.All {
		theirs += " AND c.post IN ?"
		args = append(args, append([]string{""}, in.Posts...)) // no post is called so
	}
	all := append(append(append([]any{}, args...), limit, ids), args...)
	found := fmt.Sprintf("authors AS a CROSS JOIN %s AND c.id > a.beyond", theirs)
	return s.db.read.WithContext(ctx).Raw(fmt.Sprintf("WITH authors AS MATERIALIZED (SELECT a.*, COALESCE((SELECT c.id FROM %s ORDER BY c.id DESC LIMIT 1 OFFSET ?), 0) AS beyond "+
		"FROM (SELECT id AS of, folded, proof FROM comments WHERE id IN ?) AS a) SELECT "+what, theirs, found), all...)
}
