package web

import (
	"errors"
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
	revision, err := revisionOf(c)
	if err != nil {
		return err
	}
	after, err := s.Comments.Act(c.Request().Context(), actor(c), id, comment.Decision{
		Action: a, Reason: c.Request().PostFormValue("reason"), Seen: c.Request().PostFormValue("seen"), Revision: revision,
	})
	var conflict *comment.TransitionError
	switch {
	case errors.As(err, &conflict):
		return s.changed(c, id, refusedTexts[conflict.Action], back)
	case errors.Is(err, comment.ErrChanged):
		return s.changed(c, id, "unchanged.meanwhile", back)
	case errors.Is(err, comment.ErrNotFound):
		return s.gone(c, id, back)
	case err != nil:
		return err
	}
	n := s.decided(after.Comment, a)
	n.Undo = after.Act
	if more := s.sweeps(c, after.Comment); a == comment.MarkSpam && len(more) > 0 {
		n.More = more[0]
	}
	if scripted(c) {
		d := decidedJSON{Text: n.Text, Act: after.Act, Comments: []nowJSON{{after.ID, after.Status, after.Revision}}}
		if n.More.URL != "" {
			d.More = &n.More
		}
		return c.JSON(http.StatusOK, d)
	}
	return s.saidAndGo(c, n, back)
}

// notice tells on the next page what was done.
type notice struct {
	Text string
	URL  string        // where to see it; empty if there is nothing left to see
	Link string        // the words of the link
	Undo comment.ActID // by which it can be undone; 0: it cannot
	Here string        // the page it is told on, to which an undo leads back
	More sweepLink     // second thoughts that it gives rise to
}

// doneTexts say what an action did, refusedTexts that it could not be done.
var (
	doneTexts = map[comment.Action]string{
		comment.Approve: "decided.approve", comment.MarkSpam: "decided.spam",
		comment.ToTrash: "decided.trash", comment.Delete: "decided.delete",
	}
	refusedTexts = map[comment.Action]string{
		comment.Approve: "unchanged.approve", comment.MarkSpam: "unchanged.spam", comment.ToTrash: "unchanged.trash",
		comment.Restore: "unchanged.restore", comment.Delete: "unchanged.delete",
	}
)

// placeTexts say where a comment of a status is.
var placeTexts = map[comment.Status]struct{ restored, look, now string }{
	comment.Pending:  {"decided.restore_pending", "decided.look_pending", "unchanged.now_pending"},
	comment.Spam:     {"decided.restore_spam", "decided.look_spam", "unchanged.now_spam"},
	comment.Approved: {"decided.restore_approved", "decided.look_approved", "unchanged.now_approved"},
	comment.Trash:    {"decided.restore_trash", "decided.look_trash", "unchanged.now_trash"},
}

// decided is the notice of a decision.
func (s *Server) decided(cm comment.Comment, a comment.Action) notice {
	say := s.printer()
	if a == comment.Delete {
		return notice{Text: say.T(doneTexts[a], "ID", cm.ID)}
	}
	place := placeTexts[cm.Status]
	n := notice{URL: queueURL(cm.Status, cm.ID+1), Link: say.T(place.look)}
	if a == comment.Restore {
		n.Text = say.T(place.restored, "ID", cm.ID)
	} else {
		n.Text = say.T(doneTexts[a], "ID", cm.ID)
	}
	if _, ok := s.Site().Post(cm.Post); ok && cm.Status == comment.Approved {
		n.URL, n.Link = permalink(cm.ID), say.T("decided.read")
	}
	return n
}

// putNotice keeps a notice in the session for the next page.
func (s *Server) putNotice(c echo.Context, n notice) {
	ctx := c.Request().Context()
	s.sessions.Put(ctx, keyNotice, n.Text)
	s.sessions.Put(ctx, keyLink, n.URL)
	s.sessions.Put(ctx, keyLinked, n.Link)
	s.sessions.Put(ctx, keyUndo, int64(n.Undo))
	s.sessions.Put(ctx, keyMore, n.More.URL)
	s.sessions.Put(ctx, keyMoreText, n.More.Text)
}

// popNotice takes the notice out of the session; nil if there is none. It stays
// for the next page if this one will not be looked at, or is the answer to a
// button and has a word of its own.
func (s *Server) popNotice(c echo.Context) *notice {
	ctx := c.Request().Context()
	if c.Request().Method != http.MethodGet {
		return nil
	}
	n := notice{
		Text: s.sessions.PopString(ctx, keyNotice),
		URL:  s.sessions.PopString(ctx, keyLink),
		Link: s.sessions.PopString(ctx, keyLinked),
		More: sweepLink{s.sessions.PopString(ctx, keyMore), s.sessions.PopString(ctx, keyMoreText)},
		Undo: comment.ActID(s.sessions.GetInt64(ctx, keyUndo)), Here: c.Request().URL.RequestURI(),
	}
	s.sessions.Remove(ctx, keyUndo)
	if n.Text == "" {
		return nil
	}
	return &n
}

// unchangedPage says why nothing was done.
type unchangedPage struct {
	adminFrame
	ID    comment.ID
	Why   string // what could not be done, and why
	Card  *card  // the comment as it is now; nil if it is gone
	Deeds []deed // what was done to it last, newest first
	// Reason is what the moderator typed, which is not lost.
	Reason string
	Back   string
}

// changed answers what makes no sense any more, mostly because somebody else was quicker. It
// shows the comment as it is now, with the reason why nothing was done.
func (s *Server) changed(c echo.Context, id comment.ID, why, back string) error {
	now, err := s.Comments.Get(c.Request().Context(), actor(c), id)
	if err != nil {
		return err
	}
	say := s.printer()
	return s.showNow(c, now, unchangedPage{ID: id, Why: say.T(why, "ID", id, "Now", say.T(placeTexts[now.Status].now)), Reason: c.Request().PostFormValue("reason"), Back: back})
}

// showNow shows a comment as it is now, with who did what to it.
func (s *Server) showNow(c echo.Context, now comment.Comment, p unchangedPage) error {
	k, err := s.wholeCard(c, now, p.Back, comment.InShort)
	if err != nil {
		return err
	}
	k.Reason = p.Reason
	p.Card = &k
	if p.Deeds, err = s.deeds(c, now.ID); err != nil {
		return err
	}
	return s.showUnchanged(c, http.StatusConflict, p)
}

// gone answers a decision on a comment that does not exist.
func (s *Server) gone(c echo.Context, id comment.ID, back string) error {
	return s.showUnchanged(c, http.StatusNotFound, unchangedPage{ID: id, Back: back})
}

func (s *Server) showUnchanged(c echo.Context, status int, p unchangedPage) error {
	var err error
	if p.adminFrame, err = s.deskFrame(c, "unchanged.title"); err != nil {
		return err
	}
	return s.render(c, status, "admin_unchanged", p)
}
