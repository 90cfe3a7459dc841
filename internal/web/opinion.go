package web

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"hamlet/internal/account"
	"hamlet/internal/opinion"
	"hamlet/internal/privacy"
	"hamlet/internal/reason"
	"hamlet/internal/spam"
)

// opinionPath is the owner's page about another filter that is asked.
const opinionPath = filterPath + "/opinion"

// opinionPage tells an owner how it stands with the other filter.
type opinionPage struct {
	adminFrame
	State opinion.State
	Mode  string
	Told  string // what it is told besides what readers see
	// On the blog's own clock: of the trouble, and of the alert.
	Since, AlertSince time.Time
	Rows              []opinionRow
}

// opinionRow is an answer, how often it was right, and what it weighs.
type opinionRow struct {
	Said      string
	Spam, Ham int // of the comments that people decided on
	Weight    string
}

// saidTexts name the answers.
var saidTexts = map[spam.Said]string{
	spam.SaidHam: "opinion.said_ham", spam.SaidSpam: "opinion.said_spam", spam.SaidSure: "opinion.said_sure",
}

// reportTexts say what the other filter was told.
var reportTexts = map[spam.Class]string{spam.Spam: "opinion.told_spam", spam.Ham: "opinion.told_ham"}

// modeTexts say what an answer does.
var modeTexts = map[opinion.Mode]string{
	opinion.ModeSignal: "opinion.mode_signal", opinion.ModeSecond: "opinion.mode_second", opinion.ModeShadow: "opinion.mode_shadow",
}

// toldTexts name what the other filter may be told.
var toldTexts = map[string]string{
	privacy.Address: "opinion.told_address", privacy.IP: "opinion.told_ip", privacy.Agent: "opinion.told_agent", privacy.Referrer: "opinion.told_referrer",
}

// opinionRoutes are there if another filter is asked.
func (s *Server) opinionRoutes() {
	if s.Opinion == nil {
		return
	}
	s.get(opinionPath, s.opinion, s.session, s.moderator, s.may(account.ManageBlog))
	s.echo.POST(opinionPath+"/again", s.askAgain, s.session, s.moderator, s.may(account.ManageBlog))
}

// opinion shows what the other filter was asked, and how often it was right.
func (s *Server) opinion(c echo.Context) (err error) {
	var p opinionPage
	if p.State, err = s.Opinion.State(c.Request().Context(), actor(c)); err != nil {
		return err
	}
	if p.adminFrame, err = s.deskFrame(c, "opinion.title"); err != nil {
		return err
	}
	p.Mode, p.Since = p.T(modeTexts[p.State.Mode], "Host", p.State.Host), p.State.Trouble.Since.In(p.zone)
	p.AlertSince = p.State.Alert.Since.In(p.zone)
	p.Told = toldNames(p.T, p.Names, s.notice().Settings.Told)
	for _, said := range []spam.Said{spam.SaidHam, spam.SaidSpam, spam.SaidSure} {
		p.Rows = append(p.Rows, opinionRow{p.T(saidTexts[said]), p.State.Spam[said], p.State.Ham[said], reason.Weight(p.Printer, p.State.Weights[said])})
	}
	return s.render(c, http.StatusOK, "admin_opinion", p)
}

// askAgain asks at once, after a fault.
func (s *Server) askAgain(c echo.Context) error {
	if err := s.Opinion.AskAgain(c.Request().Context(), actor(c)); err != nil {
		return err
	}
	return s.saidAndGo(c, notice{Text: s.printer().T("opinion.asking_again")}, opinionPath)
}

// toldNames lists what the other filter is told besides; empty for nothing.
func toldNames(say func(string, ...any) string, list func([]string) string, told []string) string {
	names := make([]string, len(told))
	for i, t := range told {
		names[i] = say(toldTexts[t])
	}
	return list(names)
}

// heardView is what a card says of the other filter.
type heardView struct{ Text, Report string }

// putHeard adds to cards what the other filter said.
func (s *Server) putHeard(c echo.Context, cards []card) error {
	if s.Opinion == nil || len(cards) == 0 {
		return nil
	}
	all, err := s.Opinion.Heard(c.Request().Context(), actor(c), cardIDs(cards))
	if err != nil {
		return err
	}
	for i := range cards {
		h, ok := all[cards[i].ID]
		if !ok {
			continue
		}
		say, v := cards[i].Printer, &heardView{}
		switch host := s.Opinion.Host; {
		case h.Said != spam.SaidNothing:
			v.Text = say.T("opinion.heard", "Host", host, "Said", say.T(saidTexts[h.Said]))
		case h.Waits && h.Problem == "":
			v.Text = say.T("opinion.waits", "Host", host)
		default:
			v.Text = say.T("opinion.silent", "Host", host, "Problem", h.Problem)
		}
		if h.Told != "" {
			v.Report = say.T(reportTexts[h.Told])
		}
		cards[i].Heard = v
	}
	return nil
}
