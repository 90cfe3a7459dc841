package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/desk"
)

// deskLive is where moderators are told how much there is to do, and wakesDesk what their
// streams are woken by: a name that no post has.
const (
	deskLive  = "/admin/live"
	wakesDesk = "/"
)

// liveDesk is what moderators are told: how many comments there are on each tab, by its name,
// and in words how many have come into the list since it was shown.
type liveDesk struct {
	Counts map[string]int `json:"counts"`
	Fresh  string         `json:"fresh,omitempty"`
}

// The tabs that are no status, by the names of their counts.
const (
	ofMentions = "mentions"
	ofReports  = "reports"
)

// maxFresh is how many new comments are counted; more are not told apart.
const maxFresh = 99

// liveURL is where a list is told about, as it is shown now.
func liveURL(f desk.Filter, m desk.Mark) string {
	v := f.Values()
	if f.Status == "" {
		v.Set("status", desk.AnyStatus)
	}
	v.Set("mark", m.String())
	return deskLive + "?" + v.Encode()
}

// liveOf is what is to be told of a list.
func liveOf(v url.Values) (desk.Filter, desk.Mark, error) {
	f, err := desk.ParseFilter(v)
	if err != nil {
		return f, desk.Mark{}, errNotFound
	}
	m, err := desk.ParseMark(v.Get("mark"))
	if err != nil {
		return f, m, errNotFound
	}
	return f, m, nil
}

// showDeskLive answers GET for how much there is to do, as server-sent events: at once and
// whenever that changes, to whoever is logged in as long as they are.
func (s *Server) showDeskLive(c echo.Context) error {
	f, m, err := liveOf(c.QueryParams())
	if err != nil {
		return err
	}
	wake, leave := s.live.joinDesk(actor(c).Name)
	if leave == nil {
		c.Response().Header().Set("Retry-After", strconv.Itoa(s.live.retry))
		return c.NoContent(http.StatusServiceUnavailable)
	}
	defer leave()
	out, err := s.openStream(c)
	if err != nil || c.Request().Method == http.MethodHead {
		return err
	}
	if err := s.announceDesk(c, f, m, wake, out); err != nil {
		s.logFault(c, http.StatusInternalServerError, err)
	}
	return nil
}

// announceDesk tells of a list until the client goes, or is logged out, or the server ends.
// Only a fault of our own is an error.
func (s *Server) announceDesk(c echo.Context, f desk.Filter, m desk.Mark, wake <-chan struct{}, out stream) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), s.live.length)
	defer cancel()
	beat, look := time.NewTicker(s.live.beat), time.NewTicker(s.live.look)
	defer beat.Stop()
	defer look.Stop()
	told := ""
	for {
		who, err := s.listener(ctx, c)
		if err != nil || ctx.Err() != nil {
			return gone(ctx, err)
		}
		now, err := s.deskNow(ctx, who, f, m)
		if err != nil {
			return gone(ctx, err)
		}
		if now != told {
			told = now
			if !out.send("data: " + now + "\n\n") {
				return nil
			}
		}
		if !s.live.wait(ctx, time.After(s.live.pause)) || !s.live.looked(ctx, wake, look.C, beat.C, out) {
			return nil
		}
	}
}

// gone is an error, unless it comes of that nobody listens any more.
func gone(ctx context.Context, err error) error {
	if ctx.Err() == nil && !errors.Is(err, account.ErrNotFound) && !errors.Is(err, account.ErrForbidden) {
		return err
	}
	return nil
}

// looked gives signs of life until it is time to look again, because something woke it or
// the time has come (nil: never), and reports whether it is.
func (l *live) looked(ctx context.Context, wake <-chan struct{}, look, beat <-chan time.Time, out stream) bool {
	for {
		select {
		case <-wake:
			return true
		case <-look:
			return true
		case <-beat:
			if !out.send(":\n\n") {
				return false
			}
		case <-ctx.Done():
			return false
		case <-l.ended:
			return false
		}
	}
}

// listener is who listens, as their session is now: it may have been ended meanwhile. That
// somebody listens is no use of the session.
func (s *Server) listener(ctx context.Context, c echo.Context) (account.Actor, error) {
	ck, err := c.Cookie(s.sessions.Cookie.Name)
	if err != nil {
		return account.Actor{}, account.ErrNotFound
	}
	// What the request's own context has of the session is as it was when the stream began.
	fresh, cancel := context.WithCancel(context.Background())
	defer cancel()
	defer context.AfterFunc(ctx, cancel)()
	if fresh, err = s.sessions.Load(fresh, ck.Value); err != nil {
		return account.Actor{}, fmt.Errorf("load session: %w", err)
	}
	u, err := s.userOf(fresh)
	if err != nil {
		return account.Actor{}, err
	}
	return s.actorOf(u), nil
}

// deskNow is what is to be told now.
func (s *Server) deskNow(ctx context.Context, who account.Actor, f desk.Filter, m desk.Mark) (string, error) {
	counts, err := s.Comments.Counts(ctx, who)
	if err != nil {
		return "", err
	}
	now := liveDesk{Counts: map[string]int{}}
	for _, st := range comment.Statuses {
		now.Counts[string(st)] = counts[st]
	}
	for name, f := range map[string]desk.Filter{ofMentions: mentionsFilter, ofReports: reportsFilter} {
		if now.Counts[name], err = s.Queue.Count(ctx, who, f); err != nil {
			return "", err
		}
	}
	n, err := s.Queue.Since(ctx, who, f, m, maxFresh+1)
	if err != nil {
		return "", err
	}
	switch {
	case n > maxFresh:
		now.Fresh = s.printer().T("live.many", maxFresh)
	case n > 0:
		now.Fresh = s.printer().T("live.fresh", n)
	}
	text, err := json.Marshal(now)
	return string(text), err
}
