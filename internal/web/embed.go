package web

import (
	"context"
	"fmt"
	"net/url"
	"regexp"

	"github.com/labstack/echo/v4"

	"hamlet/internal/comment"
	"hamlet/internal/site"
)

// Where pages of other sites find what carries a thread there: a script, its style
// sheet, the scripts that it shares with the blog's own pages, and below embedPosts the
// thread itself and, at its end, word of what is new there.
const (
	embedScript = "/embed.js"
	embedStyle  = "/embed.css"
	embedWork   = "/embed/work.js"
	embedThread = "/embed/thread.js"
	embedPosts  = embedPrefix + "posts/:slug"
	embedLive   = "/live"
)

// embedFile answers GET for a file that pages elsewhere name, and so has no hash in its
// URL. It may be kept for an hour.
func (s *Server) embedFile(name string) echo.HandlerFunc {
	return func(c echo.Context) error {
		f, ok := s.assets.byName[name]
		if !ok {
			return errNotFound
		}
		return s.answer(c, s.Site(), source{
			key: "file " + name, stamp: everlasting, cache: "public, max-age=3600", more: sharedFile,
			make: func(context.Context, *page) (answer, error) { return answer{kind: f.kind, body: f.body}, nil },
		})
	}
}

// showEmbed answers GET embedPosts, and below it the other pages of the thread, with what
// stands below a post, to be put into a page elsewhere.
func (s *Server) showEmbed(c echo.Context) error {
	now := s.Site()
	p, err := s.askedPost(c, now)
	if err != nil {
		return err
	}
	var v comment.View
	if rest := c.Param("*"); rest != "" {
		var ok bool
		if _, v, ok = threadPath(threadSuffix + rest); !ok {
			return errNotFound
		}
	}
	if isFirst(v) {
		v.Page = 0 // which is the same page, with its count
	}
	src := source{
		key: "embed " + threadURL(p, v), stamp: p.Stamp(), thread: p.Slug, more: shared,
		make: func(ctx context.Context, old *page) (answer, error) {
			talk, err := s.threadView(ctx, now, p, v, old)
			if err != nil {
				return answer{}, err
			}
			a, err := s.embedded(now, p, talk)
			a.talk = talk
			return a, err
		},
	}
	s.stand(&src, p)
	return s.answer(c, now, src)
}

// showEmbedLive answers GET for what happens under a post to pages elsewhere.
func (s *Server) showEmbedLive(c echo.Context) error {
	p, err := s.askedPost(c, s.Site())
	if err != nil {
		return err
	}
	return s.showLive(c, p)
}

// embedded is a page of a thread as a part of a page elsewhere. The form has no token,
// for it is sent to the API, and nothing that needs a cookie or the blog's own scripts.
func (s *Server) embedded(now *site.Site, p *site.Post, talk threadView) (answer, error) {
	v := s.newThreadPage(now, p, talk)
	v.Form.Token, v.Form.Elsewhere = "", true
	if v.Live != "" {
		v.Live = embedPrefix + "posts/" + url.PathEscape(p.Slug) + embedLive
	}
	b, err := s.executePart("embed", "embed", v)
	if err != nil {
		return answer{}, err
	}
	b = ownPath.ReplaceAll(b, fmt.Appendf(nil, ` $1="%s/$2`, now.BaseURL))
	return answer{kind: echo.MIMETextHTMLCharsetUTF8, body: b}, nil
}

// ownPath finds the addresses of this server in the attributes of a page, which are all
// in quotation marks; quotation marks in texts are escaped.
var ownPath = regexp.MustCompile(` (href|src|action|data-live)="/([^/])`)
