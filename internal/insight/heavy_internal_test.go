package insight

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"hamlet/internal/comment"
	"hamlet/internal/rule"
	"hamlet/internal/spam"
)

// TestPanicIsAnError: what panics on a single comment, or while it is read, fails that result, and
// is in the log; the next is computed.
func TestPanicIsAnError(t *testing.T) {
	t.Parallel()
	s := &shelf{all: []Decided{decided(1, 5, "casino bonus", spam.Spam, Spam)}}
	d := openDesk(t, s)
	var log bytes.Buffer
	d.Log = slog.New(slog.NewTextHandler(&log, nil))
	good := d.Subject
	d.Subject = func(comment.Comment) rule.Subject { panic("odd text") }
	if _, err := d.TryRule(t.Context(), owner, casinos(t), 30); err == nil || !strings.Contains(err.Error(), "odd text") {
		t.Errorf("got %v, want what panicked", err)
	}
	d.Subject = good
	d.Archive = torn{s}
	if _, err := d.TryRule(t.Context(), owner, casinos(t), 30); err == nil || !strings.Contains(err.Error(), "torn page") {
		t.Errorf("got %v, want what panicked while it was read", err)
	}
	if n := strings.Count(log.String(), "cannot compute a result"); n != 2 || !strings.Contains(log.String(), "heavy_internal_test.go") {
		t.Errorf("%d are in the log, want 2 with their stack:\n%s", n, log.String())
	}
	d.Archive = s
	if got, err := d.TryRule(t.Context(), owner, casinos(t), 30); err != nil || got.SpamHit != 1 {
		t.Errorf("afterwards: %+v, %v", got, err)
	}
}

// torn is an archive that cannot be read.
type torn struct{ *shelf }

func (torn) Decided(context.Context, time.Time, comment.ID, int) ([]Decided, error) {
	panic("torn page")
}

// deskWork begins a work on a desk, whose result is its key, and which is done when may is closed.
func deskWork(d *Desk, key, mark string, may <-chan struct{}) *work {
	return d.work(key, mark, func(ctx context.Context) (any, error) {
		select {
		case <-may:
			return key, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	})
}

// TestMostWorks: so many results are computed or wait at most, and none that is not done is
// forgotten, and begun twice, for others.
func TestMostWorks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := openDesk(t, &shelf{})
		defer d.Close()
		now, never := make(chan struct{}), make(chan struct{})
		close(now)
		for i := range mostKept {
			deskWork(d, fmt.Sprint(i), "a", now)
			synctest.Wait()
		}
		slow := deskWork(d, "slow", "a", never)
		for i := range mostBegun - 1 {
			if deskWork(d, fmt.Sprint("waits", i), "a", never) == nil {
				t.Fatalf("%d wait, and there is no room for another", i+1)
			}
		}
		if deskWork(d, "one more", "a", never) != nil {
			t.Error("they wait without bound")
		}
		if deskWork(d, "slow", "b", never) != slow {
			t.Error("it is begun twice")
		}
		if n := len(d.heavy.works); n > mostKept {
			t.Errorf("%d are remembered", n)
		}
		if err := busy(t.Context(), d); err != nil {
			t.Error(err)
		}
	})
}

// busy asks a desk for another result while it has no room for it.
func busy(ctx context.Context, d *Desk) error {
	_, err := remembered(ctx, d, "other", func(context.Context) (int, error) { return 1, nil })
	if _, ok := errors.AsType[*WorkingError](err); !ok {
		return fmt.Errorf("asked for one more: %w", err)
	}
	return nil
}

// TestUntoldIsForgotten: a result that nobody came back for is not told when something was decided
// since, or erased, unless it was just done; it is forgotten as soon as anything is asked.
func TestUntoldIsForgotten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		now := noon
		d := openDesk(t, &shelf{})
		d.Now = func() time.Time { return now }
		defer d.Close()
		may := make(chan struct{})
		close(may)
		first := deskWork(d, "sweep", "a", may)
		synctest.Wait()
		now = now.Add(untoldFor - time.Second)
		if deskWork(d, "sweep", "b", may) != first {
			t.Error("who asks a little later does not get it")
		}
		now = now.Add(2 * time.Second)
		deskWork(d, "other", "b", may)
		if d.heavy.works["sweep"] != nil {
			t.Error("it is kept though nobody is to be told")
		}
		if deskWork(d, "sweep", "b", may) == first {
			t.Error("it is told, however old")
		}
		synctest.Wait()
	})
}

// TestDeskCloses: what is computed ends with the desk, which waits for that, and nothing is begun
// any more.
func TestDeskCloses(t *testing.T) {
	t.Parallel()
	d := openDesk(t, &shelf{})
	first, second := deskWork(d, "first", "a", nil), deskWork(d, "second", "a", nil)
	d.Close()
	d.Close()
	for _, w := range []*work{first, second} {
		if !w.ended() || !errors.Is(w.err, context.Canceled) {
			t.Errorf("it ended: %v, with %v", w.ended(), w.err)
		}
	}
	if deskWork(d, "third", "a", nil) != nil || d.heavy.behind(func() {}) {
		t.Error("it is begun after the end")
	}
}
