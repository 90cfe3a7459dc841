package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/insight"
	"hamlet/internal/locale"
	"hamlet/internal/markup"
	"hamlet/internal/reason"
	"hamlet/internal/spam"
)

// filterPath is the filter's desk.
const filterPath = "/admin/filter"

// filterPage is a page of the filter's desk: the part that it shows, and what all parts
// have.
type filterPage struct {
	adminFrame
	Heading  string
	Parts    []tab // the other pages
	Owner    bool
	Problem  string // why nothing was done
	Working  string // what is being computed
	Counted  *countedPart
	Overview *overviewPart
	Setting  *settingPart
	Try      *tryPart
	Sweep    *sweepPart
	Models   *modelsPart
	Replay   *replayPart
	Noise    *noisePart
	Learned  *learnedPart
}

// filterParts are the pages of the filter's desk.
var filterParts = []struct{ path, title string }{
	{filterPath, "filter.overview"},
	{filterPath + "/replay", "filter.replay"},
	{filterPath + "/setting", "filter.setting"},
	{filterPath + "/try", "filter.try"},
	{filterPath + "/models", "filter.models"},
	{filterPath + "/labels", "filter.labels"},
	{filterPath + "/sweep", "filter.sweep"},
	{filterPath + "/learned", "filter.learned"},
}

// filterRoutes are the filter's desk: filter.go, filter_set.go, filter_try.go,
// filter_models.go, filter_labels.go. There is none where another filter judges.
func (s *Server) filterRoutes() {
	s.opinionRoutes()
	if s.Insight == nil {
		return
	}
	in := []echo.MiddlewareFunc{s.session, s.moderator, s.may(account.ManageRules), s.working}
	owner := []echo.MiddlewareFunc{s.session, s.moderator, s.may(ownerOnly), s.proven}
	s.get(filterPath, s.filterOverview, in...)
	s.get(filterPath+"/replay", s.filterReplay, in...)
	s.get(filterPath+"/setting", s.filterSetting, in...)
	s.echo.POST(filterPath+"/setting", s.setFilter, in...)
	s.echo.POST(filterPath+"/count", s.countFilter, in...)
	s.get(filterPath+"/try", s.filterTry, in...)
	s.get(filterPath+"/sweep", s.filterSweep, in...)
	s.get(filterPath+"/models", s.filterModels, in...)
	s.echo.POST(filterPath+"/models", s.addModel, in...)
	s.echo.POST(filterPath+"/models/:step", s.stepModel, append(in, s.provenTo("step", "promote", "back"))...)
	s.get(filterPath+"/labels", s.filterNoise, in...)
	s.get(filterPath+"/learned", s.filterLearned, in...)
	s.echo.POST(filterPath+"/learned", s.importLabels, owner...)
	s.get(filterPath+"/learned.jsonl", s.exportLabels, owner...)
	s.echo.POST(filterPath+"/learned/:step", s.stepLearned, owner...)
}

// working shows how far it is what a page of the filter's desk waits for, and has it asked for
// again.
func (s *Server) working(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		err := next(c)
		w, ok := errors.AsType[*insight.WorkingError](err)
		if !ok || c.Request().Method != http.MethodGet && c.Request().Method != http.MethodHead { // nothing else is to be sent again
			return err
		}
		title := "filter.overview"
		for _, part := range filterParts {
			if part.path == c.Path() {
				title = part.title
			}
		}
		c.Response().Header().Set("Refresh", "1")
		return s.showFilter(c, http.StatusOK, title, filterPage{Working: s.printer().T("filter.working", w.Looked)})
	}
}

// showFilter shows a page of the filter's desk.
func (s *Server) showFilter(c echo.Context, status int, title string, p filterPage) (err error) {
	say := s.printer()
	p.Heading, p.Owner = say.T(title), actor(c).May(ownerOnly) == nil
	for _, part := range filterParts {
		p.Parts = append(p.Parts, tab{Name: say.T(part.title), URL: part.path, Current: part.title == title})
	}
	if s.Opinion != nil && actor(c).May(ownerOnly) == nil {
		p.Parts = append(p.Parts, tab{Name: say.T("opinion.title"), URL: opinionPath})
	}
	if p.adminFrame, err = s.deskFrame(c, title); err != nil {
		return err
	}
	return s.render(c, status, "admin_filter", p)
}

