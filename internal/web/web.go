// Package web speaks HTTP: routes, forms, pages, the session cookie, and which
// error is which status.
//
// It is the only room that knows Echo. A handler decodes the request, calls one
// method of a room below and renders a typed view; it returns its errors, and
// errors.go alone turns them into responses.
package web

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/klauspost/compress/gzhttp"
	"github.com/labstack/echo/v4"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/content"
	"hamlet/internal/site"
)

// SessionStore keeps the sessions of logged-in users; it is the interface of
// scs.CtxStore, which passes tokens already hashed.
type SessionStore interface {
	FindCtx(ctx context.Context, token string) (data []byte, found bool, err error)
	CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error
	DeleteCtx(ctx context.Context, token string) error
}

// Options is what a Server is made of.
type Options struct {
	// Site is the snapshot to serve now; taken once per request. Required.
	Site func() *site.Site
	// Problems is what is wrong with the content folder as it is now, while the
	// last good snapshot is served. Required.
	Problems func() content.Problems
	// Files is the content folder, for the images of page bundles. Required.
	Files     fs.FS
	Templates fs.FS // required
	Static    fs.FS // required
	Comments  *comment.Service
	Accounts  *account.Service
	Sessions  SessionStore
	// CommentRate is how many comments a client address may send; zero: any number.
	CommentRate Rate
	// TrustedProxies are the proxies whose X-Forwarded-For is believed; none by default.
	TrustedProxies []netip.Prefix
	// Secure marks the session cookie as for https only.
	Secure bool
	Now    func() time.Time
	Log    *slog.Logger
}

// Server answers every request to the blog.
type Server struct {
	Options
	echo     *echo.Echo
	handler  http.Handler // echo, compressing
	origins  *http.CrossOriginProtection
	assets   *assets
	pages    pages
	sessions *scs.SessionManager
	cache    *pageCache
	comments *limiter // of what readers send
	logins   loginLimits
}

// cacheBytes is how much memory finished pages may take.
const cacheBytes = 64 << 20

// New makes a Server; a broken template is an error.
func New(o Options) (*Server, error) {
	if o.Site == nil || o.Problems == nil || o.Comments == nil || o.Accounts == nil || o.Now == nil || o.Log == nil {
		return nil, errors.New("web: an option is missing")
	}
	s := &Server{Options: o, echo: echo.New(), sessions: newSessions(o), cache: newPageCache(cacheBytes)}
	var err error
	if s.assets, err = loadAssets(o.Static); err != nil {
		return nil, err
	}
	if s.pages, err = parsePages(o.Templates, funcs(s.assets)); err != nil {
		return nil, err
	}
	compressing, err := gzhttp.NewWrapper(gzhttp.EnableZstd(false), gzhttp.ContentTypeFilter(isText))
	if err != nil {
		return nil, fmt.Errorf("set up compression: %w", err)
	}
	if s.comments, err = newLimiter(o.CommentRate, o.Now); err != nil {
		return nil, err
	}
	if s.logins, err = newLoginLimits(o.Now); err != nil {
		return nil, err
	}
	s.origins = newOrigins(o.Site().BaseURL)
	s.echo.IPExtractor = clientIP(o.TrustedProxies)
	s.echo.HTTPErrorHandler = s.handleError
	s.echo.Use(s.middleware()...)
	s.routes()
	// Around echo, not within: as a middleware it would panic whenever a handler
	// returns an error.
	s.handler = compressing(s.echo)
	return s, nil
}

// isText reports whether compressing a media type is worth it.
func isText(mediaType string) bool {
	kind, _, _ := strings.Cut(mediaType, ";")
	return strings.HasPrefix(kind, "text/") || strings.HasSuffix(kind, "xml") || strings.HasSuffix(kind, "json")
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }
