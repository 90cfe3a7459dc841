package web

import (
	"time"

	"github.com/labstack/echo/v4"

	"hamlet/internal/account"
	"hamlet/internal/content"
	"hamlet/internal/locale"
)

// adminFrame is what admin_layout.html shows around every page for moderators;
// a page's view embeds it.
type adminFrame struct {
	Title     string
	SiteTitle string
	Lang      string // of the blog, for the titles of its posts
	// Printer says the texts of the page.
	*locale.Printer
	User   string // who is logged in; empty on the way in
	Menu   menu
	Notice *notice
	// Problems is what is wrong with the content folder.
	Problems content.Problems
	zone     *time.Location
	// Attack is the attack switch, if it is on; else nil.
	Attack *attackView
	// CanAttack means that they may turn it, and Path is the page that leads back to.
	CanAttack bool
	Path      string
}

// speaks says in which language all of the page is. The pages of readers are kept once they are
// made, and so need not be made as fast.
func (f adminFrame) speaks() *locale.Printer { return f.Printer }

// printer says things in the blog's language.
func (s *Server) printer() *locale.Printer { return s.texts.Printer(s.Site().Meta.Language) }

// doorFrame is the frame of a page for people who are not logged in. The title is
// the id of a text, or a text.
func (s *Server) doorFrame(title string) adminFrame {
	meta := s.Site().Meta
	f := adminFrame{Title: s.printer().T(title), SiteTitle: meta.Title, Lang: meta.Language, Printer: s.printer(), zone: meta.Zone}
	if f.zone == nil {
		f.zone = time.UTC
	}
	return f
}

// deskFrame is the frame of a page for who is logged in. It takes the notice
// out of the session and notes that the session is in use.
func (s *Server) deskFrame(c echo.Context, title string) (adminFrame, error) {
	f := s.doorFrame(title)
	f.User, f.Attack = actor(c).Name, s.attack(f.Printer, f.zone)
	f.CanAttack, f.Path = actor(c).May(account.SwitchAttack) == nil, adminPath(c.Request().URL.RequestURI())
	if _, whole := actor(c).Scope(); whole {
		f.Problems = s.Problems()
	}
	f.Notice = s.popNotice(c)
	var err error
	if f.Menu, err = s.menu(c.Request().Context(), actor(c), f.Printer, c.Request().URL.Path); err != nil {
		return f, err
	}
	if f.Notice != nil || s.touchSession(c) {
		return f, s.saveSession(c)
	}
	return f, nil
}
