package webmention

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Errors of [Receiver.Receive]: what is wrong with a webmention that is refused.
var (
	ErrSource = errors.New("the source is no address of a page")
	ErrTarget = errors.New("the target is no address of a page")
	ErrSame   = errors.New("source and target are the same")
	// ErrNotHere means a target that is no post of this blog that takes comments.
	ErrNotHere = errors.New("the target is no post that takes comments")
	// ErrBusy means that too many webmentions wait already.
	ErrBusy = errors.New("too many webmentions are waiting")
)

// Received is a webmention that waits to be looked at.
type Received struct {
	Source string
	Post   string // slug of the post that the target is
	Target string // the address of the post, as the source has it
	// Comment is what an earlier webmention of the same source became; 0 for none.
	Comment int64
	// Attempts is how often it was looked at, this time included.
	Attempts int
}

// Inbox keeps the webmentions that were received. A source and a post are one row.
type Inbox interface {
	// Receive keeps a webmention to be looked at now, whatever became of an earlier one of
	// the same source; ErrBusy if too many wait.
	Receive(ctx context.Context, r Received) error
	// Due takes webmentions that are to be looked at, at most limit of them. Nobody else
	// gets them before the lease is over.
	Due(ctx context.Context, lease time.Duration, limit int) ([]Received, error)
	// Retry notes why looking failed, and when to look again; never, if that is zero.
	Retry(ctx context.Context, r Received, problem string, at time.Time) error
	// Drop forgets a webmention.
	Drop(ctx context.Context, r Received) error
}

// Keeper makes comments of what was received.
type Keeper interface {
	// Keep keeps what the source says, and that the webmention was looked at.
	Keep(ctx context.Context, r Received, e Entry) error
	// Withdraw takes away what an earlier webmention of the source became.
	Withdraw(ctx context.Context, r Received) error
}

// ReceiverOptions is what a Receiver is made of. All fields are required.
type ReceiverOptions struct {
	Client *Client
	Inbox  Inbox
	Keeper Keeper
	// Post is the slug of the post at an address of this blog, if it takes comments.
	Post func(target *url.URL) (slug string, ok bool)
	Now  func() time.Time
	Log  *slog.Logger
}

// Receiver takes webmentions and looks at them later.
type Receiver struct {
	ReceiverOptions
	rung chan struct{}
}

// NewReceiver makes a Receiver.
func NewReceiver(o ReceiverOptions) *Receiver {
	return &Receiver{o, make(chan struct{}, 1)}
}

// Rung is told when something was received.
func (r *Receiver) Rung() <-chan struct{} { return r.rung }

// Receive checks a webmention and keeps it to be looked at. It is not looked at before
// this returns, so its answer tells nothing about what the source is.
func (r *Receiver) Receive(ctx context.Context, source, target string) error {
	source, target = strings.TrimSpace(source), strings.TrimSpace(target)
	s, err := parseURL(source)
	if err != nil {
		return ErrSource
	}
	t, err := parseURL(target)
	if err != nil {
		return ErrTarget
	}
	if spelled(s) == spelled(t) {
		return ErrSame
	}
	post, ok := r.Post(t)
	if !ok {
		return ErrNotHere
	}
	if err := r.Inbox.Receive(ctx, Received{Source: s.String(), Post: post, Target: t.String()}); err != nil {
		return fmt.Errorf("receive a webmention: %w", err)
	}
	select {
	case r.rung <- struct{}{}:
	default:
	}
	return nil
}

// SourceHost is the host of a source, by which webmentions are counted; empty if it has
// none.
func SourceHost(source string) string {
	u, err := parseURL(strings.TrimSpace(source))
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

// How many are looked at side by side, and how long that may take before they are taken
// for lost.
const (
	together = 4
	lease    = 2 * time.Minute
)

// Work looks at the webmentions that are due, some at a time, and returns how many there
// were.
func (r *Receiver) Work(ctx context.Context) (int, error) {
	due, err := r.Inbox.Due(ctx, lease, together)
	if err != nil {
		return 0, fmt.Errorf("look for webmentions: %w", err)
	}
	var working sync.WaitGroup
	problems := make([]error, len(due))
	for i := range due {
		working.Go(func() { problems[i] = r.look(ctx, due[i]) })
	}
	working.Wait()
	return len(due), errors.Join(problems...)
}

// look looks at one webmention. The error is one of keeping; what is wrong with the source
// is noted.
func (r *Receiver) look(ctx context.Context, m Received) error {
	e, err := r.Client.Read(ctx, m.Source, m.Target)
	switch {
	case ctx.Err() != nil:
		return nil //nolint:nilerr // the program ends; it is taken up again when the lease is over
	case err == nil:
		if e.Author == "" {
			e.Author = SourceHost(m.Source)
		}
		r.Log.InfoContext(ctx, "webmention received", "post", m.Post, "source_host", SourceHost(m.Source))
		return r.Keeper.Keep(ctx, m, e)
	case m.Comment != 0 && (errors.Is(err, ErrGone) || errors.Is(err, ErrNoLink)):
		r.Log.InfoContext(ctx, "webmention withdrawn", "post", m.Post, "source_host", SourceHost(m.Source), "reason", err.Error())
		if err := r.Keeper.Withdraw(ctx, m); err != nil {
			return err
		}
		return r.Inbox.Drop(ctx, m)
	}
	again := next(err, m.Attempts, r.Now())
	r.Log.InfoContext(ctx, "webmention not taken", "post", m.Post, "source_host", SourceHost(m.Source),
		"reason", err.Error(), "again", !again.IsZero())
	return r.Inbox.Retry(ctx, m, err.Error(), again)
}

// next is when to try again after an error; zero for never.
func next(err error, attempts int, now time.Time) time.Time {
	if Final(err) || attempts > len(waits) {
		return time.Time{}
	}
	return now.Add(waits[max(0, attempts-1)])
}
