package store

import (
	"context"
	"fmt"
	"time"
)

// Changes finds the threads that change, also by another program on the same
// database: hamlet moderate on the shell, or a second server.
//
// It is asked again and again, so asking costs next to nothing as long as there
// is nothing new. SQLite's data_version, asked on the connection that writes, moves
// when somebody else has written, and then only; PostgreSQL has nothing like it, and
// is asked for the sum of all revisions. Only when these move are the revisions
// themselves read.
//
// A Changes is for one goroutine.
type Changes struct {
	db    *DB
	query string // for a number that moves when a thread may have changed
	pause time.Duration

	known bool  // mark and threads are those of the last time
	mark  int64 // what query gave
	seen  map[string]int64
}

// How long to wait before looking again. A look at SQLite takes microseconds, but
// waking up for it forty times a second took an idle blog a hundredth of a processor.
const (
	sqlitePause   = 100 * time.Millisecond
	postgresPause = 250 * time.Millisecond
)

// Changes begins to look for changes: everything there is counts as new.
func (db *DB) Changes() *Changes {
	c := &Changes{db: db, query: "PRAGMA data_version", pause: sqlitePause, seen: map[string]int64{}}
	if db.queue == nil {
		// Every change adds one to a revision, and none ever goes down.
		c.query, c.pause = "SELECT COALESCE(SUM(revision), 0)::bigint FROM threads", postgresPause
	}
	return c
}

// Pause is how long to wait before looking again.
func (c *Changes) Pause() time.Duration { return c.pause }

// Next is the posts whose threads may have changed since Next was last called.
// After an error nothing is lost: it is found the next time.
func (c *Changes) Next(ctx context.Context) ([]string, error) {
	var mark int64
	pool, err := c.db.write.DB()
	if err == nil {
		err = pool.QueryRowContext(ctx, c.query).Scan(&mark)
	}
	if err != nil {
		return nil, fmt.Errorf("look for changes: %w", err)
	}
	if c.known && mark == c.mark {
		return nil, nil
	}
	c.known = false
	moved, err := c.moved(ctx)
	if err != nil {
		return nil, fmt.Errorf("look for changed threads: %w", err)
	}
	c.known, c.mark = true, mark
	return moved, nil
}

// moved reads the revisions of all threads and finds those that are others now.
func (c *Changes) moved(ctx context.Context) ([]string, error) {
	rows, err := c.db.read.WithContext(ctx).Raw("SELECT post, revision FROM threads").Rows()
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var moved []string
	now := map[string]int64{}
	for rows.Next() {
		var post string
		var revision int64
		if err := rows.Scan(&post, &revision); err != nil {
			return nil, err
		}
		now[post] = revision
		if c.seen[post] != revision {
			moved = append(moved, post)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	c.seen = now
	return moved, nil
}