// choice is one of several times or kinds that a page can show.
type choice struct {
	Value, Name string
	URL         string
	Current     bool
}

// days reads how many days are looked back on; one of insight.Spans.
func days(c echo.Context) int {
	n, err := strconv.Atoi(c.FormValue("days"))
	if err != nil || !slices.Contains(insight.Spans, n) {
		return insight.Spans[1]
	}
	return n
}

func dayChoices(say *locale.Printer, current int) []choice {
	var out []choice
	for _, n := range insight.Spans {
		v := strconv.Itoa(n)
		out = append(out, choice{Value: v, Name: say.T("filter.days", n), URL: "?days=" + v, Current: n == current})
	}
	return out
}

// overviewPart is how the filter did.
type overviewPart struct {
	Days    []choice
	None    bool // nothing was decided
	Summary string
	Rates   []rateRow
	Chart   chart
	Months  []figuresRow
	Plot    plot
	Held    string // where comments are held now
}

// rateRow is a share with what it means.
type rateRow struct{ Name, Means, Value string }

// figuresRow is the figures of a day, a week or a month.
type figuresRow struct {
	When                            string
	Caught, Missed, Wrong           int
	Spam, Ham                       int
	Precision, Recall, False, Waits string
}

func (s *Server) filterOverview(c echo.Context) error {
	o, err := s.Insight.Overview(c.Request().Context(), actor(c), days(c))
	if err != nil {
		return err
	}
	force, err := s.Insight.InForce(c.Request().Context(), actor(c))
	if err != nil {
		return err
	}
	say := s.printer()
	p := &overviewPart{Days: dayChoices(say, o.Days), Rates: rates(say, o.Total), Held: inForce(say, force)}
	t := o.Total
	p.None = t.All() == 0
	p.Summary = say.T("filter.summary", t.All(), "Spam", say.Number(t.Spam), "Stayed", say.Number(t.Stayed), "Ham", say.Number(t.Ham), "Left", say.Number(t.Left))
	p.Chart = s.chart(o)
	p.Months = s.figuresRows(o.Months, say.Month)
	p.Plot = drawPlot(say, o.Reading)
	return s.showFilter(c, http.StatusOK, "filter.overview", filterPage{Overview: p, Counted: s.countedAt(c, o.Counted)})
}

// rates puts the shares of a time in words.
func rates(say *locale.Printer, f insight.Figures) []rateRow {
	return []rateRow{
		{say.T("filter.precision"), say.T("filter.precision_means"), shareText(say, f.Precision)},
		{say.T("filter.recall"), say.T("filter.recall_means"), shareText(say, f.Recall)},
		{say.T("filter.false"), say.T("filter.false_means"), shareText(say, f.FalsePositives)},
		{say.T("filter.wait"), say.T("filter.wait_means"), waitText(say, f)},
	}
}

// shareText is a share with its interval, or that there are too few to tell.
func shareText(say *locale.Printer, r insight.Rate) string {
	if r.Whole == 0 {
		return say.T("filter.none")
	}
	if r.TooFew {
		return say.T("filter.too_few", "Part", say.Number(r.Part), "Whole", say.Number(r.Whole))
	}
	return say.T("filter.rate", "Share", percentOf(say, r.Share), "Low", percentOf(say, r.Interval.Low), "High", percentOf(say, r.Interval.High),
		"Part", say.Number(r.Part), "Whole", say.Number(r.Whole))
}

// percentOf is a share in per cent: to a tenth where that says something.
func percentOf(say *locale.Printer, f spam.Figure) string {
	p, digits := 100*float64(f), 0
	if p > 0 && p < 10 || p > 95 && p < 100 {
		digits = 1
	}
	return say.T("card.percent", "Percent", say.Decimal(strconv.FormatFloat(p, 'f', digits, 64)))
}

// waitText is how long held comments waited in the middle case.
func waitText(say *locale.Printer, f insight.Figures) string {
	if f.Waited == 0 {
		return say.T("filter.none")
	}
	return say.T("filter.waited", f.Waited, "Wait", lasting(say, f.Wait))
}

