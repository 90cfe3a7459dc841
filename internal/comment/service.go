package comment

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/spam"
)

// Judge gives an opinion on a message; the receipt of the verdict is kept with the
// comment, if there is one. [Learner] is the blog's own; a remote
// one would be another.
type Judge interface {
	Judge(ctx context.Context, m spam.Message) (spam.Verdict, error)
}

// ThreadState is what may be done under a post.
type ThreadState int

// The states of a thread.
const (
	ThreadMissing ThreadState = iota // there is no such post
	ThreadOpen
	ThreadClosed // the post takes no comments, or no more
)

// Threads knows the posts of the blog.
type Threads interface {
	Thread(post string) ThreadState
}

// Options is what a Service is made of. All fields are required but Policy,
// whose zero value is [HoldUnsureOnly], Posts, Seen, Changed, Links, Rules, Leads and Asking.
type Options struct {
	Store   Store
	Judge   Judge
	Threads Threads
	Policy  Policy
	// Posts tells the filter what a post is about; nil: nothing.
	Posts Posts
	// Seen is what readers see of a body; nil: the body as it was typed.
	Seen func(body string) string
	// Changed is told the post whose thread may show something else now, after
	// that is kept and before the caller hears of it; nil: nobody is told.
	Changed func(post string)
	// Links makes and opens private links; the zero Links opens none.
	Links Links
	// Rules are what the owner has laid down; nil: nothing.
	Rules Rules
	// Leads finds the hosts that readers of a body are led to, and counts the links; nil:
	// none are found.
	Leads func(body string) (hosts []string, links int)
	// Asking says about which comments another filter is asked; zero: about none.
	Asking Asking
	Now    func() time.Time
	Log    *slog.Logger
}

// Service is the one door to the comments of a blog.
type Service struct {
	store   Store
	judges  Judge
	threads Threads
	policy  Policy
	posts   Posts
	seen    func(body string) string
	changed func(post string)
	links   Links
	rules   Rules
	leads   func(body string) (hosts []string, links int)
	asking  Asking
	now     func() time.Time
	log     *slog.Logger
	forms   turns // of forms that are being sent
}

// New makes a Service.
func New(o Options) (*Service, error) {
	if o.Store == nil || o.Judge == nil || o.Threads == nil || o.Now == nil || o.Log == nil {
		return nil, errors.New("comment service: an option is missing")
	}
	if o.Policy == "" {
		o.Policy = HoldUnsureOnly
	}
	if o.Posts == nil {
		o.Posts = nowhere{}
	}
	if o.Seen == nil {
		o.Seen = func(body string) string { return body }
	}
	if o.Changed == nil {
		o.Changed = func(string) {}
	}
	if o.Rules == nil {
		o.Rules = lawless{}
	}
	if o.Leads == nil {
		o.Leads = func(string) ([]string, int) { return nil, 0 }
	}
	return &Service{
		store: o.Store, judges: o.Judge, threads: o.Threads, policy: o.Policy, posts: o.Posts,
		seen: o.Seen, changed: o.Changed, links: o.Links, rules: o.Rules, leads: o.Leads, asking: o.Asking, now: o.Now, log: o.Log,
	}, nil
}

// parent resolves the id of the comment replied to: it must be shown under the
// same post.
func (s *Service) parent(ctx context.Context, sub Submission) (id ID, wrong Wrong, err error) {
	gone := Wrong{Fault: ParentGone}
	if sub.Parent == "" {
		return 0, Wrong{}, nil
	}
	id, err = ParseID(sub.Parent)
	if err != nil {
		return 0, gone, nil //nolint:nilerr // a bad id is the reader's problem, told in words
	}
	c, err := s.store.Get(ctx, id)
	switch {
	case errors.Is(err, ErrNotFound):
		return 0, gone, nil
	case err != nil:
		return 0, Wrong{}, err
	case c.Post != sub.Post || c.Status != Approved || !c.ErasedAt.IsZero():
		return 0, gone, nil
	}
	locked, err := s.store.Locked(ctx, id)
	if locked {
		wrong.Fault = ParentLocked
	}
	return id, wrong, err
}

// ParseID reads an id as it stands in a form, a URL or a command: a decimal
// number from 1. Anything else is ErrNotFound.
func ParseID(s string) (ID, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("comment %q: %w", s, ErrNotFound)
	}
	return ID(n), nil
}

// Get reads one comment for a moderator, without the receipt of its verdict. One that
// the actor may not moderate is [account.ErrForbidden].
func (s *Service) Get(ctx context.Context, actor account.Actor, id ID) (Comment, error) {
	if err := actor.May(account.UseDesk); err != nil { // before it is told what there is
		return Comment{}, err
	}
	c, err := s.store.Get(ctx, id)
	if err != nil {
		return Comment{}, err
	}
	if err := actor.MayOn(account.ModerateComments, c.Post); err != nil {
		return Comment{}, err
	}
	return s.marked(ctx, c)
}

// Look reads one comment for a moderator, with the whole receipt of its verdict.
func (s *Service) Look(ctx context.Context, actor account.Actor, id ID) (Comment, error) {
	c, err := s.Get(ctx, actor, id)
	if err != nil {
		return Comment{}, err
	}
	c.Verdict.Receipt, err = s.store.Receipt(ctx, id)
	return c, err
}

// Queue lists comments of one status in the actor's scope, newest first, those
// with an id below before (0: from the newest).
func (s *Service) Queue(ctx context.Context, actor account.Actor, st Status, before ID, limit int) ([]Comment, error) {
	in, err := scope(actor)
	if err != nil {
		return nil, err
	}
	cs, err := s.store.List(ctx, in, st, before, limit)
	if err != nil {
		return nil, err
	}
	return cs, s.MarkImitations(ctx, cs)
}

// Counts counts the comments of each status in the actor's scope.
func (s *Service) Counts(ctx context.Context, actor account.Actor) (map[Status]int, error) {
	in, err := scope(actor)
	if err != nil {
		return nil, err
	}
	return s.store.Counts(ctx, in)
}
