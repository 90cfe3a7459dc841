package web

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// counter is a server with a few pages that are ready.
func counter(tb testing.TB) *Server {
	tb.Helper()
	s := bare(tb, io.Discard)
	s.cache.serve(s.Site())
	for _, key := range []string{"/text", "/caf%C3%A9", "/a.b-c_d~e", "/static/x.css?v=ab_C-9", "/"} {
		src := source{key: key, stamp: "1", make: func(context.Context, *page) (answer, error) {
			return answer{kind: "text/plain; charset=utf-8", body: []byte(strings.Repeat("What is said at "+key+". ", 50))}, nil
		}}
		p, err := s.page(tb.Context(), s.Site(), src)
		if err != nil {
			tb.Fatal(err)
		}
		if _, err := s.cache.plain(p, p.bodies.Load()); err != nil {
			tb.Fatal(err)
		}
	}
	return s
}

// lines is a request of these lines, for this host.
func lines(ls ...string) string {
	return strings.Join(slices.Insert(ls, 1, "Host: blog.example.org"), "\r\n") + "\r\n\r\n"
}

func TestQuick(t *testing.T) {
	t.Parallel()
	s := counter(t)
	for name, tt := range map[string]struct {
		request string
		quick   bool
	}{
		"plain":                  {lines("GET /text HTTP/1.1"), true},
		"front page":             {lines("GET / HTTP/1.1"), true},
		"head":                   {lines("HEAD /text HTTP/1.1"), true},
		"like a browser":         {lines("GET /text HTTP/1.1", "Connection: keep-alive", "Accept-Encoding: gzip, deflate, br, zstd", "Cookie: a=b", "User-Agent: Ünicode (X; Y)"), true},
		"any case":               {lines("GET /text HTTP/1.1", "ACCEPT-encoding:\tbr ", "connection:Keep-Alive"), true},
		"refusing all":           {lines("GET /text HTTP/1.1", "Accept-Encoding: *;q=0"), true},
		"another alphabet":       {lines("GET /caf%C3%A9 HTTP/1.1"), true},
		"all that may be":        {lines("GET /a.b-c_d~e HTTP/1.1"), true},
		"static":                 {lines("GET /static/x.css?v=ab_C-9 HTTP/1.1"), true},
		"known":                  {lines("GET /text HTTP/1.1", "If-None-Match: *"), true},
		"since":                  {lines("GET /text HTTP/1.1", "If-Modified-Since: Sun, 01 Mar 2026 12:00:00 GMT"), true},
		"since before":           {lines("GET /text HTTP/1.1", "If-Modified-Since: Sat, 01 Mar 2025 12:00:00 GMT"), true},
		"empty query":            {lines("GET /text? HTTP/1.1"), false},
		"other query":            {lines("GET /text?a=b HTTP/1.1"), false},
		"not there":              {lines("GET /nothing HTTP/1.1"), false},
		"escaped for nothing":    {lines("GET /%74ext HTTP/1.1"), false},
		"escaped in small":       {lines("GET /caf%c3%a9 HTTP/1.1"), false},
		"cut escape":             {lines("GET /text% HTTP/1.1"), false},
		"post":                   {lines("POST /text HTTP/1.1", "Content-Length: 0"), false},
		"with a body":            {lines("GET /text HTTP/1.1", "Content-Length: 5") + "hello", false},
		"with a chunked body":    {lines("GET /text HTTP/1.1", "Transfer-Encoding: chunked") + "0\r\n\r\n", false},
		"expecting":              {lines("GET /text HTTP/1.1", "Expect: 100-continue"), false},
		"upgrade":                {lines("GET /text HTTP/1.1", "Connection: Upgrade", "Upgrade: h2c"), false},
		"to be closed":           {lines("GET /text HTTP/1.1", "Connection: close"), false},
		"part":                   {lines("GET /text HTTP/1.1", "Range: bytes=0-1"), false},
		"old":                    {lines("GET /text HTTP/1.0"), false},
		"newer":                  {lines("GET /text HTTP/2.0"), false},
		"absolute":               {lines("GET http://blog.example.org/text HTTP/1.1"), false},
		"no host":                {"GET /text HTTP/1.1\r\n\r\n", false},
		"two hosts":              {lines("GET /text HTTP/1.1", "Host: other.example.org"), false},
		"odd host":               {"GET /text HTTP/1.1\r\nHost: a b\r\n\r\n", false},
		"two tags":               {lines("GET /text HTTP/1.1", `If-None-Match: "a"`, `If-None-Match: *`), false},
		"folded":                 {lines("GET /text HTTP/1.1", "X: a\r\n b"), false},
		"bare line feed":         {"GET /text HTTP/1.1\nHost: blog.example.org\n\n", false},
		"line feed in a value":   {lines("GET /text HTTP/1.1", "X: a\nContent-Length: 5"), false},
		"space before the colon": {lines("GET /text HTTP/1.1", "Content-Length : 5"), false},
		"zero byte":              {lines("GET /text HTTP/1.1", "X: a\x00b"), false},
		"two spaces":             {lines("GET  /text HTTP/1.1"), false},
		"not complete":           {strings.TrimSuffix(lines("GET /text HTTP/1.1"), "\r\n"), false},
		"nothing":                {"", false},
		"preface of HTTP/2":      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if n := sameAnswer(t, s, []byte(tt.request)); (n > 0) != tt.quick || (n > 0 && n != len(tt.request)) {
				t.Errorf("took %d of %d bytes, want it answered: %v", n, len(tt.request), tt.quick)
			}
		})
	}
}

