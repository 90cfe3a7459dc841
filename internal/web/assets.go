package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io/fs"
	"net/http"
	"path"

	"github.com/labstack/echo/v4"
)

// assets are the static files. The URL of each carries a hash of its content, so that browsers can keep it for good.
type assets struct{ byName map[string]*asset }

// asset is one static file.
type asset struct {
	hash string
	kind string // media type
	body []byte
}

// loadAssets reads every file of the folder. Style sheets come
// last, since they name other files by their URLs.
func loadAssets(fsys fs.FS) (*assets, error) {
	var names, sheets []string
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || d.IsDir() || path.Ext(name) == ".go":
			return err
		case path.Ext(name) == ".css":
			sheets = append(sheets, name)
		default:
			names = append(names, name)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list static files: %w", err)
	}
	a := &assets{byName: map[string]*asset{}}
	for _, name := range append(names, sheets...) {
		if a.byName[name], err = a.load(fsys, name); err != nil {
			return nil, fmt.Errorf("load static file %s: %w", name, err)
		}
	}
	return a, nil
}

// kinds of static files that the system's own tables do not know everywhere.
var assetKinds = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml", ".woff2": "font/woff2", ".ico": "image/x-icon", ".txt": "text/plain; charset=utf-8",
}

func (a *assets) load(fsys fs.FS, name string) (*asset, error) {
	b, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, err
	}
	kind, ok := assetKinds[path.Ext(name)]
	if !ok {
		kind = http.DetectContentType(b)
	}
	if path.Ext(name) == ".css" {
		b = a.link(b)
	}
	return &asset{hash: hashOf(b), kind: kind, body: b}, nil
}

// link puts the hash into the URLs of a style sheet, which are written
// url("NAME") as seen from the folder.
func (a *assets) link(css []byte) []byte {
	for name, f := range a.byName {
		from, to := `url("`+name+`")`, `url("/static/`+name+"?v="+f.hash+`")`
		css = bytes.ReplaceAll(css, []byte(from), []byte(to))
	}
	return css
}

// url is where a static file is served; a name that does not exist is an error
// of the template.
func (a *assets) url(name string) (string, error) {
	f, ok := a.byName[name]
	if !ok {
		return "", fmt.Errorf("no static file %s", name)
	}
	return "/static/" + name + "?v=" + f.hash, nil
}

// static answers GET /static/*. A URL with the hash of the present content may
// be kept for good, any other has to be asked for again.
func (s *Server) static(c echo.Context) error {
	name := c.Param("*")
	f, ok := s.assets.byName[name]
	if !ok {
		return errNotFound
	}
	src := source{key: "/static/" + name, stamp: everlasting}
	if v := c.QueryParam("v"); v == f.hash {
		src.key, src.cache = src.key+"?v="+v, immutable
	}
	src.make = func(context.Context, *page) (answer, error) { return answer{kind: f.kind, body: f.body}, nil }
	return s.answer(c, s.Site(), src)
}

// hashOf names a content: 128 bits of its SHA-256 are plenty against chance.
func hashOf(content []byte, more ...string) string {
	h := sha256.New()
	h.Write(content)
	for _, m := range more {
		h.Write([]byte{0})
		h.Write([]byte(m))
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:16])
}

// icon answers GET for an icon where browsers look for it by themselves. It may
// be kept for a day.
func (s *Server) icon(name string) echo.HandlerFunc {
	return func(c echo.Context) error {
		f, ok := s.assets.byName[name]
		if !ok {
			return errNotFound
		}
		return s.answer(c, s.Site(), source{
			key: "/" + name, stamp: everlasting, cache: "public, max-age=86400",
			make: func(context.Context, *page) (answer, error) { return answer{kind: f.kind, body: f.body}, nil },
		})
	}
}
