package notify_test

import (
	"context"
	"errors"
	"log/slog"
	"net/mail"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"hamlet/internal/apptest"
	"hamlet/internal/comment"
	"hamlet/internal/locale"
	"hamlet/internal/notify"
	"hamlet/templates"
)

// catalogue is the texts of mails in every language.
var catalogue = sync.OnceValues(func() (*locale.Catalog, error) { return locale.Load(templates.FS) })

// box is an outbox in memory, which tells how each mail ended.
type box struct {
	letters []comment.Letter
	sent    []comment.Letter
	failed  []comment.MailFailure
	woken   chan struct{}
}

func (b *box) Next(context.Context) (comment.Letter, bool, error) {
	if len(b.letters) == 0 {
		return comment.Letter{}, false, nil
	}
	l := b.letters[0]
	b.letters = b.letters[1:]
	return l, true, nil
}

func (b *box) Sent(_ context.Context, l comment.Letter) error { b.sent = append(b.sent, l); return nil }

func (b *box) Failed(_ context.Context, _ comment.Letter, f comment.MailFailure) error {
	b.failed = append(b.failed, f)
	return nil
}

func (b *box) Woken() <-chan struct{} { return b.woken }

// paths are private links that can be read.
type paths struct{}

func p(kind string, n, m int64) string {
	return "/comments/" + kind + "-" + strconv.FormatInt(n, 10) + "-" + strconv.FormatInt(m, 10)
}

func (paths) MailedPath(id comment.ID, link int64) string  { return p("own", int64(id), link) }
func (paths) ConfirmPath(id comment.ID, link int64) string { return p("confirm", int64(id), link) }
func (paths) StopRepliesPath(id comment.ID, who comment.PersonID) string {
	return p("stop", int64(id), int64(who))
}
func (paths) StopAllPath(who comment.PersonID) string { return p("stop-all", int64(who), 0) }
func (paths) EraseAllPath(who comment.PersonID, at time.Time) string {
	return p("erase", int64(who), at.Unix())
}

// bench is a courier between a box and a server.
type bench struct {
	*notify.Courier
	box *box
}

// newBench makes a courier of a blog in a language.
func newBench(t *testing.T, sink *apptest.Sink, change func(*notify.Options)) *bench {
	t.Helper()
	server, err := notify.ParseServer(sink.URL)
	if err != nil {
		t.Fatal(err)
	}
	texts, err := catalogue()
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{box: &box{woken: make(chan struct{}, 1)}}
	o := notify.Options{
		Outbox: b.box, SMTP: notify.NewSMTP(server, "blog.example.org", sink.Trust),
		From: mail.Address{Address: "blog@example.org"}, BaseURL: "https://blog.example.org",
		Blog: func() (string, *locale.Printer) { return "The Harbour", texts.Printer("en") },
		Where: func(c comment.Comment) (string, string) {
			return "Night Ferry", "/posts/night-ferry#comment-" + strconv.FormatInt(int64(c.ID), 10)
		},
		Plain: func(body string) string { return body },
		Paths: paths{}, Now: func() time.Time { return apptest.Noon }, Log: slog.New(slog.DiscardHandler),
	}
	if change != nil {
		change(&o)
	}
	if b.Courier, err = notify.New(o); err != nil {
		t.Fatal(err)
	}
	return b
}

// german is a blog in German.
func german(o *notify.Options) {
	texts, err := catalogue()
	if err == nil {
		o.Blog = func() (string, *locale.Printer) { return "Der Hafen", texts.Printer("de") }
	}
}

var (
	own   = comment.Comment{ID: 7, Link: 2, Post: "night-ferry", Author: "Ada", Body: "I was there.", Status: comment.Approved}
	reply = comment.Comment{ID: 9, Post: "night-ferry", Author: "Bo", Body: "So was I.\nAll night.", Status: comment.Approved}
)

func letter(kind comment.MailKind) comment.Letter {
	l := comment.Letter{IDs: []comment.MailID{3}, Kind: kind, Person: 4, To: "ada@example.org", Own: own}
	switch kind {
	case comment.MailReply:
		l.Confirmed, l.Replies = true, []comment.Answer{{Own: own, Reply: reply}}
	case comment.MailLinks:
		l.Own, l.All = comment.Comment{}, []comment.Comment{own, {ID: 5, CreatedAt: apptest.Noon}}
	case comment.MailErase:
		l.Own = comment.Comment{}
	}
	return l
}

