package web

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hamlet/internal/site"
)

// shelf is a cache with a site that can change, and a clock that stands.
type shelf struct {
	*pageCache
	site *site.Site
	at   time.Time
}

func newShelf(maxBytes int) *shelf {
	s := &shelf{site: &site.Site{}, at: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	s.pageCache = newPageCache(maxBytes, func() time.Time { return s.at })
	s.serve(s.site)
	return s
}

func (s *shelf) get(t *testing.T, src source) *page {
	t.Helper()
	p, err := s.page(t.Context(), s.site, src, func() time.Time { return s.at })
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// hot is the page that is found without the router.
func (s *shelf) hot(target string) *page {
	return s.ready(httptest.NewRequest("GET", target, http.NoBody), s.site)
}

// sized makes a page of so many bytes that cannot be compressed.
func sized(key string, n int) source {
	return source{key: key, stamp: "1", make: func(context.Context, *page) (answer, error) {
		return answer{kind: "image/png", body: make([]byte, n)}, nil
	}}
}

func TestCacheMakesAPageOncePerStampAndThread(t *testing.T) {
	t.Parallel()
	s := newShelf(100_000)
	made := 0
	get := func(stamp string) {
		s.get(t, source{key: "/a", stamp: stamp, thread: "a", make: func(context.Context, *page) (answer, error) {
			made++
			return answer{kind: "text/plain", body: fmt.Append(nil, "page ", made)}, nil
		}})
	}
	for i, step := range []struct {
		stamp   string
		changed string // thread that changes before
		want    int
	}{
		{"a", "", 1},
		{"a", "", 1},
		{"a", "b", 1},
		{"a", "a", 2},
		{"a", "", 2},
		{"b", "", 3},
		{"b", "", 3},
	} {
		if step.changed != "" {
			s.threads.changed(step.changed)
		}
		if get(step.stamp); made != step.want {
			t.Errorf("step %d: made %d times, want %d", i, made, step.want)
		}
	}
	if len(s.clock) != 1 {
		t.Errorf("kept %d pages, want 1", len(s.clock))
	}
}

func TestReady(t *testing.T) {
	t.Parallel()
	s := newShelf(100_000)
	src := sized("/a", 10)
	src.thread = "a"
	s.get(t, src)
	s.get(t, sized("/caf%C3%A9", 10))
	s.get(t, sized("/a%2Fb", 10))
	static := sized("/static/x?v=1", 10)
	static.stamp = everlasting
	s.get(t, static)
	for target, want := range map[string]bool{
		"/a": true, "/a?": true, "/a?x=1": false, "/A": false, "/a/": false, "/%61": false, "/b": false,
		"/caf%C3%A9": true, "/caf%c3%a9": false, "/a%2Fb": false, "/a/b": false,
		"/static/x?v=1": true, "/static/x?v=2": false, "/static/x": false,
		"http://blog.example.org/a": true,
	} {
		if got := s.hot(target) != nil; got != want {
			t.Errorf("%s: ready %v, want %v", target, got, want)
		}
	}
	if s.ready(httptest.NewRequest("POST", "/a", http.NoBody), s.site) != nil {
		t.Error("POST: ready")
	}
	s.threads.changed("a")
	if s.hot("/a") != nil {
		t.Error("ready, and its thread has changed")
	}
	s.get(t, src)
	s.site = &site.Site{}
	if s.hot("/a") != nil {
		t.Error("ready, and the site has changed")
	}
	if s.hot("/static/x?v=1") == nil {
		t.Error("a static file is not ready, for the site has changed")
	}
	s.serve(s.site)
	if s.hot("/a") != nil {
		t.Error("ready, and nobody looked whether the new site changes it")
	}
	s.get(t, src)
	if s.hot("/a") == nil {
		t.Error("not ready, and it is as it was")
	}
}

// TestAllThreads: a page with the comments of all posts changes with each.
func TestAllThreads(t *testing.T) {
	t.Parallel()
	s := newShelf(100_000)
	src := sized("/comments.xml", 10)
	src.thread = allThreads
	s.get(t, src)
	s.threads.changed("never looked at")
	if s.hot("/comments.xml") != nil {
		t.Error("still ready after a comment")
	}
}

func TestCacheIsBounded(t *testing.T) {
	t.Parallel()
	one := sized("/0", 1000)
	probe := newShelf(100_000)
	size := probe.get(t, one).size
	s := newShelf(3*size + size/2)
	for _, key := range []string{"/0", "/1", "/2", "/0", "/1", "/2", "/3"} {
		s.get(t, sized(key, 1000))
	}
	if len(s.clock) != 3 || s.bytes > s.max {
		t.Fatalf("kept %d pages of %d bytes, want 3 of at most %d", len(s.clock), s.bytes, s.max)
	}
	s.get(t, sized("/huge", 10*size))
	if s.hot("/huge") != nil || len(s.clock) != 3 {
		t.Errorf("a page larger than the cache: kept, or others are gone for it")
	}
	s.get(t, sized("/loved", 1000))
	s.hot("/loved")
	for i := range 1000 {
		s.get(t, sized("/n"+strconv.Itoa(i), 1000))
		if s.hot("/loved") == nil {
			t.Fatalf("a page that is asked for again and again went after %d others", i)
		}
	}
	kept, bytes := 0, 0
	for i := range s.shards {
		for _, p := range *s.shards[i].Load() {
			kept, bytes = kept+1, bytes+p.size
		}
	}
	if kept != len(s.clock) || bytes != s.bytes || bytes > s.max {
		t.Errorf("kept %d pages of %d bytes, counted %d of %d, at most %d", kept, bytes, len(s.clock), s.bytes, s.max)
	}
}

func TestCacheKeepsNoFailure(t *testing.T) {
	t.Parallel()
	s := newShelf(100_000)
	boom := errors.New("boom")
	_, err := s.page(t.Context(), s.site, source{key: "/a", stamp: "1", make: func(context.Context, *page) (answer, error) {
		return answer{}, boom
	}}, time.Now)
	if !errors.Is(err, boom) || s.hot("/a") != nil {
		t.Errorf("got %v, want boom, and nothing kept", err)
	}
	s.get(t, sized("/a", 10))
}

func TestCacheOutlivesTheFirstReader(t *testing.T) {
	t.Parallel()
	s := newShelf(100_000)
	gone, leave := context.WithCancel(t.Context())
	leave()
	_, err := s.page(gone, s.site, source{key: "/a", stamp: "1", make: func(ctx context.Context, _ *page) (answer, error) {
		return answer{kind: "text/plain"}, ctx.Err()
	}}, time.Now)
	if err != nil {
		t.Errorf("the making of a page ended with its first reader: %v", err)
	}
}

func TestCacheUnderLoad(t *testing.T) {
	t.Parallel()
	s := newShelf(100_000)
	var made atomic.Int32
	src := source{key: "/a", stamp: "1", thread: "a", make: func(context.Context, *page) (answer, error) {
		made.Add(1)
		return answer{kind: "text/plain", body: []byte("a")}, nil
	}}
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() { s.get(t, src) })
	}
	wg.Wait()
	if n := made.Load(); n != 1 {
		t.Errorf("the page was made %d times by 50 readers, want once", n)
	}
}

