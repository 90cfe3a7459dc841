package web

import (
	"sync"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"hamlet/internal/akismet"
	"hamlet/internal/insight"
	"hamlet/internal/locale"
	"hamlet/internal/opinion"
	"hamlet/static"
	"hamlet/templates"
)

var builtIn = sync.OnceValues(func() (*BuiltIn, error) {
	texts, err := locale.Load(templates.FS)
	if err != nil {
		return nil, err
	}
	return NewBuiltIn(templates.FS, static.FS, texts)
})

// MustBuiltIn is what the program brings.
func MustBuiltIn(tb testing.TB) *BuiltIn {
	tb.Helper()
	b, err := builtIn()
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// SetLive bounds the streams of a server otherwise, for tests; before there are any.
func (s *Server) SetLive(streams, perClient int, busy int64, beat time.Duration) {
	s.live.beat, s.live.pause, s.live.look = beat, beat, beat
	s.SetPlaces(streams, perClient, busy)
}

// SetPlaces bounds how many streams there may be, also while there are some.
func (s *Server) SetPlaces(streams, perClient int, busy int64) {
	s.live.mu.Lock()
	defer s.live.mu.Unlock()
	s.live.streams, s.live.perClient, s.live.liveLimits.busy = streams, perClient, busy
}

// Streams is how many there are now.
func (s *Server) Streams() int {
	s.live.mu.Lock()
	defer s.live.mu.Unlock()
	total := s.live.readers.total + s.live.desk.total
	if total == 0 && len(s.live.readers.of)+len(s.live.desk.of)+len(s.live.threads) != 0 {
		return -1 // something is left of those that ended
	}
	return total
}

// Forget lets all pages be made anew.
func (s *Server) Forget() { s.cache = newPageCache(cacheBytes, s.Now) }

// AllRoutes names every route there can be: "GET /admin/queue".
func AllRoutes() []string {
	s := &Server{echo: echo.New(), dress: dress{assets: &assets{}}, Options: Options{
		Insight: &insight.Desk{}, Opinion: &opinion.Service{}, Sites: &akismet.Service{},
	}}
	s.routes()
	var out []string
	for _, r := range s.echo.Routes() {
		out = append(out, r.Method+" "+r.Path)
	}
	return out
}
