package web

import (
	"fmt"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"hamlet/internal/comment"
	"hamlet/internal/desk"
	"hamlet/internal/locale"
	"hamlet/internal/markup"
)

// cardPast is what else there is of the author of a comment, for its card: what is proved
// to be by the same, and what is only under the same name.
type cardPast struct{ Proved, Named *cardRecord }

// cardRecord is one of the two.
type cardRecord struct {
	Counts string // "3 approved, 1 spam"
	URL    string // of all of them
	Latest []glance
}

// glance is a comment at a glance, as it is shown.
type glance struct {
	ID     comment.ID
	URL    string
	Status string
	Post   string
	Text   string
	When   time.Time // on the blog's own clock
	Moment string    // the same in words
}

// putPasts puts onto cards what else there is of the authors.
func (s *Server) putPasts(c echo.Context, cards []card) error {
	pasts, err := s.Pasts.Of(c.Request().Context(), actor(c), cardIDs(cards))
	if err != nil {
		return err
	}
	for i := range cards {
		k := &cards[i]
		p := pasts[k.ID]
		name := desk.Filter{Author: desk.Quoted(k.Author)}
		k.Past = cardPast{s.record(p.Proved, desk.Filter{Like: k.ID}), s.record(p.Named, name)}
	}
	return nil
}

// record is a record as it is shown; nil for nothing.
func (s *Server) record(r desk.Record, all desk.Filter) *cardRecord {
	if r.Total() == 0 {
		return nil
	}
	say, zone := s.printer(), s.doorFrame("").zone
	k := &cardRecord{Counts: countsText(say, r), URL: viewURL(desk.View{Filter: all})}
	for _, g := range r.Latest {
		title, _ := s.place(comment.Comment{Post: g.Post})
		k.Latest = append(k.Latest, glance{
			ID: g.ID, URL: fmt.Sprintf("/admin/comments/%d", g.ID), Status: say.T(queueTexts[g.Status].name), Post: title,
			Text: markup.Plain(g.Body, quoteLength), When: g.At.In(zone), Moment: say.Moment(g.At.In(zone)),
		})
	}
	return k
}

// countsText says how many comments of each status there are.
func countsText(say *locale.Printer, r desk.Record) string {
	var parts []string
	for _, st := range comment.Statuses {
		if n := r.Counts[st]; n > 0 {
			parts = append(parts, say.T(pastTexts[st], n))
		}
	}
	text := strings.Join(parts, ", ")
	if r.More {
		return say.T("past.more", "Counts", text, "Max", desk.PastCounted)
	}
	return text
}

// pastTexts count comments of a status.
var pastTexts = map[comment.Status]string{
	comment.Pending: "past.pending", comment.Spam: "past.spam", comment.Approved: "past.approved", comment.Trash: "past.trash",
}
