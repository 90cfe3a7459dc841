package web

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"hamlet/internal/comment"
	"hamlet/internal/desk"
	"hamlet/internal/locale"
	"hamlet/internal/markup"
)

// reportsPerClient is how many comments a client may report.
var reportsPerClient = Rate{Events: 20, Per: time.Hour}

// complaintTexts name the complaints.
var complaintTexts = map[desk.Complaint]string{
	desk.ReportedSpam: "report.spam", desk.ReportedAbuse: "report.abuse", desk.ReportedPrivate: "report.private",
	desk.ReportedIllegal: "report.illegal", desk.ReportedOther: "report.something",
}

// reportView is the form by which readers report a comment.
type reportView struct {
	frame
	ID      comment.ID
	Post    link
	Author  string
	Quote   string // how the comment begins
	Choices []findChoice
	Words   string // as typed; it goes back to its sender alone
	Max     int
	Problem string
}

// reportForm answers GET /comment/:id/report, the same for everybody.
func (s *Server) reportForm(c echo.Context) error {
	v, err := s.reportView(c)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "report", v)
}

// reportView is the form for the comment that the address names, if readers see it.
func (s *Server) reportView(c echo.Context) (reportView, error) {
	id, p, _, err := s.located(c, s.Site())
	if errors.Is(err, comment.ErrGone) {
		err = errNotFound // there is nothing to report, whatever was there
	}
	if err != nil {
		return reportView{}, err
	}
	shown, err := s.Comments.Shown(c.Request().Context(), p.Slug, id)
	if err != nil {
		return reportView{}, err
	}
	if shown.Erased {
		return reportView{}, errNotFound
	}
	v := reportView{
		frame: s.frame(), ID: id, Post: link{permalink(id), p.Title}, Author: shown.Author,
		Quote: markup.Plain(shown.Body, quoteLength), Max: desk.MaxReport,
	}
	v.Title, v.NoIndex = v.T("report.title"), true
	v.choose("")
	return v, nil
}

// choose fills in the choices, with what was chosen.
func (v *reportView) choose(chosen desk.Complaint) {
	v.Choices = nil
	for _, why := range desk.Complaints {
		v.Choices = append(v.Choices, findChoice{Value: string(why), Name: v.T(complaintTexts[why]), Current: why == chosen})
	}
}

// report answers POST /comment/:id/report, the same whether the reader has reported the
// comment before. What cannot be taken comes back with its words.
func (s *Server) report(c echo.Context) error {
	if err := parseForm(c); err != nil {
		return err
	}
	v, err := s.reportView(c)
	if err != nil {
		return err
	}
	form, who := c.Request().PostForm, clientKey(c.RealIP())
	v.Words = form.Get("words")
	v.choose(desk.Complaint(form.Get("why")))
	if err := s.reports.allow(c.Request().Context(), who); err != nil {
		setRetryAfter(c, err)
		v.Problem = v.T("report.often")
		return s.render(c, http.StatusTooManyRequests, "report", v)
	}
	err = s.Reports.Report(c.Request().Context(), v.ID, desk.Complaint(form.Get("why")), v.Words, who)
	switch {
	case errors.Is(err, desk.ErrComplaint):
		v.Problem = v.T("report.no_reason")
	case errors.Is(err, desk.ErrReport):
		v.Problem = v.T("report.long", "Max", desk.MaxReport)
	case err != nil:
		return err
	default:
		return seeOther(c, permalink(v.ID)+"/reported")
	}
	return s.render(c, http.StatusUnprocessableEntity, "report", v)
}

// reported answers GET /comment/:id/reported.
func (s *Server) reported(c echo.Context) error {
	back := link{"/", s.printer().T("error.front")}
	if id, _, _, err := s.located(c, s.Site()); err == nil {
		back = link{permalink(id), s.printer().T("report.back")}
	}
	return s.showWord(c, http.StatusOK, "report.sent", "report.sent_text", back)
}

// reportsFilter means the comments that readers see, and have reported.
var reportsFilter = desk.Filter{Status: comment.Approved, Reported: true}

// cardReports is what readers report of a comment, for its card.
type cardReports struct {
	Open []cardReport
	Last int64 // the newest of them
	// Dismissed says how many a moderator has dismissed; empty for none.
	Dismissed string
}

// cardReport is a report as it is shown.
type cardReport struct {
	Why, Words string
	When       time.Time // on the blog's own clock
}

// putReports puts onto cards what readers report.
func (s *Server) putReports(c echo.Context, cards []card) error {
	reported, err := s.Reports.Of(c.Request().Context(), actor(c), cardIDs(cards))
	if err != nil {
		return err
	}
	zone := s.doorFrame("").zone
	for i := range cards {
		of, ok := reported[cards[i].ID]
		if !ok {
			continue
		}
		cards[i].Reports = cardReportsOf(s.printer(), of, zone)
	}
	return nil
}

func cardReportsOf(say *locale.Printer, of desk.Reported, zone *time.Location) *cardReports {
	k := &cardReports{}
	for _, r := range of.Open {
		k.Open = append(k.Open, cardReport{Why: say.T(complaintTexts[r.Why]), Words: r.Words, When: r.At.In(zone)})
		k.Last = max(k.Last, r.ID)
	}
	if of.Dismissed > 0 {
		k.Dismissed = say.T("report.dismissed", of.Dismissed)
	}
	return k
}

// cardIDs are the comments of cards, of which it reads nothing else: that may be written meanwhile.
func cardIDs(cards []card) []comment.ID {
	ids := make([]comment.ID, len(cards))
	for i := range cards {
		ids[i] = cards[i].ID
	}
	return ids
}

// dismissReports answers POST /admin/comments/:id/reports/dismiss: those that were shown
// are seen to. The notice leads to the comment, where they can be brought back.
func (s *Server) dismissReports(c echo.Context) error {
	return s.onReports(c, "report.done_dismiss", func(id comment.ID) (comment.ActID, error) {
		last, err := strconv.ParseInt(c.Request().PostFormValue("last"), 10, 64)
		if err != nil {
			return 0, errNotFound
		}
		return s.Reports.Dismiss(c.Request().Context(), actor(c), id, last)
	})
}

// reopenReports answers POST /admin/comments/:id/reports/reopen.
func (s *Server) reopenReports(c echo.Context) error {
	return s.onReports(c, "report.done_reopen", func(id comment.ID) (comment.ActID, error) {
		return s.Reports.Reopen(c.Request().Context(), actor(c), id)
	})
}

func (s *Server) onReports(c echo.Context, said string, do func(comment.ID) (comment.ActID, error)) error {
	id, err := comment.ParseID(c.Param("id"))
	if err != nil {
		return err
	}
	if err := parseForm(c); err != nil {
		return err
	}
	act, err := do(id)
	if errors.Is(err, desk.ErrSettled) {
		said, err = "report.settled", nil
	}
	if err != nil {
		return err
	}
	say := s.printer()
	n := notice{Text: say.T(said, "ID", id), URL: fmt.Sprintf("/admin/comments/%d", id), Link: say.T("report.see", "ID", id), Undo: act}
	return s.saidAndGo(c, n, adminPath(c.Request().PostFormValue("return")))
}
