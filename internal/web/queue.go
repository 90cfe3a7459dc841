package web

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"
	"golang.org/x/sync/errgroup"

	"hamlet/internal/comment"
	"hamlet/internal/desk"
	"hamlet/internal/locale"
)

// queueLength is how many comments a page of the queue shows.
const queueLength = 25

// queuePage is one page of a list of comments.
type queuePage struct {
	adminFrame
	Heading string
	Empty   string // what to say when there is nothing
	Tabs    []tab
	Live    string // where is told what changes
	Cards   []card
	Bulk    bulkView
	Here    string // the URL of this page, for the buttons to lead back to
	Newest  string // the first page; empty there
	Older   string // the next page; empty on the last
	Form    findForm
	Views   viewsBar
	Found   string // how many there are; empty unless something is looked for
	Wrong   string // what of the filter cannot be read
	Sent    string // where the webmentions are that were sent; empty unless received ones are shown
}

// tab leads to the comments of one status.
type tab struct {
	Name    string
	Of      string // what it counts, as live counts name it
	URL     string
	Count   int
	Current bool
}

// queueTexts name what is said of the comments of a status.
var queueTexts = map[comment.Status]struct{ name, heading, empty string }{
	comment.Pending:  {"queue.pending", "queue.heading_pending", "queue.no_pending"},
	comment.Spam:     {"queue.spam", "queue.heading_spam", "queue.no_spam"},
	comment.Approved: {"queue.approved", "queue.heading_approved", "queue.no_approved"},
	comment.Trash:    {"queue.trash", "queue.heading_trash", "queue.no_trash"},
	"":               {"find.any", "find.heading_any", "find.none"},
}

// queueURL is the page that begins with the newest comment of this status below
// an id; 0 for the newest of all.
func queueURL(st comment.Status, before comment.ID) string {
	q := url.Values{"status": {string(st)}}
	if before != 0 {
		q.Set("before", strconv.FormatInt(int64(before), 10))
	}
	return "/admin/queue?" + q.Encode()
}

// admin leads to what waits.
func (s *Server) admin(c echo.Context) error {
	return seeOther(c, queueURL(comment.Pending, 0))
}

// queue shows the comments that a filter means.
func (s *Server) queue(c echo.Context) error {
	if address := strings.TrimSpace(c.QueryParam("email")); address != "" {
		return s.queueOf(c, address)
	}
	v, wrong, err := s.queueView(c)
	if err != nil {
		return err
	}
	p := queuePage{Here: viewURL(v), Form: s.finding(c.QueryParams(), v, wrong)}
	if p.Bulk, err = s.bulk(c, v.Filter, p.Here); err != nil { // before anything is read: what comes then is not meant
		return err
	}
	var counts map[comment.Status]int
	var listed, marked, reported int
	var page desk.Page
	g, ctx := errgroup.WithContext(c.Request().Context())
	who := actor(c)
	g.Go(caught(func() (err error) { counts, err = s.Comments.Counts(ctx, who); return err }))
	g.Go(caught(func() (err error) { marked, err = s.Queue.Count(ctx, who, mentionsFilter); return err }))
	g.Go(caught(func() (err error) { reported, err = s.Queue.Count(ctx, who, reportsFilter); return err }))
	g.Go(caught(func() (err error) { p.Views, err = s.views(c, v); return err }))
	if wrong == nil { // no card waits for a count
		g.Go(caught(func() (err error) {
			if page, err = s.Queue.Find(ctx, who, v, queueLength); err != nil {
				return err
			}
			if !v.Filter.Plain() {
				g.Go(caught(func() (err error) { listed, err = page.Total(ctx); return err }))
			}
			p.Cards, err = s.cards(c, page.Comments, p.Here, comment.InShort)
			return err
		}))
	}
	if err := g.Wait(); err != nil {
		return err
	}
	if v.Filter.Plain() {
		listed = countOf(counts, v.Filter.Status)
	}
	p.Bulk.Count = listed
	if wrong == nil && v.From == (desk.Cursor{}) {
		p.Live = liveURL(v.Filter, p.Bulk.mark)
	}
	say, texts := s.printer(), queueTexts[v.Filter.Status]
	p.Heading, p.Empty, p.Tabs = say.T(texts.heading), say.T(texts.empty), queueTabs(say, counts, marked, reported, v.Filter)
	if !v.Filter.Plain() {
		p.Empty, p.Found = say.T("find.none"), say.T("find.found", listed)
	}
	if v.Filter.Channel == desk.ByMention {
		p.Sent = sentPath
	}
	if v.Filter == reportsFilter {
		p.Heading, p.Empty = say.T("report.heading"), say.T("report.none")
	}
	if wrong != nil {
		p.Empty, p.Wrong = "", say.T("find.wrong", "Field", say.T("find."+wrong.Field), "Value", wrong.Value)
	}
	p.turn(say, v, page.Next)
	return s.showQueue(c, p, fmt.Sprintf("%s (%d)", say.T(texts.name), counts[v.Filter.Status]))
}

