package web

import (
	"compress/gzip"
	"context"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
)

func TestAccepted(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		accept []string
		want   string // what is sent when there is everything
	}{
		{"nothing", nil, ""},
		{"empty", []string{""}, ""},
		{"a browser over https", []string{"gzip, deflate, br, zstd"}, "br"},
		{"a browser over http", []string{"gzip, deflate"}, "gzip"},
		{"the old name", []string{"x-gzip"}, "gzip"},
		{"without spaces", []string{"deflate,gzip,br"}, "br"},
		{"in capitals", []string{"GZIP"}, "gzip"},
		{"two lines", []string{"gzip", "br"}, "br"},
		{"refused", []string{"br;q=0, gzip"}, "gzip"},
		{"refused with digits", []string{"br; q=0.000, gzip ; Q=0.5"}, "gzip"},
		{"both refused", []string{"br;q=0, gzip;q=0"}, ""},
		{"weighed", []string{"br;q=0.1, gzip;q=0.9"}, "gzip"},
		{"equal", []string{"gzip;q=0.5, br;q=0.5"}, "br"},
		{"plain is liked better", []string{"identity, gzip;q=0.5"}, ""},
		{"plain is refused", []string{"identity;q=0"}, ""},
		{"plain is refused, gzip is not", []string{"gzip, identity;q=0"}, "gzip"},
		{"anything", []string{"*"}, "gzip"},
		{"anything else refused", []string{"gzip, *;q=0"}, "gzip"},
		{"anything but gzip", []string{"gzip;q=0, *"}, ""},
		{"others only", []string{"zstd, deflate"}, ""},
		{"nonsense", []string{";;q=,, br;q=x, gzip;q=-1, =, ,"}, ""},
		{"too many digits", []string{"br;q=0.0001"}, ""},
		{"a word within a word", []string{"brr, xgzip"}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b, err := newBodies([]byte(strings.Repeat("boat ", 100)), "h", true)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if v, _ := b.pick(accepted(tt.accept)); v != nil && v.encoding != nil {
				got = v.encoding[0]
			}
			if got != tt.want {
				t.Errorf("Accept-Encoding %q: got %q, want %q", tt.accept, got, tt.want)
			}
		})
	}
}

// TestAcceptedKnowsByHeart: what is known by heart means what it would mean if it
// were read.
func TestAcceptedKnowsByHeart(t *testing.T) {
	t.Parallel()
	for _, accept := range []string{
		"gzip, deflate, br, zstd", "gzip, deflate, br", "gzip, br", "br, gzip", "br", "gzip, deflate", "gzip",
	} {
		got, want := accepted([]string{accept}), weigh([]string{accept})
		if got != want {
			t.Errorf("%q: got %v, want %v", accept, got, want)
		}
	}
}

