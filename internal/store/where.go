package store

import (
	"math"
	"net/netip"
	"slices"
	"strings"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/desk"
	"hamlet/internal/search"
)

// where is a condition in SQL with its arguments, and whether the comments that it means are
// named one by one.
type where struct {
	sql      []string
	args     []any
	statuses []comment.Status
	sets     []set
	named    bool
	words    bool // some of the sets are of words

	// Once the sets were looked up, and unless the comments are named:
	within  func(id int) bool // nil: there are no sets
	in      members           // those of the sets that say what is in them
	counted bool              // in is all comments that are meant, and nothing else
	alive   bool              // in says all but for a status, and whether a comment is there
}

// set is the comments that a query finds in some column; or, if it is but, all others.
type set struct {
	column, query string
	arg           any
	but           bool
	from          netip.Prefix // instead of the query: those that came from here
}

func (w *where) and(sql string, args ...any) {
	w.sql = append(w.sql, sql)
	w.args = append(w.args, args...)
}

// among asks for those that a query finds.
func (w *where) among(column, query string, arg any) {
	w.sets = append(w.sets, set{column: column, query: query, arg: arg})
}

// everything reports whether nothing is asked for but a status and sets.
func (w *where) everything() bool { return !w.named && len(w.sql) == 1 }

// never is the condition that no comment meets.
func (w *where) never() { w.and("1 = 0") }

// whole is all of it.
func (w *where) whole() (sql string, args []any) {
	all, args := append(slices.Clone(w.sql), "status IN ?"), append(slices.Clone(w.args), w.statuses)
	for _, x := range w.sets {
		in := "id IN ("
		if x.but {
			in = "id NOT IN ("
		}
		all, args = append(all, in+x.query+")"), append(args, x.arg)
	}
	return strings.Join(all, " AND "), args
}

// parts are the comments by what one index has in order: each status, whatever sets they are
// in; or all, if they are named.
func (w *where) parts() (out []wording) {
	if w.named {
		cond, with := w.whole()
		return []wording{{cond, with}}
	}
	cond := wording{strings.Join(w.sql, " AND "), w.args}
	for _, st := range w.statuses {
		out = append(out, cond.and(" AND status = ?", st))
	}
	return out
}

// statusesOf are those of a part.
func (w *where) statusesOf(part int) []comment.Status {
	if w.named {
		return w.statuses
	}
	return w.statuses[part : part+1]
}

// matching is a scope and a filter in SQL.
func (s *Desk) matching(in comment.Scope, f desk.Filter) *where {
	w := &where{}
	w.and("deleted_at IS NULL AND erased_at IS NULL")
	if w.statuses = comment.Statuses; f.Status != "" {
		w.statuses = []comment.Status{f.Status}
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
		w.among("id", "SELECT id FROM comments WHERE deleted_at IS NULL AND erased_at IS NULL AND folded = ?", name)
	} else if name := comment.NameKey(f.Author); name != "" {
		w.among("id", "SELECT id FROM comments"+s.by("comments_named")+` WHERE deleted_at IS NULL AND erased_at IS NULL AND folded LIKE ? ESCAPE '\'`,
			"%"+likely.Replace(name)+"%")
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
		w.among("id", "SELECT id FROM comments WHERE person_id = ?", int64(f.Person))
	}
	if f.Assignee != "" {
		w.and("assignee_id = (SELECT id FROM users WHERE folded = ?)", account.Fold(f.Assignee))
	}
	if f.Network.IsValid() {
		w.sets = append(w.sets, set{column: "id", from: f.Network})
	}
}

// likely keeps a text from being a pattern.
var likely = strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`)

// whatAsked is what a filter says about texts, places and times.
func (s *Desk) whatAsked(w *where, f desk.Filter) {
	s.wordsAsked(w, f.Text)
	if f.Domain != "" {
		w.among("comment_id", "SELECT comment_id FROM comment_hosts WHERE host = ?", f.Domain)
	}
	if f.Post != "" {
		w.among("id", "SELECT id FROM comments WHERE post = ?", f.Post)
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
	w.words = true
	for _, x := range wanted {
		if x.Exclude {
			w.sets = append(w.sets, set{column: "docid", query: query, arg: s.db.matching(x), but: true})
		} else {
			must = append(must, s.db.matching(x))
		}
	}
	switch {
	case len(must) > 0:
		w.among("docid", query, strings.Join(must, and))
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
