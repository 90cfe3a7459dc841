package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"maps"
	"slices"
	"sync"

	"gorm.io/gorm"

	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// late are the traces and words of comments that came together, many at once, and are kept, but not
// these: they lie in their indexes in the order of hashes, which is none, or of words, and to write
// them with each batch was most of what was written. They are written together, soon; until then the
// traces are looked up here, and whoever asks for words writes them first. They follow from the
// comments, so nothing is lost with them: the database knows from which comment on there may be some
// (see lateFrom), and whoever opens it next, or finds that another program has, makes them of the
// comments that are there. Another program that runs meanwhile does not remember these comments until
// they are written, which the next does that comes alone, or that looks for words.
//
// What becomes of a comment meanwhile is written as ever. So only those of a comment that is as it
// was when it came count, which its revision tells.
type late struct {
	mu      sync.Mutex
	rows    map[int64]lateRows // by comment
	by      map[int64][]int64  // the comments, by hash
	settled int64              // those up to it are written, if the transaction is kept
	others  int64              // changes of other programs when the first of them came
}

type lateRows struct {
	revision int64
	rows     []traceRow
	words    string // as the index has them
}

const (
	// lateLeast is how many comments come together, at least, when their traces are late.
	lateLeast = 8
	// lateMost is of how many comments the traces are late at most: nothing else is written while
	// these are, and that is what the slowest of many comments wait for.
	lateMost = 512
	// lateFrom is where the number of the first comment stands whose traces may be late.
	lateFrom = "traces late from"
)

// put adds those of a comment.
func (l *late) put(id int64, of lateRows) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.drop(id)
	if l.rows == nil {
		l.rows, l.by = map[int64]lateRows{}, map[int64][]int64{}
	}
	l.rows[id] = of
	for _, r := range of.rows {
		l.by[r.Hash] = append(l.by[r.Hash], id)
	}
}

func (l *late) drop(id int64) {
	for _, r := range l.rows[id].rows {
		if rest := slices.DeleteFunc(l.by[r.Hash], func(of int64) bool { return of == id }); len(rest) > 0 {
			l.by[r.Hash] = rest
		} else {
			delete(l.by, r.Hash)
		}
	}
	delete(l.rows, id)
}

// gone drops those of comments that were not kept.
func (l *late) gone(rows ...*newRows) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, n := range rows {
		l.drop(n.comment.ID)
	}
}

// ended is called after a transaction.
func (l *late) ended(kept bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if kept && l.settled > 0 {
		for id := range l.rows {
			if id <= l.settled {
				l.drop(id)
			}
		}
	}
	l.settled = 0
}

// written is up to which they are written, if the transaction is kept.
func (l *late) written() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.settled
}

// unwritten is called after something was taken back that may have written them: they are written
// as far as before.
func (l *late) unwritten(before int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.settled = before
}

// waiting counts the comments whose traces the transaction has not written.
func (l *late) waiting() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := len(l.rows)
	if l.settled > 0 {
		for id := range l.rows {
			if id <= l.settled {
				n--
			}
		}
	}
	return n
}

// leave forgets those of a comment that goes. If it stays after all, they are made of it.
func (l *late) leave(id comment.ID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.drop(int64(id))
}

// alone reports whether no other program has written since the first of them came.
func (l *late) alone(q *queue) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.others == q.others.Load()
}

func (l *late) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.rows)
}

// with are those with one of some hashes, of comments below a number: the newest, so many of each hash
// and state. A comment may be another by now than revisions have it.
func (l *late) with(hashes []int64, until int64, each int) (found []traceRow, revisions map[int64]int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.rows) == 0 {
		return nil, nil
	}
	revisions = map[int64]int64{}
	for _, h := range hashes {
		seen := map[spam.TraceState]int{}
		for _, id := range slices.Backward(l.by[h]) {
			if id >= until {
				continue
			}
			of := l.rows[id]
			at := slices.IndexFunc(of.rows, func(r traceRow) bool { return r.Hash == h })
			if seen[of.rows[at].State]++; seen[of.rows[at].State] <= each {
				found, revisions[id] = append(found, of.rows[at]), of.revision
			}
		}
	}
	return found, revisions
}

