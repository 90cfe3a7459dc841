package main

import (
	"context"
	"database/sql"
	"fmt"

	"gorm.io/driver/sqlite"
)

// tracesKept is how many traces hamlet keeps at most; see store.MaxTraces.
const tracesKept = 200_000

// crowd fills the database of a hamlet that does not run with so many comments, the same each
// time: on a thousand posts, each with words of its own to be found by, and as many
// traces as are kept.
func crowd(ctx context.Context, file string, n int) error {
	db, err := sql.Open(sqlite.DriverName, "file:"+file+"?_txlock=immediate")
	if err != nil {
		return fmt.Errorf("open %s: %w", file, err)
	}
	defer func() { _ = db.Close() }()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("fill %s: %w", file, err)
	}
	defer func() { _ = tx.Rollback() }() // nothing, once it is kept
	for _, step := range []struct {
		query string
		n     int
	}{{crowdComments, n}, {crowdWords, n}, {crowdTraces, min(n, tracesKept)}} {
		if _, err := tx.ExecContext(ctx, step.query, step.n); err != nil {
			return fmt.Errorf("fill %s: %w", file, err)
		}
	}
	return tx.Commit()
}

const (
	crowdNumbers  = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) `
	crowdComments = `INSERT INTO comments (id, post, parent_id, author, folded, url, body, status, prior, hold, verdict, created_at, placed_at, revision, uid) ` +
		crowdNumbers + `SELECT i, 'post-' || (i * 7919 % 1000), 0, 'Reader ' || (i % 5000), 'reader ' || (i % 5000), '',
			'It rained on day ' || i || ', so we waited for number ' || (i * 7919 % 10007) || ' with ' || (i * 104729 % 30011) || ' others.',
			CASE i % 10 WHEN 0 THEN 'pending' WHEN 1 THEN 'spam' ELSE 'approved' END, '', '', '{}',
			1700000000000 + i * 1000, 1700000000000 + i * 1000, 0, CAST(printf('%016d', i) AS BLOB) FROM n`
	crowdWords  = `INSERT INTO comment_words (docid, words) SELECT id, body FROM comments WHERE id <= ?`
	crowdTraces = `INSERT INTO traces (hash, state, comment_id, at, post, expires_at) ` +
		crowdNumbers + `SELECT (i * 2654435761 % 4294967296) * 2147483647, 1, i, 1700000000000, 'post-1', 4000000000000 + i FROM n`
)
