package web

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
)

// pageOf is a page of so many bytes.
func pageOf(n int) func(context.Context) (*cached, error) {
	return func(context.Context) (*cached, error) {
		return &cached{body: variants{plain: make([]byte, n/2)}}, nil
	}
}

func TestCacheMakesAPageOncePerStamp(t *testing.T) {
	t.Parallel()
	pc := newPageCache(1000)
	made := 0
	build := func(ctx context.Context) (*cached, error) { made++; return pageOf(10)(ctx) }
	for _, st := range []stamp{{"a", 0}, {"a", 0}, {"a", 1}, {"a", 1}, {"b", 1}, {"b", 1}} {
		if _, err := pc.page(t.Context(), "/", st, build); err != nil {
			t.Fatal(err)
		}
	}
	if made != 3 {
		t.Errorf("pages made: got %d, want 3", made)
	}
	if len(pc.byKey) != 1 || pc.bytes != 10 {
		t.Errorf("kept: got %d pages of %d bytes, want 1 of 10", len(pc.byKey), pc.bytes)
	}
}

func TestCacheIsBounded(t *testing.T) {
	t.Parallel()
	pc := newPageCache(100)
	get := func(key string, size int) {
		if _, err := pc.page(t.Context(), key, stamp{}, pageOf(size)); err != nil {
			t.Fatal(err)
		}
	}
	get("a", 40)
	get("b", 40)
	get("a", 40) // used again: b is the oldest now
	get("c", 40)
	if pc.find("a", stamp{}) == nil || pc.find("b", stamp{}) != nil || pc.find("c", stamp{}) == nil {
		t.Error("want a and c kept, b gone")
	}
	get("huge", 200)
	if pc.find("huge", stamp{}) != nil || pc.bytes != 80 {
		t.Errorf("a page larger than the cache: want it not kept and the rest left, got %d bytes", pc.bytes)
	}
	for i := range 1000 {
		get(fmt.Sprint(i), 30)
	}
	if pc.bytes > 100 || len(pc.byKey) != 3 || pc.order.Len() != 3 {
		t.Errorf("after many pages: got %d of %d bytes", len(pc.byKey), pc.bytes)
	}
}

func TestCacheKeepsNoFailure(t *testing.T) {
	t.Parallel()
	pc := newPageCache(100)
	boom := errors.New("boom")
	if _, err := pc.page(t.Context(), "a", stamp{}, func(context.Context) (*cached, error) { return nil, boom }); !errors.Is(err, boom) {
		t.Errorf("got %v, want boom", err)
	}
	if p, err := pc.page(t.Context(), "a", stamp{}, pageOf(10)); err != nil || p == nil {
		t.Errorf("after a failure: got %v, want a page", err)
	}
}

func TestCacheOutlivesTheFirstReader(t *testing.T) {
	t.Parallel()
	pc := newPageCache(100)
	gone, leave := context.WithCancel(t.Context())
	leave()
	_, err := pc.page(gone, "a", stamp{}, func(ctx context.Context) (*cached, error) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		return pageOf(10)(ctx)
	})
	if err != nil {
		t.Errorf("the making of a page ended with its first reader: %v", err)
	}
}

func TestCacheUnderLoad(t *testing.T) {
	t.Parallel()
	pc := newPageCache(1 << 20)
	var made atomic.Int32
	start := make(chan struct{})
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			<-start
			_, err := pc.page(t.Context(), "a", stamp{"v", 7}, func(ctx context.Context) (*cached, error) {
				made.Add(1)
				return pageOf(10)(ctx)
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	close(start)
	wg.Wait()
	if p := pc.find("a", stamp{"v", 7}); p == nil || pc.bytes != 10 {
		t.Errorf("kept %v, %d bytes, want one page of 10", p, pc.bytes)
	}
	if n := made.Load(); n != 1 {
		t.Errorf("the page was made %d times by 50 readers, want once", n)
	}
}
