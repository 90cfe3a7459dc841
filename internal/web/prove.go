package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"hamlet/internal/account"
	"hamlet/internal/comment"
)

// provenFor is how long a proof of who one is counts for what cannot be undone.
const provenFor = 10 * time.Minute

// The fields of a proof, which come with the form that asked for it.
const (
	proofPassword = "proof_password"
	proofCode     = "proof_code"
	proofCeremony = "proof_ceremony"
	proofResponse = "proof_response"
)

var proofFields = []string{proofPassword, proofCode, proofCeremony, proofResponse}

// provePage asks who is logged in to prove it once more.
type provePage struct {
	adminFrame
	Action  string  // where the proof is sent: where the interrupted form was
	Kept    []field // what that form said
	Ways    account.Ways
	Passkey bool // the browser may be asked for a passkey
	Problem string
}

// field is a field of a form that is sent once more.
type field struct{ Name, Value string }

// proven is the middleware, behind moderator, of what cannot be undone and of what shows a
// secret: whoever did not prove within ten minutes who they are is asked to. The form that
// asked goes on from there, with all that was typed.
func (s *Server) proven(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if s.provenLately(c) {
			return next(c)
		}
		if isRead(c) {
			return s.showProve(c, http.StatusForbidden, provePage{
				Action: "/admin/prove", Kept: []field{{"next", c.Request().URL.RequestURI()}},
			})
		}
		if err := parseForm(c); err != nil {
			return err
		}
		if ok, err := s.takeProof(c, c.Request().URL.RequestURI()); err != nil || !ok {
			return err
		}
		return next(c)
	}
}

// provenTo is proven for some of the acts that a part of the address names.
func (s *Server) provenTo(part string, acts ...string) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		careful := s.proven(next)
		return func(c echo.Context) error {
			if slices.Contains(acts, c.Param(part)) {
				return careful(c)
			}
			return next(c)
		}
	}
}

// provenToDeleteMany is proven for the form that deletes many comments for good, once that
// was asked about.
func (s *Server) provenToDeleteMany(next echo.HandlerFunc) echo.HandlerFunc {
	careful := s.proven(next)
	return func(c echo.Context) error {
		if err := parseForm(c); err != nil {
			return err
		}
		if f := c.Request().PostForm; f.Get("action") == string(comment.Delete) && f.Get("sure") != "" {
			return careful(c)
		}
		return next(c)
	}
}

// provenToUndo is proven for acts that took a proof.
func (s *Server) provenToUndo(next echo.HandlerFunc) echo.HandlerFunc {
	careful := s.proven(next)
	return func(c echo.Context) error {
		id, err := comment.ParseID(c.Param("id"))
		if err != nil {
			return err
		}
		act, err := s.Comments.Kept(c.Request().Context(), actor(c), comment.ActID(id))
		switch {
		case err == nil && act.Careful():
			return careful(c)
		case err != nil && !errors.Is(err, comment.ErrNotFound):
			return err
		}
		return next(c)
	}
}

// provenLately reports whether the user of a session proved who they are just now.
func (s *Server) provenLately(c echo.Context) bool {
	at := time.Unix(s.sessions.GetInt64(c.Request().Context(), keyProved), 0)
	return s.Now().Sub(at) < provenFor
}

// prove answers POST /admin/prove, and leads back to the page that asked.
func (s *Server) prove(c echo.Context) error {
	if err := parseForm(c); err != nil {
		return err
	}
	if ok, err := s.takeProof(c, "/admin/prove"); err != nil || !ok {
		return err
	}
	return seeOther(c, adminPath(c.Request().PostFormValue("next")))
}

// takeProof checks the proof that came with a form, and takes it out of it; ok is false if
// the answer was the page that asks for it.
func (s *Server) takeProof(c echo.Context, action string) (ok bool, err error) {
	r := c.Request()
	form := r.PostForm
	a := account.Answer{
		Password: form.Get(proofPassword), Code: strings.TrimSpace(form.Get(proofCode)),
		Ceremony: form.Get(proofCeremony), Response: form.Get(proofResponse),
	}
	for _, name := range proofFields {
		form.Del(name)
		r.Form.Del(name)
	}
	if err := s.keepFile(c); err != nil {
		return false, err
	}
	p := provePage{Action: action, Kept: fieldsOf(form)}
	if a == (account.Answer{}) {
		return false, s.showProve(c, http.StatusForbidden, p)
	}
	ctx := r.Context()
	if err := s.logins.proofs.allow(ctx, s.sessions.GetString(ctx, keyName)); err != nil {
		return false, err
	}
	err = s.Accounts.Prove(ctx, self(c), a)
	if errors.Is(err, account.ErrBadCredentials) {
		p.Problem = s.printer().T("accounts.proof_wrong")
		return false, s.showProve(c, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return false, err
	}
	s.sessions.Put(ctx, keyProved, s.Now().Unix())
	return true, s.renewToken(c)
}

// fieldsOf are the fields of a form, in the order of their names.
func fieldsOf(form url.Values) []field {
	var out []field
	for name, values := range form {
		for _, v := range values {
			out = append(out, field{name, v})
		}
	}
	slices.SortStableFunc(out, func(a, b field) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func (s *Server) showProve(c echo.Context, status int, p provePage) (err error) {
	if p.Ways, err = s.Accounts.Ways(c.Request().Context(), self(c)); err != nil {
		return err
	}
	p.Passkey = len(p.Ways.Passkeys) > 0 && s.Accounts.Passkeyed()
	if p.adminFrame, err = s.deskFrame(c, "accounts.prove"); err != nil {
		return err
	}
	return s.render(c, status, "admin_prove", p)
}

// proveOptions asks the browser for a passkey of who is logged in.
func (s *Server) proveOptions(c echo.Context) error {
	u := self(c)
	asked, err := s.Accounts.AskPasskey(c.Request().Context(), &u)
	return s.options(c, asked, err)
}

// options sends what a browser asks its passkeys.
func (*Server) options(c echo.Context, asked account.Ceremony, err error) error {
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, asked)
}
