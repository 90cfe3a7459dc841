package web

import (
	"cmp"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"hamlet/internal/comment"
	"hamlet/internal/desk"
	"hamlet/internal/insight"
	"hamlet/internal/locale"
	"hamlet/internal/rule"
)

// tryThreshold is the kind of a trial that is no rule.
const tryThreshold = "threshold"

// tryKinds are what can be tried, with the name of each.
var tryKinds = []struct{ kind, name string }{
	{string(rule.Word), "filter.kind_word"},
	{string(rule.Links), "filter.kind_links"},
	{string(rule.Domain), "filter.kind_domain"},
	{string(rule.Author), "filter.kind_author"},
	{string(rule.Network), "filter.kind_network"},
	{string(rule.Proof), "filter.kind_proof"},
	{tryThreshold, "filter.kind_threshold"},
}

// sweepKinds are what comments can have in common.
var sweepKinds = []string{string(rule.Domain), string(rule.Word), string(rule.Author)}

// tryPart is what a rule or a threshold would have hit.
type tryPart struct {
	Days   []choice
	Kinds  []choice
	Value  string
	Draft  rule.Draft // the rest of it, if it comes from the form of a rule
	Wrong  string     // with what was typed
	Asked  bool
	Tells  []string
	Hams   []hitRow
	Spams  []hitRow
	More   int // that are not listed
	Keep   string
	KeepAs string
}

// kindChoices are kinds to choose from.
func kindChoices(say *locale.Printer, current string, wanted func(string) bool) []choice {
	var out []choice
	for _, k := range tryKinds {
		if wanted(k.kind) {
			out = append(out, choice{Value: k.kind, Name: say.T(k.name), Current: k.kind == current})
		}
	}
	return out
}

// filterTry tries a rule or a threshold on what was decided; it changes nothing.
func (s *Server) filterTry(c echo.Context) error {
	say, draft := s.printer(), ruleDraft(c.QueryParams())
	kind, value := draft.Kind, strings.TrimSpace(draft.Value)
	p := &tryPart{Days: dayChoices(say, days(c)), Kinds: kindChoices(say, kind, func(string) bool { return true }), Value: value, Draft: draft}
	page := filterPage{Try: p}
	if q := c.QueryParams(); !q.Has("value") && !q.Has("pick") {
		return s.showFilter(c, http.StatusOK, "filter.try", page)
	}
	t, err := s.try(c, kind, value)
	if odd, ok := errors.AsType[oddError](err); ok {
		page.Problem, p.Wrong = say.T("filter.try_odd"), say.T(string(odd))
		return s.showFilter(c, http.StatusUnprocessableEntity, "filter.try", page)
	}
	if err != nil {
		return err
	}
	page.Counted = s.countedAt(c, t.Counted)
	p.Asked, p.Hams, p.Spams = true, s.hitRows(t.Hams), s.hitRows(t.Spams)
	p.More = max(0, t.HamHit+t.SpamHit-len(t.Hams)-len(t.Spams))
	p.Tells = []string{
		say.T("filter.tried", t.Days, "Hit", say.Number(t.SpamHit), "Spam", say.Number(t.Spam), "Ham", say.Number(t.HamHit), "Hams", say.Number(t.Ham)),
		say.T("filter.tried_new", t.New),
	}
	if t.From.IsValid() {
		p.Tells = append(p.Tells, say.T("filter.tried_network", "Network", t.From.String()))
	}
	p.Keep, p.KeepAs = keepRule(draft)
	return s.showFilter(c, http.StatusOK, "filter.try", page)
}

// keepRule is where what was tried can be kept.
func keepRule(d rule.Draft) (to, text string) {
	if d.Kind == tryThreshold {
		return withQuery(filterPath+"/setting", "by", byThresholds, "hold", d.Value, "spam", "99.9"), "filter.keep_threshold"
	}
	return withQuery(rulesPath, "kind", d.Kind, "value", d.Value, "effect", d.Effect, "lasting", d.Lasting, "note", d.Note), "filter.keep_rule"
}

// oddError means that what was typed is nothing that could be tried: the text that says why.
type oddError string

func (e oddError) Error() string { return "nothing to try: " + string(e) }

func (s *Server) try(c echo.Context, kind, value string) (insight.Trial, error) {
	ctx := c.Request().Context()
	if kind == tryThreshold {
		from, err := strconv.ParseFloat(value, 64)
		if err != nil || !(from > 0 && from < 100) {
			return insight.Trial{}, oddError("filter.percent_odd")
		}
		return s.Insight.TryThreshold(ctx, actor(c), from/100, days(c))
	}
	r, err := s.drafted(c, kind, value)
	if err != nil {
		return insight.Trial{}, err
	}
	t, err := s.Insight.TryRule(ctx, actor(c), r, days(c))
	if err == nil && r.Kind == rule.Network && !t.From.IsValid() {
		err = oddError("filter.network_odd")
	}
	return t, err
}

// drafted is a rule of what was typed.
func (s *Server) drafted(c echo.Context, kind, value string) (rule.Rule, error) {
	r, err := rule.Draft{Kind: kind, Value: value, Effect: string(rule.Hold), Lasting: "never"}.Rule(actor(c).Name, s.Now())
	if invalid, ok := errors.AsType[*rule.InvalidError](err); ok {
		return r, oddError(ruleFaults[cmp.Or(invalid.Fields["kind"], invalid.Fields["value"])])
	}
	return r, err
}

// sweepPart is what is published and has something in common.
type sweepPart struct {
	Kinds []choice
	Value string
	Wrong string // with what was typed
	Asked bool
	Tells string
	Found []hitRow
	More  int
	Queue string // where they can be decided on together
	Try   string
}

// filterSweep lists the published comments that have something in common with what turned
// out to be bad.
func (s *Server) filterSweep(c echo.Context) error {
	say, kind, value := s.printer(), c.QueryParam("kind"), strings.TrimSpace(c.QueryParam("value"))
	p := &sweepPart{Value: value}
	for _, k := range sweepKinds {
		p.Kinds = append(p.Kinds, kindChoices(say, kind, func(one string) bool { return one == k })...)
	}
	page := filterPage{Sweep: p}
	if !c.QueryParams().Has("value") {
		return s.showFilter(c, http.StatusOK, "filter.sweep", page)
	}
	r, err := s.drafted(c, kind, value)
	if odd, ok := errors.AsType[oddError](err); ok {
		page.Problem, p.Wrong = say.T("filter.try_odd"), say.T(string(odd))
		return s.showFilter(c, http.StatusUnprocessableEntity, "filter.sweep", page)
	}
	if err != nil {
		return err
	}
	swept, err := s.Insight.Sweep(c.Request().Context(), actor(c), r)
	if err != nil {
		return err
	}
	page.Counted = s.countedAt(c, swept.Counted)
	p.Asked, p.Found, p.More = true, s.hitRows(swept.Found), swept.All-len(swept.Found)
	p.Tells = say.T("filter.swept", swept.All)
	p.Queue, p.Try = sweepQueue(r), withQuery(filterPath+"/try", "kind", kind, "value", value)
	return s.showFilter(c, http.StatusOK, "filter.sweep", page)
}

// sweepQueue is the queue with what is published and shares this.
func sweepQueue(r rule.Rule) string {
	f := desk.Filter{Status: comment.Approved}
	switch r.Kind {
	case rule.Domain:
		f.Domain = r.Value
	case rule.Author:
		f.Author = strconv.Quote(r.Value)
	default:
		f.Text = strconv.Quote(r.Value)
	}
	return "/admin/queue?" + f.Values().Encode()
}
