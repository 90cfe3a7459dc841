package comment

import (
	"context"
	"fmt"
	"slices"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/spam"
)

// Mine is a comment as its author's private link opens it. What the author may do to
// it is in edit.go and erase.go.
type Mine struct {
	Comment Comment
	Pending *Edit // waits for a moderator; nil for none
	// Decided is set when a moderator has called the comment ham or spam; an edit does
	// not take it out of where it is then.
	Decided bool
	Replies Replies
	// Mailed is set when the link is one that only a mail to the author's address has.
	Mailed bool
}

// Text is the text that its author last wrote, whether readers see it or it waits.
func (m Mine) Text() string {
	if m.Pending != nil {
		return m.Pending.Body
	}
	return m.Comment.Body
}

// Mark is a mark of that text; another text has another.
func (m Mine) Mark() string { return markOf(m.Text()) }

// Replies is whether an author gets mails about replies.
type Replies string

// What there is to know about that.
const (
	RepliesNoAddress   Replies = "no address" // there is nowhere to send any
	RepliesStopped     Replies = "stopped"    // no mail of the blog is wanted
	RepliesOff         Replies = "off"
	RepliesUnconfirmed Replies = "unconfirmed" // wanted, and not sent before the address is confirmed
	RepliesOn          Replies = "on"
)

// EditID numbers the edits of a blog from 1.
type EditID int64

// EditStatus is what became of an edit.
type EditStatus string

// The statuses of an edit.
const (
	EditPending   EditStatus = "pending"   // the text before is still up
	EditApplied   EditStatus = "applied"   // it took the place of the text before
	EditDeclined  EditStatus = "declined"  // by a moderator
	EditWithdrawn EditStatus = "withdrawn" // by the author, also by a newer one
)

// Edit is a change of a text by its author.
type Edit struct {
	ID      EditID
	Comment ID
	At      time.Time
	Status  EditStatus
	Was     string // the text before
	Body    string // and after
	Hold    Hold   // why it was not applied at once
	Verdict spam.Verdict
	// Editor is the moderator who changed the text; empty if its author did.
	Editor string
}

// Fate is what became of a comment, as its author is told. There is no word for spam:
// who sends it is told what everybody is told whom the filter is not sure of.
type Fate string

// The fates.
const (
	FatePublished Fate = "published"
	FateUnsure    Fate = "unsure"     // held: the filter is not sure
	FateFirstTime Fate = "first-time" // held: the first comment here
	FatePolicy    Fate = "policy"     // held: everything is
	FateUnjudged  Fate = "unjudged"   // held: the filter could not judge
	FateAttack    Fate = "attack"     // held: the blog is under attack
	FateWork      Fate = "work"       // held: work was asked for, and not done
	FateDeclined  Fate = "declined"
	FateWithdrawn Fate = "withdrawn" // by the author
)

// Fates lists every fate, for tests.
var Fates = []Fate{FatePublished, FateUnsure, FateFirstTime, FatePolicy, FateUnjudged, FateAttack, FateWork, FateDeclined, FateWithdrawn}

// Fate is what became of the comment.
func (m Mine) Fate() Fate {
	c := m.Comment
	switch {
	case !c.WithdrawnAt.IsZero():
		return FateWithdrawn
	case c.Status == Approved:
		return FatePublished
	case c.Status == Trash:
		return FateDeclined
	case c.Status == Spam:
		return FateUnsure
	}
	switch c.Hold {
	case HoldFirstTime:
		return FateFirstTime
	case HoldPolicy:
		return FatePolicy
	case HoldUnjudged:
		return FateUnjudged
	case HoldAttack:
		return FateAttack
	case HoldWork:
		return FateWork
	default:
		return FateUnsure
	}
}

// Step is what authors do to their comments.
type Step string

// The steps.
const (
	StepEdit         Step = "edit"
	StepWithdrawEdit Step = "withdraw the edit of"
	StepWithdraw     Step = "withdraw"
	StepPutBack      Step = "put back"
)

// Allows reports whether the author can do this to the comment as it is now. What
// readers or moderators still have to do with can be edited and withdrawn; what a moderator declined
// can only be erased, as everything can.
func (m Mine) Allows(s Step) bool {
	c := m.Comment
	up := c.Status != Trash
	switch s {
	case StepEdit, StepWithdraw:
		return up
	case StepWithdrawEdit:
		return m.Pending != nil && c.Status == Approved
	case StepPutBack:
		return !c.WithdrawnAt.IsZero()
	default:
		return false
	}
}

