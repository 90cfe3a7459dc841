package web

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"hamlet/internal/account"
	"hamlet/internal/akismet"
	"hamlet/internal/comment"
	"hamlet/internal/rule"
)

// errNotFound is the answer to a URL that leads nowhere.
var errNotFound = errors.New("page not found")

// tooManyError is the answer to a client that asks too often.
type tooManyError struct {
	after time.Duration // until it may ask again
}

func (e *tooManyError) Error() string { return "too many requests; again in " + e.after.String() }

// seconds is the wait in full seconds, at least one, as Retry-After has it.
func (e *tooManyError) seconds() int { return max(1, int(math.Ceil(e.after.Seconds()))) }

// statusGone stands in the log for a client that did not wait for its answer.
const statusGone = 499

// statuses maps the errors of the rooms below to HTTP, first match first. What
// is not here is a 500.
var statuses = []struct {
	err    error
	status int
}{
	{errNotFound, http.StatusNotFound},
	{errGone, http.StatusGone},
	{errCrossOrigin, http.StatusForbidden},
	{errSlow, http.StatusRequestTimeout},
	{comment.ErrNotFound, http.StatusNotFound},
	{comment.ErrGone, http.StatusGone},
	{comment.ErrNoThread, http.StatusNotFound},
	{account.ErrNotFound, http.StatusNotFound},
	{account.ErrForbidden, http.StatusForbidden},
	{account.ErrInvitation, http.StatusNotFound},
	{account.ErrNoPasskeys, http.StatusNotFound},
	{account.ErrLastOwner, http.StatusConflict},
	{account.ErrConflict, http.StatusConflict},
	{account.ErrSetupClosed, http.StatusForbidden},
	{rule.ErrNotFound, http.StatusNotFound},
	{akismet.ErrNotFound, http.StatusNotFound},
	{comment.ErrClosed, http.StatusConflict},
	{comment.ErrAdrift, http.StatusServiceUnavailable},
	{comment.ErrConflict, http.StatusConflict},
	{context.Canceled, statusGone},
}

// statusOf is the status of an error.
func statusOf(err error) int {
	var (
		he       *echo.HTTPError
		tooLarge *http.MaxBytesError
		tooMany  *tooManyError
		invalid  *comment.InvalidError
	)
	switch {
	case errors.As(err, &he):
		return he.Code
	case errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge
	case errors.As(err, &tooMany):
		return http.StatusTooManyRequests
	case errors.As(err, &invalid):
		return http.StatusUnprocessableEntity
	}
	for _, s := range statuses {
		if errors.Is(err, s.err) {
			return s.status
		}
	}
	return http.StatusInternalServerError
}

// errorView is the page of an error.
type errorView struct {
	frame
	Status    int
	Heading   string
	Text      string
	RequestID string // for the log; empty if the log has nothing to say
}

// kinds names the texts that say what went wrong, by status: never a text from
// below.
var kinds = map[int]struct{ heading, text string }{
	http.StatusBadRequest:            {"error.unread", "error.unread_text"},
	http.StatusForbidden:             {"error.forbidden", "error.forbidden_text"},
	http.StatusNotFound:              {"error.missing", "error.missing_text"},
	http.StatusMethodNotAllowed:      {"error.method", "error.method_text"},
	http.StatusRequestTimeout:        {"error.slow", "error.slow_text"},
	http.StatusConflict:              {"error.conflict", "error.conflict_text"},
	http.StatusRequestEntityTooLarge: {"error.large", "error.large_text"},
	http.StatusUnsupportedMediaType:  {"error.unread", "error.not_a_form"},
	http.StatusTooManyRequests:       {"error.often", "error.often_text"},
}

// handleError is where every error of a handler ends: it logs what is our
// fault and shows the visitor a kind of error, never a text from below.
func (s *Server) handleError(err error, c echo.Context) {
	status := statusOf(err)
	s.logFault(c, status, err)
	if c.Response().Committed {
		return
	}
	if status == statusGone {
		_ = c.NoContent(statusGone)
		return
	}
	if isAPI(c.Request()) && s.problem(c, status, err) == nil {
		return
	}
	if isLost(status) && s.showLost(c, status) == nil {
		return
	}
	v := s.errorPage(c, status, err)
	if renderErr := s.render(c, status, "error", v); renderErr != nil {
		s.logFault(c, http.StatusInternalServerError, renderErr)
		_ = c.String(status, v.Heading+"\n\n"+v.Text+"\n") // the client is gone if this fails
	}
}

// errorPage says what happened, and what to do now.
func (s *Server) errorPage(c echo.Context, status int, err error) errorView {
	v := errorView{frame: s.frame(), Status: status}
	kind, ok := kinds[status]
	switch {
	case !ok && status < http.StatusInternalServerError:
		kind = kinds[http.StatusBadRequest]
	case !ok:
		kind.heading, kind.text = "error.broken", "error.broken_text"
	}
	if errors.Is(err, errCrossOrigin) {
		kind.text = "error.foreign_text"
	}
	v.Heading, v.Text = v.T(kind.heading), v.T(kind.text)
	if status >= http.StatusInternalServerError {
		v.RequestID = requestID(c)
	}
	setRetryAfter(c, err)
	v.Title, v.NoIndex = v.Heading, true
	return v
}

// setRetryAfter tells a client that asked too often when to ask again.
func setRetryAfter(c echo.Context, err error) {
	if tooMany, ok := errors.AsType[*tooManyError](err); ok {
		c.Response().Header().Set("Retry-After", strconv.Itoa(tooMany.seconds()))
	}
}

// logFault logs an error that is our own fault, once, with the id the visitor
// was shown. A client that leaves in the middle of its answer is none: net/http ends the
// request then.
func (s *Server) logFault(c echo.Context, status int, err error) {
	left := c.Response().Committed && c.Request().Context().Err() != nil
	if left || status < http.StatusInternalServerError {
		return
	}
	attrs := []slog.Attr{
		slog.String("method", c.Request().Method),
		slog.String("route", c.Path()),
		slog.String("error", err.Error()),
		slog.String("request_id", requestID(c)),
	}
	if p, ok := errors.AsType[*panicError](err); ok {
		attrs = append(attrs, slog.String("stack", string(p.stack)))
	}
	s.Log.LogAttrs(c.Request().Context(), slog.LevelError, "request failed", attrs...)
}
