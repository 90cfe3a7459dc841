package web

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/labstack/echo/v4"

	"hamlet/internal/account"
)

// How long a login lasts.
const (
	sessionLifetime = 7 * 24 * time.Hour
	sessionIdle     = 12 * time.Hour // without a request
	// sessionStep is how stale a session's last use may be kept, so that not
	// every page view writes to the database.
	sessionStep = 5 * time.Minute
)

// What a session holds.
const (
	keyUser     = "user"    // int64, id
	keyEpoch    = "epoch"   // int64, of the password it was begun with
	keySince    = "since"   // int64, Unix seconds: when it was begun
	keySeen     = "seen"    // int64, Unix seconds: last use, at most sessionStep late
	keyNotice   = "notice"  // string, told on the next page
	keyLink     = "link"    // string, where the notice leads
	keyLinked   = "linkhow" // string, the words of that link
	keyMore     = "more"    // string, URL of the second thoughts that it gives rise to
	keyMoreText = "morehow" // string, the words of that link
	keyUndo     = "undo"    // int64, the act that the notice is about
	keyName     = "name"    // string, what the session is called in lists
	keyProved   = "proved"  // int64, Unix seconds: when its user last proved who they are
)

// newSessions sets up the sessions of logged-in users. It makes the manager by
// hand, as scs.New would start a goroutine for a store nobody uses.
//
// A session is mounted on /admin, and for those who are logged in on /posts, where
// comments are sent: readers never get its cookie.
func newSessions(o Options) *scs.SessionManager {
	name := "hamlet_session"
	if o.Secure {
		// Browsers take a cookie of this name over https only. (__Host- would want
		// the path /, and send it along with every page view.)
		name = "__Secure-" + name
	}
	return &scs.SessionManager{
		Lifetime:         sessionLifetime,
		IdleTimeout:      sessionIdle,
		HashTokenInStore: true,
		Store:            sessionStore{o.Sessions, o.Now},
		Codec:            scs.GobCodec{},
		Cookie: scs.SessionCookie{
			Name: name, Path: "/admin", HttpOnly: true, Secure: o.Secure,
			SameSite: http.SameSiteLaxMode, Persist: true,
		},
	}
}

// sessionStore completes a SessionStore to an scs.Store, whose methods with a
// context scs prefers.
type sessionStore struct {
	SessionStore
	now func() time.Time
}

// errSessionOver means that a session was ended while a request of it was under
// way.
var errSessionOver = errors.New("this session was ended")

// A request that does more to a session than to change what it holds says so in its
// context: it begins one, or gives it another token.
type (
	begins struct{}
	moves  struct{}
)

// moved notes which token a session had that gets another.
type movedFrom struct{ token string }

// CommitCtx keeps a session until it has been idle for too long by the server's
// clock; scs would ask its own. That it gets too old in the end is seen to in
// [Server.user]. Only a login begins a session: what any other request saves must
// not bring one back that was ended meanwhile.
func (s sessionStore) CommitCtx(ctx context.Context, token string, data []byte, _ time.Time) error {
	expiry := s.now().Add(sessionIdle)
	if of, ok := ctx.Value(begins{}).(account.Session); ok {
		of.Until = expiry
		return s.BeginCtx(ctx, token, data, of)
	}
	var found bool
	var err error
	if was, ok := ctx.Value(moves{}).(*movedFrom); ok {
		found, err = s.MoveCtx(ctx, was.token, token, data, expiry)
	} else {
		found, err = s.UpdateCtx(ctx, token, data, expiry)
	}
	if err == nil && !found {
		return errSessionOver
	}
	return err
}

// DeleteCtx deletes a session. One that is to get another token is kept until it has it.
func (s sessionStore) DeleteCtx(ctx context.Context, token string) error {
	if was, ok := ctx.Value(moves{}).(*movedFrom); ok {
		was.token = token
		return nil
	}
	return s.SessionStore.DeleteCtx(ctx, token)
}

// Find is FindCtx without a context.
func (s sessionStore) Find(token string) (data []byte, found bool, err error) {
	return s.FindCtx(context.Background(), token)
}

