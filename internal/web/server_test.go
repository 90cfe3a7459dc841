package web

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/labstack/echo/v4"

	"hamlet/internal/account"
	"hamlet/internal/away"
	"hamlet/internal/comment"
	"hamlet/internal/content"
	"hamlet/internal/desk"
	"hamlet/internal/picture"
	"hamlet/internal/site"
	"hamlet/internal/store"
)

// bare is a server without a blog, to test what every request goes through.
func bare(tb testing.TB, log io.Writer) *Server {
	tb.Helper()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	blog := site.Build(&content.Library{Meta: content.Meta{Title: "Harbour Notes", Language: "en"}},
		site.Options{BaseURL: "https://blog.example.org", Now: now})
	s, err := New(Options{
		Site: func() *site.Site { return blog }, Problems: func() content.Problems { return nil },
		Files: fstest.MapFS{}, Pictures: picture.New(picture.Options{Dir: tb.TempDir()}), BuiltIn: MustBuiltIn(tb),
		Comments: &comment.Service{}, Accounts: &account.Service{}, Sessions: fullDisk{},
		Queue: &desk.Queue{}, Jobs: &desk.Jobs{}, Audit: &desk.Audit{}, Notes: &desk.Notes{}, Reports: &desk.Reports{}, Views: &desk.Views{}, Pasts: &desk.Pasts{}, Away: &away.Service{}, Outcomes: &store.Mentions{},
		PreviewKey: make([]byte, 32), FormKey: make([]byte, 32), Now: func() time.Time { return now }, Log: slog.New(slog.NewJSONHandler(log, nil)),
	})
	if err != nil {
		tb.Fatal(err)
	}
	s.get("/test/read", func(c echo.Context) error { return c.String(http.StatusOK, "read") })
	s.get("/test/panic", func(echo.Context) error { panic("boom") })
	s.get("/test/abort", func(echo.Context) error { panic(http.ErrAbortHandler) })
	s.get("/test/fail", func(echo.Context) error { return errors.New("disk on fire at /var/secret") })
	s.echo.POST("/test/form", func(c echo.Context) error {
		if err := parseForm(c); err != nil {
			return err
		}
		return c.String(http.StatusOK, "body="+c.Request().PostForm.Get("body"))
	})
	return s
}

func ask(s http.Handler, method, target string, body io.Reader, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, body)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func TestRequestID(t *testing.T) {
	t.Parallel()
	s := bare(t, io.Discard)
	tests := []struct {
		name, sent string
		kept       bool
	}{
		{"well-formed", "abc-DEF_12345", true},
		{"none", "", false},
		{"too short", "abc", false},
		{"too long", strings.Repeat("a", 65), false},
		{"markup", `evil"<script>`, false},
		{"line break", "abcdefgh\nforged=1", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := ask(s, "GET", "/test/read", nil, "X-Request-Id", tt.sent).Header().Get("X-Request-Id")
			if (got == tt.sent) != tt.kept || !wellFormedID.MatchString(got) {
				t.Errorf("sent %q: got %q, want it kept: %v", tt.sent, got, tt.kept)
			}
		})
	}
}

func TestFaultsAreLoggedOnceAndNotShown(t *testing.T) {
	t.Parallel()
	for _, target := range []string{"/test/fail", "/test/panic"} {
		t.Run(target, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			w := ask(bare(t, &log), "GET", target+"?email=ada@example.org", nil)
			if w.Code != http.StatusInternalServerError {
				t.Errorf("status: got %d, want 500", w.Code)
			}
			id := w.Header().Get("X-Request-Id")
			if page := w.Body.String(); strings.Contains(page, "secret") || strings.Contains(page, "boom") || !strings.Contains(page, id) {
				t.Errorf("page shows the cause or lacks the id %s:\n%s", id, page)
			}
			if got := strings.Count(log.String(), `"level":"ERROR"`); got != 1 {
				t.Errorf("errors logged: got %d, want 1:\n%s", got, log.String())
			}
			if got := strings.Count(log.String(), `"request_id":"`+id+`"`); got != 2 {
				t.Errorf("lines with the id: got %d, want 2 (error and request):\n%s", got, log.String())
			}
			if strings.Contains(log.String(), "ada@example.org") {
				t.Errorf("log holds the query:\n%s", log.String())
			}
		})
	}
}