// Private is what is kept for authors with a private link and for the moderators of
// their edits. Each method is one transaction.
type Private interface {
	// Mine reads a comment with what its author may know; ErrNotFound if there is none.
	Mine(ctx context.Context, id ID) (Mine, error)
	// Revise is Update for what authors do, and moderators with an edit.
	Revise(ctx context.Context, id ID, decide func(Mine) (Revision, error)) (Acted, error)
	// Reply keeps a reply that is published at once, and what that does to its parent,
	// as one act: decide says so with nil for nothing.
	Reply(ctx context.Context, reply Comment, decide func(parent Comment) (*Change, error), entry func(reply ID) account.Entry) (Acted, error)
	// Edits reads the edits of comments, oldest first.
	Edits(ctx context.Context, ids []ID) (map[ID][]Edit, error)
	// PendingEdits reads published comments with edits that wait, those with the
	// oldest edits first, at most limit of them.
	PendingEdits(ctx context.Context, in Scope, limit int) ([]Mine, error)
	// CountEdits counts the edits of published comments that wait.
	CountEdits(ctx context.Context, in Scope) (int, error)
	// Waits reads how long the held comments waited that were last decided on, at most limit.
	Waits(ctx context.Context, limit int) ([]time.Duration, error)
	// MuteReplies notes whether the author of a comment wants mails about its replies.
	// Without an address it is ErrConflict.
	MuteReplies(ctx context.Context, id ID, link int64, mute bool) error
	// Erase takes all away that is kept of a comment with this link number, else it is ErrNotFound.
	Erase(ctx context.Context, id ID, link int64, entry account.Entry) (Erased, error)
	// EraseAll does so with all comments of a person, and with the person.
	// An entry is kept for each, and that of 0 for the person.
	EraseAll(ctx context.Context, who PersonID, entry func(ID) account.Entry) ([]Erased, error)
	// Person is whoever gave an address; ErrNotFound if nobody did.
	Person(ctx context.Context, address string) (PersonID, error)
	// Holding reads everything that is kept of a person, and keeps the entry.
	Holding(ctx context.Context, who PersonID, entry account.Entry) (Holding, error)
	// CountBy counts the comments of a person; ErrNotFound if there is no such person.
	CountBy(ctx context.Context, who PersonID) (int, error)
	// AskErasure queues the mail that asks the author of a comment whether to erase
	// everything. Without an address it is ErrConflict.
	AskErasure(ctx context.Context, id ID, link int64) error
	// AskLinks queues the mail with the links to all comments of whoever has this
	// address. It does as much for one that nobody has.
	AskLinks(ctx context.Context, address string) error
	// Address is the address of a person.
	Address(ctx context.Context, who PersonID) (string, error)
	// Personal reads everything that is kept about a comment and who wrote it.
	Personal(ctx context.Context, id ID) (Personal, error)
}

// Mine opens a comment by its private link. Anything that opens none is [ErrNotFound].
func (s *Service) Mine(ctx context.Context, token string) (Mine, error) {
	id, link, mailed, err := s.own(token)
	if err != nil {
		return Mine{}, err
	}
	m, err := s.store.Mine(ctx, id)
	if err != nil {
		return Mine{}, fmt.Errorf("open a private link: %w", err)
	}
	m.Mailed = mailed
	return m, m.check(link)
}

// own reads the token of a comment's own page.
func (s *Service) own(token string) (id ID, link int64, mailed bool, err error) {
	n, link, err := s.links.Open(Own, token)
	if err != nil {
		mailed = true
		n, link, err = s.links.Open(Mailed, token)
	}
	return ID(n), link, mailed && err == nil, err
}

// check refuses a link that was revoked, or whose comment was erased.
func (m Mine) check(link int64) error {
	if m.Comment.Link != link || !m.Comment.ErasedAt.IsZero() {
		return fmt.Errorf("open a private link: %w", ErrNotFound)
	}
	return nil
}

// How many waits the usual one is made of, at most and at least.
const (
	mostWaits  = 100
	leastWaits = 5
)

// UsualWait is how long a held comment usually waits for a moderator: the median of
// those that were last decided on. Of too few nothing is known.
func (s *Service) UsualWait(ctx context.Context) (wait time.Duration, known bool, err error) {
	waits, err := s.store.Waits(ctx, mostWaits)
	if err != nil || len(waits) < leastWaits {
		return 0, false, err
	}
	slices.Sort(waits)
	mid := len(waits) / 2
	if len(waits)%2 == 1 {
		return waits[mid], true, nil
	}
	return (waits[mid-1] + waits[mid]) / 2, true, nil
}
