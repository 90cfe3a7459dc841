package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"hamlet/internal/picture"
)

// MediaURL is where a smaller version of a picture is: width pixels wide, of the file with a hash, at
// the path of a URL (unescaped). It holds the hash, so it may be kept for good;
// and the path, so only what a shown post has can be had.
func MediaURL(hash string, width int, address string) string {
	return "/media/" + strconv.Itoa(width) + "-" + hash + (&url.URL{Path: address}).EscapedPath()
}

// busyTime is how long a reader waits for a smaller picture; then the original is
// there.
const busyTime = 10 * time.Second

// media answers GET /media/WIDTH-HASH/PATH with a smaller version of a picture. Where none can be had,
// the picture itself is the answer: a reader sees it all the same.
func (s *Server) media(c echo.Context) error {
	rest := strings.TrimPrefix(c.Request().URL.Path, "/media/")
	version, address, _ := strings.Cut(rest, "/")
	digits, hash, _ := strings.Cut(version, "-")
	width, err := strconv.Atoi(digits)
	name, ok := s.Site().File("/" + address)
	if err != nil || !ok || !slices.Contains(picture.Widths, width) {
		return errNotFound
	}
	info, _ := s.Pictures.Look(s.Files, name)
	ctx, cancel := context.WithTimeout(c.Request().Context(), busyTime)
	defer cancel()
	f, err := s.Pictures.Variant(ctx, s.Files, name, width)
	switch {
	case err == nil:
		defer func() { _ = f.Close() }()
		return s.sendFile(c, f, name, hash == info.Hash)
	case c.Request().Context().Err() != nil:
		return c.Request().Context().Err()
	case !errors.Is(err, picture.ErrNoVariant) && !errors.Is(err, context.DeadlineExceeded):
		s.Log.WarnContext(ctx, "no smaller picture", "file", name, "reason", err.Error())
	}
	return s.sendName(c, name, "")
}

// sendName answers with a file of the content folder; hash is the one that the URL
// names.
func (s *Server) sendName(c echo.Context, name, hash string) error {
	f, err := s.Pictures.Open(s.Files, name)
	if err != nil {
		return unlessGone(err)
	}
	defer func() { _ = f.Close() }()
	return s.sendFile(c, f, name, hash != "" && hash == f.Info.Hash)
}

// sendFile answers with a file, or the part of it that was asked for; forGood says
// that its URL names its content.
func (s *Server) sendFile(c echo.Context, f *picture.File, name string, forGood bool) error {
	h := c.Response().Header()
	fileHeaders(h, name, f.Type)
	h.Set("Etag", `"`+f.Tag+`"`)
	if forGood {
		h.Set("Cache-Control", immutable)
	}
	w, done, err := patient(c.Response(), stallTime)
	if err != nil {
		return err
	}
	defer done()
	http.ServeContent(w, c.Request(), "", f.ModTime, f)
	return nil
}
