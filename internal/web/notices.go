package web

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"hamlet/internal/account"
	"hamlet/internal/away"
	"hamlet/internal/comment"
	"hamlet/internal/locale"
)

// noticesPath is the page about notices.
const noticesPath = "/admin/notices"

// WhyHeld says in words why a comment is held.
func WhyHeld(say *locale.Printer, c comment.Comment) string { return whyHeld(say, c) }

// ActorOf is a user as they act on the blog as it is now.
func (s *Server) ActorOf(u account.User) account.Actor { return s.actorOf(u) }

// noticesPage is where moderators say what they want to be told, and how.
type noticesPage struct {
	adminFrame
	Mail    bool // the blog sends mails
	Mine    away.Target
	Paces   []away.Pace
	Feed    string // the URL of the queue's feed; empty: there is none
	Whole   bool   // moderates the whole blog, and not posts of their own alone
	Owner   bool   // may say which programs are told
	Hooks   []away.Target
	New     away.Target // the form of another one
	Formats []away.Format
	Wrong   string // what is wrong with the form that was sent
}

// PaceName and FormatName are words of the catalogue.
func (p noticesPage) PaceName(a away.Pace) string     { return p.T("notices.pace_" + string(a)) }
func (p noticesPage) FormatName(f away.Format) string { return p.T("notices.format_" + string(f)) }

// noticesPart is what a part of the page is made of: a target, and how its fields are
// called.
type noticesPart struct {
	Page   noticesPage
	Target away.Target
	Key    string
}

// Part is a part of the page.
func (p noticesPage) Part(t away.Target, key string) noticesPart { return noticesPart{p, t, key} }

// notices shows what is told to whom.
func (s *Server) notices(c echo.Context) error {
	return s.showNotices(c, http.StatusOK, noticesPage{})
}

// showNotices fills the page; what was typed and is wrong stands there already.
func (s *Server) showNotices(c echo.Context, status int, p noticesPage) error {
	ctx := c.Request().Context()
	u, err := s.user(c)
	if err != nil {
		return err
	}
	kept, err := s.Away.Mine(ctx, u)
	if err != nil {
		return err
	}
	if token := s.Away.FeedToken(kept); token != "" {
		p.Feed = s.Site().BaseURL + "/admin/feed/" + token
	}
	if p.Mine.Pace == "" {
		p.Mine = kept
	}
	p.Mail, p.Paces, p.Formats = s.Mail, away.Paces, away.Formats
	_, p.Whole = actor(c).Scope()
	if p.Owner = actor(c).May(account.ManageBlog) == nil; p.Owner {
		if p.Hooks, err = s.Away.Hooks(ctx, actor(c)); err != nil {
			return err
		}
	}
	if p.New.Private.Hook == nil {
		p.New = away.Target{Pace: away.Soon, Held: true, Private: away.Private{Hook: &away.Hook{Format: away.JSON}}}
	}
	if p.adminFrame, err = s.deskFrame(c, "notices.title"); err != nil {
		return err
	}
	return s.render(c, status, "admin_notices", p)
}

// wrongNotices gives a form back whose field is wrong; another error is returned.
func (s *Server) wrongNotices(c echo.Context, err error, p noticesPage) error {
	invalid, ok := errors.AsType[*away.InvalidError](err)
	if !ok {
		return err
	}
	p.Wrong = s.printer().T("notices.wrong_" + invalid.Field)
	return s.showNotices(c, http.StatusUnprocessableEntity, p)
}

// setNotices keeps what somebody wants by mail.
func (s *Server) setNotices(c echo.Context) error {
	u, err := s.user(c)
	if err != nil {
		return err
	}
	if err := parseForm(c); err != nil {
		return err
	}
	want := typedTarget(c)
	want.Private.Address = c.Request().PostFormValue("address")
	if err := s.Away.SetMine(c.Request().Context(), u, want); err != nil {
		return s.wrongNotices(c, err, noticesPage{Mine: want})
	}
	return s.saidAndGo(c, notice{Text: s.printer().T("notices.saved")}, noticesPath)
}

