package web

import (
	"bytes"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/insight"
	"hamlet/internal/reason"
)

// noisePart is what of the labels may be wrong.
type noisePart struct {
	Tells          string
	Contradictions [][]hitRow
	Doubts         []hitRow
	Drifts         []driftRow
}

// driftRow is a moderator's share of spam over time.
type driftRow struct {
	Name   string
	Moved  bool
	Months []figuresRow
}

func (s *Server) filterNoise(c echo.Context) error {
	n, err := s.Insight.Noise(c.Request().Context(), actor(c))
	if err != nil {
		return err
	}
	say := s.printer()
	p := &noisePart{Tells: say.T("filter.noise_looked", n.Looked, "Labels", say.Number(n.Labels))}
	for _, one := range n.Contradictions {
		p.Contradictions = append(p.Contradictions, s.hitRows(slices.Concat(one.Spam, one.Ham)))
	}
	for _, d := range n.Doubts {
		p.Doubts = append(p.Doubts, s.hitRow(d.Comment,
			say.T("filter.doubt", "Truth", say.T(truthTexts[d.Truth]), "Percent", reason.Percent(say, d.Probability))))
	}
	for _, d := range n.Drifts {
		row := driftRow{Name: d.Moderator, Moved: d.Moved}
		if row.Name == "" {
			row.Name = say.T("filter.somebody")
		}
		for _, m := range d.Months {
			row.Months = append(row.Months, figuresRow{When: say.Month(m.From), Precision: shareText(say, m.Spam)})
		}
		p.Drifts = append(p.Drifts, row)
	}
	return s.showFilter(c, http.StatusOK, "filter.labels", filterPage{Noise: p, Counted: s.countedAt(c, n.Counted)})
}

// learnedPart is what the filter was taught.
type learnedPart struct {
	Tells     string
	Forgotten string // empty: nothing
}

func (s *Server) filterLearned(c echo.Context) error { return s.showLearned(c, http.StatusOK, "") }

func (s *Server) showLearned(c echo.Context, status int, problem string) error {
	l, err := s.Insight.Learned(c.Request().Context(), actor(c))
	if err != nil {
		return err
	}
	say := s.printer()
	p := &learnedPart{Tells: say.T("filter.learned_now", l.Labels-l.Forgotten)}
	if l.Forgotten > 0 {
		p.Forgotten = say.T("filter.forgotten", l.Forgotten, "Since", say.Moment(l.Since.In(s.doorFrame("").zone)))
	}
	return s.showFilter(c, status, "filter.learned", filterPage{Learned: p, Problem: problem})
}

// exportLabels sends what the moderators said, as hamlet spam export writes it.
func (s *Server) exportLabels(c echo.Context) error {
	var b bytes.Buffer
	if err := insight.WriteLabels(c.Request().Context(), &b, s.Comments, actor(c), c.QueryParam("text") == "1"); err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="labels-`+s.Now().UTC().Format(time.DateOnly)+`.jsonl"`)
	return c.Blob(http.StatusOK, "application/jsonl; charset=utf-8", b.Bytes())
}

// importLabels teaches the filter what was said on another site.
func (s *Server) importLabels(c echo.Context) error {
	_, data, err := s.uploaded(c, maxUpload)
	if err != nil {
		return err
	}
	say := s.printer()
	labels, _, err := insight.ReadLabels(bytes.NewReader(data))
	if err == nil && len(labels) == 0 {
		return s.showLearned(c, http.StatusUnprocessableEntity, say.T("filter.import_empty"))
	}
	if err != nil {
		return s.showLearned(c, http.StatusUnprocessableEntity, say.T("filter.import_odd", "Why", err.Error()))
	}
	added, err := s.Comments.ImportLabels(c.Request().Context(), actor(c), labels)
	if errors.Is(err, comment.ErrContradiction) {
		return s.showLearned(c, http.StatusConflict, say.T("filter.import_contradicts"))
	}
	if err != nil {
		return err
	}
	return s.saidAndGo(c, notice{Text: say.T("filter.imported", added, "All", say.Number(len(labels)))}, filterPath+"/learned")
}

// stepLearned lets the filter forget, or remember again.
func (s *Server) stepLearned(c echo.Context) error {
	if err := parseForm(c); err != nil {
		return err
	}
	ctx, done := c.Request().Context(), ""
	var act account.ActID
	var err error
	switch c.Param("step") {
	case "forget":
		done = "filter.forgot"
		act, err = s.Insight.Forget(ctx, actor(c))
	case "remember":
		done = "filter.remembers"
		act, err = s.Insight.Remember(ctx, actor(c))
	default:
		return errNotFound
	}
	if err != nil {
		return err
	}
	return s.filterDone(c, act, done, filterPath+"/learned")
}
