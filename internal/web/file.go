package web

import (
	"errors"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"github.com/klauspost/compress/gzhttp"
	"github.com/labstack/echo/v4"
	"golang.org/x/text/unicode/norm"
)

// shown are the kinds of files a browser may show by itself. Every other kind,
// HTML and scripts above all, it may only save.
var shown = map[string]string{
	".avif": "image/avif",
	".gif":  "image/gif",
	".ico":  "image/x-icon",
	".jpeg": "image/jpeg",
	".jpg":  "image/jpeg",
	".png":  "image/png",
	".svg":  "image/svg+xml",
	".webp": "image/webp",
	".flac": "audio/flac",
	".m4a":  "audio/mp4",
	".mp3":  "audio/mpeg",
	".oga":  "audio/ogg",
	".ogg":  "audio/ogg",
	".opus": "audio/ogg",
	".wav":  "audio/wav",
	".mp4":  "video/mp4",
	".ogv":  "video/ogg",
	".webm": "video/webm",
	".csv":  "text/csv; charset=utf-8",
	".ics":  "text/calendar; charset=utf-8",
	".md":   "text/markdown; charset=utf-8",
	".txt":  "text/plain; charset=utf-8",
	".vtt":  "text/vtt; charset=utf-8",
	".pdf":  "application/pdf",
}

// filePolicy lets a file opened by itself style itself, as drawings do, and
// nothing more.
const filePolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

// showFile answers GET /posts/:slug/* and GET /:slug/* with a file of the
// post's or page's bundle.
func (s *Server) showFile(c echo.Context) error {
	p := c.Request().URL.Path
	name, ok := s.Site().File(p)
	if !ok {
		name, ok = s.Site().File(norm.NFC.String(p))
	}
	if !ok {
		return errNotFound
	}
	return s.sendName(c, name, c.QueryParam("v"))
}

// unlessGone makes an error of a file that went away since the folder was read the
// answer that it is not there.
func unlessGone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return errNotFound
	}
	return err
}

// fileHeaders says what a file is; kind is its media type if it is a picture or a
// film, whatever its name says.
func fileHeaders(h http.Header, name, kind string) {
	ext := strings.ToLower(path.Ext(name))
	if byName, ok := shown[ext]; kind == "" || kind == "image/heic" || kind == "video/mp4" {
		kind = byName
		if !ok {
			kind = echo.MIMEOctetStream
			h.Set("Content-Disposition", "attachment")
		}
	}
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", revalidated)
	if kind != echo.MIMEOctetStream { // feed readers and cards show it on pages of their own
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	}
	h.Set(gzhttp.HeaderNoCompression, "1") // a range of a file counts its own bytes
	if kind != "application/pdf" {         // browsers' viewers do not work in a sandbox
		h.Set("Content-Security-Policy", filePolicy)
	}
}
