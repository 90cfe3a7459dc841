package web

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"hamlet/internal/comment"
)

// backToMine answers GET for the address of a form, where a browser asks again: with
// the page it is on.
func (s *Server) backToMine(c echo.Context) error { return seeOther(c, minePath(c)) }

func (s *Server) muteReplies(mute bool) func(context.Context, string) error {
	return func(ctx context.Context, token string) error { return s.Comments.MuteReplies(ctx, token, mute) }
}

// renewView hands out a new link before the old one ends.
type renewView struct {
	frame
	Heading string
	Path    string
	Next    string // the new link, whole
	FormID  string // makes the form that puts it in its place, sent twice, one
}

// renewForm answers GET /comments/:token/renew.
func (s *Server) renewForm(c echo.Context) error {
	v := renewView{frame: s.frame(), Path: minePath(c), FormID: rand.Text()}
	to, err := s.Comments.Renewed(c.Request().Context(), c.Param("token"), v.FormID)
	if err != nil {
		return err
	}
	v.Heading, v.Next, v.NoIndex = v.T("mine.renew"), s.Site().BaseURL+to, true
	v.Title = v.Heading
	return s.render(c, http.StatusOK, "mine_renew", v)
}

// renewLink answers POST /comments/:token/renew with the new link; the same form twice gets
// the same. Whoever has not seen it yet sees it first.
func (s *Server) renewLink(c echo.Context) error {
	if err := parseForm(c); err != nil {
		return err
	}
	form := c.Request().PostFormValue("form_id")
	if !isFormID(form) {
		return seeOther(c, minePath(c)+"/renew")
	}
	to, err := s.Comments.Renew(c.Request().Context(), c.Param("token"), form)
	if err != nil {
		return err
	}
	return seeOther(c, to+"?done=renewed")
}

// askErasure answers POST /comments/:token/erase-all: a mail is on its way.
func (s *Server) askErasure(c echo.Context) error {
	if err := s.Comments.AskErasure(c.Request().Context(), c.Param("token")); err != nil {
		return err
	}
	return seeOther(c, minePath(c)+"?done=asked")
}

// eraseView asks whether to erase something for good.
type eraseView struct {
	frame
	Heading, Text, Button string
	Action                string
	Back                  string // empty: there is nowhere to go back to
	All                   bool   // the comment has an address, by which more can be erased
	Path                  string
}

// eraseForm answers GET /comments/:token/erase.
func (s *Server) eraseForm(c echo.Context) error {
	m, err := s.Comments.Mine(c.Request().Context(), c.Param("token"))
	if err != nil {
		return err
	}
	v := eraseView{frame: s.frame(), Path: minePath(c), Action: minePath(c) + "/erase", Back: minePath(c), All: s.Mail && m.Replies != comment.RepliesNoAddress}
	v.Heading, v.Text, v.Button = v.T("mine.erase_title"), v.T("mine.erase_text"), v.T("mine.erase_now")
	v.Title, v.NoIndex = v.Heading, true
	return s.render(c, http.StatusOK, "mine_erase", v)
}

// erasedPath is where an erasure leads: there is nothing left to show but that.
const erasedPath = "/comments/erased"

// eraseOne answers POST /comments/:token/erase.
func (s *Server) eraseOne(c echo.Context) error {
	if err := s.Comments.EraseOne(c.Request().Context(), c.Param("token")); err != nil {
		return err
	}
	return seeOther(c, erasedPath)
}

// erased answers GET /comments/erased.
func (s *Server) erased(c echo.Context) error {
	return s.showWord(c, http.StatusOK, "mine.erased", "mine.erased_text", link{"/", s.printer().T("error.front")})
}

// eraseAllForm answers GET /comments/erase/:token, the link of a mail.
func (s *Server) eraseAllForm(c echo.Context) error {
	n, err := s.Comments.CountAll(c.Request().Context(), c.Param("token"))
	if err != nil {
		return err
	}
	v := eraseView{frame: s.frame(), Action: "/comments/erase/" + c.Param("token")}
	v.Heading, v.Text, v.Button = v.T("mine.all_title"), v.T("mine.all_text", n), v.T("mine.all_now")
	v.Title, v.NoIndex = v.Heading, true
	return s.render(c, http.StatusOK, "mine_erase", v)
}

// eraseAll answers POST /comments/erase/:token.
func (s *Server) eraseAll(c echo.Context) error {
	if err := s.Comments.EraseAll(c.Request().Context(), c.Param("token")); err != nil {
		return err
	}
	return seeOther(c, erasedPath)
}

// linksView is the form by which readers ask for the links to their comments.
type linksView struct {
	frame
	Problem string
	Email   string // as typed; it goes back to its sender alone
	Asked   bool
	Mail    bool // this blog sends mails
}

// linksForm answers GET /comments/links.
func (s *Server) linksForm(c echo.Context) error {
	return s.showLinks(c, http.StatusOK, linksView{Asked: c.QueryParam("done") == "asked"})
}

func (s *Server) showLinks(c echo.Context, status int, v linksView) error {
	v.frame, v.Mail = s.frame(), s.Mail
	v.Title, v.NoIndex = v.T("mine.links_title"), true
	return s.render(c, status, "mine_links", v)
}

// askLinks answers POST /comments/links, the same whether the address is known or not.
func (s *Server) askLinks(c echo.Context) error {
	if err := parseForm(c); err != nil {
		return err
	}
	email := c.Request().PostFormValue("email")
	err := s.Comments.AskLinks(c.Request().Context(), email)
	if invalid, ok := errors.AsType[*comment.InvalidError](err); ok {
		v := linksView{Email: email, Problem: fieldErrors(s.printer(), invalid.Fields)[0].Message}
		return s.showLinks(c, http.StatusUnprocessableEntity, v)
	}
	if err != nil {
		return err
	}
	return seeOther(c, "/comments/links?done=asked")
}
