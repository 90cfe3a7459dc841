package web

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"

	"hamlet/internal/locale"
)

// pages are the parsed templates by name: "post" is templates/post.html within
// its layout.
type pages map[string]*sheet

// parsePages parses every template once. A file whose name begins with "admin_"
// is framed by admin_layout.html, every other by layout.html; partials.html, form.html and,
// of those for moderators, the files that begin with "admin_card" hold what several pages
// share.
func parsePages(fsys fs.FS, fm template.FuncMap) (pages, error) {
	names, err := fs.Glob(fsys, "*.html")
	if err != nil {
		return nil, fmt.Errorf("list templates: %w", err)
	}
	shared, out := map[string]*template.Template{}, pages{}
	for layout, more := range map[string][]string{"layout.html": nil, "admin_layout.html": {"admin_card*.html"}} {
		files := append([]string{layout, "partials.html", "form.html"}, more...)
		if shared[layout], err = template.New(layout).Funcs(fm).ParseFS(fsys, files...); err != nil {
			return nil, fmt.Errorf("parse template %s: %w", layout, err)
		}
	}
	for _, name := range names {
		layout := "layout.html"
		if strings.HasPrefix(name, "admin_") {
			layout = "admin_layout.html"
		}
		if name == "partials.html" || name == "form.html" || strings.HasSuffix(name, "layout.html") || strings.HasPrefix(name, "admin_card") {
			continue
		}
		t, err := shared[layout].Clone()
		if err == nil {
			t, err = t.ParseFS(fsys, name)
		}
		if err != nil {
			return nil, fmt.Errorf("parse template %s: %w", name, err)
		}
		out[strings.TrimSuffix(path.Base(name), ".html")] = &sheet{parsed: t}
	}
	return out, nil
}

// template is the template of a page, for a view of it.
func (ps pages) template(name string, view any) (*template.Template, error) {
	p, ok := ps[name]
	if !ok {
		return nil, fmt.Errorf("render: no template %s", name)
	}
	var say *locale.Printer
	if v, ok := view.(interface{ speaks() *locale.Printer }); ok {
		say = v.speaks()
	}
	return p.in(say)
}

// execute makes the HTML of a page in memory, so that a failing template is an
// error page and never half a page.
func (s *Server) execute(name string, view any) ([]byte, error) {
	var b bytes.Buffer
	if err := s.executeIn(&b, name, view); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func (s *Server) executeIn(b *bytes.Buffer, name string, view any) error {
	t, err := s.pages.template(name, view)
	if err != nil {
		return err
	}
	if err := t.Execute(b, view); err != nil {
		return fmt.Errorf("render %s: %w", name, err)
	}
	return nil
}

// buffers are what pages were made in that are sent: a list of comments has some 300 kB, and to
// make room for each anew, twice as much each time, took more memory than all else in it.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// render answers with a page made for this request alone; it is not to be
// stored, as secureHeaders says.
func (s *Server) render(c echo.Context, status int, name string, view any) error {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.Reset()
	if err := s.executeIn(b, name, view); err != nil {
		return err
	}
	return c.HTMLBlob(status, b.Bytes())
}

// seeOther redirects after a POST.
func seeOther(c echo.Context, to string) error { return c.Redirect(http.StatusSeeOther, to) }
