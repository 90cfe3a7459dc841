package web

import (
	"context"
	"time"
)

// Settling costs a hundred times what a reader waits for: it is done one page at
// a time, with rests, for pages that did not change for a while and are asked for
// again and again.
const (
	settlePause = 5 * time.Second // between two looks at all pages
	settleLooks = 2               // how many looks a page must have outlived
	settleRest  = 4               // times as long as the work before took
	settleLimit = 256 << 10       // bytes; what is larger takes seconds
)

// Run compresses pages that have settled as well as can be, until the context
// ends. Without it everything is served all the same, a little larger.
func (s *Server) Run(ctx context.Context) error {
	for {
		if !rest(ctx, settlePause) {
			return nil
		}
		for _, p := range s.cache.settling() {
			start := s.Now()
			if err := s.cache.settle(p); err != nil {
				s.Log.WarnContext(ctx, "a page stays larger than it could be", "path", p.where.path, "error", err.Error())
			}
			if !rest(ctx, settleRest*max(s.Now().Sub(start), time.Millisecond)) {
				return nil
			}
		}
	}
}

// rest waits, and reports whether the context still lasts.
func rest(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// settling is a look at all pages: those that are to be compressed better now.
func (pc *pageCache) settling() []*page {
	pc.mu.Lock()
	defer pc.mu.Unlock()
	var due []*page
	for _, p := range pc.clock {
		b := p.bodies.Load()
		if b.settled || !p.used.Load() || b.gzip == nil || b.size() > settleLimit {
			continue
		}
		if p.looks++; p.looks >= settleLooks {
			due = append(due, p)
		}
	}
	return due
}

// settle compresses a page as well as can be, if it is still wanted.
func (pc *pageCache) settle(p *page) error {
	from := p.bodies.Load()
	if from.settled || !p.unchanged() || pc.at(p.where) != p {
		return nil
	}
	to, err := from.settle(p.hash)
	if err != nil {
		return err
	}
	pc.swap(p, from, to)
	return nil
}
