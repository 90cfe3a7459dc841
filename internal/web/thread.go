package web

import (
	"context"
	"hash/maphash"
	"html/template"
	"strconv"
	"strings"
	"time"

	"hamlet/internal/comment"
	"hamlet/internal/locale"
	"hamlet/internal/site"
)

// commentView is a comment as a post's page shows it, made of a comment.Public,
// which has nothing private in it.
type commentView struct {
	*locale.Printer
	ID     comment.ID
	Author string
	URL    string
	When   time.Time // on the blog's clock
	Edited time.Time // when it was last changed; zero for never
	// EditedText is the text that says so: a moderator may have changed it.
	EditedText string
	Text       template.HTML
	Cited      *citation // nil of what did not come by webmention
	Erased     bool      // only the place is left
	ByAuthor   bool      // of the post
	ByTeam     bool      // a moderator's or the owner's
	Imitates   bool      // the name is somebody else's, and unproved
	Pinned     bool      // its conversation stands first
	Lock       bool      // nobody may reply to it, nor below it
	Orphan     bool
	Parent     comment.ID
	To         string      // who wrote the parent, if it does not show
	Apart      bool        // the parent is on another page
	Form       *placedForm // to reply with, if that was asked for; nil on all pages for everybody
	ReplyURL   string      // of the form to reply with; empty if the thread is closed
	QuoteURL   string      // the same, with the text as a quotation
	Replies    []commentView
	Top        bool   // replies to nothing that is above it on the page
	Below      int    // how many replies, and replies to those
	bodyHash   uint64 // of what Text was made of
}

// threadView is a page of a thread, and the way to the others.
type threadView struct {
	Comments []commentView
	// Count is that of the whole thread, on the pages where a view begins; 0 on all
	// others, which would otherwise change with every comment anywhere.
	Count int
	pagingView
}

// pagingView is where a page of a thread is among all of them.
type pagingView struct {
	Page   int
	Paged  bool // there are others
	Newest bool // this begins with the newest
	Sorted bool // there is enough to choose the order of
	// URLs of the pages beside this, of both orders where they begin, and of this page;
	// empty for none.
	Prev, Next, FromOldest, FromNewest, Here string
	// Latest are the ids of the newest comments of the whole thread, where Count is.
	Latest string
}

// permalink is where a comment is found for good, whatever page shows it.
func permalink(id comment.ID) string { return "/comment/" + strconv.FormatInt(int64(id), 10) }

// sortable is how many comments a thread has before a choice of order stands above it.
const sortable = 5

// threadSuffix is what the URLs of all pages of a thread but the first have below
// that of the post: /comments/2, /comments/newest, /comments/newest/2.
const threadSuffix = "/comments/"

// threadURL is the URL of a page of a thread; the first from the oldest is the post.
func threadURL(p *site.Post, v comment.View) string {
	number := strconv.Itoa(v.Page)
	switch {
	case v.Newest && v.Page == 0:
		return p.URL + threadSuffix + "newest"
	case v.Newest:
		return p.URL + threadSuffix + "newest/" + number
	case v.Page <= 1:
		return p.URL
	}
	return p.URL + threadSuffix + number
}

// threadPath splits the path of a page of a thread into that of the post and what is
// asked for.
func threadPath(path string) (post string, v comment.View, ok bool) {
	at := strings.LastIndex(path, threadSuffix)
	if at < 0 {
		return "", v, false
	}
	post, rest := path[:at], path[at+len(threadSuffix):]
	if rest == "newest" {
		return post, comment.View{Newest: true}, true
	}
	rest, v.Newest = strings.CutPrefix(rest, "newest/")
	n, err := strconv.Atoi(rest)
	if err != nil || n < 1 || strconv.Itoa(n) != rest {
		return "", v, false
	}
	v.Page = n
	return post, v, true
}

