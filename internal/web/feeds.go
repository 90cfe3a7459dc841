package web

import (
	"context"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"hamlet/internal/comment"
	"hamlet/internal/content"
	"hamlet/internal/site"
)

// feed answers GET /feed.xml and the like.
func (s *Server) feed(f site.Format) echo.HandlerFunc {
	return func(c echo.Context) error {
		now := s.Site()
		return s.showDocument(c, now, c.Path(), now.FeedStamp(site.Scope{}), func() site.Document {
			doc, _ := now.Feed(f, site.Scope{})
			return doc
		})
	}
}

// termFeed answers GET /tags/:term/feed.xml and the like.
func (s *Server) termFeed(t site.Taxonomy, f site.Format) echo.HandlerFunc {
	return func(c echo.Context) error {
		now := s.Site()
		term, err := findTerm(c, now, t)
		if err != nil {
			return err
		}
		path := term.URL + "/" + string(f)
		if c.Request().URL.EscapedPath() != path {
			return moved(c, path)
		}
		scope := site.Scope{Taxonomy: t, Slug: term.Slug}
		return s.showDocument(c, now, path, now.FeedStamp(scope), func() site.Document {
			doc, _ := now.Feed(f, scope)
			return doc
		})
	}
}

// feedLength is how many comments a feed of comments has.
const feedLength = 50

// showComments answers GET /comments.xml with the newest comments of the blog.
func (s *Server) showComments(c echo.Context) error {
	now := s.Site()
	return s.answer(c, now, source{
		key: "/comments.xml", stamp: now.Version, thread: allThreads,
		make: func(ctx context.Context, _ *page) (answer, error) {
			posted, err := s.Comments.Recent(ctx, feedLength)
			if err != nil {
				return answer{}, err
			}
			var all []site.FeedComment
			for _, one := range posted {
				if p, ok := now.Post(one.Post); ok && p.Comments != content.CommentsOff {
					all = append(all, feedComment(p, one.Public))
				}
			}
			title := s.texts.Printer(now.Meta.Language).T("thread.title") + " · " + now.Meta.Title
			return answerOf(now.CommentsFeed(title, nil, all)), nil
		},
	})
}

// showPostComments answers GET /posts/:slug/comments.xml with the newest comments
// of a post.
func (s *Server) showPostComments(c echo.Context, now *site.Site, p *site.Post) error {
	if p == nil || p.Comments == content.CommentsOff {
		return errNotFound
	}
	path := p.CommentsURL()
	if c.Request().URL.EscapedPath() != path {
		return moved(c, path)
	}
	return s.answer(c, now, source{
		key: path, stamp: p.Stamp(), thread: p.Slug,
		make: func(ctx context.Context, _ *page) (answer, error) {
			newest, err := s.Comments.Latest(ctx, p.Slug, feedLength)
			if err != nil {
				return answer{}, err
			}
			all := make([]site.FeedComment, len(newest))
			for i, one := range newest {
				all[i] = feedComment(p, one)
			}
			title := s.texts.Printer(now.Meta.Language).T("post.feed_of", "Title", p.Title)
			return answerOf(now.CommentsFeed(title, p, all)), nil
		},
	})
}

func feedComment(p *site.Post, one comment.Public) site.FeedComment {
	return site.FeedComment{
		ID: int64(one.ID), Author: one.Author, Post: p, When: one.CreatedAt, HTML: textOf(one.Channel, one.Body),
	}
}

// showCalendar answers GET /posts/:slug.ics with the event that a post is about.
func (s *Server) showCalendar(c echo.Context, now *site.Site, p *site.Post) error {
	if p == nil {
		return errNotFound
	}
	event, ok := now.Occasion(p)
	if !ok {
		return errNotFound
	}
	if c.Request().URL.EscapedPath() != event.Calendar {
		return moved(c, event.Calendar)
	}
	return s.showDocument(c, now, event.Calendar, p.Stamp(), func() site.Document {
		doc, _ := now.Calendar(p)
		return doc
	})
}

// document answers with what every site knows how to make, at the route's path.
func (s *Server) document(of func(*site.Site) site.Document) echo.HandlerFunc {
	return func(c echo.Context) error {
		now := s.Site()
		return s.showDocument(c, now, c.Path(), now.Version, func() site.Document { return of(now) })
	}
}

// securityTxt answers GET /.well-known/security.txt, if the site has a contact.
func (s *Server) securityTxt(c echo.Context) error {
	now := s.Site()
	doc, ok := now.SecurityTxt()
	if !ok {
		return errNotFound
	}
	return s.showDocument(c, now, c.Path(), now.Version, func() site.Document { return doc })
}

// sitemapPart answers GET /sitemap-N.xml, if the sitemap has such a part.
func (s *Server) sitemapPart(c echo.Context) error {
	raw, _ := strings.CutSuffix(c.Param("part"), ".xml")
	n, _ := strconv.Atoi(raw) // no part has the number 0
	path := "/sitemap-" + strconv.Itoa(n) + ".xml"
	now := s.Site()
	doc, ok := now.SitemapPart(n)
	if !ok || c.Request().URL.EscapedPath() != path {
		return s.anything(c)
	}
	return s.showDocument(c, now, path, now.Version, func() site.Document { return doc })
}
