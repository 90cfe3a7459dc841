package store

import (
	"context"
	"sync"
	"sync/atomic"

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
	m, _ := ctx.Value(momentKey{}).(*moment)
	if !m.over() && q.turn.TryLock() {
		err := q.look(ctx, db.write)
		q.turn.Unlock()
		if err != nil {
			return 0, 0, false
		}
		m.end()
	}
	others = q.others.Load()
	return others, others + q.ours.Load(), true
}

// moment is a time within which it is asked once what another program wrote; nil for none.
type moment struct{ asked atomic.Bool }

type momentKey struct{}

func (m *moment) over() bool { return m != nil && m.asked.Load() }

func (m *moment) end() {
	if m != nil {
		m.asked.Store(true)
	}
}

// Moment takes what is asked and done with the context it returns for one moment: what another
// program writes meanwhile may be seen by the next.
func (s *Comments) Moment(ctx context.Context) context.Context {
	return context.WithValue(ctx, momentKey{}, &moment{})
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

// still is what was read of something that is asked for with each comment and seldom changes.
type still[T any] struct {
	mu    sync.Mutex
	moves int64 // as it was before
	known bool
	value T
}

// unmoved is what was read before, if the database has not moved since, or is read now.
func unmoved[T any](ctx context.Context, db *DB, s *still[T], read func() (T, error)) (T, error) {
	_, moves, ok := db.moves(ctx)
	if !ok {
		return read()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known && s.moves == moves {
		return s.value, nil
	}
	var err error
	s.value, err = read()
	s.moves, s.known = moves, err == nil
	return s.value, err
}

// labelsRead is what a learner asks of labels again and again.
type labelsRead struct {
	last    int64 // the highest number of those there are
	removed removed
}

func (db *DB) labelsNow(ctx context.Context) (labelsRead, error) {
	return unmoved(ctx, db, &db.labels, func() (l labelsRead, err error) {
		if _, err = (plain{db.read}).row(ctx, "SELECT COALESCE(MAX(seq), 0) FROM labels", nil, &l.last); err == nil {
			l.removed, err = removals(ctx, db.read)
		}
		return l, err
	})
}
