package web

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/labstack/echo/v4"
	"golang.org/x/sync/errgroup"
)

// maxRequest is the size of a request body that is still read. A comment whose fields are
// all as long as they may be fits in any script, also percent-encoded, where a character
// of four bytes takes twelve.
const maxRequest = 160 << 10

// maxReturned is the size of a comment that is not taken, but still read to give its
// text back.
const maxReturned = 256 << 10

// middleware is what every request goes through, outermost first.
func (s *Server) middleware() []echo.MiddlewareFunc {
	return []echo.MiddlewareFunc{
		identify, s.logRequests, recoverPanics, s.secureHeaders, s.crossOrigin, limitBody, s.sameOrigin, s.trimSlash,
	}
}

// wellFormedID is a request id that is safe to log and to send back.
var wellFormedID = regexp.MustCompile(`^[A-Za-z0-9_-]{8,64}$`)

// identify gives the request an id: the one a proxy gave it, if it is
// well-formed, else a new one.
func identify(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		id := c.Request().Header.Get(echo.HeaderXRequestID)
		if !wellFormedID.MatchString(id) {
			id = rand.Text()
		}
		c.Response().Header().Set(echo.HeaderXRequestID, id)
		return next(c)
	}
}

// requestID is the id that identify gave to the request.
func requestID(c echo.Context) string {
	return c.Response().Header().Get(echo.HeaderXRequestID)
}

// logRequests writes one line a request, with the route in place of the path:
// no query, no address and nothing a reader typed.
func (s *Server) logRequests(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := s.Now()
		if err := next(c); err != nil {
			c.Error(err)
		}
		r := c.Request()
		s.Log.InfoContext(r.Context(), "request",
			slog.String("method", r.Method),
			slog.String("route", c.Path()),
			slog.Int("status", c.Response().Status),
			slog.Duration("duration", s.Now().Sub(start)),
			slog.String("request_id", requestID(c)))
		return nil
	}
}

// panicError is a panic on its way to the error page.
type panicError struct {
	value any
	stack []byte
}

func (e *panicError) Error() string { return fmt.Sprintf("panic: %v", e.value) }

// caught is a function whose panic is an error. What is done side by side is done so: nobody
// else would catch it there, and it would be the end of the whole program.
func caught(do func() error) func() error {
	return func() (err error) {
		defer func() {
			if p := recover(); p != nil {
				err = &panicError{value: p, stack: debug.Stack()}
			}
		}()
		return do()
	}
}

// sideBySide does something for each of n, as many at once as can run.
func sideBySide(n int, do func(i int) error) error {
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range n {
		g.Go(caught(func() error { return do(i) }))
	}
	return g.Wait()
}

// recoverPanics turns a panic into an error. http.ErrAbortHandler is meant for
// the server and goes on.
func recoverPanics(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		err := caught(func() error { return next(c) })()
		if p, ok := errors.AsType[*panicError](err); ok {
			if e, ok := p.value.(error); ok && errors.Is(e, http.ErrAbortHandler) {
				panic(p.value)
			}
		}
		return err
	}
}

// secureHeaders sets what every answer carries. Answers are not to be stored
// unless a handler says otherwise. What the moderators have is nothing to be found, and
// its addresses are nobody else's business.
func (s *Server) secureHeaders(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		s.policies.put(h)
		h.Set("Cache-Control", "no-store")
		if p := c.Request().URL.Path; p == "/admin" || strings.HasPrefix(p, "/admin/") {
			h.Set("X-Robots-Tag", "noindex, nofollow")
			// Not no-referrer: browsers would then not say where a form comes from.
			h.Set("Referrer-Policy", "same-origin")
		}
		return next(c)
	}
}

// limitBody refuses a body over maxRequest, of a comment over maxReturned,
// of a file for the filter's desk over maxUpload: at once if its length is declared,
// else when a handler has read that much (parseForm returns the error).
func limitBody(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		var limit int64 = maxRequest
		if c.Path() == commentsPath || isAPI(r) {
			limit = maxReturned
		}
		if isUpload(c.Path()) {
			limit = maxUpload
		}
		if r.ContentLength > limit {
			return &http.MaxBytesError{Limit: limit}
		}
		r.Body = timed{http.MaxBytesReader(c.Response(), r.Body, limit), c.Response().Header()}
		return next(c)
	}
}

// errSlow is the answer to a body that does not come in time.
var errSlow = errors.New("the body did not come in time")

// timed is a body that tells when it does not come in time. The connection ends then: nobody
// knows where in it the next request would begin.
type timed struct {
	io.ReadCloser
	header http.Header // of the answer
}

func (b timed) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		b.header.Set("Connection", "close")
		err = fmt.Errorf("%w: %w", errSlow, err)
	}
	return n, err
}

// errCrossOrigin is the answer to a form sent from another site.
var errCrossOrigin = errors.New("request from another origin")

