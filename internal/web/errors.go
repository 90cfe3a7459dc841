package web

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"hamlet/internal/account"
	"hamlet/internal/comment"
)

// errNotFound is the answer to a URL that leads nowhere.
var errNotFound = errors.New("page not found")

// statuses maps the errors of the rooms below to HTTP, first match first. What
// is not here is a 500.
var statuses = []struct {
	err    error
	status int
}{
	{errNotFound, http.StatusNotFound},
	{comment.ErrNotFound, http.StatusNotFound},
	{comment.ErrNoThread, http.StatusNotFound},
	{account.ErrNotFound, http.StatusNotFound},
	{account.ErrForbidden, http.StatusForbidden},
	{account.ErrSetupClosed, http.StatusForbidden},
	{comment.ErrClosed, http.StatusConflict},
	{comment.ErrConflict, http.StatusConflict},
}

// statusOf is the status of an error.
func statusOf(err error) int {
	var he *echo.HTTPError
	if errors.As(err, &he) {
		return he.Code
	}
	for _, s := range statuses {
		if errors.Is(err, s.err) {
			return s.status
		}
	}
	return http.StatusInternalServerError
}

// handleError is where every error of a handler ends: it logs what is our
// fault and shows the visitor a kind of error, never a text from below.
func (s *Server) handleError(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	_ = c.NoContent(statusOf(err))
}
