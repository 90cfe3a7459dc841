package web

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"hamlet/internal/account"
)

const usersPath = "/admin/users"

// usersPage lists the accounts and the invitations, for owners.
type usersPage struct {
	adminFrame
	Users       []userItem
	Invitations []inviteRow
	Roles       []roleChoice
	Wrong       map[string]string // of the form to invite
	Writes      string            // as typed in it
	Days        int
	Problem     string
	Link        string // of the invitation just made; shown this once
	Undo        account.ActID
}

// userItem is an account in the list.
type userItem struct {
	ID       int64
	Name     string
	Role     string
	Writes   string
	Since    time.Time
	Disabled bool
	Self     bool // it is who asks
	Roles    []roleChoice
}

// roleChoice is a role in a form.
type roleChoice struct {
	Value   account.Role
	Name    string
	Checked bool
}

// inviteRow is an invitation in the list.
type inviteRow struct {
	ID               int64
	Role, Writes, By string
	Until            time.Time
}

// users answers GET /admin/users.
func (s *Server) users(c echo.Context) error {
	return s.showUsers(c, http.StatusOK, usersPage{})
}

func (s *Server) showUsers(c echo.Context, status int, p usersPage) error {
	ctx, who := c.Request().Context(), actor(c)
	all, err := s.Accounts.Users(ctx, who)
	if err != nil {
		return err
	}
	open, err := s.Accounts.Invitations(ctx, who)
	if err != nil {
		return err
	}
	if p.adminFrame, err = s.deskFrame(c, "accounts.users"); err != nil {
		return err
	}
	p.Days = int(account.InvitationLasts / (24 * time.Hour))
	p.Roles = s.roleChoices(account.Moderator)
	for _, u := range all {
		p.Users = append(p.Users, userItem{
			ID: u.ID, Name: u.Name, Role: p.T(roleTexts[u.Role]), Writes: u.Writes, Since: u.CreatedAt.In(p.zone),
			Disabled: !u.DisabledAt.IsZero(), Self: u.ID == self(c).ID, Roles: s.roleChoices(u.Role),
		})
	}
	for _, inv := range open {
		p.Invitations = append(p.Invitations, inviteRow{inv.ID, p.T(roleTexts[inv.Role]), inv.Writes, inv.By, inv.ExpiresAt.In(p.zone)})
	}
	return s.render(c, status, "admin_users", p)
}

func (s *Server) roleChoices(checked account.Role) []roleChoice {
	var out []roleChoice
	for _, r := range account.Roles {
		out = append(out, roleChoice{r, s.printer().T(roleTexts[r]), r == checked})
	}
	return out
}

