package webmention_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"hamlet/internal/webmention"
)

// other is another site, and a client that may connect to it and to nothing else.
type other struct {
	*httptest.Server
	*webmention.Client
	asked atomic.Int64
}

func newOther(t *testing.T, h http.HandlerFunc) *other {
	t.Helper()
	return newOtherFor(t, h, time.Minute)
}

// newOtherFor is another site that is not waited for any longer than that.
func newOtherFor(t *testing.T, h http.HandlerFunc, patience time.Duration) *other {
	t.Helper()
	o := &other{}
	o.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		o.asked.Add(1)
		h(w, r)
	}))
	t.Cleanup(o.Close)
	at := netip.MustParseAddrPort(strings.TrimPrefix(o.URL, "http://"))
	o.Client = webmention.NewClient(webmention.Options{
		Agent: "hamlet test", Patience: patience, Allowed: func(a netip.AddrPort) bool { return a == at },
	})
	return o
}

func page(w http.ResponseWriter, body string) {
	w.Header().Set("Content-Type", "text/html")
	_, _ = fmt.Fprint(w, body)
}

const linking = `<p>I read <a href="` + here + `">this</a>.`

func TestReadSaysWhoItIs(t *testing.T) {
	t.Parallel()
	o := newOther(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/start" {
			http.SetCookie(w, &http.Cookie{Name: "track", Value: "1"})
			http.Redirect(w, r, "/end", http.StatusFound)
			return
		}
		if r.Header.Get("Cookie") != "" || r.Header.Get("Referer") != "" || r.UserAgent() != "hamlet test" {
			t.Errorf("headers %v", r.Header)
		}
		page(w, linking)
	})
	e, err := o.Read(t.Context(), o.URL+"/start", here)
	if err != nil || e.Text != "I read this." {
		t.Errorf("got %+v, %v", e, err)
	}
}

func TestReadFails(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		handler http.HandlerFunc
		want    error
		final   bool
	}{
		{"gone", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(410) }, webmention.ErrGone, true},
		{"missing", http.NotFound, webmention.ErrGone, true},
		{"forbidden", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(403) }, webmention.StatusError(403), true},
		{"broken", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }, webmention.StatusError(500), false},
		{"busy", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(429) }, webmention.StatusError(429), false},
		{"no link", func(w http.ResponseWriter, _ *http.Request) { page(w, "<p>Hello") }, webmention.ErrNoLink, true},
		{"a picture", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "image/png")
			_, _ = w.Write([]byte(linking))
		}, webmention.ErrKind, true},
		{"no kind", func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Content-Type"] = nil
			_, _ = w.Write([]byte(linking))
		}, webmention.ErrKind, true},
		{"too large", func(w http.ResponseWriter, _ *http.Request) { page(w, linking+strings.Repeat("x", webmention.MaxBody)) }, webmention.ErrTooLarge, true},
		{"a bomb", bomb, webmention.ErrTooLarge, true},
		{"round and round", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path+"x", http.StatusFound) }, webmention.ErrRedirects, true},
		{"to a file", func(w http.ResponseWriter, _ *http.Request) { to(w, "file:///etc/passwd") }, webmention.ErrForbidden, true},
		{"to a private address", func(w http.ResponseWriter, _ *http.Request) { to(w, "http://127.0.0.1:1/") }, webmention.ErrForbidden, true},
		{"to the metadata", func(w http.ResponseWriter, _ *http.Request) { to(w, "http://169.254.169.254/latest/") }, webmention.ErrForbidden, true},
		{"to IPv6 of this machine", func(w http.ResponseWriter, _ *http.Request) { to(w, "http://[::1]:80/") }, webmention.ErrForbidden, true},
		{"to a number", func(w http.ResponseWriter, _ *http.Request) { to(w, "http://[::ffff:127.0.0.1]/") }, webmention.ErrForbidden, true},
		{"to somebody's account", func(w http.ResponseWriter, r *http.Request) { to(w, "http://user:pass@"+r.Host+"/") }, webmention.ErrForbidden, true},
		{"slow to begin", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, context.DeadlineExceeded, false},
		{"slow to end", slow, context.DeadlineExceeded, false},
		{"cut off", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			page(w, "<p>")
		}, nil, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			patience := time.Minute
			if errors.Is(tt.want, context.DeadlineExceeded) {
				patience = time.Second
			}
			o := newOtherFor(t, tt.handler, patience)
			_, err := o.Read(t.Context(), o.URL, here)
			if err == nil || tt.want != nil && !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
			if webmention.Final(err) != tt.final {
				t.Errorf("%v: final is %t", err, !tt.final)
			}
			if n := o.asked.Load(); n > 6 {
				t.Errorf("asked %d times", n)
			}
		})
	}
}

