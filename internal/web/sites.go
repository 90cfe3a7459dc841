package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"hamlet/internal/account"
	"hamlet/internal/akismet"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// sitesPath is the page of the sites that ask the filter with a key.
const sitesPath = "/admin/sites"

// checksLength is how many checks a page shows.
const checksLength = 25

// sitesPage lists the sites, for owners.
type sitesPage struct {
	adminFrame
	Sites []siteView
	Name  string // of a new one, as typed
	Wrong string
	Key   string // just made; shown this once
	Undo  account.ActID
}

// siteView is a site in the list and on its page.
type siteView struct {
	akismet.Site
	Month   akismet.Counts
	Since   time.Time
	Revoked bool
}

// Asked is how many comments it asked about.
func (v siteView) Asked() int { return v.Month.Spam + v.Month.Ham }

// sitePage is the page of a site.
type sitePage struct {
	adminFrame
	Site      siteView
	Cost      string // as typed
	PerMinute string
	Wrong     map[string]string
	Checks    []checkView
	Newest    string // URL; empty for none
	Older     string
}

// checkView is a comment that a site asked about.
type checkView struct {
	adminFrame
	ID, Site     string
	Author, Blog string
	Type, Post   string
	Time         time.Time
	Verdict      string
	Why          string // as it was said then
	Said         string // by the site; empty for nothing
	Told         string // how it stands with telling the site otherwise; empty for nothing to tell
	Mistake      bool
	Spam, Ham    bool // what can be said of it yet
	Fields       []markedField
	Findings     []finding // of today
	Text         string
}

// sites lists the sites.
func (s *Server) sites(c echo.Context) error { return s.showSites(c, http.StatusOK, sitesPage{}) }

func (s *Server) showSites(c echo.Context, status int, p sitesPage) error {
	ctx, who := c.Request().Context(), actor(c)
	all, err := s.Sites.List(ctx, who)
	if err != nil {
		return err
	}
	if p.adminFrame, err = s.deskFrame(c, "sites.title"); err != nil {
		return err
	}
	for _, is := range all {
		v, err := s.siteView(c, is)
		if err != nil {
			return err
		}
		v.Since = v.Since.In(p.zone)
		p.Sites = append(p.Sites, v)
	}
	return s.render(c, status, "admin_sites", p)
}

func (s *Server) siteView(c echo.Context, is akismet.Site) (siteView, error) {
	n, err := s.Sites.ThisMonth(c.Request().Context(), actor(c), is.ID)
	return siteView{is, n, is.CreatedAt, !is.RevokedAt.IsZero()}, err
}

// addSite makes a key and shows it, this once.
func (s *Server) addSite(c echo.Context) error {
	if err := parseForm(c); err != nil {
		return err
	}
	p := sitesPage{Name: c.Request().PostFormValue("name")}
	_, key, err := s.Sites.AddSite(c.Request().Context(), actor(c), p.Name)
	switch {
	case errors.Is(err, akismet.ErrName):
		p.Wrong = s.printer().T("sites.wrong_name")
	case errors.Is(err, akismet.ErrTaken):
		p.Wrong = s.printer().T("sites.wrong_taken")
	case err != nil:
		return err
	default:
		p.Name, p.Key, p.Undo = "", string(key), acted(c)
		return s.showSites(c, http.StatusOK, p)
	}
	return s.showSites(c, http.StatusUnprocessableEntity, p)
}

// siteOf is the site that a path names.
func (s *Server) siteOf(c echo.Context) (akismet.Site, error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return akismet.Site{}, errNotFound
	}
	return s.Sites.Site(c.Request().Context(), actor(c), akismet.SiteID(id))
}

// oneSite shows a site with what it asked lately.
func (s *Server) oneSite(c echo.Context) error {
	is, err := s.siteOf(c)
	if err != nil {
		return err
	}
	return s.showSite(c, http.StatusOK, is, sitePage{
		Cost: strconv.FormatFloat(is.Cost, 'g', -1, 64), PerMinute: strconv.Itoa(is.PerMinute),
	})
}

func (s *Server) showSite(c echo.Context, status int, is akismet.Site, p sitePage) error {
	after, err := parseMark(c.QueryParam("after"))
	if err != nil {
		return errNotFound
	}
	checks, err := s.Sites.Recent(c.Request().Context(), actor(c), is.ID, after, checksLength+1)
	if err != nil {
		return err
	}
	at := fmt.Sprintf("%s/%d", sitesPath, is.ID)
	if len(checks) > checksLength {
		checks = checks[:checksLength]
		p.Older = at + "?after=" + url.QueryEscape(formatMark(checks[len(checks)-1].Mark()))
	}
	if !after.At.IsZero() {
		p.Newest = at
	}
	if p.Site, err = s.siteView(c, is); err != nil {
		return err
	}
	if p.adminFrame, err = s.deskFrame(c, "sites.title"); err != nil {
		return err
	}
	p.Title, p.Site.Since = is.Name, p.Site.Since.In(p.zone)
	for _, check := range checks {
		v, err := s.checkView(c, p.adminFrame, check)
		if err != nil {
			return err
		}
		p.Checks = append(p.Checks, v)
	}
	return s.render(c, status, "admin_site", p)
}

// formatMark and parseMark write the place in a list, and read it.
func formatMark(m akismet.Mark) string { return strconv.FormatInt(m.At.UnixMilli(), 10) + "." + m.ID }

func parseMark(s string) (akismet.Mark, error) {
	if s == "" {
		return akismet.Mark{}, nil
	}
	at, id, _ := strings.Cut(s, ".")
	n, err := strconv.ParseInt(at, 10, 64)
	return akismet.Mark{At: time.UnixMilli(n).UTC(), ID: id}, err
}