// sameAnswer lets the request be answered quickly, if it is, and the slow way, and
// compares. It returns how many bytes the quick way took.
func sameAnswer(tb testing.TB, s *Server, in []byte) int {
	tb.Helper()
	n, head, body := s.Quick().Answer(in)
	if n == 0 {
		return 0
	}
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(in[:n])))
	if err != nil {
		tb.Fatalf("answered %q, which is no request: %v", in, err)
	}
	if more, err := io.ReadAll(r.Body); err != nil || len(more) > 0 || r.Close {
		tb.Fatalf("answered %q, which has a body or closes: %q, %v", in, more, err)
	}
	want := httptest.NewRecorder()
	s.ServeHTTP(want, r)
	got, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(append(head, body...))), r)
	if err != nil {
		tb.Fatalf("%q: the answer cannot be read: %v\n%s", in, err, head)
	}
	text, err := io.ReadAll(got.Body)
	if err := errors.Join(err, got.Body.Close()); err != nil {
		tb.Fatal(err)
	}
	if date, err := http.ParseTime(got.Header.Get("Date")); err != nil || !date.Equal(s.Now()) {
		tb.Errorf("%q: Date %q, %v", in, got.Header.Get("Date"), err)
	}
	got.Header.Del("Date")
	if got.StatusCode != want.Code || !bytes.Equal(text, want.Body.Bytes()) {
		tb.Errorf("%q: got %d with %d bytes, want %d with %d", in, got.StatusCode, len(text), want.Code, want.Body.Len())
	}
	if diff := cmp.Diff(want.Header(), got.Header); diff != "" {
		tb.Errorf("%q: headers (-want +got):\n%s", in, diff)
	}
	return n
}

// TestQuickKnowsWhatIsRight: a page that may be wrong is not answered.
func TestQuickKnowsWhatIsRight(t *testing.T) {
	t.Parallel()
	s, _, _ := shop(t)
	q, request := s.Quick(), []byte(lines("GET /text HTTP/1.1", "Accept-Encoding: br"))
	if n, _, _ := q.Answer(request); n == 0 {
		t.Fatal("a page that is ready was not answered")
	}
	s.CommentsChanged("text")
	if n, _, _ := q.Answer(request); n != 0 {
		t.Error("answered with a thread of before")
	}
	s.AccessLog = true
	if s.Quick() != nil {
		t.Error("quick, and every request is to be logged")
	}
}

func TestQuickRemembersEncodingsRightly(t *testing.T) {
	t.Parallel()
	s := counter(t)
	q := s.Quick()
	for _, accept := range []string{"br", "gzip", "br", "identity", "gzip, deflate, br", "br;q=0"} {
		request := []byte(lines("GET /text HTTP/1.1", "Accept-Encoding: "+accept))
		_, head, _ := q.Answer(request)
		_, want, _ := s.Quick().Answer(request)
		if !bytes.Equal(head, want) {
			t.Errorf("%s: got\n%s\nwant\n%s", accept, head, want)
		}
	}
}

func TestQuickAllocatesNothing(t *testing.T) {
	s := counter(t)
	q, request := s.Quick(), []byte(lines("GET /text HTTP/1.1", "Accept-Encoding: gzip, deflate, br"))
	if got := testing.AllocsPerRun(100, func() { q.Answer(request) }); got != 0 {
		t.Errorf("a page that is ready: %v allocations, want none", got)
	}
	h, w := http.Handler(s), reusedWriter{http.Header{}}
	r := httptest.NewRequest("GET", "/text", http.NoBody)
	r.Header.Set("Accept-Encoding", "gzip, deflate, br")
	if got := testing.AllocsPerRun(100, func() { clear(w.header); h.ServeHTTP(w, r) }); got != 0 {
		t.Errorf("the same by net/http: %v allocations in the handler, want none", got)
	}
}

// reusedWriter is a ResponseWriter without a connection.
type reusedWriter struct{ header http.Header }

func (w reusedWriter) Header() http.Header         { return w.header }
func (w reusedWriter) Write(b []byte) (int, error) { return len(b), nil }
func (w reusedWriter) WriteHeader(int)             {}

// FuzzQuick: whatever is answered quickly is a request as net/http reads it, and
// gets the answer that net/http would give.
func FuzzQuick(f *testing.F) {
	for _, seed := range []string{
		lines("GET /text HTTP/1.1", "Accept-Encoding: gzip, deflate, br"), lines("HEAD /caf%C3%A9 HTTP/1.1", "If-None-Match: \"a\", *"),
		lines("GET /static/x.css?v=ab_C-9 HTTP/1.1", "If-Modified-Since: Sun, 01 Mar 2026 12:00:00 GMT", "Connection: keep-alive"),
		lines("GET / HTTP/1.1", "Content-Length: 3") + "abc", lines("GET /text HTTP/1.1", "X:\t\xff\r\nTransfer-Encoding: chunked"),
	} {
		f.Add([]byte(seed))
	}
	s := counter(f)
	f.Fuzz(func(t *testing.T, in []byte) { sameAnswer(t, s, in) })
}
