package web_test

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
	"hamlet/internal/comment"
	"hamlet/internal/web"
)

// served is a blog behind a real connection whose server gives each request little time.
func served(t *testing.T, beat time.Duration) (b *apptest.Blog, s *web.Server, url string) {
	t.Helper()
	b = open(t)
	s = b.Web()
	s.SetLive(3, 2, 100, beat)
	srv := httptest.NewUnstartedServer(s)
	srv.Config.ReadTimeout, srv.Config.WriteTimeout = 200*time.Millisecond, 200*time.Millisecond
	srv.Start()
	t.Cleanup(srv.Close)
	t.Cleanup(s.Close) // before the server, which waits for its streams
	return b, s, srv.URL
}

// listenTo opens a stream of what happens under the boat.
func listenTo(t *testing.T, ctx context.Context, url string) (*http.Response, *bufio.Scanner) {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, "GET", url+"/posts/boat/comments/live", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept-Encoding", "gzip, br")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = res.Body.Close() })
	return res, bufio.NewScanner(res.Body)
}

// hears waits for an announcement.
func hears(t *testing.T, in *bufio.Scanner, want string) {
	t.Helper()
	for in.Scan() {
		if got, said := strings.CutPrefix(in.Text(), "data: "); said {
			if got != want {
				t.Fatalf("heard %s, want %s", got, want)
			}
			return
		}
	}
	t.Fatalf("the stream ended: %v, want %s", in.Err(), want)
}

// hearsAtLast waits for an announcement; there may be some before it of what was half done.
func hearsAtLast(t *testing.T, in *bufio.Scanner, want string) {
	t.Helper()
	var heard []string
	for in.Scan() {
		if heard = append(heard, in.Text()); in.Text() == "data: "+want {
			return
		}
	}
	t.Fatalf("the stream ended: %v, heard %q, want %s", in.Err(), heard, want)
}

// until waits for something that happens soon.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.After(2 * time.Minute); !ok(); {
		select {
		case <-deadline:
			t.Fatalf("waited in vain: %s", what)
		case <-time.After(time.Millisecond):
		}
	}
}

func TestLive(t *testing.T) {
	t.Parallel()
	b, s, url := served(t, 20*time.Millisecond)
	say := func() { b.MustComment(comment.Submission{Post: "boat", Author: "Ada", Body: "Hello"}) }
	say()
	res, in := listenTo(t, t.Context(), url) //nolint:bodyclose // listenTo closes it when the test ends
	for name, want := range map[string]string{
		"Content-Type": "text/event-stream", "Content-Encoding": "", "Cache-Control": "no-store", "X-Accel-Buffering": "no", "Set-Cookie": "",
	} {
		if got := res.Header.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	hears(t, in, `{"count":1,"newest":1}`)
	for range 30 { // three times as long as the server gives any other answer
		for range 2 { // a colon and an empty line
			if !in.Scan() {
				t.Fatalf("the stream ended: %v", in.Err())
			}
		}
	}
	say()
	hears(t, in, `{"count":2,"newest":2}`)
	b.MustComment(comment.Submission{Post: "note-01", Author: "Ada", Body: "Elsewhere"})
	say()
	hears(t, in, `{"count":3,"newest":4}`)
	b.Login("ada", account.Moderator).Post("/admin/comments/4/trash", nil)
	hears(t, in, `{"count":2,"newest":2}`)
	s.Close()
	for in.Scan() {
	}
	if err := in.Err(); err != nil {
		t.Errorf("the stream did not end in order: %v", err)
	}
	until(t, "the stream is gone", func() bool { return s.Streams() == 0 })
}

func TestLiveIsBounded(t *testing.T) {
	t.Parallel()
	_, s, url := served(t, time.Minute)
	_, in := listenTo(t, t.Context(), url) //nolint:bodyclose // with the test
	hears(t, in, `{"count":0,"newest":0}`)
	ctx, leave := context.WithCancel(t.Context())
	_, second := listenTo(t, ctx, url) //nolint:bodyclose // with the test
	hears(t, second, `{"count":0,"newest":0}`)
	refused := func() bool {
		res, _ := listenTo(t, t.Context(), url) //nolint:bodyclose // with the test
		return res.StatusCode == http.StatusServiceUnavailable && res.Header.Get("Retry-After") == "300"
	}
	if !refused() {
		t.Error("a client got more streams than one may have")
	}
	leave()
	until(t, "the stream of who left is gone", func() bool { return s.Streams() == 1 })
	s.SetPlaces(1, 9, 100)
	if !refused() {
		t.Error("there are more streams than there may be")
	}
	s.SetPlaces(9, 9, -1)
	if !refused() {
		t.Error("a stream began under load")
	}
	s.SetPlaces(9, 9, 100)
	_, third := listenTo(t, t.Context(), url) //nolint:bodyclose // with the test
	hears(t, third, `{"count":0,"newest":0}`)
}

func TestLiveOfWhatHasNoThread(t *testing.T) {
	t.Parallel()
	b := open(t)
	for target, want := range map[string]int{
		"/posts/quiet/comments/live": 404, "/posts/none/comments/live": 404, "/about/comments/live": 404,
	} {
		if r := b.Get(target); r.Code != want {
			t.Errorf("%s: got %d, want %d", target, r.Code, want)
		}
	}
	if r := request(b, "HEAD", "/posts/boat/comments/live"); r.Code != 200 || r.Header.Get("Content-Type") != "text/event-stream" {
		t.Errorf("HEAD: got %d, %v", r.Code, r.Header)
	}
}
