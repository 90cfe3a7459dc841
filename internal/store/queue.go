package store

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"gorm.io/gorm"
)

// queue joins the write transactions that wait for SQLite's one writer. Most of
// a small transaction's time goes into seeing it safely on the disk, and that
// takes no longer for many than for one: so whoever gets the writer does the
// work of all who wait, in one transaction, each in a savepoint of its own. All
// of them are told when it is on the disk, not before.
type queue struct {
	mu      sync.Mutex // guards waiting
	waiting []*job

	turn sync.Mutex // held by the one who writes; guards the jobs' results
}

// job is what one caller wants done in a transaction.
type job struct {
	ctx   context.Context //nolint:containedctx // the job lives as long as the call it belongs to
	fn    work
	adds  *newRows                                                      // what fn does is to keep this; nil for else
	all   func(ctx context.Context, tx *gorm.DB, all ...*newRows) error // fn for several
	done  bool
	err   error
	panic any
}

// batchSize is how many jobs share a transaction at most.
const batchSize = 64

// do does a job in a transaction, its own or one it shares, and returns when that
// has been committed.
func (q *queue) do(db *gorm.DB, j *job) error {
	q.mu.Lock()
	q.waiting = append(q.waiting, j)
	q.mu.Unlock()
	q.serve(db, j)
	if j.panic != nil {
		panic(j.panic)
	}
	return j.err
}

// serve waits for its turn, and does all that waits until j is done, unless
// somebody has done it meanwhile.
func (q *queue) serve(db *gorm.DB, j *job) {
	q.turn.Lock()
	defer q.turn.Unlock()
	for !j.done {
		finish(db, q.take())
	}
}

// errCutOff is what the jobs of a batch are told that ended in no orderly way: by
// a panic outside of any job, or with the goroutine that did the work.
var errCutOff = errors.New("the transaction was cut off; nothing was kept")

// finish runs a batch and tells its jobs how that ended, whatever happens: a job
// that was taken is in no queue any more, and somebody waits for it.
func finish(db *gorm.DB, batch []*job) {
	err := errCutOff
	defer func() {
		for _, b := range batch {
			b.done = true
			if b.err == nil && b.panic == nil {
				b.err = err
			}
		}
	}()
	err = run(db, batch)
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
func run(db *gorm.DB, batch []*job) error {
	ctx := context.WithoutCancel(batch[0].ctx)
	return db.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		for _, j := range batch {
			j.err = j.ctx.Err()
		}
		added, err := addTogether(tx, batch)
		if err != nil {
			return err
		}
		for _, j := range batch {
			if j.err != nil || added && j.adds != nil {
				continue
			}
			if err := j.run(tx); err != nil {
				return err
			}
		}
		return nil
	})
}

// addTogether keeps the new comments of a batch between two savepoints for all, with as few
// statements as that takes. If one of them cannot be kept, none is, and each is on its own then.
func addTogether(tx *gorm.DB, batch []*job) (added bool, err error) {
	var rows []*newRows
	var one *job
	for _, j := range batch {
		if j.adds != nil && j.err == nil {
			rows, one = append(rows, j.adds), j
		}
	}
	if len(rows) < 2 {
		return false, nil
	}
	j := &job{ctx: one.ctx, fn: func(ctx context.Context, tx *gorm.DB) error { return one.all(ctx, tx, rows...) }}
	err = j.run(tx)
	return j.err == nil && j.panic == nil, err
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
