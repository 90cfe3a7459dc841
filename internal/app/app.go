package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"hamlet/internal/akismet"
	"hamlet/internal/away"
	"hamlet/internal/content"
	"hamlet/internal/notify"
	"hamlet/internal/opinion"
	"hamlet/internal/picture"
	"hamlet/internal/web"
)

// drainTime is how long requests under way may take after the end was asked for;
// then they are cut off.
const drainTime = 20 * time.Second

// App is an open blog.
type App struct {
	*Data
	// URL is where the blog is reached from this machine; empty when it is offline.
	URL string

	world    World
	library  *library
	pictures *picture.Store
	mentions mentions
	opinion  *opinion.Service // nil: no other filter is asked
	web      *web.Server
	courier  *notify.Courier // nil: no mail is sent
	away     *away.Service
	sender   *away.Sender
	asked    *akismet.Server // by other sites
	workshop *workshop       // nil unless the author is at work
	listener net.Listener
	drain    time.Duration
}

// Open opens a blog and listens on its address; nothing is answered before
// [App.Run]. A wrong setting is a *SettingError, broken content is
// content.Problems.
func Open(ctx context.Context, cfg Config, w World) (*App, error) {
	s, err := cfg.settings()
	if err != nil {
		return nil, err
	}
	a := &App{world: w.filled(), drain: drainTime}
	if err := a.open(ctx, s); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

func (a *App) open(ctx context.Context, s settings) (err error) {
	if !a.world.Offline {
		if err := a.listen(ctx, s.addr); err != nil {
			return err
		}
	}
	if s.baseURL == "" {
		s.baseURL = a.URL
	}
	a.library = newLibrary(s.content, s.baseURL, a.world)
	a.library.everything = s.dev
	a.pictures = picture.New(picture.Options{Dir: filepath.Join(s.data, "cache", "pictures"), Now: a.world.Now})
	words, err := wordsOf(s.theme)
	if err != nil {
		return err
	}
	a.library.loader = content.NewLoader(content.Options{Picture: a.picture, Words: words, Now: time.Now})
	if err := a.library.load(); err != nil {
		return err
	}
	changed := hooks{thread: func(post string) { a.Web().CommentsChanged(post) }, rules: a.rulesChanged}
	if a.Data, err = openData(ctx, s, a.world, a.library, changed); err != nil {
		return err
	}
	a.library.rules = a.Rules
	a.asked = akismet.NewServer(akismet.Options{Sites: a.Sites, Prefix: s.sitesPath, Now: a.world.Now, Log: a.world.Log})
	a.mentions = a.newMentions(s)
	a.opinion = a.newOpinion(s)
	if err := a.openMail(ctx, s); err != nil {
		return err
	}
	if err := a.openAway(s); err != nil {
		return err
	}
	if a.web, err = a.newWeb(ctx, s); err != nil {
		return err
	}
	if s.dev {
		a.workshop = newWorkshop(a, s)
	}
	return nil
}

func (a *App) newWeb(ctx context.Context, s settings) (*web.Server, error) {
	own, err := builtIn()
	if err != nil {
		return nil, err
	}
	notice, err := a.notice(ctx, s)
	if err != nil {
		return nil, err
	}
	return web.New(web.Options{
		Site: a.library.Site, Problems: a.library.Problems, Files: fs.FS(a.library), Pictures: a.pictures,
		BuiltIn: own, Theme: openTheme(s.theme), ThemeDir: s.theme,
		Comments: a.Comments, Accounts: a.Accounts, Queue: a.Queue, Audit: a.Audit, Notes: a.Notes, Reports: a.Reports, Views: a.Views, Pasts: a.Pasts, Jobs: a.Jobs, Waves: a.Waves, Away: a.away, Sessions: a.db.Sessions(), Insight: a.Insight, Rules: a.Rules, Sites: a.Sites,
		CommentRate: s.rate, Work: web.WorkOptions{When: s.proofOfWork, Used: a.db.Rules()}, EmbedOrigins: s.embedders, TrustedProxies: s.proxies, Secure: strings.HasPrefix(s.baseURL, "https://"),
		Mail: s.sendsMail(), AccessLog: s.everyRequest, Mentions: a.mentions.receiver, Outcomes: a.db.Mentions(), SendsMentions: a.mentions.sender != nil, Opinion: a.opinion, Privacy: notice, PreviewKey: a.PreviewKey(), FormKey: a.forms, Now: a.world.Now, Log: a.world.Log,
	})
}

// listen takes the address and works out the URL that leads there.
func (a *App) listen(ctx context.Context, addr string) (err error) {
	var lc net.ListenConfig
	if a.listener, err = lc.Listen(ctx, "tcp", addr); err != nil {
		return &SettingError{"addr", addr, "it cannot be listened on: " + err.Error()}
	}
	at := a.listener.Addr().(*net.TCPAddr)
	host, _, err := net.SplitHostPort(addr)
	switch {
	case err != nil:
		return &SettingError{"addr", addr, err.Error()}
	case at.IP.IsUnspecified():
		host = "localhost"
	case net.ParseIP(host) != nil:
		host = at.IP.String() // a name stays one: browsers make passkeys for names only
	}
	a.URL = "http://" + net.JoinHostPort(host, strconv.Itoa(at.Port))
	return nil
}

// Handler answers the blog's requests; for tests, which need no network.
func (a *App) Handler() http.Handler {
	if a.workshop != nil {
		return answering(a.asked, a.workshop)
	}
	return answering(a.asked, a.web)
}

// Web is what answers readers now.
func (a *App) Web() *web.Server {
	if a.workshop != nil {
		return a.workshop.Server()
	}
	return a.web
}

// rulesChanged tells the server, if there is one already.
func (a *App) rulesChanged() {
	if a.web != nil {
		a.Web().BlogChanged()
	}
}

// Reload reads the content folder again, now.
func (a *App) Reload() error { return a.library.load() }

// Run serves until the context ends, then lets the requests under way finish.
// It returns nil after an orderly end.
func (a *App) Run(ctx context.Context) error {
	if a.listener == nil {
		return errors.New("run: the blog is offline")
	}
	if err := a.greet(ctx); err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return a.serve(ctx) })
	g.Go(func() error { return a.library.watch(ctx) })
	g.Go(func() error { return a.library.complete(ctx) })
	g.Go(func() error { return a.follow(ctx) })
	g.Go(func() error { return a.upkeep(ctx) })
	g.Go(func() error { return a.Sites.Run(ctx) })
	g.Go(func() error { return a.purge(ctx) })
	g.Go(func() error { return a.Jobs.Run(ctx) })
	g.Go(func() error { return a.teach(ctx) })
	g.Go(func() error { return a.receive(ctx) })
	g.Go(func() error { return a.send(ctx) })
	g.Go(func() error { return a.ask(ctx) })
	g.Go(func() error { return a.work(ctx, a.Sites.Woken(), a.CallSites) })
	g.Go(func() error { return a.web.Run(ctx) })
	g.Go(func() error { return a.sender.Run(ctx) })
	if a.courier != nil {
		g.Go(func() error { return a.courier.Run(ctx) })
	}
	if a.workshop != nil {
		g.Go(func() error { return a.workshop.watch(ctx) })
	}
	err := g.Wait()
	// What other sites asked while the last requests were finished.
	return errors.Join(err, a.Sites.End(context.WithoutCancel(ctx)))
}

