package insight

import (
	"context"
	"fmt"
	"sync"
)

// heavy are results that take a while, as long as nothing was decided since.
type heavy struct {
	mu   sync.Mutex
	mark string
	kept map[string]any
}

// remembered is a result that is computed once for what there is to read. Those who ask
// meanwhile wait for it.
func remembered[T any](ctx context.Context, d *Desk, key string, compute func(context.Context) (T, error)) (T, error) {
	mark, err := d.Archive.Mark(ctx)
	if err != nil {
		var none T
		return none, fmt.Errorf("ask whether comments were decided: %w", err)
	}
	mark += " " + d.Now().Format("2006-01-02")
	h := &d.heavy
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.mark != mark {
		h.mark, h.kept = mark, map[string]any{}
	}
	if known, ok := h.kept[key].(T); ok {
		return known, nil
	}
	result, err := compute(ctx)
	if err == nil {
		h.kept[key] = result
	}
	return result, err
}
