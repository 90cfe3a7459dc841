package akismet

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"time"
)

// stubborn keeps nothing as long as it has a reason, and everything that it is given to keep.
type stubborn struct {
	Store

	why   error
	given []Kept
}

func (s *stubborn) Keep(_ context.Context, k Kept) error {
	s.given = append(s.given, k)
	return s.why
}

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

// However much waits, a database that takes nothing is given little of it, and one that takes it
// gets all: what was counted at once, reports after all checks, and who leaves at last.
func TestKeeperGivesPieces(t *testing.T) {
	t.Parallel()
	store := &stubborn{why: errors.New("the disk is full")}
	k := newKeeper(store, slog.New(slog.DiscardHandler))
	const checks, reports = 2*mostAtOnce + 1, mostAtOnce + 1
	k.leave(Leaving{Site: 1, Blog: "b"})
	for range reports {
		k.report(Report{Site: 1})
	}
	for range checks {
		k.check(Check{Site: 1, At: time.Unix(0, 0)})
	}
	for range 3 {
		if k.flush(t.Context()); len(store.given) != 1 || len(store.given[0].Checks) != mostAtOnce {
			t.Fatalf("a full disk was given %d pieces", len(store.given))
		}
		store.given = nil
	}
	store.why = nil
	if !k.flush(t.Context()) {
		t.Error("nothing was learned of reports")
	}
	type size struct{ checks, reports, tallies, leaving int }
	var got []size
	for _, p := range store.given {
		got = append(got, size{len(p.Checks), len(p.Reports), len(p.Tallies), len(p.Leaving)})
	}
	want := []size{{mostAtOnce, 0, 1, 0}, {mostAtOnce, 0, 0, 0}, {1, mostAtOnce, 0, 0}, {0, 1, 0, 1}}
	if !slices.Equal(got, want) {
		t.Errorf("was given %v, want %v", got, want)
	}
	if n := store.given[0].Tallies[0].Ham; n != checks {
		t.Errorf("counted %d, want %d", n, checks)
	}
}

// What is dropped of a full queue costs no copy of the rest, and is held no longer.
func TestLastOf(t *testing.T) {
	t.Parallel()
	all := []*int{new(int), new(int), new(int)}
	if last := lastOf(all, 2); len(last) != 2 || &last[0] != &all[1] || all[0] != nil {
		t.Errorf("got %v of %v", last, all)
	}
	if same := lastOf(all, 3); len(same) != 3 || &same[0] != &all[0] {
		t.Errorf("got %v of %v, want all", same, all)
	}
}
