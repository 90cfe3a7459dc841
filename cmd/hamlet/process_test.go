package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long tests wait for what takes a moment.
const patience = 2 * time.Minute

// server is a running hamlet.
type server struct {
	URL  string
	cmd  *exec.Cmd
	log  *logWatch
	done chan error
}

// startServer starts hamlet on a free port, in a folder, and waits until it says
// where it listens.
func startServer(ctx context.Context, dir string, env []string, args ...string) (*server, error) {
	cmd := exec.CommandContext(ctx, "hamlet", append([]string{"serve", "--addr", "127.0.0.1:0"}, args...)...)
	cmd.Dir, cmd.Env = dir, env
	s := &server{cmd: cmd, log: newLogWatch(), done: make(chan error, 1)}
	cmd.Stderr = s.log
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	go func() { s.done <- cmd.Wait() }()
	select {
	case s.URL = <-s.log.url:
		return s, nil
	case err := <-s.done:
		return nil, fmt.Errorf("%s\nended at the start: %w", s.log, err)
	case <-time.After(patience):
		_ = cmd.Process.Kill()
		return nil, fmt.Errorf("%s\ndoes not say where it listens", s.log)
	}
}

// stop sends a signal and waits for the end.
func (s *server) stop(sig os.Signal) error {
	if err := s.cmd.Process.Signal(sig); err != nil {
		return err
	}
	select {
	case err := <-s.done:
		return err
	case <-time.After(patience):
		_ = s.cmd.Process.Kill()
		return fmt.Errorf("%s\n%v does not end it", s.log, sig)
	}
}

// logWatch keeps what a process logs and tells the URL it listens on.
type logWatch struct {
	mu   sync.Mutex
	text bytes.Buffer
	url  chan string
	told bool
}

func newLogWatch() *logWatch { return &logWatch{url: make(chan string, 1)} }

var listening = regexp.MustCompile(`msg=listening url=(http://127\.0\.0\.1:[0-9]+)\n`)

func (l *logWatch) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text.Write(p)
	if m := listening.FindSubmatch(l.text.Bytes()); m != nil && !l.told {
		l.told = true
		l.url <- string(m[1])
	}
	return len(p), nil
}

func (l *logWatch) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// blog writes a content folder with one post that takes comments.
func blog(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "content", "posts"), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "content", "posts", "hello.md"), "---\ntitle: Hello\ndate: 2026-01-02\n---\n\nA first post.\n")
	return dir
}

// cleanEnv is the environment without the settings of whoever runs the tests.
func cleanEnv(t *testing.T) []string {
	t.Helper()
	return program(t, "", nil).Env
}

// TestServe starts the program as a person does, reads a page and ends it as a
// service manager does.
func TestServe(t *testing.T) {
	t.Parallel()
	for _, sig := range []os.Signal{syscall.SIGTERM, os.Interrupt} {
		t.Run(sig.String(), func(t *testing.T) {
			t.Parallel()
			s, err := startServer(t.Context(), blog(t), cleanEnv(t))
			if err != nil {
				t.Fatal(err)
			}
			status, page := get(t, s.URL+"/posts/hello")
			if status != http.StatusOK || !strings.Contains(page, "A first post.") {
				t.Errorf("got %d %s", status, page)
			}
			if err := s.stop(sig); err != nil {
				t.Errorf("%s\n%v: %v, want exit code 0", s.log, sig, err)
			}
		})
	}
}

