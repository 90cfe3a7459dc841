package web

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"hamlet/internal/account"
	"hamlet/internal/locale"
)

// setupPage is the form that makes the first account.
type setupPage struct {
	adminFrame
	Token string
	Name  string
	Wrong map[string]string // field → message
	// MinPassword is told before anybody has to guess.
	MinPassword int
}

// NewPassword names the field of the password.
func (p setupPage) NewPassword() string { return p.T("setup.password") }

// setupForm shows the form to whoever has the link.
func (s *Server) setupForm(c echo.Context) error {
	token := c.QueryParam("token")
	err := s.Accounts.CheckSetup(c.Request().Context(), token)
	if errors.Is(err, account.ErrSetupClosed) {
		return s.setupClosed(c)
	}
	if err != nil {
		return err
	}
	return s.showSetup(c, http.StatusOK, setupPage{Token: token})
}

// setup makes the first account and logs it in.
func (s *Server) setup(c echo.Context) error {
	if err := parseForm(c); err != nil {
		return err
	}
	r := c.Request()
	p := setupPage{Token: r.FormValue("token"), Name: r.PostFormValue("name")}
	u, err := s.firstAccount(c, p)
	var invalid *account.InvalidError
	switch {
	case errors.Is(err, account.ErrSetupClosed):
		return s.setupClosed(c)
	case errors.As(err, &invalid):
		p.Wrong = accountFaults(s.printer(), invalid.Fields)
		return s.showSetup(c, http.StatusUnprocessableEntity, p)
	case err != nil:
		return err
	}
	return s.enter(c, u, "/admin")
}

// passwordsDiffer is a fault that only a form with two fields for a password can
// have.
const passwordsDiffer account.Fault = "passwords differ"

// accountTexts are the texts that say what is wrong with an account.
var accountTexts = map[account.Fault]string{
	account.NameMissing:     "account.name_missing",
	account.NameLong:        "account.name_long",
	account.NameInvisible:   "account.name_invisible",
	account.NameKept:        "account.name_kept",
	account.PasswordShort:   "account.password_short",
	account.PasswordLong:    "account.password_long",
	account.PasswordUniform: "account.password_uniform",
	account.PasswordRun:     "account.password_run",
	account.PasswordIsName:  "account.password_name",
	account.RoleUnknown:     "account.role_unknown",
	account.WritesMissing:   "accounts.writes_missing",
	account.WritesLong:      "accounts.writes_long",
	account.WritesInvisible: "accounts.writes_invisible",
	passwordsDiffer:         "account.passwords_differ",
}

// accountFaults says what is wrong with the fields of an account.
func accountFaults(say *locale.Printer, byField map[string]account.Wrong) map[string]string {
	out := map[string]string{}
	for field, w := range byField {
		out[field] = say.T(accountTexts[w.Fault], "Has", w.Count, "Bound", w.Bound, "Given", w.Given)
	}
	return out
}

// firstAccount makes the account if the password was typed twice the same: who
// mistypes the only password of a blog is locked out of it. (A script, which does
// not mistype, may leave the second out.) Whether the link is good is asked
// first, so that strangers learn nothing else.
func (s *Server) firstAccount(c echo.Context, p setupPage) (account.User, error) {
	r := c.Request()
	if err := s.Accounts.CheckSetup(r.Context(), p.Token); err != nil {
		return account.User{}, err
	}
	password := r.PostFormValue("password")
	if again, given := r.PostForm["again"]; given && again[0] != password {
		return account.User{}, &account.InvalidError{Fields: map[string]account.Wrong{"again": {Fault: passwordsDiffer}}}
	}
	return s.Accounts.Setup(r.Context(), p.Token, p.Name, password)
}

func (s *Server) showSetup(c echo.Context, status int, p setupPage) error {
	p.adminFrame = s.doorFrame("setup.title")
	p.MinPassword = account.MinPassword
	return s.render(c, status, "admin_setup", p)
}

// setupClosed says that the link does not work, and how to get one that does.
func (s *Server) setupClosed(c echo.Context) error {
	token, err := s.Accounts.SetupToken(c.Request().Context())
	if err != nil {
		return err
	}
	return s.render(c, http.StatusForbidden, "admin_setup_closed", setupClosedPage{
		adminFrame: s.doorFrame("setup.closed"), NoAccount: token != "",
	})
}

// setupClosedPage tells what to do instead.
type setupClosedPage struct {
	adminFrame
	NoAccount bool
}