// lasting is how long something took, in the largest unit.
func lasting(say *locale.Printer, d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return say.T("filter.days", int(d/(24*time.Hour)))
	case d >= 2*time.Hour:
		return say.T("filter.hours", int(d/time.Hour))
	default:
		return say.T("filter.minutes", int(d/time.Minute))
	}
}

// figuresRows are rows of figures, each with the name of its time.
func (s *Server) figuresRows(fs []insight.Figures, name func(time.Time) string) []figuresRow {
	say := s.printer()
	var out []figuresRow
	for _, f := range fs {
		out = append(out, figuresRow{
			When: name(f.From), Caught: f.Caught, Missed: f.Missed, Wrong: f.Wrong, Spam: f.Spam, Ham: f.Ham + f.Left,
			Precision: shareText(say, f.Precision), Recall: shareText(say, f.Recall), False: shareText(say, f.FalsePositives), Waits: waitText(say, f),
		})
	}
	return out
}

// inForce says from where on comments are held now, and who said so.
func inForce(say *locale.Printer, f insight.InForce) string {
	text := "filter.force_setting"
	switch {
	case f.Choice.Thresholds != (spam.Thresholds{}):
		text = "filter.force_thresholds"
	case f.Cost != 0:
		text = "filter.force_cost"
	}
	return say.T(text, "Hold", threshold(say, f.Thresholds.Unsure), "Spam", threshold(say, f.Thresholds.Spam),
		"Cost", say.Decimal(plainNumber(f.Effective)), "Model", f.Model, "Setting", say.Decimal(plainNumber(f.Setting)))
}

// plainNumber is a number as a form takes it.
func plainNumber(x float64) string { return strconv.FormatFloat(x, 'g', 4, 64) }

// hitRow is a comment in a list, which leads to its own page.
type hitRow struct {
	*locale.Printer
	ID     comment.ID
	URL    string
	Author string
	Text   string
	When   time.Time
	Says   string // what was decided, and what the filter says
}

// hitLength is how much of a comment a list shows, in characters.
const hitLength = 160

func (s *Server) hitRow(cm comment.Comment, says string) hitRow {
	text := markup.Plain(cm.Body, hitLength)
	return hitRow{
		Printer: s.printer(), ID: cm.ID, URL: "/admin/comments/" + strconv.FormatInt(int64(cm.ID), 10), Author: cm.Author, Text: text,
		When: cm.CreatedAt.In(s.doorFrame("").zone), Says: says,
	}
}

// countedPart says of when a page of the filter's desk is, and lets it be counted anew.
type countedPart struct {
	Says   string
	Behind bool // that is being done
	Back   string
}

// countedAt makes that part; nil if nothing was decided since.
func (s *Server) countedAt(c echo.Context, of insight.Counted) *countedPart {
	if of.At.IsZero() {
		return nil
	}
	say := s.printer()
	at, text := say.Moment(of.At.In(s.doorFrame("").zone)), say.T("filter.counted_other")
	if of.Since > 0 {
		text = say.T("filter.counted_since", of.Since)
	}
	return &countedPart{Says: say.T("filter.counted", "At", at, "Since", text), Behind: of.Behind, Back: c.Request().URL.RequestURI()}
}

// countFilter has what the desk shows counted anew, when it is asked for.
func (s *Server) countFilter(c echo.Context) error {
	if err := parseForm(c); err != nil {
		return err
	}
	if err := s.Insight.CountAnew(actor(c)); err != nil {
		return err
	}
	return seeOther(c, adminPath(c.Request().PostForm.Get("return")))
}

// truthTexts say what a comment turned out to be.
var truthTexts = map[insight.Truth]string{insight.Spam: "filter.was_spam", insight.Ham: "filter.was_ham", insight.Left: "filter.was_left", insight.Stayed: "filter.was_stayed"}

func (s *Server) hitRows(hits []insight.Hit) []hitRow {
	say := s.printer()
	out := make([]hitRow, len(hits))
	for i, h := range hits {
		says := say.T(truthTexts[h.Truth])
		if v := h.Comment.Verdict; v.Class != "" {
			says = say.T("filter.says", "Truth", says, "Percent", reason.Percent(say, v.Probability))
		}
		out[i] = s.hitRow(h.Comment, says)
	}
	return out
}

// withQuery is a path with a query.
func withQuery(path string, pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	return path + "?" + q.Encode()
}
