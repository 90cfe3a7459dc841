package web

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// TestSearchBeforeTheIndex asks a blog that has no index yet.
func TestSearchBeforeTheIndex(t *testing.T) {
	t.Parallel()
	s := bare(t, io.Discard)
	for _, path := range []string{"/search?q=tea", "/search?q=tea&page=2", "/search?q=tea&part=results"} {
		w := ask(s, "GET", path, nil)
		if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") != "5" {
			t.Errorf("%s: got %d, Retry-After %q; want 503, 5", path, w.Code, w.Header().Get("Retry-After"))
		}
		if !strings.Contains(w.Body.String(), "The search is not ready yet") {
			t.Errorf("%s: does not say why:\n%s", path, w.Body)
		}
	}
	if w := ask(s, "GET", "/search", nil); w.Code != http.StatusOK {
		t.Errorf("without a query: got %d, want 200", w.Code)
	}
}
