package web

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"testing/fstest"
	"time"

	"hamlet/internal/content"
	"hamlet/internal/site"
)

// hasty starts a server whose time to write an answer is up before it begins,
// as it is in the middle of a download that takes longer than a page may.
func hasty(t *testing.T, h http.Handler) *httptest.Server {
	t.Helper()
	srv := httptest.NewUnstartedServer(h)
	srv.Config.WriteTimeout = time.Nanosecond
	srv.Start()
	t.Cleanup(srv.Close)
	return srv
}

func TestFilesTakeTheirTime(t *testing.T) {
	t.Parallel()
	folder := fstest.MapFS{
		"posts/boat/index.md": {Data: []byte("---\ntitle: Boat\ndate: 2026-02-01\n---\nA boat.\n")},
		"posts/boat/film.mp4": {Data: make([]byte, 1<<20)},
	}
	lib, err := content.Load(folder)
	if err != nil {
		t.Fatal(err)
	}
	s := bare(t, io.Discard)
	blog := site.Build(lib, site.Options{BaseURL: "https://blog.example.org", Now: s.Now()})
	s.Site, s.Files = func() *site.Site { return blog }, folder
	srv := hasty(t, s)
	res, err := srv.Client().Get(srv.URL + "/posts/boat/film.mp4")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if n, err := io.Copy(io.Discard, res.Body); n != 1<<20 || err != nil {
		t.Errorf("got %d bytes, %v, want the whole film", n, err)
	}
}

// TestPatienceEnds reads nothing of an endless download. It hangs if nobody cuts
// the reader off.
func TestPatienceEnds(t *testing.T) {
	t.Parallel()
	cut := make(chan error, 1)
	srv := hasty(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w, done, err := patient(w, 10*time.Millisecond)
		if err != nil {
			cut <- err
			return
		}
		defer done()
		for err == nil {
			_, err = w.Write(make([]byte, 1<<16))
		}
		cut <- err
	}))
	conn, err := net.Dial("tcp", srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: example.org\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if err := <-cut; !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the writer got %v, want a timeout", err)
	}
}
