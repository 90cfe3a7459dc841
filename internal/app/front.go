package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"runtime/debug"
	"sync"
	"syscall"
	"time"

	"hamlet/internal/web"
)

// front is a listener that answers itself what is quickly answered: as long as
// all that comes over a connection are plain requests for pages that are ready, it
// never gets to net/http. With the first other request the connection goes there,
// unread from that request on, and stays. Half of what a page view costs is saved
// that way, and most pages are read over connections that ask for nothing else.
type front struct {
	net.Listener
	quick func() *web.Quick
	log   *slog.Logger
	limit limits

	handed chan net.Conn
	failed chan error
	done   chan struct{}
	once   sync.Once
	served sync.WaitGroup

	mu    sync.Mutex
	conns map[*net.TCPConn]bool // those that net/http does not have
}

// limits are how long a client may take.
type limits struct {
	header time.Duration // for the first bytes
	idle   time.Duration // between requests
	write  time.Duration // to take an answer
}

// newFront begins to accept connections; [front.Close] ends that.
func newFront(l net.Listener, quick func() *web.Quick, limit limits, log *slog.Logger) *front {
	f := &front{
		Listener: l, quick: quick, log: log, limit: limit,
		handed: make(chan net.Conn), failed: make(chan error), done: make(chan struct{}),
		conns: map[*net.TCPConn]bool{},
	}
	f.served.Go(f.accept)
	return f
}

// accept takes connections until the listener is closed, or fails for good.
func (f *front) accept() {
	var rest time.Duration
	for {
		c, err := f.Listener.Accept()
		switch {
		case err == nil:
			rest = 0
			f.served.Go(func() { f.serve(c.(*net.TCPConn)) })
		case passes(err):
			rest = min(max(2*rest, 5*time.Millisecond), time.Second)
			if !f.rest(rest, err) {
				return
			}
		default:
			select {
			case f.failed <- err:
			case <-f.done:
			}
			return
		}
	}
}

// passes reports whether an error of the listener passes when a connection ends:
// there are no more file descriptors.
func passes(err error) bool {
	no, ok := errors.AsType[syscall.Errno](err)
	return ok && no.Temporary()
}

// rest waits before the listener is asked again; false: it is closed. net/http
// would wait too, but not take the connections that are open already meanwhile.
func (f *front) rest(d time.Duration, err error) bool {
	f.log.Error("accept connections", "error", err, "again_in", d)
	select {
	case <-time.After(d):
		return true
	case <-f.done:
		return false
	}
}

// Accept is the next connection that needs net/http.
func (f *front) Accept() (net.Conn, error) {
	select {
	case c := <-f.handed:
		return c, nil
	case err := <-f.failed:
		return nil, err
	case <-f.done:
		return nil, net.ErrClosed
	}
}

// Close stops listening, and ends the connections that wait for a request.
func (f *front) Close() error {
	err := net.ErrClosed
	f.once.Do(func() {
		close(f.done)
		err = f.Listener.Close()
		f.each(func(c *net.TCPConn) { _ = c.SetReadDeadline(time.Unix(1, 0)) })
	})
	return err
}

// finish waits until the answers under way are sent, and cuts them off when the
// context ends.
func (f *front) finish(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { f.each(func(c *net.TCPConn) { _ = c.Close() }) })
	defer stop()
	f.served.Wait()
	return ctx.Err()
}

func (f *front) each(do func(*net.TCPConn)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for c := range f.conns {
		do(c)
	}
}

// serve answers what comes over a connection, and hands it on when that is not
// for here.
func (f *front) serve(c *net.TCPConn) {
	f.mu.Lock()
	f.conns[c] = true
	f.mu.Unlock()
	rest := f.answer(c)
	f.mu.Lock()
	delete(f.conns, c)
	f.mu.Unlock()
	if rest == nil {
		_ = c.Close() // the client has gone, or is to go
		return
	}
	_ = c.SetDeadline(time.Time{}) // an error shows with the next use
	select {
	case f.handed <- &handedConn{c, rest}:
	case <-f.done:
		_ = c.Close()
	}
}

// answer answers requests until one comes that is not for here. It returns what
// came of that; nil if the connection is at its end.
func (f *front) answer(c *net.TCPConn) (rest []byte) {
	defer func() {
		if p := recover(); p != nil {
			f.log.Error("answer", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			rest = nil
		}
	}()
	quick := f.quick()
	if quick == nil {
		return []byte{}
	}
	in := make([]byte, requestSize)
	have, patience := 0, f.limit.header
	for {
		if !f.limits(c, patience) {
			return nil
		}
		n, err := c.Read(in[have:])
		if err != nil {
			return nil
		}
		have += n
		used, err := f.all(c, quick, in[:have])
		if err != nil {
			return nil
		}
		have = copy(in, in[used:have])
		if have > 0 {
			return in[:have]
		}
		patience = f.limit.idle
	}
}

// requestSize is how long a request may be that is answered here.
const requestSize = 4 << 10

// all answers the requests that in consists of, one after the other, up to the
// first that is not for here, and tells how many bytes they took.
func (f *front) all(c *net.TCPConn, quick *web.Quick, in []byte) (used int, err error) {
	for used < len(in) {
		n, head, body := quick.Answer(in[used:])
		if n == 0 {
			return used, nil
		}
		if err := c.SetWriteDeadline(time.Now().Add(f.limit.write)); err != nil {
			return used, err
		}
		out := net.Buffers{head, body}
		if _, err := out.WriteTo(c); err != nil {
			return used, err
		}
		used += n
	}
	return used, nil
}

// limits sets how long the next request may take to come; false: the blog is
// ending, and nothing is to be waited for.
func (f *front) limits(c *net.TCPConn, patience time.Duration) bool {
	if c.SetReadDeadline(time.Now().Add(patience)) != nil {
		return false
	}
	select {
	case <-f.done: // closed after the deadline was set, perhaps
		return false
	default:
		return true
	}
}

// handedConn is a connection some of which was read already.
type handedConn struct {
	*net.TCPConn
	rest []byte
}

// Read gives back what was read, then reads on.
func (c *handedConn) Read(p []byte) (int, error) {
	if len(c.rest) == 0 {
		return c.TCPConn.Read(p)
	}
	n := copy(p, c.rest)
	if c.rest = c.rest[n:]; len(c.rest) == 0 {
		c.rest = nil // the memory goes
	}
	return n, nil
}
