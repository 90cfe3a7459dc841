package web

import (
	"bytes"
	"context"
	"errors"
	"io"
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

func (f fullDisk) BeginCtx(context.Context, string, []byte, account.Session) error {
	return f.fail("commit")
}

func (f fullDisk) MoveCtx(context.Context, string, string, []byte, time.Time) (bool, error) {
	return true, f.fail("commit")
}

func (f fullDisk) UpdateCtx(context.Context, string, []byte, time.Time) (bool, error) {
	return true, f.fail("commit")
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

// leaving is a store of one session whose user logs out, in another tab, as soon
// as it has been read.
type leaving struct {
	token string
	data  []byte
}

func (l *leaving) FindCtx(_ context.Context, token string) (data []byte, found bool, err error) {
	data, found = l.data, token == l.token
	l.token = ""
	return data, found, nil
}

func (l *leaving) BeginCtx(_ context.Context, token string, data []byte, _ account.Session) error {
	l.token, l.data = token, data
	return nil
}

func (l *leaving) MoveCtx(_ context.Context, from, to string, data []byte, _ time.Time) (bool, error) {
	if from != l.token {
		return false, nil
	}
	l.token, l.data = to, data
	return true, nil
}

func (l *leaving) UpdateCtx(_ context.Context, token string, data []byte, _ time.Time) (bool, error) {
	if token != l.token {
		return false, nil
	}
	l.data = data
	return true, nil
}

func (l *leaving) DeleteCtx(context.Context, string) error { return nil }

// TestLogoutStands logs out while another request of the same session is under
// way: what that request saves must not log in again.
func TestLogoutStands(t *testing.T) {
	t.Parallel()
	s := bare(t, io.Discard)
	store := &leaving{}
	s.sessions.Store = sessionStore{store, s.Now}
	s.echo.POST("/test/in", func(c echo.Context) error {
		return s.startSession(c, account.User{ID: 1})
	}, s.session)
	s.echo.POST("/test/decide", func(c echo.Context) error {
		s.putNotice(c, notice{Text: "done"})
		if err := s.saveSession(c); err != nil {
			return err
		}
		return seeOther(c, "/admin")
	}, s.session)
	in := ask(s, http.MethodPost, "/test/in", nil).Result()
	defer func() { _ = in.Body.Close() }()
	if store.token == "" || len(in.Cookies()) != 3 {
		t.Fatalf("not logged in: %v", in.Cookies())
	}
	w := ask(s, http.MethodPost, "/test/decide", nil, "Cookie", in.Cookies()[0].Name+"="+in.Cookies()[0].Value)
	out := w.Result()
	defer func() { _ = out.Body.Close() }()
	if out.StatusCode != http.StatusSeeOther || store.token != "" {
		t.Errorf("got %d and session %q, want 303 and none", out.StatusCode, store.token)
	}
	if cs := out.Cookies(); len(cs) != 2 || cs[0].Value != "" || cs[1].Value != "" {
		t.Errorf("got cookies %v, want it taken away", cs)
	}
}