// showQueue answers with a page of the queue.
func (s *Server) showQueue(c echo.Context, p queuePage, title string) (err error) {
	if p.adminFrame, err = s.deskFrame(c, title); err != nil {
		return err
	}
	status := http.StatusOK
	if p.Wrong != "" {
		status = http.StatusBadRequest
	}
	if err := s.makeCards(p); err != nil {
		return err
	}
	return s.render(c, status, "admin_queue", p)
}

// makeCards makes the cards of a list side by side: they are most of it.
func (s *Server) makeCards(p queuePage) error {
	t, err := s.pages.template("admin_queue", p)
	if err != nil {
		return err
	}
	one := t.Lookup("card")
	if one == nil { // a theme has its own
		return nil
	}
	return sideBySide(len(p.Cards), func(i int) error {
		b := buffers.Get().(*bytes.Buffer)
		defer buffers.Put(b)
		b.Reset()
		if err := one.Execute(b, &p.Cards[i]); err != nil {
			return fmt.Errorf("render a card: %w", err)
		}
		p.Cards[i].Made = template.HTML(b.String()) //nolint:gosec // was made by a template
		return nil
	})
}

// turn fills in where the first and the next page are.
func (p *queuePage) turn(say *locale.Printer, v desk.View, next *desk.Cursor) {
	if v.From != (desk.Cursor{}) {
		p.Empty = say.T("queue.no_older")
		p.Newest = viewURL(desk.View{Filter: v.Filter, Sort: v.Sort})
	}
	if next != nil {
		v.From = *next
		p.Older = viewURL(v)
	}
}

// queueOf leads to the comments that came with an address, which then is not in the
// address of the page any more.
func (s *Server) queueOf(c echo.Context, address string) error {
	who, err := s.Queue.Person(c.Request().Context(), actor(c), address)
	if err != nil {
		return err
	}
	q := c.QueryParams()
	q.Del("email")
	q.Set("person", strconv.FormatInt(int64(who), 10))
	if who == desk.Nobody {
		q.Set("person", "nobody")
	}
	return seeOther(c, "/admin/queue?"+q.Encode())
}

// queueView reads which list is asked for; no status means pending, unless another
// field is asked for. What is wrong is told on the page.
func (s *Server) queueView(c echo.Context) (v desk.View, wrong *desk.FieldError, err error) {
	q := c.QueryParams()
	v.Filter, err = desk.ParseFilter(q)
	if err == nil {
		v.Sort, err = desk.ParseSort(q.Get("sort"))
	}
	if errors.As(err, &wrong) { // the form keeps the list it was on
		v.Filter, _ = desk.ParseFilter(url.Values{"status": q["status"]})
	}
	if v.Filter.Status == "" && q.Get("status") != desk.AnyStatus {
		v.Filter.Status = comment.Pending
	}
	if wrong != nil {
		return v, wrong, nil
	}
	if v.From, err = desk.ParseCursor(q.Get("after"), v.Sort); err != nil {
		return v, nil, errNotFound
	}
	if before := q.Get("before"); before != "" {
		v.From, err = s.queueFrom(c, before)
	}
	return v, nil, err
}

// queueFrom is the place in the list, the newest first, where the comment with the number
// below one stands: links to a comment in its list lead there, and begin with it.
func (s *Server) queueFrom(c echo.Context, before string) (desk.Cursor, error) {
	id, err := comment.ParseID(before)
	if err != nil {
		return desk.Cursor{}, err
	}
	cm, err := s.Comments.Get(c.Request().Context(), actor(c), id-1)
	if errors.Is(err, comment.ErrNotFound) {
		return desk.Cursor{}, nil // it is gone; the list is not
	}
	if err != nil {
		return desk.Cursor{}, err
	}
	return desk.Cursor{Key: strconv.FormatInt(cm.CreatedAt.UnixMilli(), 10), ID: id}, nil
}

// viewURL is the address of a list.
func viewURL(v desk.View) string {
	at := "/admin/queue?"
	if from := v.From.String(); from != "" {
		at += "after=" + url.QueryEscape(from) + "&"
	}
	return at + v.Query()
}

// countOf is how many comments have a status; or, without one, any.
func countOf(counts map[comment.Status]int, st comment.Status) int {
	n := counts[st]
	if st == "" {
		for _, of := range counts {
			n += of
		}
	}
	return n
}

// mentionsFilter means the webmentions that wait.
var mentionsFilter = desk.Filter{Status: comment.Pending, Channel: desk.ByMention}

// queueTabs are the lists that are always there.
func queueTabs(say *locale.Printer, counts map[comment.Status]int, mentions, reports int, current desk.Filter) []tab {
	var out []tab
	for _, st := range comment.Statuses {
		out = append(out, tab{
			Name: say.T(queueTexts[st].name), Of: string(st), URL: queueURL(st, 0), Count: counts[st],
			Current: st == current.Status && current != mentionsFilter && current != reportsFilter,
		})
	}
	return append(out, tab{
		Name: say.T("find.mentions"), Of: ofMentions, URL: viewURL(desk.View{Filter: mentionsFilter}), Count: mentions, Current: current == mentionsFilter,
	}, tab{
		Name: say.T("report.tab"), Of: ofReports, URL: viewURL(desk.View{Filter: reportsFilter}), Count: reports, Current: current == reportsFilter,
	})
}
