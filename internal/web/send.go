package web

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
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

// unchangedSince sets Last-Modified and reports whether to answer 304 to a client that asks by date alone, as old feed
// readers do; modified is when the answer was last different.
func unchangedSince(c echo.Context, modified time.Time) bool {
	if modified.IsZero() {
		return false
	}
	c.Response().Header().Set("Last-Modified", modified.UTC().Format(http.TimeFormat))
	r := c.Request()
	since, err := http.ParseTime(r.Header.Get("If-Modified-Since"))
	return err == nil && r.Header.Get("If-None-Match") == "" && !modified.Truncate(time.Second).After(since)
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

// variants are the same bytes in each encoding; nil where it would not help.
type variants struct{ plain, gzip, brotli []byte }

// How hard compress tries. Levels above these cost tens of milliseconds for a
// hundredth less, and the program should start at once.
const (
	fastLevel  = 1
	pageLevel  = 5
	assetLevel = 6
)

// brotliWindow is 64 KiB, which most pages fit into. A larger one takes more
// time and megabytes for each page.
const brotliWindow = 16

// largePage is the size above which a page is not worth the time.
const largePage = 512 << 10

// compress makes the variants.
func compress(b []byte, level int) (variants, error) {
	var gz, br bytes.Buffer
	gw, err := gzip.NewWriterLevel(&gz, level)
	if err != nil {
		return variants{}, err
	}
	bw := brotli.NewWriterOptions(&br, brotli.WriterOptions{Quality: level, LGWin: brotliWindow})
	for _, w := range []io.WriteCloser{gw, bw} {
		if _, err := w.Write(b); err != nil {
			return variants{}, err
		}
		if err := w.Close(); err != nil {
			return variants{}, err
		}
	}
	v := variants{plain: b}
	if gz.Len() < len(b) {
		v.gzip = gz.Bytes()
	}
	if br.Len() < len(b) {
		v.brotli = br.Bytes()
	}
	return v, nil
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
