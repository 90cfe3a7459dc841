package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/desk"
	"hamlet/internal/locale"
)

// bulkPath is where the buttons for many comments lead.
const bulkPath = "/admin/bulk"

// bulkView is the bar with the buttons for many comments: those that are ticked, and all
// that match.
type bulkView struct {
	*locale.Printer
	Buttons []button
	Here    string
	All     string // what is asked for, for all that match; empty: there is nothing
	Count   int    // of all that match
	mark    desk.Mark
}

// bulkTexts are the names of the buttons, and what they would do to so many comments.
var bulkTexts = map[comment.Action]struct{ name, asks string }{
	comment.Approve:  {"card.approve", "bulk.approve"},
	comment.MarkSpam: {"card.mark_spam", "bulk.spam"},
	comment.ToTrash:  {"card.to_trash", "bulk.trash"},
	comment.Restore:  {"card.restore", "bulk.restore"},
	comment.Delete:   {"bulk.delete_name", "bulk.delete"},
}

// bulk is the bar of a list, as it is shown now.
func (s *Server) bulk(c echo.Context, f desk.Filter, here string) (bulkView, error) {
	v := bulkView{Printer: s.printer(), Here: here}
	for _, a := range comment.Actions {
		if f.Status == "" || f.Status.Allows(a) {
			v.Buttons = append(v.Buttons, button{a, v.T(bulkTexts[a].name)})
		}
	}
	mark, err := s.Jobs.Mark(c.Request().Context(), actor(c))
	if err != nil {
		return v, err
	}
	v.mark = mark
	all := f.Values()
	all.Set("mark", mark.String())
	all.Set("return", here)
	v.All = bulkPath + "?" + all.Encode()
	return v, nil
}

// bulkPage asks before something is done to many comments.
type bulkPage struct {
	adminFrame
	Asks   string // what would be done to how many
	Count  int
	Action comment.Action
	Warns  bool
	Fields []formField
	Back   string
}

// formField is a hidden field of a form.
type formField struct{ Name, Value string }

// many is what is asked for: something to be done to a selection, or to all that match.
type many struct {
	action comment.Action
	items  []desk.Seen
	filter desk.Filter
	mark   desk.Mark
}

// errMany is a form that says nothing that could be done.
var errMany = errors.New("nothing is selected")

// manyOf reads what is asked for.
func manyOf(v url.Values) (many, error) {
	m := many{action: comment.Action(v.Get("action"))}
	if !slices.Contains(comment.Actions, m.action) {
		return m, errNotFound
	}
	if v.Get("mark") != "" {
		var err error
		if m.filter, err = desk.ParseFilter(v); err != nil {
			return m, errNotFound
		}
		if m.mark, err = desk.ParseMark(v.Get("mark")); err != nil {
			return m, errNotFound
		}
		return m, nil
	}
	for _, item := range v["select"] {
		id, revision, _ := strings.Cut(item, ":")
		n, err := comment.ParseID(id)
		if err != nil {
			return m, err
		}
		r, err := strconv.ParseInt(revision, 10, 64)
		if err != nil || r < 0 {
			return m, errNotFound
		}
		m.items = append(m.items, desk.Seen{ID: n, Revision: r})
	}
	slices.SortFunc(m.items, func(a, b desk.Seen) int { return int(a.ID - b.ID) })
	m.items = slices.CompactFunc(m.items, func(a, b desk.Seen) bool { return a.ID == b.ID })
	if len(m.items) == 0 {
		return m, errMany
	}
	return m, nil
}

// askMany shows what would be done to how many comments.
func (s *Server) askMany(c echo.Context) error {
	v := c.QueryParams()
	m, err := manyOf(v)
	if err != nil {
		return errNotFound
	}
	return s.showMany(c, m, v)
}

func (s *Server) showMany(c echo.Context, m many, v url.Values) error {
	p := bulkPage{Action: m.action, Count: len(m.items), Warns: m.action == comment.Delete, Back: adminPath(v.Get("return"))}
	var err error
	if p.Count == 0 {
		if p.Count, err = s.Jobs.Count(c.Request().Context(), actor(c), m.filter, m.mark); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(func(yield func(string) bool) {
		for name := range v {
			if !yield(name) {
				return
			}
		}
	}) {
		for _, value := range v[name] {
			if name != "sure" {
				p.Fields = append(p.Fields, formField{name, value})
			}
		}
	}
	p.Asks = s.printer().T(bulkTexts[m.action].asks, p.Count)
	if p.adminFrame, err = s.deskFrame(c, "bulk.title"); err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "admin_bulk", p)
}

// atOnce is how many steps of a job are done before the answer.
const atOnce = 2