func to(w http.ResponseWriter, address string) {
	w.Header().Set("Location", address)
	w.WriteHeader(http.StatusFound)
}

// bomb is 64 MiB that are small on the way.
func bomb(w http.ResponseWriter, _ *http.Request) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(linking))
	zeros := make([]byte, 1<<20)
	for range 64 {
		_, _ = z.Write(zeros)
	}
	_ = z.Close()
	w.Header().Set("Content-Encoding", "gzip")
	w.Header().Set("Content-Type", "text/html")
	_, _ = w.Write(b.Bytes())
}

// slow begins a page and never ends it.
func slow(w http.ResponseWriter, r *http.Request) {
	page(w, linking)
	w.(http.Flusher).Flush()
	<-r.Context().Done()
}

func TestAddressesThatAreNotFetched(t *testing.T) {
	t.Parallel()
	c := webmention.NewClient(webmention.Options{Agent: "hamlet test"})
	for _, address := range []string{
		"", "x", "/notes", "ftp://example.org/", "file:///etc/passwd", "http://", "http:///x", "http:x", "javascript:alert(1)", "http://user@example.org/",
		"http://127.0.0.1/", "http://[::1]/", "http://[::ffff:10.0.0.1]/", "http://169.254.169.254/latest/meta-data/", "http://10.0.0.1:443/",
		"http://example.org/" + strings.Repeat("x", webmention.MaxURL), "http://exa mple.org/", "http://[fe80::1%25eth0]/",
	} {
		if _, err := c.Read(t.Context(), address, here); !errors.Is(err, webmention.ErrForbidden) {
			t.Errorf("%q: got %v", address, err)
		}
	}
}

func TestDiscoverAndTell(t *testing.T) {
	t.Parallel()
	var told url.Values
	o := newOther(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/old":
			http.Redirect(w, r, "/blog/new", http.StatusMovedPermanently)
		case "/blog/new":
			page(w, `<link rel="webmention" href="wm?key=1">`)
		case "/picture":
			w.Header().Set("Link", `</blog/wm>; rel="webmention"`)
			w.Header().Set("Content-Type", "image/png")
		case "/blog/wm":
			_ = r.ParseForm()
			told = r.PostForm
			w.WriteHeader(http.StatusAccepted)
			_, _ = w.Write(bytes.Repeat([]byte("x"), 2*webmention.MaxBody))
		default:
			http.Error(w, "no", http.StatusBadRequest)
		}
	})
	endpoint, err := o.Discover(t.Context(), o.URL+"/old")
	if want := o.URL + "/blog/wm?key=1"; err != nil || endpoint != want {
		t.Fatalf("got %q, %v, want %q", endpoint, err, want)
	}
	if got, err := o.Discover(t.Context(), o.URL+"/picture"); err != nil || got != o.URL+"/blog/wm" {
		t.Errorf("of a picture: got %q, %v", got, err)
	}
	if err := o.Tell(t.Context(), endpoint, here, o.URL+"/old"); err != nil {
		t.Errorf("tell: %v", err)
	}
	if told.Get("source") != here || told.Get("target") != o.URL+"/old" || len(told) != 2 {
		t.Errorf("told %v", told)
	}
	if err := o.Tell(t.Context(), o.URL+"/other", here, o.URL); !errors.Is(err, webmention.StatusError(400)) || !webmention.Final(err) {
		t.Errorf("tell somebody who refuses: %v", err)
	}
	if err := o.Tell(t.Context(), "http://127.0.0.1:1/wm", here, o.URL); !errors.Is(err, webmention.ErrForbidden) {
		t.Errorf("tell this machine: %v", err)
	}
}

func FuzzClient(f *testing.F) {
	f.Add("http://127.0.0.1/")
	f.Add("http://[::ffff:127.0.0.1]:80/")
	f.Add("http://2130706433/")
	f.Add("https://0x7f.1/")
	c := webmention.NewClient(webmention.Options{Agent: "hamlet test", Patience: 200 * time.Millisecond, Allowed: func(netip.AddrPort) bool { return false }})
	f.Fuzz(func(t *testing.T, address string) {
		u, err := url.Parse(address)
		if err == nil {
			if _, err := netip.ParseAddr(u.Hostname()); err != nil && u.Hostname() != "" {
				return // it would be looked up
			}
		}
		if _, err := c.Discover(t.Context(), address); !errors.Is(err, webmention.ErrForbidden) {
			t.Errorf("%q: %v", address, err)
		}
	})
}
