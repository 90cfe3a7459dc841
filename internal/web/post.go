package web

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"hamlet/internal/comment"
	"hamlet/internal/content"
	"hamlet/internal/site"
)

// postView is the page of a post: the article, its thread and the form.
type postView struct {
	frame
	aboutText
	Post    *site.Post
	Series  *seriesView // nil for none
	Event   *eventView  // nil for none
	Related []*site.Post
	// CommentsFeed is the URL of the feed of its comments; empty if it takes none.
	CommentsFeed string

	Thread   []commentView
	Count    int
	Comments content.CommentMode
	Form     formView
	// Held tells a reader that the comment just sent waits for a moderator.
	Held bool
	// Preview is true while the post is not shown, and this is what it will be.
	Preview bool
	// Unread is true when the comments could not be read.
	Unread bool
}

// Typed is what the form is filled with: nothing, since the page is the same for
// everybody.
func (postView) Typed() typed { return typed{} }

// takesComments reports whether a post is open for comments.
func takesComments(p *site.Post) bool { return p.Comments == content.CommentsOn }

func (s *Server) newPostView(now *site.Site, p *site.Post, thread []commentView) postView {
	v := postView{
		frame: s.frameOf(now), aboutText: aboutTextOf(p), Post: p,
		Series: seriesOf(now, p), Related: now.Related(p),
		Thread: thread, Count: count(thread), Comments: p.Comments, Form: s.newForm(p),
	}
	v.Event = eventOf(now, p, v.Printer)
	v.Title, v.Description, v.Canonical = p.Title, p.Teaser(), now.BaseURL+p.URL
	v.Card, v.Code = s.shareCardOf(now, p), p.Body().Code
	v.Linked = now.Linked(p, v.Card.Picture.URL)
	if p.Comments != content.CommentsOff {
		v.CommentsFeed = p.CommentsURL()
		v.Feeds = append(v.Feeds, feedLink{v.CommentsFeed, "application/rss+xml", "RSS", v.T("post.feed_of", "Title", p.Title)})
	}
	return v
}

// showPost answers GET for a post. The page comes from the cache, but for the
// two variants that are meant for one reader: with a comment to reply to, and
// with the word that a comment is held.
func (s *Server) showPost(c echo.Context, now *site.Site, p *site.Post) error {
	ctx := c.Request().Context()
	page, err := s.postPage(ctx, now, p)
	if err != nil {
		return s.showWithoutThread(c, now, p, err)
	}
	held := c.QueryParam("comment") == "held"
	reply := replyTo(page.comments, c.QueryParam("reply"))
	if takesComments(p) && (held || reply != nil) {
		return s.showVariant(c, s.newPostView(now, p, page.comments), held, reply)
	}
	return s.send(c.Response(), c.Request(), page)
}

// postPage is the page of a post for everybody.
func (s *Server) postPage(ctx context.Context, now *site.Site, p *site.Post) (*page, error) {
	src := source{key: p.URL, stamp: p.Stamp()}
	s.tokens.date(&src, p)
	if p.Comments != content.CommentsOff {
		src.thread = p.Slug
	}
	src.make = func(ctx context.Context, old *page) (answer, error) {
		if src.thread == "" {
			return s.html("post", s.newPostView(now, p, nil))
		}
		thread, err := s.threadView(ctx, now, p, old)
		if err != nil {
			return answer{}, err
		}
		a, err := s.html("post", s.newPostView(now, p, thread))
		a.comments = thread
		return a, err
	}
	return s.page(ctx, now, src)
}

// showVariant answers with the page as one reader needs it now.
func (s *Server) showVariant(c echo.Context, v postView, held bool, reply *commentView) error {
	v.Held, v.NoIndex = held, true
	if reply != nil {
		v.Form.Reply = reply
		v.Form.Parent = reply.ID
	}
	return s.render(c, http.StatusOK, "post", v)
}

// showWithoutThread shows a post whose comments cannot be read: the fault is
// logged, the article is there.
func (s *Server) showWithoutThread(c echo.Context, now *site.Site, p *site.Post, err error) error {
	if statusOf(err) != http.StatusInternalServerError {
		return err
	}
	s.logFault(c, http.StatusInternalServerError, err)
	v := s.newPostView(now, p, nil)
	v.Unread = true
	return s.render(c, http.StatusOK, "post", v)
}

// replyTo finds the comment that a reader wants to reply to; nil if it is not
// shown, or was not asked for.
func replyTo(thread []commentView, raw string) *commentView {
	id, err := comment.ParseID(raw)
	if err != nil {
		return nil
	}
	return findComment(thread, id)
}
