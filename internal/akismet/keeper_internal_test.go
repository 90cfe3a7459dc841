package akismet

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"
)

// stubborn keeps nothing as long as it has a reason.
type stubborn struct {
	Store

	why error
}

func (s *stubborn) Keep(context.Context, Kept) error { return s.why }

// While the database takes nothing, no check makes it be tried again.
func TestKeeperRests(t *testing.T) {
	t.Parallel()
	store := &stubborn{}
	k := newKeeper(store, slog.New(slog.DiscardHandler))
	woken := func() bool {
		k.check(Check{Site: 1, At: time.Unix(0, 0)})
		select {
		case <-k.woken:
			return true
		default:
			return false
		}
	}
	for _, why := range []error{nil, errors.New("the disk is full"), nil} {
		store.why = why
		k.flush(t.Context())
		if got, want := woken(), why == nil; got != want {
			t.Errorf("after %v: woken %t, want %t", why, got, want)
		}
	}
}
