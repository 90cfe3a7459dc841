package web

import (
	"github.com/labstack/echo/v4"

	"hamlet/internal/site"
)

// commentsPath is where comments are sent.
const commentsPath = "/posts/:slug/comments"

// routes is the whole HTTP surface, a line a route, with its middleware on the
// line. GET routes answer HEAD too.
func (s *Server) routes() {
	// Reading: public.go, post.go, file.go, assets.go.
	s.get("/", s.front)
	s.get("/page/:n", s.frontPage)
	s.get("/posts", redirectTo("/"))
	s.get("/posts/:slug", s.showPost)
	s.get("/posts/:slug/*", s.showFile)
	s.get("/tags", s.tags)
	s.get("/tags/:tag", s.tag)
	s.get("/tags/:tag/page/:n", s.tag)
	s.get("/feed.xml", s.document(func(now *site.Site) site.Document {
		feed, _ := now.Feed(site.RSS, site.Scope{})
		return feed
	}))
	s.get("/sitemap.xml", s.document((*site.Site).Sitemap))
	s.get("/robots.txt", s.document((*site.Site).Robots))
	s.get("/privacy", s.privacy)
	s.get("/favicon.ico", redirectTo("/static/favicon.svg"))
	s.get("/static/*", s.static)
	s.get("/media/:version/*", s.media)
	s.get("/media/cards/site.png", s.siteCard)
	s.get("/media/cards/:kind/:card", s.postCard)
	s.get("/:slug", s.showPage)
	s.get("/:slug/*", s.showFile)

	// Commenting: comment.go, with the rate limit inside, so that the answer can
	// give the text back.
	s.get(commentsPath, s.backToPost)
	s.echo.POST(commentsPath, s.postComment)

	// Moderating: session.go, setup.go, login.go, queue.go, decide.go.
	s.get("/admin", s.admin, s.session, s.moderator)
	s.get("/admin/queue", s.queue, s.session, s.moderator)
	s.echo.POST("/admin/comments/:id/:action", s.decide, s.session, s.moderator)
	s.get("/admin/login", s.loginForm, s.session)
	s.echo.POST("/admin/login", s.login, s.session)
	s.echo.POST("/admin/logout", s.logout, s.session)
	s.get("/admin/setup", s.setupForm, s.session)
	s.echo.POST("/admin/setup", s.setup, s.session)
}

// get registers a handler for GET and HEAD.
func (s *Server) get(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) {
	s.echo.GET(path, h, m...)
	s.echo.HEAD(path, h, m...)
}
