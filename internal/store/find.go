package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hamlet/internal/comment"
	"hamlet/internal/desk"
)

// Desk finds comments for moderators; it is a desk.Finder.
//
// Which comments a page has is told by one index that has every column that is asked
// for, comments_desk, or by that of an order; only those of the page are read then. SQLite's
// planner would rather read comments one by one, and is told not to. Each status is walked
// in order by itself, and no further than a page is long. What lies in other tables, such as words,
// is asked first: if it finds few comments, those are read and nothing is walked; and if
// it finds many, it is asked about some of the walk at a time.
type Desk struct{ db *DB }

var _ desk.Finder = (*Desk)(nil)

// Desk is the moderators' part of the database: a desk.Finder.
func (db *DB) Desk() *Desk { return &Desk{db} }

// order is how an order is asked for: the column it goes by, the direction, and the index that
// has a whole status in it.
type order struct{ column, direction, index string }

var orders = map[desk.Sort]order{
	desk.Newest: {"created_at", "DESC", deskIndex},
	desk.Oldest: {"created_at", "ASC", deskIndex},
	desk.Doubt:  {"doubt", "ASC", "comments_doubt"},
	desk.ByWave: {"wave", "DESC", "comments_wave"},
	desk.BySize: {sizeOfWave, "DESC", "comments_wave"},
	desk.ByPost: {"post", "ASC", "comments_post"},
}

// deskIndex has every column that a filter asks for.
const deskIndex = "comments_desk"

// Find reads a page of the comments that match.
func (s *Desk) Find(ctx context.Context, in comment.Scope, v desk.View, limit int) (desk.Page, error) {
	p, err := s.find(ctx, in, v, limit)
	if err != nil {
		return desk.Page{}, fmt.Errorf("find comments: %w", err)
	}
	return p, nil
}

// key is what a comment is found by in an order.
type key struct {
	ID int64
	At string
}

func (s *Desk) find(ctx context.Context, in comment.Scope, v desk.View, limit int) (desk.Page, error) {
	var err error
	if v.Sort == desk.BySize && v.From.Mark == (desk.Mark{}) {
		if v.From.Mark, err = s.Mark(ctx); err != nil {
			return desk.Page{}, err
		}
	}
	keys, err := s.keys(ctx, in, v, limit+1)
	if err != nil {
		return desk.Page{}, err
	}
	var p desk.Page
	if len(keys) > limit {
		keys = keys[:limit]
		p.Next = onFrom(v, keys[limit-1])
	}
	p.Comments, err = s.read(ctx, keys)
	return p, err
}

// onFrom is the place in a list after a comment of it.
func onFrom(v desk.View, k key) *desk.Cursor {
	return &desk.Cursor{Sort: v.Sort, Key: k.At, ID: comment.ID(k.ID), Mark: v.From.Mark}
}

// fewComments is how many comments are read one by one, rather than that an index is walked; and
// how many of a walk are first asked about.
const fewComments = 1_000

// keys are the first comments of a list.
func (s *Desk) keys(ctx context.Context, in comment.Scope, v desk.View, limit int) ([]key, error) {
	w, err := s.narrowed(ctx, s.matching(in, v.Filter))
	if err != nil {
		return nil, err
	}
	if w.within == nil {
		return s.walk(ctx, w, in, v, limit)
	}
	var found []key
	for some := min(4*limit, s.db.few); ; some *= 4 {
		passed, err := s.walk(ctx, w, in, v, some)
		if err != nil || len(passed) == 0 {
			return found, err
		}
		for _, k := range passed {
			if w.within(int(k.ID)) {
				found = append(found, k)
			}
		}
		if len(passed) < some || len(found) >= limit {
			return found[:min(len(found), limit)], nil
		}
		v.From = *onFrom(v, passed[len(passed)-1])
	}
}