// Commit is CommitCtx without a context.
func (s sessionStore) Commit(token string, data []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, data, expiry)
}

// Delete is DeleteCtx without a context.
func (s sessionStore) Delete(token string) error {
	return s.DeleteCtx(context.Background(), token)
}

// session is the middleware that loads the visitor's session. It saves nothing:
// handlers call [Server.saveSession] before they answer, so that a store that
// fails is an error page.
func (s *Server) session(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		var token string
		if cookie, err := c.Cookie(s.sessions.Cookie.Name); err == nil {
			token = cookie.Value
		}
		ctx, err := s.sessions.Load(c.Request().Context(), token)
		if err != nil {
			return fmt.Errorf("load session: %w", err)
		}
		c.SetRequest(c.Request().WithContext(ctx))
		return next(c)
	}
}

// saveSession keeps the session and hands out its cookie; of a session that was
// ended meanwhile it takes the cookie away.
func (s *Server) saveSession(c echo.Context) error {
	ctx := c.Request().Context()
	token, expiry, err := s.sessions.Commit(ctx)
	if errors.Is(err, errSessionOver) {
		s.writeCookie(c, "", time.Time{})
		return nil
	}
	if err != nil {
		return fmt.Errorf("save session: %w", err)
	}
	s.writeCookie(c, token, expiry)
	return nil
}

// writeCookie hands out the cookie; an empty token takes it away. It goes out twice, the
// second time for where comments are sent, so that the blog's own people are known
// there.
func (s *Server) writeCookie(c echo.Context, token string, expiry time.Time) {
	s.sessions.WriteSessionCookie(c.Request().Context(), c.Response(), token, expiry)
	set := c.Response().Header().Values("Set-Cookie")
	if ck, err := http.ParseSetCookie(set[len(set)-1]); err == nil {
		ck.Path = authorCookiePath
		c.SetCookie(ck)
	}
	c.Response().Header().Set("Cache-Control", "no-store") // stricter than what scs asks for
}

// startSession logs a user in. The session gets a new token, so that nobody who
// planted the old one shares it.
func (s *Server) startSession(c echo.Context, u account.User) error {
	ctx := c.Request().Context()
	if err := s.sessions.Clear(ctx); err != nil {
		return fmt.Errorf("start session: %w", err)
	}
	if err := s.sessions.RenewToken(ctx); err != nil {
		return fmt.Errorf("start session: %w", err)
	}
	now, name := s.Now(), rand.Text()
	s.sessions.Put(ctx, keyUser, u.ID)
	s.sessions.Put(ctx, keyEpoch, u.Epoch)
	s.sessions.Put(ctx, keySince, now.Unix())
	s.sessions.Put(ctx, keySeen, now.Unix())
	s.sessions.Put(ctx, keyProved, now.Unix())
	s.sessions.Put(ctx, keyName, name)
	of := account.Session{ID: name, User: u.ID, Began: now, Browser: browserOf(c.Request().UserAgent())}
	was := c.Request()
	c.SetRequest(was.WithContext(context.WithValue(ctx, begins{}, of)))
	err := s.saveSession(c)
	c.SetRequest(was)
	if err != nil {
		return err
	}
	s.rememberDevice(c, u)
	return nil
}

// renewToken gives a session another token, so that nobody who had the old one shares what
// it may do from now on.
func (s *Server) renewToken(c echo.Context) error {
	was := c.Request()
	ctx := context.WithValue(was.Context(), moves{}, &movedFrom{})
	if err := s.sessions.RenewToken(ctx); err != nil {
		return fmt.Errorf("renew session: %w", err)
	}
	c.SetRequest(was.WithContext(ctx))
	err := s.saveSession(c)
	c.SetRequest(was)
	return err
}

// endSession logs out.
func (s *Server) endSession(c echo.Context) error {
	if err := s.sessions.Destroy(c.Request().Context()); err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	s.writeCookie(c, "", time.Time{})
	return nil
}

