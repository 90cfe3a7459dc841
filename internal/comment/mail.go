package comment

import "time"

// MailID numbers the mails of a blog from 1.
type MailID int64

// MailKind is what a mail is about.
type MailKind string

// The kinds.
const (
	MailLink    MailKind = "link"    // the private link, right after sending
	MailConfirm MailKind = "confirm" // is this address yours, and do you want mails about replies?
	MailOutcome MailKind = "outcome" // what a moderator decided
	MailReply   MailKind = "reply"   // somebody replied
	MailLinks   MailKind = "links"   // all private links, as was asked for
	MailErase   MailKind = "erase"   // is everything to be erased, as was asked for?
)

// OutcomeAfter is how long the mail about a decision waits, so that what is undone meanwhile
// is told to nobody.
const OutcomeAfter = 10 * time.Minute

// MailKinds lists every kind.
var MailKinds = []MailKind{MailLink, MailConfirm, MailOutcome, MailReply, MailLinks, MailErase}

// Letter is a mail that is to be sent now: to whom, and what it tells of as that is
// now. Who reads it besides is unknown as long as the address is not Confirmed; nothing
// that strangers typed is for them.
type Letter struct {
	// IDs are the mails that go out as this one: several replies are told of together.
	IDs       []MailID
	Kind      MailKind
	Person    PersonID
	To        string // the address
	Confirmed bool
	Own       Comment   // the person's comment it is about; zero with MailLinks and MailErase
	Replies   []Answer  // with MailReply
	All       []Comment // with MailLinks: the person's comments, newest first
	Note      string    // a moderator's reason
}

// Answer is a reply, and the comment that it stands somewhere below.
type Answer struct{ Own, Reply Comment }

// MailFailure is why a mail was not sent.
type MailFailure struct {
	Text string // without the address
	// Permanent says that it would be no different another time.
	Permanent bool
	// Refused says that it is the address that takes no mail.
	Refused bool
}

// DeadMail is a mail that was given up.
type DeadMail struct {
	ID       MailID
	Kind     MailKind
	Comment  ID // the person's comment it was about; 0 for none
	Made     time.Time
	Failed   time.Time
	Attempts int
	Error    string
}

// WaitingMail is a mail that is to be sent, as moderators see it: without address.
type WaitingMail struct {
	ID       MailID
	Kind     MailKind
	Comment  ID // the person's comment it is about; 0 for none
	Made     time.Time
	Next     time.Time // when it is tried next
	Sending  bool      // it is on its way just now
	Attempts int
	Error    string // of the last one
}

// MailMark is the place of a mail among those that wait; zero: before all.
type MailMark struct {
	Next time.Time
	ID   MailID
}

// Mark is where the mail stands.
func (m WaitingMail) Mark() MailMark { return MailMark{m.Next, m.ID} }
