package web

import (
	"hamlet/internal/account"
	"hamlet/internal/content"
	"hamlet/internal/site"
)

// actorOf is a user as an actor, with the posts of their own as the site is now.
func (s *Server) actorOf(u account.User) account.Actor { return ActorOf(u, s.Site()) }

// ActorOf is a user as an actor, with the posts of their own as a site has them.
func ActorOf(u account.User, now *site.Site) account.Actor {
	a := u.Actor()
	if u.Writes == "" {
		return a
	}
	for _, p := range now.Posts() {
		if writes(u, p.Post) {
			a.Posts = append(a.Posts, p.Slug)
		}
	}
	for _, p := range now.Hidden() {
		if p.Kind == content.KindPost && writes(u, p) {
			a.Posts = append(a.Posts, p.Slug)
		}
	}
	return a
}

// writes tells whether a post is by the author that a user writes as. Names that make one
// slug are one author.
func writes(u account.User, p *content.Post) bool {
	as := content.TermSlug(u.Writes)
	if as == "" {
		return false
	}
	for _, name := range p.Authors {
		if content.TermSlug(name) == as {
			return true
		}
	}
	return false
}