// TestNobodySeesWhatWasBefore lets readers ask while comments come and go: who
// asks after a change was told must see it, however the making of pages and the
// changes overlap.
func TestNobodySeesWhatWasBefore(t *testing.T) {
	t.Parallel()
	s := newShelf(20_000)
	const posts = 3
	var kept, told [posts]atomic.Int64 // comments in the database; of those, how many were told
	source := func(post int) source {
		key := "/" + strconv.Itoa(post)
		return source{key: key, stamp: "1", thread: key, make: func(context.Context, *page) (answer, error) {
			n := kept[post].Load()
			for range rand.IntN(3) {
				runtime.Gosched() // so that changes fall into the making
			}
			return answer{kind: "text/plain", body: strconv.AppendInt(nil, n, 10)}, nil
		}}
	}
	var readers, writers sync.WaitGroup
	stop := make(chan struct{})
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				post := rand.IntN(posts)
				want := told[post].Load()
				src := source(post)
				p := s.hot(src.key)
				if p == nil {
					p = s.get(t, src)
				}
				text, err := p.bodies.Load().text()
				if err != nil {
					t.Error(err)
				}
				if got, _ := strconv.ParseInt(string(text), 10, 64); got < want {
					t.Errorf("post %d shows %d comments after %d were told", post, got, want)
					return
				}
			}
		})
	}
	for post := range posts {
		writers.Go(func() {
			for range 300 {
				n := kept[post].Add(1)
				s.threads.changed("/" + strconv.Itoa(post))
				told[post].Store(n)
				runtime.Gosched()
			}
		})
	}
	writers.Wait()
	close(stop)
	readers.Wait()
}

// TestCacheAsksAgainAtTheTime: a page that is good until some time is found without the
// router until then, and not after.
func TestCacheAsksAgainAtTheTime(t *testing.T) {
	t.Parallel()
	s := newShelf(100_000)
	midnight := s.at.Add(time.Hour)
	src := sized("/a", 10)
	src.until = midnight
	first := s.get(t, src)
	s.at = midnight.Add(-time.Nanosecond)
	if s.hot("/a") != first {
		t.Error("not found before its time")
	}
	s.at = midnight
	if s.hot("/a") != nil {
		t.Error("found after its time")
	}
	src.stamp, src.until = "2", midnight.Add(time.Hour)
	if second := s.get(t, src); second == first || s.hot("/a") != second {
		t.Error("not made again")
	}
}