// typedTarget is what a form says about what is told, and when.
func typedTarget(c echo.Context) away.Target {
	r := c.Request()
	return away.Target{Pace: away.Pace(r.PostFormValue("pace")), Held: r.PostFormValue("held") != "", Dead: r.PostFormValue("dead") != "", Reports: r.PostFormValue("reports") != ""}
}

// setFeed makes another link to the feed, or takes it away.
func (s *Server) setFeed(c echo.Context) error {
	u, err := s.user(c)
	if err != nil {
		return err
	}
	if err := parseForm(c); err != nil {
		return err
	}
	on, said := c.Request().PostFormValue("feed") != "stop", "notices.feed_made"
	if !on {
		said = "notices.feed_gone"
	}
	if err := s.Away.RenewFeed(c.Request().Context(), u, on); err != nil {
		return err
	}
	return s.toNotices(c, said)
}

// setHook keeps a webhook; number 0 is a new one.
func (s *Server) setHook(c echo.Context) error {
	id, err := hookID(c)
	if err != nil {
		return err
	}
	if err := parseForm(c); err != nil {
		return err
	}
	want, r := typedTarget(c), c.Request()
	want.ID = id
	want.Private.Hook = &away.Hook{
		Name: r.PostFormValue("name"), URL: r.PostFormValue("url"), Format: away.Format(r.PostFormValue("format")),
		Template: r.PostFormValue("template"), Secret: r.PostFormValue("secret"),
	}
	if err := s.Away.SetHook(r.Context(), actor(c), want); err != nil {
		want.Private.Hook.Secret = ""
		return s.wrongNotices(c, err, noticesPage{New: want})
	}
	if err := s.hooksChanged(r.Context()); err != nil {
		return err
	}
	return s.saidAndGo(c, notice{Text: s.printer().T("notices.saved")}, noticesPath)
}

// testHook tells a webhook something made up.
func (s *Server) testHook(c echo.Context) error {
	id, err := hookID(c)
	if err != nil {
		return err
	}
	wrong, err := s.Away.TestHook(c.Request().Context(), actor(c), id)
	if err != nil {
		return err
	}
	if wrong != nil {
		return s.toNotices(c, "notices.test_failed", "Error", wrong.Error())
	}
	return s.toNotices(c, "notices.test_sent")
}

// removeHook takes a webhook away.
func (s *Server) removeHook(c echo.Context) error {
	id, err := hookID(c)
	if err == nil {
		err = s.Away.RemoveHook(c.Request().Context(), actor(c), id)
	}
	if err == nil {
		err = s.hooksChanged(c.Request().Context())
	}
	if err != nil {
		return err
	}
	return s.saidAndGo(c, notice{Text: s.printer().T("notices.removed")}, noticesPath)
}

func hookID(c echo.Context) (int64, error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil || id < 0 {
		return 0, errNotFound
	}
	return id, nil
}

// retryNotice and discardNotice do what the buttons on the page about mails say.
func (s *Server) retryNotice(c echo.Context) error {
	return s.handleNotice(c, s.Away.Retry, "notices.retried")
}

func (s *Server) discardNotice(c echo.Context) error {
	return s.handleNotice(c, s.Away.Discard, "notices.discarded")
}

func (s *Server) handleNotice(c echo.Context, do noticeAction, said string) error {
	id, err := hookID(c)
	if err != nil {
		return err
	}
	if err := do(c.Request().Context(), actor(c), id); err != nil && !errors.Is(err, comment.ErrNotFound) {
		return err
	}
	return s.saidAndGo(c, notice{Text: s.printer().T(said)}, "/admin/mail")
}

// toNotices leads back to the page about notices, which says what was done.
func (s *Server) toNotices(c echo.Context, said string, args ...any) error {
	return s.saidAndGo(c, notice{Text: s.printer().T(said, args...)}, noticesPath)
}
