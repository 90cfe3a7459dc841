package web

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/labstack/echo/v4"

	"hamlet/internal/comment"
)

// readTyped reads what a reader typed. From a form that is not well-formed it
// reads what it can, beside the error, so that no text is lost.
func readTyped(c echo.Context) (typed, error) {
	r := c.Request()
	var raw bytes.Buffer
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.TeeReader(r.Body, &raw), r.Body}
	err := parseForm(c)
	switch {
	case err == nil && raw.Len() > maxRequest:
		return typedIn(r.PostForm), &http.MaxBytesError{Limit: maxRequest}
	case err == nil:
		return typedIn(r.PostForm), nil
	}
	if status := statusOf(err); status != http.StatusBadRequest && status != http.StatusRequestTimeout {
		return typed{}, err
	}
	_, _ = io.Copy(io.Discard, r.Body) // into raw; what does not come cannot be given back
	return typedIn(salvage(r.Header.Get(echo.HeaderContentType), raw.Bytes())), err
}

// giveBackBad answers a comment that was refused before it was looked at, with
// as much of the text as was read; without any, the error goes on.
func (s *Server) giveBackBad(c echo.Context, in typed, err error) error {
	if in.Body == "" {
		return err
	}
	p, missing := find(c, "slug", s.Site().Renamed)
	if missing != nil {
		if statusOf(err) != http.StatusForbidden {
			err = fmt.Errorf("comment: %w", comment.ErrNoThread)
		}
		p = nil
	}
	return s.giveBack(c, p, in, err)
}

// salvage reads the fields of a damaged form, as far as they can be read.
func salvage(contentType string, raw []byte) url.Values {
	form := url.Values{}
	kind, params, err := mime.ParseMediaType(contentType)
	if err == nil && kind == echo.MIMEMultipartForm {
		parts := multipart.NewReader(bytes.NewReader(raw), params["boundary"])
		for p, err := parts.NextPart(); err == nil; p, err = parts.NextPart() {
			value, _ := io.ReadAll(p) // up to where it broke off
			form.Add(p.FormName(), string(value))
		}
		return form
	}
	for field := range strings.SplitSeq(string(raw), "&") {
		name, value, _ := strings.Cut(field, "=")
		form.Add(unescape(name), unescape(value))
	}
	return form
}

// escapes matches an escape, or a percent sign that begins none.
var escapes = regexp.MustCompile(`%[0-9A-Fa-f]{2}|%`)

// unescape resolves the escapes in part of a form and leaves the rest as it is.
func unescape(s string) string {
	s = escapes.ReplaceAllStringFunc(s, func(escape string) string {
		if escape == "%" {
			return "%25"
		}
		return escape
	})
	s, _ = url.QueryUnescape(s) // cannot fail now
	return s
}
