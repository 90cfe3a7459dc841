package web

import (
	"net/url"
	"path"
	"strings"

	"github.com/labstack/echo/v4"

	"hamlet/internal/content"
	"hamlet/internal/picture"
	"hamlet/internal/site"
)

// shareImage is the picture that other sites show beside a link to a page.
type shareImage struct {
	URL           string // absolute
	Type          string // media type; empty if not known
	Width, Height int    // 0 if not known
}

// widestShare is as wide as a picture beside a link has to be.
const widestShare = picture.CardWidth

// share finds the picture for a post or a page; of the blog itself if p is nil. A
// post has the one its front matter names, else the first in its text that is large
// enough, else a card with its title.
func (s *Server) share(now *site.Site, p *site.Post) shareImage {
	if p == nil {
		return s.cardOf(now, "/media/cards/site.png", siteCardOf(now))
	}
	if p.Image != "" {
		return s.shareFile(now, p.Image)
	}
	for _, address := range p.Body().Pictures {
		if i := s.shareFile(now, address); i.Width >= widestShare/2 && i.Height >= picture.CardHeight/2 && canShare(i.Type) {
			return i
		}
	}
	dir := "/media/cards/posts/"
	if p.Kind == content.KindPage {
		dir = "/media/cards/pages/"
	}
	return s.cardOf(now, dir+url.PathEscape(p.Slug)+".png", postCardOf(now, p))
}

// canShare reports whether other sites can be expected to show a type.
func canShare(kind string) bool {
	return kind == "image/jpeg" || kind == "image/png" || kind == "image/webp"
}

// shareFile is a picture at an address of this blog or elsewhere; one that is wider
// than need be in a smaller version.
func (s *Server) shareFile(now *site.Site, address string) shareImage {
	u, err := url.Parse(address)
	if err != nil || u.IsAbs() || u.Host != "" {
		return shareImage{URL: address}
	}
	i := shareImage{URL: now.BaseURL + u.EscapedPath()}
	name, ok := now.File(u.Path)
	if !ok {
		return i
	}
	info, _ := s.Pictures.Look(s.Files, name)
	i.Type, i.Width, i.Height = info.Format.Type(), info.Width, info.Height
	for _, w := range info.Smaller() {
		if w == widestShare {
			i.Height = max(1, (info.Height*w+info.Width/2)/info.Width)
			i.Width, i.Type = w, info.SmallerFormat().Type()
			i.URL = now.BaseURL + MediaURL(info.Hash, w, u.Path)
		}
	}
	return i
}

// cardOf is a card as a picture to share.
func (s *Server) cardOf(now *site.Site, address string, card picture.Card) shareImage {
	return shareImage{
		URL: now.BaseURL + address + "?v=" + card.Key(), Type: picture.PNG.Type(),
		Width: picture.CardWidth, Height: picture.CardHeight,
	}
}

func siteCardOf(now *site.Site) picture.Card {
	return picture.Card{Title: now.Meta.Title, Site: hostOf(now.BaseURL)}
}

// postCardOf is the card of a post or a page, with the name of its first author.
func postCardOf(now *site.Site, p *site.Post) picture.Card {
	card := picture.Card{Title: p.Title, Site: now.Meta.Title}
	if card.Site == "" {
		card.Site = hostOf(now.BaseURL)
	}
	if len(p.Authors) > 0 {
		card.Note = p.Authors[0]
	}
	return card
}

func hostOf(baseURL string) string {
	u, err := url.Parse(baseURL)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// siteCard answers GET /media/cards/site.png.
func (s *Server) siteCard(c echo.Context) error { return s.sendCard(c, siteCardOf(s.Site())) }

// postCard answers GET /media/cards/posts/SLUG.png and /media/cards/pages/SLUG.png.
func (s *Server) postCard(c echo.Context) error {
	now := s.Site()
	look, ok := map[string]func(string) (*site.Post, bool){"posts": now.Post, "pages": now.Page}[c.Param("kind")]
	if !ok {
		return errNotFound
	}
	file, err := param(c, "card")
	slug, isCard := strings.CutSuffix(file, ".png")
	if err != nil || !isCard {
		return errNotFound
	}
	p, ok := look(slug)
	if !ok {
		return errNotFound
	}
	return s.sendCard(c, postCardOf(now, p))
}

// sendCard answers with a card, painted when it is first asked for.
func (s *Server) sendCard(c echo.Context, card picture.Card) error {
	f, err := s.Pictures.Card(c.Request().Context(), card)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	return s.sendFile(c, f, path.Base(c.Request().URL.Path), c.QueryParam("v") == card.Key())
}
