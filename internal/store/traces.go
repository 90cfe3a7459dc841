package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	gohash "hash"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"gorm.io/gorm"

	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// traceRow is a trace that a comment left. The traces follow from the comments and
// their labels: they are written when a comment comes, written anew with each
// decision on it, and go with it.
type traceRow struct {
	Hash      int64 // of the trace, keyed; see keys.trace
	State     spam.TraceState
	At        int64 // when the comment came
	CommentID int64
	Post      string
	ExpiresAt int64
}

func (traceRow) TableName() string { return "traces" }

// trace hashes a trace with a key of its own: HMAC-SHA-256, cut to 64 bits. Whoever
// has only the database cannot try which domains and texts it remembers.
func (k *keys) trace(hash uint64) int64 {
	h := k.traceMACs.Get().(gohash.Hash)
	defer k.traceMACs.Put(h)
	h.Reset()
	var b [sha256.Size]byte
	h.Write(binary.BigEndian.AppendUint64(b[:0], hash))
	return int64(binary.BigEndian.Uint64(h.Sum(b[:0]))) //nolint:gosec // 64 bits are 64 bits
}

// keyedTrace is a trace as it is kept.
type keyedTrace struct {
	spam.Trace
	key int64
}

// traced are the traces of comments that were judged and are not kept yet: they are needed for
// both, and finding them takes as long as a third of judging.
type traced struct {
	mu   sync.Mutex
	last map[[sha256.Size]byte][]keyedTrace // by a hash of what they follow from
}

// tracedMost is of how many comments the traces are at hand.
const tracedMost = 512

