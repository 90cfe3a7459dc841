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

// patient is how long those wait who ask for a result that takes a while; after that they are
// told how far it is, and ask again.
const patient = 700 * time.Millisecond

// mostKept is how many results are remembered, with those that are being computed.
const mostKept = 50

// mostBegun is how many results are computed or wait for that at most: each may read every
// comment there is.
const mostBegun = 8

// untoldFor is how long a result is kept for who asked for it, though something was decided
// since. Its page asks every second; who has not asked for so long has gone.
const untoldFor = 20 * time.Second

// WorkingError says that a result is still being computed: who asks for the same again gets it
// when it is done.
type WorkingError struct {
	Looked int // how many comments were looked at
}

func (w *WorkingError) Error() string {
	return fmt.Sprintf("still at work: %d comments were looked at", w.Looked)
}

// heavy are results that take a while. They are computed one after the other, while nobody waits,
// each once for what there is to read.
type heavy struct {
	turn sync.Mutex // held by what is computed

	mu      sync.Mutex // guards works, what is told of each, and ended
	works   map[string]*work
	ended   bool // nothing is begun any more
	running sync.WaitGroup
}

// work is a result, and how far it is.
type work struct {
	mark   string
	looked atomic.Int64
	done   chan struct{}
	at     time.Time // when it was done
	told   bool
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

// stands reports whether a work is what is told to those who ask at a mark: one that is not done
// yet, or of what there is to read, or just done and not told yet.
func (w *work) stands(mark string, now time.Time) bool {
	switch {
	case !w.ended():
		return true
	case !w.told && now.Sub(w.at) < untoldFor:
		return true
	}
	return w.mark == mark && w.err == nil
}

// lookedAt is where what is computed counts what it has looked at.
type lookedAt struct{}

// remembered is a result that is computed once for what there is to read. Who asks is told it,
// if it is done soon, and else that it is [WorkingError]; and once at least what it was asked for, also
// when something was decided meanwhile, if that is soon after it was done.
func remembered[T any](ctx context.Context, d *Desk, key string, compute func(context.Context) (T, error)) (T, error) {
	var none T
	mark, err := d.Archive.Mark(ctx)
	if err != nil {
		return none, fmt.Errorf("ask whether comments were decided: %w", err)
	}
	mark += " " + d.Now().Format("2006-01-02")
	w := d.work(key, mark, func(ctx context.Context) (any, error) { return compute(ctx) })
	if w == nil {
		return none, &WorkingError{}
	}
	soon := time.NewTimer(d.waits)
	defer soon.Stop()
	select {
	case <-w.done:
	case <-soon.C:
		return none, &WorkingError{int(w.looked.Load())}
	case <-ctx.Done():
		return none, ctx.Err()
	}
	d.heavy.mu.Lock()
	defer d.heavy.mu.Unlock()
	w.told = true
	if w.err != nil {
		return none, w.err
	}
	return w.result.(T), nil //nolint:forcetypeassert // a key is of one kind of result
}

// work is the work on a result, which is begun if there is none; nil if it cannot be begun yet.
// Those that nobody is to be told any more are forgotten: they may hold what was erased since.
func (d *Desk) work(key, mark string, compute func(context.Context) (any, error)) *work {
	h := &d.heavy
	h.mu.Lock()
	defer h.mu.Unlock()
	now := d.Now()
	maps.DeleteFunc(h.works, func(_ string, w *work) bool { return !w.stands(mark, now) })
	if w := h.works[key]; w != nil {
		return w
	}
	if h.begun() >= mostBegun || h.ended {
		return nil
	}
	if len(h.works) >= mostKept {
		maps.DeleteFunc(h.works, func(_ string, w *work) bool { return w.ended() })
	}
	if h.works == nil {
		h.works = map[string]*work{}
	}
	w := &work{mark: mark, done: make(chan struct{})}
	h.works[key] = w
	h.running.Go(func() {
		defer close(w.done)
		h.turn.Lock()
		defer h.turn.Unlock()
		w.result, w.err = guarded(context.WithValue(d.lasting, lookedAt{}, w), d, compute)
		w.at = d.Now()
	})
	return w
}

// behind does something while nobody waits, unless the desk is closed.
func (h *heavy) behind(do func()) (begun bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.ended {
		h.running.Go(do)
	}
	return !h.ended
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
	d.heavy.mu.Lock()
	d.heavy.ended = true
	d.heavy.mu.Unlock()
	d.end()
	d.heavy.running.Wait()
}

// looked counts what was looked at, if anybody is told.
func looked(ctx context.Context, n int) {
	if w, ok := ctx.Value(lookedAt{}).(*work); ok {
		w.looked.Add(int64(n))
	}
}
