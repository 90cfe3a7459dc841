package web

import (
	"context"
	"encoding/xml"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"hamlet/internal/account"
	"hamlet/internal/away"
	"hamlet/internal/comment"
	"hamlet/internal/markup"
)

// noticeAction is what is done with a notice that was given up.
type noticeAction func(ctx context.Context, actor account.Actor, id int64) error

// doPath is where the links of mails lead that act.
const doPath = "/admin/do/:token"

// doPage asks whether to do what a link of a mail says, or says why not.
type doPage struct {
	adminFrame
	Heading  string
	Text     string // what became of it; empty: it is asked still
	Done     bool   // and it can be undone
	ID       comment.ID
	Author   string
	Post     string
	Said     string
	Why      string
	Button   string
	Approves bool
}

// doTexts are the words of the button.
var doTexts = map[comment.Action]string{
	comment.Approve: "away.approve", comment.MarkSpam: "away.spam", comment.ToTrash: "away.trash",
}

// asking opens the link of a mail. The page that asks changes nothing: programs that look
// at mails follow every link.
func (s *Server) asking(c echo.Context) error {
	a, u, err := s.Away.OpenAct(c.Request().Context(), c.Param("token"))
	if errors.Is(err, away.ErrLink) {
		return s.showDone(c, http.StatusNotFound, "away.no_link")
	}
	if err != nil {
		return err
	}
	cm, err := s.Comments.Get(c.Request().Context(), s.actorOf(u), a.Comment)
	switch {
	case errors.Is(err, comment.ErrNotFound), errors.Is(err, account.ErrForbidden):
		return s.showDone(c, http.StatusNotFound, "away.no_link")
	case err != nil:
		return err
	case cm.Revision != a.Revision:
		return s.showDone(c, http.StatusConflict, "away.changed")
	}
	p := doPage{
		adminFrame: s.doorFrame("away.title"), ID: cm.ID, Author: cm.Author, Said: markup.Plain(cm.Body, 1000),
		Why: whyHeld(s.printer(), cm), Button: s.printer().T(doTexts[a.Action]), Approves: a.Action == comment.Approve,
	}
	p.Heading = p.Title
	p.Post, _ = s.place(cm)
	return s.render(c, http.StatusOK, "admin_do", p)
}

// doing does what the link of a mail says, as the user it was sent to.
func (s *Server) doing(c echo.Context) error {
	ctx, token := c.Request().Context(), c.Param("token")
	a, u, err := s.Away.OpenAct(ctx, token)
	if errors.Is(err, away.ErrLink) {
		return s.showDone(c, http.StatusNotFound, "away.no_link")
	}
	if err != nil {
		return err
	}
	err = s.Away.Use(ctx, token, a, func() error {
		_, err := s.Comments.Decide(ctx, s.actorOf(u), a.Comment, comment.Decision{Action: a.Action, Revision: &a.Revision, Way: "by mail"})
		return err
	})
	var refused *comment.TransitionError
	switch {
	case errors.Is(err, away.ErrUsed):
		return s.showDone(c, http.StatusConflict, "away.used")
	case errors.Is(err, comment.ErrNotFound), errors.Is(err, account.ErrForbidden):
		return s.showDone(c, http.StatusNotFound, "away.no_link")
	case errors.Is(err, comment.ErrConflict), errors.As(err, &refused):
		return s.showDone(c, http.StatusConflict, "away.changed")
	case err != nil:
		return err
	}
	return seeOther(c, "/admin/do/done/"+string(a.Action))
}

// did says that the link of a mail has done what it is for.
func (s *Server) did(c echo.Context) error {
	text, ok := map[string]string{
		string(comment.Approve): "away.did_approve", string(comment.MarkSpam): "away.did_spam", string(comment.ToTrash): "away.did_trash",
	}[c.Param("action")]
	if !ok {
		return errNotFound
	}
	p := doPage{adminFrame: s.doorFrame("away.title"), Text: s.printer().T(text), Done: true}
	p.Heading = p.Title
	return s.render(c, http.StatusOK, "admin_do", p)
}

// showDone says what became of it.
func (s *Server) showDone(c echo.Context, status int, text string) error {
	p := doPage{adminFrame: s.doorFrame("away.title"), Text: s.printer().T(text)}
	p.Heading = p.Title
	return s.render(c, status, "admin_do", p)
}

// queueFeedLength is how many comments the feed of the queue has.
const queueFeedLength = 50

// queueFeed is an Atom feed (RFC 4287) of what waits.
type queueFeed struct {
	XMLName xml.Name     `xml:"http://www.w3.org/2005/Atom feed"`
	ID      string       `xml:"id"`
	Title   string       `xml:"title"`
	Updated string       `xml:"updated"`
	Author  string       `xml:"author>name"`
	Link    queueLink    `xml:"link"`
	Entries []queueEntry `xml:"entry"`
}

type queueLink struct {
	Href string `xml:"href,attr"`
}

type queueEntry struct {
	ID      string    `xml:"id"`
	Title   string    `xml:"title"`
	Updated string    `xml:"updated"`
	Author  string    `xml:"author>name"`
	Link    queueLink `xml:"link"`
	Content string    `xml:"content"`
}

// showQueueFeed answers GET for the feed of what waits in the scope of the user whose link
// it is. There is no address in it.
func (s *Server) showQueueFeed(c echo.Context) error {
	ctx := c.Request().Context()
	u, err := s.Away.OpenFeed(ctx, c.Param("token"))
	if errors.Is(err, away.ErrLink) {
		return errNotFound
	}
	if err != nil {
		return err
	}
	held, err := s.Comments.Queue(ctx, s.actorOf(u), comment.Pending, 0, queueFeedLength)
	if err != nil {
		return err
	}
	say, now := s.printer(), s.Site()
	f := queueFeed{
		ID: now.BaseURL + "/admin/queue", Title: say.T("away.feed", "Blog", now.Meta.Title), Author: now.Meta.Title,
		Link: queueLink{now.BaseURL + "/admin"}, Updated: time.Unix(0, 0).UTC().Format(time.RFC3339),
	}
	for i, cm := range held {
		at := now.BaseURL + "/admin/comments/" + strconv.FormatInt(int64(cm.ID), 10)
		post, _ := s.place(cm)
		e := queueEntry{
			ID: at, Title: say.T("away.one_on", "Name", cm.Author, "Post", post), Updated: cm.CreatedAt.UTC().Format(time.RFC3339),
			Author: cm.Author, Link: queueLink{at}, Content: markup.Plain(cm.Body, 1000) + "\n\n" + whyHeld(say, cm),
		}
		if i == 0 {
			f.Updated = e.Updated
		}
		f.Entries = append(f.Entries, e)
	}
	b, err := xml.Marshal(f)
	if err != nil {
		return err
	}
	return c.Blob(http.StatusOK, "application/atom+xml; charset=utf-8", append([]byte(xml.Header), b...))
}
