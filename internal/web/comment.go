package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"hamlet/internal/comment"
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
	Parent comment.ID   // the comment replied to; 0 for none
	Reply  *commentView // the same, to be shown
	Cancel string       // the post without a reply
	Errors []fieldError
}

func newForm(p *site.Post) formView {
	return formView{Action: p.URL + "/comments", Cancel: p.URL + "#respond"}
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

// fieldErrors puts the messages in the order of the fields.
func fieldErrors(byField map[string]string) []fieldError {
	var out []fieldError
	for _, f := range fields {
		if m := byField[f]; m != "" {
			out = append(out, fieldError{f, m})
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
		v.Form = newForm(p)
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

// explain says in words why the comment was not taken, and as which status.
func (v *respondView) explain(err error) int {
	if invalid, ok := errors.AsType[*comment.InvalidError](err); ok {
		v.Heading = "Your comment is not sent yet"
		v.Form.Errors = fieldErrors(invalid.Fields)
		return http.StatusUnprocessableEntity
	}
	if tooMany, ok := errors.AsType[*tooManyError](err); ok {
		v.Heading = "Please wait a little"
		v.Text = fmt.Sprintf("Several comments came from your connection in a short time, so this one was not taken yet. "+
			"Your text is below; send it again in %s.", waitInWords(tooMany.seconds()))
		return http.StatusTooManyRequests
	}
	status := statusOf(err)
	switch status {
	case http.StatusForbidden:
		v.Heading, v.Open = "Your comment was not taken", false
		v.Text = "It was sent from another site, or your browser did not say from where, so it was not kept. Your text is below: copy it, load the post again and paste it there."
	case http.StatusBadRequest:
		v.Heading = "Your comment is not sent yet"
		v.Text = "It was damaged on its way here, so it was not kept. What could be read of it is below; please look it over and send it again."
	case http.StatusConflict:
		v.Heading, v.Open = "Comments are closed", false
		v.Text = "This post does not take comments any more, so yours was not kept. Your text is below; copy it if you want to use it elsewhere."
	case http.StatusNotFound:
		v.Heading, v.Open = "This post is not there any more", false
		v.Text = "The post you wrote to has been moved or taken down, so your comment was not kept. Your text is below; copy it if you want to use it elsewhere."
	default:
		status = http.StatusInternalServerError
		v.Heading = "Your comment could not be kept"
		v.Text = "Something went wrong on this site, not with you. It has been noted. Your text is below; please send it again in a moment."
	}
	return status
}
