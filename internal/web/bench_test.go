package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"hamlet/internal/comment"
)

// discard is a ResponseWriter that keeps only headers.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(b []byte) (int, error) { return len(b), nil }
func (d discard) WriteHeader(int)             {}

func BenchmarkPostView(b *testing.B) {
	blog := open(b)
	for i := range 50 {
		blog.MustComment(comment.Submission{Post: "boat", Author: fmt.Sprint("Reader ", i), Body: strings.Repeat("Some *words* about boats. ", 10)})
	}
	h := blog.Handler()
	r := httptest.NewRequest("GET", "http://blog.example.org/posts/boat", http.NoBody)
	r.Header.Set("Accept-Encoding", "gzip, br")
	b.ReportAllocs()
	for b.Loop() {
		h.ServeHTTP(discard{http.Header{}}, r)
	}
}

func BenchmarkSubmit(b *testing.B) {
	blog := open(b)
	h := blog.Handler()
	form := fill("Ada", "Some *words* about boats and the weather.").Encode()
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequest("POST", "http://blog.example.org/posts/boat/comments", strings.NewReader(form))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		h.ServeHTTP(discard{http.Header{}}, r)
	}
}