// doMany does something to many comments: to a few at once, else by a job that is shown
// while it goes on. What cannot be brought back, and all that match, is asked about first.
func (s *Server) doMany(c echo.Context) error {
	if err := parseForm(c); err != nil {
		return err
	}
	v := c.Request().PostForm
	m, err := manyOf(v)
	back := adminPath(v.Get("return"))
	if errors.Is(err, errMany) {
		return s.saidAndGo(c, notice{Text: s.printer().T("bulk.none")}, back)
	}
	if err != nil {
		return err
	}
	if v.Get("sure") == "" && (m.action == comment.Delete || len(m.items) == 0) {
		return s.showMany(c, m, v)
	}
	ctx, who := c.Request().Context(), actor(c)
	var job desk.Job
	if len(m.items) > 0 {
		job, err = s.Jobs.GiveSome(ctx, who, m.action, m.items)
	} else {
		job, err = s.Jobs.GiveAll(ctx, who, m.action, m.filter, m.mark)
	}
	if errors.Is(err, comment.ErrNotFound) {
		return s.saidAndGo(c, notice{Text: s.printer().T("bulk.none")}, back)
	}
	if err != nil {
		return err
	}
	return s.follow(c, job, back)
}

// follow does a little of a job, and leads back if that was all, else to where it is shown.
func (s *Server) follow(c echo.Context, job desk.Job, back string) error {
	for range atOnce {
		var err error
		if job, err = s.Jobs.Advance(c.Request().Context(), job.ID); err != nil {
			return err
		}
	}
	s.Jobs.Wake()
	if !job.Ended() || job.Skipped+job.Failed > 0 {
		return seeOther(c, jobPath(job.ID, back))
	}
	return s.saidAndGo(c, s.jobNotice(job), back)
}

func jobPath(id desk.JobID, back string) string {
	return fmt.Sprintf("/admin/jobs/%d?%s", id, url.Values{"return": {back}}.Encode())
}

// jobNotice tells what a job did.
func (s *Server) jobNotice(job desk.Job) notice {
	say := s.printer()
	if job.Action == desk.Undo {
		return notice{Text: say.T("jobs.undone", job.Done)}
	}
	return notice{Text: say.T("jobs.did", "What", what(say, job.Action, job.Done)), Undo: job.Act}
}

// jobPage shows how far a job is, or what it did.
type jobPage struct {
	adminFrame
	Job     desk.Job
	Says    string
	Left    []comment.ID // that it passed over, some of them
	Back    string
	Here    string
	Cancels string // where the button to stop it leads
	Undo    comment.ActID
}

// leftShown is how many comments that a job passed over are named.
const leftShown = 20

// job shows how far a job is. The page comes again by itself as long as it goes on.
func (s *Server) job(c echo.Context) error {
	id, err := comment.ParseID(c.Param("id"))
	if err != nil {
		return err
	}
	ctx, who := c.Request().Context(), actor(c)
	job, err := s.Jobs.Job(ctx, who, desk.JobID(id))
	if err != nil {
		return err
	}
	p := jobPage{Job: job, Back: adminPath(c.QueryParam("return")), Says: s.jobNotice(job).Text}
	p.Here = jobPath(job.ID, p.Back)
	if !job.Ended() {
		p.Cancels = fmt.Sprintf("/admin/jobs/%d/cancel", id)
		say := s.printer()
		p.Says = say.T("jobs.runs", "Done", say.Number(job.Done+job.Skipped+job.Failed), "Total", say.Number(job.Total))
	} else if job.Action != desk.Undo && job.Done > 0 {
		p.Undo = job.Act
	}
	if p.Left, err = s.Jobs.LeftOut(ctx, who, job.ID, leftShown); err != nil {
		return err
	}
	if p.adminFrame, err = s.deskFrame(c, "jobs.title"); err != nil {
		return err
	}
	if !job.Ended() {
		c.Response().Header().Set("Refresh", "1")
	}
	return s.render(c, http.StatusOK, "admin_job", p)
}

// cancelJob stops a job.
func (s *Server) cancelJob(c echo.Context) error {
	id, err := comment.ParseID(c.Param("id"))
	if err != nil {
		return err
	}
	if err := parseForm(c); err != nil {
		return err
	}
	job, err := s.Jobs.Cancel(c.Request().Context(), actor(c), desk.JobID(id))
	if err != nil {
		return err
	}
	return seeOther(c, jobPath(job.ID, adminPath(c.Request().PostFormValue("return"))))
}

// undoMany takes an act on many comments back by a job.
func (s *Server) undoMany(c echo.Context, act comment.ActID, back string) error {
	job, err := s.Jobs.GiveUndo(c.Request().Context(), actor(c), act)
	if errors.Is(err, comment.ErrConflict) || errors.Is(err, account.ErrForbidden) || errors.Is(err, comment.ErrNotFound) {
		return s.notUndone(c, comment.Undone{}, "undo.gone", back)
	}
	if err != nil {
		return err
	}
	return s.follow(c, job, back)
}
