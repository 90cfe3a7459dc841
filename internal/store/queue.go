package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"gorm.io/gorm"

	"hamlet/internal/comment"
)

// queue joins the write transactions that wait for SQLite's one writer. Most of
// a small transaction's time goes into seeing it safely on the disk, and that
// takes no longer for many than for one: so whoever gets the writer does the
// work of all who wait, in one transaction, each in a savepoint of its own. All
// of them are told when it is on the disk, not before.
//
// Those who were told together are likely to come again together, and the first of them would
// find the writer free and have it alone. So after a large transaction the next waits until as many
// have come, as long as that one took at most; see gather. PostgreSQL has that as commit_delay.
type queue struct {
	mu      sync.Mutex // guards what follows
	waiting []*job
	busy    bool          // somebody does what waits
	wanted  int           // how many are to wait before come is told; 0 for none
	come    chan struct{} // has room for one

	last int           // jobs were in the last transaction; of whoever is busy
	took time.Duration // that transaction

	patience time.Duration // for gather at most

	turn    sync.Mutex // held while something is written; guards version
	version int64      // as SQLite counts what others write; see look

	others atomic.Int64 // changes of other programs
	late   *late        // traces that are written after their comments
	ours   atomic.Int64 // transactions of this one that did more than add comments

	there func() error // says that the file is not where it was; nil for one in memory
}

// job is what one caller wants done in a transaction.
type job struct {
	ctx   context.Context //nolint:containedctx // the job lives as long as the call it belongs to
	fn    work
	adds  *newRows                                                      // what fn does is to keep this; nil for else
	all   func(ctx context.Context, tx *gorm.DB, all ...*newRows) error // fn for several
	woken chan bool                                                     // true: to do what waits, false: all is done
	done  bool
	err   error
	panic any
}

func newQueue() *queue {
	return &queue{late: &late{}, come: make(chan struct{}, 1), patience: gatherMost}
}

// batchSize is how many jobs share a transaction at most.
const batchSize = 256

// do does a job in a transaction, its own or one it shares, and returns when that
// has been committed.
func (q *queue) do(db *gorm.DB, j *job) error {
	if q.enter(j) || <-j.woken {
		q.serve(db, j)
	}
	if j.panic != nil {
		panic(j.panic)
	}
	return j.err
}

// enter adds a job to those that wait, and reports whether its caller is to do them.
func (q *queue) enter(j *job) (first bool) {
	j.woken = make(chan bool, 1)
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.waiting = append(q.waiting, j); q.wanted > 0 && len(q.waiting) >= q.wanted {
		q.wanted = 0
		q.come <- struct{}{}
	}
	first, q.busy = !q.busy, true
	return first
}

// serve does all that waits until its caller's job is done, and leaves the rest to the next.
func (q *queue) serve(db *gorm.DB, j *job) {
	defer q.leave()
	for !j.done {
		q.gather()
		q.some(db, j)
	}
}

// some does the next jobs in one transaction, and wakes their callers but that of mine.
func (q *queue) some(db *gorm.DB, mine *job) {
	began, batch := db.NowFunc(), q.take()
	defer func() {
		q.last, q.took = len(batch), db.NowFunc().Sub(began)
		for _, b := range batch {
			if b != mine {
				b.woken <- false
			}
		}
	}()
	q.turn.Lock()
	defer q.turn.Unlock()
	q.finish(db, batch)
}

// leave wakes whoever is next to do what waits.
func (q *queue) leave() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.busy = len(q.waiting) > 0; q.busy {
		q.waiting[0].woken <- true
	}
}

const (
	// gatherLeast is after how large a transaction, at least, others are waited for.
	gatherLeast = 4
	// gatherMost is how long they are waited for at most.
	gatherMost = 10 * time.Millisecond
)

// gather waits until as many wait as the last transaction was for, but not for long.
func (q *queue) gather() {
	if q.last < gatherLeast || !q.want(q.last) {
		return
	}
	patience := time.NewTimer(min(q.took, q.patience))
	defer patience.Stop()
	select {
	case <-q.come:
	case <-patience.C:
		if q.enough() {
			<-q.come
		}
	}
}

// want sets how many are to wait before come is told, and reports whether fewer do.
func (q *queue) want(n int) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) >= n {
		return false
	}
	q.wanted = n
	return true
}

// enough ends the wait for others, and reports whether come was told.
func (q *queue) enough() (told bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	told, q.wanted = q.wanted == 0, 0
	return told
}

// staying says, when it is called, that a file is not the one any more that was at its path: it
// was deleted, or another was put in its place. What is written to it then, nobody finds again.
func staying(path string) func() error {
	was, err := os.Stat(path)
	return func() error {
		is, now := os.Stat(path)
		if err == nil && now == nil && os.SameFile(was, is) {
			return nil
		}
		return fmt.Errorf("%s was deleted or replaced while the program uses it: %w", path, comment.ErrAdrift)
	}
}

