package web

import (
	"errors"
	"math"
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"hamlet/internal/account"
	"hamlet/internal/insight"
	"hamlet/internal/locale"
	"hamlet/internal/spam"
)

// ownerOnly is what it takes to change what the filter was taught.
const ownerOnly = account.ManageUsers

// settingPart is from where on comments are held, and what that would come to.
type settingPart struct {
	Days   []choice
	Now    string
	Saved  bool // something was set here, in place of the setting of the program
	By     string
	Cost   string
	Hold   string
	Spam   string
	Tells  []string // what to expect at this setting
	Before []string // and at the one in force
}

// The two ways to set it.
const (
	byCost       = "cost"
	byThresholds = "thresholds"
)

// settingOf reads a setting from a form or a query. What is no number is an error.
func settingOf(q url.Values) (insight.Setting, error) {
	number := func(name string, unit float64) (float64, error) {
		x, err := strconv.ParseFloat(q.Get(name), 64)
		if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
			return 0, insight.ErrSetting
		}
		return x / unit, nil
	}
	var s insight.Setting
	var err error
	if q.Get("by") != byThresholds {
		if s.Cost, err = number("cost", 1); err == nil && s.Cost == 0 {
			err = insight.ErrSetting
		}
		return s, err
	}
	if s.Thresholds.Unsure, err = number("hold", 100); err != nil {
		return s, err
	}
	if s.Thresholds.Spam, err = number("spam", 100); err == nil && s.Thresholds == (spam.Thresholds{}) {
		err = insight.ErrSetting
	}
	return s, err
}

// filterSetting shows what a setting would come to; it changes nothing.
func (s *Server) filterSetting(c echo.Context) error {
	force, err := s.Insight.InForce(c.Request().Context(), actor(c))
	if err != nil {
		return err
	}
	asked := insight.Setting{Cost: force.Cost, Thresholds: force.Choice.Thresholds}
	now := asked
	if q := c.QueryParams(); q.Has("by") {
		if asked, err = settingOf(q); err != nil {
			return s.showSetting(c, http.StatusUnprocessableEntity, force, now, now)
		}
	}
	err = s.showSetting(c, http.StatusOK, force, asked, now)
	if errors.Is(err, insight.ErrSetting) {
		return s.showSetting(c, http.StatusUnprocessableEntity, force, now, now)
	}
	return err
}

func (s *Server) showSetting(c echo.Context, status int, force insight.InForce, asked, now insight.Setting) error {
	ctx, say, span := c.Request().Context(), s.printer(), days(c)
	f, err := s.Insight.Forecast(ctx, actor(c), asked, span)
	if err != nil {
		return err
	}
	p := &settingPart{
		Days: dayChoices(say, span), Now: inForce(say, force), Saved: now != insight.Setting{}, By: byCost, Tells: expected(say, f),
		Cost: plainNumber(force.Effective), Hold: plainNumber(100 * f.Thresholds.Unsure), Spam: plainNumber(100 * f.Thresholds.Spam),
	}
	if asked.Cost != 0 {
		p.Cost = plainNumber(asked.Cost)
	}
	if asked.Thresholds != (spam.Thresholds{}) {
		p.By = byThresholds
	}
	if asked != now {
		if f, err = s.Insight.Forecast(ctx, actor(c), now, span); err != nil {
			return err
		}
		p.Before = expected(say, f)
	}
	page := filterPage{Setting: p}
	if status != http.StatusOK {
		page.Problem = say.T("filter.setting_odd")
	}
	return s.showFilter(c, status, "filter.setting", page)
}

// expected says in plain sentences what to expect at a setting.
func expected(say *locale.Printer, f insight.Forecast) []string {
	n := f.Caught.Whole + f.Held.Whole
	if n == 0 {
		return []string{say.T("filter.expect_nothing")}
	}
	return []string{
		say.T("filter.expect", n, "Held", oneIn(say, f.Held), "Caught", caughtText(say, f.Caught)),
		say.T("filter.expect_spam", "Held", oneIn(say, f.CalledSpam)),
		say.T("filter.expect_from", "Hold", threshold(say, f.Thresholds.Unsure), "Spam", threshold(say, f.Thresholds.Spam)),
	}
}

// oneIn says how many of the honest comments that is, and how far that can be told.
func oneIn(say *locale.Printer, r insight.Rate) string {
	switch {
	case r.Whole == 0:
		return say.T("filter.no_ham")
	case r.Part == 0:
		return say.T("filter.none_in", r.Whole, "Worst", say.Number(int(1/float64(r.Interval.High))))
	case r.TooFew:
		return say.T("filter.some_in", "Part", say.Number(r.Part), "Whole", say.Number(r.Whole))
	}
	return say.T("filter.one_in", "In", say.Number(int(math.Round(float64(r.Whole)/float64(r.Part)))))
}

func caughtText(say *locale.Printer, r insight.Rate) string {
	if r.Whole == 0 || r.TooFew {
		return say.T("filter.some_in", "Part", say.Number(r.Part), "Whole", say.Number(r.Whole))
	}
	return percentOf(say, r.Share)
}

// setFilter puts a setting in force, or takes back the one that was set here.
func (s *Server) setFilter(c echo.Context) error {
	if err := parseForm(c); err != nil {
		return err
	}
	ctx, form := c.Request().Context(), c.Request().PostForm
	var set insight.Setting
	var err error
	if !form.Has("reset") {
		set, err = settingOf(form)
	}
	if err == nil {
		err = s.Insight.Set(ctx, actor(c), set)
	}
	if errors.Is(err, insight.ErrSetting) {
		force, err := s.Insight.InForce(ctx, actor(c))
		if err != nil {
			return err
		}
		now := insight.Setting{Cost: force.Cost, Thresholds: force.Choice.Thresholds}
		return s.showSetting(c, http.StatusUnprocessableEntity, force, now, now)
	}
	if err != nil {
		return err
	}
	return s.filterDone(c, "filter.set", filterPath+"/setting")
}

// filterDone tells on the next page what was done.
func (s *Server) filterDone(c echo.Context, text, next string, args ...any) error {
	s.putNotice(c, notice{Text: s.printer().T(text, args...)})
	if err := s.saveSession(c); err != nil {
		return err
	}
	return seeOther(c, next)
}
