package web

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"hamlet/internal/account"
)

const accountPath = "/admin/account"

// accountPage is a user's own: the ways to log in, and the sessions.
type accountPage struct {
	adminFrame
	Role        string
	Writes      string
	HasPassword bool
	TwoSteps    bool
	OTP         bool
	Recovery    int
	Passkeyed   bool // passkeys can be made for this blog
	Passkeys    []passkeyRow
	Sessions    []sessionRow
	Wrong       map[string]string
	MinPassword int
}

// NewPassword names the field of a new password.
func (p accountPage) NewPassword() string {
	if p.HasPassword {
		return p.T("accounts.new_password")
	}
	return p.T("accounts.first_password")
}

// passkeyRow is a passkey in a list.
type passkeyRow struct {
	ID      int64
	Name    string
	Made    time.Time
	Used    time.Time // zero: never
	Doubted bool
}

// sessionRow is a session in a list.
type sessionRow struct {
	ID      string
	Browser string // empty: not known
	Began   time.Time
	Seen    time.Time
	Here    bool // it is the one that asks
}

// roleTexts name the roles.
var roleTexts = map[account.Role]string{
	account.Owner: "accounts.owner", account.Moderator: "accounts.moderator", account.Author: "accounts.author",
}

// account answers GET /admin/account.
func (s *Server) account(c echo.Context) error {
	return s.showAccount(c, http.StatusOK, nil)
}

func (s *Server) showAccount(c echo.Context, status int, wrong map[string]string) error {
	ctx, u := c.Request().Context(), self(c)
	w, err := s.Accounts.Ways(ctx, u)
	if err != nil {
		return err
	}
	sessions, err := s.Accounts.Sessions(ctx, actor(c), u)
	if err != nil {
		return err
	}
	p := accountPage{
		Writes: u.Writes, HasPassword: w.Password, TwoSteps: w.TwoSteps(), OTP: w.OTP, Recovery: w.Recovery,
		Passkeyed: s.Accounts.Passkeyed(), Wrong: wrong, MinPassword: account.MinPassword,
	}
	if p.adminFrame, err = s.deskFrame(c, "accounts.title"); err != nil {
		return err
	}
	p.Role = p.T(roleTexts[u.Role])
	for _, k := range w.Passkeys {
		row := passkeyRow{ID: k.ID, Name: k.Name, Made: k.CreatedAt.In(p.zone), Doubted: !k.DoubtedAt.IsZero()}
		if !k.UsedAt.IsZero() {
			row.Used = k.UsedAt.In(p.zone)
		}
		p.Passkeys = append(p.Passkeys, row)
	}
	here := s.sessions.GetString(ctx, keyName)
	for _, one := range sessions {
		p.Sessions = append(p.Sessions, sessionRow{
			ID: one.ID, Browser: one.Browser, Began: one.Began.In(p.zone), Seen: one.Until.Add(-sessionIdle).In(p.zone), Here: one.ID == here,
		})
	}
	return s.render(c, status, "admin_account", p)
}

// toAccount leads back to the page, where it is said what was done.
func (s *Server) toAccount(c echo.Context, said string, args ...any) error {
	return s.saidAndGo(c, notice{Text: s.printer().T(said, args...)}, accountPath)
}

// setPassword changes one's own password. Every session of before ends, and this browser
// gets a new one.
func (s *Server) setPassword(c echo.Context) error {
	if err := parseForm(c); err != nil {
		return err
	}
	u, form := self(c), c.Request().PostForm
	err := twice(form)
	if err == nil {
		err = s.Accounts.SetPassword(c.Request().Context(), actor(c), u.Name, form.Get("password"))
	}
	if invalid, ok := errors.AsType[*account.InvalidError](err); ok {
		return s.showAccount(c, http.StatusUnprocessableEntity, accountFaults(s.printer(), invalid.Fields))
	}
	if err != nil {
		return err
	}
	u.Epoch++
	if err := s.startSession(c, u); err != nil {
		return err
	}
	return s.toAccount(c, "accounts.password_set")
}

// twice is the error of a password that was not typed twice the same. (A script, which
// does not mistype, may leave the second out.)
func twice(form map[string][]string) error {
	again, given := form["again"]
	if given && (len(form["password"]) == 0 || again[0] != form["password"][0]) {
		return &account.InvalidError{Fields: map[string]account.Wrong{"again": {Fault: passwordsDiffer}}}
	}
	return nil
}

// passkeyPage is the form that makes a passkey.
type passkeyPage struct {
	adminFrame
	MaxName int
	Problem string
}

// passkeyForm answers GET /admin/account/passkeys.
func (s *Server) passkeyForm(c echo.Context) error {
	return s.showPasskeyForm(c, http.StatusOK, "")
}

func (s *Server) showPasskeyForm(c echo.Context, status int, problem string) (err error) {
	if !s.Accounts.Passkeyed() {
		return errNotFound
	}
	p := passkeyPage{MaxName: account.MaxPasskeyName}
	if p.adminFrame, err = s.deskFrame(c, "accounts.new_passkey"); err != nil {
		return err
	}
	if problem != "" {
		p.Problem = p.T(problem)
	}
	return s.render(c, status, "admin_passkey", p)
}

