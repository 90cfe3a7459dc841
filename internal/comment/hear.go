package comment

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/spam"
)

// Asking says about which comments another filter is asked, and what it may know besides
// what readers see of a comment. The zero Asking asks about none.
type Asking struct {
	On     bool
	Server string // its host
	// UnsureOnly asks only about those that the blog's own filter is unsure of.
	UnsureOnly bool
	// What may be told: the e-mail address, the IP address, the browser's name for itself,
	// and the page that it came from.
	Address, IP, Agent, Referrer bool
}

// AsSent is a comment as it was sent, with what of it another filter may know; what the
// owner does not tell is empty.
type AsSent struct {
	Server                   string `json:"-"` // who is asked
	Post                     string // slug
	Author, Email, URL, Body string
	Addr                     netip.Addr
	Agent, Referrer          string
	At                       time.Time
}

// maxSentHeader is how much is kept of what a browser says of itself, in bytes.
const maxSentHeader = 500

// asked is what another filter is to be asked about a comment; nil for nothing. Whoever is
// of the blog is not asked about, nor what the owner has laid a rule down for.
func (a Asking) asked(c Comment, sub Submission, e Evidence) *AsSent {
	if !a.On || c.Role != Reader || !e.Judged || len(e.Rules) > 0 || a.UnsureOnly && e.Class != spam.Unsure {
		return nil
	}
	sent := a.Told(AsSent{
		Server: a.Server, Post: c.Post, Author: c.Author, URL: c.URL, Body: c.Body, At: c.CreatedAt,
		Email: sub.Email, Addr: sub.Addr, Agent: cut(clean(sub.Agent)), Referrer: cut(clean(sub.Referrer)),
	})
	return &sent
}

// Told is what of a comment as it was sent may be told.
func (a Asking) Told(sent AsSent) AsSent {
	if !a.Address {
		sent.Email = ""
	}
	if !a.IP {
		sent.Addr = netip.Addr{}
	}
	if !a.Agent {
		sent.Agent = ""
	}
	if !a.Referrer {
		sent.Referrer = ""
	}
	return sent
}

// cut is the beginning of what a browser sent.
func cut(s string) string { return strings.ToValidUTF8(s[:min(len(s), maxSentHeader)], "") }

// Opinion is what another filter said about the text of a comment, and what it weighs.
type Opinion struct {
	By     string // its name
	Body   string // that it was asked about
	Said   spam.Said
	Weight float64
}

// Hear lets the opinion of another filter count: its weight is added to the verdict, and
// the comment goes where it would have gone with that. What a person decided stays, and so
// does what waits for another reason than the filter's; and what the blog's own filter
// called spam comes before a moderator at most. A comment that has another text by now, or
// was never judged, is not changed. moved reports whether the comment went elsewhere.
func (s *Service) Hear(ctx context.Context, id ID, o Opinion) (moved bool, err error) {
	c, err := s.store.Get(ctx, id)
	if err != nil {
		return false, err
	}
	own := c.Verdict
	if own.Receipt, err = s.store.Receipt(ctx, id); err != nil {
		return false, err
	}
	heard := c
	heard.Verdict = own.Hearing(o.Said, o.Weight)
	e := Evidence{Judged: true, Class: heard.Verdict.Class}
	if err := s.govern(ctx, c, Submission{}, &e); err != nil {
		return false, err
	}
	if e.Known, err = s.known(ctx, c); err != nil {
		return false, err
	}
	_, err = s.reviseOne(ctx, id, func(m Mine) (Revision, error) {
		now := m.Comment
		if !listens(m) || now.Body != o.Body || now.Verdict.LogOdds != own.LogOdds {
			return Revision{}, errUnchanged
		}
		r := Revision{Comment: now, Judged: true, Rules: e.Rules}
		r.Comment.Verdict = heard.Verdict
		r.Comment.Status, r.Comment.Hold = replaced(now, e, s.policy)
		if moved = r.Comment.Status != now.Status; moved {
			r.Entry = account.Entry{
				At: s.now().UTC(), Actor: o.By, Action: "opinion", Target: fmt.Sprintf("comment %d", id),
				Detail: fmt.Sprintf("%s; %s → %s", o.Said, now.Status, r.Comment.Status),
			}
		}
		return r, nil
	})
	if errors.Is(err, errUnchanged) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("hear of comment %d: %w", id, err)
	}
	return moved, nil
}

// listens reports whether a comment is still where no person has put it.
func listens(m Mine) bool {
	c := m.Comment
	return !m.Decided && c.Verdict.Model != "" && c.Prior == "" && c.Status != Trash && c.EditedBy == "" && c.ErasedAt.IsZero()
}

// replaced is where a comment goes with a verdict that another filter had a part in.
func replaced(c Comment, e Evidence, p Policy) (Status, Hold) {
	to, hold := Place(e, p)
	switch {
	case c.Hold == HoldRule:
		return c.Status, c.Hold
	case to == Spam:
		return to, hold
	case c.Status == Spam:
		return Pending, HoldUnsure
	case c.Status == Pending && c.Hold != HoldUnsure, c.Status == Approved && e.Class == spam.Ham:
		return c.Status, c.Hold
	}
	return to, hold
}
