package comment

import (
	"context"
	"fmt"
	"sync"
)

// Beside is where Learners learn what no verdict waits for. Whoever closes what they read from
// ends it first: nothing is read after that. The zero Beside is ready.
type Beside struct {
	mu      sync.Mutex
	ended   bool
	cancels map[*context.CancelFunc]struct{}
	running sync.WaitGroup
}

// start does something until it is done, ctx ends or the Beside does. It reports false, and
// does nothing, if that has ended already. Of no Beside there is no end.
func (b *Beside) start(ctx context.Context, do func(context.Context)) bool {
	if b == nil {
		go do(ctx)
		return true
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ended {
		return false
	}
	ctx, cancel := context.WithCancel(ctx)
	if b.cancels == nil {
		b.cancels = map[*context.CancelFunc]struct{}{}
	}
	b.cancels[&cancel] = struct{}{}
	b.running.Go(func() {
		defer func() {
			b.mu.Lock()
			delete(b.cancels, &cancel)
			b.mu.Unlock()
			cancel()
		}()
		do(ctx)
	})
	return true
}

// errOver is why nothing is learned any more.
var errOver = fmt.Errorf("learn from labels: %w", context.Canceled)

// over reports whether it has ended.
func (b *Beside) over() bool {
	if b == nil {
		return false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.ended
}

// End stops what is learned and waits until it has stopped. Again does no harm.
func (b *Beside) End() {
	b.mu.Lock()
	b.ended = true
	for cancel := range b.cancels {
		(*cancel)()
	}
	b.mu.Unlock()
	b.running.Wait()
}