// has reports whether there is one with a hash.
func (l *late) has(hash int64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.by[hash]) > 0
}

// of are those of one comment.
func (l *late) of(id, revision int64) []traceRow {
	l.mu.Lock()
	defer l.mu.Unlock()
	if of := l.rows[id]; of.revision == revision {
		return slices.Clone(of.rows)
	}
	return nil
}

// standing are those of some comments that are as they were when they came.
func (db *DB) standing(ctx context.Context, tx *gorm.DB, rows []traceRow, revisions map[int64]int64) ([]traceRow, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	ids, err := json.Marshal(slices.Collect(maps.Keys(revisions)))
	if err != nil {
		return nil, err
	}
	as := map[int64]int64{}
	err = plain{tx}.rows(ctx, "SELECT id, revision FROM comments WHERE id IN (SELECT value FROM json_each(?)) AND deleted_at IS NULL AND erased_at IS NULL", []any{string(ids)},
		func(rows *sql.Rows) error {
			var id, revision int64
			err := rows.Scan(&id, &revision)
			as[id] = revision
			return err
		})
	return slices.DeleteFunc(rows, func(r traceRow) bool {
		revision, there := as[r.CommentID]
		return !there || revision != revisions[r.CommentID]
	}), err
}

// keepNewTraces keeps the traces and words of new comments: now, or, if many came together, later
// with those of others.
func (db *DB) keepNewTraces(ctx context.Context, tx *gorm.DB, all []*newRows, together bool) error {
	before := db.late.waiting()
	if before == 0 && !together {
		var rows []traceRow
		var words []wordsRow
		for _, n := range all {
			rows, words = append(rows, tracesFor(n.comment.ID, n.traces)...), append(words, wordsRow{n.comment.ID, n.words})
		}
		if err := db.insertTraces(ctx, tx, rows); err != nil {
			return err
		}
		return db.keepWords(ctx, tx, words)
	}
	for _, n := range all {
		db.late.put(n.comment.ID, lateRows{n.comment.Revision, tracesFor(n.comment.ID, n.traces), n.words})
	}
	if before == 0 && len(all) > 0 {
		return db.beginLate(ctx, tx, all[0].comment.ID)
	}
	return nil
}

// beginLate notes that there are late traces from a comment on.
func (db *DB) beginLate(ctx context.Context, tx *gorm.DB, id int64) error {
	db.late.mu.Lock()
	db.late.others = db.queue.others.Load()
	db.late.mu.Unlock()
	from, err := lateSince(ctx, tx)
	if err != nil || from > 0 && from <= id {
		return err
	}
	return keepMeta(tx, lateFrom, binary.BigEndian.AppendUint64(nil, uint64(id))) //nolint:gosec // counted up from 1
}

// lateSince is the number of the first comment whose traces may be late; 0 for none.
func lateSince(ctx context.Context, tx *gorm.DB) (int64, error) {
	numbers, err := metaNumbers(ctx, tx, lateFrom)
	if err != nil || len(numbers) != 1 {
		return 0, err
	}
	return numbers[0], nil
}

