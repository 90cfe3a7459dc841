package akismet

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strings"

	"hamlet/internal/account"
	"hamlet/internal/spam"
)

// AddSite makes a key for a site, which is told this once. The errors are
// [account.ErrForbidden], [ErrName] and [ErrTaken].
func (s *Service) AddSite(ctx context.Context, by account.Actor, name string) (Site, Key, error) {
	if err := by.May(account.ManageUsers); err != nil {
		return Site{}, "", err
	}
	name = strings.Join(strings.Fields(name), " ")
	if n := len([]rune(name)); n == 0 || n > maxName || strings.ContainsFunc(name, account.Hidden) {
		return Site{}, "", ErrName
	}
	var random [keyLength / 2]byte
	_, _ = rand.Read(random[:]) // it never fails
	k := Key(hex.EncodeToString(random[:]))
	now := s.o.Now().UTC()
	is := Site{Name: name, Hint: string(k[keyLength-4:]), CreatedAt: now, Settings: DefaultSettings}
	e := account.Entry{At: now, Actor: by.Name, Action: "site key add", Target: "site " + name, Detail: "ends in " + is.Hint}
	var err error
	if is.ID, err = s.o.Store.AddSite(ctx, is, k, e); err != nil {
		return Site{}, "", fmt.Errorf("add site %s: %w", name, err)
	}
	s.caughtUp(ctx, s.Load(ctx)) // which is done again soon; the key is not told again
	return is, k, nil
}

// maxName is how long the name of a site may be, in characters.
const maxName = 100

// List lists all sites that have or had a key.
func (s *Service) List(ctx context.Context, by account.Actor) ([]Site, error) {
	if err := by.May(account.ManageUsers); err != nil {
		return nil, err
	}
	return s.o.Store.Sites(ctx)
}

// Change keeps what the owner decided about a site.
func (s *Service) Change(ctx context.Context, by account.Actor, id SiteID, to Settings) error {
	return s.change(ctx, by, id, "site change", func(is *Site) error {
		if err := to.check(); err != nil {
			return err
		}
		is.Settings = to
		return nil
	})
}

// Revoke ends a key at once. What the site taught stays, for others may share it.
func (s *Service) Revoke(ctx context.Context, by account.Actor, id SiteID) error {
	return s.change(ctx, by, id, "site key revoke", func(is *Site) error {
		if is.RevokedAt.IsZero() {
			is.RevokedAt = s.o.Now().UTC()
		}
		return nil
	})
}

func (s *Service) change(ctx context.Context, by account.Actor, id SiteID, action string, do func(*Site) error) error {
	if err := by.May(account.ManageUsers); err != nil {
		return err
	}
	is, err := s.site(ctx, id)
	if err != nil {
		return err
	}
	if err := do(&is); err != nil {
		return err
	}
	e := account.Entry{At: s.o.Now().UTC(), Actor: by.Name, Action: action, Target: "site " + is.Name, Detail: is.String()}
	if err := s.o.Store.ChangeSite(ctx, is, e); err != nil {
		return fmt.Errorf("change site %s: %w", is.Name, err)
	}
	return s.Load(ctx)
}

func (s *Service) site(ctx context.Context, id SiteID) (Site, error) {
	sites, err := s.o.Store.Sites(ctx)
	if err != nil {
		return Site{}, err
	}
	for _, is := range sites {
		if is.ID == id {
			return is, nil
		}
	}
	return Site{}, ErrNotFound
}

// Site is a site that has or had a key; [ErrNotFound] if there is none of that number.
func (s *Service) Site(ctx context.Context, by account.Actor, id SiteID) (Site, error) {
	if err := by.May(account.ManageUsers); err != nil {
		return Site{}, err
	}
	return s.site(ctx, id)
}

// Recent lists what a site asked, newest first, from a place on; the zero Mark: all.
func (s *Service) Recent(ctx context.Context, by account.Actor, id SiteID, after Mark, limit int) ([]Check, error) {
	if err := by.May(account.ManageUsers); err != nil {
		return nil, err
	}
	s.settled(ctx)
	return s.o.Store.Recent(ctx, id, after, limit)
}

// Explain says what the site's filter finds now in what is kept of a check; nothing of a site
// whose key is revoked.
func (s *Service) Explain(by account.Actor, c Check) (spam.Explanation, error) {
	if err := by.May(account.ManageUsers); err != nil {
		return spam.Explanation{}, err
	}
	for _, at := range *s.known.Load() {
		if at.ID == c.Site {
			m := c.Comment.message()
			return spam.Tell(m, at.filter.Receipt(m)), nil
		}
	}
	return spam.Explanation{}, nil
}

// Correct says what a comment is that a site asked about, as if the site had reported it.
func (s *Service) Correct(ctx context.Context, by account.Actor, id SiteID, check string, isSpam bool) error {
	if err := by.May(account.ManageUsers); err != nil {
		return err
	}
	s.settled(ctx)
	c, err := s.o.Store.Check(ctx, id, check)
	if err != nil {
		return err
	}
	is, err := s.site(ctx, id)
	if err != nil {
		return err
	}
	now, word := s.o.Now().UTC(), "ham"
	if isSpam {
		word = "spam"
	}
	err = s.o.Store.Correct(ctx, Report{
		Site: id, Check: check, Blog: c.Blog, At: now, Pair: c.Pair,
		Lesson: spam.NewLesson(c.Comment.message(), isSpam, ""), Owner: true,
	}, account.Entry{At: now, Actor: by.Name, Action: "site correct", Target: "site " + is.Name, Detail: word})
	if err != nil {
		return err
	}
	s.caughtUp(ctx, s.learn(ctx, *s.known.Load()))
	s.wake()
	return nil
}

// Refresh is [Service.Load], after which sites may be to be told another word.
func (s *Service) Refresh(ctx context.Context) error {
	defer s.wake()
	return s.Load(ctx)
}

func (s *Service) wake() {
	select {
	case s.woken <- struct{}{}:
	default:
	}
}

// Woken has something to read when a site may be to be told another word.
func (s *Service) Woken() <-chan struct{} { return s.woken }

// ThisMonth is what a site asked and reported since the first of the month.
func (s *Service) ThisMonth(ctx context.Context, by account.Actor, id SiteID) (Counts, error) {
	if err := by.May(account.ManageUsers); err != nil {
		return Counts{}, err
	}
	s.settled(ctx)
	tallies, err := s.o.Store.Tallies(ctx, id, "", firstOf(s.o.Now().UTC()))
	var sum Counts
	for _, t := range tallies {
		sum = sum.plus(t.Counts)
	}
	return sum, err
}

// Forget removes what is not kept any longer.
func (s *Service) Forget(ctx context.Context) error {
	if _, err := s.o.Store.Forget(ctx, s.o.Now().Add(-Retention)); err != nil {
		return err
	}
	_, err := s.o.Store.Compact(ctx, mostWords)
	return err
}
