package web

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"hamlet/internal/comment"
	"hamlet/internal/site"
)

// postComment answers POST /posts/:slug/comments.
func (s *Server) postComment(c echo.Context) error {
	in, err := readTyped(c)
	if err != nil {
		return s.giveBackBad(c, in, err)
	}
	p, err := find(c, "slug", s.Site().Renamed)
	if err != nil {
		return s.giveBack(c, nil, in, fmt.Errorf("comment: %w", comment.ErrNoThread))
	}
	if in.preview || c.QueryParam("part") == "preview" {
		return s.previewComment(c, p, in)
	}
	ctx := c.Request().Context()
	if err := s.comments.allow(ctx, clientKey(c.RealIP())); err != nil {
		return s.giveBack(c, p, in, err)
	}
	sub, own, err := s.submission(c, p, in)
	if err != nil {
		return s.giveBack(c, p, in, err)
	}
	cookie, proof := s.rememberAs(c, in.Remember)
	sub.Proof = proof
	got, err := s.Comments.Submit(ctx, sub)
	if err != nil {
		return s.giveBack(c, p, in, err)
	}
	path := s.Comments.OwnPath(got.ID, got.Link)
	if got.Again && !own {
		if err := s.justSent(ctx, path); err != nil {
			return s.giveBack(c, p, in, err)
		}
	}
	if cookie != "" {
		s.setAuthorCookie(c, cookie, authorDays*24*60*60)
	}
	return seeOther(c, path)
}

// secondThoughts is how long after a comment the same form without an id is taken for
// sent twice by the same person. Later it may be somebody behind the same address who
// copied what they read, and who must not get the private link.
const secondThoughts = 10 * time.Minute

// errSentBefore is the answer then.
var errSentBefore = fmt.Errorf("this comment is here already: %w", comment.ErrConflict)

func (s *Server) justSent(ctx context.Context, path string) error {
	m, err := s.Comments.Mine(ctx, strings.TrimPrefix(path, "/comments/"))
	if err != nil {
		return err
	}
	if s.Now().Sub(m.Comment.CreatedAt) > secondThoughts {
		return errSentBefore
	}
	return nil
}

// submission is what was typed with what came beside it. own says that the form had an
// id that nobody else knows.
func (s *Server) submission(c echo.Context, p *site.Post, in typed) (sub comment.Submission, own bool, err error) {
	sub = comment.Submission{
		Post: p.Slug, Parent: in.Parent, Author: in.Author, Email: in.Email, URL: in.URL, Body: in.Body,
		Tell: s.Mail && in.Tell, Replies: s.Mail && in.Replies,
		Form: s.evidence(p.Slug, in), Network: networkOf(c.RealIP()), Addr: addrOf(c.RealIP()),
		Agent: c.Request().UserAgent(), Referrer: c.Request().Referer(),
		Work: s.workOf(p.Slug, in.work),
	}
	sub.FormID, own = s.sameForm(c, p.Slug, in)
	sub.Role, err = s.role(c, p)
	return sub, own, err
}

// previewComment shows what a comment will look like; nothing is kept. With
// part=preview the answer is that alone, for static/form.js.
func (s *Server) previewComment(c echo.Context, p *site.Post, in typed) error {
	if err := s.previews.allow(c.Request().Context(), clientKey(c.RealIP())); err != nil {
		return s.giveBack(c, p, in, err)
	}
	if !s.takesComments(p) {
		return s.giveBack(c, p, in, fmt.Errorf("preview: %w", comment.ErrClosed))
	}
	f := s.frame()
	draft := s.draftOf(f.Printer, in)
	if c.QueryParam("part") == "preview" {
		return s.renderPart(c, http.StatusOK, "respond", "draft", draft)
	}
	v := respondView{frame: f, Post: p, Open: true, Heading: f.T("form.previewed"), Form: s.formAgain(p, in), Draft: draft, in: in}
	v.Form.Previewed, v.NoIndex, v.Title = true, true, v.Heading
	return s.render(c, http.StatusOK, "respond", v)
}

// backToPost answers GET /posts/:slug/comments, where a browser asks again for
// the address of a form: with the way to the form.
func (s *Server) backToPost(c echo.Context) error {
	p, err := find(c, "slug", s.Site().Renamed)
	if err != nil {
		return err
	}
	return seeOther(c, p.URL+"#respond")
}
