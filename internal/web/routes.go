package web

// routes is the whole HTTP surface, a line a route, with its middleware on the
// line. GET routes answer HEAD too.
func (s *Server) routes() {
	// Reading: public.go, post.go.

	// Commenting: comment.go.

	// Moderating: session.go, setup.go, login.go, queue.go, decide.go.
}