// settle writes the traces and words that are late. Where it is not sure that only this program has written
// meanwhile they are made of the comments.
func (db *DB) settle(ctx context.Context, tx *gorm.DB) error {
	from, err := lateSince(ctx, tx)
	if err != nil {
		return err
	}
	l := db.late
	l.mu.Lock()
	sure, first := from > 0 && l.others == db.queue.others.Load(), from
	for id := range l.rows {
		if id > l.settled && (first == 0 || id < first) {
			first = id
		}
	}
	l.mu.Unlock()
	if first == 0 {
		return nil
	}
	var bulk []traceRow
	var words []wordsRow
	var anew []int64
	last := int64(0)
	err = plain{tx}.rows(ctx, "SELECT id, revision FROM comments WHERE id >= ? AND erased_at IS NULL ORDER BY id", []any{first}, // deleted ones may come back
		func(rows *sql.Rows) error {
			var id, revision int64
			if err := rows.Scan(&id, &revision); err != nil {
				return err
			}
			l.mu.Lock()
			defer l.mu.Unlock()
			if of, here := l.rows[id]; sure && here && of.revision == revision {
				bulk, words = append(bulk, of.rows...), append(words, wordsRow{id, of.words})
			} else {
				anew = append(anew, id)
			}
			last = id
			return nil
		})
	if err != nil {
		return err
	}
	if err := db.insertTraces(ctx, tx, bulk); err != nil {
		return err
	}
	if err := db.keepWords(ctx, tx, words); err != nil {
		return err
	}
	if err := db.followAll(ctx, tx, anew); err != nil {
		return err
	}
	l.mu.Lock()
	for id := range l.rows {
		last = max(last, id)
	}
	l.settled = last
	l.mu.Unlock()
	_, err = plain{tx}.exec(ctx, "DELETE FROM meta WHERE name = ?", lateFrom)
	return err
}

// followAll keeps anew what follows from comments.
func (db *DB) followAll(ctx context.Context, tx *gorm.DB, ids []int64) error {
	for some := range slices.Chunk(ids, findBatch) {
		rows, err := rowsOf[commentRow](tx).Omit(hidden...).Where("id IN ?", some).Order("id").Find(ctx)
		for _, r := range rows {
			if err == nil {
				err = db.follow(ctx, tx, r)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// follow keeps anew what follows from a comment; one that is deleted leaves no trace.
func (db *DB) follow(ctx context.Context, tx *gorm.DB, r commentRow) error {
	c, err := r.comment()
	if err == nil && r.DeletedAt == nil {
		err = db.note(ctx, tx, c)
	}
	if err != nil {
		return err
	}
	return db.keepFinding(ctx, tx, r.ID, findingOf(c))
}

// settleAll writes the traces and words that are late, whoever's they are.
func (db *DB) settleAll(ctx context.Context) error {
	if db.queue == nil {
		return nil
	}
	if from, err := lateSince(ctx, db.read); err != nil || from == 0 && db.late.count() == 0 {
		return err
	}
	return db.change(ctx, db.settle)
}

// lateNotes are the notes of traces that are late.
func (s *Comments) lateNotes(ctx context.Context, hashes []int64, of comment.ID, open map[int64]uint64) ([]spam.Note, error) {
	rows, revisions := s.db.late.with(hashes, before(of), spam.MemoryLimit)
	rows, err := s.db.standing(ctx, s.db.read, rows, revisions)
	notes := make([]spam.Note, len(rows))
	for i, r := range rows {
		notes[i] = spam.Note{Trace: open[r.Hash], State: r.State, At: fromMillis(r.At), Comment: r.CommentID, Post: r.Post}
	}
	return notes, err
}

// tracesIn are the traces of a comment, in a transaction or not.
func (db *DB) tracesIn(ctx context.Context, tx *gorm.DB, id comment.ID) ([]traceRow, error) {
	rows, err := rowsOf[traceRow](tx).Where("comment_id = ?", int64(id)).Order("hash, state").Find(ctx)
	if err != nil || len(rows) > 0 || db.queue == nil || db.late.count() == 0 {
		return rows, err
	}
	var revision int64
	if _, err := (plain{tx}).row(ctx, "SELECT revision FROM comments WHERE id = ? AND erased_at IS NULL", []any{int64(id)}, &revision); err != nil {
		return nil, err
	}
	rows = db.late.of(int64(id), revision)
	slices.SortFunc(rows, func(a, b traceRow) int { return cmp.Compare(a.Hash, b.Hash) })
	return rows, nil
}