// walk reads the first comments of a list, whatever sets they are in unless they are named.
func (s *Desk) walk(ctx context.Context, w *where, in comment.Scope, v desk.View, limit int) ([]key, error) {
	o := orders[v.Sort]
	beyond, place, err := o.beyond(v.From)
	if err != nil {
		return nil, err
	}
	parts, with := w.parts()
	var args []any
	for i, cond := range parts {
		from, where := "comments"+s.best(w, o.indexFor(in, v.Filter)), " WHERE "+cond
		if o.column == sizeOfWave {
			sizes, of := s.sizes(in, w.statusesOf(i), v.From.Mark)
			from = "(SELECT id, CASE WHEN total > 1 THEN (total << 40) + wave ELSE 0 END AS " + o.column + " FROM " + from + sizes + where + ") AS comments"
			where, args = " WHERE true", append(args, of...)
		}
		parts[i] = fmt.Sprintf("SELECT * FROM (SELECT id, CAST(%[1]s AS TEXT) AS at, %[1]s AS place FROM %[2]s%[3]s "+
			"ORDER BY comments.%[1]s %[4]s, id %[4]s LIMIT ?) AS p", o.column, from, where+beyond, o.direction)
		args = append(append(append(args, with[i]...), place...), limit)
	}
	var keys []key
	err = rows(s.db.read.WithContext(ctx), fmt.Sprintf("SELECT id, at FROM (%s) AS parts ORDER BY place %[2]s, id %[2]s LIMIT ?",
		strings.Join(parts, " UNION ALL "), o.direction), append(args, limit), func(row *sql.Rows) error {
		keys = append(keys, key{})
		k := &keys[len(keys)-1]
		return row.Scan(&k.ID, &k.At)
	})
	return keys, err
}

// sizeOfWave is how many comments of its status the wave of a comment had when the list was
// begun, whatever is asked for, and then the wave; 0 for one that was alone in it. A wave that
// grows while pages are turned would else pass by, with those of it that were not shown yet; one
// that becomes smaller goes on to a later page.
const sizeOfWave = "size"

// sizes joins the sizes that the waves of some statuses had at a mark.
func (s *Desk) sizes(in comment.Scope, statuses []comment.Status, m desk.Mark) (join string, args []any) {
	w := s.matching(in, desk.Filter{})
	w.statuses = statuses
	w.and("wave > 0 AND id <= ? AND placed_at <= ?", int64(m.Newest), millis(m.At))
	cond, args := w.whole()
	return " LEFT JOIN (SELECT status AS of_status, wave AS of_wave, COUNT(*) AS total FROM comments" + s.by("comments_wave") + " WHERE " + cond +
		" GROUP BY status, wave) AS sizes ON of_status = status AND of_wave = wave", args
}

// indexFor is the index in which a list is walked.
func (o order) indexFor(in comment.Scope, f desk.Filter) string {
	switch {
	case f.Plain() && in.All:
		return o.index
	case o.column == "created_at":
		return narrow(in, f)
	}
	return deskIndex
}

// narrow is the index to count what a filter means: what stands in the queue as a list of
// its own has one that holds nothing else.
func narrow(in comment.Scope, f desk.Filter) string {
	switch status := f.Status; {
	case status == "" || !in.All:
	case f == desk.Filter{Status: status, Reported: true}:
		return "comments_reported"
	case f == desk.Filter{Status: status, Channel: desk.ByMention}:
		return "comments_mentioned"
	}
	return deskIndex
}

// by names the index to use.
func (s *Desk) by(index string) string {
	if s.db.queue == nil {
		return "" // PostgreSQL counts
	}
	return " INDEXED BY " + index
}

// unindexed is for comments that are named: SQLite would rather walk an index.
func (s *Desk) unindexed() string {
	if s.db.queue == nil {
		return ""
	}
	return " NOT INDEXED"
}

// beyond is what lies after a place in an order; nothing at its beginning.
func (o order) beyond(from desk.Cursor) (sql string, args []any, err error) {
	if from.ID == 0 {
		return "", nil, nil
	}
	var at any = from.Key
	if o.column != "post" {
		n, err := strconv.ParseInt(from.Key, 10, 64)
		if err != nil {
			return "", nil, fmt.Errorf("the place %q: %w", from.Key, desk.ErrMalformed)
		}
		at = n
	}
	than := ">"
	if o.direction == "DESC" {
		than = "<"
	}
	return fmt.Sprintf(" AND (%s, id) %s (?, ?)", o.column, than), []any{at, int64(from.ID)}, nil
}

