package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"hamlet/internal/comment"
	"hamlet/internal/locale"
	"hamlet/internal/site"
)

// typed is what a reader typed into the form. It is shown to that reader alone,
// in the answer to that reader's own request.
type typed struct{ Author, Email, URL, Body, Parent string }

func typedIn(form url.Values) typed {
	return typed{
		Author: form.Get("author"), Email: form.Get("email"), URL: form.Get("url"),
		Body: form.Get("body"), Parent: form.Get("parent"),
	}
}

// formView is the form below a post, without what is typed into it.
type formView struct {
	Action string
	Token  string       // of the post and the day
	Parent comment.ID   // the comment replied to; 0 for none
	Reply  *commentView // the same, to be shown
	Cancel string       // the post without a reply
	Errors []fieldError
}

// newForm is the form of a post. It leads to commentsPath, wherever the post is.
func (s *Server) newForm(p *site.Post) formView {
	return formView{
		Action: "/posts/" + url.PathEscape(p.Slug) + "/comments", Token: s.tokens.of(p.Slug), Cancel: p.URL + "#respond",
	}
}

// fieldError is what is wrong with a field.
type fieldError struct{ Field, Message string }

// Wrong is what is wrong with a field, or empty.
func (f formView) Wrong(field string) string {
	for _, e := range f.Errors {
		if e.Field == field {
			return e.Message
		}
	}
	return ""
}

// fields is the order of the fields in the form.
var fields = []string{"parent", "body", "author", "email", "url"}

// faultTexts are the texts that say what is wrong with a comment.
var faultTexts = map[comment.Fault]string{
	comment.NameMissing:    "fault.name_missing",
	comment.NameLong:       "fault.name_long",
	comment.NameHasAddress: "fault.name_address",
	comment.EmailLong:      "fault.email_long",
	comment.EmailOdd:       "fault.email_odd",
	comment.SiteLong:       "fault.site_long",
	comment.SiteOdd:        "fault.site_odd",
	comment.SiteHasAddress: "fault.site_address",
	comment.TextMissing:    "fault.text_missing",
	comment.TextLong:       "fault.text_long",
	comment.TextHasAddress: "fault.text_address",
	comment.ParentGone:     "fault.parent_gone",
}

// fieldErrors says what is wrong, in the order of the fields.
func fieldErrors(p *locale.Printer, byField map[string]comment.Wrong) []fieldError {
	var out []fieldError
	for _, f := range fields {
		if w, wrong := byField[f]; wrong {
			out = append(out, fieldError{f, p.T(faultTexts[w.Fault], "Has", w.Count, "Max", w.Max)})
		}
	}
	return out
}

// postComment answers POST /posts/:slug/comments.
func (s *Server) postComment(c echo.Context) error {
	in, err := readTyped(c)
	if err != nil {
		return s.giveBackBad(c, in, err)
	}
	p, err := find(c, "slug", s.Site().Post)
	if err != nil {
		return s.giveBack(c, nil, in, fmt.Errorf("comment: %w", comment.ErrNoThread))
	}
	ctx := c.Request().Context()
	if err := s.comments.allow(ctx, clientKey(c.RealIP())); err != nil {
		return s.giveBack(c, p, in, err)
	}
	got, err := s.Comments.Submit(ctx, comment.Submission{
		Post: p.Slug, Parent: in.Parent, Author: in.Author, Email: in.Email, URL: in.URL, Body: in.Body,
	})
	if err != nil {
		return s.giveBack(c, p, in, err)
	}
	if got.Status == comment.Approved {
		return seeOther(c, p.URL+"#comment-"+strconv.FormatInt(int64(got.ID), 10))
	}
	return seeOther(c, p.URL+"?comment=held#respond")
}

// backToPost answers GET /posts/:slug/comments, where a browser asks again for
// the address of a form: with the way to the form.
func (s *Server) backToPost(c echo.Context) error {
	p, err := find(c, "slug", s.Site().Post)
	if err != nil {
		return err
	}
	return seeOther(c, p.URL+"#respond")
}

// respondView is the answer to a comment that was not taken: what is wrong, and
// the text, which is never lost. Nobody but its sender gets this page.
type respondView struct {
	frame
	Post      *site.Post // nil if it is not there any more
	Heading   string
	Text      string
	Form      formView
	Open      bool // it makes sense to send the form again
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
		v.Form = s.newForm(p)
		v.Form.Parent, _ = comment.ParseID(in.Parent) // what is no id is no parent
	}
	status := v.explain(err)
	if v.Form.Wrong("parent") != "" {
		v.Form.Parent = 0
	}
	switch status {
	case http.StatusTooManyRequests:
		setRetryAfter(c, err)
	case http.StatusInternalServerError:
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
	http.StatusForbidden:           {"refused.foreign", "refused.foreign_text", false},
	http.StatusBadRequest:          {"refused.damaged", "refused.damaged_text", true},
	http.StatusConflict:            {"refused.closed", "refused.closed_text", false},
	http.StatusNotFound:            {"refused.gone", "refused.gone_text", false},
	http.StatusInternalServerError: {"refused.broken", "refused.broken_text", true},
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
	status := statusOf(err)
	why, ok := refusals[status]
	if !ok {
		status = http.StatusInternalServerError
		why = refusals[status]
	}
	v.Heading, v.Text, v.Open = v.T(why.heading), v.T(why.text), v.Open && why.open
	return status
}