// threadView reads a page of the comments of a post and renders them, but for those
// that the old page has and that say the same.
func (s *Server) threadView(ctx context.Context, now *site.Site, p *site.Post, v comment.View, old *page) (threadView, error) {
	t, err := s.Comments.Thread(ctx, p.Slug, v)
	if err != nil {
		return threadView{}, err
	}
	said := map[uint64]template.HTML{}
	if old != nil {
		noteTexts(said, old.talk.Comments)
	}
	out := threadView{pagingView: pagingView{
		Page: t.View.Page, Newest: v.Newest, Paged: t.Pages > 1, Sorted: t.Count >= sortable, Here: threadURL(p, v),
		FromOldest: p.URL, FromNewest: threadURL(p, comment.View{Newest: true}),
	}}
	out.Prev, out.Next = beside(v, t, func(v comment.View) string { return threadURL(p, v) })
	m := threadMaker{s: s, frame: s.frameOf(now), said: said}
	if s.takesComments(p) {
		m.form = out.Here
	}
	out.Comments = m.views(t.Comments)
	for i := range out.Comments {
		out.Comments[i].Top = true
	}
	if v.Page == 0 {
		out.Count, out.Latest = t.Count, idsOf(t.Latest)
	}
	return out, nil
}

// beside are the URLs of the pages before and after one; empty for none.
func beside(v comment.View, t comment.Thread, urlOf func(comment.View) string) (prev, next string) {
	url := func(n int) string {
		switch {
		case n < 1 || n > t.Pages:
			return ""
		case v.Newest && n >= t.Begin:
			n = 0
		}
		return urlOf(comment.View{Newest: v.Newest, Page: n})
	}
	before, after := url(t.View.Page-1), url(t.View.Page+1)
	switch {
	case !v.Newest:
		return before, after
	case v.Page == 0: // which may have two pages, up to the last
		return "", before
	}
	return after, before
}

// idsOf are ids as an attribute has them.
func idsOf(ids []comment.ID) string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = strconv.FormatInt(int64(id), 10)
	}
	return strings.Join(texts, " ")
}

// noteTexts adds the texts of a thread to those that are rendered already.
func noteTexts(said map[uint64]template.HTML, thread []commentView) {
	for i := range thread {
		said[thread[i].bodyHash] = thread[i].Text
		noteTexts(said, thread[i].Replies)
	}
}

// threadMaker makes the views of comments.
type threadMaker struct {
	s *Server
	frame
	form string // URL of the page with the form; empty if the thread is closed
	said map[uint64]template.HTML
}

func (m *threadMaker) views(thread []comment.Public) []commentView {
	views := make([]commentView, len(thread))
	for i := range thread {
		views[i] = m.view(&thread[i])
	}
	return views
}

func (m *threadMaker) view(c *comment.Public) commentView {
	v := commentView{
		Printer: m.Printer,
		ID:      c.ID, Author: c.Author, URL: c.URL, When: m.Local(c.CreatedAt),
		Erased: c.Erased, ByAuthor: c.Role == comment.Author, ByTeam: c.Role == comment.Moderator, Imitates: c.Imitates,
		Cited: citationOf(m.Printer, c), Pinned: c.Pinned, Lock: c.Lock, Orphan: c.Orphan, Parent: c.Parent, To: c.To, Apart: c.Apart, Replies: m.views(c.Replies),
		bodyHash: maphash.String(m.s.cache.seed, string(c.Channel)+"\x00"+c.Body),
	}
	text, known := m.said[v.bodyHash]
	if !known {
		text = textOf(c.Channel, c.Body)
	}
	v.Text, v.Below = text, count(v.Replies)
	if !c.EditedAt.IsZero() {
		v.Edited, v.EditedText = m.Local(c.EditedAt), "thread.edited"
		if c.Moderated {
			v.EditedText = "thread.edited_team"
		}
	}
	if m.form != "" && !c.Erased && !c.Locked {
		id := strconv.FormatInt(int64(c.ID), 10)
		v.ReplyURL = m.form + "?reply=" + id + "#respond"
		v.QuoteURL = m.form + "?quote=" + id + "#respond"
	}
	return v
}

// count counts the comments of a thread, replies included, without those erased.
func count(thread []commentView) (n int) {
	for i := range thread {
		if n += thread[i].Below; !thread[i].Erased {
			n++
		}
	}
	return n
}
