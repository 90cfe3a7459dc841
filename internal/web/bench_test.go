package web_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/sync/errgroup"

	"hamlet/internal/apptest"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// lot is how many requests are measured at a time, and conns over how many
// connections they come.
const (
	lot   = 4000
	conns = 16
)

// BenchmarkServed measures what an answer costs over real connections against a
// bare net/http handler that writes the same bytes from memory: in one run, by turns,
// with the client in a process of its own. x-cpu is the processor time of the blog
// over that of a bare handler with the three headers it needs; x-handler is that of
// the blog's handler in net/http over that of a bare one with the same headers.
// allocs and allocs-bare are what a request allocates.
func BenchmarkServed(b *testing.B) {
	blog := openServing(b)
	for _, bm := range []struct{ name, target, accept string }{
		{"page", "/posts/boat", "gzip, deflate, br, zstd"},
		{"page-gzip", "/posts/boat", "gzip"},
		{"page-plain", "/posts/boat", "identity"},
		{"304", "/posts/boat", "gzip, deflate, br, zstd"},
		{"front", "/", "gzip, deflate, br, zstd"},
		{"tag", "/tags/boats", "gzip, deflate, br, zstd"},
		{"feed", "/feed.xml", "gzip"},
		{"sitemap", "/sitemap.xml", "gzip"},
		{"style", style(blog.Get("/").Body), "gzip, deflate, br, zstd"},
	} {
		b.Run(bm.name, func(b *testing.B) {
			header := []string{"Accept-Encoding", bm.accept}
			request(blog, "GET", bm.target, header...)
			if bm.name == "304" {
				header = append(header, "If-None-Match", request(blog, "GET", bm.target, header...).Header.Get("Etag"))
			}
			compare(b, blog, bm.target, header)
		})
	}
}

// compare measures one kind of request.
func compare(b *testing.B, blog *apptest.Blog, target string, header []string) {
	b.Helper()
	answer := httptest.NewRecorder()
	r := httptest.NewRequest("GET", target, http.NoBody)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	blog.Handler().ServeHTTP(answer, r)
	few := http.Header{}
	for _, name := range []string{"Content-Type", "Content-Encoding", "Content-Length"} {
		if v := answer.Header()[name]; v != nil {
			few[name] = v
		}
	}
	var sides [4]cost
	addrs := []string{
		strings.TrimPrefix(blog.URL, "http://"), listen(b, bare(answer, few)),
		listen(b, blog.Handler()), listen(b, bare(answer, answer.Header())),
	}
	for _, addr := range addrs {
		load(b, addr, target, header)
	}
	n := 0
	for b.Loop() {
		for i, addr := range addrs {
			sides[i].add(measure(b, addr, target, header))
		}
		n += lot
	}
	b.ReportMetric(float64(sides[0].cpu)/float64(sides[1].cpu), "x-cpu")
	b.ReportMetric(float64(sides[2].cpu)/float64(sides[3].cpu), "x-handler")
	b.ReportMetric(float64(sides[0].cpu.Nanoseconds())/float64(n), "cpu-ns/op")
	b.ReportMetric(float64(sides[0].allocs)/float64(n), "allocs")
	b.ReportMetric(float64(sides[1].allocs)/float64(n), "allocs-bare")
	b.ReportMetric(float64(answer.Body.Len()), "bytes")
	b.ReportMetric(0, "ns/op")
}

// bare is a handler that writes an answer from memory.
func bare(answer *httptest.ResponseRecorder, header http.Header) http.HandlerFunc {
	body := answer.Body.Bytes()
	return func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		maps.Copy(h, header)
		if answer.Code != http.StatusOK {
			w.WriteHeader(answer.Code)
			return
		}
		_, _ = w.Write(body)
	}
}

// cost is what a lot of requests cost this process.
type cost struct {
	cpu    time.Duration
	allocs uint64
}

func (c *cost) add(more cost) { c.cpu, c.allocs = c.cpu+more.cpu, c.allocs+more.allocs }

// measure lets a lot of requests come.
func measure(b *testing.B, addr, target string, header []string) cost {
	b.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := processorTime(b)
	load(b, addr, target, header)
	c := cost{cpu: processorTime(b) - start}
	runtime.ReadMemStats(&after)
	c.allocs = after.Mallocs - before.Mallocs
	return c
}

func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func listen(b *testing.B, h http.Handler) (addr string) {
	b.Helper()
	s := httptest.NewServer(h)
	b.Cleanup(s.Close)
	return s.Listener.Addr().String()
}

// openServing is a blog with an article and 50 comments below it.
func openServing(b *testing.B) *apptest.Blog {
	b.Helper()
	m := notes()
	m["posts/boat/index.md"] = &fstest.MapFile{Data: []byte(
		"---\ntitle: The boat\ndate: 2026-11-03\ntags: [Boats]\n---\n" + strings.Repeat("A *boat* of two masts came in with the tide.\n\n", 60))}
	blog := apptest.Open(b, apptest.Options{
		Content: m, Judge: apptest.Says(spam.Ham), Config: func(c *apptest.Config) { c.Addr = "127.0.0.1:0" },
	})
	ctx, cancel := context.WithCancel(b.Context())
	ended := make(chan error, 1)
	go func() { ended <- blog.Run(ctx) }()
	b.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			b.Error(err)
		}
	})
	for i := range 50 {
		blog.MustComment(comment.Submission{
			Post: "boat", Author: fmt.Sprint("Reader ", i),
			Body: fmt.Sprintf("Number %d: some *words* about boats, the %d. time, and %x.", i, i*i, i*7919),
		})
	}
	return blog
}