// checkView is a check in the words that comments of the blog are told in.
func (s *Server) checkView(c echo.Context, f adminFrame, check akismet.Check) (checkView, error) {
	e, err := s.Sites.Explain(actor(c), check)
	if err != nil {
		return checkView{}, err
	}
	in, say := check.Comment, f.Printer
	v := checkView{
		adminFrame: f, ID: check.ID, Site: strconv.FormatInt(int64(check.Site), 10), Author: in.Author, Blog: check.Blog, Type: in.Type,
		Post: in.Permalink, Time: check.At.In(f.zone), Why: check.Why, Text: in.Body,
		Findings: findings(say, e.Findings), Fields: marked(say, comment.Comment{Author: in.Author, URL: in.AuthorURL, Body: in.Body}, e),
		Spam: check.Said != spam.Spam, Ham: check.Said != spam.Ham,
		Mistake: check.Said != "" && (check.Said == spam.Spam) != check.Spam,
	}
	v.Verdict = say.T("sites.was_ham")
	if check.Spam {
		v.Verdict = say.T("sites.was_spam")
	}
	if said, ok := siteSaid[check.Said]; ok {
		v.Said = say.T(said)
	}
	v.Told = f.told(check.Told)
	return v, nil
}

// told says how it stands with telling a site another word.
func (f adminFrame) told(t akismet.Told) string {
	var out []string
	if text, ok := siteTold[t.Verdict]; ok {
		out = append(out, f.T(text, "When", f.Moment(t.At.In(f.zone))))
	}
	if t.Waits {
		out = append(out, f.T("sites.told_waits"))
	}
	if t.Problem != "" {
		out = append(out, f.T("sites.told_problem", "Problem", strings.TrimSuffix(t.Problem, ".")))
	}
	return strings.Join(out, " ")
}

// siteTold are the words for what a site was told later.
var siteTold = map[spam.Class]string{spam.Spam: "sites.told_spam", spam.Ham: "sites.told_ham"}

// siteSaid are the words for what a site reported.
var siteSaid = map[spam.Class]string{spam.Spam: "sites.said_spam", spam.Ham: "sites.said_ham"}

// changeSite keeps how a site is judged for.
func (s *Server) changeSite(c echo.Context) error {
	is, err := s.siteOf(c)
	if err != nil {
		return err
	}
	if err := parseForm(c); err != nil {
		return err
	}
	form := c.Request().PostForm
	p := sitePage{Cost: form.Get("cost"), PerMinute: form.Get("per_minute")}
	to := is.Settings
	to.Discard, to.Shares, to.CallBack = form.Has("discard"), form.Has("shares"), form.Has("call_back")
	if to.Cost, err = strconv.ParseFloat(strings.Replace(strings.TrimSpace(p.Cost), ",", ".", 1), 64); err != nil {
		to.Cost = 0 // which it cannot be
	}
	if to.PerMinute, err = strconv.Atoi(strings.TrimSpace(p.PerMinute)); err != nil {
		to.PerMinute = -1
	}
	err = s.Sites.Change(c.Request().Context(), actor(c), is.ID, to)
	if wrong, ok := errors.AsType[*akismet.SettingError](err); ok {
		is.Settings = to
		p.Wrong = map[string]string{wrong.Setting: s.printer().T("sites.wrong_cost")}
		if wrong.Setting != "cost" {
			p.Wrong = map[string]string{"per_minute": s.printer().T("sites.wrong_per_minute")}
		}
		return s.showSite(c, http.StatusUnprocessableEntity, is, p)
	}
	if err != nil {
		return err
	}
	return s.saidAndGo(c, notice{Text: s.printer().T("sites.saved")}, c.Request().URL.Path)
}

// revokeSite ends a key.
func (s *Server) revokeSite(c echo.Context) error {
	is, err := s.siteOf(c)
	if err != nil {
		return err
	}
	if err := s.Sites.Revoke(c.Request().Context(), actor(c), is.ID); err != nil {
		return err
	}
	return s.saidAndGo(c, notice{Text: s.printer().T("sites.revoked_now", "Name", is.Name)}, sitesPath)
}

// correctSite says what a comment is that a site asked about.
func (s *Server) correctSite(c echo.Context) error {
	is, err := s.siteOf(c)
	if err != nil {
		return err
	}
	said, known := map[string]string{"spam": "sites.taught_spam", "ham": "sites.taught_ham"}[c.Param("said")]
	if !known {
		return errNotFound
	}
	if err := s.Sites.Correct(c.Request().Context(), actor(c), is.ID, c.Param("check"), c.Param("said") == "spam"); err != nil {
		return err
	}
	return s.saidAndGo(c, notice{Text: s.printer().T(said)}, fmt.Sprintf("%s/%d", sitesPath, is.ID))
}

// siteRoutes are for owners: who may ask the filter from elsewhere, and what was asked.
func (s *Server) siteRoutes() {
	if s.Sites == nil {
		return
	}
	owner := []echo.MiddlewareFunc{s.session, s.moderator, s.may(account.ManageUsers)}
	proven := []echo.MiddlewareFunc{s.session, s.moderator, s.may(account.ManageUsers), s.proven}
	s.get(sitesPath, s.sites, owner...)
	s.echo.POST(sitesPath, s.addSite, proven...)
	s.get(sitesPath+"/:id", s.oneSite, owner...)
	s.echo.POST(sitesPath+"/:id", s.changeSite, owner...)
	s.echo.POST(sitesPath+"/:id/revoke", s.revokeSite, proven...)
	s.echo.POST(sitesPath+"/:id/checks/:check/:said", s.correctSite, owner...)
}
