package store_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hamlet/internal/comment"
	"hamlet/internal/spam"
	"hamlet/internal/store"
)

// together makes calls wait for the writer until all of them do, so that they
// share a transaction, and returns their errors.
func together(b *bench, calls ...func() error) []error {
	b.Helper()
	return behind(b, b.add(a(comment.Pending), ""), comment.Change{Delete: true}, calls...)
}

// behind makes calls wait for the writer, which is busy with a change of a comment,
// until all of them do.
func behind(b *bench, blocker comment.ID, change comment.Change, calls ...func() error) []error {
	b.Helper()
	holds, release := make(chan bool), make(chan bool)
	var wg sync.WaitGroup
	wg.Go(func() {
		_, err := b.Comments().Update(b.Context(), blocker, func(comment.Comment) (comment.Change, error) {
			close(holds)
			<-release
			if change == (comment.Change{}) {
				return change, errNoChange
			}
			return change, nil
		})
		if err != nil && !errors.Is(err, errNoChange) {
			b.Error(err)
		}
	})
	<-holds
	errs := make([]error, len(calls))
	for i, call := range calls {
		wg.Go(func() { errs[i] = call() })
	}
	for store.Waiting(b.DB) < len(calls) {
		runtime.Gosched()
	}
	close(release)
	wg.Wait()
	return errs
}

// errNoChange is of a change that is none.
var errNoChange = errors.New("nothing is to change")

// TestSharedTransaction sees that calls that share a transaction do not share
// their fate: one is refused, one panics, one has gone, the others are kept.
func TestSharedTransaction(t *testing.T) {
	t.Parallel()
	b := newBench(t, engine{url: newFile})
	gone, leave := context.WithCancel(t.Context())
	refusal := errors.New("refused")
	id := b.add(a(comment.Pending), "")
	add := func() error {
		_, err := b.Comments().Add(t.Context(), a(comment.Approved), comment.Given{Email: "ada@example.org"})
		return err
	}
	update := func(decide func(comment.Comment) (comment.Change, error)) error {
		_, err := b.Comments().Update(t.Context(), id, decide)
		return err
	}
	var panicked any
	calls := []func() error{
		add,
		func() error {
			leave() // the caller is gone before its turn
			_, err := b.Comments().Add(gone, a(comment.Approved), comment.Given{})
			return err
		},
		func() error {
			return update(func(comment.Comment) (comment.Change, error) { return comment.Change{}, refusal })
		},
		func() error {
			return update(func(comment.Comment) (comment.Change, error) {
				// The status and the audit entry are written before the label cannot be.
				torn := &spam.Lesson{Vector: spam.Vector{Hashes: []uint32{1}}}
				return comment.Change{Status: comment.Approved, Relabel: true, Lesson: torn, Entry: entry}, nil
			})
		},
		func() error {
			defer func() { panicked = recover() }()
			return update(func(comment.Comment) (comment.Change, error) { panic("decide") })
		},
		func() error {
			// Whoever leaves in the middle does not disturb what others share.
			ctx, leave := context.WithCancel(t.Context())
			_, err := b.Comments().Update(ctx, id, func(comment.Comment) (comment.Change, error) {
				leave()
				return comment.Change{Status: comment.Trash, Entry: entry}, nil
			})
			return err
		},
		add,
	}
	errs := together(b, calls...)
	if errs[0] != nil || errs[5] != nil || errs[6] != nil {
		t.Errorf("good calls failed: %v, %v, %v", errs[0], errs[5], errs[6])
	}
	if !errors.Is(errs[1], context.Canceled) || !errors.Is(errs[2], refusal) || errs[3] == nil || panicked != "decide" {
		t.Errorf("bad calls: %v, %v, %v, panic %v", errs[1], errs[2], errs[3], panicked)
	}
	got := b.get(id)
	if n := b.count("comments WHERE deleted_at IS NULL"); n != 3 || got.Status != comment.Trash || got.Revision != 1 || b.revision("hello") != 2 {
		t.Errorf("%d comments, %+v, revision %d", n, got, b.revision("hello"))
	}
	if len(b.labels(0)) != 0 || b.count("audit") != 2 {
		t.Errorf("%d labels, %d lines of audit", len(b.labels(0)), b.count("audit"))
	}
}

// faulty is a context whose very question goes wrong, outside of any job.
type faulty struct{ context.Context }

func (faulty) Err() error { panic("faulty") }

