package web

import (
	"errors"
	"net/http"
	"strconv"

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

// login checks name and password. An unknown name and a wrong password get the
// same answer.
func (s *Server) login(c echo.Context) error {
	if err := parseForm(c); err != nil {
		return err
	}
	r := c.Request()
	p := loginPage{Name: r.PostFormValue("name"), Next: adminPath(r.PostFormValue("next"))}
	var tooMany *tooManyError
	if err := s.logins.allow(r.Context(), c.RealIP(), p.Name); errors.As(err, &tooMany) {
		p.Problem = s.printer().T("login.too_often", "Wait", waitInWords(s.printer(), tooMany.seconds()))
		c.Response().Header().Set("Retry-After", strconv.Itoa(tooMany.seconds()))
		return s.showLogin(c, http.StatusTooManyRequests, p)
	}
	u, err := s.Accounts.Authenticate(r.Context(), p.Name, r.PostFormValue("password"))
	if errors.Is(err, account.ErrBadCredentials) {
		p.Problem = s.printer().T("login.wrong")
		return s.showLogin(c, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	if err := s.startSession(c, u); err != nil {
		return err
	}
	return seeOther(c, p.Next)
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
	p.NoAccount = token != ""
	p.adminFrame = s.doorFrame("login.title")
	return s.render(c, status, "admin_login", p)
}
