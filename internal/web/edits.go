package web

import (
	"errors"
	"html/template"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"hamlet/internal/comment"
	"hamlet/internal/locale"
	"hamlet/internal/markup"
	"hamlet/internal/reason"
)

// editsPage lists the edits of published comments that wait for a moderator.
type editsPage struct {
	adminFrame
	Heading string
	Edits   []editCard
	More    bool // there are more than are shown
}

// editCard is an edit as a moderator sees it: the text that is up, and the one that is
// to take its place.
type editCard struct {
	*locale.Printer
	ID       comment.ID
	Edit     comment.EditID
	Author   string
	Post     string
	URL      string
	Age      string
	Time     time.Time
	Was, Now template.HTML
	Why      string
	// Buttons are the decisions; the first is the one that the score speaks for.
	Buttons []editButton
}

// editButton is a decision on an edit.
type editButton struct{ Verdict, Name string }

// likelySpam is the probability from which the first button of an edit declines it.
const likelySpam = 0.8

func editButtons(say *locale.Printer, e comment.Edit) []editButton {
	approve := editButton{"approve", say.T("edits.approve")}
	decline := []editButton{{"decline", say.T("edits.decline")}, {"spam", say.T("edits.spam")}}
	if e.Verdict.Probability >= likelySpam {
		return append(decline, approve)
	}
	return append([]editButton{approve}, decline...)
}

// editVerdicts are the decisions on an edit by their names in addresses, with what is said
// then.
var editVerdicts = map[string]struct {
	action comment.Action
	done   string
}{
	"approve": {comment.ApproveEdit, "edits.approved"},
	"decline": {comment.DeclineEdit, "edits.declined"},
	"spam":    {comment.SpamEdit, "edits.spammed"},
}

const editsPath = "/admin/edits"

// edits answers GET /admin/edits.
func (s *Server) edits(c echo.Context) error {
	found, err := s.Comments.PendingEdits(c.Request().Context(), actor(c), queueLength+1)
	if err != nil {
		return err
	}
	say := s.printer()
	p := editsPage{Heading: say.T("edits.title"), More: len(found) > queueLength}
	for _, m := range found[:min(len(found), queueLength)] {
		p.Edits = append(p.Edits, s.editCard(m.Comment, *m.Pending))
	}
	if p.adminFrame, err = s.deskFrame(c, "edits.title"); err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "admin_edits", p)
}

func (s *Server) editCard(cm comment.Comment, e comment.Edit) editCard {
	say := s.printer()
	k := editCard{
		Printer: say, ID: cm.ID, Edit: e.ID, Author: cm.Author, Age: ago(say, s.Now().Sub(e.At)), Time: e.At.In(s.doorFrame("").zone),
		Was: markup.Stranger(e.Was), Now: markup.Stranger(e.Body),
		Buttons: editButtons(say, e),
		Why:     say.T(whyTexts[e.Hold], "Percent", reason.Percent(say, e.Verdict.Probability)),
	}
	k.Post, k.URL = s.place(cm)
	return k
}

// decideEdit answers POST /admin/edits/:id/:edit/:verdict.
func (s *Server) decideEdit(c echo.Context) error {
	id, err := comment.ParseID(c.Param("id"))
	if err != nil {
		return err
	}
	edit, err := comment.ParseID(c.Param("edit"))
	if err != nil {
		return err
	}
	verdict, ok := editVerdicts[c.Param("verdict")]
	if !ok {
		return errNotFound
	}
	acted, err := s.Comments.DecideEdit(c.Request().Context(), actor(c), id, comment.EditID(edit), verdict.action)
	say := s.printer()
	switch {
	case errors.Is(err, comment.ErrNotFound):
		return s.gone(c, id, editsPath)
	case errors.Is(err, comment.ErrConflict):
		return s.changed(c, id, "edits.changed", editsPath)
	case err != nil:
		return err
	}
	return s.saidAndGo(c, notice{Text: say.T(verdict.done, "ID", id), URL: "/admin/comments/" + strconv.FormatInt(int64(id), 10), Link: say.T("edits.look"), Undo: acted.Act}, editsPath)
}

// pastEdit is an edit in the history of a comment.
type pastEdit struct {
	At       time.Time
	Status   string
	Was, Now template.HTML
}

// editStatusTexts say what became of an edit.
var editStatusTexts = map[comment.EditStatus]string{
	comment.EditPending: "edits.is_pending", comment.EditApplied: "edits.is_applied",
	comment.EditDeclined: "edits.is_declined", comment.EditWithdrawn: "edits.is_withdrawn",
}

// history is the edits of a comment for its card.
func (s *Server) history(edits []comment.Edit) []pastEdit {
	say, zone := s.printer(), s.doorFrame("").zone
	out := make([]pastEdit, len(edits))
	for i, e := range edits {
		out[i] = pastEdit{e.At.In(zone), say.T(editStatusTexts[e.Status]), markup.Stranger(e.Was), markup.Stranger(e.Body)}
		if e.Editor != "" {
			out[i].Status += " " + say.T("write.by", "Name", e.Editor)
		}
	}
	return out
}
