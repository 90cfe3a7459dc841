package comment

import (
	"context"
	"fmt"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/spam"
)

// Erased is what an erasure did.
type Erased struct {
	ID     ID
	Post   string
	Shown  bool // readers saw it
	Placed bool // its place is left
}

// EraseOne erases the comment of a private link for good.
func (s *Service) EraseOne(ctx context.Context, token string) error {
	id, link, _, err := s.own(token)
	if err != nil {
		return err
	}
	e, err := s.store.Erase(ctx, id, link, s.entryOf("erase", id, ""))
	if e.Shown {
		s.changed(e.Post)
	}
	if err != nil {
		return fmt.Errorf("erase comment %d: %w", id, err)
	}
	return nil
}

// AskErasure asks for a mail to the author's address by which everything under that
// address can be erased.
func (s *Service) AskErasure(ctx context.Context, token string) error {
	id, link, _, err := s.own(token)
	if err != nil {
		return err
	}
	if err := s.store.AskErasure(ctx, id, link); err != nil {
		return fmt.Errorf("ask to erase everything by comment %d: %w", id, err)
	}
	return nil
}

// erasureDays is how long the link to erase everything works.
const erasureDays = 3

const day = 24 * time.Hour

// EraseAllPath is the private link by which everything of a person can be erased; it
// works for three days from at.
func (s *Service) EraseAllPath(who PersonID, at time.Time) string {
	return "/comments/erase/" + s.links.Token(EraseAll, int64(who), dayOf(at))
}

func dayOf(t time.Time) int64 { return t.Unix() / int64(day/time.Second) }

// eraser opens a link to erase everything.
func (s *Service) eraser(token string) (PersonID, error) {
	who, asked, err := s.links.Open(EraseAll, token)
	if err != nil {
		return 0, err
	}
	if age := dayOf(s.now()) - asked; age < 0 || age > erasureDays {
		return 0, fmt.Errorf("open a link to erase everything: it is too old: %w", ErrNotFound)
	}
	return PersonID(who), nil
}

// CountAll counts the comments that a link to erase everything would erase.
func (s *Service) CountAll(ctx context.Context, token string) (int, error) {
	who, err := s.eraser(token)
	if err != nil {
		return 0, err
	}
	return s.store.CountBy(ctx, who)
}

// EraseAll erases all comments under an address and the address, by the link that was
// mailed to it.
func (s *Service) EraseAll(ctx context.Context, token string) error {
	who, err := s.eraser(token)
	if err != nil {
		return err
	}
	all, err := s.store.EraseAll(ctx, who, func(id ID) account.Entry {
		return s.entryOn(account.Actor{Name: byAuthor}, "erase", who, id)
	})
	for _, e := range all {
		if e.Shown {
			s.changed(e.Post)
		}
	}
	if err != nil {
		return fmt.Errorf("erase everything of a person: %w", err)
	}
	return nil
}

// AskLinks asks for a mail with the links to all comments under an address. It does the
// same whether there are any or not; [InvalidError] says that it is no address.
func (s *Service) AskLinks(ctx context.Context, address string) error {
	address = oneLine(address)
	wrong := checkEmail(Submission{Email: address})
	if address == "" {
		wrong = Wrong{Fault: EmailOdd}
	}
	if err := invalid("email", wrong); err != nil {
		return err
	}
	return s.store.AskLinks(ctx, address)
}

// MuteReplies ends or begins mails about the replies to the comment of a private link.
func (s *Service) MuteReplies(ctx context.Context, token string, mute bool) error {
	id, link, _, err := s.own(token)
	if err != nil {
		return err
	}
	return s.store.MuteReplies(ctx, id, link, mute)
}

// Personal is everything that is kept about a comment and who wrote it.
type Personal struct {
	Comment Comment // with the receipt of its verdict
	Folded  string  // the name as names are compared
	// FormKey is the hash of the form it came by, for two days.
	FormKey []byte
	Edits   []Edit
	Traces  []TraceKept
	Labels  []LabelKept
	Network *NetworkKept // nil for none
	Person  *PersonKept  // nil for none
	Sent    *SentKept    // nil for nothing
	Mails   []MailKept
	// Replies is the subscription to replies; nil for none.
	Replies *RepliesKept
}

// TraceKept is a hash of something that a comment has in common with others.
type TraceKept struct {
	Hash          uint64
	State         spam.TraceState
	At, ExpiresAt time.Time
}

// LabelKept is what a moderator said about a comment.
type LabelKept struct {
	At   time.Time
	Said string // "ham", "spam", or "taken back"
}

// NetworkKept is where a comment came from.
type NetworkKept struct {
	Network   string
	ExpiresAt time.Time
}

// SentKept is the comment as another filter is told of it.
type SentKept struct {
	AsSent
	ExpiresAt time.Time
}

// PersonKept is who gave an address.
type PersonKept struct {
	ID                              PersonID
	Address                         string // empty if it cannot be read any more
	Masked                          bool   // the address is cut short
	CreatedAt, ConfirmedAt, MutedAt time.Time
	Browsers                        []time.Time // since when each is known by its cookie
}

// MailKept is a mail to the author, sent or to be sent.
type MailKept struct {
	Kind                               string
	Reply                              ID     // the reply it tells of; 0 for none
	Note                               string // a moderator's reason
	CreatedAt, RunAt, SentAt, FailedAt time.Time
	Attempts                           int
	Error                              string
}

// RepliesKept is since when mails about replies are wanted, and since when not any more.
type RepliesKept struct{ Since, MutedAt time.Time }

// Personal reads everything that is kept about the comment of a private link and who
// wrote it. The address is masked unless the link is one that was mailed to it.
func (s *Service) Personal(ctx context.Context, token string) (Personal, error) {
	m, err := s.Mine(ctx, token)
	if err != nil {
		return Personal{}, err
	}
	p, err := s.store.Personal(ctx, m.Comment.ID)
	if err != nil {
		return Personal{}, fmt.Errorf("read what is kept of comment %d: %w", m.Comment.ID, err)
	}
	if err := (Mine{Comment: p.Comment}).check(m.Comment.Link); err != nil {
		return Personal{}, err
	}
	if p.Person != nil && !m.Mailed {
		p.Person.Address, p.Person.Masked = masked(p.Person.Address), p.Person.Address != ""
	}
	return p, nil
}

// masked is an address with nothing of it left to read but its first letter and the
// end of its host.
func masked(address string) string {
	if address == "" {
		return ""
	}
	first, dot := []rune(address)[0], 0
	for i, r := range address {
		if r == '.' {
			dot = i
		}
	}
	if dot == 0 {
		return string(first) + "…@…"
	}
	return string(first) + "…@…" + address[dot:]
}