// passkeyOptions asks the browser to make a passkey.
func (s *Server) passkeyOptions(c echo.Context) error {
	asked, err := s.Accounts.RegisterPasskey(c.Request().Context(), self(c))
	return s.options(c, asked, err)
}

// addPasskey keeps the passkey that the browser made.
func (s *Server) addPasskey(c echo.Context) error {
	if err := parseForm(c); err != nil {
		return err
	}
	form := c.Request().PostForm
	codes, err := s.Accounts.AddPasskey(c.Request().Context(), self(c), form.Get("ceremony"), form.Get("response"), form.Get("name"))
	switch {
	case errors.Is(err, account.ErrBadCredentials):
		return s.showPasskeyForm(c, http.StatusUnprocessableEntity, "accounts.passkey_not_made")
	case errors.Is(err, account.ErrConflict):
		return s.showPasskeyForm(c, http.StatusConflict, "accounts.passkey_again")
	case err != nil:
		return err
	case codes != nil:
		return s.showCodes(c, codes, "accounts.passkey_added")
	}
	return s.toAccount(c, "accounts.passkey_added")
}

// removePasskey takes one of one's own passkeys away.
func (s *Server) removePasskey(c echo.Context) error {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return errNotFound
	}
	err = s.Accounts.RemovePasskey(c.Request().Context(), actor(c), self(c), id)
	if errors.Is(err, account.ErrLastWay) {
		return s.showAccount(c, http.StatusConflict, map[string]string{"passkeys": s.printer().T("accounts.last_way")})
	}
	if err != nil {
		return err
	}
	return s.toAccount(c, "accounts.passkey_removed")
}

// otpPage shows the secret of one-time codes, once.
type otpPage struct {
	adminFrame
	account.NewOTP
	Problem string
}

// startOTP makes a secret and shows it.
func (s *Server) startOTP(c echo.Context) error {
	made, err := s.Accounts.StartOTP(self(c))
	if err != nil {
		return err
	}
	return s.showOTP(c, http.StatusOK, made, "")
}

func (s *Server) showOTP(c echo.Context, status int, made account.NewOTP, problem string) (err error) {
	p := otpPage{NewOTP: made, Problem: problem}
	if p.adminFrame, err = s.deskFrame(c, "accounts.otp"); err != nil {
		return err
	}
	return s.render(c, status, "admin_otp", p)
}

// confirmOTP turns one-time codes on.
func (s *Server) confirmOTP(c echo.Context) error {
	if err := parseForm(c); err != nil {
		return err
	}
	ctx, u, form := c.Request().Context(), self(c), c.Request().PostForm
	codes, err := s.Accounts.ConfirmOTP(ctx, u, form.Get("ticket"), form.Get("code"))
	switch {
	case errors.Is(err, account.ErrBadCredentials):
		made, err := s.Accounts.ShowOTP(u, form.Get("ticket"))
		if errors.Is(err, account.ErrNotFound) {
			return s.toAccount(c, "accounts.otp_over")
		}
		if err != nil {
			return err
		}
		return s.showOTP(c, http.StatusUnprocessableEntity, made, s.printer().T("accounts.otp_wrong"))
	case errors.Is(err, account.ErrNotFound):
		return s.toAccount(c, "accounts.otp_over")
	case err != nil:
		return err
	case codes != nil:
		return s.showCodes(c, codes, "accounts.otp_set")
	}
	return s.toAccount(c, "accounts.otp_set")
}

// dropOTP turns one's own one-time codes off.
func (s *Server) dropOTP(c echo.Context) error {
	err := s.Accounts.DropOTP(c.Request().Context(), actor(c), self(c))
	if err != nil && !errors.Is(err, account.ErrNotFound) { // what is off already is off
		return err
	}
	return s.toAccount(c, "accounts.otp_dropped")
}

// codesPage shows recovery codes, this once.
type codesPage struct {
	adminFrame
	Done  string // what was done before
	Codes []string
	Alone bool // there is no password that they follow
}

// renewCodes makes new recovery codes.
func (s *Server) renewCodes(c echo.Context) error {
	codes, err := s.Accounts.RenewCodes(c.Request().Context(), actor(c), self(c))
	if err != nil {
		return err
	}
	return s.showCodes(c, codes, "")
}

func (s *Server) showCodes(c echo.Context, codes []string, done string) (err error) {
	p := codesPage{Codes: codes, Alone: self(c).PasswordHash == ""}
	if p.adminFrame, err = s.deskFrame(c, "accounts.codes"); err != nil {
		return err
	}
	if done != "" {
		p.Done = p.T(done)
	}
	return s.render(c, http.StatusOK, "admin_codes", p)
}

// endOwn ends one of one's own sessions, or all but this.
func (s *Server) endOwn(c echo.Context) error {
	if err := parseForm(c); err != nil {
		return err
	}
	ctx, id := c.Request().Context(), c.Request().PostForm.Get("session")
	if id == "" {
		n, err := s.Accounts.EndSessions(ctx, actor(c), self(c), s.sessions.GetString(ctx, keyName))
		if err != nil {
			return err
		}
		return s.toAccount(c, "accounts.sessions_ended", n)
	}
	err := s.Accounts.EndSession(ctx, actor(c), self(c), id)
	if err != nil && !errors.Is(err, account.ErrNotFound) { // what has ended has ended
		return err
	}
	return s.toAccount(c, "accounts.session_ended")
}
