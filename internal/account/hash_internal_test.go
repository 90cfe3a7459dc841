package account

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
)

// TestHashesWaitTheirTurn looks inside, for nobody outside can see a hash begin.
func TestHashesWaitTheirTurn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHasher(Cost{Memory: 8, Passes: 1, Lanes: 1})
		var busy []func()
		for range hashesAtOnce {
			done, err := h.turn(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			busy = append(busy, done)
		}
		finished := make(chan error, 2)
		impatient, cancel := context.WithCancel(t.Context())
		go func() { _, err := h.hash(impatient, "x"); finished <- err }()
		synctest.Wait()
		if len(finished) > 0 {
			t.Fatal("a hash was made out of turn")
		}
		cancel()
		if err := <-finished; !errors.Is(err, context.Canceled) {
			t.Errorf("after waiting in vain: got %v, want Canceled", err)
		}
		go func() { _, err := h.matches(t.Context(), "x", ""); finished <- err }()
		synctest.Wait()
		if len(finished) > 0 {
			t.Fatal("an unknown name was checked out of turn")
		}
		busy[0]()
		if err := <-finished; err != nil {
			t.Errorf("after its turn came: %v", err)
		}
	})
}
