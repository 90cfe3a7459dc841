package app_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"hamlet/internal/app"
	"hamlet/internal/content"
)

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// lines hands a log on, line by line. It holds more lines than a test makes.
type lines chan string

func (l lines) Write(p []byte) (int, error) {
	l <- string(p)
	return len(p), nil
}

// running is a blog that serves over real TCP.
type running struct {
	*app.App
	log  lines
	stop context.CancelFunc
	done chan struct{} // closed when Run is over
	err  error         // what Run returned
}

// run starts a blog and ends it with the test.
func run(t *testing.T, c app.Config, w app.World) *running {
	t.Helper()
	log := make(lines, 10_000)
	ctx, stop := context.WithCancel(t.Context())
	w.Log, w.QuickPasswords = slog.New(slog.NewTextHandler(log, nil)), true
	a, err := app.Open(ctx, c, w)
	if err != nil {
		stop()
		t.Fatal(err)
	}
	r := &running{App: a, log: log, stop: stop, done: make(chan struct{})}
	go func() {
		r.err = a.Run(ctx)
		close(r.done)
	}()
	t.Cleanup(func() {
		stop()
		<-r.done
		if err := a.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return r
}

// waitLog reads the log up to a line that matches.
func (r *running) waitLog(t *testing.T, pattern string) string {
	t.Helper()
	re := regexp.MustCompile(pattern)
	for enough := time.After(time.Minute); ; {
		select {
		case line := <-r.log:
			if re.MatchString(line) {
				return line
			}
		case <-r.done:
			t.Fatalf("the blog ended (%v) without logging %q", r.err, pattern)
		case <-enough:
			t.Fatalf("nothing like %q in the log for a minute", pattern)
		}
	}
}

func (r *running) get(t *testing.T, path string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.URL+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

const firstPost = "---\ntitle: First\ndate: 2026-11-01\n---\nHello.\n"

func TestChangesShowWithoutRestart(t *testing.T) {
	t.Parallel()
	c := good(t)
	write(t, filepath.Join(c.Content, "posts/first.md"), firstPost)
	r := run(t, c, app.World{})
	if line := r.waitLog(t, "msg=listening"); !strings.Contains(line, "url="+r.URL) {
		t.Errorf("got %q, want it to say url=%s", line, r.URL)
	}
	r.waitLog(t, `setup_url="?`+regexp.QuoteMeta(r.URL)+`/admin/setup\?token=`)
	r.waitLog(t, "msg=watching")

	write(t, filepath.Join(c.Content, "posts/second.md"), strings.ReplaceAll(firstPost, "First", "Second"))
	r.waitLog(t, "content loaded")
	if code, body := r.get(t, "/posts/second"); code != http.StatusOK || !strings.Contains(body, "Second") {
		t.Errorf("new post: got %d", code)
	}

	write(t, filepath.Join(c.Content, "posts/second.md"), "---\ntitel: Broken\n---\n")
	r.waitLog(t, "content is broken")
	if code, body := r.get(t, "/posts/second"); code != http.StatusOK || !strings.Contains(body, "Second") {
		t.Errorf("broken post: got %d, want the last good version", code)
	}
}

func TestBrokenContentStopsTheStart(t *testing.T) {
	t.Parallel()
	c := good(t)
	write(t, filepath.Join(c.Content, "posts/broken.md"), "---\ndarft: true\n---\n")
	_, err := app.Open(t.Context(), c, app.World{})
	if _, ok := errors.AsType[content.Problems](err); !ok {
		t.Fatalf("got %v, want content.Problems", err)
	}
}

func TestEndIsOrderly(t *testing.T) {
	t.Parallel()
	r := run(t, good(t), app.World{})
	r.waitLog(t, "listening")
	if code, _ := r.get(t, "/"); code != http.StatusOK {
		t.Errorf("front page of an empty blog: got %d, want 200", code)
	}
	r.stop()
	<-r.done
	if r.err != nil {
		t.Errorf("got %v, want an orderly end", r.err)
	}
}

func TestDataFolderIsPrivateAndTheKeyStays(t *testing.T) {
	t.Parallel()
	c := good(t)
	open := func() []byte {
		a, err := app.Open(t.Context(), c, app.World{})
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
		key, err := os.ReadFile(filepath.Join(c.Data, "hamlet.key"))
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	first := open()
	if again := open(); string(again) != string(first) {
		t.Error("the key changed over a restart")
	}
	for name, want := range map[string]os.FileMode{"": 0o700, "hamlet.key": 0o600, "hamlet.db": 0o600} {
		info, err := os.Stat(filepath.Join(c.Data, name))
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("mode of %q: got %o, want %o", name, got, want)
		}
	}
	keyFile := filepath.Join(c.Data, "hamlet.key")
	if err := os.Remove(keyFile); err != nil {
		t.Fatal(err)
	}
	if _, err := app.Open(t.Context(), c, app.World{}); err == nil || !strings.Contains(err.Error(), "hamlet.key is missing") {
		t.Errorf("a lost key: got %v, want an error that says so", err)
	}
	if _, err := os.Stat(keyFile); err == nil {
		t.Error("a lost key was replaced by one that does not fit")
	}
	if err := os.WriteFile(keyFile, []byte("short\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := app.Open(t.Context(), c, app.World{}); err == nil || !strings.Contains(err.Error(), "hamlet.key") {
		t.Errorf("a damaged key: got %v, want an error that names the file", err)
	}
}

func TestDataFolderThatCannotBe(t *testing.T) {
	t.Parallel()
	c := good(t)
	write(t, c.Content+"/file", "")
	c.Data = c.Content + "/file/data"
	_, err := app.Open(t.Context(), c, app.World{})
	if se, ok := errors.AsType[*app.SettingError](err); !ok || se.Setting != "data" {
		t.Errorf("got %v, want a SettingError about data", err)
	}
}

func TestTwoServersOnOneAddress(t *testing.T) {
	t.Parallel()
	first := run(t, good(t), app.World{})
	c := good(t)
	c.Addr = strings.TrimPrefix(first.URL, "http://")
	_, err := app.Open(t.Context(), c, app.World{})
	var se *app.SettingError
	if !errors.As(err, &se) || se.Setting != "addr" {
		t.Errorf("got %v, want a SettingError about addr", err)
	}
}

// noonPost is due at noon.
const noonPost = "---\ntitle: Later\ndate: 2026-11-22T12:00:00Z\n---\nNow.\n"

// noonWhen is a clock that stands just before noon until due, and past it then.
func noonWhen(due *atomic.Bool) func() time.Time {
	noon := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	return func() time.Time {
		if due.Load() {
			return noon.Add(time.Hour)
		}
		return noon.Add(-50 * time.Millisecond)
	}
}

func TestScheduledPostAppears(t *testing.T) {
	t.Parallel()
	c := good(t)
	write(t, filepath.Join(c.Content, "posts/later.md"), noonPost)
	var due atomic.Bool
	r := run(t, c, app.World{Now: noonWhen(&due)})
	r.waitLog(t, "listening")
	if code, _ := r.get(t, "/posts/later"); code != http.StatusNotFound {
		t.Errorf("before its time: got %d, want 404", code)
	}
	due.Store(true)
	for code := 0; code != http.StatusOK; {
		// The folder may be read at this very moment; then that shows the post.
		r.waitLog(t, "scheduled post appears|content loaded")
		code, _ = r.get(t, "/posts/later")
	}
}

// TestScheduledPostAppearsBesideABrokenFile also counts the log lines: a post that
// is due must not make the program load the folder again and again.
func TestScheduledPostAppearsBesideABrokenFile(t *testing.T) {
	t.Parallel()
	c := good(t)
	write(t, filepath.Join(c.Content, "posts/later.md"), noonPost)
	var due atomic.Bool
	r := run(t, c, app.World{Now: noonWhen(&due)})
	r.waitLog(t, "watching")
	write(t, filepath.Join(c.Content, "posts/broken.md"), "---\ndarft: true\n---\n")
	r.waitLog(t, "content is broken")
	due.Store(true)
	r.waitLog(t, "scheduled post appears")
	if code, _ := r.get(t, "/posts/later"); code != http.StatusOK {
		t.Errorf("the post that is due: got %d, want 200", code)
	}
	for len(r.log) > 0 {
		if line := <-r.log; strings.Contains(line, "content") {
			t.Errorf("logged again: %s", line)
		}
	}
}

func TestFolderThatGoesAwayLeavesTheLastGoodVersion(t *testing.T) {
	t.Parallel()
	c := good(t)
	c.Content = filepath.Join(c.Content, "blog") // its parent stays
	write(t, filepath.Join(c.Content, "posts/first.md"), firstPost)
	r := run(t, c, app.World{})
	r.waitLog(t, "watching")
	if err := os.Rename(c.Content, c.Content+"-away"); err != nil {
		t.Fatal(err)
	}
	if err := r.Reload(); err == nil {
		t.Error("the folder is gone and Reload says nothing")
	}
	if code, _ := r.get(t, "/posts/first"); code != http.StatusOK {
		t.Errorf("while the folder is away: got %d, want 200", code)
	}
	write(t, filepath.Join(c.Content+"-away", "posts/second.md"), firstPost)
	if err := os.Rename(c.Content+"-away", c.Content); err != nil {
		t.Fatal(err)
	}
	if err := r.Reload(); err != nil {
		t.Errorf("the folder is back: %v", err)
	}
	if code, _ := r.get(t, "/posts/second"); code != http.StatusOK {
		t.Errorf("when the folder is back: got %d, want 200", code)
	}
}

func TestEndDoesNotWaitForeverForASlowClient(t *testing.T) {
	t.Parallel()
	c := good(t)
	write(t, filepath.Join(c.Content, "posts/first.md"), firstPost)
	r := run(t, c, app.World{})
	r.SetDrain(10 * time.Millisecond)
	var d net.Dialer
	conn, err := d.DialContext(t.Context(), "tcp", strings.TrimPrefix(r.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	// A form of which only the beginning arrives; the blog asks for the rest when
	// a handler has begun to read.
	const head = "POST /posts/first/comments HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n" +
		"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\n"
	if _, err := io.WriteString(conn, head); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(conn, make([]byte, len("HTTP/1.1 100 Continue"))); err != nil {
		t.Fatal(err)
	}
	r.stop()
	r.waitLog(t, "stopped with requests under way")
	<-r.done
	if r.err != nil {
		t.Errorf("got %v, want an orderly end", r.err)
	}
}