// unpacked is the body of an answer without its encoding.
func unpacked(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	var r io.Reader = w.Body
	switch w.Header().Get("Content-Encoding") {
	case "gzip":
		var err error
		if r, err = gzip.NewReader(w.Body); err != nil {
			t.Fatal(err)
		}
	case "br":
		r = brotli.NewReader(w.Body)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// shop is a server with one text at /text, and the text.
func shop(t *testing.T) (s *Server, get func(header ...string) *httptest.ResponseRecorder, text string) {
	t.Helper()
	s = bare(t, io.Discard)
	s.cache.serve(s.Site())
	words, random := strings.Fields("the boat came in with the tide and went out again, said Mara to nobody"), rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		text += words[random.IntN(len(words))] + " "
	}
	src := source{key: "/text", stamp: "1", thread: "text", make: func(context.Context, *page) (answer, error) {
		return answer{kind: "text/plain; charset=utf-8", body: []byte(text)}, nil
	}}
	p, err := s.page(t.Context(), s.Site(), src)
	if err != nil {
		t.Fatal(err)
	}
	return s, func(header ...string) *httptest.ResponseRecorder {
		t.Helper()
		r := httptest.NewRequest("GET", "/text", http.NoBody)
		for i := 0; i+1 < len(header); i += 2 {
			r.Header.Add(header[i], header[i+1])
		}
		w := httptest.NewRecorder()
		if err := s.send(w, r, p); err != nil {
			t.Fatal(err)
		}
		return w
	}, text
}

func TestEveryEncodingSaysTheSame(t *testing.T) {
	t.Parallel()
	_, get, text := shop(t)
	tags := map[string]bool{}
	for _, accept := range []string{"br", "gzip", "identity", "identity"} {
		w := get("Accept-Encoding", accept)
		tag := w.Header().Get("Etag")
		if strings.HasPrefix(tag, "W/") {
			t.Errorf("%s: the tag %s is weak", accept, tag)
		}
		tags[tag] = true
		if length := w.Body.Len(); w.Header().Get("Content-Length") != strconv.Itoa(length) {
			t.Errorf("%s: Content-Length %s for %d bytes", accept, w.Header().Get("Content-Length"), length)
		}
		if got := unpacked(t, w); got != text {
			t.Errorf("%s: got %.60q…, want %.60q…", accept, got, text)
		}
	}
	if len(tags) != 3 {
		t.Errorf("got the tags %v, want one for each of three encodings", tags)
	}
}

func TestNotModified(t *testing.T) {
	t.Parallel()
	s, get, _ := shop(t)
	br := get("Accept-Encoding", "br").Header().Get("Etag")
	gz := get("Accept-Encoding", "gzip").Header().Get("Etag")
	now := s.Now().UTC()
	at := func(d time.Duration) string { return now.Add(d).Format(http.TimeFormat) }
	for _, tt := range []struct {
		name   string
		header []string
		want   int
	}{
		{"known", []string{"If-None-Match", br}, 304},
		{"made weak on the way", []string{"If-None-Match", "W/" + br}, 304},
		{"in a list", []string{"If-None-Match", `"x", W/"y" ,` + br}, 304},
		{"on a second line", []string{"If-None-Match", `"x"`, "If-None-Match", br}, 304},
		{"anything", []string{"If-None-Match", "*"}, 304},
		{"of another encoding", []string{"If-None-Match", gz}, 200},
		{"unknown", []string{"If-None-Match", `"x"`}, 200},
		{"without quotes", []string{"If-None-Match", strings.Trim(br, `"`)}, 200},
		{"since then", []string{"If-Modified-Since", at(0)}, 304},
		{"since later", []string{"If-Modified-Since", at(time.Hour)}, 304},
		{"since before", []string{"If-Modified-Since", at(-time.Second)}, 200},
		{"no date", []string{"If-Modified-Since", "yesterday"}, 200},
		{"the tag counts", []string{"If-Modified-Since", at(0), "If-None-Match", `"x"`}, 200},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := get(append([]string{"Accept-Encoding", "br"}, tt.header...)...)
			if w.Code != tt.want || (tt.want == 304) != (w.Body.Len() == 0) {
				t.Errorf("got %d with %d bytes, want %d", w.Code, w.Body.Len(), tt.want)
			}
			for _, name := range []string{"Etag", "Cache-Control", "Vary", "Last-Modified"} {
				if w.Header().Get(name) == "" {
					t.Errorf("%d lacks %s", w.Code, name)
				}
			}
		})
	}
}

// TestSettle compresses a page better: what clients have stays known, and what
// they get says the same.
func TestSettle(t *testing.T) {
	t.Parallel()
	s, get, text := shop(t)
	before := get("Accept-Encoding", "br")
	for range settleLooks {
		s.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("HEAD", "/text", http.NoBody)) // asked for again
		for _, p := range s.cache.settling() {
			if err := s.cache.settle(p); err != nil {
				t.Fatal(err)
			}
		}
	}
	after := get("Accept-Encoding", "br")
	if after.Body.Len() >= before.Body.Len() || after.Header().Get("Etag") == before.Header().Get("Etag") {
		t.Errorf("got %d bytes with tag %s, before %d with tag %s; want fewer, and another tag",
			after.Body.Len(), after.Header().Get("Etag"), before.Body.Len(), before.Header().Get("Etag"))
	}
	if got := unpacked(t, after); got != text {
		t.Errorf("got %.60q…, want %.60q…", got, text)
	}
	for _, tag := range []string{before.Header().Get("Etag"), after.Header().Get("Etag")} {
		w := get("Accept-Encoding", "br", "If-None-Match", tag)
		if w.Code != 304 || w.Header().Get("Etag") != tag {
			t.Errorf("known as %s: got %d, %s", tag, w.Code, w.Header().Get("Etag"))
		}
	}
	if due := s.cache.settling(); len(due) != 0 {
		t.Errorf("%d pages are to be settled again", len(due))
	}
	checkBytes(t, s.cache)
}

