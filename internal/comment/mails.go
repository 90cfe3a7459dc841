package comment

import (
	"context"
	"crypto/sha256"
	"fmt"

	"hamlet/internal/account"
)

// Mails is what is kept of mails, and of who wants them. Each method is one transaction.
type Mails interface {
	// Confirming reads a comment with this link number, and whether the address that came with it is
	// confirmed; ErrNotFound if there is no such comment, or none came with it.
	Confirming(ctx context.Context, id ID, link int64) (c Comment, confirmed bool, err error)
	// ConfirmAuthor keeps that the address is confirmed, lets mails to it go on, and
	// gives the comment a proof, if it has none. With a cookie it ties that to the person:
	// the comment, and all that came with the cookie, have the person's proof from then on.
	// The comment is returned as it was, with the posts that show something else now.
	ConfirmAuthor(ctx context.Context, id ID, link int64, a Confirmation) (Comment, []string, error)
	// Tied is the person whom a cookie is tied to; 0 for nobody.
	Tied(ctx context.Context, cookie Proof) (PersonID, error)
	// StopReplies ends the mails to a person about replies to a comment.
	StopReplies(ctx context.Context, id ID, who PersonID) error
	// StopMails ends all mails to a person, or lets them go on.
	StopMails(ctx context.Context, who PersonID, stop bool) error
	// CountMails counts the mails that wait, and those that were given up.
	CountMails(ctx context.Context) (waiting, dead int, err error)
	// DeadMails reads mails that were given up, the newest first, at most limit.
	DeadMails(ctx context.Context, limit int) ([]DeadMail, error)
	// WaitingMails reads mails that wait, those tried next first, that come after a place, at most limit.
	WaitingMails(ctx context.Context, after MailMark, limit int) ([]WaitingMail, error)
	// RetryMail lets a mail that was given up be sent once more; else it is ErrNotFound.
	RetryMail(ctx context.Context, id MailID, e account.Entry) error
	// DiscardMail forgets a mail that was given up; else it is ErrNotFound.
	DiscardMail(ctx context.Context, id MailID, e account.Entry) error
}

// Confirmation is the answer to a mail that asks whether an address is its reader's.
type Confirmation struct {
	// Cookie is what the cookie of the reader's browser proves, if the reader wants to
	// be known by it; zero for not.
	Cookie Proof
	// Proof is what a person proves by answering.
	Proof func(PersonID) Proof
}

// ConfirmPath is where the address that came with a comment is confirmed.
func (s *Service) ConfirmPath(id ID, link int64) string {
	return "/comments/confirm/" + s.links.Token(ConfirmAddress, int64(id), link)
}

// StopRepliesPath is where mails to a person about replies to a comment end.
func (s *Service) StopRepliesPath(id ID, who PersonID) string {
	return "/comments/stop/" + s.links.Token(StopReplies, int64(id), int64(who))
}

// StopAllPath is where all mails to a person end.
func (s *Service) StopAllPath(who PersonID) string {
	return "/comments/stop/" + s.links.Token(StopAll, int64(who), 0)
}

// Confirming reads the comment of a link to confirm an address, and whether that is
// confirmed already. Anything that is no such link is [ErrNotFound].
func (s *Service) Confirming(ctx context.Context, token string) (c Comment, confirmed bool, err error) {
	id, link, err := s.links.Open(ConfirmAddress, token)
	if err != nil {
		return Comment{}, false, err
	}
	return s.store.Confirming(ctx, ID(id), link)
}

// Confirm takes the answer to a mail: the address is its reader's, who gets mails about
// replies from now on, and who wrote the comment. The comment is returned with what
// that proves. A cookie is what the browser proves whose reader wants to be known by
// it from now on as who has the address; zero for none.
func (s *Service) Confirm(ctx context.Context, token string, cookie Proof) (Comment, error) {
	id, link, err := s.links.Open(ConfirmAddress, token)
	if err != nil {
		return Comment{}, err
	}
	c, posts, err := s.store.ConfirmAuthor(ctx, ID(id), link, Confirmation{Cookie: cookie, Proof: s.proofOf})
	for _, post := range posts {
		s.changed(post) // after an error too: it may come from a commit that was done
	}
	if err != nil {
		return Comment{}, err
	}
	if c.Proof == (Proof{}) || cookie != (Proof{}) {
		c.Proof = s.proofOf(c.Person)
	}
	return c, nil
}

