package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/klauspost/compress/gzhttp"
	"github.com/labstack/echo/v4"
	"golang.org/x/sync/singleflight"

	"hamlet/internal/comment"
	"hamlet/internal/content"
	"hamlet/internal/site"
)

// liveLimits bound what is announced to open pages. It is a convenience: whoever is
// over a limit is told to leave it, and misses nothing but being told.
type liveLimits struct {
	streams   int           // at once
	perClient int           // of one client
	busy      int64         // requests under way, beyond which no stream begins
	beat      time.Duration // between two signs of life, which proxies wait for
	pause     time.Duration // between two announcements
	length    time.Duration // of a stream; the browser opens another
	look      time.Duration // between two looks for what moderators are told
	write     time.Duration // for a client to take what it is told
	retry     int           // seconds, for those who are sent away
}

var liveDefaults = liveLimits{
	streams: 1000, perClient: 8, busy: 256,
	beat: 25 * time.Second, pause: 2 * time.Second, length: time.Hour, look: 5 * time.Second, write: 10 * time.Second, retry: 300,
}

// live tells open pages that a thread has more. A stream is the goroutine of its
// request and nothing else; what a thread has is read once for all its streams.
type live struct {
	liveLimits
	ended chan struct{}
	once  sync.Once
	read  singleflight.Group
	busy  atomic.Int64 // requests under way, streams too

	mu      sync.Mutex
	readers seats // by clients
	desk    seats // by users: however many read, they get theirs
	threads map[string]*liveThread
}

// seats are the streams of one kind of listeners.
type seats struct {
	total int
	of    map[string]int
}

// liveThread is a thread that somebody listens to.
type liveThread struct {
	wakes map[chan struct{}]bool
	size  comment.Size
	epoch uint64 // of the thread when size was read
	known bool
}

func newLive() *live {
	return &live{
		liveLimits: liveDefaults, ended: make(chan struct{}), threads: map[string]*liveThread{},
		readers: seats{of: map[string]int{}}, desk: seats{of: map[string]int{}},
	}
}

// Close ends the streams to open pages, which a server that is to stop would wait for.
func (s *Server) Close() { s.live.once.Do(func() { close(s.live.ended) }) }

// join begins a stream of a reader. wake is sent to when the thread changes; leave is to be
// called at the end. Without a place, leave is nil.
func (l *live) join(post, client string) (wake chan struct{}, leave func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.busy.Load()-int64(l.readers.total+l.desk.total) > l.liveLimits.busy {
		return nil, nil
	}
	return l.sit(&l.readers, post, client)
}

// joinDesk begins a stream of a user, whatever else there is to do.
func (l *live) joinDesk(user string) (wake chan struct{}, leave func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.sit(&l.desk, wakesDesk, user)
}

// sit takes a place; mu is held.
func (l *live) sit(in *seats, post, who string) (wake chan struct{}, leave func()) {
	if in.total >= l.streams || in.of[who] >= l.perClient {
		return nil, nil
	}
	t := l.threads[post]
	if t == nil {
		t = &liveThread{wakes: map[chan struct{}]bool{}}
		l.threads[post] = t
	}
	wake = make(chan struct{}, 1)
	t.wakes[wake] = true
	in.total++
	in.of[who]++
	return wake, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		in.total--
		if in.of[who]--; in.of[who] == 0 {
			delete(in.of, who)
		}
		if delete(t.wakes, wake); len(t.wakes) == 0 {
			delete(l.threads, post)
		}
	}
}

// changed wakes the streams of a thread. It never waits.
func (l *live) changed(post string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if t := l.threads[post]; t != nil {
		for wake := range t.wakes {
			select {
			case wake <- struct{}{}:
			default: // is awake already
			}
		}
	}
}

