package web

import (
	"errors"
	"time"

	"github.com/labstack/echo/v4"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/content"
	"hamlet/internal/locale"
	"hamlet/internal/site"
)

// takes reports whether the file of a post lets it take comments.
func takes(p *site.Post) bool { return p.Comments == content.CommentsOn }

// attackTimes are for how long the attack switch may be turned on; zero: until it is
// turned off.
var attackTimes = map[string]time.Duration{"hour": time.Hour, "six": 6 * time.Hour, "open": 0}

// attackView is the attack switch in the header of every page for moderators.
type attackView struct {
	*locale.Printer
	Until time.Time // on the blog's clock; zero: until it is turned off
	Left  string    // how long, in words; empty then
	By    string
}

// attack is the switch, if it is on; else nil.
func (s *Server) attack(say *locale.Printer, zone *time.Location) *attackView {
	a := s.Rules.Attack()
	if a.Since.IsZero() {
		return nil
	}
	v := &attackView{Printer: say, By: a.By}
	if !a.Until.IsZero() {
		left := a.Until.Sub(s.Now())
		v.Until, v.Left = a.Until.In(zone), waitInWords(say, int(max(time.Minute, left).Seconds()))
	}
	return v
}

// switchAttack answers POST /admin/attack.
func (s *Server) switchAttack(c echo.Context) error {
	if err := parseForm(c); err != nil {
		return err
	}
	form, ctx := c.Request().PostForm, c.Request().Context()
	said := "attack.turned_on"
	lasting, on := attackTimes[form.Get("lasting")]
	var act account.ActID
	var err error
	switch {
	case on:
		act, err = s.Rules.SetAttack(ctx, actor(c), lasting)
	case form.Get("lasting") == "off":
		said = "attack.turned_off"
		act, err = s.Rules.EndAttack(ctx, actor(c))
	default:
		return errNotFound
	}
	if err != nil {
		return err
	}
	to := rulesPath
	if back := form.Get("return"); back != "" {
		to = adminPath(back)
	}
	return s.saidAndGo(c, notice{Text: s.printer().T(said), Undo: act}, to)
}

// closePost answers POST /admin/posts, which closes the comments of a post or opens them.
func (s *Server) closePost(c echo.Context) error {
	if err := parseForm(c); err != nil {
		return err
	}
	form := c.Request().PostForm
	p, ok := s.Site().Post(form.Get("post"))
	if !ok {
		return errNotFound
	}
	closed := form.Get("do") == "close"
	act, err := s.Rules.Close(c.Request().Context(), actor(c), p.Slug, closed)
	if err != nil {
		return err
	}
	said := "closing.opened"
	if closed {
		said = "closing.closed"
	}
	to := rulesPath
	if back := form.Get("return"); back != "" {
		to = adminPath(back)
	}
	return s.saidAndGo(c, notice{Text: s.printer().T(said, "Title", p.Title), URL: p.URL, Link: s.printer().T("closing.see"), Undo: act}, to)
}

// arrange answers POST /admin/comments/:id/thread/:what: pin, unpin, lock or unlock.
func (s *Server) arrange(c echo.Context) error {
	id, err := comment.ParseID(c.Param("id"))
	if err != nil {
		return err
	}
	what := comment.Arrangement(c.Param("what"))
	text, ok := arrangedTexts[what]
	if !ok {
		return errNotFound
	}
	if err := parseForm(c); err != nil {
		return err
	}
	back := adminPath(c.Request().PostFormValue("return"))
	act, err := s.Comments.Arrange(c.Request().Context(), actor(c), id, what)
	if errors.Is(err, comment.ErrConflict) {
		return s.changed(c, id, "unchanged.arrange", back)
	}
	if err != nil {
		return err
	}
	n := notice{Text: s.printer().T(text, "ID", id), URL: permalink(id), Link: s.printer().T("decided.read"), Undo: act}
	return s.saidAndGo(c, n, back)
}

// arrangedTexts say what was done.
var arrangedTexts = map[comment.Arrangement]string{
	comment.Pin: "arranged.pin", comment.Unpin: "arranged.unpin", comment.Lock: "arranged.lock", comment.Unlock: "arranged.unlock",
}
