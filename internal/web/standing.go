package web

import (
	"strconv"
	"time"

	"hamlet/internal/content"
	"hamlet/internal/site"
)

// mode is what may be done under a post now: its file closes the comments, or somebody
// has, or its age does.
func (s *Server) mode(p *site.Post) content.CommentMode {
	if p.Comments == content.CommentsOn && s.Rules.Door(p.Slug, p.Date).Closed {
		return content.CommentsClosed
	}
	return p.Comments
}

// takesComments reports whether a post is open for comments.
func (s *Server) takesComments(p *site.Post) bool { return s.mode(p) == content.CommentsOn }

// stand makes a page new when what stands below a post is another by what the owner has
// laid down: by a closing, by the attack switch, or by the time of either.
func (s *Server) stand(src *source, p *site.Post) {
	src.stamp += "\x00" + string(s.mode(p)) + hooksStamp(*s.hooks.Load())
	if door := s.Rules.Door(p.Slug, p.Date); !door.Closed {
		src.ends(door.Closes)
	}
	if attack := s.Rules.Attack(); !attack.Since.IsZero() {
		src.stamp += "\x00" + strconv.FormatInt(attack.Since.UnixMilli(), 10)
		src.ends(attack.Until)
	}
}

// ends lets a page be good until some time at most; zero: for good.
func (src *source) ends(at time.Time) {
	if !at.IsZero() && (src.until.IsZero() || at.Before(src.until)) {
		src.until = at
	}
}

// BlogChanged takes note that what the owner has laid down may be something else: every
// page is looked at before it is sent again.
func (s *Server) BlogChanged() { s.cache.unsure() }