// tracesOf are the traces of a comment.
func (db *DB) tracesOf(c comment.Comment) []keyedTrace {
	of := sha256.Sum256(fmt.Appendf(nil, "%d %d %s%s%s", len(c.Author), len(c.URL), c.Author, c.URL, c.Body))
	t := &db.traced
	t.mu.Lock()
	found, known := t.last[of]
	t.mu.Unlock()
	if known {
		return found
	}
	for _, trace := range spam.Traces(spam.Message{Author: c.Author, AuthorURL: c.URL, Body: c.Body}) {
		found = append(found, keyedTrace{trace, db.box.trace(trace.Hash)})
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.last == nil || len(t.last) >= tracedMost {
		t.last = make(map[[sha256.Size]byte][]keyedTrace, tracedMost)
	}
	t.last[of] = found
	return found
}

// traceRows are the rows of a comment, still without its id, and without those that are
// of no use any more.
func (db *DB) traceRows(c comment.Comment, traces []keyedTrace, state spam.TraceState) []traceRow {
	var rows []traceRow
	noted := map[uint64]bool{}
	for _, t := range traces {
		expires := c.CreatedAt.Add(t.Kind.Lasting(state))
		if noted[t.Hash] || !expires.After(db.now()) {
			continue
		}
		noted[t.Hash] = true
		rows = append(rows, traceRow{
			Hash: t.key, State: state, At: millis(c.CreatedAt), Post: c.Post, ExpiresAt: millis(expires),
		})
	}
	return rows
}

// note keeps the traces of a comment instead of those it left before.
func (db *DB) note(ctx context.Context, tx *gorm.DB, c comment.Comment) error {
	said, err := saidSpam(tx, c.ID)
	if err != nil {
		return err
	}
	if _, err := rowsOf[traceRow](tx).Where("comment_id = ?", int64(c.ID)).Delete(ctx); err != nil {
		return err
	}
	return db.keepTraces(ctx, tx, int64(c.ID), db.traceRows(c, db.tracesOf(c), traceState(c.Status, said)))
}

// keepTraces keeps the traces of a comment.
func (db *DB) keepTraces(ctx context.Context, tx *gorm.DB, id int64, rows []traceRow) error {
	return db.insertTraces(ctx, tx, tracesFor(id, rows))
}

// insertTraces keeps traces, which from then on may be looked up.
func (db *DB) insertTraces(ctx context.Context, tx *gorm.DB, rows []traceRow) error {
	values := make([]uint64, len(rows))
	for i, r := range rows {
		values[i] = traceValue(r.Hash)
	}
	db.traces.add(values...)
	return insertAll(ctx, tx, rows)
}

// everyTrace selects what the sieve of traces is of.
const everyTrace = "SELECT hash FROM traces LIMIT ?"

// traceValue is a trace in that sieve.
func traceValue(hash int64) uint64 { return uint64(hash) } //nolint:gosec // the same 64 bits

func readTrace(rows *sql.Rows) (uint64, error) {
	var hash int64
	err := rows.Scan(&hash)
	return traceValue(hash), err
}

// perhapsLeft are those of some traces that comments may have left.
func (db *DB) perhapsLeft(ctx context.Context, hashes []int64) []int64 {
	values := make([]uint64, len(hashes))
	for i, h := range hashes {
		values[i] = traceValue(h)
	}
	left := make([]int64, 0, len(hashes))
	for _, v := range db.sift(ctx, &db.traces, values) {
		left = append(left, int64(v)) //nolint:gosec // the same 64 bits
	}
	return left
}

// tracesFor are the rows of a comment that now has its id.
func tracesFor(id int64, rows []traceRow) []traceRow {
	for i := range rows {
		rows[i].CommentID = id
	}
	return rows
}

// traceState is what became of a comment that a moderator last called spam, or did
// not. What only the filter called spam is undecided: else the filter would learn
// from itself.
func traceState(s comment.Status, saidSpam bool) spam.TraceState {
	switch {
	case s == comment.Approved:
		return spam.TracePublished
	case saidSpam:
		return spam.TraceSpam
	default:
		return spam.TraceUndecided
	}
}

// saidSpam reports whether the label that stands calls a comment spam.
func saidSpam(tx *gorm.DB, id comment.ID) (bool, error) {
	var said [][]byte
	err := tx.Raw("SELECT substr(lesson, 1, 1) FROM labels WHERE comment_id = ? ORDER BY seq DESC LIMIT 1", int64(id)).Scan(&said).Error
	return len(said) == 1 && len(said[0]) == 1 && said[0][0] == keptSpam, err
}

// Memory is what the comments that are kept tell about one that is to be judged, at
// the time it came; of one that is kept itself, those before it. It is one query, whose
// work is bounded however much is kept.
func (s *Comments) Memory(ctx context.Context, c comment.Comment) (spam.Memory, error) {
	kept := s.db.tracesOf(c)
	traces, open := make([]spam.Trace, len(kept)), make(map[int64]uint64, len(kept))
	for i, t := range kept {
		traces[i], open[t.key] = t.Trace, t.Hash
	}
	hashes := slices.Sorted(maps.Keys(open))
	notes, err := s.lateNotes(ctx, hashes, c.ID, open) // first: what is written meanwhile is found below
	if err == nil {
		notes, err = s.notes(ctx, remembered{hashes: hashes, since: c.CreatedAt.Add(-spam.RepeatWindow)}, c.ID, open, notes)
	}
	if err != nil {
		return spam.Memory{}, fmt.Errorf("look up what is remembered: %w", err)
	}
	return spam.Recollect(c.CreatedAt, c.Post, traces, notes), nil
}

// remembered are traces that are looked up.
type remembered struct {
	hashes []int64
	// since is from when on those count that nobody has decided about: of a wave that waits that is
	// few, and to hand all of them over took longer than to find them.
	since time.Time
}

// before is the number that those of the comments before one are below, be it kept or not
// yet.
func before(id comment.ID) int64 {
	if id == 0 {
		return math.MaxInt64
	}
	return int64(id)
}

// newestTraces selects the newest rows of some traces, as many as asked for in each state, of the
// comments before one: from the last that counts on. Of a trace that nobody left, which most
// are, there is one look. It asks for a round number of them, of which the last may be none: so
// there are few queries, and the engine knows them.
func newestTraces(a remembered, of comment.ID, each int) (query string, args []any) {
	const round = 16
	for _, hash := range a.hashes {
		args = append(args, hash)
	}
	for len(args)%round != 0 {
		args = append(args, nil)
	}
	return fmt.Sprintf(`WITH asked(hash) AS (VALUES (CAST(? AS BIGINT))%s), until(id, since) AS (VALUES (CAST(? AS BIGINT), CAST(? AS BIGINT))),
		known(hash) AS (SELECT hash FROM asked WHERE EXISTS (SELECT 1 FROM traces k WHERE k.hash = asked.hash)),
		states(state) AS (VALUES (0), (1), (2))
	SELECT t.hash, t.state, t.at, t.comment_id, t.post
	FROM until CROSS JOIN known CROSS JOIN states JOIN traces t ON t.hash = known.hash AND t.state = states.state AND t.comment_id < until.id
	WHERE (t.state > 0 OR t.at >= until.since) AND t.comment_id >= COALESCE((SELECT n.comment_id FROM traces n
		WHERE n.hash = known.hash AND n.state = states.state AND n.comment_id < until.id
		ORDER BY n.comment_id DESC LIMIT 1 OFFSET %d), 0)`, strings.Repeat(", (?)", len(args)-1), each-1), append(args, before(of), millis(a.since))
}

// notes reads those of traces that are written, besides others; open are the hashes without their
// key.
func (s *Comments) notes(ctx context.Context, a remembered, of comment.ID, open map[int64]uint64, notes []spam.Note) ([]spam.Note, error) {
	if a.hashes = s.db.perhapsLeft(ctx, a.hashes); len(a.hashes) == 0 {
		return notes, nil
	}
	known := notes
	query, args := newestTraces(a, of, spam.MemoryLimit)
	err := plain{s.db.read}.rows(ctx, query, args, func(rows *sql.Rows) error {
		var n spam.Note
		var hash, at int64
		if err := rows.Scan(&hash, &n.State, &at, &n.Comment, &n.Post); err != nil {
			return err
		}
		n.Trace, n.At = open[hash], fromMillis(at)
		if !slices.ContainsFunc(known, func(k spam.Note) bool { return k.Comment == n.Comment && k.Trace == n.Trace }) {
			notes = append(notes, n)
		}
		return nil
	})
	return notes, err
}

// MaxTraces is how many traces are kept: some 20,000 comments' worth.
const MaxTraces = 200_000

// traceBatch is how many traces are deleted at once, so that nobody waits long.
const traceBatch = 5_000

// Forget writes the traces that are late, deletes those that have expired, and if there are more
// than MaxTraces those that would expire next: first what nobody has decided about.
func (s *Comments) Forget(ctx context.Context) error {
	return errors.Join(s.db.settleAll(ctx), s.forgetDownTo(ctx, MaxTraces))
}

func (s *Comments) forgetDownTo(ctx context.Context, most int64) error {
	if err := s.forget(ctx, millis(s.db.now()), math.MaxInt64); err != nil {
		return fmt.Errorf("forget what has expired: %w", err)
	}
	var kept int64
	err := s.db.read.WithContext(ctx).Model(&traceRow{}).Count(&kept).Error
	if err == nil {
		err = s.forget(ctx, math.MaxInt64, kept-most)
	}
	if err != nil {
		return fmt.Errorf("forget what is too much: %w", err)
	}
	return nil
}

// forget deletes traces that expire until some time, the next to expire first: at
// most so many, and those that expire at the same time as the last.
func (s *Comments) forget(ctx context.Context, until, most int64) error {
	for most > 0 {
		batch, deleted := min(most, traceBatch), int64(0)
		err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
			// Without the lock this and a decision could wait for each other.
			if err := lockTable(tx, "traces"); err != nil {
				return err
			}
			r := tx.WithContext(ctx).Exec("DELETE FROM traces WHERE expires_at <= (SELECT MAX(expires_at) FROM "+
				"(SELECT expires_at FROM traces WHERE expires_at <= ? ORDER BY expires_at LIMIT ?) AS soonest)", until, batch)
			deleted = r.RowsAffected
			return r.Error
		})
		if err != nil || deleted < batch {
			return err
		}
		most -= deleted
	}
	return nil
}

