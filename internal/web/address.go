package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"
	"golang.org/x/text/unicode/norm"

	"hamlet/internal/comment"
	"hamlet/internal/content"
	"hamlet/internal/site"
)

// errGone is the answer to the URL of something that was taken away.
var errGone = errors.New("page is gone")

// What a post has below its own URL.
const (
	calendarSuffix = ".ics"
	commentsSuffix = "/comments.xml"
	liveSuffix     = "/comments/live"
)

// anything answers GET for all that the content folder has: posts and pages at
// their URLs, what belongs to a post (its calendar entry, the feed of its
// comments, the files of its bundle), old addresses that lead to one, and those
// of what was taken away.
func (s *Server) anything(c echo.Context) error {
	path, err := askedFor(c)
	if err != nil {
		return err
	}
	now := s.Site()
	for _, suffix := range []string{"", calendarSuffix, commentsSuffix, liveSuffix} {
		before, ok := strings.CutSuffix(path, suffix)
		if !ok {
			continue
		}
		if found, ok := now.Find(before); ok {
			return s.showFound(c, now, found, before, suffix)
		}
	}
	if before, v, ok := threadPath(path); ok {
		if found, ok := now.Find(before); ok {
			return s.showThread(c, now, found, v)
		}
	}
	return s.showFile(c)
}

// showFound answers with what was found at a path, which the client asked for
// with a suffix.
func (s *Server) showFound(c echo.Context, now *site.Site, found site.Found, path, suffix string) error {
	asked := c.Request().URL.EscapedPath()
	p := found.Post
	switch {
	case found.Gone:
		return errGone
	case suffix == calendarSuffix:
		return s.showCalendar(c, now, target(now, found))
	case suffix == commentsSuffix:
		return s.showPostComments(c, now, target(now, found))
	case suffix == liveSuffix:
		return s.showLive(c, target(now, found))
	case found.Redirect != "" && sameButSpelling(found.Redirect, path):
		return moved(c, found.Redirect)
	case found.Redirect != "":
		return redirected(c, http.StatusPermanentRedirect, found.Redirect)
	case asked != p.URL:
		return moved(c, p.URL)
	case p.Kind == content.KindPage:
		return s.showPage(c, now, p)
	}
	return s.showPost(c, now, p, comment.View{})
}

// showThread answers with a page of the thread of what was found.
func (s *Server) showThread(c echo.Context, now *site.Site, found site.Found, v comment.View) error {
	p := target(now, found)
	switch {
	case found.Gone:
		return errGone
	case p == nil || p.Kind == content.KindPage || p.Comments == content.CommentsOff:
		return errNotFound
	case c.Request().URL.EscapedPath() != threadURL(p, v):
		return moved(c, threadURL(p, v))
	}
	return s.showPost(c, now, p, v)
}

// target is the post that was found, here or where it has moved to.
func target(now *site.Site, found site.Found) *site.Post {
	if found.Post != nil {
		return found.Post
	}
	path, err := url.PathUnescape(found.Redirect)
	if err != nil {
		return nil
	}
	found, _ = now.Find(path)
	return found.Post
}

// sameButSpelling reports whether a URL is only another spelling of a path: in
// case, or in how Unicode composes it.
func sameButSpelling(to, path string) bool {
	plain, err := url.PathUnescape(to)
	return err == nil && strings.EqualFold(plain, path)
}

// askedFor is the path of the request, unescaped and in Unicode's composed form,
// as URLs of posts are. No URL of the blog has an escaped slash in it.
func askedFor(c echo.Context) (string, error) {
	u := c.Request().URL
	if strings.Contains(strings.ToLower(u.RawPath), "%2f") {
		return "", errNotFound
	}
	return norm.NFC.String(u.Path), nil
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

// pageNumber is the number of a page in the path, in the one way of writing it;
// 1 if there is none.
func pageNumber(c echo.Context) (int, error) {
	raw := c.Param("n")
	if raw == "" {
		return 1, nil
	}
	n, err := strconv.Atoi(raw)
	if err != nil || n < 1 || strconv.Itoa(n) != raw {
		return 0, errNotFound
	}
	return n, nil
}

// number is a number in the path; 0 if the path has none of that name. It may
// have a zero in front or lack one, whoever calls redirects.
func number(c echo.Context, name string) (int, error) {
	raw := c.Param(name)
	if raw == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(raw, 10, 16)
	if err != nil || n == 0 {
		return 0, errNotFound
	}
	return int(n), nil
}

// redirectTo answers with another address of this server, which may change.
func redirectTo(to string) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Response().Header().Set("Cache-Control", "no-cache")
		return c.Redirect(http.StatusFound, to)
	}
}
