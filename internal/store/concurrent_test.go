package store_test

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

func labelsToTheBit(b *bench) {
	lessons := []*spam.Lesson{
		{Spam: true, Vector: spam.Vector{
			Extractor: math.MaxUint16, Hashes: []uint32{0, 1, math.MaxUint32},
			Values: []float32{math.SmallestNonzeroFloat32, -math.MaxFloat32, 1.0 / 3},
		}},
		nil,
		{Vector: spam.Vector{Extractor: 1}, Author: 1, Wave: math.MaxUint64, Moderator: 1 << 63},
	}
	id := b.add(a(comment.Pending), "")
	var want []comment.Label
	for i, l := range lessons {
		b.update(id, comment.Change{Status: comment.Approved, Relabel: true, Lesson: l})
		want = append(want, comment.Label{Seq: int64(i + 1), Comment: id, Lesson: l, At: start})
	}
	for after := range len(want) + 1 {
		if diff := cmp.Diff(want[after:], append([]comment.Label{}, b.labels(int64(after))...), cmpopts.EquateEmpty()); diff != "" {
			b.Errorf("labels after %d: -want +got\n%s", after, diff)
		}
	}
}

// manyAtOnce adds and decides from many goroutines, while another follows the
// labels as a filter does.
func manyAtOnce(b *bench) {
	const writers, each = 25, 4
	ctx, done := context.WithCancel(b.Context())
	defer done()
	followed := make(chan int64)
	go func() { followed <- follow(ctx, b, writers*each) }()
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for range each {
				added, err := b.Comments().Add(b.Context(), a(comment.Approved), comment.Given{Email: "ada@example.org"})
				if err == nil {
					_, err = b.Comments().Update(b.Context(), added.ID, func(comment.Comment) (comment.Change, error) {
						return comment.Change{Status: comment.Spam, Relabel: true, Lesson: &spam.Lesson{Spam: true}, Entry: entry}, nil
					})
				}
				if err != nil {
					b.Error(err)
					done() // the follower would wait for ever
				}
			}
		})
	}
	wg.Wait()
	if got := <-followed; got != writers*each {
		b.Errorf("the follower saw %d labels of %d", got, writers*each)
	}
	if got := b.revision("hello"); got != 2*writers*each {
		b.Errorf("revision is %d after %d changes", got, 2*writers*each)
	}
	if got := b.count("audit"); got != writers*each {
		b.Errorf("audit has %d lines", got)
	}
}

// follow reads new labels until it has seen n, and fails at the first gap.
func follow(ctx context.Context, b *bench, n int64) (last int64) {
	for last < n && ctx.Err() == nil {
		ls, err := b.Comments().Labels(ctx, last)
		if err != nil {
			b.Error(err)
			return last
		}
		for _, l := range ls {
			if l.Seq != last+1 {
				b.Errorf("label %d follows label %d", l.Seq, last)
				return last
			}
			last = l.Seq
		}
	}
	return last
}

// noThreads and noJudge make a comment.Service that only decides.
type noThreads struct{}

func (noThreads) Thread(string) comment.ThreadState { return comment.ThreadOpen }

type noJudge struct{}

func (noJudge) Judge(context.Context, spam.Message) (spam.Verdict, error) { return spam.Verdict{}, nil }

func twoDecisionsAtOnce(b *bench) {
	service, err := comment.New(comment.Options{
		Store: b.Comments(), Judge: noJudge{}, Threads: noThreads{},
		Now: func() time.Time { return start }, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		b.Fatal(err)
	}
	for range 10 {
		id := b.add(a(comment.Pending), "")
		var won, refused atomic.Int32
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				_, err := service.Decide(b.Context(), account.Shell, id, comment.Decision{Action: comment.Approve})
				var te *comment.TransitionError
				switch {
				case err == nil:
					won.Add(1)
				case errors.As(err, &te) && te.From == comment.Approved:
					refused.Add(1)
				default:
					b.Error(err)
				}
			})
		}
		wg.Wait()
		if won.Load() != 1 || refused.Load() != 1 {
			b.Errorf("%d won, %d were refused", won.Load(), refused.Load())
		}
	}
}