func TestAbortGoesThrough(t *testing.T) {
	t.Parallel()
	s := bare(t, io.Discard)
	defer func() {
		if p := recover(); p != http.ErrAbortHandler { //nolint:errorlint // a panic value, not an error
			t.Errorf("recovered: got %v, want http.ErrAbortHandler", p)
		}
	}()
	ask(s, "GET", "/test/abort", nil)
}

func TestSameOrigin(t *testing.T) {
	t.Parallel()
	s := bare(t, io.Discard)
	tests := []struct {
		name   string
		header []string
		want   int
	}{
		{"no headers, not a browser", nil, 200},
		{"same origin", []string{"Sec-Fetch-Site", "same-origin"}, 200},
		{"typed in", []string{"Sec-Fetch-Site", "none"}, 200},
		{"same site", []string{"Sec-Fetch-Site", "same-site"}, 403},
		{"cross site", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"own origin", []string{"Origin", "http://example.com"}, 200},
		{"base URL behind a proxy that changes Host", []string{"Origin", "https://blog.example.org"}, 200},
		{"own origin, and the browser says that it is not", []string{"Origin", "http://example.com", "Sec-Fetch-Site", "cross-site"}, 403},
		{"base URL, and the browser says that it is not", []string{"Origin", "https://blog.example.org", "Sec-Fetch-Site", "cross-site"}, 403},
		{"foreign origin", []string{"Origin", "https://evil.example.net"}, 403},
		{"no origin to tell", []string{"Origin", "null"}, 403},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			header := append([]string{"Content-Type", "application/x-www-form-urlencoded"}, tt.header...)
			w := ask(s, "POST", "/test/form", strings.NewReader("body=x"), header...)
			if w.Code != tt.want {
				t.Errorf("status: got %d, want %d", w.Code, tt.want)
			}
			if tt.want == 403 && !strings.Contains(w.Body.String(), "</html>") {
				t.Errorf("the refusal is not a page: %q", w.Body.String())
			}
		})
	}
}

// unsized hides the length of a body, as a chunked request does.
type unsized struct{ io.Reader }

func TestParseForm(t *testing.T) {
	t.Parallel()
	s := bare(t, io.Discard)
	const form = "application/x-www-form-urlencoded; charset=utf-8"
	multipart := "--b\r\nContent-Disposition: form-data; name=\"body\"\r\n\r\nhello\r\n--b--\r\n"
	tests := []struct {
		name, kind string
		body       io.Reader
		want       int
		answer     string
	}{
		{"form", form, strings.NewReader("body=hello"), 200, "body=hello"},
		{"multipart", "multipart/form-data; boundary=b", strings.NewReader(multipart), 200, "body=hello"},
		{"largest", form, strings.NewReader("body=" + strings.Repeat("a", maxRequest-5)), 200, "body=aaa"},
		{"too large", form, strings.NewReader("body=" + strings.Repeat("a", maxRequest-4)), 413, "160 KiB"},
		{"too large, chunked", form, unsized{strings.NewReader("body=" + strings.Repeat("a", maxRequest-4))}, 413, "160 KiB"},
		{"too large multipart, chunked", "multipart/form-data; boundary=b", unsized{strings.NewReader(multipart[:len(multipart)-7] + strings.Repeat("a", maxRequest))}, 413, "160 KiB"},
		{"broken escape", form, strings.NewReader("body=%zz"), 400, "could not be read"},
		{"broken multipart", "multipart/form-data; boundary=b", strings.NewReader("--b"), 400, "could not be read"},
		{"JSON", "application/json", strings.NewReader(`{"body":"hello"}`), 415, "HTML form"},
		{"no type", "", strings.NewReader("body=hello"), 415, "HTML form"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := ask(s, "POST", "/test/form", tt.body, "Content-Type", tt.kind)
			if w.Code != tt.want || !strings.Contains(w.Body.String(), tt.answer) {
				t.Errorf("got %d %.300s, want %d with %q", w.Code, w.Body.String(), tt.want, tt.answer)
			}
		})
	}
}

