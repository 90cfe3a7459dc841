// Package comment tells the life of a comment: submitted, judged, placed, shown,
// decided on.
//
// # The story
//
// A reader's [Submission] goes through [Service.Submit]: it is checked (are the
// fields right, is the thread open, does the parent belong here), judged (by a
// [Judge], normally the blog's own spam filter), placed (the pure function
// [Place] turns verdict and policy into a [Status]) and kept. A moderator's
// decision goes through [Service.Decide]: permission, transition, audit entry
// and training label are one transaction.
//
// # Words
//
//   - The status of a comment is pending, approved, spam or trash; which action
//     leads from which to which is data in transition.go.
//   - Ham is the opposite of spam.
//   - A label is a moderator's word that a comment is ham or spam; labels are
//     what the filter learns from, and the only truth it has.
//   - A thread is what readers see under one post: [Public] comments, a type
//     that has no field for an e-mail address.
//
// # Rules
//
//   - A comment is never lost: if it cannot be judged, it is held.
//   - A comment is never published unjudged.
//   - The e-mail address goes in with the Submission and comes out for nobody but
//     its owner: a Comment has no field for it, and the store keeps it sealed with a
//     key of that [PersonID]'s own. A submission that has the address also in its
//     name, site or text is refused with a word about it, for these are published.
//   - No e-mail address is a name, given as one or not.
//   - Nobody is trusted for what was typed. An author is known by a [Proof] or a
//     [Role]; a name that somebody proved, used without, is marked ([Public].Imitates),
//     and so is one that only looks the same ([NameKey]).
//   - Who confirms an address may have the browser remembered with it, and only then are
//     cookie and address one author: the cookie is tied to the person, what came with it
//     gets the person's proof, and so does what comes with it later. The tie goes with the person.
//   - The same form twice is one comment ([Submission].FormID), and its second sender
//     gets the receipt of the first.
//
// # What is its author's
//
// Whoever has the private link to a comment ([Links]) is its author, and may read all
// that is kept about it, edit it, take it back and erase it: mine.go, edit.go, erase.go.
//
// An erasure takes away the comment, or, if replies hang on it that readers see or may
// come to see, all of it but its place; its traces, receipt, edits, mails, network and
// subscriptions; and if nothing else is theirs, the person, with the key that the address
// was sealed with. The audit log, which holds nothing of a comment but its number, keeps
// its lines.
//
// The filter was taught by it: a label's lesson holds hashes of its words. A lesson that it
// was ham is emptied and taken back, and the filter learns anew without it. Of one that it
// was spam only the hash of who wrote it is emptied; else spammers would make the
// filter forget them by erasing what it learned from.
package comment

import (
	"errors"
	"fmt"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/spam"
)

// Errors of this room. They are wrapped with what was being done.
var (
	ErrNotFound = errors.New("no such comment")
	// ErrGone means that there was a comment, which was taken away.
	ErrGone     = errors.New("the comment is gone")
	ErrNoThread = errors.New("no such thread")
	ErrClosed   = errors.New("comments are closed")
	// ErrConflict means the action makes no sense in the comment's status.
	ErrConflict = errors.New("this cannot be done now")
	// ErrErased means that the key to an address is gone, and the address with it.
	ErrErased = errors.New("the address is erased")

	// ErrAdrift means that the database is no longer where it was: what is written would be
	// lost with the program's end.
	ErrAdrift = errors.New("nothing is kept any more until the program is started again")
)

// InvalidError says which fields of a submission are wrong, and why.
type InvalidError struct {
	Fields map[string]Wrong // field name of the form → what is wrong
}

func (e *InvalidError) Error() string { return fmt.Sprintf("invalid comment: %v", e.Fields) }

// ID numbers the comments of a blog from 1.
type ID int64

// Status is where a comment is.
type Status string

// The statuses.
const (
	Pending  Status = "pending"
	Approved Status = "approved"
	Spam     Status = "spam"
	Trash    Status = "trash"
)

// Statuses lists every status, in the order of the queue's tabs.
var Statuses = []Status{Pending, Spam, Approved, Trash}

// Hold is why a comment was not published at once; empty if it was.
type Hold string

// The holds.
const (
	HoldNone      Hold = ""
	HoldUnsure    Hold = "unsure"     // the filter is not sure
	HoldSpam      Hold = "spam"       // the filter says spam
	HoldFirstTime Hold = "first-time" // policy: nothing by this author was approved yet
	HoldPolicy    Hold = "policy"     // policy: everything is held
	HoldUnjudged  Hold = "unjudged"   // the filter could not judge
	HoldRule      Hold = "rule"       // a rule of the owner's hits it
	HoldAttack    Hold = "attack"     // the blog is under attack
	HoldWork      Hold = "work"       // work was asked for, and not done
)

