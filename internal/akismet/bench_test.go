package akismet_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"hamlet/internal/apptest"
)

// BenchmarkCheck is one check after another through the whole handler, with what is kept of
// them kept beside it.
func BenchmarkCheck(b *testing.B) {
	s := running(b)
	body := []byte(s.with(isSpam("Cheap pills", spamText)...).Encode())
	b.ReportAllocs()
	for b.Loop() {
		s.check(body)
	}
}

// BenchmarkChecksAtRate asks 500 times a second, whether those before are answered or not, and
// tells how long the slowest of a hundred took. The aim is 50 ms.
func BenchmarkChecksAtRate(b *testing.B) {
	const rate = 500
	s := running(b)
	body := []byte(s.with(isSpam("Zorbel Quint", hamText)...).Encode())
	n := max(b.N, rate)
	took := make([]time.Duration, n)
	var asking sync.WaitGroup
	begin := time.Now()
	for i := range n {
		due := begin.Add(time.Duration(i) * time.Second / rate)
		time.Sleep(time.Until(due))
		asking.Go(func() {
			s.check(body)
			took[i] = time.Since(due)
		})
	}
	asking.Wait()
	slices.Sort(took)
	b.ReportMetric(float64(took[n*99/100].Microseconds())/1000, "ms-p99")
	b.ReportMetric(float64(took[n/2].Microseconds())/1000, "ms-p50")
}

// running is a site at a blog that keeps what is asked as it does when it serves.
func running(b *testing.B) *site {
	b.Helper()
	s := open(b)
	s.set(s.id, noLimit)
	ctx, cancel := context.WithCancel(b.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Sites.Run(ctx) }()
	b.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			b.Error(err)
		}
	})
	return s
}

// check asks once, and is quicker than do.
func (s *site) check(body []byte) {
	r := httptest.NewRequestWithContext(context.Background(), http.MethodPost, apptest.BaseURL+"/1.1/comment-check", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	if got := w.Body.String(); got != "true" && got != "false" {
		s.t.Errorf("got %q, want a verdict", got)
	}
}
