package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"hamlet/internal/comment"
	"hamlet/internal/locale"
)

// queueLength is how many comments a page of the queue shows.
const queueLength = 25

// queuePage is one page of the comments of one status, newest first.
type queuePage struct {
	adminFrame
	Heading string
	Empty   string // what to say when there is nothing
	Tabs    []tab
	Cards   []card
	Here    string // the URL of this page, for the buttons to lead back to
	Newest  string // the first page; empty there
	Older   string // the next page; empty on the last
}

// tab leads to the comments of one status.
type tab struct {
	Name    string
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

// queue shows the comments of one status.
func (s *Server) queue(c echo.Context) error {
	st, before, err := queueQuery(c)
	if err != nil {
		return err
	}
	ctx, who := c.Request().Context(), actor(c)
	counts, err := s.Comments.Counts(ctx, who)
	if err != nil {
		return err
	}
	found, err := s.Comments.Queue(ctx, who, st, before, queueLength+1) // one more tells whether there are older ones
	if err != nil {
		return err
	}
	say, texts := s.printer(), queueTexts[st]
	p := queuePage{
		Heading: say.T(texts.heading), Empty: say.T(texts.empty), Tabs: tabs(say, counts, st), Here: queueURL(st, before),
	}
	if before != 0 {
		p.Newest = queueURL(st, 0)
		p.Empty = say.T("queue.no_older")
	}
	if len(found) > queueLength {
		found = found[:queueLength]
		p.Older = queueURL(st, found[queueLength-1].ID)
	}
	if p.Cards, err = s.cards(c, found, p.Here); err != nil {
		return err
	}
	if p.adminFrame, err = s.deskFrame(c, fmt.Sprintf("%s (%d)", say.T(texts.name), counts[st])); err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "admin_queue", p)
}

// queueQuery reads which page is asked for; no status means pending.
func queueQuery(c echo.Context) (st comment.Status, before comment.ID, err error) {
	st = comment.Status(c.QueryParam("status"))
	if st == "" {
		st = comment.Pending
	}
	if !slices.Contains(comment.Statuses, st) {
		return "", 0, errNotFound
	}
	if b := c.QueryParam("before"); b != "" {
		before, err = comment.ParseID(b)
	}
	return st, before, err
}

func tabs(say *locale.Printer, counts map[comment.Status]int, current comment.Status) []tab {
	var out []tab
	for _, st := range comment.Statuses {
		out = append(out, tab{Name: say.T(queueTexts[st].name), URL: queueURL(st, 0), Count: counts[st], Current: st == current})
	}
	return out
}
