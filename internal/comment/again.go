package comment

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"sync"
)

// submitOnce makes one comment of the same form, however often and from how many
// sides at once it comes. What came before is not even checked again: its post may be
// closed and its parent gone meanwhile, and it is kept all the same.
func (s *Service) submitOnce(ctx context.Context, sub Submission) (Receipt, error) {
	key := sub.key()
	if key == nil {
		return s.submit(ctx, sub, nil)
	}
	leave, err := s.forms.wait(ctx, string(key))
	if err != nil {
		return Receipt{}, err
	}
	defer leave()
	switch sent, err := s.store.Sent(ctx, key); {
	case err == nil:
		return Receipt(sent), nil
	case !errors.Is(err, ErrNotFound):
		return Receipt{}, err
	}
	return s.submit(ctx, sub, key)
}

// key is what a form is known by when it comes again; nil for a form without an id.
// Another text under the same id is another comment.
func (sub Submission) key() FormKey {
	if sub.FormID == "" {
		return nil
	}
	h := sha256.New()
	for _, field := range []string{
		sub.FormID, string(sub.Channel), sub.Post, sub.Parent, sub.Author, sub.Email, sub.URL, sub.Body,
	} {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(field))))
		h.Write([]byte(field))
	}
	return h.Sum(nil)
}

// turns lets those who come with the same key in one after the other.
type turns struct {
	mu    sync.Mutex
	taken map[string]chan struct{} // closed by the one who has the turn
}

// wait returns when it is the caller's turn, or with the error of a caller who went
// away; leave ends the turn.
func (t *turns) wait(ctx context.Context, key string) (leave func(), err error) {
	for {
		before := t.take(key)
		if before == nil {
			return func() { t.leave(key) }, nil
		}
		select {
		case <-before:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// take takes the turn, or returns what is closed when it is free.
func (t *turns) take(key string) <-chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	if before := t.taken[key]; before != nil {
		return before
	}
	if t.taken == nil {
		t.taken = map[string]chan struct{}{}
	}
	t.taken[key] = make(chan struct{})
	return nil
}

func (t *turns) leave(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	close(t.taken[key])
	delete(t.taken, key)
}
