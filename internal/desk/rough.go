package desk

import (
	"context"
	"fmt"
	"sync"
	"time"

	"hamlet/internal/account"
)

// A count walks an index, which takes a while where there are many comments. What stands
// beside every list, and is not what is looked at, is counted now and then.
const (
	roughFor  = 10 * time.Second
	mostRough = 1_000 // counts are remembered
)

// roughly remembers counts for a while.
type roughly struct {
	now func() time.Time

	mu     sync.Mutex // guards counts
	counts map[string]roughCount
}

// roughCount is a count, and when it was made.
type roughCount struct {
	n  int
	at time.Time
}

// find is the count that is remembered under a key, if it is new enough.
func (r *roughly) find(key string) (n int, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c, ok := r.counts[key]
	return c.n, ok && r.now().Sub(c.at) < roughFor
}

func (r *roughly) keep(key string, n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.counts == nil || len(r.counts) >= mostRough {
		r.counts = map[string]roughCount{}
	}
	r.counts[key] = roughCount{n, r.now()}
}

// Roughly counts the comments that match like Count, but the answer may be ten seconds old.
func (q *Queue) Roughly(ctx context.Context, who account.Actor, f Filter) (int, error) {
	scope, err := ScopeOf(who)
	if err != nil {
		return 0, err
	}
	key := fmt.Sprintf("%v %q %s", scope.All, scope.Posts, f.Values().Encode())
	if n, ok := q.rough.find(key); ok {
		return n, nil
	}
	n, err := q.finder.Count(ctx, scope, f)
	if err == nil {
		q.rough.keep(key, n)
	}
	return n, err
}
