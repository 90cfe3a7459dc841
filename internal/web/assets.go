package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io/fs"
	"net/http"
	"path"

	"github.com/labstack/echo/v4"
)

// assets are the static files, compressed when the server starts. The URL of
// each carries a hash of its content, so that browsers can keep it for good.
type assets struct{ byName map[string]*asset }

// asset is one static file in each encoding.
type asset struct {
	hash string
	kind string // media type
	body variants
}

// loadAssets reads and compresses every file of the folder. Style sheets come
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
	".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".woff2": "font/woff2", ".ico": "image/x-icon", ".txt": "text/plain; charset=utf-8",
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
	v := variants{plain: b}
	if isText(kind) {
		if v, err = compress(b, assetLevel); err != nil {
			return nil, err
		}
	}
	return &asset{hash: hashOf(b), kind: kind, body: v}, nil
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

// serve answers GET /static/*. A URL with the hash of the present content may
// be kept for good, any other has to be asked for again.
func (a *assets) serve(c echo.Context) error {
	f, ok := a.byName[c.Param("*")]
	if !ok {
		return errNotFound
	}
	h := c.Response().Header()
	h.Set("Cache-Control", "no-cache")
	if c.QueryParam("v") == f.hash {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	return send(c, f.kind, f.hash, f.body)
}

// hashOf names a content: 128 bits of its SHA-256 are plenty against chance.
func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}