// touchSession notes that the session is in use, and reports whether that is
// news worth saving.
func (s *Server) touchSession(c echo.Context) bool {
	ctx, now := c.Request().Context(), s.Now()
	if now.Sub(time.Unix(s.sessions.GetInt64(ctx, keySeen), 0)) < sessionStep {
		return false
	}
	s.sessions.Put(ctx, keySeen, now.Unix())
	return true
}

// user is who is logged in, or account.ErrNotFound. A session that is too old,
// or was begun with an earlier password, is nobody's.
func (s *Server) user(c echo.Context) (account.User, error) { return s.userOf(c.Request().Context()) }

// userOf is the user of the session that a context has.
func (s *Server) userOf(ctx context.Context) (account.User, error) {
	id := s.sessions.GetInt64(ctx, keyUser)
	age := s.Now().Sub(time.Unix(s.sessions.GetInt64(ctx, keySince), 0))
	if id == 0 || age >= sessionLifetime {
		return account.User{}, account.ErrNotFound
	}
	return s.Accounts.User(ctx, id, s.sessions.GetInt64(ctx, keyEpoch))
}

// actorKey, userKey and actKey are where moderator leaves for the handler the actor, the user, and
// where it is found which act is kept of what the request does.
const (
	actorKey = "actor"
	userKey  = "user"
	actKey   = "act"
)

// moderator is the middleware that lets those through who are logged in and may use the
// desk; what of it, the rooms below decide. Everybody else is led to the login page, and
// from there back.
func (s *Server) moderator(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		u, err := s.user(c)
		if errors.Is(err, account.ErrNotFound) {
			return s.toLogin(c)
		}
		if err != nil {
			return err
		}
		a := s.actorOf(u)
		if err := a.May(account.UseDesk); err != nil {
			return err
		}
		ctx, act := account.Acting(c.Request().Context())
		c.SetRequest(c.Request().WithContext(ctx))
		c.Set(actorKey, a)
		c.Set(userKey, u)
		c.Set(actKey, act)
		return next(c)
	}
}

// actor is who moderator let through; the zero Actor, who may do nothing, on a
// route without it.
func actor(c echo.Context) account.Actor {
	a, _ := c.Get(actorKey).(account.Actor)
	return a
}

// self is the user moderator let through.
func self(c echo.Context) account.User {
	u, _ := c.Get(userKey).(account.User)
	return u
}

// acted is the act that was kept of what the request did beside decisions; 0 if none was.
func acted(c echo.Context) account.ActID {
	if act, ok := c.Get(actKey).(*account.ActID); ok {
		return *act
	}
	return 0
}

// may is the middleware, behind moderator, that lets those through who have a permission
// for the whole blog.
func (*Server) may(p account.Permission) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if err := actor(c).May(p); err != nil {
				return err
			}
			return next(c)
		}
	}
}

// toLogin leads to the login page. After a GET the login leads back to it.
// After a POST nothing was done: the login page says so, and leads back to the
// page the button was on.
func (s *Server) toLogin(c echo.Context) error {
	q := url.Values{}
	if isRead(c) {
		q.Set("next", c.Request().URL.RequestURI())
	} else {
		if err := parseForm(c); err != nil {
			return err
		}
		q.Set("next", adminPath(c.Request().PostFormValue("return")))
		q.Set("repeat", "1")
	}
	return seeOther(c, "/admin/login?"+q.Encode())
}

// doors are the pages of the moderators' part that nobody goes on at.
var doors = []string{"/admin/login", "/admin/logout", "/admin/setup", "/admin/invitation", "/admin/prove"}

// adminPath is the place a form or a link names to go on at, if it is a page of
// the moderators, else /admin. Anywhere else could be a stranger's copy of the
// login page, and the login page itself would lead nowhere.
func adminPath(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.IsAbs() || u.Host != "" || u.User != nil || u.Path != path.Clean(u.Path) {
		return "/admin"
	}
	if u.Path != "/admin" && !strings.HasPrefix(u.Path, "/admin/") {
		return "/admin"
	}
	for _, d := range doors {
		if u.Path == d || strings.HasPrefix(u.Path, d+"/") {
			return "/admin"
		}
	}
	return (&url.URL{Path: u.Path, RawQuery: u.RawQuery}).String()
}
