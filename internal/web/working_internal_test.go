package web

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/labstack/echo/v4"

	"hamlet/internal/insight"
)

// TestWorkingIsNotSentAgain: a form that has to wait for a result fails; its answer is no page
// that is asked for again.
func TestWorkingIsNotSentAgain(t *testing.T) {
	t.Parallel()
	s, rec := &Server{}, httptest.NewRecorder()
	c := echo.New().NewContext(httptest.NewRequest("POST", filterPath+"/setting", http.NoBody), rec)
	err := s.working(func(echo.Context) error { return &insight.WorkingError{} })(c)
	if _, ok := errors.AsType[*insight.WorkingError](err); !ok || rec.Header().Get("Refresh") != "" {
		t.Errorf("got %v, %v", err, rec.Header())
	}
}
