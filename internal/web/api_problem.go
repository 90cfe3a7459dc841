package web

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"hamlet/internal/comment"
	"hamlet/internal/locale"
)

// problemType is the media type of RFC 9457.
const problemType = "application/problem+json"

// problemJSON is what the API says when it does not do what was asked. Its type is
// about:blank: the status says what it is, and the detail is for people.
type problemJSON struct {
	Title   string      `json:"title"`
	Status  int         `json:"status"`
	Detail  string      `json:"detail"`
	Errors  []faultJSON `json:"errors,omitempty"`
	Request string      `json:"request_id,omitempty"`
}

// faultJSON is what is wrong with one field, parameter or header.
type faultJSON struct {
	Field  string `json:"field"`
	Fault  string `json:"fault"`
	Detail string `json:"detail"`
	Max    int    `json:"max,omitempty"`
}

// misreadError is a part of a request that cannot be what it is.
type misreadError struct{ field, fault, text string }

func (e *misreadError) Error() string { return "cannot read " + e.field + ": " + e.fault }

// misread is a bad request that says which part of it is bad.
func misread(field, fault, text string) error {
	return echo.NewHTTPError(http.StatusBadRequest).SetInternal(&misreadError{field, fault, text})
}

// problemTexts say what went wrong, by status.
var problemTexts = map[int]string{
	http.StatusBadRequest:            "api.damaged",
	http.StatusForbidden:             "api.foreign",
	http.StatusNotFound:              "api.missing",
	http.StatusMethodNotAllowed:      "error.method_text",
	http.StatusConflict:              "api.closed",
	http.StatusGone:                  "api.gone",
	http.StatusRequestEntityTooLarge: "api.large",
	http.StatusUnsupportedMediaType:  "api.media",
	http.StatusUnprocessableEntity:   "api.invalid",
	http.StatusInternalServerError:   "api.broken",
}

// problem answers an error of the API; handleError has logged it.
func (s *Server) problem(c echo.Context, status int, err error) error {
	p := s.frame().Printer
	out := problemJSON{}
	if invalid, ok := errors.AsType[*comment.InvalidError](err); ok {
		out.Errors = faultsOf(p, invalid.Fields)
	}
	if bad, ok := errors.AsType[*misreadError](err); ok {
		out.Errors = []faultJSON{{Field: bad.field, Fault: bad.fault, Detail: p.T(bad.text)}}
	}
	text, known := problemTexts[status]
	if !known && status >= http.StatusInternalServerError {
		text = problemTexts[http.StatusInternalServerError]
	}
	out.Status, out.Title = status, http.StatusText(status)
	out.Detail = p.T(cmp.Or(text, problemTexts[http.StatusBadRequest]))
	if tooMany, ok := errors.AsType[*tooManyError](err); ok {
		setRetryAfter(c, err)
		out.Detail = p.T("api.often", "Wait", waitInWords(p, tooMany.seconds()))
	}
	if status >= http.StatusInternalServerError {
		out.Request = requestID(c)
	}
	b, err := json.Marshal(out)
	if err != nil {
		return err
	}
	return c.Blob(status, problemType, append(b, '\n'))
}

// faultsOf says what is wrong with a comment, in the order of the fields.
func faultsOf(p *locale.Printer, byField map[string]comment.Wrong) []faultJSON {
	var out []faultJSON
	for _, e := range fieldErrors(p, byField) {
		w := byField[e.Field]
		name := strings.TrimPrefix(faultTexts[w.Fault], "fault.")
		out = append(out, faultJSON{Field: e.Field, Fault: name, Detail: e.Message, Max: w.Max})
	}
	return out
}
