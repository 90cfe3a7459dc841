// Package web speaks HTTP: routes, forms, pages, the session cookie, and which
// error is which status.
//
// It is the only room that knows Echo. A handler decodes the request, calls one
// method of a room below and renders a typed view; it returns its errors, and
// errors.go alone turns them into responses. routes.go is the whole surface.
//
// # Every request
//
// A page that is ready is sent by [Server.ServeHTTP] before any of this, or by a
// [Quick] even before net/http; it is not logged then. middleware.go has what every
// other request goes through: an id, one line in the log
// (the route, never the path, the query or the client), panics caught, headers
// that let a page load only from this server and run no script but its files, a
// body of 160 KiB at most, and for whatever is not a GET or HEAD a check that it does not come
// from another site. That check needs no cookie and no token, so pages with
// forms are the same for everybody and can be cached.
//
// # Pages
//
// A page is made from one snapshot of the site and, under a post, its thread.
// show.go is how a handler says what a page is made of: a stamp, which names all
// that it shows of the site, and a thread. The page waits in a cache (cache.go),
// compressed, until one of them changes, and is then made anew by the next who asks;
// nobody who asks after a change was told gets the page of before. 64 MiB of pages
// are kept, those that are asked for. Pages that settle are compressed better, in
// the background (settle.go): gzip and brotli, quickly at first, then as well as can
// be. Clients that take neither get the plain text.
//
// Pages go out with "Cache-Control: public, max-age=0, must-revalidate": browsers
// and caches between may keep them, and ask each time, so that a change shows on
// the very next request, through a CDN too. Asking costs little: each encoding has
// a strong ETag, and the answer 304 no body. Last-Modified is when the server first
// made the page as it is, or what the document says itself; two contents of a page
// never have the same. Static files with the hash of their content in their URL are
// immutable. Nothing that readers ask for sets a cookie. Whatever is
// made for one reader (an error, a form with typed text, the moderators' part)
// is "no-store", which is what secureHeaders sets unless a handler says
// more. Every answer carries the headers of newPolicies (send.go); a 304 leaves out
// those the client has already.
//
// Views of public pages are made of comment.Public and of the site, which hold
// no e-mail address; private_test.go walks their types. Only respondView holds
// what a reader typed, and it goes back to that reader alone.
//
// # Comments
//
// POST /posts/SLUG/comments takes author, email, url, body and parent from a
// form, urlencoded or multipart; tell and replies ask for mails, remember for the cookie
// of known authors. With preview, or part=preview in the query for static/form.js, the
// answer is what the comment would look like, and nothing is kept.
//
// A form also has a token of post and day (token.go), a field that people do not see,
// and from static/form.js how long it was open and whether something was typed: all of
// that goes to the filter (sent.go), and no comment is refused for it. form_id makes the
// same form twice one comment; work is the answer to the work that browsers may be asked
// for (work.go), without which a comment is held; a page for everybody has none, and without the script
// the day of the token stands in, with what tells one client from another.
//
// POST /comments/forget takes the cookie away (author_cookie.go).
//
//	200  a preview
//	303  kept: to the comment's own page, which says what became of it (mine.go)
//	403  sent from another site
//	404  there is no such post        (the text comes back)
//	409  the post takes no comments   (the text comes back)
//	413  larger than 160 KiB           (the form comes back, up to 256 KiB)
//	415  not a form
//	422  something is wrong with it   (the form comes back, as typed)
//	429  too many from one client     (the form comes back; Retry-After)
//	500  it could not be kept         (the form comes back)
//
// # Webmentions
//
// POST /webmention takes source and target from a form of any site, if the owner wants
// that; a post that takes comments names it, in a Link header and in its head. A browser
// gets a page, everybody else a line of text.
//
//	202  it will be looked at
//	400  source or target is not what it should be, which the answer says
//	413  larger than 160 KiB
//	415  not a form
//	429  more than 30 a minute of one client or 60 an hour of one host, or too many wait (Retry-After)
//
// # The API, and pages elsewhere
//
// The API answers in JSON, and errors as problem documents (RFC 9457) that name the
// fields; openapi.json has every path, field and status. It looks at no cookie, so whoever
// sends by it proves nothing, and the missing browser is no evidence. Pages of the origins
// in Options.EmbedOrigins, and of no others, may read its answers and send to it, and
// fetch /embed/posts/SLUG, which is what stands below a post, for static/embed.js to put
// into them, and listen to its /live. These answers are cached like pages, but each goes
// through the router, for its headers depend on the origin.
//
//	200  a page of a thread, a comment, a preview
//	201  the comment is kept: published or held (spam looks like held), with its private link
//	204  what a browser may send from another origin
//	304  unchanged
//	400  no JSON, or a field, parameter or key that cannot be what it is
//	403  sent by a page of an origin that is not listed
//	404  no such thread, page or comment
//	409  the post takes no comments
//	410  the comment was taken away
//	413  larger than 256 KiB
//	415  not JSON
//	422  something is wrong with the comment
//	429  too many from one client, by the limits of the form (Retry-After)
//	500  it could not be kept
//
// # Search
//
// GET /search?q=QUERY&page=N; how a query is read, package search says. The answer is
// never stored, is not for search engines, and the log has nothing of it. part=results
// asks for the results alone, as HTML, for static/search.js.
//
//	200  whatever was found; without a query, the form and something to read
//	404  there is no such page of hits
//	429  more than 240 searches a minute of one client (Retry-After)
//	503  the index is not made yet, shortly after the start (Retry-After)
//
// # Addresses
//
// These are promises, and routes.go has them all: lists (/, /page/N, /tags/T,
// /categories/C, /authors/A, /series/S, /archive/YYYY/MM, with /page/N below), feeds
// beside each list (feed.xml, atom.xml, feed.json), /comments.xml, and of a post
// /posts/SLUG.ics and /posts/SLUG/comments.xml, under any permalink pattern. Below
// the URL of a post, whatever it is: comments/N and comments/newest are the other pages
// of its thread (thread.go), comments/live a stream of what happens there (live.go).
// /comment/ID leads to the page that shows a comment. All that
// the content folder has is found by one handler (address.go), which asks the site
// what is at a path.
//
//	301  the same page in another spelling: a slash at the end, upper case, an unusual
//	     escape, decomposed Unicode, the first page of a list by its number
//	308  an old address of a post (its aliases, /posts/SLUG under another pattern)
//	404  nothing: a page with a search for the words of the path, and likely posts
//	410  something that was taken away, or has expired
//
// Files of page bundles are served below their post; those a browser could run are
// only offered to be saved.
package web

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/klauspost/compress/gzhttp"
	"github.com/labstack/echo/v4"

	"hamlet/internal/account"
	"hamlet/internal/akismet"
	"hamlet/internal/away"
	"hamlet/internal/comment"
	"hamlet/internal/content"
	"hamlet/internal/desk"
	"hamlet/internal/insight"
	"hamlet/internal/opinion"
	"hamlet/internal/picture"
	"hamlet/internal/privacy"
	"hamlet/internal/rule"
	"hamlet/internal/site"
	"hamlet/internal/webmention"
)

