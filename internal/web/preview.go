package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/labstack/echo/v4"

	"hamlet/internal/content"
	"hamlet/internal/markup"
	"hamlet/internal/site"
)

// PreviewPath is where a post that is not shown yet can be read by whoever was
// told the address: a draft, or what is scheduled. The address holds a code made
// of the blog's key and the file's slug, so that nobody guesses it, and it stays
// the same until the post has another slug. Once the post is shown, it leads
// there.
func PreviewPath(key []byte, p *content.Post) string {
	return "/preview/" + previewCode(key, p.Kind, p.Slug) + "/" + string(p.Kind) + "/" + url.PathEscape(p.Slug)
}

func previewCode(key []byte, kind content.Kind, slug string) string {
	mac := hmac.New(sha256.New, key)
	_, _ = mac.Write([]byte(string(kind) + "/" + slug)) // a hash takes everything
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:18])
}

// previewed finds what a preview's address is about: a post that is shown
// already, or one that is not.
func (s *Server) previewed(c echo.Context, now *site.Site) (shown, hidden *site.Post, err error) {
	slug, err := param(c, "slug")
	if err != nil {
		return nil, nil, err
	}
	kind := content.Kind(c.Param("kind"))
	if !hmac.Equal([]byte(c.Param("code")), []byte(previewCode(s.PreviewKey, kind, slug))) {
		return nil, nil, errNotFound
	}
	look := now.Post
	if kind == content.KindPage {
		look = now.Page
	}
	if p, ok := look(slug); ok {
		return p, nil, nil
	}
	if p, ok := now.Draft(kind, slug); ok && !p.Gone {
		return nil, p, nil
	}
	return nil, nil, errNotFound
}

// preview answers GET /preview/:code/:kind/:slug.
func (s *Server) preview(c echo.Context) error {
	now := s.Site()
	shown, hidden, err := s.previewed(c, now)
	switch {
	case err != nil:
		return err
	case shown != nil:
		return c.Redirect(http.StatusFound, shown.URL)
	}
	keepSecret(c)
	at, address := *hidden.Post, PreviewPath(s.PreviewKey, hidden.Post)
	at.SetBody(inPreview(hidden, address))
	at.Comments = content.CommentsOff
	hidden.Post, hidden.URL = &at, address // what it leads to has to be there
	v := s.newPostView(now, hidden, threadView{})
	v.Preview, v.NoIndex, v.Canonical, v.Linked = true, true, "", nil
	if v.Event != nil {
		v.Event.Calendar = ""
	}
	return s.render(c, http.StatusOK, "post", v)
}

// keepSecret keeps the address of a page that is not for everybody out of search
// engines, and from the sites that the page links to.
func keepSecret(c echo.Context) {
	h := c.Response().Header()
	h.Set("X-Robots-Tag", "noindex")
	h.Set("Referrer-Policy", "no-referrer")
}

// sizes are the other sizes of a picture; only those of shown posts can be had.
var sizes = regexp.MustCompile(` (srcset|sizes)="[^"]*"`)

// inPreview is the text with the addresses of the bundle's files as they are
// while the post is not shown.
func inPreview(p *site.Post, below string) markup.Rendered {
	base := "/" + url.PathEscape(p.Slug) + "/"
	if p.Kind == content.KindPost {
		base = "/posts" + base
	}
	body := p.Body()
	text := sizes.ReplaceAllString(string(body.HTML), "")
	text = strings.ReplaceAll(text, `="`+base, `="`+below+"/")
	body.HTML = template.HTML(text) //nolint:gosec // it is the author's, as it was
	return body
}

// previewFile answers GET /preview/:code/:kind/:slug/* with a file of the bundle.
func (s *Server) previewFile(c echo.Context) error {
	now := s.Site()
	shown, hidden, err := s.previewed(c, now)
	if err != nil {
		return err
	}
	file, err := param(c, "*")
	if err != nil {
		return err
	}
	if shown != nil {
		return c.Redirect(http.StatusFound, shown.URL+"/"+(&url.URL{Path: file}).EscapedPath())
	}
	name, ok := hidden.File(file)
	if !ok {
		return errNotFound
	}
	keepSecret(c)
	return s.sendName(c, name, "")
}
