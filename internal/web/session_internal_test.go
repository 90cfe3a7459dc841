package web

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"hamlet/internal/account"
)

// fullDisk is a store of sessions that fails at one thing.
type fullDisk struct{ at string }

func (f fullDisk) fail(at string) error {
	if at == f.at {
		return errors.New("disk full at /var/secret")
	}
	return nil
}

func (f fullDisk) FindCtx(context.Context, string) (data []byte, found bool, err error) {
	return nil, false, f.fail("find")
}

func (f fullDisk) CommitCtx(context.Context, string, []byte, time.Time) error {
	return f.fail("commit")
}

func (f fullDisk) DeleteCtx(context.Context, string) error { return f.fail("delete") }

func TestSessionStoreFails(t *testing.T) {
	t.Parallel()
	tests := []struct {
		at, path string
		cookie   bool
		want     int
	}{
		{"find", "/test/in", true, 500},
		{"find", "/test/in", false, 303},
		{"commit", "/test/in", true, 500},
		{"delete", "/test/out", true, 500},
		{"nowhere", "/test/in", true, 303},
		{"nowhere", "/test/out", true, 303},
	}
	for _, tt := range tests {
		t.Run(tt.at+tt.path, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			s := bare(t, &log)
			s.sessions.Store = sessionStore{fullDisk{tt.at}, s.Now}
			s.echo.POST("/test/in", func(c echo.Context) error {
				if err := s.startSession(c, account.User{ID: 1}); err != nil {
					return err
				}
				return seeOther(c, "/admin")
			}, s.session)
			s.echo.POST("/test/out", s.logout, s.session)
			var header []string
			if tt.cookie {
				header = []string{"Cookie", "hamlet_session=token"}
			}
			w := ask(s, http.MethodPost, tt.path, nil, header...)
			if w.Code != tt.want {
				t.Fatalf("got %d, want %d\n%s", w.Code, tt.want, log.String())
			}
			if tt.want == 500 && (len(w.Header().Values("Set-Cookie")) > 0 || strings.Contains(w.Body.String(), "secret")) {
				t.Errorf("the error page sets a cookie or tells too much: %v\n%s", w.Header(), w.Body.String())
			}
			if faults := strings.Count(log.String(), `"level":"ERROR"`); faults != tt.want/500 {
				t.Errorf("errors logged: got %d, want %d\n%s", faults, tt.want/500, log.String())
			}
		})
	}
}
