package app_test

import (
	"bufio"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"hamlet/internal/app"
)

// TestEndEndsStreams ends a blog while somebody waits for new comments, over a
// connection that read a page before: the stream ends in order, and at once.
func TestEndEndsStreams(t *testing.T) {
	t.Parallel()
	c := good(t)
	write(t, filepath.Join(c.Content, "posts/first.md"), firstPost)
	r := run(t, c, app.World{})
	conn := r.talk(t)
	conn.say(t, "GET /posts/first HTTP/1.1\r\nHost: x\r\n\r\n")
	if status, _, _ := conn.hear(t); status != http.StatusOK {
		t.Fatalf("the page: got %d", status)
	}
	conn.say(t, "GET /posts/first/comments/live HTTP/1.1\r\nHost: x\r\n\r\n")
	res, err := http.ReadResponse(conn.answers, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	in := bufio.NewScanner(res.Body)
	if !in.Scan() || in.Text() != `data: {"count":0,"newest":0}` {
		t.Fatalf("heard %q, %v", in.Text(), in.Err())
	}
	r.stop()
	for in.Scan() {
	}
	if err := in.Err(); err != nil {
		t.Errorf("the stream was cut off: %v", err)
	}
	<-r.done
	if r.err != nil {
		t.Errorf("got %v, want an orderly end", r.err)
	}
	for len(r.log) > 0 {
		if line := <-r.log; strings.Contains(line, "under way") {
			t.Errorf("the end waited for the stream: %s", line)
		}
	}
}