// one sends a letter and reads it.
func one(t *testing.T, b *bench, sink *apptest.Sink, l comment.Letter) apptest.Mail {
	t.Helper()
	b.box.letters = []comment.Letter{l}
	if err := b.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := sink.Take()
	if len(got) != 1 || len(b.box.sent) == 0 {
		t.Fatalf("got %d mails, failures %v; want one mail", len(got), b.box.failed)
	}
	return got[0]
}

func TestMails(t *testing.T) {
	t.Parallel()
	declined := letter(comment.MailOutcome)
	declined.Own.Status, declined.Note = comment.Trash, "Off topic <here>."
	held := letter(comment.MailLink)
	held.Own.Status = comment.Pending
	several := letter(comment.MailReply)
	several.IDs = []comment.MailID{3, 4}
	several.Replies = append(several.Replies, comment.Answer{Own: own, Reply: comment.Comment{ID: 10, Author: "Cy <b>", Body: "& I."}})
	for _, tt := range []struct {
		name    string
		letter  comment.Letter
		change  func(*notify.Options)
		subject string
		links   []string
		says    []string
	}{
		{
			"link", letter(comment.MailLink), nil, "Your comment on “Night Ferry” (The Harbour)",
			[]string{"/comments/own-7-2", "/", "/comments/stop-all-4-0"},
			[]string{"The comment is published."},
		},
		{
			"link, held", held, nil, "Your comment on “Night Ferry” (The Harbour)",
			[]string{"/comments/own-7-2", "/", "/comments/stop-all-4-0"},
			[]string{"waits for a moderator"},
		},
		{
			"confirm", letter(comment.MailConfirm), nil, "Mails about replies from The Harbour: please confirm",
			[]string{"/comments/confirm-7-2", "/", "/comments/stop-all-4-0"},
			[]string{"confirm it here"},
		},
		{
			"approved", letter(comment.MailOutcome), nil, "Your comment on “Night Ferry” is published (The Harbour)",
			[]string{"/posts/night-ferry", "/comments/own-7-2", "/", "/comments/stop-all-4-0"},
			nil,
		},
		{
			"declined", declined, nil, "Your comment on “Night Ferry” is not published (The Harbour)",
			[]string{"/comments/own-7-2", "/", "/comments/stop-all-4-0"},
			[]string{"Off topic <here>."},
		},
		{
			"reply", letter(comment.MailReply), nil, "Bo replied to you on “Night Ferry”",
			[]string{"/posts/night-ferry", "/comments/own-7-2", "/comments/stop-7-4", "/", "/comments/stop-all-4-0"},
			[]string{"Bo replied below your comment", "So was I.", "All night."},
		},
		{
			"replies", several, nil, "2 new replies on The Harbour",
			[]string{"/posts/night-ferry", "/posts/night-ferry", "/comments/own-7-2", "/comments/stop-7-4", "/", "/comments/stop-all-4-0"},
			[]string{"Cy <b>", "& I."},
		},
		{
			"links", letter(comment.MailLinks), nil, "Your comments on The Harbour",
			[]string{"/comments/own-7-2", "/comments/own-5-0", "/", "/comments/stop-all-4-0"},
			[]string{"22 November 2026"},
		},
		{
			"erase", letter(comment.MailErase), nil, "Erase everything under this address on The Harbour?",
			[]string{"/comments/erase-4-1795348800", "/", "/comments/stop-all-4-0"},
			[]string{"three days"},
		},
		{
			"in German", letter(comment.MailReply), german, "Bo hat Ihnen zu „Night Ferry“ geantwortet",
			[]string{"/posts/night-ferry", "/comments/own-7-2", "/comments/stop-7-4", "/", "/comments/stop-all-4-0"},
			[]string{"Keine E-Mails mehr"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			sink := apptest.OpenSink(t, apptest.SinkOptions{})
			m := one(t, newBench(t, sink, tt.change), sink, tt.letter)
			if m.Subject != tt.subject {
				t.Errorf("got subject %q, want %q", m.Subject, tt.subject)
			}
			if got, want := strings.Join(m.Links(), " "), strings.Join(tt.links, " "); got != want {
				t.Errorf("got links\n%s, want\n%s\n%s", got, want, m.Text)
			}
			checkHTML(t, m)
			for _, words := range tt.says {
				if !strings.Contains(strings.Join(strings.Fields(m.Text), " "), words) {
					t.Errorf("the text does not say %q:\n%s", words, m.Text)
				}
			}
			checkHeaders(t, m)
		})
	}
}

