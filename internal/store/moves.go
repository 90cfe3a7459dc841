package store

import (
	"context"
	"sync"

	"gorm.io/gorm"
)

// moves is how often others have changed the database, and how often anybody has, but by adding
// comments: as long as these numbers stay the same, so does what was read. ok is false where that
// is not known, on PostgreSQL.
//
// Of what another program wrote SQLite tells the connection that writes. If that is busy, it was
// asked when its transaction began, and since then no other program could write.
func (db *DB) moves(ctx context.Context) (others, all int64, ok bool) {
	q := db.queue
	if q == nil {
		return 0, 0, false
	}
	if q.turn.TryLock() {
		err := q.look(ctx, db.write)
		q.turn.Unlock()
		if err != nil {
			return 0, 0, false
		}
	}
	others = q.others.Load()
	return others, others + q.ours.Load(), true
}

// look finds out whether another program has written; it is for whoever has the turn.
func (q *queue) look(ctx context.Context, tx *gorm.DB) error {
	var version int64
	_, err := plain{tx}.row(context.WithoutCancel(ctx), "PRAGMA data_version", nil, &version)
	if err == nil && version != q.version {
		q.version = version
		q.others.Add(1)
	}
	return err
}

// labelsRead is what was read last of the labels, which is asked for with each comment.
type labelsRead struct {
	mu      sync.Mutex
	moves   int64 // as it was then
	known   bool
	last    int64 // the highest number
	removed removed
}

// labelsNow is the highest number of the labels, and their removals; ok is false where nothing is
// remembered of them.
func (db *DB) labelsNow(ctx context.Context) (last int64, r removed, ok bool, err error) {
	_, all, ok := db.moves(ctx)
	if !ok {
		return 0, removed{}, false, nil
	}
	l := &db.labels
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.known && l.moves == all {
		return l.last, l.removed, true, nil
	}
	l.known = false
	if _, err = (plain{db.read}).row(ctx, "SELECT COALESCE(MAX(seq), 0) FROM labels", nil, &l.last); err != nil {
		return 0, removed{}, false, err
	}
	if l.removed, err = removals(ctx, db.read); err != nil {
		return 0, removed{}, false, err
	}
	l.moves, l.known = all, true
	return l.last, l.removed, true, nil
}