// tracesKept is where the version of the traces that are kept stands.
const tracesKept = "traces"

// rememberAll makes the traces from the comments and labels, unless they are there:
// the first time, and when a new version of the program leaves others.
func (db *DB) rememberAll(ctx context.Context) error {
	have, err := metaVersion(ctx, db.read, tracesKept)
	if err == nil && have != spam.TraceVersion {
		err = db.change(ctx, db.rebuildTraces)
	}
	if err == nil {
		err = db.settleAll(ctx)
	}
	if err != nil {
		return fmt.Errorf("remember the comments there are: %w", err)
	}
	return nil
}

func (db *DB) rebuildTraces(ctx context.Context, tx *gorm.DB) error {
	if err := lockTable(tx, "traces"); err != nil {
		return err
	}
	if have, err := metaVersion(ctx, tx, tracesKept); err != nil || have == spam.TraceVersion {
		return err // another program was first
	}
	if _, err := rowsOf[traceRow](tx).Where("true").Delete(ctx); err != nil {
		return err
	}
	if err := db.retrace(ctx, tx); err != nil {
		return err
	}
	return keepMeta(tx, tracesKept, []byte{spam.TraceVersion})
}

// retrace notes all comments that are young enough to leave a trace.
func (db *DB) retrace(ctx context.Context, tx *gorm.DB) error {
	const page = 500
	since := db.now().Add(-spam.TraceSite.Lasting(spam.TracePublished))
	for last := int64(0); ; {
		rows, err := rowsOf[commentRow](tx).Omit(hidden...).
			Where("id > ? AND created_at > ? AND deleted_at IS NULL", last, millis(since)).Order("id").Limit(page).Find(ctx)
		if err != nil || len(rows) == 0 {
			return err
		}
		if err := db.noteRows(ctx, tx, rows); err != nil {
			return err
		}
		last = rows[len(rows)-1].ID
	}
}

func (db *DB) noteRows(ctx context.Context, tx *gorm.DB, rows []commentRow) error {
	comments, err := commentsOf(rows)
	if err != nil {
		return err
	}
	for _, c := range comments {
		if err := db.note(ctx, tx, c); err != nil {
			return err
		}
	}
	return nil
}
