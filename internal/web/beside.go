package web

import (
	"errors"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/desk"
)

// besideView is what moderators have beside a comment, for its card.
type besideView struct {
	Assignee string // empty: nobody
	Mine     bool   // the assignee is who looks
	Notes    []note
	Team     []string // to whom the comment can be given
	Me       string
	MaxNote  int
}

// note is a note as it is shown.
type note struct {
	desk.Note
	When      time.Time // on the blog's own clock
	Removable bool
}

// putBeside puts onto cards what moderators have beside their comments.
func (s *Server) putBeside(c echo.Context, cards []card) error {
	ctx, who := c.Request().Context(), actor(c)
	all, err := s.Notes.Beside(ctx, who, cardIDs(cards))
	if err != nil || len(cards) == 0 {
		return err
	}
	team, err := s.Notes.Assignees(ctx, who)
	if err != nil {
		return err
	}
	zone := s.doorFrame("").zone
	for i := range cards {
		a := all[cards[i].ID]
		b := besideView{Assignee: a.Assignee, Mine: a.Assignee == who.Name, Team: team, Me: who.Name, MaxNote: desk.MaxNote}
		for _, n := range a.Notes {
			b.Notes = append(b.Notes, note{n, n.At.In(zone), n.Author == who.Name || who.Role == account.Owner})
		}
		cards[i].Beside = b
	}
	return nil
}

// addNote takes a note about a comment.
func (s *Server) addNote(c echo.Context) error {
	return s.onBeside(c, func(id comment.ID) (notice, error) {
		say := s.printer()
		act, err := s.Notes.Add(c.Request().Context(), actor(c), id, c.Request().PostFormValue("note"))
		switch {
		case errors.Is(err, desk.ErrNote):
			return notice{Text: say.T("notes.empty", "Max", desk.MaxNote)}, nil
		case errors.Is(err, desk.ErrNotes):
			return notice{Text: say.T("notes.too_many")}, nil
		}
		return notice{Text: say.T("notes.added", "ID", id), Undo: act}, err
	})
}

// removeNote takes a note away.
func (s *Server) removeNote(c echo.Context) error {
	return s.onBeside(c, func(id comment.ID) (notice, error) {
		n, err := strconv.ParseInt(c.Param("note"), 10, 64)
		if err != nil {
			return notice{}, errNotFound
		}
		act, err := s.Notes.Remove(c.Request().Context(), actor(c), id, n)
		return notice{Text: s.printer().T("notes.removed", "ID", id), Undo: act}, err
	})
}

// assign gives a comment to somebody.
func (s *Server) assign(c echo.Context) error {
	return s.onBeside(c, func(id comment.ID) (notice, error) {
		say, to := s.printer(), c.Request().PostFormValue("to")
		act, err := s.Notes.Assign(c.Request().Context(), actor(c), id, to)
		switch {
		case errors.Is(err, desk.ErrAssignee):
			return notice{Text: say.T("notes.no_such")}, nil
		case to == "":
			return notice{Text: say.T("notes.unassigned", "ID", id), Undo: act}, err
		}
		return notice{Text: say.T("notes.assigned", "ID", id, "Name", to), Undo: act}, err
	})
}

// onBeside does something beside a comment, says what was done, and leads back.
func (s *Server) onBeside(c echo.Context, do func(comment.ID) (notice, error)) error {
	id, err := comment.ParseID(c.Param("id"))
	if err != nil {
		return err
	}
	if err := parseForm(c); err != nil {
		return err
	}
	said, err := do(id)
	if err != nil {
		return err
	}
	return s.saidAndGo(c, said, adminPath(c.Request().PostFormValue("return")))
}
