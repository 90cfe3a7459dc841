package web

import (
	"context"
	"html/template"
	"strconv"
	"time"

	"hamlet/internal/comment"
	"hamlet/internal/locale"
	"hamlet/internal/markup"
	"hamlet/internal/site"
)

// commentView is a comment as a post's page shows it, made of a comment.Public,
// which has nothing private in it.
type commentView struct {
	*locale.Printer
	ID       comment.ID
	Author   string
	URL      string
	When     time.Time // on the blog's clock
	Text     template.HTML
	Orphan   bool
	Parent   comment.ID
	To       string // who wrote the parent, if it does not show
	ReplyURL string // empty if the thread is closed
	Replies  []commentView
}

// threadView reads the comments of a post and renders them, but for those that the
// old page has: what a comment says never changes.
func (s *Server) threadView(ctx context.Context, now *site.Site, p *site.Post, old *page) ([]commentView, error) {
	thread, err := s.Comments.Thread(ctx, p.Slug)
	if err != nil {
		return nil, err
	}
	said := map[comment.ID]template.HTML{}
	if old != nil {
		noteTexts(said, old.comments)
	}
	return commentViews(thread, s.frameOf(now), p, said), nil
}

// noteTexts adds the texts of a thread to those that are rendered already.
func noteTexts(said map[comment.ID]template.HTML, thread []commentView) {
	for i := range thread {
		said[thread[i].ID] = thread[i].Text
		noteTexts(said, thread[i].Replies)
	}
}

func commentViews(thread []comment.Public, f frame, p *site.Post, said map[comment.ID]template.HTML) []commentView {
	views := make([]commentView, len(thread))
	for i, c := range thread {
		text, known := said[c.ID]
		if !known {
			text = markup.Stranger(c.Body)
		}
		views[i] = commentView{
			Printer: f.Printer,
			ID:      c.ID, Author: c.Author, URL: c.URL, When: f.Local(c.CreatedAt),
			Text: text, Orphan: c.Orphan, Parent: c.Parent, To: c.To,
			Replies: commentViews(c.Replies, f, p, said),
		}
		if takesComments(p) {
			views[i].ReplyURL = p.URL + "?reply=" + strconv.FormatInt(int64(c.ID), 10) + "#respond"
		}
	}
	return views
}

// findComment looks for a comment in a thread.
func findComment(thread []commentView, id comment.ID) *commentView {
	for i := range thread {
		if thread[i].ID == id {
			return &thread[i]
		}
		if c := findComment(thread[i].Replies, id); c != nil {
			return c
		}
	}
	return nil
}

// count counts the comments of a thread, replies included.
func count(thread []commentView) int {
	n := len(thread)
	for i := range thread {
		n += count(thread[i].Replies)
	}
	return n
}
