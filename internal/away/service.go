package away

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"slices"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/comment"
)

// InvalidError says which field of a form is wrong.
type InvalidError struct{ Field string }

func (e *InvalidError) Error() string { return "the field " + e.Field + " is wrong" }

// Users finds users; it is the account.Service.
type Users interface {
	// User finds the user with this id and epoch, else account.ErrNotFound.
	User(ctx context.Context, id, epoch int64) (account.User, error)
}

// Service is the one door to where notices go, and to links that act.
type Service struct {
	targets Targets
	users   Users
	links   Links
	test    func(context.Context, Hook) error
	now     func() time.Time
}

// NewService makes a Service. test tells a webhook something, to see whether it works.
func NewService(t Targets, u Users, l Links, test func(context.Context, Hook) error, now func() time.Time) *Service {
	return &Service{targets: t, users: u, links: l, test: test, now: now}
}

// Mine is where notices of a user go.
func (s *Service) Mine(ctx context.Context, u account.User) (Target, error) {
	t, err := s.targets.Own(ctx, u.ID)
	t.User, t.Epoch = u.ID, u.Epoch
	if t.Pace == "" {
		t.Pace, t.Held = Never, true
	}
	return t, err
}

// SetMine keeps what a user wants by mail: the address, the pace, and what is told. The error may be
// an [InvalidError].
func (s *Service) SetMine(ctx context.Context, u account.User, want Target) error {
	t, err := s.Mine(ctx, u)
	if err != nil {
		return err
	}
	at, err := mail.ParseAddress(want.Private.Address)
	switch {
	case !slices.Contains(Paces, want.Pace):
		return &InvalidError{"pace"}
	case want.Private.Address == "" && want.Pace == Never:
	case err != nil || at.Address != want.Private.Address:
		return &InvalidError{"address"}
	}
	if u.Actor().May(account.ModerateComments) != nil {
		want.Dead = false // which is of the whole blog
	}
	t.Pace, t.Held, t.Dead, t.Reports, t.Private = want.Pace, want.Held, want.Dead, want.Reports, Private{Address: want.Private.Address}
	return s.targets.Put(ctx, t, s.entry(u.Name, "notices", "user "+u.Name, string(t.Pace)))
}

// FeedToken is the token of a user's feed; empty if there is none.
func (s *Service) FeedToken(t Target) string {
	if t.Feed == 0 {
		return ""
	}
	return s.links.feed(t.User, t.Epoch, t.Feed)
}

// RenewFeed gives a user another link to the feed, or none; the one before works no more.
func (s *Service) RenewFeed(ctx context.Context, u account.User, on bool) error {
	t, err := s.Mine(ctx, u)
	if err != nil {
		return err
	}
	detail := "taken away"
	if t.Feed = 0; on {
		t.Feeds++
		t.Feed, detail = t.Feeds, "made"
	}
	return s.targets.Put(ctx, t, s.entry(u.Name, "queue feed", "user "+u.Name, detail))
}

// OpenFeed is whose feed a token opens, else [ErrLink].
func (s *Service) OpenFeed(ctx context.Context, token string) (account.User, error) {
	user, epoch, number, err := s.links.openFeed(token)
	if err != nil {
		return account.User{}, err
	}
	u, err := s.users.User(ctx, user, epoch)
	if errors.Is(err, account.ErrNotFound) {
		return account.User{}, ErrLink
	}
	if err != nil {
		return account.User{}, err
	}
	t, err := s.targets.Own(ctx, user)
	if err != nil || t.Feed == 0 || t.Feed != number {
		return account.User{}, errors.Join(err, ErrLink)
	}
	return u, nil
}

// OpenAct is what a link of a mail does, and for whom, else [ErrLink].
func (s *Service) OpenAct(ctx context.Context, token string) (Act, account.User, error) {
	a, err := s.links.OpenAct(token, s.now())
	if err != nil {
		return Act{}, account.User{}, err
	}
	u, err := s.users.User(ctx, a.User, a.Epoch)
	if errors.Is(err, account.ErrNotFound) {
		err = ErrLink
	}
	return a, u, err
}

// Use lets a link be used once: do acts. A link that was used is [ErrUsed]; one that did
// nothing can be used again.
func (s *Service) Use(ctx context.Context, token string, a Act, do func() error) error {
	sum := sha256.Sum256([]byte(token))
	fresh, err := s.targets.UseLink(ctx, sum[:], a.Until)
	if err != nil {
		return err
	}
	if !fresh {
		return ErrUsed
	}
	if err := do(); err != nil {
		return errors.Join(err, s.targets.UnuseLink(context.WithoutCancel(ctx), sum[:]))
	}
	return nil
}

