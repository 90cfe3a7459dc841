package insight

import (
	"context"
	"fmt"
	"maps"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

// patient is how long those wait who ask for a result that takes a while and that there is none of
// yet; after that they are told how far it is, and ask again.
const patient = 700 * time.Millisecond

// patience is how long a result may take to be computed anew for whoever asks. Where it takes
// longer, they are told the one before, and it stands for a while though something was decided since.
const patience = 200 * time.Millisecond

// standing is for how long that is. Those who decide would else have all comments read again for
// each page of the desk.
const standing = 5 * time.Minute

// quiet is after how long without a question all results are forgotten.
const quiet = 15 * time.Minute

// mostKept is how many results are remembered.
const mostKept = 50

// mostBegun is how many results are computed or wait for that at most: each may read every
// comment there is.
const mostBegun = 8

// untoldFor is for how long it is remembered that a result failed, for who asked for it.
const untoldFor = 20 * time.Second

// WorkingError says that a result is still being computed: who asks for the same again gets it
// when it is done.
type WorkingError struct {
	Looked int // how many comments were looked at
}

func (w *WorkingError) Error() string {
	return fmt.Sprintf("still at work: %d comments were looked at", w.Looked)
}

// Counted says of when a result is.
type Counted struct {
	// At is when it was computed; zero: nothing was decided since.
	At time.Time
	// Since is how many labels were given since.
	Since int
	// Behind says that it is being computed anew.
	Behind bool
}

// heavy are results that take a while. They are computed one after the other, while nobody waits,
// each once for what there is to read. No result has a text of a comment: it may be erased before
// the result is told.
type heavy struct {
	turn sync.Mutex // held by what is computed

	mu      sync.Mutex       // guards all that follows, and what is told of each work
	kept    map[string]*work // what was computed last
	works   map[string]*work // what is being computed, or failed
	anew    time.Time        // what was computed up to then does not stand
	idle    *time.Timer
	ended   bool // nothing is begun any more
	running sync.WaitGroup
}

// work is a result, and how far it is.
type work struct {
	mark   Mark
	looked atomic.Int64
	done   chan struct{}
	at     time.Time // when it was done
	took   time.Duration
	result any
	err    error
}

func (w *work) ended() bool {
	select {
	case <-w.done:
		return true
	default:
		return false
	}
}

// stands reports whether a result is what is told to those who ask at a mark.
func (w *work) stands(mark Mark, now, anew time.Time) bool {
	return w != nil && (w.mark == mark || w.took > patience && now.Sub(w.at) < standing && w.at.After(anew))
}

// counted says of when a result is, at a mark.
func (w *work) counted(mark Mark, behind bool) Counted {
	if w.mark == mark {
		return Counted{}
	}
	return Counted{At: w.at, Since: int(max(0, mark.Labels-w.mark.Labels)), Behind: behind}
}

// lookedAt is where what is computed counts what it has looked at.
type lookedAt struct{}

// remembered is a result that is computed once for what there is to read. Who asks is told it, if
// it is done soon; else the one before, if there is one; else that it is [WorkingError].
func remembered[T any](ctx context.Context, d *Desk, key string, compute func(context.Context) (T, error)) (T, Counted, error) {
	var none T
	mark, err := d.Archive.Mark(ctx)
	if err != nil {
		return none, Counted{}, fmt.Errorf("ask whether comments were decided: %w", err)
	}
	mark.Rest += " " + d.Now().Format(time.DateOnly)
	w, before := d.ask(key, mark, func(ctx context.Context) (any, error) { return compute(ctx) })
	if w != nil {
		if err := d.await(ctx, w, before != nil); err != nil {
			return none, Counted{}, err
		}
	}
	switch {
	case w != nil && w.ended():
		if d.told(key, w); w.err != nil {
			return none, Counted{}, w.err
		}
		return w.result.(T), w.counted(mark, false), nil //nolint:forcetypeassert // a key is of one kind of result
	case before != nil:
		return before.result.(T), before.counted(mark, w != nil), nil //nolint:forcetypeassert // a key is of one kind of result
	case w != nil:
		return none, Counted{}, &WorkingError{int(w.looked.Load())}
	}
	return none, Counted{}, &WorkingError{}
}

// await waits for a result, for as long as who asks has patience: less if there is another to tell.
func (d *Desk) await(ctx context.Context, w *work, another bool) error {
	wait := d.waits
	if another {
		wait = min(wait, patience)
	}
	soon := time.NewTimer(wait)
	defer soon.Stop()
	select {
	case <-w.done:
	case <-soon.C:
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

// ask finds the work on a result, which is begun if there is none, and the result that there was
// before. If that still stands, or nothing can be begun yet, there is no work.
func (d *Desk) ask(key string, mark Mark, compute func(context.Context) (any, error)) (w, before *work) {
	h, now := &d.heavy, d.Now()
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.idle == nil {
		h.idle = time.AfterFunc(quiet, d.forget)
	}
	h.idle.Reset(quiet)
	before = h.kept[key]
	if before.stands(mark, now, h.anew) {
		return nil, before
	}
	maps.DeleteFunc(h.works, func(_ string, w *work) bool { return w.ended() && now.Sub(w.at) >= untoldFor })
	if w := h.works[key]; w != nil {
		return w, before
	}
	if h.ended || h.begun() >= mostBegun {
		return nil, before
	}
	w = &work{mark: mark, done: make(chan struct{})}
	if h.works == nil {
		h.works, h.kept = map[string]*work{}, map[string]*work{}
	}
	h.works[key] = w
	h.running.Go(func() { d.compute(key, w, compute) })
	return w, before
}

// compute computes a result when its turn comes.
func (d *Desk) compute(key string, w *work, compute func(context.Context) (any, error)) {
	h := &d.heavy
	h.turn.Lock()
	defer h.turn.Unlock()
	began := d.Now()
	w.result, w.err = guarded(context.WithValue(d.lasting, lookedAt{}, w), d, compute)
	h.mu.Lock()
	defer h.mu.Unlock()
	w.at = d.Now()
	w.took = w.at.Sub(began)
	if w.err == nil {
		delete(h.works, key)
		h.keep(key, w)
	}
	close(w.done)
}

// keep remembers a result, in place of the oldest if there are too many.
func (h *heavy) keep(key string, w *work) {
	h.kept[key] = w
	if len(h.kept) <= mostKept {
		return
	}
	for k, other := range h.kept {
		if other.at.Before(h.kept[key].at) {
			key = k
		}
	}
	delete(h.kept, key)
}

// told forgets that a result failed: whoever asks next has it computed again.
func (d *Desk) told(key string, w *work) {
	d.heavy.mu.Lock()
	defer d.heavy.mu.Unlock()
	if d.heavy.works[key] == w {
		delete(d.heavy.works, key)
	}
}

// forget forgets all results: nobody has asked for a while.
func (d *Desk) forget() {
	d.heavy.mu.Lock()
	defer d.heavy.mu.Unlock()
	clear(d.heavy.kept)
}

// begun is how many works are not done.
func (h *heavy) begun() (n int) {
	for _, w := range h.works {
		if !w.ended() {
			n++
		}
	}
	return n
}

// guarded computes. What panics, for what is written in a single comment or rule, is an error of
// this result, and no end of the whole program.
func guarded[T any](ctx context.Context, d *Desk, compute func(context.Context) (T, error)) (result T, err error) {
	defer func() {
		if p := recover(); p != nil {
			d.Log.ErrorContext(ctx, "the filter's desk cannot compute a result", "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	if err := ctx.Err(); err != nil {
		return result, err
	}
	return compute(ctx)
}

// Close ends what is computed, and waits for that: it reads the database. Again does no harm.
func (d *Desk) Close() {
	h := &d.heavy
	h.mu.Lock()
	h.ended = true
	if h.idle != nil {
		h.idle.Stop()
	}
	h.mu.Unlock()
	d.end()
	h.running.Wait()
}

// looked counts what was looked at, if anybody is told.
func looked(ctx context.Context, n int) {
	if w, ok := ctx.Value(lookedAt{}).(*work); ok {
		w.looked.Add(int64(n))
	}
}
