package comment

import (
	"context"
	"net/netip"

	"hamlet/internal/account"
	"hamlet/internal/rule"
	"hamlet/internal/spam"
)

// Given is what came with a comment and is not in it.
type Given struct {
	// Email is kept sealed with a key of the person's own; empty for none.
	Email string
	// FormKey is what the same form is known by for two days; nil for nothing.
	FormKey FormKey
	// Network is where it came from, kept sealed for as long as the owner wants; the
	// zero Prefix for nowhere.
	Network netip.Prefix
	// Replies means that the person wants mails about replies.
	Replies bool
	// Rules are those that it hit.
	Rules []rule.Rule
	// Confirmed means that what the author proved is an address that a mail was answered from.
	Confirmed bool
	// Asked is what another filter is to be asked about the comment; nil for nothing.
	Asked *AsSent
}

// FormKey is a hash of a form as it was sent.
type FormKey []byte

// Added is what became of a comment: this one, or one that was kept before.
type Added struct {
	ID     ID
	Status Status
	Hold   Hold
	Link   int64
	Again  bool // the comment was there before
}

// Holder is who holds a name.
type Holder struct {
	// User means that a user of the blog has the name.
	User bool
	// First is the oldest of the approved comments under the name whose authors proved
	// most, and Proof is what it proved; zero for none.
	First    ID
	Proof    Proof
	Standing Standing
}

// Standing is how strong what an author proved is.
type Standing int

// The standings, the weakest first.
const (
	ByNothing Standing = iota
	ByCookie           // the same browser
	ByAddress          // a mail to the address was answered
	ByRole             // a session of somebody who works on the blog
)

// Store is what this room needs kept. Each method is one transaction.
//
// The e-mail address of a comment goes in with Add, and no method here gives it out.
type Store interface {
	Mails
	LabelSource
	// Get reads one comment, or [ErrNotFound].
	Get(ctx context.Context, id ID) (Comment, error)
	MentionStore
	Private
	Acts
	// Moment takes what is done with the context it returns for one moment: what another
	// program writes meanwhile need not be seen before the next, but no form makes two comments.
	Moment(ctx context.Context) context.Context
	// Add keeps a new comment with its verdict, the receipt too, and what was given with
	// it. If the comment is approved, the thread's revision rises. An unknown parent is
	// ErrNotFound. If a comment with the same form key is kept already, nothing is
	// added, and it is told of that one.
	Add(ctx context.Context, c Comment, g Given) (Added, error)
	// Sent tells of the comment that came with a form key, or ErrNotFound.
	Sent(ctx context.Context, key FormKey) (Added, error)
	// Update reads the comment, asks decide what to do with it and keeps the
	// change: status, audit entry, label and the thread's revision, or nothing
	// if decide returns an error (which Update returns as it is). A missing
	// comment is ErrNotFound. Two updates of one comment never overlap. The
	// comment is returned as it is afterwards (as it was, if deleted), with the act that
	// is kept of it.
	Update(ctx context.Context, id ID, decide func(Comment) (Change, error)) (Acted, error)
	// Receipt reads the receipt of a comment's verdict, which no other method
	// does; nil if it has none.
	Receipt(ctx context.Context, id ID) (spam.Receipt, error)
	// Outline reads which approved comments a post has, oldest first, without what
	// is said in them.
	Outline(ctx context.Context, post string) ([]Branch, error)
	// Approved reads those of some comments that are approved, oldest first, without
	// their verdicts.
	Approved(ctx context.Context, ids []ID) ([]Comment, error)
	// List reads the comments of one status, newest first, at most limit of
	// them, those with an id below before (0: from the newest).
	List(ctx context.Context, in Scope, s Status, before ID, limit int) ([]Comment, error)
	// Counts counts the comments of each status.
	Counts(ctx context.Context, in Scope) (map[Status]int, error)
	// Arrange keeps what a moderator does with the conversation of a published comment, with
	// the entry; the thread's revision rises. One that is published no more is ErrConflict.
	// It is an act, which can be undone.
	Arrange(ctx context.Context, c Comment, what Arrangement, e account.Entry) (ActID, error)
	// Arranged reads which comments of a post are pinned and which are locked, oldest first.
	Arranged(ctx context.Context, post string) (Arranged, error)
	// Locked reports whether a comment, or any that it stands below, is locked.
	Locked(ctx context.Context, id ID) (bool, error)
	// Some reads those of some comments that are there.
	Some(ctx context.Context, ids []ID) ([]Comment, error)
	// Networks is where comments came from, of those of which that is kept still.
	Networks(ctx context.Context, ids []ID) (map[ID]netip.Prefix, error)
	// HitRules reads which rules comments hit, those that put them with the spam first; of
	// one on networks, and of one that was removed since, only the kind.
	HitRules(ctx context.Context, ids []ID) (map[ID][]rule.Rule, error)
	// Proven reports whether a comment with this proof is approved.
	Proven(ctx context.Context, p Proof) (bool, error)
	// Holders tells who holds the names, as [NameKey] makes them; of a name that
	// nobody holds, nothing. It is one query, whose work is bounded however many
	// comments there are under a name.
	Holders(ctx context.Context, names []string) (map[string]Holder, error)
	// Memory is what the comments that are kept tell about one that is to be judged,
	// at the time it came; of those with the same traces, what became of them. Of one
	// that is kept itself, it is those that came before. Add and
	// Update keep it in step.
	Memory(ctx context.Context, c Comment) (spam.Memory, error)
	// LabelsByOrigin reads all labels in order of Seq, each with its Origin.
	LabelsByOrigin(ctx context.Context) ([]Label, error)
	// ImportLabels keeps labels of other sites after all others, in their order,
	// those that are not kept yet; all of them or, with an error, none. Labels
	// that contradict those kept are [ErrContradiction]. If any was added, the entry made of
	// how many is kept with them.
	ImportLabels(ctx context.Context, labels []Label, entry func(added int) account.Entry) (added int, err error)
	// RemoveImported removes all labels that were given on another site, as if they had
	// never been imported. If there were any, the entry made of how many is kept.
	RemoveImported(ctx context.Context, site string, entry func(removed int) account.Entry) (removed int, err error)
	// Imported counts the labels of each other site, in the order of their names.
	Imported(ctx context.Context) ([]Imported, error)
}