// SessionStore keeps the sessions of logged-in users; it is what scs asks of a
// store, which passes tokens already hashed, but that it tells how a session comes to be
// kept.
type SessionStore interface {
	FindCtx(ctx context.Context, token string) (data []byte, found bool, err error)
	// BeginCtx keeps a new session.
	BeginCtx(ctx context.Context, token string, data []byte, of account.Session) error
	// MoveCtx gives a session that is there another token, and reports whether it was.
	MoveCtx(ctx context.Context, from, to string, data []byte, expiry time.Time) (found bool, err error)
	// UpdateCtx changes a session that is there, and reports whether it was.
	UpdateCtx(ctx context.Context, token string, data []byte, expiry time.Time) (found bool, err error)
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
	Files fs.FS
	// Pictures serves the pictures among them. Required.
	Pictures *picture.Store
	BuiltIn  *BuiltIn // required
	// Theme has templates, static files and languages that come before the built-in
	// ones; nil for none. ThemeDir is what its folder is called in messages.
	Theme    fs.FS
	ThemeDir string
	Comments *comment.Service // required
	Accounts *account.Service // required
	Queue    *desk.Queue      // required
	Audit    *desk.Audit      // required
	Notes    *desk.Notes      // required
	Reports  *desk.Reports    // required
	Views    *desk.Views      // required
	Pasts    *desk.Pasts      // required
	Away     *away.Service    // required
	Jobs     *desk.Jobs       // required
	Sessions SessionStore     // required
	// Waves finds near-duplicates; nil: they are not shown.
	Waves *desk.Waves
	// Rules are what the owner has laid down; nil: nothing.
	Rules *rule.Book
	// Insight is the filter's desk; nil: there is none, for another filter judges.
	Insight *insight.Desk
	// Opinion is another filter that is asked; nil: none is.
	Opinion *opinion.Service
	// Sites are those that ask the filter with a key; nil: nobody can.
	Sites *akismet.Service
	// Mentions takes webmentions; nil: nobody does.
	Mentions *webmention.Receiver
	// Outcomes are what became of the webmentions that the blog sends, or sent. Required.
	Outcomes webmention.Book
	// SendsMentions tells that it sends any.
	SendsMentions bool
	// Work is the work that browsers are asked for; zero: none.
	Work WorkOptions
	// CommentRate is how many comments a client address may send; zero: any number.
	CommentRate Rate
	// EmbedOrigins are the origins of pages elsewhere that may carry threads of this
	// blog, as browsers write them; none by default.
	EmbedOrigins []string
	// TrustedProxies are the proxies whose X-Forwarded-For is believed; none by default.
	TrustedProxies []netip.Prefix
	// Secure marks the session cookie as for https only.
	Secure bool
	// Mail tells that the blog sends mails; without, no form offers any.
	Mail bool
	// AccessLog logs every request. Without it pages that were ready to be sent are
	// not logged.
	AccessLog bool
	// Privacy is what the other rooms keep and send, and the settings in force.
	Privacy privacy.Notice
	// PreviewKey is what the addresses of previews are made with. Required.
	PreviewKey []byte
	// FormKey is what the tokens of forms are made with. Required.
	FormKey []byte
	Now     func() time.Time // required
	Log     *slog.Logger     // required
}

