// Package notify writes the mails of a blog and sends them.
//
// # What is sent
//
// Mails about a comment go to whoever gave an address with it, and asked for them:
//
//	link     right after sending: the comment's private link
//	confirm  once the comment is published: "is this address yours, and do you want
//	         mails about replies?"; only who answers gets any
//	outcome  a moderator has approved or declined it; of spam nothing is said
//	reply    somebody replied, and the reply is published
//	links    all private links, as somebody asked for who typed the address
//	erase    the link that erases everything under the address, asked for as well
//
// As long as an address is not confirmed it may be anybody's, so a mail to it has
// nothing that strangers typed: the title of a post, and what the catalogue says. Names
// and texts of others are in mails about replies alone.
//
// Each mail is plain text and HTML with the same words, in the blog's language. It
// fetches nothing and counts nobody. It says that a program made it (Auto-Submitted),
// where it is from (List-Id), and how mails like it end by one click (List-Unsubscribe,
// RFC 8058; over https). Mails about one comment stand together (References).
//
// # The outbox
//
// A mail begins as a row, written in the transaction of what it tells of. A [Courier]
// takes one after the other, makes its text as things are now, sends it, and notes that.
// If it is killed between the last two, the mail goes out again, with the same Message-ID,
// by which mail programs know it. Several couriers may work on one outbox.
//
// What a server refuses for now, or what does not reach it, is tried again after
// minutes, then hours; what it refuses for good, or for two days, is given up and shown to the
// moderators. If the server itself is away, the others wait and are not tried in vain.
package notify

import (
	"context"
	"errors"
	"log/slog"
	"net/mail"
	"time"

	gomail "github.com/wneessen/go-mail"

	"hamlet/internal/comment"
	"hamlet/internal/locale"
)

// Outbox is where mails wait.
type Outbox interface {
	// Next takes the next mail that is due; false if none is. It is nobody else's until
	// it is answered for, or some minutes have passed.
	Next(ctx context.Context) (comment.Letter, bool, error)
	// Sent notes that a mail was sent.
	Sent(ctx context.Context, l comment.Letter) error
	// Failed notes that a mail was not sent.
	Failed(ctx context.Context, l comment.Letter, f comment.MailFailure) error
	// Woken has something to read when new mails may be due.
	Woken() <-chan struct{}
}

// Paths makes the paths of private links.
type Paths interface {
	MailedPath(id comment.ID, link int64) string
	ConfirmPath(id comment.ID, link int64) string
	StopRepliesPath(id comment.ID, who comment.PersonID) string
	StopAllPath(who comment.PersonID) string
	EraseAllPath(who comment.PersonID, at time.Time) string
}

// Options is what a Courier is made of. All are required.
type Options struct {
	Outbox Outbox
	SMTP   *SMTP
	From   mail.Address
	// BaseURL is the blog's, without a slash at the end.
	BaseURL string
	// Blog tells the title of the blog and the texts of its language, as they are now.
	Blog func() (title string, say *locale.Printer)
	// Where tells the title of a comment's post, and the path where readers find the
	// comment; no path if the post is gone.
	Where func(comment.Comment) (title, path string)
	// Plain is what readers see of a body, without markup.
	Plain func(body string) string
	Paths Paths
	Now   func() time.Time
	Log   *slog.Logger
}

// Courier takes mails out of an outbox and sends them.
type Courier struct {
	o    Options
	host string // of the blog
}

// New makes a Courier.
func New(o Options) (*Courier, error) {
	if o.Outbox == nil || o.SMTP == nil || o.From.Address == "" || o.BaseURL == "" || o.Blog == nil ||
		o.Where == nil || o.Plain == nil || o.Paths == nil || o.Now == nil || o.Log == nil {
		return nil, errors.New("mail: an option is missing")
	}
	return &Courier{o: o, host: hostOf(o.BaseURL)}, nil
}

// How often a Courier looks for mails: also by itself, since another program may have
// written them, and since some wait for a time. After a server was found away it rests.
const (
	lookEvery = 5 * time.Second
	restFor   = time.Minute
)

// Run sends what is due, until the context ends. What fails is tried again.
func (c *Courier) Run(ctx context.Context) error {
	for {
		wait, woken := lookEvery, c.o.Outbox.Woken()
		if err := c.Deliver(ctx); err != nil && ctx.Err() == nil {
			c.o.Log.ErrorContext(ctx, "mails wait", "error", err.Error())
			wait, woken = restFor, nil
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-timer.C:
		case <-woken:
			timer.Stop()
		}
	}
}

// Deliver sends what is due now. Its error says that nothing can be sent for now.
func (c *Courier) Deliver(ctx context.Context) error {
	for {
		l, ok, err := c.o.Outbox.Next(ctx)
		if err != nil || !ok {
			return err
		}
		if err := c.deliver(ctx, l); err != nil {
			return err
		}
	}
}

// deliver sends one mail and notes how that ended.
func (c *Courier) deliver(ctx context.Context, l comment.Letter) error {
	sending := c.send(ctx, l)
	// Also when the program is to end: else the mail would go out again.
	ctx = context.WithoutCancel(ctx)
	f, failed := errors.AsType[*FailureError](sending)
	switch {
	case sending == nil:
		return c.o.Outbox.Sent(ctx, l)
	case errors.Is(sending, context.Canceled):
		f = &FailureError{Text: "the blog was stopped", Down: true}
	case !failed:
		f = &FailureError{Text: sending.Error(), Permanent: true}
	}
	err := c.o.Outbox.Failed(ctx, l, comment.MailFailure{Text: f.Text, Permanent: f.Permanent, Refused: f.Refused})
	if err == nil && f.Down {
		return f
	}
	return err
}

// send writes a mail and hands it over.
func (c *Courier) send(ctx context.Context, l comment.Letter) error {
	m, err := c.write(l)
	if err != nil {
		return err
	}
	return c.o.SMTP.send(ctx, m)
}

// write makes the mail of a letter, in the language of the blog.
func (c *Courier) write(l comment.Letter) (*gomail.Msg, error) {
	title, say := c.o.Blog()
	w := writer{Printer: say, title: line(title), base: c.o.BaseURL, o: &c.o}
	d, err := w.draft(l)
	if err != nil {
		return nil, err
	}
	return c.message(l, d, w.title)
}