// style is the URL of the style sheet that a page links.
func style(page string) string {
	_, rest, _ := strings.Cut(page, `rel="stylesheet" href="`)
	url, _, _ := strings.Cut(rest, `"`)
	return url
}

// clientVar makes a process of the tests the client of a benchmark: address,
// then the request.
const clientVar = "HAMLET_BENCH_CLIENT"

// load sends a lot of requests from a process of its own.
func load(b *testing.B, addr, target string, header []string) {
	b.Helper()
	var req strings.Builder
	fmt.Fprintf(&req, "GET %s HTTP/1.1\r\nHost: %s\r\n", target, addr)
	for i := 0; i+1 < len(header); i += 2 {
		fmt.Fprintf(&req, "%s: %s\r\n", header[i], header[i+1])
	}
	req.WriteString("\r\n")
	cmd := exec.CommandContext(b.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), clientVar+"="+addr)
	cmd.Stdin = strings.NewReader(req.String())
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("client: %v\n%s", err, out)
	}
}

// TestMain makes the program of the tests the client of the benchmarks, when it is
// told so.
func TestMain(m *testing.M) {
	addr := os.Getenv(clientVar)
	if addr == "" {
		os.Exit(m.Run())
	}
	if err := client(addr); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// client sends the request on standard input a lot of times.
func client(addr string) error {
	req, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(context.Background())
	for range conns {
		g.Go(func() error { return exchange(ctx, addr, req, lot/conns) })
	}
	return g.Wait()
}

// exchange sends a request n times over one connection. All answers are as long
// as the first.
func exchange(ctx context.Context, addr string, req []byte, n int) error {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.Write(req); err != nil {
		return err
	}
	size, err := answerSize(conn)
	if err != nil {
		return err
	}
	answer := make([]byte, size)
	for range n - 1 {
		if _, err := conn.Write(req); err != nil {
			return err
		}
		if _, err := io.ReadFull(conn, answer); err != nil {
			return err
		}
	}
	return nil
}

// answerSize reads an answer and tells how long it is, header and all.
func answerSize(conn io.Reader) (int, error) {
	var all bytes.Buffer
	text := textproto.NewReader(bufio.NewReader(io.TeeReader(conn, &all)))
	status, err := text.ReadLine()
	if err != nil {
		return 0, err
	}
	if !strings.Contains(status, " 200 ") && !strings.Contains(status, " 304 ") {
		return 0, errors.New(status)
	}
	header, err := text.ReadMIMEHeader()
	if err != nil {
		return 0, err
	}
	body, _ := strconv.Atoi(header.Get("Content-Length")) // 0 for none
	_, err = io.CopyN(io.Discard, text.R, int64(body))
	return all.Len(), err
}

// reused is a ResponseWriter that is used again and again, as a connection's is not.
type reused struct{ header http.Header }

func (w reused) Header() http.Header         { return w.header }
func (w reused) Write(b []byte) (int, error) { return len(b), nil }
func (w reused) WriteHeader(int)             {}

// BenchmarkHandler measures the handler alone, without a connection: a page that
// is ready, and one that the client has.
func BenchmarkHandler(b *testing.B) {
	blog := openServing(b)
	for _, name := range []string{"page", "304"} {
		b.Run(name, func(b *testing.B) {
			r := httptest.NewRequest("GET", "/posts/boat", http.NoBody)
			r.Header.Set("Accept-Encoding", "gzip, deflate, br, zstd")
			first := httptest.NewRecorder()
			blog.Handler().ServeHTTP(first, r)
			if name == "304" {
				r.Header.Set("If-None-Match", first.Header().Get("Etag"))
			}
			h, w := blog.Handler(), reused{http.Header{}}
			b.ReportAllocs()
			for b.Loop() {
				clear(w.header)
				h.ServeHTTP(w, r)
			}
		})
	}
}

// BenchmarkCommentShows measures from the sending of a comment to the page that
// has it: kept on the disk, the page rendered anew and compressed.
func BenchmarkCommentShows(b *testing.B) {
	blog := openServing(b)
	n := 0
	for b.Loop() {
		n++
		word := fmt.Sprintf("Number-%d-in-the-row", n)
		blog.MustComment(comment.Submission{Post: "note-01", Author: "Ada", Body: word})
		if page := blog.Get("/posts/note-01"); !strings.Contains(page.Body, word) {
			b.Fatalf("comment %d does not show", n)
		}
		if n%50 == 0 {
			b.StopTimer()
			blog = openServing(b) // so that the thread stays of a usual length
			b.StartTimer()
		}
	}
}

func BenchmarkSubmit(b *testing.B) {
	blog := open(b)
	h := blog.Handler()
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ { // another comment each time: the same again is told of the first
		form := fill("Ada", fmt.Sprint("Some *words* about boats and the weather of day ", n)).Encode()
		r := httptest.NewRequest("POST", "http://blog.example.org/posts/boat/comments", strings.NewReader(form))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		h.ServeHTTP(reused{http.Header{}}, r)
	}
}
