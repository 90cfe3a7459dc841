package web

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"slices"

	"github.com/andybalholm/brotli"
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
	var names []string
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && path.Ext(name) != ".go" {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list static files: %w", err)
	}
	slices.SortStableFunc(names, func(a, b string) int {
		return cmp.Compare(last(a), last(b))
	})
	a := &assets{byName: map[string]*asset{}}
	for _, name := range names {
		if a.byName[name], err = a.load(fsys, name); err != nil {
			return nil, fmt.Errorf("load static file %s: %w", name, err)
		}
	}
	return a, nil
}

func last(name string) int {
	if path.Ext(name) == ".css" {
		return 1
	}
	return 0
}

// kinds of static files that the system's own tables do not know everywhere.
var assetKinds = map[string]string{
	".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".woff2": "font/woff2", ".txt": "text/plain; charset=utf-8",
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
		if v, err = compress(b, assetQuality); err != nil {
			return nil, err
		}
	}
	return &asset{hash: hashOf(b), kind: kind, body: v}, nil
}

// assetQuality makes the style sheets in a few milliseconds, a tenth of what
// brotli's best would take for a hundredth less.
const assetQuality = 9

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

// variants are the same bytes in each encoding; nil where it would not help.
type variants struct{ plain, gzip, brotli []byte }

// compress makes the variants; quality is brotli's, 0 to 11.
func compress(b []byte, quality int) (variants, error) {
	v := variants{plain: b}
	var gz, br bytes.Buffer
	gw, err := gzip.NewWriterLevel(&gz, gzip.BestCompression)
	if err != nil {
		return v, err
	}
	if _, err := gw.Write(b); err != nil {
		return v, err
	}
	if err := gw.Close(); err != nil {
		return v, err
	}
	bw := brotli.NewWriterLevel(&br, quality)
	if _, err := bw.Write(b); err != nil {
		return v, err
	}
	if err := bw.Close(); err != nil {
		return v, err
	}
	if gz.Len() < len(b) {
		v.gzip = gz.Bytes()
	}
	if br.Len() < len(b) {
		v.brotli = br.Bytes()
	}
	return v, nil
}