// checkHTML finds what is in one part of a mail only, and what would be fetched.
func checkHTML(t *testing.T, m apptest.Mail) {
	t.Helper()
	for _, link := range m.Links() {
		if !strings.Contains(m.HTML, `href="https://blog.example.org`+link) {
			t.Errorf("the HTML has no link to %s", link)
		}
	}
	for _, fetched := range []string{"<img", "src=", "url(", "<link", "<script", "@import", "<b>"} {
		if strings.Contains(strings.ToLower(m.HTML), fetched) {
			t.Errorf("the HTML has %s:\n%s", fetched, m.HTML)
		}
	}
}

// checkHeaders looks at what every mail has.
func checkHeaders(t *testing.T, m apptest.Mail) {
	t.Helper()
	stop := "/comments/stop-all-4-0"
	if strings.Contains(m.Text, "/comments/stop-7-4") {
		stop = "/comments/stop-7-4"
	}
	for name, want := range map[string]string{
		"To": "<ada@example.org>", "Date": "Sun, 22 Nov 2026 12:00:00 +0000", "Auto-Submitted": "auto-generated",
		"List-Unsubscribe": "<https://blog.example.org" + stop + ">", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
		"User-Agent": "", "X-Mailer": "", "Mime-Version": "1.0",
	} {
		if got := m.Header.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if id := m.Header.Get("Message-Id"); !strings.HasSuffix(id, "@blog.example.org>") {
		t.Errorf("Message-ID is %q", id)
	}
	if list := m.Header.Get("List-Id"); !strings.HasSuffix(list, " <comments.blog.example.org>") {
		t.Errorf("List-Id is %q", list)
	}
	from, err := m.Header.AddressList("From")
	if err != nil || len(from) != 1 || from[0].Address != "blog@example.org" || from[0].Name == "" || m.From != "blog@example.org" {
		t.Errorf("got %v, %v, %s on the envelope; want the blog", from, err, m.From)
	}
	if m.To != "ada@example.org" {
		t.Errorf("it went to %s", m.To)
	}
}

// TestNothingTyped: as long as an address is not confirmed, nothing that the comment
// says is in a mail to it.
func TestNothingTyped(t *testing.T) {
	t.Parallel()
	sink := apptest.OpenSink(t, apptest.SinkOptions{})
	b := newBench(t, sink, nil)
	for _, kind := range comment.MailKinds {
		if kind == comment.MailReply {
			continue
		}
		m := one(t, b, sink, letter(kind))
		for _, typed := range []string{own.Author, own.Body} {
			if strings.Contains(m.Text+m.HTML+m.Subject, typed) {
				t.Errorf("%s: the mail says %q", kind, typed)
			}
		}
	}
}

// TestMessageID: a mail that is sent twice is one to who gets it; two are two.
func TestMessageID(t *testing.T) {
	t.Parallel()
	sink := apptest.OpenSink(t, apptest.SinkOptions{})
	b := newBench(t, sink, nil)
	first, again := one(t, b, sink, letter(comment.MailLink)), one(t, b, sink, letter(comment.MailLink))
	more := letter(comment.MailLink)
	more.IDs = []comment.MailID{3, 4}
	other := one(t, b, sink, more)
	if first.Header.Get("Message-Id") != again.Header.Get("Message-Id") {
		t.Error("the same mail has two Message-IDs")
	}
	if first.Header.Get("Message-Id") == other.Header.Get("Message-Id") {
		t.Error("two mails have one Message-ID")
	}
	if first.Header.Get("References") != other.Header.Get("References") || first.Header.Get("In-Reply-To") == "" {
		t.Error("mails about one comment do not stand together")
	}
}

// TestPlainHTTP: one click is for https only.
func TestPlainHTTP(t *testing.T) {
	t.Parallel()
	sink := apptest.OpenSink(t, apptest.SinkOptions{})
	m := one(t, newBench(t, sink, func(o *notify.Options) { o.BaseURL = "http://blog.example.org" }), sink, letter(comment.MailLink))
	if m.Header.Get("List-Unsubscribe-Post") != "" || !strings.HasPrefix(m.Header.Get("List-Unsubscribe"), "<http://") {
		t.Errorf("got %q and %q", m.Header.Get("List-Unsubscribe"), m.Header.Get("List-Unsubscribe-Post"))
	}
}

// TestWays sends by each way there is.
func TestWays(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		sink  apptest.SinkOptions
		url   func(string) string
		trust bool
		want  string // why it fails; empty: it does not
	}{
		{"STARTTLS", apptest.SinkOptions{}, nil, true, ""},
		{"STARTTLS and password", apptest.SinkOptions{User: "ada", Password: "se/cret@1"}, nil, true, ""},
		{"implicit TLS", apptest.SinkOptions{Implicit: true}, nil, true, ""},
		{"implicit TLS and password", apptest.SinkOptions{Implicit: true, User: "ada", Password: "secret"}, nil, true, ""},
		{"no TLS", apptest.SinkOptions{Plain: true}, nil, false, ""},
		{"optional, without", apptest.SinkOptions{Plain: true}, func(u string) string { return strings.Replace(u, "off", "optional", 1) }, false, ""},
		{"optional, with", apptest.SinkOptions{}, func(u string) string { return u + "?starttls=optional" }, true, ""},
		{"mandatory, without", apptest.SinkOptions{Plain: true}, func(u string) string { return strings.Replace(u, "off", "mandatory", 1) }, false, "STARTTLS"},
		{"a certificate of nobody", apptest.SinkOptions{}, nil, false, "certificate"},
		{"a certificate of nobody, at once", apptest.SinkOptions{Implicit: true}, nil, false, "certificate"},
		{
			"a wrong password",
			apptest.SinkOptions{User: "ada", Password: "secret"},
			func(u string) string { return strings.Replace(u, "secret", "hidden", 1) }, true, "535",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			sink := apptest.OpenSink(t, tt.sink)
			if tt.url != nil {
				sink.URL = tt.url(sink.URL)
			}
			if !tt.trust {
				sink.Trust = nil
			}
			b := newBench(t, sink, nil)
			b.box.letters = []comment.Letter{letter(comment.MailLink), letter(comment.MailErase)}
			err := b.Deliver(t.Context())
			if tt.want == "" {
				if got := len(sink.Take()); err != nil || got != 2 || len(b.box.sent) != 2 {
					t.Errorf("got %d mails, %v, failures %v; want two", got, err, b.box.failed)
				}
				return
			}
			// The server cannot be used: the second mail is not tried in vain.
			if err == nil || len(b.box.failed) != 1 || len(b.box.letters) != 1 || b.box.failed[0].Permanent {
				t.Fatalf("got %v, failures %v, %d left", err, b.box.failed, len(b.box.letters))
			}
			if text := b.box.failed[0].Text; !strings.Contains(text, tt.want) || strings.Contains(text, "hidden") || strings.Contains(text, "ada") {
				t.Errorf("got %q, want something with %q", text, tt.want)
			}
		})
	}
}

