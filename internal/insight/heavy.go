package insight

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// waits is how long those wait who ask for a result that takes a while; after that they are
// told how far it is, and ask again.
const waits = 700 * time.Millisecond

// mostKept is how many results are remembered.
const mostKept = 50

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

	mu    sync.Mutex // guards works, and what is told of each
	works map[string]*work
}

// work is a result, and how far it is.
type work struct {
	mark   string
	looked atomic.Int64
	done   chan struct{}
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

// lookedAt is where what is computed counts what it has looked at.
type lookedAt struct{}

// remembered is a result that is computed once for what there is to read. Who asks is told it,
// if it is done soon, and else that it is [WorkingError]; and once at least what it was asked for, also
// when something was decided meanwhile.
func remembered[T any](ctx context.Context, d *Desk, key string, compute func(context.Context) (T, error)) (T, error) {
	var none T
	mark, err := d.Archive.Mark(ctx)
	if err != nil {
		return none, fmt.Errorf("ask whether comments were decided: %w", err)
	}
	mark += " " + d.Now().Format("2006-01-02")
	w := d.heavy.work(context.WithoutCancel(ctx), key, mark, func(ctx context.Context) (any, error) { return compute(ctx) })
	soon := time.NewTimer(waits)
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

// work is the work on a result, which is begun if there is none.
func (h *heavy) work(ctx context.Context, key, mark string, compute func(context.Context) (any, error)) *work {
	h.mu.Lock()
	defer h.mu.Unlock()
	w := h.works[key]
	if w != nil && (!w.ended() || !w.told || w.mark == mark && w.err == nil) {
		return w
	}
	if h.works == nil || len(h.works) >= mostKept {
		h.works = map[string]*work{}
	}
	w = &work{mark: mark, done: make(chan struct{})}
	h.works[key] = w
	go func() {
		defer close(w.done)
		h.turn.Lock()
		defer h.turn.Unlock()
		w.result, w.err = compute(context.WithValue(ctx, lookedAt{}, w))
	}()
	return w
}

// looked counts what was looked at, if anybody is told.
func looked(ctx context.Context, n int) {
	if w, ok := ctx.Value(lookedAt{}).(*work); ok {
		w.looked.Add(int64(n))
	}
}