// TestServeWithoutContent starts in an empty folder: the blog is empty and the
// log says how to fill it.
func TestServeWithoutContent(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, err := startServer(t.Context(), dir, cleanEnv(t))
	if err != nil {
		t.Fatal(err)
	}
	if status, _ := get(t, s.URL+"/"); status != http.StatusOK {
		t.Errorf("got status %d, want 200", status)
	}
	if err := s.stop(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	if !strings.Contains(s.log.String(), "hamlet init DIR") {
		t.Errorf("%s\nthe log does not say how to get content", s.log)
	}
	info, err := os.Stat(filepath.Join(dir, "data"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := info.Mode().Perm(), os.FileMode(0o700); got != want {
		t.Errorf("the data folder has mode %v, want %v", got, want)
	}
}

// TestServeDrains asks for the end while a request is under way: the request is
// answered first.
func TestServeDrains(t *testing.T) {
	t.Parallel()
	s, err := startServer(t.Context(), blog(t), cleanEnv(t))
	if err != nil {
		t.Fatal(err)
	}
	form := submission("Ada", "A comment that is sent slowly.").Encode()
	conn, answers := underWay(t, s, len(form))
	ended := make(chan error, 1)
	go func() { ended <- s.stop(syscall.SIGTERM) }()
	s.log.await(t, "msg=stopping")
	if _, err := io.WriteString(conn, form); err != nil {
		t.Fatal(err)
	}
	if got := readStatus(t, answers); got != http.StatusSeeOther {
		t.Errorf("the request under way got status %d, want 303", got)
	}
	if err := <-ended; err != nil {
		t.Errorf("%s\nthe program ended with %v", s.log, err)
	}
}

// TestServeSecondSignal asks twice for the end: the second time it is not waited
// for the request under way.
func TestServeSecondSignal(t *testing.T) {
	t.Parallel()
	s, err := startServer(t.Context(), blog(t), cleanEnv(t))
	if err != nil {
		t.Fatal(err)
	}
	underWay(t, s, 100)
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	s.log.await(t, "msg=stopping")
	var exit *exec.ExitError
	if err := s.stop(syscall.SIGTERM); !errors.As(err, &exit) {
		t.Fatalf("the program ended with %v, want it to be killed", err)
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGTERM {
		t.Errorf("the program ended with %v, want it to be killed by the signal", exit)
	}
}

// underWay begins to send a comment: the server has asked for the form and waits.
func underWay(t *testing.T, s *server, size int) (net.Conn, *bufio.Reader) {
	t.Helper()
	var dialer net.Dialer
	conn, err := dialer.DialContext(t.Context(), "tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_, err = fmt.Fprintf(conn, "POST /posts/hello/comments HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n"+
		"Content-Type: application/x-www-form-urlencoded\r\nExpect: 100-continue\r\n\r\n", conn.RemoteAddr(), size)
	if err != nil {
		t.Fatal(err)
	}
	answers := bufio.NewReader(conn)
	if got := readStatus(t, answers); got != http.StatusContinue {
		t.Fatalf("got status %d, want 100", got)
	}
	return conn, answers
}

// readStatus reads an answer and returns its status.
func readStatus(t *testing.T, r *bufio.Reader) int {
	t.Helper()
	resp, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode
}

// await waits until the log has a text.
func (l *logWatch) await(t *testing.T, text string) {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if strings.Contains(l.String(), text) {
			return
		}
	}
	t.Fatalf("%s\nthe log never had %q", l, text)
}

// noRedirect is a client that shows a redirection instead of following it.
var noRedirect = &http.Client{
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	Timeout:       patience,
}

func get(t *testing.T, to string) (status int, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, to, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := noRedirect.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

func submission(author, body string) url.Values {
	return url.Values{"author": {author}, "email": {"ada@example.org"}, "body": {body}}
}

// submit sends a comment on the post "hello" and returns the status of the
// answer; an error means that there was no answer.
func submit(ctx context.Context, blogURL string, form url.Values) (int, error) {
	return post(ctx, blogURL+"/posts/hello/comments", form)
}

// post sends a form and returns the status.
func post(ctx context.Context, to string, form url.Values) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, strings.NewReader(form.Encode()))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := noRedirect.Do(req)
	if err != nil {
		return 0, err
	}
	return resp.StatusCode, resp.Body.Close()
}
