package akismet

import (
	"context"
	"sync"
)

// mostWords is how many comments of a site are remembered with what it said of them, and of how
// many that is kept.
const mostWords = 20_000

// sayings are what a site itself said comments are. A comment that comes again word by word
// is what it was called, whatever the filter makes of it.
type sayings struct {
	mu sync.RWMutex
	// By Pair.Of: what was said last, and before that. When the first is full, it becomes the
	// second, which is forgotten.
	recent, older map[int64]bool
	last          int64
	round         uint64 // of the store's words
}

func newSayings() *sayings { return &sayings{recent: map[int64]bool{}} }

func (s *sayings) of(p Pair) (spam, said bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if spam, said = s.recent[p.Of()]; !said {
		spam, said = s.older[p.Of()]
	}
	return spam, said
}

// about is what was said of a comment: what was said of it with the field filled that people do not
// see counts for it without, but not the other way round, for robots copy what people write.
func (s *sayings) about(c Comment, p Pair) (spam, said bool) {
	if spam, said = s.of(p); said || c.Trap {
		return spam, said
	}
	return s.of(p.Other())
}

// note takes what is said just now, which is heard again when it is kept.
func (s *sayings) note(p Pair, isSpam bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.put(p.Of(), isSpam)
}

// put is for who holds mu.
func (s *sayings) put(of int64, isSpam bool) {
	if len(s.recent) == mostWords {
		s.recent, s.older = map[int64]bool{}, s.recent
	}
	s.recent[of] = isSpam
}

// hear takes what was said since the last time, or all anew if something of it was taken back.
func (s *sayings) hear(ctx context.Context, store Store, of SiteID) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	words, round, err := store.Words(ctx, of, s.last, s.round)
	if err == nil && round != s.round {
		s.recent, s.older, s.last, s.round = map[int64]bool{}, nil, 0, round // the next may have a Seq again that went
	}
	for _, w := range words {
		s.put(w.Of, w.Spam)
		s.last = w.Seq
	}
	return err
}
