package web

import (
	"context"

	"github.com/labstack/echo/v4"

	"hamlet/internal/site"
)

// show answers with a page that is the same for everybody, rendered when it is
// first asked for and kept until its stamp changes. key is the page's own URL as
// links have it; whoever calls has redirected every other spelling to it. The
// stamp names everything of the site that the view shows. The view is made when
// the page is.
func (s *Server) show(c echo.Context, now *site.Site, key, stamp, name string, view func() any) error {
	return s.answer(c, now, source{key: key, stamp: stamp, make: func(context.Context, *page) (answer, error) {
		return s.html(name, view())
	}})
}

// showDocument is show for what is no HTML. The document is made when it is
// needed, if it is.
func (s *Server) showDocument(c echo.Context, now *site.Site, key, stamp string, made func() site.Document) error {
	return s.answer(c, now, source{key: key, stamp: stamp, make: func(context.Context, *page) (answer, error) {
		return answerOf(made()), nil
	}})
}

// answerOf is a document as an answer.
func answerOf(doc site.Document) answer {
	return answer{kind: doc.Type, body: doc.Body, modified: doc.Modified}
}

// answer answers with the page of a source.
func (s *Server) answer(c echo.Context, now *site.Site, src source) error {
	p, err := s.page(c.Request().Context(), now, src)
	if err != nil {
		return err
	}
	return s.send(c.Response(), c.Request(), p)
}

// page finds the page of a source, or makes it.
func (s *Server) page(ctx context.Context, now *site.Site, src source) (*page, error) {
	return s.cache.page(ctx, now, src, s.Now)
}

// html renders a page to be sent many times.
func (s *Server) html(name string, view any) (answer, error) {
	b, err := s.execute(name, view)
	return answer{kind: echo.MIMETextHTMLCharsetUTF8, body: b}, err
}