// Hooks lists the webhooks.
func (s *Service) Hooks(ctx context.Context, actor account.Actor) ([]Target, error) {
	if err := actor.May(account.ManageBlog); err != nil {
		return nil, err
	}
	return s.targets.Hooks(ctx)
}

// Hosts are those that the webhooks are on, sorted, for readers to know who is told of what
// they write.
func (s *Service) Hosts(ctx context.Context) ([]string, error) {
	all, err := s.targets.Hooks(ctx)
	if err != nil {
		return nil, err
	}
	var hosts []string
	for _, t := range all {
		if h := t.Private.Hook; h != nil && t.Pace != Never {
			if to, err := url.Parse(h.URL); err == nil {
				hosts = append(hosts, to.Host)
			}
		}
	}
	slices.Sort(hosts)
	return slices.Compact(hosts), nil
}

// SetHook keeps a webhook, a new one for number 0. An empty secret keeps the one there is.
// The error may be an [InvalidError] or comment.ErrNotFound.
func (s *Service) SetHook(ctx context.Context, actor account.Actor, want Target) error {
	if err := actor.May(account.ManageBlog); err != nil {
		return err
	}
	h := *want.Private.Hook
	if want.ID != 0 {
		before, err := s.hook(ctx, want.ID)
		if err != nil {
			return err
		}
		if h.Secret == "" {
			h.Secret = before.Private.Hook.Secret
		}
	}
	if field := h.check(); field != "" {
		return &InvalidError{field}
	}
	if !slices.Contains(Paces, want.Pace) {
		return &InvalidError{"pace"}
	}
	want.User, want.Private = 0, Private{Hook: &h}
	return s.targets.Put(ctx, want, s.entry(actor.Name, "webhook", "webhook "+h.Name, string(want.Pace)))
}

// RemoveHook takes a webhook away.
func (s *Service) RemoveHook(ctx context.Context, actor account.Actor, id int64) error {
	if err := actor.May(account.ManageBlog); err != nil {
		return err
	}
	t, err := s.hook(ctx, id)
	if err != nil {
		return err
	}
	return s.targets.Remove(ctx, id, s.entry(actor.Name, "remove webhook", "webhook "+t.Private.Hook.Name, ""))
}

// TestHook tells a webhook something made up. wrong is what is wrong with it.
func (s *Service) TestHook(ctx context.Context, actor account.Actor, id int64) (wrong, err error) {
	if err := actor.May(account.ManageBlog); err != nil {
		return nil, err
	}
	t, err := s.hook(ctx, id)
	if err != nil {
		return nil, err
	}
	return s.test(ctx, *t.Private.Hook), nil
}

func (s *Service) hook(ctx context.Context, id int64) (Target, error) {
	all, err := s.targets.Hooks(ctx)
	if err != nil {
		return Target{}, err
	}
	for _, t := range all {
		if t.ID == id && t.Private.Hook != nil {
			return t, nil
		}
	}
	return Target{}, fmt.Errorf("webhook %d: %w", id, comment.ErrNotFound)
}

// Dead lists notices that were given up, the newest first, and counts all.
func (s *Service) Dead(ctx context.Context, actor account.Actor, limit int) ([]DeadNotice, int, error) {
	if err := actor.May(account.ModerateComments); err != nil {
		return nil, 0, err
	}
	return s.targets.DeadNotices(ctx, limit)
}

// Retry lets a notice that was given up be sent once more. It is comment.ErrNotFound if
// somebody was quicker.
func (s *Service) Retry(ctx context.Context, actor account.Actor, id int64) error {
	if err := actor.May(account.ModerateComments); err != nil {
		return err
	}
	return s.targets.RetryNotice(ctx, id, s.entry(actor.Name, "retry notice", fmt.Sprintf("notice %d", id), ""))
}

// Discard forgets a notice that was given up. It is comment.ErrNotFound if somebody was
// quicker.
func (s *Service) Discard(ctx context.Context, actor account.Actor, id int64) error {
	if err := actor.May(account.ModerateComments); err != nil {
		return err
	}
	return s.targets.DiscardNotice(ctx, id, s.entry(actor.Name, "discard notice", fmt.Sprintf("notice %d", id), ""))
}

func (s *Service) entry(who, action, target, detail string) account.Entry {
	return account.Entry{At: s.now().UTC(), Actor: who, Action: action, Target: target, Detail: detail}
}