// checkBytes sees that what the cache thinks it holds is what it holds.
func checkBytes(t *testing.T, pc *pageCache) {
	t.Helper()
	bytes := 0
	for _, p := range pc.clock {
		if got, want := p.size, p.bodies.Load().size()+p.overhead(); got != want {
			t.Errorf("%s counts %d bytes, and has %d", p.where.path, got, want)
		}
		bytes += p.size
	}
	if bytes != pc.bytes {
		t.Errorf("the cache counts %d bytes, and has %d", pc.bytes, bytes)
	}
}

// TestLastModified changes a page: who asks by date alone must never keep what was
// there before.
func TestLastModified(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	old := noon.Add(-24 * time.Hour)
	var last *page
	for i, step := range []struct {
		text     string
		modified time.Time
		now      time.Duration
		want     string
	}{
		{"a", old, 0, "Sat, 28 Feb 2026 12:00:00 GMT"},
		{"a", old, time.Minute, "Sat, 28 Feb 2026 12:00:00 GMT"},     // made anew, the same
		{"b", old, 2 * time.Minute, "Sun, 01 Mar 2026 12:02:00 GMT"}, // the date did not tell
		{"c", old, 2*time.Minute + 900*time.Millisecond, ""},         // within the second
		{"d", time.Time{}, 2*time.Minute + 999*time.Millisecond, ""}, // still
		{"d", time.Time{}, 3 * time.Minute, ""},                      // the same as before
		{"e", time.Time{}, 3 * time.Minute, "Sun, 01 Mar 2026 12:03:00 GMT"},
		{"f", noon.Add(time.Hour), 4 * time.Minute, "Sun, 01 Mar 2026 12:04:00 GMT"}, // never in the future
	} {
		p, err := newPage(answer{kind: "text/plain", body: []byte(step.text), modified: step.modified}, last, noon.Add(step.now))
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(p.modified, ""); got != step.want {
			t.Errorf("step %d: got %q, want %q", i, got, step.want)
		}
		last = p
	}
}

// TestPolicies: every answer carries them, whoever gives it, and over https the
// word that it is to stay so.
func TestPolicies(t *testing.T) {
	t.Parallel()
	for _, https := range []bool{false, true} {
		s := counter(t)
		s.policies = newPolicies(https)
		_, head, _ := s.Quick().Answer([]byte(lines("GET /text HTTP/1.1")))
		for _, target := range []string{"/text", "/test/read", "/test/nothing", "/static/style.css"} {
			h := ask(s, "GET", target, nil).Header()
			for name, want := range map[string]string{
				"Content-Security-Policy": "default-src 'none'; ", "X-Content-Type-Options": "nosniff",
				"Referrer-Policy": "strict-origin", "Permissions-Policy": "camera=()",
				"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
				"Strict-Transport-Security": map[bool]string{true: "max-age=31536000"}[https],
			} {
				got := h.Get(name)
				if !strings.HasPrefix(got, want) || (want == "") != (got == "") || strings.Contains(got, "unsafe") {
					t.Errorf("https %v, %s: %s is %q", https, target, name, got)
				}
				if strings.Contains(string(head), name) != (want != "") {
					t.Errorf("https %v, answered quickly: %s: %v", https, name, want == "")
				}
			}
			if h.Get("Set-Cookie") != "" {
				t.Errorf("%s sets a cookie", target)
			}
		}
	}
}
