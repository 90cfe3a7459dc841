package insight

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
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
	d.Subject = func(comment.Comment, rule.Kind) rule.Subject { panic("odd text") }
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
func deskWork(d *Desk, key string, may <-chan struct{}) *work {
	w, _ := d.ask(key, Mark{}, func(ctx context.Context) (any, error) {
		select {
		case <-may:
			return key, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	})
	return w
}

// TestMostWorks: so many results are computed or wait at most, and none that is not done is
// forgotten, and begun twice, for others; so many are remembered, the newest.
func TestMostWorks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := openDesk(t, &shelf{})
		d.Now = time.Now
		defer d.Close()
		now, never := make(chan struct{}), make(chan struct{})
		close(now)
		for i := range mostKept + 2 {
			deskWork(d, fmt.Sprint(i), now)
			synctest.Wait()
			time.Sleep(time.Second)
		}
		if n := len(d.heavy.kept); n != mostKept || d.heavy.kept["1"] != nil || d.heavy.kept["2"] == nil {
			t.Errorf("%d are remembered", n)
		}
		slow := deskWork(d, "slow", never)
		for i := range mostBegun - 1 {
			if deskWork(d, fmt.Sprint("waits", i), never) == nil {
				t.Fatalf("%d wait, and there is no room for another", i+1)
			}
		}
		if deskWork(d, "one more", never) != nil {
			t.Error("they wait without bound")
		}
		if deskWork(d, "slow", never) != slow {
			t.Error("it is begun twice")
		}
		if err := busy(t.Context(), d); err != nil {
			t.Error(err)
		}
	})
}

// busy asks a desk for another result while it has no room for it.
func busy(ctx context.Context, d *Desk) error {
	_, _, err := remembered(ctx, d, "other", func(context.Context) (int, error) { return 1, nil })
	if _, ok := errors.AsType[*WorkingError](err); !ok {
		return fmt.Errorf("asked for one more: %w", err)
	}
	return nil
}

// TestFailedIsTold: that a result failed is told once to who asked for it, even a little later, and
// to nobody much later; then it is computed again.
func TestFailedIsTold(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d, odd := openDesk(t, &shelf{}), errors.New("odd")
		var n atomic.Int32
		d.Now, d.waits = time.Now, 0
		defer d.Close()
		ask := func() error {
			_, _, err := remembered(t.Context(), d, "key", func(context.Context) (int, error) {
				time.Sleep(time.Second)
				n.Add(1)
				return 0, odd
			})
			return err
		}
		for _, tt := range []struct {
			after time.Duration
			want  error
			times int32
		}{{0, nil, 0}, {2 * time.Second, odd, 1}, {0, nil, 1}, {untoldFor + 2*time.Second, nil, 2}} {
			time.Sleep(tt.after)
			err := ask()
			if tt.want == nil && errors.As(err, new(*WorkingError)) {
				err = nil
			}
			if got := n.Load(); !errors.Is(err, tt.want) || got != tt.times {
				t.Errorf("%v later: %v, computed %d times, want %v and %d", tt.after, err, got, tt.want, tt.times)
			}
		}
	})
}

// TestDeskCloses: what is computed ends with the desk, which waits for that, and nothing is begun
// any more.
func TestDeskCloses(t *testing.T) {
	t.Parallel()
	d := openDesk(t, &shelf{})
	first, second := deskWork(d, "first", nil), deskWork(d, "second", nil)
	d.Close()
	d.Close()
	for _, w := range []*work{first, second} {
		if !w.ended() || !errors.Is(w.err, context.Canceled) {
			t.Errorf("it ended: %v, with %v", w.ended(), w.err)
		}
	}
	if deskWork(d, "third", nil) != nil {
		t.Error("it is begun after the end")
	}
}
