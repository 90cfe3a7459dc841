package web

import (
	"slices"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"hamlet/internal/content"
)

// TestRoutesAreReserved sees that no page can take an address of the blog's own.
func TestRoutesAreReserved(t *testing.T) {
	t.Parallel()
	s := &Server{echo: echo.New(), dress: dress{assets: &assets{}}}
	s.routes()
	seen := 0
	for _, r := range s.echo.Routes() {
		first, _, _ := strings.Cut(strings.TrimPrefix(r.Path, "/"), "/")
		if first == "" || strings.ContainsAny(first, ":*") { // what they take not, anything takes
			continue
		}
		if seen++; !slices.Contains(content.ReservedSlugs, first) {
			t.Errorf("%s %s: a page may be called %q", r.Method, r.Path, first)
		}
	}
	if seen == 0 {
		t.Error("no route was looked at")
	}
}