// greet logs where the blog is, and what the owner should know at the start.
func (a *App) greet(ctx context.Context) error {
	log := a.world.Log
	log.InfoContext(ctx, "listening", "url", a.URL)
	if a.courier == nil {
		log.InfoContext(ctx, "no mail is sent: the setting smtp names no mail server")
	}
	for _, p := range a.library.Problems() {
		log.WarnContext(ctx, "the blog is empty", "content", p.File, "reason", p.Message)
	}
	token, err := a.Accounts.SetupToken(context.WithoutCancel(ctx))
	if err != nil {
		return fmt.Errorf("look for accounts: %w", err)
	}
	if token != "" {
		log.InfoContext(ctx, "open this link once to create the first account",
			"setup_url", a.library.baseURL+"/admin/setup?token="+token)
	}
	return nil
}

func (a *App) serve(ctx context.Context) error {
	srv := &http.Server{
		Handler:           a.Handler(),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(serverFaults{a.world.Log.Handler()}, slog.LevelError),
	}
	if a.workshop != nil {
		srv.RegisterOnShutdown(a.workshop.Close)
	} else {
		srv.RegisterOnShutdown(a.web.Close)
	}
	l := newFront(a.listener, a.quick(), limits{srv.ReadHeaderTimeout, srv.IdleTimeout, srv.WriteTimeout}, a.world.Log)
	drained := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		a.world.Log.InfoContext(ctx, "stopping")
		drained <- a.finish(context.WithoutCancel(ctx), srv, l)
	})
	err := srv.Serve(l)
	if !errors.Is(err, http.ErrServerClosed) {
		stop()
		return fmt.Errorf("serve: %w", err)
	}
	return <-drained
}

// quick is what answers the plain requests of a connection; nothing does while the
// author is at work, for pages then go out with a script in them.
func (a *App) quick() func() *web.Quick {
	if a.workshop != nil {
		return func() *web.Quick { return nil }
	}
	return a.web.Quick
}

// finish lets the requests under way finish, and cuts off those that take too
// long: somebody who reads slowly must not keep the blog from stopping.
func (a *App) finish(ctx context.Context, srv *http.Server, l *front) error {
	patience, cancel := context.WithTimeout(ctx, a.drain)
	defer cancel()
	err := srv.Shutdown(patience)
	if late := l.finish(patience); err == nil {
		err = late
	}
	if errors.Is(err, context.DeadlineExceeded) {
		a.world.Log.WarnContext(ctx, "stopped with requests under way")
		err = srv.Close()
	}
	if err != nil {
		return fmt.Errorf("stop serving: %w", err)
	}
	return nil
}

// serverFaults passes on what net/http has to say about the listening itself.
// What it says about single connections names their addresses, and is about
// clients that went away or sent no HTTP.
type serverFaults struct{ slog.Handler }

// Handle passes a record on or drops it.
func (h serverFaults) Handle(ctx context.Context, r slog.Record) error {
	if !strings.HasPrefix(r.Message, "http: Accept error") {
		return nil
	}
	return h.Handler.Handle(ctx, r)
}

// Close lets go of the address and closes the database.
func (a *App) Close() error {
	var err error
	if a.listener != nil {
		if cerr := a.listener.Close(); !errors.Is(cerr, net.ErrClosed) {
			err = cerr
		}
	}
	if a.Data != nil {
		err = errors.Join(err, a.Data.Close())
	}
	return err
}
