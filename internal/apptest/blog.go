// Package apptest opens a whole blog for a test: the real router, the real
// database, the real filter, over content written in the test, with a clock that
// stands still.
//
//	b := apptest.Open(t, apptest.Options{Content: fstest.MapFS{
//		"posts/hello.md": {Data: []byte("---\ntitle: Hello\ndate: 2026-11-01\n---\nHi.\n")},
//	}})
//	if got := b.Get("/posts/hello").Code; got != 200 { … }
package apptest

import (
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/netip"
	"net/url"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/app"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// Noon is where the clock of a test stands.
var Noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// Password is the password of every user of a test.
const Password = "correct horse battery"

// BaseURL is the address of a test's blog.
const BaseURL = "http://blog.example.org"

// Config is the settings of a blog. It has a name here so that the tests of the
// rooms below internal/app need not import it.
type Config = app.Config

// Options is what a Blog is made of. The zero value is a blog without posts.
type Options struct {
	Content fs.FS         // the content folder; nil: an empty one
	Config  func(*Config) // changes the settings; nil leaves them
	Judge   comment.Judge // nil: the blog's own filter
	Data    string        // data folder; empty: a new one
	// Reach says which addresses webmentions are fetched from; nil: public ones.
	Reach func(netip.AddrPort) bool
	Mail  *Sink // where mails go; nil: none is sent
}

// Blog is an open blog.
type Blog struct {
	*app.App
	Data  string // data folder
	Log   *Log   // what was logged so far, at every level
	Clock *Clock
	t     testing.TB
	any   *Client // a client without cookies
}

// Open opens a blog and closes it when the test ends.
func Open(tb testing.TB, o Options) *Blog {
	tb.Helper()
	if o.Data == "" {
		o.Data = tb.TempDir()
	}
	if o.Content == nil {
		o.Content = fstest.MapFS{}
	}
	cfg := Config{
		Content: app.DefaultContent, Data: o.Data, Database: filepath.Join(o.Data, "hamlet.db"),
		BaseURL: BaseURL, CommentRate: "0", Hold: string(comment.HoldUnsureOnly),
	}
	if o.Config != nil {
		o.Config(&cfg)
	}
	world := app.World{Content: o.Content, Judge: o.Judge, Reach: o.Reach, QuickPasswords: true, Patience: time.Hour}
	if o.Mail != nil {
		cfg.SMTP, cfg.MailFrom, world.MailTrust = o.Mail.URL, "blog@example.org", o.Mail.Trust
	}
	offline := cfg.Addr == "" // a test that listens names an address
	if offline {
		cfg.Addr = "127.0.0.1:0"
	}
	b := &Blog{t: tb, Data: o.Data, Log: &Log{}, Clock: &Clock{now: Noon}}
	world.Now, world.Offline = b.Clock.Now, offline
	world.Log = slog.New(slog.NewTextHandler(b.Log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	a, err := app.Open(tb.Context(), cfg, world)
	if err != nil {
		tb.Fatalf("open blog: %v", err)
	}
	tb.Cleanup(func() {
		if err := a.Close(); err != nil {
			tb.Errorf("close blog: %v", err)
		}
	})
	b.App = a
	b.any = &Client{t: tb, handler: a.Handler()}
	return b
}

// Get asks for a path, without cookies.
func (b *Blog) Get(path string) *Response { b.t.Helper(); return b.any.Get(path) }

// Post sends a form, without cookies.
func (b *Blog) Post(path string, form url.Values) *Response {
	b.t.Helper()
	return b.any.Post(path, form)
}

// Client is a browser that keeps its cookies.
func (b *Blog) Client() *Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return &Client{t: b.t, handler: b.Handler(), jar: jar}
}

// MustUser makes an account with [Password].
func (b *Blog) MustUser(name string, role account.Role) account.User {
	b.t.Helper()
	u, err := b.Accounts.AddUser(context.Background(), account.Shell, account.NewUser{Name: name, Role: role, Password: Password})
	if err != nil {
		b.t.Fatalf("add user %s: %v", name, err)
	}
	return u
}

// Login makes an account and a browser that is logged in to it.
func (b *Blog) Login(name string, role account.Role) *Client {
	b.t.Helper()
	b.MustUser(name, role)
	c := b.Client()
	r := c.Post("/admin/login", url.Values{"name": {name}, "password": {Password}})
	if r.Code != http.StatusSeeOther {
		b.t.Fatalf("log in as %s: got %d, want 303\n%s", name, r.Code, r.Body)
	}
	return c
}

// MustComment sends a comment and returns its receipt.
func (b *Blog) MustComment(sub comment.Submission) comment.Receipt {
	b.t.Helper()
	r, err := b.Comments.Submit(context.Background(), sub)
	if err != nil {
		b.t.Fatalf("comment: %v", err)
	}
	return r
}

// Mails sends what is due and returns what arrived.
func (b *Blog) Mails(sink *Sink) []Mail {
	b.t.Helper()
	if err := b.Deliver(context.Background()); err != nil {
		b.t.Fatalf("send mails: %v", err)
	}
	return sink.Take()
}

// Says is a filter that gives every comment the same class.
func Says(c spam.Class) comment.Judge { return says(c) }

type says spam.Class

func (s says) Judge(context.Context, spam.Message) (spam.Verdict, error) {
	p := map[spam.Class]float64{spam.Ham: 0.01, spam.Unsure: 0.6, spam.Spam: 0.99}[spam.Class(s)]
	return spam.Verdict{
		Probability: p, Class: spam.Class(s), Model: "test",
		Reasons: []spam.Reason{{Feature: "word:test", Weight: p}},
	}, nil
}
