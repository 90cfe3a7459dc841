package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"

	"hamlet/internal/desk"
	"hamlet/internal/locale"
)

// viewsPath is where users see to the lists that they have named.
const viewsPath = "/admin/views"

// savedView is a list that a user has named, as a link.
type savedView struct {
	ID      int64
	Name    string
	URL     string
	Count   string // empty: it could not be counted
	Current bool
}

// viewsPage is where users rename their views, and remove them.
type viewsPage struct {
	adminFrame
	Views []savedView
	Max   int
}

// viewsBar is what stands above a list: the views of the user, and a form to save the list
// as one.
type viewsBar struct {
	*locale.Printer
	Views []savedView
	// Saves offers to save the list: it is none that is always there.
	Saves bool
	Here  string
	Max   int
}

// savedViews are the views of who is logged in, with how many comments each has, or had
// a few seconds ago. They are not what was asked for: a count that fails is missing, and logged.
func (s *Server) savedViews(c echo.Context, shown desk.View) ([]savedView, error) {
	who := actor(c)
	views, err := s.Views.Of(c.Request().Context(), who)
	if err != nil {
		return nil, err
	}
	out := make([]savedView, len(views))
	var g sync.WaitGroup
	for i, v := range views {
		out[i] = savedView{ID: v.ID, Name: v.Name, URL: viewURL(v.View), Current: v.View.Filter == shown.Filter && v.View.Sort == shown.Sort}
		g.Go(func() {
			n, err := s.Queue.Roughly(c.Request().Context(), who, v.View.Filter)
			if err != nil {
				if c.Request().Context().Err() != nil { // nobody waits for it
					return
				}
				s.logFault(c, http.StatusInternalServerError, fmt.Errorf("count a saved view: %w", err))
				return
			}
			out[i].Count = strconv.Itoa(n)
		})
	}
	g.Wait()
	return out, nil
}

// views is the bar above a list, which the form saves from its beginning.
func (s *Server) views(c echo.Context, shown desk.View) (viewsBar, error) {
	shown.From = desk.Cursor{}
	bar := viewsBar{Printer: s.printer(), Here: viewURL(shown), Max: desk.MaxViewName}
	var err error
	bar.Views, err = s.savedViews(c, shown)
	current := slices.ContainsFunc(bar.Views, func(v savedView) bool { return v.Current })
	always := shown.Sort == desk.Newest && (shown.Filter.Plain() || shown.Filter == mentionsFilter || shown.Filter == reportsFilter)
	bar.Saves = !current && !always
	return bar, err
}

// showViews answers GET /admin/views.
func (s *Server) showViews(c echo.Context) (err error) {
	p := viewsPage{Max: desk.MaxViewName}
	if p.Views, err = s.savedViews(c, desk.View{}); err != nil {
		return err
	}
	if p.adminFrame, err = s.deskFrame(c, "views.title"); err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "admin_views", p)
}

// saveView answers POST /admin/views: the list that the form leads back to gets a name.
func (s *Server) saveView(c echo.Context) error {
	return s.onView(c, func(name string) (string, error) {
		to := adminPath(c.Request().PostFormValue("return"))
		view, err := viewAt(to)
		if err != nil {
			return "", err
		}
		return s.printer().T("views.saved", "Name", name), s.Views.Save(c.Request().Context(), actor(c), name, view)
	})
}

// viewAt reads which list is at an address of the queue.
func viewAt(address string) (v desk.View, err error) {
	path, query, _ := strings.Cut(address, "?")
	q, err := url.ParseQuery(query)
	if path != queuePath || err != nil {
		return v, errNotFound
	}
	if v.Filter, err = desk.ParseFilter(q); err != nil {
		return v, errNotFound
	}
	if v.Sort, err = desk.ParseSort(q.Get("sort")); err != nil {
		return v, errNotFound
	}
	return v, nil
}

// renameView answers POST /admin/views/:id/rename.
func (s *Server) renameView(c echo.Context) error {
	return s.onNamedView(c, func(id int64, name string) (string, error) {
		return s.printer().T("views.renamed", "Name", name), s.Views.Rename(c.Request().Context(), actor(c), id, name)
	})
}

// removeView answers POST /admin/views/:id/remove.
func (s *Server) removeView(c echo.Context) error {
	return s.onNamedView(c, func(id int64, _ string) (string, error) {
		return s.printer().T("views.removed"), s.Views.Remove(c.Request().Context(), actor(c), id)
	})
}

func (s *Server) onNamedView(c echo.Context, do func(id int64, name string) (said string, err error)) error {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return errNotFound
	}
	return s.onView(c, func(name string) (string, error) { return do(id, name) })
}

// onView does something to a view, says what was done or why not, and leads back.
func (s *Server) onView(c echo.Context, do func(name string) (said string, err error)) error {
	if err := parseForm(c); err != nil {
		return err
	}
	say := s.printer()
	said, err := do(strings.TrimSpace(c.Request().PostFormValue("name")))
	switch {
	case errors.Is(err, desk.ErrNoView):
		return errNotFound
	case errors.Is(err, desk.ErrViewName):
		said = say.T("views.wrong", "Max", desk.MaxViewName)
	case errors.Is(err, desk.ErrViewTaken):
		said = say.T("views.taken")
	case errors.Is(err, desk.ErrViews):
		said = say.T("views.too_many", "Max", desk.MostViews)
	case err != nil:
		return err
	}
	return s.saidAndGo(c, notice{Text: said}, adminPath(c.Request().PostFormValue("return")))
}
