package web

import (
	"cmp"
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
	settingTyped
	Days   []choice
	Now    string
	Saved  bool              // something was set here, in place of the setting of the program
	Tells  []string          // what to expect at this setting
	Before []string          // and at the one in force
	Wrong  map[string]string // by field
}

// settingTyped is a setting as it stands in the form.
type settingTyped struct{ By, Cost, Hold, Spam string }

// The two ways to set it.
const (
	byCost       = "cost"
	byThresholds = "thresholds"
)

// settingFaults are what is wrong with a setting: at which field it is told, and how.
var settingFaults = map[insight.SettingFault]struct{ field, text string }{
	insight.CostOdd: {"cost", "filter.cost_odd"}, insight.HoldOdd: {"hold", "filter.threshold_odd"},
	insight.SpamOdd: {"spam", "filter.threshold_odd"}, insight.SpamLow: {"spam", "filter.spam_low"},
}

// settingOf reads a setting from a form or a query. The error is an insight.SettingError.
func settingOf(q url.Values) (s insight.Setting, err error) {
	number := func(name string, unit float64, fault insight.SettingFault) float64 {
		x, odd := strconv.ParseFloat(q.Get(name), 64)
		if (odd != nil || x == 0) && err == nil {
			err = &insight.SettingError{Fault: fault}
		}
		return x / unit
	}
	if q.Get("by") != byThresholds {
		s.Cost = number("cost", 1, insight.CostOdd)
		return s, err
	}
	s.Thresholds.Unsure, s.Thresholds.Spam = number("hold", 100, insight.HoldOdd), number("spam", 100, insight.SpamOdd)
	return s, err
}

// filterSetting shows what a setting would come to; it changes nothing.
func (s *Server) filterSetting(c echo.Context) error {
	if q := c.QueryParams(); q.Has("by") {
		asked, err := settingOf(q)
		return s.showSetting(c, &asked, q, err)
	}
	return s.showSetting(c, nil, nil, nil)
}

// showSetting shows what a setting would come to; of none, the one in force. One that cannot be
// comes back as it was typed.
func (s *Server) showSetting(c echo.Context, asked *insight.Setting, typed url.Values, odd error) error {
	ctx, say, span := c.Request().Context(), s.printer(), days(c)
	force, err := s.Insight.InForce(ctx, actor(c))
	if err != nil {
		return err
	}
	now := insight.Setting{Cost: force.Cost, Thresholds: force.Choice.Thresholds}
	before, err := s.Insight.Forecast(ctx, actor(c), now, span)
	if err != nil {
		return err
	}
	p := &settingPart{
		settingTyped: typedSetting(now, force, before), Days: dayChoices(say, span), Now: inForce(say, force),
		Saved: now != insight.Setting{}, Tells: expected(say, before),
	}
	if asked != nil && *asked != now && odd == nil {
		var f insight.Forecast
		if f, odd = s.Insight.Forecast(ctx, actor(c), *asked, span); odd == nil {
			p.settingTyped, p.Tells, p.Before = typedSetting(*asked, force, f), expected(say, f), p.Tells
		}
	}
	wrong, ok := errors.AsType[*insight.SettingError](odd)
	if odd != nil && !ok {
		return odd
	}
	page := filterPage{Setting: p, Counted: s.countedAt(c, before.Counted)}
	if !ok {
		return s.showFilter(c, http.StatusOK, "filter.setting", page)
	}
	p.Tells = nil
	p.settingTyped = settingTyped{cmp.Or(typed.Get("by"), byCost), typed.Get("cost"), typed.Get("hold"), typed.Get("spam")}
	fault := settingFaults[wrong.Fault]
	p.Wrong = map[string]string{fault.field: say.T(fault.text)}
	page.Counted, page.Problem = nil, say.T("filter.setting_odd")
	return s.showFilter(c, http.StatusUnprocessableEntity, "filter.setting", page)
}

// typedSetting is a setting as a form has it, with what it comes to.
func typedSetting(set insight.Setting, force insight.InForce, f insight.Forecast) settingTyped {
	t := settingTyped{
		By: byCost, Cost: plainNumber(cmp.Or(set.Cost, force.Effective)),
		Hold: plainNumber(100 * f.Thresholds.Unsure), Spam: plainNumber(100 * f.Thresholds.Spam),
	}
	if set.Thresholds != (spam.Thresholds{}) {
		t.By = byThresholds
	}
	return t
}

// expected says in plain sentences what to expect at a setting.
func expected(say *locale.Printer, f insight.Forecast) []string {
	n := f.Caught.Whole + f.Held.Whole
	if n == 0 {
		return []string{say.T("filter.expect_nothing")}
	}
	return []string{
		say.T("filter.expect", n, "Held", heldTexts.of(say, f.Held), "Caught", caughtText(say, f.Caught)),
		say.T("filter.expect_spam", "Called", calledTexts.of(say, f.CalledSpam)),
		say.T("filter.expect_from", "Hold", threshold(say, f.Thresholds.Unsure), "Spam", threshold(say, f.Thresholds.Spam)),
	}
}

// oneIn are texts that say how many of the honest comments something is: one in so many, none
// of so many, or some of few.
type oneIn struct{ one, none, few string }

var (
	heldTexts   = oneIn{"filter.one_in", "filter.none_in", "filter.held_few"}
	calledTexts = oneIn{"filter.called_one", "filter.called_none", "filter.called_few"}
)

// of says it of a share, and how far that can be told.
func (t oneIn) of(say *locale.Printer, r insight.Rate) string {
	switch {
	case r.Whole == 0:
		return say.T("filter.no_ham")
	case r.Part == 0:
		return say.T(t.none, r.Whole, "Worst", say.Number(int(1/float64(r.Interval.High))))
	case r.TooFew:
		return say.T(t.few, "Part", say.Number(r.Part), "Whole", say.Number(r.Whole))
	}
	return say.T(t.one, "In", say.Number(int(math.Round(float64(r.Whole)/float64(r.Part)))))
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
	var act account.ActID
	if err == nil {
		act, err = s.Insight.Set(ctx, actor(c), set)
	}
	if errors.As(err, new(*insight.SettingError)) {
		return s.showSetting(c, nil, form, err)
	}
	if err != nil {
		return err
	}
	return s.filterDone(c, act, "filter.set", filterPath+"/setting")
}

// filterDone tells on the next page what was done.
func (s *Server) filterDone(c echo.Context, act account.ActID, text, next string, args ...any) error {
	return s.saidAndGo(c, notice{Text: s.printer().T(text, args...), Undo: act}, next)
}
