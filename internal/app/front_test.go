package app_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"hamlet/internal/app"
)

// talk is a connection over which a test speaks HTTP by hand.
type talk struct {
	net.Conn
	answers *bufio.Reader
}

func (r *running) talk(t *testing.T) *talk {
	t.Helper()
	var d net.Dialer
	c, err := d.DialContext(t.Context(), "tcp", strings.TrimPrefix(r.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if err := c.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	return &talk{c, bufio.NewReader(c)}
}

func (c *talk) say(t *testing.T, text string) {
	t.Helper()
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
}

// hear reads an answer: its status, whether net/http gave it (which gives every
// request an id), and its text.
func (c *talk) hear(t *testing.T) (status int, quick bool, text string) {
	t.Helper()
	res, err := http.ReadResponse(c.answers, nil)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	return res.StatusCode, res.Header.Get("X-Request-Id") == "", string(b)
}

const view = "GET /posts/first HTTP/1.1\r\nHost: localhost\r\n\r\n"

// reading is a running blog with a post that is ready. Its folder is fixed: one that
// is watched is read again when the watch begins, and the page would have to be looked
// up anew, perhaps just when a test asks for it.
func reading(t *testing.T, change func(*app.Config)) *running {
	t.Helper()
	c := good(t)
	change(&c)
	r := run(t, c, app.World{Content: fstest.MapFS{"posts/first.md": {Data: []byte(firstPost)}}})
	r.waitLog(t, "msg=listening")
	for range 2 {
		if status, _ := r.get(t, "/posts/first"); status != http.StatusOK {
			t.Fatalf("got %d", status)
		}
	}
	return r
}

// TestConnection sends over one connection what readers send, and what net/http
// has to judge: everything is answered, in order.
func TestConnection(t *testing.T) {
	t.Parallel()
	r := reading(t, func(*app.Config) {})
	form := "author=Ada&body=" + strings.ReplaceAll(view, " ", "+") // looks like a request
	post := fmt.Sprintf("POST /posts/first/comments HTTP/1.1\r\nHost: localhost\r\n"+
		"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", len(form), form)
	for _, tt := range []struct {
		name string
		said []string // in one piece each
		want []int
	}{
		{"one by one", []string{view, view, view}, []int{200, 200, 200}},
		{"all at once", []string{view + view + view}, []int{200, 200, 200}},
		{"in pieces", []string{view[:1], view[1:7], view[7:]}, []int{200}},
		{"a piece too many", []string{view + view[:20], view[20:]}, []int{200, 200}},
		{"something else between", []string{view + "GET /none HTTP/1.1\r\nHost: localhost\r\n\r\n" + view, view}, []int{200, 404, 200, 200}},
		{"a form", []string{view, post + view, view}, []int{200, 303, 200, 200}},
		{"a form in pieces", []string{view + post[:len(post)-len(form)], form, view}, []int{200, 303, 200}},
		{"no HTTP", []string{view, "hello\r\n\r\n"}, []int{200, 400}},
		{"the end", []string{view, "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"}, []int{200, 200}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := r.talk(t)
			for _, said := range tt.said {
				c.say(t, said)
			}
			for i, want := range tt.want {
				if status, _, text := c.hear(t); status != want {
					t.Errorf("answer %d: got %d, want %d\n%s", i+1, status, want, text)
				}
			}
		})
	}
}

// TestQuickConnection sees who answers.
func TestQuickConnection(t *testing.T) {
	t.Parallel()
	for _, log := range []string{"off", "on"} {
		r := reading(t, func(c *app.Config) { c.AccessLog = log })
		c := r.talk(t)
		c.say(t, view)
		if _, quick, text := c.hear(t); quick != (log == "off") || !strings.Contains(text, "Hello.") {
			t.Errorf("access log %s: answered quickly: %v\n%s", log, quick, text)
		}
	}
}

// TestStopWithOpenConnections ends a blog whose readers keep their connections:
// nobody has to wait for them.
func TestStopWithOpenConnections(t *testing.T) {
	t.Parallel()
	r := reading(t, func(*app.Config) {})
	silent, reader := r.talk(t), r.talk(t)
	reader.say(t, view)
	reader.hear(t)
	r.stop()
	select {
	case <-r.done:
		if r.err != nil {
			t.Error(r.err)
		}
	case <-time.After(time.Minute):
		t.Error("still running after a minute")
	}
	for _, c := range []*talk{silent, reader} {
		if _, err := c.answers.ReadByte(); err == nil {
			t.Error("a connection is still open")
		}
	}
}

// glut asks for more than a connection holds, of which only the first byte is
// read; the rest waits.
func (c *talk) glut(t *testing.T) {
	t.Helper()
	if err := c.Conn.(*net.TCPConn).SetReadBuffer(4 << 10); err != nil {
		t.Fatal(err)
	}
	c.say(t, strings.Repeat(view, 70))
	if _, err := c.answers.Peek(1); err != nil {
		t.Fatal(err)
	}
}

// much is a running blog with a post of which 70 are more than a connection holds.
// Its folder is fixed, as that of reading is.
func much(t *testing.T) *running {
	t.Helper()
	post := firstPost + strings.Repeat("Much. ", 50_000)
	r := run(t, good(t), app.World{Content: fstest.MapFS{"posts/first.md": {Data: []byte(post)}}})
	r.waitLog(t, "msg=listening")
	first := r.talk(t)
	first.say(t, view)
	first.hear(t) // it is ready now, without compression too
	return r
}

// TestSlowReader: how long a client may take to read does not depend on how long
// it may take to ask.
func TestSlowReader(t *testing.T) {
	t.Parallel()
	r := much(t)
	l := listen(t)
	f := r.NewFront(l, 10*time.Millisecond)
	r.URL = "http://" + l.Addr().String()
	r.talk(t).glut(t)
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	patience, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := f.Finish(patience); err != nil {
		t.Errorf("still answering somebody who reads nothing: %v", err)
	}
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// exhausted is a listener that has one connection to give, then an error each time.
type exhausted struct {
	net.Listener
	err  error
	once sync.Once
}

func (l *exhausted) Accept() (c net.Conn, err error) {
	err = &net.OpError{Op: "accept", Net: "tcp", Err: os.NewSyscallError("accept4", l.err)}
	l.once.Do(func() { c, err = l.Listener.Accept() })
	return c, err
}

// TestListenerThatFails: while there are no more connections to be had, those that
// are there go on; net/http does not rest before it takes them.
func TestListenerThatFails(t *testing.T) {
	t.Parallel()
	r := reading(t, func(*app.Config) {})
	for _, tt := range []struct {
		err    syscall.Errno
		passes bool
	}{{syscall.EMFILE, true}, {syscall.EINVAL, false}} {
		l := listen(t)
		f := r.NewFront(&exhausted{Listener: l, err: tt.err}, time.Hour)
		t.Cleanup(func() { _ = f.Close() })
		var d net.Dialer
		c, err := d.DialContext(t.Context(), "tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		if tt.passes {
			r.waitLog(t, "too many open files")
			(&talk{Conn: c}).say(t, "GET /none HTTP/1.1\r\n")
		}
		got, err := f.Accept()
		if tt.passes && err != nil || !tt.passes && !errors.Is(err, tt.err) {
			t.Errorf("%v: got %v, %v", tt.err, got, err)
		}
		_ = c.Close()
	}
}