// read reads comments in the order of their keys.
func (s *Desk) read(ctx context.Context, keys []key) ([]comment.Comment, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	place := make(map[int64]int, len(keys))
	ids := make([]int64, len(keys))
	for i, k := range keys {
		place[k.ID], ids[i] = i, k.ID
	}
	rows, err := rowsOf[commentRow](s.db.read).Omit(hidden...).Where("id IN ?", ids).Find(ctx)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(rows, func(a, b commentRow) int { return place[a.ID] - place[b.ID] })
	return commentsOf(rows)
}

// Count counts the comments that match.
func (s *Desk) Count(ctx context.Context, in comment.Scope, f desk.Filter) (n int, err error) {
	w, err := s.narrowed(ctx, s.matching(in, f))
	if err == nil {
		n, err = s.count(ctx, w, narrow(in, f))
	}
	if err != nil {
		return 0, fmt.Errorf("count the comments that match: %w", err)
	}
	return n, nil
}

// smallest is the index that is read the fastest.
const smallest = "comments_wave"

// count counts the comments that a condition means: each status by itself, which takes less
// than all together.
func (s *Desk) count(ctx context.Context, w *where, index string) (n int, err error) {
	if w.everything() {
		index = smallest
	}
	parts, with := w.parts()
	for i, cond := range parts {
		what := "SELECT count(*) AS n"
		if w.within != nil {
			what = "SELECT id"
		}
		parts[i] = what + " FROM comments" + s.best(w, index) + " WHERE " + cond
	}
	query, args := strings.Join(parts, " UNION ALL "), slices.Concat(with...)
	if w.within == nil {
		err = s.db.read.WithContext(ctx).Raw("SELECT SUM(n) FROM ("+query+") AS parts", args...).Row().Scan(&n)
		return n, err
	}
	err = s.db.list(ctx, "id", query, args, func(id int) {
		if w.within(id) {
			n++
		}
	})
	return n, err
}

// best is an index, unless the comments are named.
func (s *Desk) best(w *where, index string) string {
	if w.named {
		return s.unindexed()
	}
	return s.by(index)
}

// IDs reads the numbers of the comments that match and were there at a mark.
func (s *Desk) IDs(
	ctx context.Context, in comment.Scope, f desk.Filter, m desk.Mark, after comment.ID, limit int,
) ([]comment.ID, error) {
	var ids []comment.ID
	w, err := s.narrowed(ctx, s.matching(in, f))
	if err == nil {
		w.named = w.named || m.Newest-after <= comment.ID(s.db.few)
		w.and("id > ? AND id <= ? AND placed_at <= ?", int64(after), int64(m.Newest), millis(m.At))
		cond, args := w.whole()
		err = s.db.read.WithContext(ctx).Raw("SELECT id FROM comments"+s.best(w, deskIndex)+" WHERE "+cond+" ORDER BY id LIMIT ?",
			append(args, max(limit, 0))...).Scan(&ids).Error
	}
	if err != nil {
		return nil, fmt.Errorf("find the comments that match: %w", err)
	}
	return ids, nil
}

// Mark is this moment.
func (s *Desk) Mark(ctx context.Context) (desk.Mark, error) {
	m := desk.Mark{At: fromMillis(millis(s.db.now()))}
	err := s.db.read.WithContext(ctx).Raw("SELECT COALESCE(MAX(id), 0) FROM comments").Scan(&m.Newest).Error
	if err != nil {
		return desk.Mark{}, fmt.Errorf("find the newest comment: %w", err)
	}
	return m, nil
}

// Person is whoever gave this address with a comment, or comment.ErrNotFound.
func (s *Desk) Person(ctx context.Context, address string) (comment.PersonID, error) {
	return s.db.Comments().Person(ctx, address)
}
