package app_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
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

// reading is a running blog with a post that is ready.
func reading(t *testing.T, change func(*app.Config)) *running {
	t.Helper()
	c := good(t)
	change(&c)
	write(t, filepath.Join(c.Content, "posts/first.md"), firstPost)
	r := run(t, c, app.World{})
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
	case <-time.After(10 * time.Second):
		t.Error("still running after 10 seconds")
	}
	for _, c := range []*talk{silent, reader} {
		if _, err := c.answers.ReadByte(); err == nil {
			t.Error("a connection is still open")
		}
	}
}
