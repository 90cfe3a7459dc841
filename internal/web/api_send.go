package web

import (
	"html/template"
	"mime"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"hamlet/internal/comment"
	"hamlet/internal/site"
)

// headerIdempotency makes the same request twice one comment.
const headerIdempotency = "Idempotency-Key"

// sentJSON is a comment as it comes to the API. Its fields are those of the form.
type sentJSON struct {
	Author  string     `json:"author"`
	Email   string     `json:"email"`
	URL     string     `json:"url"`
	Body    string     `json:"body"`
	Parent  comment.ID `json:"parent"`
	Tell    bool       `json:"tell"`
	Replies bool       `json:"replies"`
	Work    string     `json:"work"`
}

// keptJSON says what became of it. Nobody but its sender gets this.
type keptJSON struct {
	ID      comment.ID `json:"id"`
	Status  string     `json:"status"`
	URL     string     `json:"url,omitempty"`
	Private string     `json:"private_url"`
}

// draftJSON is a comment as it would be shown.
type draftJSON struct {
	Author string        `json:"author"`
	URL    string        `json:"url,omitempty"`
	HTML   template.HTML `json:"html"`
}

// submission is what was sent, by the rules of the form. A program has no browser to
// tell of, and what is sent from other sites proves nobody.
func (in sentJSON) submission(p *site.Post) comment.Submission {
	sub := comment.Submission{
		Post: p.Slug, Author: in.Author, Email: in.Email, URL: in.URL, Body: in.Body,
		Tell: in.Tell, Replies: in.Replies, Channel: comment.API,
	}
	if in.Parent != 0 {
		sub.Parent = strconv.FormatInt(int64(in.Parent), 10)
	}
	return sub
}

// sendJSON answers POST apiComments.
func (s *Server) sendJSON(c echo.Context) error {
	now := s.Site()
	p, err := s.askedPost(c, now)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	if err := s.comments.allow(ctx, clientKey(c.RealIP())); err != nil {
		return err
	}
	sub, err := s.readJSON(c, p)
	if err != nil {
		return err
	}
	got, err := s.Comments.Submit(ctx, sub)
	if err != nil {
		return err
	}
	out := keptJSON{ID: got.ID, Status: "held", Private: now.BaseURL + s.Comments.OwnPath(got.ID, got.Link)}
	if got.Status == comment.Approved {
		out.Status, out.URL = "published", now.BaseURL+permalink(got.ID)
		c.Response().Header().Set(echo.HeaderLocation, apiCommentURL(now, got.ID))
	}
	return c.JSON(http.StatusCreated, out)
}

// previewJSON answers POST apiPreview; nothing is kept.
func (s *Server) previewJSON(c echo.Context) error {
	p, err := s.askedPost(c, s.Site())
	if err != nil {
		return err
	}
	if err := s.previews.allow(c.Request().Context(), clientKey(c.RealIP())); err != nil {
		return err
	}
	if !s.takesComments(p) {
		return comment.ErrClosed
	}
	sub, err := s.readJSON(c, p)
	if err != nil {
		return err
	}
	d := s.draftOf(s.frame().Printer, typed{Author: sub.Author, Email: sub.Email, URL: sub.URL, Body: sub.Body})
	return c.JSON(http.StatusOK, draftJSON{d.Author, d.URL, d.Text})
}

// readJSON reads a comment that was sent as JSON, and what came beside it.
func (s *Server) readJSON(c echo.Context, p *site.Post) (comment.Submission, error) {
	kind, _, err := mime.ParseMediaType(c.Request().Header.Get(echo.HeaderContentType))
	if err != nil || kind != echo.MIMEApplicationJSON {
		return comment.Submission{}, echo.ErrUnsupportedMediaType
	}
	key, err := idempotencyKey(c)
	if err != nil {
		return comment.Submission{}, err
	}
	in, err := decodeComment(c.Request())
	if err != nil {
		return comment.Submission{}, err
	}
	sub := in.submission(p)
	sub.Agent, sub.Referrer = c.Request().UserAgent(), c.Request().Referer()
	sub.FormID, sub.Network, sub.Addr = key, networkOf(c.RealIP()), addrOf(c.RealIP())
	sub.Work = s.workOf(p.Slug, in.Work)
	sub.Tell, sub.Replies = s.Mail && sub.Tell, s.Mail && sub.Replies
	return sub, nil
}

// idempotencyKey is what makes the same request twice one comment; empty for nothing. It
// may stand in quotation marks, as a string of RFC 9651 does.
func idempotencyKey(c echo.Context) (string, error) {
	key := c.Request().Header.Get(headerIdempotency)
	if n := len(key); n > 1 && key[0] == '"' && key[n-1] == '"' {
		key = key[1 : n-1]
	}
	switch {
	case key == "":
		return "", nil
	case !isFormID(key):
		return "", misread(headerIdempotency, "idempotency_key", "api.key")
	}
	return "key " + key, nil
}