// TestSharedTransactionBreaks sees that a batch that ends in no orderly way ends
// for all who wait: each returns, panics or is gone, none is told "kept", and
// the next writer finds the queue in order.
func TestSharedTransactionBreaks(t *testing.T) {
	t.Parallel()
	for name, breaks := range map[string]func(*bench, comment.ID) error{
		"a panic of the queue": func(b *bench, _ comment.ID) error {
			_, err := b.Comments().Add(faulty{b.Context()}, a(comment.Approved), comment.Given{})
			return err
		},
		"a goroutine that leaves": func(b *bench, id comment.ID) error {
			_, err := b.Comments().Update(b.Context(), id, func(comment.Comment) (comment.Change, error) {
				runtime.Goexit()
				return comment.Change{}, nil
			})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, engine{url: newFile})
			id := b.add(a(comment.Pending), "")
			var kept, refused atomic.Int32
			tell := func(call func() error) func() error {
				return func() error {
					defer func() { _ = recover() }()
					if err := call(); err == nil {
						kept.Add(1)
					} else {
						refused.Add(1)
					}
					return nil
				}
			}
			calls := []func() error{tell(func() error { return breaks(b, id) })}
			for range 8 {
				calls = append(calls, tell(func() error {
					_, err := b.Comments().Add(b.Context(), a(comment.Approved), comment.Given{})
					return err
				}))
			}
			together(b, calls...)
			// The one whose goroutine did the work is gone with it and tells nothing.
			if kept.Load() != 0 || refused.Load() != int32(len(calls)-1) {
				t.Errorf("%d were told it is kept, %d that it is not, of %d", kept.Load(), refused.Load(), len(calls))
			}
			if n := b.count("comments WHERE deleted_at IS NULL"); n != 1 {
				t.Errorf("%d comments, want the first alone", n)
			}
			b.add(a(comment.Approved), "")
		})
	}
}

// TestSharedTransactionFails sees that nobody is told "kept" when the
// transaction they shared was not.
func TestSharedTransactionFails(t *testing.T) {
	t.Parallel()
	for name, trigger := range map[string]string{
		"at the commit":    "INSERT INTO poison VALUES (-1)",       // a foreign key that is checked at the end
		"in the middle":    "SELECT RAISE(ROLLBACK, 'all undone')", // as SQLite may do when a disk fails
		"in one statement": "SELECT RAISE(ABORT, 'this undone')",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, engine{url: newFile})
			for _, sql := range []string{
				"CREATE TABLE poison (id INTEGER REFERENCES comments (id) DEFERRABLE INITIALLY DEFERRED) STRICT",
				"CREATE TRIGGER poisoned AFTER INSERT ON comments WHEN NEW.author = 'Poison' BEGIN " + trigger + "; END",
			} {
				if _, err := store.Raw(b.DB).ExecContext(t.Context(), sql); err != nil {
					t.Fatal(err)
				}
			}
			var calls []func() error
			for i := range 21 {
				c := a(comment.Approved)
				if i%10 == 5 {
					c.Author = "Poison"
				}
				calls = append(calls, func() error { _, err := b.Comments().Add(t.Context(), c, comment.Given{}); return err })
			}
			kept := 0
			for _, err := range together(b, calls...) {
				if err == nil {
					kept++
				}
			}
			if n := b.count("comments WHERE deleted_at IS NULL"); n != kept || kept == 21 {
				t.Errorf("%d comments, %d were told so", n, kept)
			}
			if n := b.count("comments WHERE author = 'Poison'"); n != 0 {
				t.Errorf("%d bad comments", n)
			}
			b.add(a(comment.Approved), "") // the next one is none the worse
		})
	}
}

// loner is a comment that has nothing in common with any other.
func loner(i int) comment.Comment {
	c := a(comment.Approved)
	c.Author, c.URL = fmt.Sprint("Reader ", i), fmt.Sprintf("https://home%d.example/", i)
	for w := range 20 {
		c.Body += fmt.Sprintf(" word%dx%d", i, w)
	}
	return c
}