// TestRefusals: what a server says decides what becomes of a mail.
func TestRefusals(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		step string
		err  error
		want comment.MailFailure
		down bool
	}{
		{
			"no such mailbox", "rcpt", apptest.Refusal(550, 5, 1, 1, "ada@example.org unknown"),
			comment.MailFailure{Text: "it refused the address: 550 5.1.1", Permanent: true, Refused: true},
			false,
		},
		{
			"no relaying", "rcpt", apptest.Refusal(554, 5, 7, 1, "Relay access denied for ada"),
			comment.MailFailure{Text: "it refused the address: 554 5.7.1", Permanent: true},
			false,
		},
		{
			"mailbox busy", "rcpt", apptest.Refusal(450, 4, 2, 1, "later, ada"),
			comment.MailFailure{Text: "it refused the address: 450 4.2.1"},
			false,
		},
		{
			"taken for spam", "data", apptest.Refusal(554, 5, 7, 1, "no"),
			comment.MailFailure{Text: "it refused the mail: 554 5.7.1", Permanent: true},
			false,
		},
		{"disk full", "data", apptest.Refusal(452, 4, 3, 1, "no"), comment.MailFailure{Text: "it refused the mail: 452 4.3.1"}, false},
		{"not this sender", "mail", apptest.Refusal(550, 5, 7, 1, "no"), comment.MailFailure{Text: "it refused the sender: 550 5.7.1"}, true},
		{"going down", "data", apptest.Refusal(421, 4, 3, 2, "bye"), comment.MailFailure{Text: "it refused the mail: 421 4.3.2"}, true},
		{"cut", "rcpt", apptest.ErrCut, comment.MailFailure{Text: "the connection broke"}, true},
		{"cut late", "data", apptest.ErrCut, comment.MailFailure{Text: "the connection broke"}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			sink := apptest.OpenSink(t, apptest.SinkOptions{})
			b := newBench(t, sink, nil)
			sink.Answer(func(step, _ string) error {
				if step == tt.step {
					return tt.err
				}
				return nil
			})
			b.box.letters = []comment.Letter{letter(comment.MailLink)}
			err := b.Deliver(t.Context())
			if len(b.box.failed) != 1 || b.box.failed[0] != tt.want || len(b.box.sent) != 0 {
				t.Errorf("got %+v, want %+v", b.box.failed, tt.want)
			}
			if (err != nil) != tt.down {
				t.Errorf("got %v, want an error: %t", err, tt.down)
			}
		})
	}
}

