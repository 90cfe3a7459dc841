package web

import (
	"strconv"

	"github.com/labstack/echo/v4"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/insight"
	"hamlet/internal/locale"
	"hamlet/internal/reason"
	"hamlet/internal/rule"
)

// recheck is a verdict computed again, on the page of the one comment.
type recheck struct {
	Title   string
	Tells   []string
	Differs []string
	Without []string // by the filter of that time
	Heading string   // of them
}

// recheck computes the verdict on a comment, with its receipt, again; nil if it was not
// judged, or not by this filter.
func (s *Server) recheck(c echo.Context, cm comment.Comment) (*recheck, error) {
	if s.Insight == nil || cm.Verdict.Model == "" {
		return nil, nil //nolint:nilnil // the template asks for it
	}
	r, err := s.Insight.Recheck(c.Request().Context(), actor(c), cm)
	if err != nil {
		return nil, err
	}
	return recheckText(s.printer(), cm, r), nil
}

// digits is a sum with every digit it has.
func digits(say *locale.Printer, x float64) string {
	return say.Decimal(strconv.FormatFloat(x, 'f', -1, 64))
}

// maxDiffers is how many contributions that differ are told.
const maxDiffers = 12

func recheckText(say *locale.Printer, cm comment.Comment, r insight.Recheck) *recheck {
	t := &recheck{Title: say.T("recheck.title"), Heading: say.T("recheck.without")}
	switch {
	case r.Gone:
		t.Tells = append(t.Tells, say.T("recheck.gone", "Model", r.Model))
	case r.Check.Same:
		t.Tells = append(t.Tells, say.T("recheck.same", "Model", r.Model, "Labels", say.Number(r.Labels),
			"Computed", say.Number(r.Check.Computed), "Taken", say.Number(r.Check.Taken), "Sum", digits(say, r.Check.LogOdds)))
	case len(cm.Verdict.Receipt) > 0:
		t.Tells = append(t.Tells, say.T("recheck.differs", "Model", r.Model, "Labels", say.Number(r.Labels),
			"Sum", digits(say, r.Check.LogOdds), "Then", digits(say, cm.Verdict.LogOdds)))
		for _, d := range r.Check.Differs[:min(len(r.Check.Differs), maxDiffers)] {
			t.Differs = append(t.Differs, say.T("recheck.difference", "Feature", reason.Text(say, d.Feature),
				"Then", reason.Weight(say, d.Then.Weight), "Now", reason.Weight(say, d.Now.Weight)))
		}
	}
	switch {
	case !r.Adds:
		t.Tells = append(t.Tells, say.T("recheck.adds_not"))
	case !r.Check.Same:
		t.Tells = append(t.Tells, say.T("recheck.adds", "Sum", digits(say, r.Sum)))
	}
	for _, w := range r.Without {
		t.Without = append(t.Without, say.T("told.without",
			"Without", reason.Without(say, w), "Percent", reason.Percent(say, w.Probability), "Would", reason.Would(say, w.Class)))
	}
	return t
}

// sweepLink leads to what is published and shares something with a comment that is spam.
type sweepLink struct {
	URL  string `json:"url"`
	Text string `json:"text"`
}

// maxSweeps is how many domains of a comment are offered.
const maxSweeps = 5

// sweeps are the second thoughts that a comment gives rise to that somebody called spam.
func (s *Server) sweeps(c echo.Context, cm comment.Comment) []sweepLink {
	if s.Insight == nil || cm.Status != comment.Spam || actor(c).May(account.ManageRules) != nil {
		return nil
	}
	var out []sweepLink
	seen := map[string]bool{}
	for _, host := range s.Comments.SubjectFor(cm, rule.Domain).Hosts {
		if !seen[host] && len(out) < maxSweeps {
			seen[host] = true
			out = append(out, sweepLink{
				withQuery(filterPath+"/sweep", "kind", string(rule.Domain), "value", host), s.printer().T("filter.sweep_link", "What", host),
			})
		}
	}
	return out
}
