package store

import (
	"context"
	"database/sql"
	"math/bits"
	"sync"
)

// sieve tells of most values that the database does not have that it has not, without asking it: a
// Bloom filter (B. H. Bloom, "Space/time trade-offs in hash coding with allowable errors", 1970)
// of those it has. A value that is deleted stays in it, which costs a question and nothing
// else. It is for values that are random already, such as keyed hashes, and for SQLite: there nearly
// always one program writes, and what it writes is in the sieve before it is in the database. Once
// another has written, the database is asked until the sieve is made anew.
type sieve struct {
	query string // for all values
	value func(*sql.Rows) (uint64, error)

	mu     sync.Mutex
	bits   []uint64 // a power of two of them; empty while there is none
	others int64    // the changes of others that it knows; see queue.look
	kept   int      // values put in since it was made
	room   int      // for so many
	many   bool     // too many values: the database is asked, and no more tries are made
	making bool
	late   []uint64 // added while it is made
	asked  int      // questions that it could not answer since it was made, or since somebody tried
}

const (
	sieveHashes = 4
	sieveBits   = 16      // for a value: of a thousand that are not there, two or three are taken for some that are
	sieveLeast  = 1 << 16 // values that there is room for
	sieveMost   = 1 << 21
	// sievePatience is how many questions the database answers before the sieve is made anew, which takes
	// as long as some hundreds of them and is done beside.
	sievePatience = 1000
)

// add puts values in.
func (s *sieve) add(values ...uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.making {
		s.late = append(s.late, values...)
	}
	s.put(values)
}

func (s *sieve) put(values []uint64) {
	if len(s.bits) == 0 {
		return
	}
	for _, v := range values {
		for i := range uint64(sieveHashes) {
			at := s.at(v, i)
			s.bits[at/64] |= 1 << (at % 64)
		}
	}
	s.kept += len(values)
}

// at is the place of a value by one of the hashes: A. Kirsch and M. Mitzenmacher, "Less hashing, same
// performance", 2006.
func (s *sieve) at(v, i uint64) uint64 {
	const golden = 0x9e3779b97f4a7c15
	return (v + i*(bits.ReverseBytes64(v*golden)|1)) & (uint64(len(s.bits))*64 - 1)
}

func (s *sieve) has(v uint64) bool {
	for i := range uint64(sieveHashes) {
		if at := s.at(v, i); s.bits[at/64]&(1<<(at%64)) == 0 {
			return false
		}
	}
	return true
}

// held are those of some values that the database may have; all of them if that is not known.
func (s *sieve) held(others int64, values []uint64) (some []uint64, known bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.bits) == 0 || s.others != others || s.kept > s.room {
		s.asked++
		return values, false
	}
	for _, v := range values {
		if s.has(v) {
			some = append(some, v)
		}
	}
	return some, true
}

// begin reports whether it is time to make the sieve anew, and that the caller is to do it.
func (s *sieve) begin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.making || s.many || len(s.bits) > 0 && s.asked < sievePatience {
		return false
	}
	s.making, s.late = true, nil
	return true
}

// end makes the sieve of all values; without them it stays as it was.
func (s *sieve) end(others int64, values []uint64, all bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.making = false
	if all {
		s.asked, s.room, s.kept, s.others = 0, 2*max(len(values), sieveLeast), 0, others
		s.bits = make([]uint64, 1<<bits.Len(uint(s.room*sieveBits/64-1)))
		s.put(values)
		s.put(s.late)
	}
	s.late = nil
}

// giveUp leaves it to the database to answer, from now on.
func (s *sieve) giveUp() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.making, s.many, s.bits, s.late = false, true, nil, nil
}

// sift are those of some values that the database may have.
func (db *DB) sift(ctx context.Context, s *sieve, values []uint64) []uint64 {
	others, _, ok := db.moves(ctx)
	if !ok || len(values) == 0 {
		return values
	}
	some, known := s.held(others, values)
	if !known && s.begin() {
		db.background.begin(func() { db.makeSieve(s) })
	}
	return some
}

func (db *DB) makeSieve(s *sieve) {
	count := 0
	switch _, err := (plain{db.read}).row(db.background.ctx, "SELECT COUNT(*) FROM ("+s.query+")", []any{sieveMost + 1}, &count); {
	case err != nil:
		s.end(0, nil, false)
	case count > sieveMost:
		s.giveUp()
	default:
		s.end(db.valuesOf(s))
	}
}

// background is what is done beside all that is asked for, until the database is closed.
type background struct {
	ctx  context.Context //nolint:containedctx // of the database, not of who asks
	stop context.CancelFunc

	mu   sync.Mutex // held while something is begun, so that nothing is after the end
	done sync.WaitGroup
}

func newBackground() *background {
	ctx, stop := context.WithCancel(context.Background())
	return &background{ctx: ctx, stop: stop}
}

// begin does something, unless the database is closed.
func (b *background) begin(do func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ctx.Err() == nil {
		b.done.Go(do)
	}
}

func (b *background) end() {
	b.mu.Lock()
	b.stop()
	b.mu.Unlock()
	b.done.Wait()
}

// valuesOf reads all values of a sieve, as they are while nothing is written. While something is, it
// is for another time.
func (db *DB) valuesOf(s *sieve) (others int64, values []uint64, whole bool) {
	ctx := db.background.ctx
	if !db.queue.turn.TryLock() {
		return 0, nil, false
	}
	writing := true
	begun := func() {
		if writing {
			db.queue.turn.Unlock()
		}
		writing = false
	}
	defer begun()
	if db.queue.look(ctx, db.write) != nil {
		return 0, nil, false
	}
	others = db.queue.others.Load()
	err := plain{db.read}.rows(ctx, s.query, []any{sieveMost + 1}, func(rows *sql.Rows) error {
		begun() // what is read does not change any more
		v, err := s.value(rows)
		values = append(values, v)
		return err
	})
	return others, values, err == nil
}