// TestAddedTogether sees that comments that are kept with few statements have all that
// they have when each comes alone: a number, a wave, words to be found by and a receipt.
func TestAddedTogether(t *testing.T) {
	t.Parallel()
	b, alone := newBench(t, engine{url: newFile}), newBench(t, engine{url: newFile})
	const many = 30
	all, added := make([]comment.Comment, many), make([]comment.Added, many)
	var calls []func() error
	for i := range all {
		if all[i] = loner(i); i%3 == 1 {
			all[i] = spun(i)
		}
		all[i].Status, all[i].Verdict.Receipt = comment.Approved, spam.Receipt{{Weight: 1}}
		alone.add(all[i], "")
		calls = append(calls, func() (err error) {
			added[i], err = b.Comments().Add(t.Context(), all[i], comment.Given{FormKey: fmt.Append(nil, i)})
			return err
		})
	}
	if err := errors.Join(together(b, calls...)...); err != nil {
		t.Fatal(err)
	}
	b.fine(b.Comments().Forget(t.Context())) // writes what is late
	waves := map[int64]int{}
	for i, one := range added {
		c, err := b.Comments().Get(t.Context(), one.ID)
		if err != nil || c.Author != all[i].Author {
			t.Errorf("comment %d is by %q, not %q, %v", one.ID, c.Author, all[i].Author, err)
		}
		if r, err := b.Comments().Receipt(t.Context(), one.ID); err != nil || len(r) == 0 {
			t.Errorf("comment %d: receipt %v, %v", one.ID, r, err)
		}
		if n := b.count(fmt.Sprintf("comment_words WHERE docid = %d AND words MATCH '%s'", one.ID, strings.ToLower(strings.Fields(all[i].Author)[0]))); n != 1 {
			t.Errorf("comment %d is not found by its author", one.ID)
		}
		host := fmt.Sprintf("home%d.example", i)
		if i%3 == 1 {
			host = "kettles.example"
		}
		if n := b.count(fmt.Sprintf("comment_hosts WHERE comment_id = %d AND host = '%s'", one.ID, host)); n != 1 {
			t.Errorf("comment %d does not lead to %s", one.ID, host)
		}
		of, err := b.Desk().WavesOf(t.Context(), []comment.ID{one.ID})
		if err != nil {
			t.Fatal(err)
		}
		waves[of[one.ID]]++
	}
	if len(waves) != 2 || waves[0] != many*2/3 {
		t.Errorf("waves and how many are in each: %v, want one", waves)
	}
	b.fine(b.Comments().Forget(t.Context())) // by when all traces are written
	for _, table := range []string{"traces", "comment_hosts", "comment_words", "receipts", "comments WHERE deleted_at IS NULL"} {
		if got, want := b.count(table), alone.count(table); got-want > 1 || got < want { // the one that they waited for had words
			t.Errorf("%d %s, want %d as if each had come alone", got, table, want)
		}
	}
	if n, err := store.Revision(t.Context(), b.DB, "hello"); err != nil || n != many {
		t.Errorf("revision %d, %v, want %d", n, err, many)
	}
}

// TestDiskFull fills the database to its limit from many sides. SQLite may then
// undo a whole transaction by itself: whoever was told "kept" must be there.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	b := newBench(t, engine{url: newFile})
	limit := func(pages int) {
		t.Helper()
		if _, err := store.Raw(b.DB).ExecContext(t.Context(), fmt.Sprintf("PRAGMA max_page_count = %d", pages)); err != nil {
			t.Fatal(err)
		}
	}
	blocker := b.add(a(comment.Pending), "") // there is no room for one later
	limit(400)
	c := a(comment.Approved)
	c.Body = strings.Repeat("words ", 1500)
	var kept, full atomic.Int32
	for range 8 {
		var calls []func() error
		for range 32 {
			calls = append(calls, func() error {
				_, err := b.Comments().Add(t.Context(), c, comment.Given{Email: "ada@example.org"})
				return err
			})
		}
		for _, err := range behind(b, blocker, comment.Change{}, calls...) {
			switch {
			case err == nil:
				kept.Add(1)
			case strings.Contains(err.Error(), "full"), strings.Contains(err.Error(), "savepoint"):
				full.Add(1)
			default:
				t.Error(err)
			}
		}
		if n := b.count("comments WHERE deleted_at IS NULL") - 1; n != int(kept.Load()) {
			t.Fatalf("%d comments, %d were told so", n, kept.Load())
		}
	}
	if kept.Load() == 0 || full.Load() == 0 {
		t.Errorf("%d kept, %d refused: the limit was not met", kept.Load(), full.Load())
	}
	limit(100_000)
	b.add(c, "ada@example.org")
}

// TestGather: after a transaction for many the next waits until as many have come, or for a moment.
func TestGather(t *testing.T) {
	t.Parallel()
	b := newBench(t, engine{url: newFile})
	come := func(n int) {
		t.Helper()
		var wg sync.WaitGroup
		defer wg.Wait()
		var done atomic.Int64
		add := func() {
			b.add(a(comment.Pending), "")
			done.Add(1)
		}
		for range n - 1 {
			wg.Go(add)
		}
		for store.Waiting(b.DB) < n-1 && done.Load() == 0 {
			runtime.Gosched()
		}
		if n := done.Load(); n != 0 {
			t.Errorf("%d did not wait", n)
		}
		wg.Go(add)
	}
	store.Gathers(b.DB, 5, time.Hour)
	come(5)
	if n := store.Gathers(b.DB, 9, time.Hour); n != 5 {
		t.Errorf("%d were in the last transaction, want 5", n)
	}
	come(9)
	store.Gathers(b.DB, 100, 0)
	b.add(a(comment.Pending), "") // and nobody else comes
	if n := store.Gathers(b.DB, 3, time.Hour); n != 1 {
		t.Errorf("%d were in the last transaction, want 1", n)
	}
	b.add(a(comment.Pending), "") // so few are not waited for
}
