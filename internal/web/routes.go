package web

import "github.com/labstack/echo/v4"

// routes is the whole HTTP surface, a line a route, with its middleware on the
// line. GET routes answer HEAD too.
func (s *Server) routes() {
	// Reading: public.go, post.go.
	s.get("/static/*", s.assets.serve)

	// Commenting: comment.go.

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
