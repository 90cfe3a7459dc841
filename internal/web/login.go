package web

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"hamlet/internal/account"
)

// loginPage is the form to log in with.
type loginPage struct {
	adminFrame
	Name      string
	Next      string
	Problem   string // why it did not work
	Repeat    bool   // a button was pressed when nobody was logged in
	NoAccount bool   // there is none yet
	Passkey   bool   // a passkey may log in
}

// loginForm shows the login page; who is logged in already goes on.
func (s *Server) loginForm(c echo.Context) error {
	next := adminPath(c.QueryParam("next"))
	switch _, err := s.user(c); {
	case err == nil:
		return seeOther(c, next)
	case !errors.Is(err, account.ErrNotFound):
		return err
	}
	return s.showLogin(c, http.StatusOK, loginPage{Next: next, Repeat: c.QueryParam("repeat") != ""})
}

// login checks name and password. An unknown name, a wrong password and a disabled account
// get the same answer.
func (s *Server) login(c echo.Context) error {
	if err := parseForm(c); err != nil {
		return err
	}
	r := c.Request()
	p := loginPage{Name: r.PostFormValue("name"), Next: adminPath(r.PostFormValue("next"))}
	if err := s.logins.allow(r.Context(), c.RealIP(), p.Name, s.device(c, p.Name)); err != nil {
		return s.tooOften(c, err, p)
	}
	u, ticket, err := s.Accounts.Login(r.Context(), p.Name, r.PostFormValue("password"))
	switch {
	case errors.Is(err, account.ErrBadCredentials):
		p.Problem = s.printer().T("login.wrong")
		return s.showLogin(c, http.StatusUnprocessableEntity, p)
	case err != nil:
		return err
	case ticket != "":
		return s.showSecond(c, http.StatusOK, u, secondPage{Ticket: ticket, Next: p.Next})
	}
	return s.enter(c, u, p.Next)
}

// enter logs a user in, and leads on.
func (s *Server) enter(c echo.Context, u account.User, next string) error {
	if err := s.startSession(c, u); err != nil {
		return err
	}
	return seeOther(c, next)
}

// tooOften answers an attempt that was one too many.
func (s *Server) tooOften(c echo.Context, err error, p loginPage) error {
	var tooMany *tooManyError
	if !errors.As(err, &tooMany) {
		return err
	}
	p.Problem = s.printer().T("login.too_often", "Wait", waitInWords(s.printer(), tooMany.seconds()))
	c.Response().Header().Set("Retry-After", strconv.Itoa(tooMany.seconds()))
	return s.showLogin(c, http.StatusTooManyRequests, p)
}

// secondPage asks for the second step of a login.
type secondPage struct {
	adminFrame
	Ticket  string
	Next    string
	OTP     bool
	Passkey bool
	Problem string
}

// second ends a login with a code or a passkey.
func (s *Server) second(c echo.Context) error {
	if err := parseForm(c); err != nil {
		return err
	}
	ctx, form := c.Request().Context(), c.Request().PostForm
	p := secondPage{Ticket: form.Get("ticket"), Next: adminPath(form.Get("next"))}
	over := loginPage{Next: p.Next, Problem: s.printer().T("accounts.second_over")}
	u, err := s.Accounts.Halfway(ctx, p.Ticket)
	if errors.Is(err, account.ErrNotFound) {
		return s.showLogin(c, http.StatusUnprocessableEntity, over)
	}
	if err != nil {
		return err
	}
	a := account.Answer{Code: strings.TrimSpace(form.Get("code")), Ceremony: form.Get("ceremony"), Response: form.Get("response")}
	if a.Ceremony == "" {
		if err := s.logins.allowCode(ctx, u.Name, s.device(c, u.Name)); err != nil {
			return s.tooOften(c, err, over)
		}
	}
	u2, err := s.Accounts.SecondStep(ctx, p.Ticket, a)
	switch {
	case errors.Is(err, account.ErrBadCredentials):
		p.Problem = s.printer().T("accounts.proof_wrong")
		return s.showSecond(c, http.StatusUnprocessableEntity, u, p)
	case errors.Is(err, account.ErrNotFound):
		return s.showLogin(c, http.StatusUnprocessableEntity, over)
	case err != nil:
		return err
	}
	return s.enter(c, u2, p.Next)
}

func (s *Server) showSecond(c echo.Context, status int, u account.User, p secondPage) error {
	w, err := s.Accounts.Ways(c.Request().Context(), u)
	if err != nil {
		return err
	}
	p.OTP, p.Passkey = w.OTP, len(w.Passkeys) > 0 && s.Accounts.Passkeyed()
	p.adminFrame = s.doorFrame("accounts.second")
	return s.render(c, status, "admin_second", p)
}

// loginOptions asks the browser for a passkey: with a ticket, of whose the login is that
// lacks the second step; without one, of whoever it is.
func (s *Server) loginOptions(c echo.Context) error {
	if err := parseForm(c); err != nil {
		return err
	}
	ctx, ticket := c.Request().Context(), c.Request().PostFormValue("ticket")
	if ticket == "" {
		asked, err := s.Accounts.AskPasskey(ctx, nil)
		return s.options(c, asked, err)
	}
	u, err := s.Accounts.Halfway(ctx, ticket)
	if err != nil {
		return err
	}
	asked, err := s.Accounts.AskPasskey(ctx, &u)
	return s.options(c, asked, err)
}

// passkeyLogin logs in with a passkey alone.
func (s *Server) passkeyLogin(c echo.Context) error {
	if err := parseForm(c); err != nil {
		return err
	}
	form := c.Request().PostForm
	p := loginPage{Next: adminPath(form.Get("next"))}
	u, err := s.Accounts.PasskeyLogin(c.Request().Context(), form.Get("ceremony"), form.Get("response"))
	if errors.Is(err, account.ErrBadCredentials) {
		p.Problem = s.printer().T("accounts.passkey_wrong")
		return s.showLogin(c, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	return s.enter(c, u, p.Next)
}

// logout ends the session, if there is one.
func (s *Server) logout(c echo.Context) error {
	if err := s.endSession(c); err != nil {
		return err
	}
	return seeOther(c, "/admin/login")
}

// showLogin renders the login page, with a hint while there is no account.
func (s *Server) showLogin(c echo.Context, status int, p loginPage) error {
	token, err := s.Accounts.SetupToken(c.Request().Context())
	if err != nil {
		return err
	}
	p.NoAccount, p.Passkey = token != "", s.Accounts.Passkeyed()
	p.adminFrame = s.doorFrame("login.title")
	return s.render(c, status, "admin_login", p)
}
