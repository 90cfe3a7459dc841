package store

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"net/netip"
	"slices"
	"strconv"
	"time"

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
	if v.Sort.Marked() && v.From.Mark == (desk.Mark{}) {
		if v.From.Mark, err = s.Mark(ctx); err != nil {
			return desk.Page{}, err
		}
	}
	index := counting(in, v.Filter)
	w, err := s.gathered(ctx, s.matching(in, v.Filter), index)
	if err != nil {
		return desk.Page{}, err
	}
	keys, err := s.keys(ctx, w, in, v, limit+1)
	if err != nil {
		return desk.Page{}, err
	}
	p := desk.Page{Total: func(ctx context.Context) (int, error) { return s.count(ctx, w, index) }}
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
func (s *Desk) keys(ctx context.Context, w *where, in comment.Scope, v desk.View, limit int) ([]key, error) {
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

// wording is a part of a query, with its arguments.
type wording struct {
	sql  string
	args []any
}

// and asks for more.
func (a wording) and(sql string, args ...any) wording {
	return wording{a.sql + sql, slices.Concat(a.args, args)}
}

// walk reads the first comments of a list, whatever sets they are in unless they are named.
func (s *Desk) walk(ctx context.Context, w *where, in comment.Scope, v desk.View, limit int) ([]key, error) {
	o := orders[v.Sort]
	beyond, err := o.beyond(v.From)
	if err != nil {
		return nil, err
	}
	if o.column == sizeOfWave && w.everything() {
		if keys, err := s.biggest(ctx, w, in, v, limit); err != nil || len(keys) == limit {
			return keys, err
		}
	}
	begun, err := s.begun(ctx, v)
	if err != nil {
		return nil, err
	}
	var all wording
	add := func(from, where wording, columns, order string) {
		if all.sql != "" {
			all.sql += " UNION ALL "
		}
		all = all.and("SELECT * FROM (SELECT id, "+columns+" FROM ").and(from.sql, from.args...).and(" WHERE ").and(where.sql, where.args...).
			and(" ORDER BY "+order+", id "+o.direction+" LIMIT ?) AS p", limit)
	}
	for i, cond := range w.parts() {
		if begun.sql != "" {
			late := cond.and(" AND wave = id AND id IN (").and(begun.sql, begun.args...).and(")")
			if v.From.Key == "0" {
				late = late.and(" AND id < ?", int64(v.From.ID))
			}
			add(wording{sql: "comments" + s.unindexed()}, late, "'0' AS at, 0 AS place", "place "+o.direction)
			cond = cond.and(" AND (wave <> id OR id NOT IN (").and(begun.sql, begun.args...).and("))")
		}
		from := wording{sql: "comments" + s.best(w, o.indexFor(in, w, v.Filter))}
		if o.column == sizeOfWave {
			from = s.sized(in, w.statusesOf(i), v.From.Mark, from, cond)
			cond = wording{sql: "true"}
		}
		add(from, cond.and(beyond.sql, beyond.args...), fmt.Sprintf("CAST(%[1]s AS TEXT) AS at, %[1]s AS place", o.column), "comments."+o.column+" "+o.direction)
	}
	return s.firstOf(ctx, all, o, limit)
}

// firstOf reads the first of what parts of a list have.
func (s *Desk) firstOf(ctx context.Context, parts wording, o order, limit int) (keys []key, err error) {
	err = rows(s.db.read.WithContext(ctx), fmt.Sprintf("SELECT id, at FROM (%s) AS parts ORDER BY place %[2]s, id %[2]s LIMIT ?",
		parts.sql, o.direction), append(parts.args, limit), func(row *sql.Rows) error {
		keys = append(keys, key{})
		k := &keys[len(keys)-1]
		return row.Scan(&k.ID, &k.At)
	})
	return keys, err
}

// begun selects those that were in no wave when a list by wave was begun, and of which one that came
// later made the first of a new one; empty: there are none. In the list they have the place that
// they had, or they would pass by whoever turns pages.
func (s *Desk) begun(ctx context.Context, v desk.View) (wording, error) {
	if v.Sort != desk.ByWave || v.From.ID == 0 {
		return wording{}, nil
	}
	newest := int64(v.From.Mark.Newest)
	late := wording{
		"SELECT late.wave FROM comments AS late" + s.unindexed() + " WHERE late.id > ? AND late.wave > 0 AND late.wave <= ? AND NOT EXISTS (SELECT 1 FROM comments AS mate" +
			s.by("comments_wave") + " WHERE mate.status IN ? AND mate.deleted_at IS NULL AND mate.erased_at IS NULL" +
			" AND mate.wave = late.wave AND mate.id <> mate.wave AND mate.id <= ?)",
		[]any{newest, newest, comment.Statuses, newest},
	}
	n := 0
	err := s.db.read.WithContext(ctx).Raw("SELECT COUNT(*) FROM ("+late.sql+") AS begun", late.args...).Row().Scan(&n)
	if err != nil || n == 0 {
		return wording{}, err
	}
	return late, nil
}

// sizeOfWave is how many comments of its status the wave of a comment had when the list was
// begun, whatever is asked for, and then the wave; 0 for one that was alone in it. A wave that
// grows while pages are turned would else pass by, with those of it that were not shown yet; one
// that becomes smaller goes on to a later page.
const sizeOfWave = "size"

// sized is comments of some statuses with the size that their waves had at a mark.
func (s *Desk) sized(in comment.Scope, statuses []comment.Status, m desk.Mark, from, cond wording) wording {
	waves := s.wavesAt(in, statuses, m)
	return wording{sql: "(SELECT id, CASE WHEN total > 1 THEN (total << 40) + wave ELSE 0 END AS " + sizeOfWave + " FROM "}.and(from.sql, from.args...).
		and(" LEFT JOIN (").and(waves.sql, waves.args...).and(") AS sizes ON of_status = status AND of_wave = wave WHERE ").
		and(cond.sql, cond.args...).and(") AS comments")
}

// wavesAt are the waves of comments of some statuses, with how many had each at a mark.
func (s *Desk) wavesAt(in comment.Scope, statuses []comment.Status, m desk.Mark) wording {
	w := s.matching(in, desk.Filter{})
	w.statuses = statuses
	w.and("wave > 0 AND id <= ? AND placed_at <= ?", int64(m.Newest), millis(m.At))
	of, args := w.whole()
	return wording{"SELECT status AS of_status, wave AS of_wave, COUNT(*) AS total FROM comments" + s.by("comments_wave") + " WHERE " + of +
		" GROUP BY status, wave", args}
}

// biggest reads the first comments of a list by size of which nothing is asked but a status, as far
// as they are in waves: those of the biggest waves are as many as are read, and to put all
// comments in order took longer than to count all waves.
func (s *Desk) biggest(ctx context.Context, w *where, in comment.Scope, v desk.View, limit int) ([]key, error) {
	o := orders[desk.BySize]
	from := int64(math.MaxInt64)
	beyond, err := o.beyond(v.From)
	if err != nil {
		return nil, err
	}
	if len(beyond.args) > 0 {
		from = beyond.args[0].(int64) // as beyond has it
	}
	var all wording
	for i, cond := range w.parts() {
		if i > 0 {
			all.sql += " UNION ALL "
		}
		waves := s.wavesAt(in, w.statusesOf(i), v.From.Mark)
		all = all.and("SELECT id, CAST(size AS TEXT) AS at, size AS place FROM (SELECT (total << 40) + of_wave AS size, of_wave FROM (").and(waves.sql, waves.args...).
			and(") AS waves WHERE total > 1 AND (total << 40) + of_wave <= ? ORDER BY size DESC LIMIT ?) AS sizes", from, limit+1).
			and(" JOIN comments"+s.by("comments_wave")+" ON wave = of_wave WHERE ").and(cond.sql, cond.args...).and(beyond.sql, beyond.args...)
	}
	return s.firstOf(ctx, all, o, limit)
}

// indexFor is the index in which a list is walked.
func (o order) indexFor(in comment.Scope, w *where, f desk.Filter) string {
	switch {
	case w.everything():
		return o.index
	case o.column == "created_at":
		return narrow(in, f)
	}
	return deskIndex
}

// narrow is the index to walk in order of time: what stands in the queue as a list of its own has one
// that holds nothing else.
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

// counting is the index to count in what a filter means: the smallest that has all that is asked
// for, besides what is looked up as sets.
func counting(in comment.Scope, f desk.Filter) string {
	rest := f
	rest.Status, rest.Text, rest.Domain, rest.Person, rest.Network = "", "", "", 0, netip.Prefix{}
	rest.Language, rest.Since, rest.Until, rest.ScoreFrom, rest.ScoreTo = "", time.Time{}, time.Time{}, 0, 0
	if rest == (desk.Filter{}) && in.All {
		return "comments_score"
	}
	return narrow(in, f)
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
func (o order) beyond(from desk.Cursor) (wording, error) {
	if from.ID == 0 {
		return wording{}, nil
	}
	var at any = from.Key
	if o.column != "post" {
		n, err := strconv.ParseInt(from.Key, 10, 64)
		if err != nil {
			return wording{}, fmt.Errorf("the place %q: %w", from.Key, desk.ErrMalformed)
		}
		at = n
	}
	than := ">"
	if o.direction == "DESC" {
		than = "<"
	}
	return wording{fmt.Sprintf(" AND (%s, id) %s (?, ?)", o.column, than), []any{at, int64(from.ID)}}, nil
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
	w, err := s.gathered(ctx, s.matching(in, f), counting(in, f))
	if err == nil {
		n, err = s.count(ctx, w, counting(in, f))
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
	switch {
	case w.counted:
		return w.in.count(), nil
	case w.within == nil && w.everything():
		index = smallest
	case w.within != nil && w.alive && len(w.statuses) == len(comment.Statuses):
		dead := members{}
		err = s.db.list(ctx, "id", "SELECT id FROM comments WHERE deleted_at IS NOT NULL UNION ALL SELECT id FROM comments WHERE erased_at IS NOT NULL", nil, dead.add)
		w.in.keep(dead, true)
		return w.in.count(), err
	case w.within != nil:
		of, err := s.listed(ctx, w, smallest)
		return of.count(), err
	}
	var all wording
	for i, cond := range w.parts() {
		if i > 0 {
			all.sql += " UNION ALL "
		}
		all = all.and("SELECT count(*) AS n FROM comments"+s.best(w, index)+" WHERE ").and(cond.sql, cond.args...)
	}
	err = s.db.read.WithContext(ctx).Raw("SELECT SUM(n) FROM ("+all.sql+") AS parts", all.args...).Row().Scan(&n)
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