// answered is the purpose of tokens that nobody ever gets: what is made of them is
// known to nobody else.
const answered Purpose = 255

// proofOf is what a person proves by answering a mail.
func (s *Service) proofOf(who PersonID) (p Proof) {
	sum := sha256.Sum256([]byte(s.links.Token(answered, int64(who), 0)))
	copy(p[:], sum[:])
	return p
}

// Stop is which mails a link ends.
type Stop struct {
	Person  PersonID
	Comment ID // those about replies to it; 0 for all mails
}

// Stopping reads a link that ends mails. Anything else is [ErrNotFound].
func (s *Service) Stopping(token string) (Stop, error) {
	if who, _, err := s.links.Open(StopAll, token); err == nil {
		return Stop{Person: PersonID(who)}, nil
	}
	id, who, err := s.links.Open(StopReplies, token)
	if err != nil {
		return Stop{}, err
	}
	return Stop{Person: PersonID(who), Comment: ID(id)}, nil
}

// Stop ends the mails that a link is about; it does so as often as it is asked.
func (s *Service) Stop(ctx context.Context, token string) error {
	what, err := s.Stopping(token)
	if err != nil {
		return err
	}
	if what.Comment != 0 {
		return s.store.StopReplies(ctx, what.Comment, what.Person)
	}
	return s.store.StopMails(ctx, what.Person, true)
}

// Resume lets mails go on that [Service.Stop] ended by the same link, which is one for
// all mails.
func (s *Service) Resume(ctx context.Context, token string) error {
	what, err := s.Stopping(token)
	if err != nil {
		return err
	}
	if what.Comment != 0 {
		return ErrConflict
	}
	return s.store.StopMails(ctx, what.Person, false)
}

// CountMails counts for a moderator the mails that wait, and those that were given up.
func (s *Service) CountMails(ctx context.Context, actor account.Actor) (waiting, dead int, err error) {
	if err := actor.May(account.ModerateComments); err != nil {
		return 0, 0, err
	}
	return s.store.CountMails(ctx)
}

// DeadMails lists for a moderator the mails that were given up, the newest first.
func (s *Service) DeadMails(ctx context.Context, actor account.Actor, limit int) ([]DeadMail, error) {
	if err := actor.May(account.ModerateComments); err != nil {
		return nil, err
	}
	return s.store.DeadMails(ctx, limit)
}

// WaitingMails lists for a moderator the mails that wait, those tried next first, from a place on.
func (s *Service) WaitingMails(ctx context.Context, actor account.Actor, after MailMark, limit int) ([]WaitingMail, error) {
	if err := actor.May(account.ModerateComments); err != nil {
		return nil, err
	}
	return s.store.WaitingMails(ctx, after, limit)
}

// RetryMail lets a mail that was given up be sent once more. Moderators may: they see
// no address. It is ErrNotFound if somebody was quicker.
func (s *Service) RetryMail(ctx context.Context, actor account.Actor, id MailID) error {
	if err := actor.May(account.ModerateComments); err != nil {
		return err
	}
	return s.store.RetryMail(ctx, id, s.mailEntry(actor, "retry mail", id))
}

// DiscardMail forgets a mail that was given up. It is ErrNotFound if somebody was
// quicker.
func (s *Service) DiscardMail(ctx context.Context, actor account.Actor, id MailID) error {
	if err := actor.May(account.ModerateComments); err != nil {
		return err
	}
	return s.store.DiscardMail(ctx, id, s.mailEntry(actor, "discard mail", id))
}

func (s *Service) mailEntry(actor account.Actor, action string, id MailID) account.Entry {
	return account.Entry{At: s.now().UTC(), Actor: actor.Name, Action: action, Target: fmt.Sprintf("mail %d", id)}
}
