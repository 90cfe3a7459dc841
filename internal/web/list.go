package web

import (
	"fmt"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"hamlet/internal/site"
)

// listView is a page of a list of posts: of the front page, of a tag, a
// category, an author or a series, or of a year or month of the archive.
type listView struct {
	frame
	List    site.List
	Entries []entryView
	Heading string // empty on the front page
	Above   *link  // the overview this list is in; nil for none
	Count   string // how many posts the list has, in words; empty if not told
	// About and Link are what the blog says about an author; empty for none.
	About, Link string
	InParts     bool // the posts are the parts of a series, the first first
	// Formats are the feeds of this list; empty for lists without.
	Formats []feedLink
}

// entryView is a post in a list.
type entryView struct {
	*site.Post
	Part   int  // of its series; 0 in other lists
	Pinned bool // put first on the front page
}

// front answers GET / and GET /page/:n.
func (s *Server) front(c echo.Context) error {
	n, err := pageNumber(c)
	if err != nil {
		return err
	}
	now := s.Site()
	list, ok := now.Front(n)
	if !ok {
		return errNotFound
	}
	return s.showList(c, now, list, func(v *listView) {
		if n == 1 {
			v.Home, v.Description = true, now.Meta.Description
			return
		}
		v.Title = v.T("list.title", "Page", n)
		v.Heading = v.T("list.heading", "Page", n, "Pages", list.Pages)
	})
}

// listed answers GET /tags/:term and the like, and GET /tags/:term/page/:n.
func (s *Server) listed(t site.Taxonomy) echo.HandlerFunc {
	return func(c echo.Context) error {
		n, err := pageNumber(c)
		if err != nil {
			return err
		}
		now := s.Site()
		term, err := findTerm(c, now, t)
		if err != nil {
			return err
		}
		list, ok := now.Listed(t, term.Slug, n)
		if !ok {
			return errNotFound
		}
		return s.showList(c, now, list, func(v *listView) {
			v.Heading, v.Title = term.Name, v.paged(term.Name)
			v.Above = &link{"/" + string(t), v.T("site." + string(t))}
			v.Count = v.T("list.count", term.Count)
			v.About, v.Link = term.About, term.Link
			v.Description = term.About
			v.Formats = feedLinks(term.URL, term.Name+" · "+now.Meta.Title)
			v.Feeds = append(v.Feeds, v.Formats...)
		})
	}
}

// archived answers GET /archive/:year and GET /archive/:year/:month, and their
// further pages.
func (s *Server) archived(c echo.Context) error {
	n, err := pageNumber(c)
	if err != nil {
		return err
	}
	year, err := number(c, "year")
	if err != nil {
		return err
	}
	month, err := number(c, "month")
	if err != nil {
		return err
	}
	now := s.Site()
	list, ok := now.Archived(year, time.Month(month), n)
	if !ok {
		return errNotFound
	}
	return s.showList(c, now, list, func(v *listView) {
		v.Heading = strconv.Itoa(year)
		v.Above = &link{"/archive", v.T("site.archive")}
		if month > 0 {
			v.Heading = v.Printer.Month(time.Date(year, time.Month(month), 1, 0, 0, 0, 0, time.UTC))
			v.Above = &link{fmt.Sprintf("/archive/%04d", year), strconv.Itoa(year)}
		}
		v.Title = v.paged(v.Heading)
	})
}

// showList answers with a page of a list, after what the list says about itself.
func (s *Server) showList(c echo.Context, now *site.Site, list site.List, say func(*listView)) error {
	if c.Request().URL.EscapedPath() != list.URL {
		return moved(c, list.URL)
	}
	return s.show(c, now, list.URL, list.Stamp(), "list", func() any {
		v := listView{frame: s.frameOf(now), List: list, Entries: entries(now, list)}
		v.Canonical = now.BaseURL + list.URL
		v.Linked = now.LinkedList(list)
		v.Prev, v.Next = list.NewerURL, list.OlderURL
		if v.InParts = inParts(list); v.InParts {
			v.Prev, v.Next = list.OlderURL, list.NewerURL
		}
		say(&v)
		return v
	})
}

func inParts(l site.List) bool { return l.Term != nil && l.Term.Taxonomy == site.Series }

// entries are the posts of a page of a list.
func entries(now *site.Site, list site.List) []entryView {
	all := make([]entryView, len(list.Posts))
	for i, p := range list.Posts {
		all[i].Post = p
		switch {
		case inParts(list):
			place, _ := now.Place(p)
			all[i].Part = place.Part
		case list.Term == nil && list.Year == 0:
			all[i].Pinned = p.Pinned
		}
	}
	return all
}

// paged is the title of a page of a list.
func (v *listView) paged(name string) string {
	if v.List.Page == 1 {
		return name
	}
	return v.T("list.paged", "Name", name, "Page", v.List.Page)
}

// termsView is the overview of a taxonomy.
type termsView struct {
	frame
	Terms []*site.Term
	Empty string // what to say if there are none
}

// terms answers GET /tags and the like.
func (s *Server) terms(t site.Taxonomy) echo.HandlerFunc {
	path, id := "/"+string(t), string(t)
	return func(c echo.Context) error {
		now := s.Site()
		return s.show(c, now, path, now.Stamp(t), "terms", func() any {
			v := termsView{frame: s.frameOf(now), Terms: now.Terms(t)}
			v.Title, v.Empty, v.Canonical, v.Here = v.T("site."+id), v.T("list.no_"+id), now.BaseURL+path, path
			return v
		})
	}
}

// archiveView is the overview of the archive.
type archiveView struct {
	frame
	Years []site.Year
}

// archive answers GET /archive.
func (s *Server) archive(c echo.Context) error {
	now := s.Site()
	return s.show(c, now, "/archive", now.ArchiveStamp(), "archive", func() any {
		v := archiveView{frame: s.frameOf(now), Years: now.Archive()}
		v.Title, v.Canonical, v.Here = v.T("site.archive"), now.BaseURL+"/archive", "/archive"
		return v
	})
}

// findTerm looks up the term in the path, as it stands or else in lower case.
// Whoever calls redirects if the path was not the canonical one.
func findTerm(c echo.Context, now *site.Site, t site.Taxonomy) (*site.Term, error) {
	return find(c, "term", func(slug string) (*site.Term, bool) { return now.Term(t, slug) })
}