// sizeOf is how much a thread has, read when it has changed since it was last asked for.
func (s *Server) sizeOf(ctx context.Context, post string) (comment.Size, error) {
	l := s.live
	_, epoch := s.cache.threads.read(post)
	l.mu.Lock()
	t := l.threads[post]
	if t != nil && t.known && t.epoch == epoch {
		defer l.mu.Unlock()
		return t.size, nil
	}
	l.mu.Unlock()
	size, err, _ := l.read.Do(fmt.Sprintf("%s\x00%d", post, epoch), func() (any, error) {
		size, err := s.Comments.Size(context.WithoutCancel(ctx), post)
		l.mu.Lock()
		defer l.mu.Unlock()
		if t != nil && err == nil {
			t.size, t.epoch, t.known = size, epoch, true
		}
		return size, err
	})
	if err != nil {
		return comment.Size{}, err
	}
	return size.(comment.Size), nil
}

// showLive answers GET for what happens under a post, as server-sent events: how many
// comments there are and which is the newest, at once and whenever that changes.
func (s *Server) showLive(c echo.Context, p *site.Post) error {
	if p == nil || p.Comments == content.CommentsOff {
		return errNotFound
	}
	wake, leave := s.live.join(p.Slug, clientKey(c.RealIP()))
	if leave == nil {
		c.Response().Header().Set("Retry-After", fmt.Sprint(s.live.retry))
		return c.NoContent(http.StatusServiceUnavailable)
	}
	defer leave()
	out, err := s.openStream(c)
	if err != nil || c.Request().Method == http.MethodHead {
		return err
	}
	if err := s.announce(c.Request().Context(), p.Slug, wake, out); err != nil {
		s.logFault(c, http.StatusInternalServerError, err)
	}
	return nil
}

// openStream begins an answer that goes on.
func (s *Server) openStream(c echo.Context) (stream, error) {
	out := stream{w: c.Response(), rc: http.NewResponseController(c.Response().Writer), patience: s.live.write}
	h := c.Response().Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no") // nginx would wait for more
	h.Set(gzhttp.HeaderNoCompression, "yes")
	// Where no deadline can be set, there is none.
	err := errors.Join(out.rc.SetReadDeadline(time.Time{}), out.rc.SetWriteDeadline(time.Time{}))
	if err != nil && !errors.Is(err, http.ErrNotSupported) {
		return out, fmt.Errorf("keep a stream open: %w", err)
	}
	c.Response().WriteHeader(http.StatusOK)
	return out, nil
}

// announce tells of a thread until the client goes, the server ends, or the stream has
// lasted long enough. Only a fault of our own is an error.
func (s *Server) announce(ctx context.Context, post string, wake <-chan struct{}, out stream) error {
	ctx, cancel := context.WithTimeout(ctx, s.live.length)
	defer cancel()
	beat := time.NewTicker(s.live.beat)
	defer beat.Stop()
	var told comment.Size
	for first := true; ; first = false {
		size, err := s.sizeOf(ctx, post)
		if err != nil {
			return err
		}
		if first || size != told {
			told = size
			if !out.send(fmt.Sprintf("data: {\"count\":%d,\"newest\":%d}\n\n", size.Count, size.Newest)) {
				return nil
			}
		}
		if !first && !s.live.wait(ctx, time.After(s.live.pause)) || !s.live.looked(ctx, wake, nil, beat.C, out) {
			return nil
		}
	}
}

// wait waits, and reports whether there is still somebody to tell.
func (l *live) wait(ctx context.Context, until <-chan time.Time) bool {
	select {
	case <-until:
		return true
	case <-ctx.Done():
		return false
	case <-l.ended:
		return false
	}
}

// stream is an answer that goes on.
type stream struct {
	w        http.ResponseWriter
	rc       *http.ResponseController
	patience time.Duration
}

// send sends a part, and reports whether the client took it in time.
func (o stream) send(part string) bool {
	cut := time.AfterFunc(o.patience, func() { _ = o.rc.SetWriteDeadline(time.Unix(1, 0)) })
	defer cut.Stop()
	if _, err := o.w.Write([]byte(part)); err != nil {
		return false
	}
	return o.rc.Flush() == nil
}
