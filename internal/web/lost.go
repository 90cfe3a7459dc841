package web

import (
	"net/http"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"hamlet/internal/site"
)

// lostView is the page of an address at which there is nothing, or nothing any
// more, with ways to go on.
type lostView struct {
	frame
	Status  int
	Heading string
	Text    string
	Query   string       // words of the address, to search for
	Near    []*site.Post // what was likely meant; the newest posts if nothing was
	Recent  bool         // Near are the newest posts
}

// nearPosts is how many posts are offered instead of the one that is not there.
const nearPosts = 5

// showLost answers that there is nothing at an address (404), or nothing any more
// (410).
func (s *Server) showLost(c echo.Context, status int) error {
	now := s.Site()
	asked := c.Request().URL.Path
	v := lostView{frame: s.frameOf(now), Status: status, Query: words(asked), Near: now.Near(asked, nearPosts)}
	v.Heading, v.Text = v.T("lost.missing"), v.T("lost.missing_text")
	if status == http.StatusGone {
		v.Heading, v.Text = v.T("lost.gone"), v.T("lost.gone_text")
	}
	if list, ok := now.Front(1); ok && len(v.Near) == 0 {
		v.Near, v.Recent = list.Posts[:min(nearPosts, len(list.Posts))], true
	}
	v.Title, v.NoIndex = v.Heading, true
	return s.render(c, status, "lost", v)
}

// isLost reports whether showLost has the page for a status.
func isLost(status int) bool { return status == http.StatusNotFound || status == http.StatusGone }

// maxQuery is how many bytes of an address are offered as a query.
const maxQuery = 80

// words are the words at the end of an address: "/2019/05/the-oven.html" is about
// the oven. What has no letter in it is a date or a number, and says nothing. An
// email address is nothing to search for, nor to repeat.
func words(address string) string {
	last := path.Base(path.Clean("/" + address))
	if strings.Contains(last, "@") || strings.Contains(last, "%40") {
		return ""
	}
	if ext := path.Ext(last); ext != last && !strings.ContainsFunc(ext, unicode.IsSpace) {
		last = strings.TrimSuffix(last, ext)
	}
	var query string
	for word := range strings.FieldsFuncSeq(strings.ToValidUTF8(last, " "), betweenWords) {
		if !strings.ContainsFunc(word, unicode.IsLetter) {
			continue
		}
		if query != "" {
			word = " " + word
		}
		if len(query)+len(word) > maxQuery {
			break
		}
		query += word
	}
	return query
}

func betweenWords(r rune) bool {
	return r == utf8.RuneError || !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r)
}
