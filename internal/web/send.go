package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"
)

// send answers with bytes made ahead of time, in the best encoding the client
// takes, or with 304 if it has them already. The ETag is a weak one, since it
// stands for all encodings.
func send(c echo.Context, kind, hash string, v variants) error {
	h := c.Response().Header()
	etag := `W/"` + hash + `"`
	h.Set("Etag", etag)
	if matches(c.Request().Header.Get("If-None-Match"), etag) {
		return c.NoContent(http.StatusNotModified)
	}
	body, encoding := v.pick(c.Request().Header.Values("Accept-Encoding"))
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("Content-Type", kind)
	c.Response().WriteHeader(http.StatusOK)
	if c.Request().Method == http.MethodHead {
		return nil
	}
	_, err := c.Response().Write(body)
	return err
}

// matches reports whether If-None-Match names the ETag, by the weak comparison
// of RFC 9110, 8.8.3.2.
func matches(header, etag string) bool {
	strong := strings.TrimPrefix(etag, "W/")
	for tag := range strings.SplitSeq(header, ",") {
		tag = strings.TrimSpace(tag)
		if tag == "*" || strings.TrimPrefix(tag, "W/") == strong {
			return true
		}
	}
	return false
}

// pick chooses the smallest variant the client accepts.
func (v variants) pick(accept []string) (body []byte, encoding string) {
	switch {
	case v.brotli != nil && accepts(accept, "br"):
		return v.brotli, "br"
	case v.gzip != nil && accepts(accept, "gzip"):
		return v.gzip, "gzip"
	}
	return v.plain, ""
}

// accepts reports whether Accept-Encoding names the encoding with a weight
// above zero. A bare "*" is not enough to rely on.
func accepts(header []string, encoding string) bool {
	for _, line := range header {
		for part := range strings.SplitSeq(line, ",") {
			name, param, _ := strings.Cut(part, ";")
			if !strings.EqualFold(strings.TrimSpace(name), encoding) {
				continue
			}
			q, ok := strings.CutPrefix(strings.ToLower(strings.ReplaceAll(param, " ", "")), "q=")
			weight, err := strconv.ParseFloat(q, 64)
			return !ok || (err == nil && weight > 0)
		}
	}
	return false
}
