package store

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/desk"
	"hamlet/internal/search"
)

// Desk finds comments for moderators; it is a desk.Finder.
//
// Which comments a page has is told by one index that has every column that is asked
// for, comments_desk, or by that of an order; only those of the page are read then.
// However much is asked for, the work is to walk that index once: SQLite's planner would
// rather read comments one by one, and is told not to.
type Desk struct{ db *DB }

var _ desk.Finder = (*Desk)(nil)

// Desk is the moderators' part of the database: a desk.Finder.
func (db *DB) Desk() *Desk { return &Desk{db} }

// where is a condition in SQL with its arguments.
type where struct {
	sql  []string
	args []any
}

func (w *where) and(sql string, args ...any) {
	w.sql = append(w.sql, sql)
	w.args = append(w.args, args...)
}

// never is the condition that no comment meets.
func (w *where) never() { w.and("1 = 0") }

func (w *where) String() string { return strings.Join(w.sql, " AND ") }

// order is how an order is asked for: the column it goes by, the direction, and the
// index that has a whole status in it.
type order struct{ column, direction, index string }

var orders = map[desk.Sort]order{
	desk.Newest: {"created_at", "DESC", deskIndex},
	desk.Oldest: {"created_at", "ASC", deskIndex},
	desk.Doubt:  {"doubt", "ASC", "comments_doubt"},
	desk.ByWave: {"wave", "DESC", "comments_wave"},
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
	o := orders[v.Sort]
	w := s.matching(in, v.Filter)
	if v.From.ID != 0 {
		if err := w.beyond(o, v.From); err != nil {
			return desk.Page{}, err
		}
	}
	index := narrow(in, v.Filter)
	if v.Filter.Plain() && v.Filter.Status != "" && in.All {
		index = o.index
	}
	if o.column != "created_at" && !v.Filter.Plain() {
		index = deskIndex
	}
	var keys []key
	err := s.db.read.WithContext(ctx).Raw(fmt.Sprintf("SELECT id, CAST(%[1]s AS TEXT) AS at FROM comments%[2]s WHERE %[3]s "+
		"ORDER BY comments.%[1]s %[4]s, id %[4]s LIMIT ?", o.column, s.by(index), w.String(), o.direction), append(w.args, limit+1)...).Scan(&keys).Error
	if err != nil {
		return desk.Page{}, err
	}
	var p desk.Page
	if len(keys) > limit {
		keys = keys[:limit]
		last := keys[limit-1]
		p.Next = &desk.Cursor{Sort: v.Sort, Key: last.At, ID: comment.ID(last.ID)}
	}
	p.Comments, err = s.read(ctx, keys)
	return p, err
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

// beyond begins after a place in an order.
func (w *where) beyond(o order, from desk.Cursor) error {
	var at any = from.Key
	if o.column != "post" {
		n, err := strconv.ParseInt(from.Key, 10, 64)
		if err != nil {
			return fmt.Errorf("the place %q: %w", from.Key, desk.ErrMalformed)
		}
		at = n
	}
	than := ">"
	if o.direction == "DESC" {
		than = "<"
	}
	w.and(fmt.Sprintf("(%s, id) %s (?, ?)", o.column, than), at, int64(from.ID))
	return nil
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
	w := s.matching(in, f)
	err = s.db.read.WithContext(ctx).Raw("SELECT count(*) FROM comments"+s.by(narrow(in, f))+" WHERE "+w.String(), w.args...).Scan(&n).Error
	if err != nil {
		return 0, fmt.Errorf("count the comments that match: %w", err)
	}
	return n, nil
}

// IDs reads the numbers of the comments that match and were there at a mark.
func (s *Desk) IDs(
	ctx context.Context, in comment.Scope, f desk.Filter, m desk.Mark, after comment.ID, limit int,
) ([]comment.ID, error) {
	w := s.matching(in, f)
	w.and("id > ? AND id <= ? AND placed_at <= ?", int64(after), int64(m.Newest), millis(m.At))
	var ids []comment.ID
	err := s.db.read.WithContext(ctx).Raw("SELECT id FROM comments"+s.by(deskIndex)+" WHERE "+w.String()+" ORDER BY id LIMIT ?",
		append(w.args, max(limit, 0))...).Scan(&ids).Error
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

// matching is a scope and a filter in SQL.
func (s *Desk) matching(in comment.Scope, f desk.Filter) *where {
	w := &where{}
	w.and("deleted_at IS NULL AND erased_at IS NULL")
	if f.Status == "" {
		w.and("status IN ?", comment.Statuses)
	} else {
		w.and("status = ?", string(f.Status))
	}
	if !in.All {
		w.and("post IN ?", append([]string{""}, in.Posts...)) // no post is called so
	}
	s.whoAsked(w, in, f)
	s.whatAsked(w, f)
	w.verdictAsked(f)
	return w
}

// whoAsked is what a filter says about authors. Of a comment out of scope not even who wrote
// it is compared.
func (s *Desk) whoAsked(w *where, in comment.Scope, f desk.Filter) {
	if name, whole := f.WholeName(); whole {
		w.and("folded = ?", name)
	} else if name := comment.NameKey(f.Author); name != "" {
		w.and(`folded LIKE ? ESCAPE '\'`, "%"+likely.Replace(name)+"%")
	} else if f.Author != "" {
		w.never()
	}
	switch {
	case f.Like != 0 && in.All:
		w.and("proof = (SELECT proof FROM comments AS author WHERE author.id = ?)", int64(f.Like))
	case f.Like != 0:
		w.and("proof = (SELECT proof FROM comments AS author WHERE author.id = ? AND author.post IN ?)", int64(f.Like), append([]string{""}, in.Posts...))
	}
	switch {
	case f.Person == desk.Nobody:
		w.never()
	case f.Person != 0:
		w.and("person_id = ?", int64(f.Person))
	}
	if f.Assignee != "" {
		w.and("assignee_id = (SELECT id FROM users WHERE folded = ?)", account.Fold(f.Assignee))
	}
	if f.Network.IsValid() {
		column := "near"
		if f.Network.Bits() < desk.NetworkLengths[f.Network.Addr().Is4()][0] {
			column = "wide"
		}
		w.and("id IN (SELECT comment_id FROM networks WHERE "+column+" = ? AND expires_at > ?)",
			s.db.box.network(f.Network), millis(s.db.now()))
	}
}

// likely keeps a text from being a pattern.
var likely = strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`)

// whatAsked is what a filter says about texts, places and times.
func (s *Desk) whatAsked(w *where, f desk.Filter) {
	s.wordsAsked(w, f.Text)
	if f.Domain != "" {
		w.and("id IN (SELECT comment_id FROM comment_hosts WHERE host = ?)", f.Domain)
	}
	if f.Post != "" {
		w.and("post = ?", f.Post)
	}
	if !f.Since.IsZero() {
		w.and("created_at >= ?", millis(f.Since))
	}
	if !f.Until.IsZero() {
		w.and("created_at < ?", millis(f.Until.Add(24*time.Hour)))
	}
	if f.Language != "" {
		w.and("lang = ?", f.Language)
	}
	switch f.Channel {
	case desk.AnyChannel:
	case desk.ByMention:
		w.and("channel = 'webmention'") // as the index has it
	default:
		w.and("channel = ?", string(f.Channel.Of()))
	}
	if f.Wave != 0 {
		w.and("wave = ?", f.Wave)
	}
	if f.Reported {
		w.and("reported > 0")
	}
	if f.Edited {
		w.and("edited_at IS NOT NULL")
	}
}

// wordsAsked is what a filter says about words.
func (s *Desk) wordsAsked(w *where, text string) {
	if text == "" {
		return
	}
	var must []string
	query, and := "SELECT docid FROM comment_words WHERE comment_words MATCH ?", " AND "
	if s.db.queue == nil {
		query, and = "SELECT docid FROM comment_words WHERE words @@ ?::tsquery", " & "
	}
	wanted := search.Wants(text)
	for _, x := range wanted {
		if x.Exclude {
			w.and("id NOT IN ("+query+")", s.db.matching(x))
		} else {
			must = append(must, s.db.matching(x))
		}
	}
	switch {
	case len(must) > 0:
		w.and("id IN ("+query+")", strings.Join(must, and))
	case len(wanted) == 0:
		w.never() // there is no word in it
	}
}

// verdictAsked is what a filter says about what the filter for spam said.
func (w *where) verdictAsked(f desk.Filter) {
	if f.ScoreFrom > 0 {
		w.and("score >= ?", scoreAt(min(float64(f.ScoreFrom), certain)))
	}
	if f.ScoreTo > 0 && f.ScoreTo < 100 {
		w.and("score <= ?", scoreAt(float64(f.ScoreTo)))
	}
	if f.ScoreTo == 100 {
		w.and("score IS NOT NULL")
	}
	if f.Hold != comment.HoldNone {
		w.and("hold = ?", string(f.Hold))
	}
	if f.Published {
		w.and("hold = ''")
	}
	if f.Reason != "" {
		w.and("sign = ?", f.Reason)
	}
}

// certain is what 100 percent mean: the filter is never that sure.
const certain = 99.5

// scoreAt is the score of a probability in percent.
func scoreAt(percent float64) int64 {
	p := percent / 100
	return inUnits(math.Log(p / (1 - p)))
}
