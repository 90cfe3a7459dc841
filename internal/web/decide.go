package web

import (
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"hamlet/internal/comment"
)

// decide does what a moderator's button says, and leads back to the page the
// button was on.
func (s *Server) decide(c echo.Context) error {
	id, err := comment.ParseID(c.Param("id"))
	if err != nil {
		return err
	}
	a := comment.Action(c.Param("action"))
	if !slices.Contains(comment.Actions, a) {
		return errNotFound
	}
	if err := parseForm(c); err != nil {
		return err
	}
	back := adminPath(c.Request().PostFormValue("return"))
	after, err := s.Comments.Decide(c.Request().Context(), actor(c), id, a)
	var conflict *comment.TransitionError
	if errors.As(err, &conflict) {
		return s.conflict(c, id, conflict, back)
	}
	if err != nil {
		return err
	}
	s.putNotice(c, s.decided(after, a))
	if err := s.saveSession(c); err != nil {
		return err
	}
	return seeOther(c, back)
}

// notice tells on the next page what was done.
type notice struct {
	Text string
	URL  string // where to see it; empty if there is nothing left to see
	Link string // the words of the link
}

// decided is the notice of a decision.
func (s *Server) decided(cm comment.Comment, a comment.Action) notice {
	if a == comment.Delete {
		return notice{Text: fmt.Sprintf("Comment %d deleted for good.", cm.ID)}
	}
	n := notice{
		Text: fmt.Sprintf("Comment %d %s.", cm.ID, wasDone[a]),
		URL:  queueURL(cm.Status, cm.ID+1), Link: "Look at it in " + tabNames[cm.Status],
	}
	if a == comment.Restore {
		n.Text = fmt.Sprintf("Comment %d restored to %s.", cm.ID, tabNames[cm.Status])
	}
	if post, ok := s.Site().Post(cm.Post); ok && cm.Status == comment.Approved {
		n.URL, n.Link = fmt.Sprintf("%s#comment-%d", post.URL, cm.ID), "Read it on its page"
	}
	return n
}

var wasDone = map[comment.Action]string{
	comment.Approve: "approved", comment.MarkSpam: "marked as spam", comment.ToTrash: "moved to the trash",
}

// putNotice keeps a notice in the session for the next page.
func (s *Server) putNotice(c echo.Context, n notice) {
	ctx := c.Request().Context()
	s.sessions.Put(ctx, keyNotice, n.Text)
	s.sessions.Put(ctx, keyLink, n.URL)
	s.sessions.Put(ctx, keyLinked, n.Link)
}

// popNotice takes the notice out of the session; nil if there is none, or if
// the page will not be looked at.
func (s *Server) popNotice(c echo.Context) *notice {
	ctx := c.Request().Context()
	if c.Request().Method == http.MethodHead {
		return nil
	}
	n := notice{
		Text: s.sessions.PopString(ctx, keyNotice),
		URL:  s.sessions.PopString(ctx, keyLink),
		Link: s.sessions.PopString(ctx, keyLinked),
	}
	if n.Text == "" {
		return nil
	}
	return &n
}

// conflictPage says why a decision could not be made, and shows the comment as
// it is now.
type conflictPage struct {
	adminFrame
	Wanted string // "approved"
	Card   card
	Back   string
}

// conflict answers a decision that makes no sense any more, mostly because
// somebody else was quicker.
func (s *Server) conflict(c echo.Context, id comment.ID, e *comment.TransitionError, back string) error {
	now, err := s.Comments.Get(c.Request().Context(), actor(c), id)
	if err != nil {
		return err
	}
	frame, err := s.deskFrame(c, "Nothing was changed")
	if err != nil {
		return err
	}
	cards, err := s.cards(c, []comment.Comment{now}, back)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusConflict, "admin_conflict", conflictPage{
		adminFrame: frame, Wanted: wanted[e.Action], Card: cards[0], Back: back,
	})
}

// wanted says what an action would have done, after "It could not be".
var wanted = map[comment.Action]string{
	comment.Approve: "approved", comment.MarkSpam: "marked as spam", comment.ToTrash: "moved to the trash",
	comment.Restore: "restored", comment.Delete: "deleted for good",
}