// TestHang: a server that says nothing any more does not keep a blog from stopping.
func TestHang(t *testing.T) {
	t.Parallel()
	sink := apptest.OpenSink(t, apptest.SinkOptions{})
	b := newBench(t, sink, nil)
	ctx, stop := context.WithCancel(t.Context())
	hung := make(chan struct{})
	free := make(chan struct{})
	defer close(free)
	sink.Answer(func(step, _ string) error {
		if step == "data" {
			close(hung)
			<-free
		}
		return nil
	})
	b.box.letters = []comment.Letter{letter(comment.MailLink)}
	ended := make(chan error, 1)
	go func() { ended <- b.Run(ctx) }()
	<-hung
	stop()
	if err := <-ended; err != nil {
		t.Errorf("got %v, want an orderly end", err)
	}
	if len(b.box.failed) != 1 || b.box.failed[0].Permanent || len(b.box.sent) != 0 {
		t.Errorf("failures %v, sent %v; want the mail kept for later", b.box.failed, b.box.sent)
	}
}

// TestRun: a courier sends at once what it is woken for, and ends with its context.
func TestRun(t *testing.T) {
	leaks := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, leaks) })
	sink := apptest.OpenSink(t, apptest.SinkOptions{})
	b := newBench(t, sink, nil)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	b.box.letters = []comment.Letter{letter(comment.MailLink)}
	go func() { ended <- b.Run(ctx) }()
	<-sink.Got
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestOddAddress: what cannot be an address is given up, and nothing is sent.
func TestOddAddress(t *testing.T) {
	t.Parallel()
	sink := apptest.OpenSink(t, apptest.SinkOptions{})
	for _, to := range []string{
		"", "ada", "ada@example.org, bo@example.org", "Ada <ada@example.org>", "ada@example.org\r\nBcc: bo@example.org", "ada@\u202Eexample.org",
	} {
		b := newBench(t, sink, nil)
		l := letter(comment.MailLink)
		l.To = to
		b.box.letters = []comment.Letter{l}
		if err := b.Deliver(t.Context()); err != nil || len(b.box.failed) != 1 || !b.box.failed[0].Permanent {
			t.Errorf("%q: got %v, failures %v", to, err, b.box.failed)
		}
	}
	if got := sink.Take(); len(got) != 0 {
		t.Errorf("sent: %v", got)
	}
}

func TestNewWantsAll(t *testing.T) {
	t.Parallel()
	if _, err := notify.New(notify.Options{}); err == nil || errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want an error", err)
	}
}
