package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"
	"golang.org/x/text/unicode/norm"

	"hamlet/internal/site"
)

// listView is a page of a list of posts: the front page, or a tag.
type listView struct {
	frame
	List site.List
}

// front answers GET /.
func (s *Server) front(c echo.Context) error {
	now := s.Site()
	list, ok := now.Front(1)
	if !ok {
		return errNotFound
	}
	v := listView{s.frameOf(now), list}
	v.Home, v.Description, v.Canonical = true, now.Meta.Description, now.BaseURL+"/"
	return s.show(c, now, "/", now.Version, "list", v)
}

// frontPage answers GET /page/:n.
func (s *Server) frontPage(c echo.Context) error {
	n, err := pageNumber(c)
	if err != nil {
		return err
	}
	if n == 1 {
		return moved(c, "/")
	}
	now := s.Site()
	list, ok := now.Front(n)
	if !ok {
		return errNotFound
	}
	path := "/page/" + strconv.Itoa(n)
	v := listView{s.frameOf(now), list}
	v.Title, v.Canonical = "Page "+strconv.Itoa(n), now.BaseURL+path
	return s.show(c, now, path, now.Version, "list", v)
}

// tag answers GET /tags/:tag and GET /tags/:tag/page/:n.
func (s *Server) tag(c echo.Context) error {
	n, paged := 1, c.Param("n") != ""
	if paged {
		var err error
		if n, err = pageNumber(c); err != nil {
			return err
		}
	}
	now := s.Site()
	list, err := find(c, "tag", func(slug string) (*site.List, bool) {
		l, ok := now.Listed(site.Tags, slug, n)
		return &l, ok
	})
	if err != nil || list.Term == nil {
		return errNotFound
	}
	path := list.Term.URL
	v := listView{s.frameOf(now), *list}
	v.Title = list.Term.Name
	if n > 1 {
		path += "/page/" + strconv.Itoa(n)
		v.Title += ", page " + strconv.Itoa(n)
	}
	if c.Request().URL.EscapedPath() != path {
		return moved(c, path)
	}
	v.Canonical = now.BaseURL + path
	return s.show(c, now, path, now.Version, "list", v)
}

// tagsView lists all tags.
type tagsView struct {
	frame
	Tags []*site.Term
}

// tags answers GET /tags.
func (s *Server) tags(c echo.Context) error {
	now := s.Site()
	v := tagsView{s.frameOf(now), now.Terms(site.Tags)}
	v.Title, v.Canonical = "Tags", now.BaseURL+"/tags"
	return s.show(c, now, "/tags", now.Version, "tags", v)
}

// pageView is a page from content/pages.
type pageView struct {
	frame
	Page *site.Post
}

// showPage answers GET /:slug.
func (s *Server) showPage(c echo.Context) error {
	now := s.Site()
	p, err := find(c, "slug", now.Page)
	if err != nil {
		return err
	}
	if c.Request().URL.EscapedPath() != p.URL {
		return moved(c, p.URL)
	}
	v := pageView{s.frameOf(now), p}
	v.Title, v.Description, v.Canonical, v.Here = p.Title, p.Teaser(), now.BaseURL+p.URL, p.URL
	return s.show(c, now, p.URL, now.Version, "page", v)
}

// privacyView is the page that says what becomes of a comment's data.
type privacyView struct{ frame }

// privacy answers GET /privacy.
func (s *Server) privacy(c echo.Context) error {
	now := s.Site()
	v := privacyView{s.frameOf(now)}
	v.Title, v.Canonical = v.T("privacy.title"), now.BaseURL+"/privacy"
	return s.show(c, now, "/privacy", now.Version, "privacy", v)
}

// document answers with what the site made ahead of time: the feed, the
// sitemap, robots.txt.
func (s *Server) document(of func(*site.Site) site.Document) echo.HandlerFunc {
	return func(c echo.Context) error {
		now := s.Site()
		return s.showDocument(c, now, c.Path(), now.Version, func() site.Document { return of(now) })
	}
}

// redirectTo answers with another address of this server, which may change.
func redirectTo(to string) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Response().Header().Set("Cache-Control", "no-cache")
		return c.Redirect(http.StatusFound, to)
	}
}

// param is a part of the path, unescaped and in Unicode's composed form, as
// slugs are. Echo leaves it escaped when the client's way of escaping is not
// the usual one.
func param(c echo.Context, name string) (string, error) {
	v := c.Param(name)
	if c.Request().URL.RawPath != "" {
		var err error
		if v, err = url.PathUnescape(v); err != nil {
			return "", errNotFound
		}
	}
	return norm.NFC.String(v), nil
}

// find looks something up by the slug in the path, as it stands or else in lower
// case. The caller redirects if the path was not the canonical one.
func find[T any](c echo.Context, name string, look func(slug string) (*T, bool)) (*T, error) {
	slug, err := param(c, name)
	if err != nil {
		return nil, err
	}
	if v, ok := look(slug); ok {
		return v, nil
	}
	if v, ok := look(strings.ToLower(slug)); ok {
		return v, nil
	}
	return nil, errNotFound
}

// pageNumber is the number of a page in the path, in the one way of writing it.
func pageNumber(c echo.Context) (int, error) {
	raw := c.Param("n")
	n, err := strconv.Atoi(raw)
	if err != nil || n < 1 || strconv.Itoa(n) != raw {
		return 0, errNotFound
	}
	return n, nil
}
