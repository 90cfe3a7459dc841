package web

import (
	"github.com/labstack/echo/v4"

	"hamlet/internal/site"
)

// pageView is a page from content/pages.
type pageView struct {
	frame
	aboutText
	Page *site.Post
}

// showPage answers GET for a page.
func (s *Server) showPage(c echo.Context, now *site.Site, p *site.Post) error {
	return s.show(c, now, p.URL, p.Stamp(), "page", func() any {
		v := pageView{frame: s.frameOf(now), aboutText: aboutTextOf(p), Page: p}
		v.Title, v.Description, v.Canonical, v.Here = p.Title, p.Teaser(), now.BaseURL+p.URL, p.URL
		v.Code = p.Body().Code
		v.Card = s.shareCardOf(now, p)
		v.Linked = now.Linked(p, v.Card.Picture.URL)
		return v
	})
}