// check is an error that names a required option that is missing.
func (o Options) check() error {
	for _, option := range []struct {
		name    string
		missing bool
	}{
		{"Site", o.Site == nil},
		{"Problems", o.Problems == nil},
		{"Files", o.Files == nil},
		{"Pictures", o.Pictures == nil},
		{"BuiltIn", o.BuiltIn == nil},
		{"Comments", o.Comments == nil},
		{"Accounts", o.Accounts == nil},
		{"Queue", o.Queue == nil},
		{"Audit", o.Audit == nil},
		{"Notes", o.Notes == nil},
		{"Reports", o.Reports == nil},
		{"Views", o.Views == nil},
		{"Pasts", o.Pasts == nil},
		{"Away", o.Away == nil},
		{"Jobs", o.Jobs == nil},
		{"Sessions", o.Sessions == nil},
		{"Outcomes", o.Outcomes == nil},
		{"PreviewKey", len(o.PreviewKey) == 0},
		{"FormKey", len(o.FormKey) == 0},
		{"Work.Used", o.Work.When.asks() && o.Work.Used == nil},
		{"Now", o.Now == nil},
		{"Log", o.Log == nil},
	} {
		if option.missing {
			return fmt.Errorf("web: the option %s is missing", option.name)
		}
	}
	return nil
}

// Server answers every request to the blog.
type Server struct {
	Options
	dress
	echo     *echo.Echo
	handler  http.Handler // echo, compressing
	origins  *http.CrossOriginProtection
	sessions *scs.SessionManager
	cache    *pageCache
	live     *live
	policies policies
	tokens   formTokens
	comments *limiter // of what readers send
	searches *limiter // of what readers look for
	previews *limiter // of comments
	reports  *limiter // of comments, by readers
	logins   loginLimits
	mentions mentionLimits
	hooks    atomic.Pointer[[]string] // the hosts of the programs that are told of comments
	// mineLimits are for what authors do to their comments.
	mineLimits mineLimits
	kept       keptFiles
}

// cacheBytes is how much memory finished pages may take.
const cacheBytes = 64 << 20

// New makes a Server; a missing option or a broken template is an error.
func New(o Options) (*Server, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	if o.Rules == nil {
		o.Rules = &rule.Book{}
	}
	s := &Server{Options: o, echo: echo.New(), sessions: newSessions(o), cache: newPageCache(cacheBytes, o.Now), live: newLive(), policies: newPolicies(o.Secure)}
	s.tokens = formTokens{o.FormKey, o.Now}
	s.hooks.Store(&o.Privacy.Settings.Hooks)
	var err error
	if err := s.wear(); err != nil {
		return nil, err
	}
	compressing, err := gzhttp.NewWrapper(gzhttp.EnableZstd(false), gzhttp.ContentTypeFilter(isText))
	if err != nil {
		return nil, fmt.Errorf("set up compression: %w", err)
	}
	if s.comments, err = newLimiter(o.CommentRate, o.Now); err != nil {
		return nil, err
	}
	if s.searches, err = newLimiter(searchesPerClient, o.Now); err != nil {
		return nil, err
	}
	if s.previews, err = newLimiter(previewsPerClient, o.Now); err != nil {
		return nil, err
	}
	if s.reports, err = newLimiter(reportsPerClient, o.Now); err != nil {
		return nil, err
	}
	if s.logins, err = newLoginLimits(o.Now); err != nil {
		return nil, err
	}
	if s.mentions, err = newMentionLimits(o.Now); err != nil {
		return nil, err
	}
	if s.mineLimits, err = newMineLimits(o.Now); err != nil {
		return nil, err
	}
	s.origins = newOrigins(o.Site().BaseURL)
	s.echo.IPExtractor = clientIP(o.TrustedProxies)
	s.echo.HTTPErrorHandler = s.handleError
	s.echo.Use(s.middleware()...)
	s.routes()
	s.elsewhere()
	// Around echo, not within: as a middleware it would panic whenever a handler
	// returns an error.
	s.handler = compressing(s.echo)
	return s, nil
}

// ServeHTTP answers one request: with a page that is ready, or else by the
// router, which makes it ready for the next.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	now := s.Site()
	if !s.AccessLog {
		if p := s.cache.ready(r, now); p != nil && s.send(w, r, p) == nil {
			return
		}
	}
	s.cache.serve(now)
	s.live.busy.Add(1)
	defer s.live.busy.Add(-1)
	s.handler.ServeHTTP(w, r)
}

// CommentsChanged takes note that a post shows other comments now: whatever page
// has them is made again. It is to be told before whoever caused the change is.
func (s *Server) CommentsChanged(post string) {
	s.cache.threads.changed(post)
	s.live.changed(post)
	s.live.changed(wakesDesk)
}
