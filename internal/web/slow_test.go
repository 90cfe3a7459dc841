package web_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// TestSlowBodies: a body that does not come in time is not called damaged. Who sent it is
// told so, gets back as much of the text as came, and the connection ends, for nobody knows
// where in it the next request would begin.
func TestSlowBodies(t *testing.T) {
	t.Parallel()
	srv := httptest.NewUnstartedServer(open(t).Web())
	srv.Config.ReadTimeout = 200 * time.Millisecond
	srv.Start()
	t.Cleanup(srv.Close)
	const form = "application/x-www-form-urlencoded"
	for _, tt := range []struct {
		name, path, kind, sent, accept string
		want                           []string
	}{
		{"a comment", "/posts/boat/comments", form, "author=Ada&body=The+boat+le", "text/html", []string{"did not arrive in time", "The boat le</textarea>"}},
		{"a comment in parts", "/posts/boat/comments", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"body\"\r\n\r\nThe boat le", "text/html", []string{"The boat le</textarea>"}},
		{"nothing of a comment", "/posts/boat/comments", form, "", "text/html", []string{"did not arrive in time"}},
		{"a webmention", "/webmention", form, "source=https", "text/html", []string{"did not arrive in time"}},
		{"a comment of a program", boatAPI, "application/json", `{"body": "The bo`, "application/json", []string{`"status":408`, "did not arrive in time"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			conn, err := net.Dial("tcp", srv.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = conn.Close() }()
			_, err = fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: blog.example.org\r\nAccept: %s\r\nContent-Type: %s\r\nContent-Length: 500\r\n\r\n%s",
				tt.path, tt.accept, tt.kind, tt.sent)
			if err != nil {
				t.Fatal(err)
			}
			res, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = res.Body.Close() }()
			page, err := io.ReadAll(res.Body)
			if res.StatusCode != http.StatusRequestTimeout || !res.Close || err != nil {
				t.Errorf("got %d, %v (the connection ends: %t), want 408 and the end", res.StatusCode, err, res.Close)
			}
			has(t, string(page), tt.want...)
			if n, err := conn.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
				t.Errorf("after the answer: got %d bytes, %v, want the end", n, err)
			}
		})
	}
}
