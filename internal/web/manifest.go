package web

import (
	"context"
	"encoding/json"

	"github.com/labstack/echo/v4"

	"hamlet/internal/comment"
)

// manifest is what systems want to know that keep a blog on their home screen.
type manifest struct {
	ID         string `json:"id,omitempty"`
	Name       string `json:"name"`
	Short      string `json:"short_name,omitempty"`
	Lang       string `json:"lang"`
	Dir        string `json:"dir"`
	StartURL   string `json:"start_url"`
	Scope      string `json:"scope,omitempty"`
	Display    string `json:"display"`
	Background string `json:"background_color"`
	Theme      string `json:"theme_color"`
	Icons      []icon `json:"icons"`
}

type icon struct {
	Src     string `json:"src"`
	Type    string `json:"type"`
	Sizes   string `json:"sizes"`
	Purpose string `json:"purpose,omitempty"`
}

// paper is the colour of the page, as style.css has it.
const paper = "#fcfaf5"

// showManifest answers GET /manifest.webmanifest.
func (s *Server) showManifest(c echo.Context) error {
	return s.manifest(c, "/manifest.webmanifest", func(m *manifest, f frame) {
		m.Name, m.StartURL, m.Display = f.SiteTitle, "/", "minimal-ui"
	})
}

// deskManifest is where what is said of the moderators' pages is, to whom wants them on a home
// screen. It is the same for everybody, since browsers ask for it without a session.
const deskManifest = "/admin/manifest.webmanifest"

// showDeskManifest answers GET /admin/manifest.webmanifest.
func (s *Server) showDeskManifest(c echo.Context) error {
	return s.manifest(c, deskManifest, func(m *manifest, f frame) {
		say := s.printer()
		m.ID, m.Name, m.Short = "/admin", say.T("admin.app", "Title", f.SiteTitle), say.T("admin.comments")
		m.StartURL, m.Scope, m.Display = queueURL(comment.Pending, 0), "/admin", "standalone"
	})
}

// manifest answers with what fill makes of what all have in common.
func (s *Server) manifest(c echo.Context, key string, fill func(*manifest, frame)) error {
	now := s.Site()
	return s.answer(c, now, source{
		key: key, stamp: now.Version,
		make: func(context.Context, *page) (answer, error) {
			f := s.frameOf(now)
			m := manifest{Lang: f.Lang, Dir: f.Dir, Background: paper, Theme: paper}
			fill(&m, f)
			for _, i := range []struct{ name, sizes, purpose string }{
				{"icon-192.png", "192x192", ""}, {"icon-512.png", "512x512", ""}, {"icon-maskable.png", "512x512", "maskable"},
			} {
				src, err := s.assets.url(i.name)
				if err != nil {
					return answer{}, err
				}
				m.Icons = append(m.Icons, icon{Src: src, Type: "image/png", Sizes: i.sizes, Purpose: i.purpose})
			}
			body, err := json.Marshal(m)
			return answer{kind: "application/manifest+json", body: body}, err
		},
	})
}
