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

// faultJSON is what is wrong with one field, parameter or header, or with all that was
// sent, and where in it that is.
type faultJSON struct {
	Field  string `json:"field"`
	Fault  string `json:"fault"`
	Detail string `json:"detail"`
	Max    int    `json:"max,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
	Offset *int   `json:"offset,omitempty"`
}

// misreadError is a request that cannot be read, with what of it is bad.
type misreadError struct{ parts []misreadPart }

// misreadPart is a part of a request that cannot be what it is. The field may be anything
// that somebody sent, and is not logged.
type misreadPart struct {
	field, fault, text string
	at                 *spot // nil: unknown
}

func (e *misreadError) Error() string { return "cannot read the request: " + e.parts[0].fault }

// misread is a bad request that says which part of it is bad.
func misread(field, fault, text string) error {
	return misreadAll(misreadPart{field: field, fault: fault, text: text})
}

func misreadAll(parts ...misreadPart) error {
	return echo.NewHTTPError(http.StatusBadRequest).SetInternal(&misreadError{parts})
}

// problem says what is bad.
func (m misreadPart) problem(p *locale.Printer) faultJSON {
	out := faultJSON{Field: m.field, Fault: m.fault, Detail: p.T(m.text)}
	if m.at != nil {
		out.Line, out.Column, out.Offset = m.at.line, m.at.column, &m.at.offset
		out.Detail += " " + p.T("api.at", "Line", m.at.line, "Column", m.at.column)
	}
	return out
}

// problemTexts say what went wrong, by status.
var problemTexts = map[int]string{
	http.StatusBadRequest:            "api.damaged",
	http.StatusForbidden:             "api.foreign",
	http.StatusNotFound:              "api.missing",
	http.StatusMethodNotAllowed:      "error.method_text",
	http.StatusRequestTimeout:        "error.slow_text",
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
		for _, part := range bad.parts {
			out.Errors = append(out.Errors, part.problem(p))
		}
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
