package app_test

import (
	"bufio"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hamlet/internal/app"
)

// page is an open page of a blog in writing mode: what it is told, a version each.
func (r *running) page(t *testing.T) <-chan string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.URL+"/dev/events", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req) //nolint:bodyclose // closed when the stream has ended
	if err != nil {
		t.Fatal(err)
	}
	if got, want := res.Header.Get("Content-Type"), "text/event-stream"; got != want {
		t.Fatalf("got %s, want %s", got, want)
	}
	told := make(chan string, 100)
	go func() {
		defer close(told)
		defer func() { _ = res.Body.Close() }()
		for lines := bufio.NewScanner(res.Body); lines.Scan(); {
			if version, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				told <- version
			}
		}
	}()
	return told
}

// until takes what a page is told until the blog shows a text.
func (r *running) until(t *testing.T, told <-chan string, path, text string) string {
	t.Helper()
	for enough := time.After(time.Minute); ; {
		select {
		case _, open := <-told:
			if _, body := r.get(t, path); strings.Contains(body, text) {
				return body
			}
			if !open {
				t.Fatalf("the stream ended before %s said %q", path, text)
			}
		case <-enough:
			t.Fatalf("%s does not say %q", path, text)
		}
	}
}

func writing(t *testing.T) (app.Config, *running) {
	t.Helper()
	c := good(t)
	c.Dev, c.Theme = true, filepath.Join(t.TempDir(), "theme")
	write(t, filepath.Join(c.Theme, "static/own.txt"), "own")
	write(t, filepath.Join(c.Content, "posts/first.md"), firstPost)
	write(t, filepath.Join(c.Content, "posts/draft.md"), strings.ReplaceAll(firstPost, "title: First", "title: Half a thought\ndraft: true"))
	write(t, filepath.Join(c.Content, "posts/later.md"), "---\ntitle: Later\ndate: 2101-02-03 18:30\n---\nHello.\n")
	return c, run(t, c, app.World{})
}

// TestWritingMode edits content and theme as an author does, mistakes included,
// and looks at what open pages are told and show.
func TestWritingMode(t *testing.T) {
	t.Parallel()
	c, r := writing(t)
	told := r.page(t)
	first := <-told
	if _, body := r.get(t, "/posts/first"); !strings.Contains(body, `<script src="/dev/reload.js" data-version="`) || strings.Contains(body, `class="notice"`) {
		t.Errorf("a post that is right and shown: got %s", body)
	}
	if first == "" {
		t.Error("a page is not told the version at once")
	}
	if code, body := r.get(t, "/dev/reload.js"); code != http.StatusOK || !strings.Contains(body, "EventSource") {
		t.Errorf("the script: got %d", code)
	}
	for path, want := range map[string]string{
		"/posts/draft": "Draft: readers do not see this.",
		"/posts/later": "Scheduled: readers see this from 3 February 2101, 18:30.",
	} {
		if _, body := r.get(t, path); !strings.Contains(body, `<p class="notice">`+want) {
			t.Errorf("%s does not say %q", path, want)
		}
	}
	if _, body := r.get(t, "/"); !strings.Contains(body, "Half a thought") {
		t.Error("the draft is not in the list")
	}

	write(t, filepath.Join(c.Content, "posts/first.md"), firstPost+"\nOne line more.\n")
	r.until(t, told, "/posts/first", "One line more.")
	write(t, filepath.Join(c.Content, "posts/first.md"), "---\ntitel: x\n---\n")
	if body := r.until(t, told, "/posts/first", "posts/first.md:2"); !strings.Contains(body, "One line more.") {
		t.Error("with a mistake in it, the last good version is not shown")
	}
	write(t, filepath.Join(c.Content, "posts/first.md"), firstPost)
	r.until(t, told, "/posts/first", "Hello.")

	own := filepath.Join(c.Theme, "templates/page.html")
	lost := filepath.Join(c.Theme, "templates/privacy.html")
	write(t, lost, `{{define "main"}}<p>My own words.</p>{{end}}`)
	r.until(t, told, "/privacy", "My own words.")
	write(t, lost, `{{define "main"}}<p>{{.Nothing}}</p>{{end}}`)
	if body := r.until(t, told, "/privacy", lost+":1: there is nothing called .Nothing here"); !strings.Contains(body, "My own words.") {
		t.Error("with a mistake in the theme, the last good one is not used")
	}
	r.waitLog(t, "the theme is broken")
	if err := os.Remove(lost); err != nil {
		t.Fatal(err)
	}
	write(t, own, `{{define "main"}}{{end}}`)
	r.until(t, told, "/privacy", "AES-256-GCM")
}

// TestWritingModeKeepsNothing asks for pages and files as a browser does that has
// them.
func TestWritingModeKeepsNothing(t *testing.T) {
	t.Parallel()
	_, r := writing(t)
	for _, path := range []string{"/", "/posts/first", "/static/style.css", "/feed.xml"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.URL+path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("If-None-Match", "*")
		req.Header.Set("Accept-Encoding", "gzip")
		res, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if got, want := res.Header.Get("Cache-Control"), "no-store"; res.StatusCode != http.StatusOK || got != want {
			t.Errorf("%s: got %d, Cache-Control %q, want 200, %q", path, res.StatusCode, got, want)
		}
		if got := res.Header.Get("Etag") + res.Header.Get("Content-Encoding"); got != "" {
			t.Errorf("%s: got %q, want neither ETag nor encoding", path, got)
		}
	}
}

// TestWritingModeStopsAtOnce ends a blog that has pages open.
func TestWritingModeStopsAtOnce(t *testing.T) {
	t.Parallel()
	_, r := writing(t)
	told := r.page(t)
	<-told
	begin := time.Now()
	r.stop()
	<-r.done
	if r.err != nil {
		t.Errorf("the end: %v", r.err)
	}
	if took := time.Since(begin); took > time.Minute {
		t.Errorf("the open page held it up for %s", took)
	}
	for range told { // ends, for the stream does
		continue
	}
}

// TestReadersGetNoWritingMode looks for what only authors are to see.
func TestReadersGetNoWritingMode(t *testing.T) {
	t.Parallel()
	c := good(t)
	write(t, filepath.Join(c.Content, "posts/first.md"), firstPost)
	write(t, filepath.Join(c.Content, "posts/draft.md"), strings.ReplaceAll(firstPost, "title: First", "title: Half a thought\ndraft: true"))
	r := run(t, c, app.World{})
	for _, path := range []string{"/dev/events", "/dev/reload.js", "/static/dev.js", "/posts/draft"} {
		if code, _ := r.get(t, path); code != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", path, code)
		}
	}
	for _, path := range []string{"/", "/posts/first"} {
		if _, body := r.get(t, path); strings.Contains(body, "/dev/") || strings.Contains(body, "Half a thought") {
			t.Errorf("%s has something of the writing mode", path)
		}
	}
}
