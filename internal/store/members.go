package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math/bits"
	"strings"

	"gorm.io/gorm"

	"hamlet/internal/comment"
)

// members are numbers of comments: a bit for each.
type members []uint64

func (m *members) add(id int) {
	for id>>6 >= len(*m) {
		*m = append(*m, make([]uint64, len(*m)+64)...)
	}
	(*m)[id>>6] |= 1 << (id & 63)
}

func (m members) has(id int) bool { return id>>6 < len(m) && m[id>>6]&(1<<(id&63)) != 0 }

func (m members) count() (n int) {
	for _, some := range m {
		n += bits.OnesCount64(some)
	}
	return n
}

// keep keeps those that are also in others; or, if but, those that are not.
func (m members) keep(others members, but bool) {
	for i := range m {
		var of uint64
		if i < len(others) {
			of = others[i]
		}
		if but {
			of = ^of
		}
		m[i] &= of
	}
}

// all are the numbers, in ascending order.
func (m members) all() []int64 {
	ids := make([]int64, 0, m.count())
	for i, some := range m {
		for ; some != 0; some &= some - 1 {
			ids = append(ids, int64(i<<6+bits.TrailingZeros64(some)))
		}
	}
	return ids
}

// list gives the numbers that a query finds. They come as one text: row by row it takes ten
// times as long to hand them over as to find them.
func (db *DB) list(ctx context.Context, column, query string, args []any, each func(id int)) error {
	joined := "group_concat(" + column + ")"
	if db.queue == nil {
		joined = "string_agg(" + column + "::text, ',')"
	}
	var text sql.NullString
	err := db.read.WithContext(ctx).Raw("SELECT "+joined+" FROM ("+query+") AS found", args...).Row().Scan(&text)
	if err != nil || text.String == "" {
		return err
	}
	for number := range strings.SplitSeq(text.String, ",") {
		id := 0
		for _, digit := range []byte(number) {
			id = 10*id + int(digit-'0')
		}
		each(id)
	}
	return nil
}

// named is a query for comments, by name.
func (db *DB) named(ids []comment.ID) (query string, arg any) {
	list, _ := json.Marshal(append(ids, 0)) // numbers always can be
	if db.queue == nil {
		return "SELECT value::bigint AS id FROM json_array_elements_text(CAST(? AS json))", string(list)
	}
	return "SELECT value AS id FROM json_each(?)", string(list)
}

// membersOf are the comments in a set.
func (s *Desk) membersOf(ctx context.Context, x set) (members, error) {
	var m members
	err := s.db.list(ctx, x.column, x.query, []any{x.arg}, func(id int) {
		if id > 0 { // there is always a 0 among those that are named
			m.add(id)
		}
	})
	return m, err
}

// narrowed looks up what is in the sets of a condition, and names the comments if they are few.
func (s *Desk) narrowed(ctx context.Context, w *where) (*where, error) {
	if w.words {
		if err := s.db.settleAll(ctx); err != nil {
			return nil, err
		}
	}
	var but members
	some := false // of the sets say what is in them
	for i, x := range w.sets {
		if x.from.IsValid() {
			from, err := s.db.cameFrom(ctx, x.from)
			if err != nil {
				return nil, fmt.Errorf("look up what came from a network: %w", err)
			}
			x.query, x.arg = s.db.named(from)
			w.sets[i] = x
		}
		found, err := s.membersOf(ctx, x)
		switch {
		case err != nil:
			return nil, fmt.Errorf("look up %s: %w", x.column, err)
		case x.but:
			but.join(found)
		case some:
			w.in.keep(found, false)
		default:
			w.in, some = found, true
		}
	}
	if some {
		w.in.keep(but, true)
		but = nil
	}
	if some && w.in.count() <= s.db.few {
		w.name()
		return w, nil
	}
	if len(w.sets) > 0 {
		in := w.in
		w.within = func(id int) bool { return !but.has(id) && (!some || in.has(id)) }
		w.alive = some && w.everything()
	}
	return w, nil
}

// name names the comments that are in the sets.
func (w *where) name() {
	w.and("id IN ?", append(w.in.all(), 0))
	w.sets, w.named, w.within = nil, true, nil
}

// gathered is narrowed, and looks up all else that is asked for if that must be held against the sets
// anyway: lists of what is left are walked, and counted, as if nothing else were asked for.
func (s *Desk) gathered(ctx context.Context, w *where, index string) (*where, error) {
	w, err := s.narrowed(ctx, w)
	if err != nil || w.within == nil || w.everything() {
		return w, err
	}
	if w.in, err = s.listed(ctx, w, index); err != nil {
		return nil, err
	}
	w.sql, w.args, w.sets = w.sql[:1], nil, nil
	if w.in.count() <= s.db.few {
		w.name()
		return w, nil
	}
	w.within, w.counted = w.in.has, true
	return w, nil
}

// listed are the comments that a condition means, read from an index.
func (s *Desk) listed(ctx context.Context, w *where, index string) (members, error) {
	var all wording
	for i, cond := range w.parts() {
		if i > 0 {
			all.sql += " UNION ALL "
		}
		all = all.and("SELECT id FROM comments"+s.best(w, index)+" WHERE ").and(cond.sql, cond.args...)
	}
	var m members
	err := s.db.list(ctx, "id", all.sql, all.args, func(id int) {
		if w.within(id) {
			m.add(id)
		}
	})
	return m, err
}

// join adds others.
func (m *members) join(others members) {
	if len(others) > len(*m) {
		*m = append(*m, make([]uint64, len(others)-len(*m))...)
	}
	for i, some := range others {
		(*m)[i] |= some
	}
}

// rows reads the rows of a query.
func rows(db *gorm.DB, query string, args []any, scan func(*sql.Rows) error) error {
	found, err := db.Raw(query, args...).Rows()
	if err != nil {
		return err
	}
	defer func() { _ = found.Close() }()
	for found.Next() {
		if err := scan(found); err != nil {
			return err
		}
	}
	return found.Err()
}
