package web

import (
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"hamlet/internal/account"
	"hamlet/internal/comment"
)

// writePage is where a moderator changes the text of a comment, or answers it.
type writePage struct {
	adminFrame
	ID       comment.ID
	Action   string // where the form leads
	Author   string
	Said     template.HTML // what is answered; empty when it is changed
	Answer   bool          // it is answered, and not changed
	Approves bool          // the comment is published with the answer
	Body     string
	Revision int64
	Back     string
	Wrong    string
	Deeds    []deed // what others did to it meanwhile, newest first
	MaxBody  int
}

// revisionOf reads which revision of a comment a form was made for; nil: it does not say.
func revisionOf(c echo.Context) (*int64, error) {
	v := c.Request().FormValue("revision")
	if v == "" {
		return nil, nil //nolint:nilnil // many forms name none
	}
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil || n < 0 {
		return nil, errNotFound
	}
	return &n, nil
}

// writeForm shows the form for a text: to change it, or to answer it.
func (s *Server) writeForm(answer bool) echo.HandlerFunc {
	return func(c echo.Context) error {
		id, err := comment.ParseID(c.Param("id"))
		if err != nil {
			return err
		}
		cm, err := s.Comments.Get(c.Request().Context(), actor(c), id)
		if err != nil {
			return err
		}
		p := writePage{Revision: cm.Revision, Back: adminPath(c.QueryParam("return"))}
		if !answer {
			p.Body = cm.Body
		}
		return s.showWrite(c, http.StatusOK, cm, answer, p)
	}
}

func (s *Server) showWrite(c echo.Context, status int, cm comment.Comment, answer bool, p writePage) error {
	p.ID, p.Author, p.MaxBody, p.Answer = cm.ID, cm.Author, comment.MaxBody, answer
	p.Action = fmt.Sprintf("/admin/comments/%d/edit", cm.ID)
	title := "write.edit"
	if answer {
		p.Action, title = fmt.Sprintf("/admin/comments/%d/reply", cm.ID), "write.reply"
		p.Said, p.Approves = textOf(cm.Channel, cm.Body), cm.Status != comment.Approved
	}
	var err error
	if p.adminFrame, err = s.deskFrame(c, title); err != nil {
		return err
	}
	return s.render(c, status, "admin_write", p)
}

// correct puts a moderator's text in place of a comment's.
func (s *Server) correct(c echo.Context) error {
	return s.write(c, false, func(id comment.ID, revision int64, body string) (comment.Acted, error) {
		return s.Comments.Correct(c.Request().Context(), actor(c), id, body, revision)
	})
}

// replyTo publishes a moderator's reply, and the comment that it answers.
func (s *Server) replyTo(c echo.Context) error {
	return s.write(c, true, func(id comment.ID, revision int64, body string) (comment.Acted, error) {
		cm, err := s.Comments.Get(c.Request().Context(), actor(c), id)
		if err != nil {
			return comment.Acted{}, err
		}
		role := comment.Author
		if post, ok := s.Site().Post(cm.Post); ok {
			if role, err = s.role(c, post); err != nil {
				return comment.Acted{}, err
			}
		} else if actor(c).May(account.ModerateComments) == nil {
			role = comment.Moderator
		}
		return s.Comments.ReplyTo(c.Request().Context(), actor(c), id, comment.Reply{Body: body, Role: role, Revision: revision})
	})
}

// write does what a form for a text says, and leads back.
func (s *Server) write(c echo.Context, answer bool, do func(comment.ID, int64, string) (comment.Acted, error)) error {
	id, err := comment.ParseID(c.Param("id"))
	if err != nil {
		return err
	}
	if err := parseForm(c); err != nil {
		return err
	}
	revision, err := revisionOf(c)
	if err != nil || revision == nil {
		return errNotFound
	}
	back, body := adminPath(c.Request().PostFormValue("return")), c.Request().PostFormValue("body")
	acted, err := do(id, *revision, body)
	var invalid *comment.InvalidError
	switch {
	case errors.As(err, &invalid):
		cm, gerr := s.Comments.Get(c.Request().Context(), actor(c), id)
		if gerr != nil {
			return gerr
		}
		p := writePage{Body: body, Revision: *revision, Back: back, Wrong: fieldErrors(s.printer(), invalid.Fields)[0].Message}
		return s.showWrite(c, http.StatusUnprocessableEntity, cm, answer, p)
	case errors.Is(err, comment.ErrNotFound):
		return s.gone(c, id, back)
	case errors.Is(err, comment.ErrConflict):
		return s.notWritten(c, id, answer, err, writePage{Body: body, Revision: *revision, Back: back})
	case err != nil:
		return err
	}
	text := "write.edited"
	if answer {
		text = "write.replied"
	}
	return s.saidAndGo(c, notice{
		Text: s.printer().T(text, "ID", id), URL: fmt.Sprintf("/admin/comments/%d", id), Link: s.printer().T("edits.look"), Undo: acted.Act,
	}, back)
}

// notWritten gives a text back that was written about a comment which is another now, with
// what was done to it. What is sent then is for the comment as it is now. Where it is as it was
// seen, and takes no such text, it says so.
func (s *Server) notWritten(c echo.Context, id comment.ID, answer bool, why error, p writePage) error {
	cm, err := s.Comments.Get(c.Request().Context(), actor(c), id)
	if err != nil {
		return err
	}
	say := s.printer()
	switch {
	case errors.Is(why, comment.ErrSame):
		p.Wrong = say.T("write.same", "ID", id)
		return s.showWrite(c, http.StatusConflict, cm, answer, p)
	case errors.Is(why, comment.ErrChanged) || cm.Revision != p.Revision:
	case answer:
		return s.changed(c, id, "write.no_reply", p.Back)
	default:
		return s.changed(c, id, "write.no_edit", p.Back)
	}
	p.Wrong = say.T("write.conflict", "ID", id, "Now", say.T(placeTexts[cm.Status].now))
	p.Revision, p.Said = cm.Revision, textOf(cm.Channel, cm.Body)
	if p.Deeds, err = s.deeds(c, id); err != nil {
		return err
	}
	return s.showWrite(c, http.StatusConflict, cm, answer, p)
}