// errCutOff is what the jobs of a batch are told that ended in no orderly way: by
// a panic outside of any job, or with the goroutine that did the work.
var errCutOff = errors.New("the transaction was cut off; nothing was kept")

// finish runs a batch and tells its jobs how that ended, whatever happens: a job
// that was taken is in no queue any more, and somebody waits for it.
func (q *queue) finish(db *gorm.DB, batch []*job) {
	err := errCutOff
	defer func() {
		if slices.ContainsFunc(batch, func(j *job) bool { return j.adds == nil }) {
			q.ours.Add(1)
		}
		for _, b := range batch {
			b.done = true
			if b.err == nil && b.panic == nil {
				b.err = err
			}
			if b.adds != nil && (b.err != nil || b.panic != nil) {
				q.late.gone(b.adds)
			}
		}
		q.late.ended(err == nil)
	}()
	if q.there != nil {
		if gone := q.there(); gone != nil { // err is not touched: run may end in no orderly way
			err = gone
			return
		}
	}
	err = q.run(db, batch)
}

func (q *queue) take() []*job {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := min(len(q.waiting), batchSize)
	batch := q.waiting[:n:n]
	q.waiting = q.waiting[n:]
	return batch
}

// run does the jobs in one transaction. Its error concerns all of them: nothing
// was kept. No caller's context ends a transaction that others share; a job
// whose caller has gone already is left out.
func (q *queue) run(db *gorm.DB, batch []*job) error {
	var adds, rest []*job
	for _, j := range batch {
		switch j.err = j.ctx.Err(); {
		case j.err != nil:
		case j.adds != nil:
			adds = append(adds, j)
		default:
			rest = append(rest, j)
		}
	}
	err := errApart
	if len(adds) > 1 {
		err = q.inOne(db, batch[0].ctx, rest, func(tx *gorm.DB) error { return addTogether(tx, adds) })
	}
	if errors.Is(err, errApart) {
		for _, j := range adds {
			q.late.gone(j.adds)
		}
		q.late.unwritten(0)
		err = q.inOne(db, batch[0].ctx, append(adds, rest...), func(*gorm.DB) error { return nil })
	}
	return err
}

// inOne does jobs in one transaction after what comes first.
func (q *queue) inOne(db *gorm.DB, ctx context.Context, jobs []*job, first func(*gorm.DB) error) error { //nolint:revive // it is the context of another
	return db.WithContext(context.WithoutCancel(ctx)).Transaction(func(tx *gorm.DB) error {
		if err := q.look(ctx, tx); err != nil {
			return err
		}
		if err := first(tx); err != nil {
			return err
		}
		for _, j := range jobs {
			written := q.late.written()
			if err := j.run(tx); err != nil {
				return err
			}
			if j.err != nil || j.panic != nil {
				q.late.unwritten(written)
			}
		}
		return nil
	})
}

// errApart says that jobs cannot be done together: each is to be on its own then.
var errApart = errors.New("not together")

// addTogether keeps the new comments of a batch with as few statements as that takes. It is the
// first in a transaction, and so needs no savepoint to go back to, which would copy each
// page it touches: if one of them cannot be kept, the transaction is given up.
func addTogether(tx *gorm.DB, adds []*job) error {
	rows := make([]*newRows, len(adds))
	for i, j := range adds {
		rows[i] = j.adds
	}
	all := &job{ctx: adds[0].ctx, fn: func(ctx context.Context, tx *gorm.DB) error { return adds[0].all(ctx, tx, rows...) }}
	if all.call(tx); all.err != nil || all.panic != nil {
		return errApart
	}
	return nil
}

const savepoint = "job"

// run does the job between savepoints. The error it returns is not the job's:
// it means that the transaction as a whole cannot go on. After an error like
// that of a full disk SQLite may have rolled everything back by itself; then the
// savepoint is gone, and the jobs before this one with it.
func (j *job) run(tx *gorm.DB) error {
	// Not by GORM's own methods: they tell nobody what goes wrong, and without a savepoint
	// each statement is kept as soon as it is done.
	if err := tx.Exec("SAVEPOINT " + savepoint).Error; err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	j.call(tx)
	if j.err != nil || j.panic != nil {
		if err := tx.Exec("ROLLBACK TO " + savepoint).Error; err != nil {
			return fmt.Errorf("undo: %w", err)
		}
	}
	if err := tx.Exec("RELEASE " + savepoint).Error; err != nil {
		return fmt.Errorf("end: %w", err)
	}
	return nil
}

// call catches a panic, to be raised again where it belongs.
func (j *job) call(tx *gorm.DB) {
	defer func() { j.panic = recover() }()
	ctx := context.WithoutCancel(j.ctx)
	j.err = j.fn(ctx, tx.WithContext(ctx))
}