func TestNothingThere(t *testing.T) {
	t.Parallel()
	s := bare(t, io.Discard)
	tests := []struct {
		name, method, target string
		want                 int
		header, value        string
	}{
		{"no such page", "GET", "/test/nothing", 404, "Content-Type", "text/html; charset=UTF-8"},
		{"wrong method", "POST", "/test/read", 405, "Allow", "OPTIONS, GET, HEAD"},
		{"slash at the end", "GET", "/test/read/?a=1", 301, "Location", "/test/read?a=1"},
		{"slash at the end must not lead away", "GET", "//evil.example.net/", 301, "Location", "/evil.example.net"},
		{"head", "HEAD", "/test/read", 200, "Cache-Control", "no-store"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := ask(s, tt.method, tt.target, nil)
			if got := w.Header().Get(tt.header); w.Code != tt.want || got != tt.value {
				t.Errorf("%s %s: got %d, %s: %q, want %d, %q", tt.method, tt.target, w.Code, tt.header, got, tt.want, tt.value)
			}
		})
	}
}

func TestStrangersMistakesAreNoFaults(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s := bare(t, &log)
	ask(s, "GET", "/test/nothing", nil)
	ask(s, "POST", "/test/read", nil)
	if strings.Contains(log.String(), "ERROR") {
		t.Errorf("logged as our fault:\n%s", log.String())
	}
}

func TestStyleSheetNamesFilesByTheirHash(t *testing.T) {
	t.Parallel()
	a, err := loadAssets(fstest.MapFS{
		"look.css":    {Data: []byte(`body { background: url("sky.svg") }`)},
		"sky.svg":     {Data: []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`)},
		"another.txt": {Data: []byte("not named")},
	})
	if err != nil {
		t.Fatal(err)
	}
	sky, err := a.url("sky.svg")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(a.byName["look.css"].body), `body { background: url("`+sky+`") }`; got != want {
		t.Errorf("style sheet: got %s, want %s", got, want)
	}
}

func TestStaticFiles(t *testing.T) {
	t.Parallel()
	s := bare(t, io.Discard)
	url, err := s.assets.url("favicon.svg")
	if err != nil {
		t.Fatal(err)
	}
	first := ask(s, "GET", url, nil)
	tests := []struct {
		name, target  string
		request       []string
		want          int
		header, value string
	}{
		{"kept for good", url, nil, 200, "Cache-Control", "public, max-age=31536000, immutable"},
		{"old hash is asked again", "/static/favicon.svg?v=old", nil, 200, "Cache-Control", "public, max-age=0, must-revalidate"},
		{"brotli", url, []string{"Accept-Encoding", "gzip, br"}, 200, "Content-Encoding", "br"},
		{"gzip", url, []string{"Accept-Encoding", "gzip, br;q=0"}, 200, "Content-Encoding", "gzip"},
		{"plain", url, []string{"Accept-Encoding", "identity"}, 200, "Content-Encoding", ""},
		{"varies", url, nil, 200, "Vary", "Accept-Encoding"},
		{"unchanged", url, []string{"If-None-Match", first.Header().Get("ETag")}, 304, "Content-Type", ""},
		{"type", url, nil, 200, "Content-Type", "image/svg+xml"},
		{"missing", "/static/nothing.css", nil, 404, "Cache-Control", "no-store"},
		{"source", "/static/embed.go", nil, 404, "Cache-Control", "no-store"},
		{"outside", "/static/../static/embed.go", nil, 404, "Cache-Control", "no-store"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := ask(s, "GET", tt.target, nil, tt.request...)
			if got := w.Header().Get(tt.header); w.Code != tt.want || got != tt.value {
				t.Errorf("got %d, %s: %q, want %d, %q", w.Code, tt.header, got, tt.want, tt.value)
			}
		})
	}
}