// Comment is a comment as the rules and the moderators know it. Public pages
// never get one; they get [Public].
type Comment struct {
	ID     ID
	Post   string // slug of the post
	Parent ID     // 0 for none
	Author string
	URL    string // http or https, or empty
	Body   string // Markdown as typed
	Status Status
	// Prior is the status before the last move to spam or trash by a moderator,
	// where Restore leads back to; empty if there was none.
	Prior     Status
	Hold      Hold
	Verdict   spam.Verdict // zero if the comment could not be judged
	CreatedAt time.Time
	// Revision counts the decisions on this comment, from 0.
	Revision int64

	Person  PersonID // who gave an address with it; 0 for nobody
	Proof   Proof    // what the author proved to be; zero for nothing
	Role    Role
	Channel Channel
	// Mention is what the page does with the post, if it came by webmention.
	Mention MentionKind
	// Tell means that the author wants a mail about what becomes of the comment.
	Tell bool
	// Link is the number that private links to the comment are made with.
	Link int64
	// EditedAt is when the published text was last changed; zero for never.
	EditedAt time.Time
	// EditedBy is the moderator who last changed the text; empty if its author did.
	EditedBy string
	// WithdrawnAt is since when its author has taken it back; zero for not.
	WithdrawnAt time.Time
	// PinnedAt is since when its conversation stands first in the thread, and LockedAt
	// since when no replies are taken to it, nor to any below it; zero for not.
	PinnedAt, LockedAt time.Time
	// ErasedAt is since when only its place is left, for the replies that hang on it;
	// zero for not.
	ErasedAt time.Time
	// Imitates means that the name is somebody else's: see [Public]. It is not kept
	// but found out for moderators.
	Imitates bool
}

// PersonID numbers the people who gave an address with a comment, from 1.
type PersonID int64

// Proof is what an author proved to be: a keyed hash of a cookie that the blog
// signed, or of a person who answered a mail about that very comment. What is
// typed, name or address, proves nothing. Two comments with one proof are by one
// author.
type Proof [16]byte

// Role is what an author is on this blog; a session proves it.
type Role string

// The roles.
const (
	Reader    Role = ""
	Author    Role = "author"    // of the post
	Moderator Role = "moderator" // or the owner
)

// Channel is how a comment came. A missing browser is no evidence where none is
// to be expected.
type Channel string

// The channels.
const (
	Form       Channel = ""
	API        Channel = "api"
	Webmention Channel = "webmention"
)

// MentionKind is what a page elsewhere does with the post that it links to.
type MentionKind string

// The kinds of mentions.
const (
	Mentioned MentionKind = ""
	Replied   MentionKind = "reply"
	Liked     MentionKind = "like"
	Reposted  MentionKind = "repost"
)

// Public is a comment as readers see it.
type Public struct {
	ID        ID
	Parent    ID // 0 for none, or when the parent is not shown
	Author    string
	URL       string
	Body      string // Markdown as typed; rendered by markup.Stranger
	CreatedAt time.Time
	EditedAt  time.Time // when it was last changed; zero for never
	// Moderated means that a moderator changed it last, and not its author.
	Moderated bool
	Role      Role
	// Channel says how it came. By webmention the body is plain text, and URL the page
	// that it is an excerpt of; Mention is what that page does with the post.
	Channel Channel
	Mention MentionKind
	// Erased means that only the place is left, for the replies that hang on it.
	Erased bool
	// Pinned means that its conversation stands first; Lock that none below it may be
	// replied to, and Locked that it is itself such a one.
	Pinned, Lock, Locked bool
	// Imitates means that the name is that of the post's author, of a user of the
	// blog, or of somebody who proved to be the author of an earlier published comment,
	// and that this comment came without such a proof.
	Imitates bool
	// Orphan marks a reply to a comment that is not shown any more.
	Orphan bool
	// To is who wrote the parent, if the comment is too deep to stand below it;
	// else empty.
	To string
	// Apart means that the parent is on another page of the thread; To has its author.
	Apart   bool
	Replies []Public
}

// Change is what a decision does to a comment, kept in one transaction.
type Change struct {
	Status Status
	Prior  Status
	// Delete hides the comment from everybody, to be removed for good after [HiddenFor];
	// Status and Prior mean nothing then.
	Delete bool
	// Relabel keeps Lesson as the comment's label (nil: takes the earlier one back).
	Relabel bool
	Lesson  *spam.Lesson
	Entry   account.Entry
	// Reason is what the author is told with the change; empty for nothing.
	Reason string
}
