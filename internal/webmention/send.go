package webmention

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"time"
)

// Sent is a link of a post that its target is to be told of.
type Sent struct {
	Post     string // slug
	Source   string // address of the post
	Target   string
	Removed  bool // the link is gone
	Attempts int  // this one included
}

// Outbox keeps which targets are told of which posts. A post and a target are one row.
type Outbox interface {
	// SetLinks keeps what a post links to now. If that is something else than before, all
	// of it is to be told, and what is not linked to any more once more, at the time given.
	// It returns how many are to be told.
	SetLinks(ctx context.Context, post, source string, targets []string, at time.Time) (int, error)
	// DueSent takes what is to be told, at most limit of it. Nobody else gets it before
	// the lease is over.
	DueSent(ctx context.Context, lease time.Duration, limit int) ([]Sent, error)
	// Told notes that a target was told at the endpoint, or has none; what was told of a
	// removed link is forgotten.
	Told(ctx context.Context, s Sent, endpoint string) error
	// RetrySent notes why telling failed, and when to try again; never, if that is zero.
	RetrySent(ctx context.Context, s Sent, problem string, at time.Time) error
}

// settled is how long after a change the targets are told: whoever is still writing saves
// again.
const settled = 2 * time.Minute

// Sender tells the pages that posts link to.
type Sender struct {
	Client *Client
	Outbox Outbox
	Now    func() time.Time
	Log    *slog.Logger
}

// Posted keeps what a post links to, given its HTML; empty HTML is a post that is not there
// any more. Links to other sites count, those of the blog itself do not.
func (s *Sender) Posted(ctx context.Context, post, source, text string) error {
	at, err := url.Parse(source)
	if err != nil {
		return fmt.Errorf("webmentions of %s: %w", post, err)
	}
	n, err := s.Outbox.SetLinks(ctx, post, source, links(text, at), s.Now().Add(settled))
	if err != nil {
		return fmt.Errorf("webmentions of %s: %w", post, err)
	}
	if n > 0 {
		s.Log.InfoContext(ctx, "webmentions are to be sent", "post", post, "links", n)
	}
	return nil
}

// Work tells what is due, one after the other, and returns how much there was.
func (s *Sender) Work(ctx context.Context) (int, error) {
	due, err := s.Outbox.DueSent(ctx, lease, together)
	if err != nil {
		return 0, fmt.Errorf("look for webmentions to send: %w", err)
	}
	for _, one := range due {
		if err := s.tell(ctx, one); err != nil {
			return len(due), err
		}
	}
	return len(due), nil
}

// tell tells one target. The error is one of keeping.
func (s *Sender) tell(ctx context.Context, one Sent) error {
	endpoint, err := s.Client.Discover(ctx, one.Target)
	if err == nil {
		err = s.Client.Tell(ctx, endpoint, one.Source, one.Target)
	}
	switch {
	case ctx.Err() != nil:
		return nil //nolint:nilerr // the program ends; it is taken up again when the lease is over
	case err == nil:
		s.Log.InfoContext(ctx, "webmention sent", "post", one.Post, "target", one.Target)
		return s.Outbox.Told(ctx, one, endpoint)
	case errors.Is(err, ErrNoEndpoint):
		return s.Outbox.Told(ctx, one, "")
	}
	again := next(err, one.Attempts, s.Now())
	s.Log.InfoContext(ctx, "webmention not sent", "post", one.Post, "target", one.Target,
		"reason", err.Error(), "again", !again.IsZero())
	return s.Outbox.RetrySent(ctx, one, err.Error(), again)
}
