package web

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"hamlet/internal/comment"
	"hamlet/internal/content"
	"hamlet/internal/site"
)

// talkView is what stands below a post: a page of its thread, and the form.
type talkView struct {
	Post *site.Post
	// CommentsFeed is the URL of the feed of its comments; empty if it takes none.
	CommentsFeed string

	Thread   []commentView
	Count    int
	Paging   pagingView
	Comments content.CommentMode
	// Live is where a browser hears that there is more; empty on pages that no comment
	// that comes is shown on.
	Live string
	Form formView
	// Placed says that the form stands below the comment that is replied to.
	Placed bool
	// Unread is true when the comments could not be read.
	Unread bool
	quote  string // what the form begins with
}

// Typed is what the form is filled with: nothing on the page for everybody.
func (v talkView) Typed() typed { return typed{Body: v.quote} }

// postView is the page of a post: the article, the first page of its thread and the form.
type postView struct {
	frame
	aboutText
	talkView
	Series  *seriesView // nil for none
	Event   *eventView  // nil for none
	Related []*site.Post
	// Preview is true while the post is not shown, and this is what it will be.
	Preview bool
}

// threadPage is any other page of its thread.
type threadPage struct {
	frame
	talkView
}

func (s *Server) newTalkView(f *frame, p *site.Post, thread threadView) talkView {
	v := talkView{
		Post: p, Thread: thread.Comments, Count: thread.Count, Paging: thread.pagingView, Comments: s.mode(p), Form: s.newForm(p),
	}
	f.Prev, f.Next = thread.Prev, thread.Next
	if thread.Here != "" {
		v.Form.Cancel = thread.Here + "#respond"
	}
	if thread.Here != "" && (thread.Count > 0 || thread.Next == "") {
		v.Live = p.URL + liveSuffix
	}
	if p.Comments != content.CommentsOff {
		v.CommentsFeed = p.CommentsURL()
		f.Feeds = append(f.Feeds, feedLink{v.CommentsFeed, "application/rss+xml", "RSS", f.T("post.feed_of", "Title", p.Title)})
	}
	return v
}

func (s *Server) newPostView(now *site.Site, p *site.Post, thread threadView) postView {
	v := postView{frame: s.frameOf(now), aboutText: aboutTextOf(p), Series: seriesOf(now, p), Related: now.Related(p)}
	v.talkView = s.newTalkView(&v.frame, p, thread)
	v.Event = eventOf(now, p, v.Printer)
	v.Title, v.Description, v.Canonical = p.Title, p.Teaser(), now.BaseURL+p.URL
	v.Card, v.Code = s.shareCardOf(now, p), p.Body().Code
	v.Linked = now.Linked(p, v.Card.Picture.URL)
	if s.takesMentions(p) {
		v.Webmention = webmentionPath
	}
	return v
}

func (s *Server) newThreadPage(now *site.Site, p *site.Post, thread threadView) threadPage {
	v := threadPage{frame: s.frameOf(now)}
	v.talkView = s.newTalkView(&v.frame, p, thread)
	v.Title, v.Canonical, v.NoIndex = v.T("thread.page", "Title", p.Title, "Page", thread.Page), now.BaseURL+thread.Here, thread.Newest
	if thread.Newest && thread.Latest != "" {
		v.Title = v.T("thread.page_newest", "Title", p.Title)
	}
	v.Card = s.shareCardOf(now, p)
	return v
}

// showPost answers GET for a post, and for the other pages of its thread. The page
// comes from the cache, but for the variants that are meant for one reader.
func (s *Server) showPost(c echo.Context, now *site.Site, p *site.Post, v comment.View) error {
	ctx := c.Request().Context()
	page, err := s.postPage(ctx, now, p, v)
	if err != nil {
		return s.showWithoutThread(c, now, p, err)
	}
	if s.takesComments(p) {
		a, err := s.asked(c, now, p)
		if err != nil {
			return err
		}
		if a != (asked{}) {
			return s.showVariant(c, now, p, page.talk, a)
		}
	}
	return s.send(c.Response(), c.Request(), page)
}