// sameOrigin refuses what would change something and comes from another site,
// by the Sec-Fetch-Site and Origin headers; neither cookie nor token is needed,
// so pages with forms stay cacheable. Listed origins may send to the API, and to nothing
// else. A comment is refused like everything else, but
// its text is given back.
func (s *Server) sameOrigin(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		err := s.fromHere(c.Request())
		if isAPI(c.Request()) && s.lists(c.Request()) {
			return next(c)
		}
		if err == nil || c.Path() == stopPath || c.Path() == confirmPath || provenByPath(c) { // their links permit it, and come from mails
			return next(c)
		}
		err = fmt.Errorf("%w: %w", errCrossOrigin, err)
		if c.Path() == commentsPath && c.Request().Method == http.MethodPost {
			in, _ := readTyped(c) // that it cannot be read is not what is wrong
			return s.giveBackBad(c, in, err)
		}
		return err
	}
}

// fromHere reports why a request is not taken for one of this blog's own pages. A browser that
// names this blog, and says in the same breath that the page is of another site, is not believed.
func (s *Server) fromHere(r *http.Request) error {
	if err := s.origins.Check(r); err != nil {
		return err
	}
	if r.Header.Get("Sec-Fetch-Site") == "cross-site" && r.Method != http.MethodGet && r.Method != http.MethodHead && r.Method != http.MethodOptions &&
		r.URL.Path != webmentionPath {
		return errors.New("cross-site, by the word of the browser")
	}
	return nil
}

// provenByPath reports whether a form comes from a page behind a private link, by the
// secret in its address. Such pages send no referrer, and then browsers name no origin; over
// plain http they say nothing else of where a form comes from.
func provenByPath(c echo.Context) bool {
	h := c.Request().Header
	private := strings.HasPrefix(c.Path(), "/comments/") || c.Path() == confirmHerePath || c.Path() == doPath
	return private && c.Param("token") != "" &&
		h.Get("Origin") == "null" && h.Get("Sec-Fetch-Site") == ""
}

// newOrigins is the check of sameOrigin. The blog's own base URL is trusted, so
// that a proxy that changes the Host header does not lock its readers out.
func newOrigins(baseURL string) *http.CrossOriginProtection {
	cop := http.NewCrossOriginProtection()
	// Webmentions come from other sites, and nothing that a browser sends along counts.
	cop.AddInsecureBypassPattern("POST " + webmentionPath)
	if u, err := url.Parse(baseURL); err == nil && u.Host != "" {
		_ = cop.AddTrustedOrigin(u.Scheme + "://" + u.Host) // an odd base URL is trusted with nothing
	}
	return cop
}

// trimSlash redirects "/posts/name/" to "/posts/name". Sites that blogs move from
// often end their addresses in a slash, so what has moved or is gone says so at
// once, and not after a detour.
func (s *Server) trimSlash(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		p := c.Request().URL.EscapedPath()
		if len(p) < 2 || !strings.HasSuffix(p, "/") || !isRead(c) {
			return next(c)
		}
		if path, err := askedFor(c); err == nil {
			path, now := strings.TrimRight(path, "/"), s.Site()
			if found, ok := now.Find(path); ok {
				return s.showFound(c, now, found, path, "")
			}
		}
		// Never two slashes in front: that would lead to another host.
		return moved(c, "/"+strings.Trim(p, "/"))
	}
}

// isRead reports whether the request only asks for something.
func isRead(c echo.Context) bool {
	m := c.Request().Method
	return m == http.MethodGet || m == http.MethodHead
}

// moved redirects to the canonical URL of what was asked for, query included.
func moved(c echo.Context, path string) error {
	return redirected(c, http.StatusMovedPermanently, path)
}

// redirected redirects with a status, query included.
func redirected(c echo.Context, status int, path string) error {
	if q := c.Request().URL.RawQuery; q != "" {
		path += "?" + q
	}
	return c.Redirect(status, path)
}

// parseForm reads the form of a POST request, urlencoded or multipart. Handlers
// call it and return its error before they look at any value: echo's FormValue
// would hide that a body was too large and hand out empty fields.
func parseForm(c echo.Context) error {
	r := c.Request()
	kind, _, _ := strings.Cut(r.Header.Get(echo.HeaderContentType), ";")
	switch strings.ToLower(strings.TrimSpace(kind)) {
	case echo.MIMEApplicationForm:
		if err := r.ParseForm(); err != nil {
			return badForm(err)
		}
	case echo.MIMEMultipartForm:
		if err := r.ParseMultipartForm(maxRequest); err != nil {
			return badForm(err)
		}
	default:
		return echo.ErrUnsupportedMediaType
	}
	return nil
}

// badForm keeps an error about the size or the time, and makes all others a bad request.
func badForm(err error) error {
	if statusOf(err) != http.StatusInternalServerError {
		return err
	}
	return echo.NewHTTPError(http.StatusBadRequest).SetInternal(err)
}
