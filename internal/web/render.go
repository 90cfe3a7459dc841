package web

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"github.com/labstack/echo/v4"
)

// pages are the parsed templates by name: "post" is templates/post.html within
// its layout.
type pages map[string]*template.Template

// parsePages parses every template once. A file whose name begins with "admin_"
// is framed by admin_layout.html, every other by layout.html; partials.html
// holds what several pages share.
func parsePages(fsys fs.FS) (pages, error) {
	names, err := fs.Glob(fsys, "*.html")
	if err != nil {
		return nil, fmt.Errorf("list templates: %w", err)
	}
	out := pages{}
	for _, name := range names {
		layout := "layout.html"
		if strings.HasPrefix(name, "admin_") {
			layout = "admin_layout.html"
		}
		if name == "partials.html" || strings.HasSuffix(name, "layout.html") {
			continue
		}
		t, err := template.New(layout).Funcs(funcs).ParseFS(fsys, layout, "partials.html", name)
		if err != nil {
			return nil, fmt.Errorf("parse template %s: %w", name, err)
		}
		out[strings.TrimSuffix(path.Base(name), ".html")] = t
	}
	return out, nil
}

// funcs are the functions templates may call; none knows the request.
var funcs = template.FuncMap{}

// render executes a page into a buffer, so that a failing template is an error
// page and never half a page.
func (s *Server) render(c echo.Context, status int, name string, view any) error {
	var b bytes.Buffer
	t, ok := s.pages[name]
	if !ok {
		return fmt.Errorf("render: no template %s", name)
	}
	if err := t.Execute(&b, view); err != nil {
		return fmt.Errorf("render %s: %w", name, err)
	}
	return c.HTMLBlob(status, b.Bytes())
}

// seeOther redirects after a POST.
func seeOther(c echo.Context, to string) error { return c.Redirect(http.StatusSeeOther, to) }