// postPage is a page of a post for everybody.
func (s *Server) postPage(ctx context.Context, now *site.Site, p *site.Post, v comment.View) (*page, error) {
	src := source{key: threadURL(p, v), stamp: p.Stamp()}
	s.stand(&src, p)
	if s.takesComments(p) {
		s.tokens.date(&src)
	}
	if p.Comments != content.CommentsOff {
		src.thread = p.Slug
	}
	src.make = func(ctx context.Context, old *page) (answer, error) {
		if src.thread == "" {
			return s.html("post", s.newPostView(now, p, threadView{}))
		}
		talk, err := s.threadView(ctx, now, p, v, old)
		if err != nil {
			return answer{}, err
		}
		var a answer
		if isFirst(v) {
			a, err = s.html("post", s.newPostView(now, p, talk))
		} else {
			a, err = s.html("thread", s.newThreadPage(now, p, talk))
		}
		a.talk = talk
		if s.takesMentions(p) && isFirst(v) {
			a.link = webmentionLink
		}
		return a, err
	}
	return s.page(ctx, now, src)
}

// isFirst reports whether a page of a thread stands below the post itself.
func isFirst(v comment.View) bool { return !v.Newest && v.Page <= 1 }

// asked is what a reader asked for beside the page: the form for a reply, perhaps with
// the text as a quotation in it.
type asked struct {
	reply *commentView
	quote string
}

// asked reads what the query asks for. A comment that is not shown was not asked for.
func (s *Server) asked(c echo.Context, now *site.Site, p *site.Post) (asked, error) {
	var a asked
	raw := c.QueryParam("quote")
	quoting := raw != ""
	if !quoting {
		raw = c.QueryParam("reply")
	}
	id, err := comment.ParseID(raw)
	if err != nil {
		return a, nil //nolint:nilerr // asks for nothing
	}
	one, err := s.Comments.Shown(c.Request().Context(), p.Slug, id)
	switch {
	case errors.Is(err, comment.ErrNotFound) || one.Erased:
		return a, nil
	case err != nil:
		return a, err
	}
	m := threadMaker{s: s, frame: s.frameOf(now)}
	v := m.view(&one)
	a.reply = &v
	if quoting {
		a.quote = quoted(one.Body)
	}
	return a, nil
}

// quoted is a text as a quotation in Markdown, with room for an answer.
func quoted(body string) string {
	lines := strings.Split(strings.TrimSpace(strings.ReplaceAll(body, "\r\n", "\n")), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight("> "+line, " ")
	}
	return strings.Join(lines, "\n") + "\n\n"
}

// showVariant answers with the page as one reader needs it now.
func (s *Server) showVariant(c echo.Context, now *site.Site, p *site.Post, talk threadView, a asked) error {
	fill := func(f *frame, v *talkView) {
		v.quote, f.NoIndex = a.quote, true
		v.Form.ID = formID("")
		if a.reply != nil {
			v.Form.Reply, v.Form.Parent = a.reply, a.reply.ID
			v.Thread, v.Placed = place(v.Thread, &placedForm{f.Printer, v.Form, v.quote})
		}
	}
	if talk.Here == p.URL {
		v := s.newPostView(now, p, talk)
		fill(&v.frame, &v.talkView)
		return s.render(c, http.StatusOK, "post", v)
	}
	v := s.newThreadPage(now, p, talk)
	fill(&v.frame, &v.talkView)
	return s.render(c, http.StatusOK, "thread", v)
}

// showWithoutThread shows a post whose comments cannot be read: the fault is
// logged, the article is there.
func (s *Server) showWithoutThread(c echo.Context, now *site.Site, p *site.Post, err error) error {
	if statusOf(err) != http.StatusInternalServerError {
		return err
	}
	s.logFault(c, http.StatusInternalServerError, err)
	v := s.newPostView(now, p, threadView{})
	v.Unread = true
	return s.render(c, http.StatusOK, "post", v)
}

// located is the published comment that the address names by its number, the post it
// is on, and where in its thread it stands.
func (s *Server) located(c echo.Context, now *site.Site) (id comment.ID, p *site.Post, spot comment.Spot, err error) {
	id, err = comment.ParseID(c.Param("id"))
	if err != nil || strconv.FormatInt(int64(id), 10) != c.Param("id") {
		return 0, nil, spot, errNotFound
	}
	if spot, err = s.Comments.Locate(c.Request().Context(), id); err != nil {
		return 0, nil, spot, err
	}
	p, ok := now.Post(spot.Post)
	if !ok || p.Comments == content.CommentsOff {
		return 0, nil, spot, errNotFound
	}
	return id, p, spot, nil
}

// showComment answers GET /comment/:id with the way to the page that shows it. The
// page may change as a thread grows, so nobody is to keep the answer.
func (s *Server) showComment(c echo.Context) error {
	_, p, spot, err := s.located(c, s.Site())
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "no-cache")
	to := threadURL(p, comment.View{Page: spot.Page}) + "#comment-" + c.Param("id")
	return c.Redirect(http.StatusFound, to)
}
