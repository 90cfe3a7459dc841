package account

import (
	"crypto/rand"
	"sync"
	"time"
)

// How many things of a kind wait for an answer at most; who comes then takes the place of
// the one that waited longest.
const maxPending = 4096

// pending keeps what waits for somebody's answer, in memory and for some minutes only:
// a restart ends it, and whoever was at it begins again.
type pending[T any] struct {
	now  func() time.Time
	last time.Duration

	mu   sync.Mutex
	kept map[string]waiting[T]
}

type waiting[T any] struct {
	what  T
	until time.Time
	tries int
}

func newPending[T any](now func() time.Time, last time.Duration) *pending[T] {
	return &pending[T]{now: now, last: last, kept: map[string]waiting[T]{}}
}

// put keeps something, and returns the secret it is found by.
func (p *pending[T]) put(what T) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	oldest, first := "", time.Time{}
	for id, w := range p.kept {
		if !w.until.After(now) {
			delete(p.kept, id)
		} else if oldest == "" || w.until.Before(first) {
			oldest, first = id, w.until
		}
	}
	if len(p.kept) >= maxPending {
		delete(p.kept, oldest)
	}
	id := rand.Text()
	p.kept[id] = waiting[T]{what: what, until: now.Add(p.last)}
	return id
}

// take finds something and forgets it: it is found once.
func (p *pending[T]) take(id string) (T, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	w, ok := p.kept[id]
	delete(p.kept, id)
	return w.what, ok && w.until.After(p.now())
}

// try finds something a number of times.
func (p *pending[T]) try(id string, most int) (T, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	w, ok := p.kept[id]
	if !ok || !w.until.After(p.now()) || w.tries >= most {
		delete(p.kept, id)
		var none T
		return none, false
	}
	w.tries++
	p.kept[id] = w
	return w.what, true
}

// peek finds something, as often as it is asked for.
func (p *pending[T]) peek(id string) (T, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	w, ok := p.kept[id]
	return w.what, ok && w.until.After(p.now())
}
