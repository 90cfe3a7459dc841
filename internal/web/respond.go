package web

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"hamlet/internal/comment"
	"hamlet/internal/site"
)

// respondView is the answer to a comment that was not taken, or not sent yet: what is
// wrong or how it looks, and the text, which is never lost. Nobody but its sender gets
// this page.
type respondView struct {
	frame
	Post      *site.Post // nil if it is not there any more
	Heading   string
	Text      string
	Form      formView
	Draft     *draftView // how it looks; nil if that was not asked for
	Open      bool       // it makes sense to send the form again
	RequestID string
	in        typed
}

// Typed is what the form is filled with.
func (v respondView) Typed() typed { return v.in }

// giveBack answers a comment that was not taken, with the text as typed.
func (s *Server) giveBack(c echo.Context, p *site.Post, in typed, err error) error {
	v := respondView{frame: s.frame(), Post: p, Open: p != nil, in: in}
	v.NoIndex = true
	if p != nil {
		v.Form = s.formAgain(p, in)
	}
	status := v.explain(err)
	if v.Form.Wrong("parent") != "" {
		v.Form.Parent = 0
	}
	switch status {
	case http.StatusTooManyRequests:
		setRetryAfter(c, err)
	case http.StatusInternalServerError, http.StatusServiceUnavailable:
		v.Form.sameAs(in) // it may be kept all the same
		s.logFault(c, status, err)
		v.RequestID = requestID(c)
	case statusGone:
		return err
	}
	v.Title = v.Heading
	return s.render(c, status, "respond", v)
}

// refusals name the texts that say why a comment was not taken, by status, and
// whether it makes sense to send it again.
var refusals = map[int]struct {
	heading, text string
	open          bool
}{
	http.StatusForbidden:             {"refused.foreign", "refused.foreign_text", false},
	http.StatusBadRequest:            {"refused.damaged", "refused.damaged_text", true},
	http.StatusRequestTimeout:        {"refused.slow", "refused.slow_text", true},
	http.StatusRequestEntityTooLarge: {"refused.large", "refused.large_text", true},
	http.StatusConflict:              {"refused.closed", "refused.closed_text", false},
	http.StatusNotFound:              {"refused.gone", "refused.gone_text", false},
	http.StatusInternalServerError:   {"refused.broken", "refused.broken_text", true},
	http.StatusServiceUnavailable:    {"refused.broken", "refused.broken_text", true},
}

// explain says in words why the comment was not taken, and as which status.
func (v *respondView) explain(err error) int {
	if invalid, ok := errors.AsType[*comment.InvalidError](err); ok {
		v.Heading = v.T("refused.invalid")
		v.Form.Errors = fieldErrors(v.Printer, invalid.Fields)
		return http.StatusUnprocessableEntity
	}
	if tooMany, ok := errors.AsType[*tooManyError](err); ok {
		v.Heading = v.T("refused.wait")
		v.Text = v.T("refused.wait_text", "Wait", waitInWords(v.Printer, tooMany.seconds()))
		return http.StatusTooManyRequests
	}
	if errors.Is(err, errSentBefore) {
		v.Heading, v.Text, v.Open = v.T("refused.twice"), v.T("refused.twice_text"), false
		return http.StatusConflict
	}
	status := statusOf(err)
	why, ok := refusals[status]
	if !ok {
		status = http.StatusInternalServerError
		why = refusals[status]
	}
	v.Heading, v.Text, v.Open = v.T(why.heading), v.T(why.text), v.Open && why.open
	return status
}