// invite makes an invitation and shows its link, this once.
func (s *Server) invite(c echo.Context) error {
	if err := parseForm(c); err != nil {
		return err
	}
	form := c.Request().PostForm
	p := usersPage{Writes: form.Get("writes")}
	secret, _, err := s.Accounts.Invite(c.Request().Context(), actor(c), account.Role(form.Get("role")), p.Writes)
	if invalid, ok := errors.AsType[*account.InvalidError](err); ok {
		p.Wrong = accountFaults(s.printer(), invalid.Fields)
		return s.showUsers(c, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	p.Writes, p.Link, p.Undo = "", s.Site().BaseURL+"/admin/invitation/"+secret, acted(c)
	return s.showUsers(c, http.StatusOK, p)
}

// revoke makes an invitation worthless.
func (s *Server) revoke(c echo.Context) error {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return errNotFound
	}
	err = s.Accounts.Revoke(c.Request().Context(), actor(c), id)
	if err != nil && !errors.Is(err, account.ErrNotFound) { // what is gone is worthless
		return err
	}
	return s.toUsers(c, "accounts.revoked", "")
}

func (s *Server) toUsers(c echo.Context, said, name string) error {
	return s.saidAndGo(c, notice{Text: s.printer().T(said, "Name", name)}, usersPath)
}

// userAction is what an owner does to an account.
type userAction struct {
	do   func(s *Server, ctx context.Context, by account.Actor, u account.User, form map[string][]string) error
	said string
}

// endSessions is the button that ends the sessions of an account.
const endSessions = "end-sessions"

// userActions are the buttons of the list.
var userActions = map[string]userAction{
	"role": {func(s *Server, ctx context.Context, by account.Actor, u account.User, form map[string][]string) error {
		_, err := s.Accounts.SetRole(ctx, by, u.Name, account.Role(first(form["role"])), first(form["writes"]))
		return err
	}, "accounts.role_set"},
	"disable": {func(s *Server, ctx context.Context, by account.Actor, u account.User, _ map[string][]string) error {
		_, err := s.Accounts.Disable(ctx, by, u.Name)
		return err
	}, "accounts.disabled_now"},
	"enable": {func(s *Server, ctx context.Context, by account.Actor, u account.User, _ map[string][]string) error {
		_, err := s.Accounts.Enable(ctx, by, u.Name)
		return err
	}, "accounts.enabled_now"},
	"remove": {func(s *Server, ctx context.Context, by account.Actor, u account.User, _ map[string][]string) error {
		return s.Accounts.Remove(ctx, by, u.Name)
	}, "accounts.removed_now"},
	endSessions: {func(s *Server, ctx context.Context, by account.Actor, u account.User, _ map[string][]string) error {
		_, err := s.Accounts.EndSessions(ctx, by, u, "")
		return err
	}, "accounts.all_sessions_ended"},
}

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

// changeUser does what a button of the list says.
func (s *Server) changeUser(c echo.Context) error {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	action, ok := userActions[c.Param("action")]
	if err != nil || !ok {
		return errNotFound
	}
	if err := parseForm(c); err != nil {
		return err
	}
	ctx, by := c.Request().Context(), actor(c)
	u, err := s.Accounts.Find(ctx, by, id)
	if err == nil {
		err = action.do(s, ctx, by, u, c.Request().PostForm)
	}
	var invalid *account.InvalidError
	switch {
	case errors.As(err, &invalid):
		return s.showUsers(c, http.StatusUnprocessableEntity, usersPage{Problem: s.faultsInLine(invalid)})
	case errors.Is(err, account.ErrLastOwner):
		return s.showUsers(c, http.StatusConflict, usersPage{Problem: s.printer().T("accounts.last_owner")})
	case err != nil:
		return err
	case u.ID == self(c).ID && (c.Param("action") == "remove" || c.Param("action") == "disable" || c.Param("action") == endSessions):
		return seeOther(c, "/admin/login")
	}
	return s.toUsers(c, action.said, u.Name)
}

// faultsInLine says what is wrong with a form that has no place for it beside its fields.
func (s *Server) faultsInLine(invalid *account.InvalidError) string {
	var out strings.Builder
	for _, text := range accountFaults(s.printer(), invalid.Fields) {
		out.WriteString(text + " ")
	}
	return out.String()
}

// invitationPage is where an invitation is accepted.
type invitationPage struct {
	adminFrame
	Path         string
	Role, Writes string
	Name         string
	Wrong        map[string]string
	MinPassword  int
	Passkey      bool
}

// invitation answers GET /admin/invitation/:token. A link that does not work gets the same
// answer whatever it is.
func (s *Server) invitation(c echo.Context) error {
	inv, err := s.Accounts.Invited(c.Request().Context(), c.Param("token"))
	if err != nil {
		return err
	}
	return s.showInvitation(c, http.StatusOK, inv, "", nil)
}

func (s *Server) showInvitation(c echo.Context, status int, inv account.Invitation, name string, wrong map[string]string) error {
	p := invitationPage{
		adminFrame: s.doorFrame("accounts.invitation"), Path: "/admin/invitation/" + c.Param("token"), Writes: inv.Writes,
		Name: name, Wrong: wrong, MinPassword: account.MinPassword, Passkey: s.Accounts.Passkeyed(),
	}
	p.Role = p.T(roleTexts[inv.Role])
	return s.render(c, status, "admin_invitation", p)
}

// acceptInvitation makes the account and logs it in.
func (s *Server) acceptInvitation(c echo.Context) error {
	if err := parseForm(c); err != nil {
		return err
	}
	ctx, form := c.Request().Context(), c.Request().PostForm
	inv, err := s.Accounts.Invited(ctx, c.Param("token"))
	if err != nil {
		return err
	}
	name := form.Get("name")
	a := account.Answer{Password: form.Get("password"), Ceremony: form.Get("ceremony"), Response: form.Get("response")}
	var u account.User
	var codes []string
	if err = twice(form); err == nil {
		u, codes, err = s.Accounts.Accept(ctx, c.Param("token"), name, a)
	}
	var invalid *account.InvalidError
	switch {
	case errors.As(err, &invalid):
		return s.showInvitation(c, http.StatusUnprocessableEntity, inv, name, accountFaults(s.printer(), invalid.Fields))
	case errors.Is(err, account.ErrNameTaken):
		return s.showInvitation(c, http.StatusUnprocessableEntity, inv, name, map[string]string{"name": s.printer().T("accounts.name_taken")})
	case errors.Is(err, account.ErrBadCredentials):
		return s.showInvitation(c, http.StatusUnprocessableEntity, inv, name, map[string]string{"passkey": s.printer().T("accounts.passkey_not_made")})
	case err != nil:
		return err
	}
	if err := s.startSession(c, u); err != nil || codes == nil {
		return errors.Join(err, seeOther(c, "/admin"))
	}
	c.Set(userKey, u)
	c.Set(actorKey, s.actorOf(u))
	return s.showCodes(c, codes, "accounts.passkey_added")
}

// invitationOptions asks the browser to make a passkey for the new account.
func (s *Server) invitationOptions(c echo.Context) error {
	if err := parseForm(c); err != nil {
		return err
	}
	asked, err := s.Accounts.InvitePasskey(c.Request().Context(), c.Param("token"), c.Request().PostFormValue("name"))
	if _, ok := errors.AsType[*account.InvalidError](err); ok {
		return c.NoContent(http.StatusUnprocessableEntity)
	}
	return s.options(c, asked, err)
}

// invited is the middleware of invitations: a link that does not work says so and no more.
func (s *Server) invited(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		err := next(c)
		if !errors.Is(err, account.ErrInvitation) || c.Response().Committed {
			return err
		}
		return s.render(c, http.StatusNotFound, "admin_invitation_closed", s.doorFrame("accounts.invitation_closed"))
	}
}
