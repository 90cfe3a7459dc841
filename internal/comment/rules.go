package comment

import (
	"context"
	"net/url"
	"slices"

	"hamlet/internal/rule"
)

// Rules are what the owner has laid down; a [rule.Book] is one.
type Rules interface {
	// Match finds the rules that hit a comment, which it asks for only if there are any.
	Match(ask func() rule.Subject) []rule.Rule
	// Attack is the switch that holds everything; zero if it is off.
	Attack() rule.Attack
}

// lawless is a blog without rules.
type lawless struct{}

func (lawless) Match(func() rule.Subject) []rule.Rule { return nil }
func (lawless) Attack() rule.Attack                   { return rule.Attack{} }

// Subject is what rules look at of a comment that is kept; where it came from is not known
// any more.
func (s *Service) Subject(c Comment) rule.Subject { return s.SubjectFor(c, rule.Word, rule.Domain) }

// SubjectFor is what rules of some kinds look at. The text is rendered for those on words, and
// for those on domains and links, which takes longer than all else.
func (s *Service) SubjectFor(c Comment, kinds ...rule.Kind) rule.Subject {
	sub := rule.Subject{Author: c.Author, Proof: c.Proof}
	words, leads := slices.Contains(kinds, rule.Word), slices.Contains(kinds, rule.Domain) || slices.Contains(kinds, rule.Links)
	switch {
	case c.Channel == Webmention:
		sub.Text = c.Body
	case words:
		sub.Text = s.seen(c.Body)
	}
	if leads && c.Channel != Webmention {
		sub.Hosts, sub.Links = s.leads(c.Body)
	}
	if u, err := url.Parse(c.URL); err == nil && u.Host != "" {
		site, _ := s.leads("<" + c.URL + ">") // where it leads on to, too
		sub.Hosts = append(append(sub.Hosts, site...), u.Hostname())
	}
	return sub
}

// govern adds to the evidence what the owner has laid down. Whoever is of the blog is
// not governed by its rules, and need not work.
func (s *Service) govern(ctx context.Context, c Comment, sub Submission, e *Evidence) error {
	e.Attack = !s.rules.Attack().Since.IsZero()
	if c.Role != Reader {
		return nil
	}
	if sub.Work != nil {
		done, err := sub.Work(ctx)
		if err != nil {
			return err
		}
		e.Idle = !done
	}
	e.Rules = s.rules.Match(func() rule.Subject {
		about := s.Subject(c)
		about.Addr = sub.Addr
		return about
	})
	return nil
}
