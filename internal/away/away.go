// Package away reaches moderators who are not at the desk: by mail, by a request to
// another program, by a feed.
//
// # Notices
//
// A [Target] is where notices go: to a user by mail, or to a webhook. It says what is told
// (comments that are held, reports by readers, mails that were given up) and at which [Pace]. The first thing there is to
// tell opens a window of minutes, an hour or a day; when that is over, all that came within and
// still waits is one notice. So nobody gets more than one in that time, and where nothing
// waits nothing is sent. A [Sender] gathers notices and sends them; what fails is tried again
// with growing pauses, and given up after two days, which moderators see.
//
// A notice has no address of a commenter. It is made when it is sent: of comments that
// were decided meanwhile it says nothing, nor of reports that somebody has seen to. How many
// mails were given up is counted when the window is over, and told so also where sending takes
// longer.
//
// # Links in mails
//
// For each comment a mail has links to approve it, to call it spam and to move it to the
// trash. Programs that look at mails follow links, so following one changes nothing: it
// leads to a page with the comment and one button. The link is bound to the comment, its
// revision, the act, the user, their password of then, and a week; it works once, without
// a session, for that and nothing else ([Links]).
//
// # Webhooks
//
// A [Hook] is told with one request, whose form is one of [Formats]. With a secret it
// carries
//
//	X-Hamlet-Timestamp: 1767225600
//	X-Hamlet-Signature: v1=HEX
//
// where HEX is the HMAC-SHA-256 of the time, a full stop and the body, with the secret as
// the key. X-Hamlet-Notice has the number of the notice, which is the same when it is
// sent again. Redirects are not followed, and private addresses are not reached, but on hosts that the
// owner names in the settings of the program (--notice-hosts).
//
// A template of one's own ([Own]) is that of text/template, with the fields of [News], and
// json to write a value as JSON: {"text": {{json .Text}}}.
package away

import (
	"context"
	"errors"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/comment"
)

// Pace is how soon something is told.
type Pace string

// The paces.
const (
	Never  Pace = "never"
	Soon   Pace = "soon"
	Hourly Pace = "hourly"
	Daily  Pace = "daily"
)

// Paces lists every pace.
var Paces = []Pace{Never, Soon, Hourly, Daily}

// Window is how long it is waited for more; 0 for [Never].
func (p Pace) Window() time.Duration {
	const soon = 5 * time.Minute
	return map[Pace]time.Duration{Soon: soon, Hourly: time.Hour, Daily: 24 * time.Hour}[p]
}

// Target is where notices go.
type Target struct {
	ID   int64
	User int64 // whose mails; 0: a webhook
	// Epoch is that of the user, as it is when the target is read.
	Epoch int64
	Pace  Pace
	Held  bool // comments that are held are told
	Dead  bool // mails that were given up are told
	// Reports by readers are told.
	Reports bool
	// Feed is the number of the link to the user's feed; 0: there is none. It never goes
	// back: see Feeds.
	Feed int64
	// Feeds is how many such links there were.
	Feeds   int64
	Private Private
}

// Private is what of a target is kept sealed.
type Private struct {
	Address string `json:"address,omitempty"`
	Hook    *Hook  `json:"hook,omitempty"`
}

// Hook is a program elsewhere that is told.
type Hook struct {
	Name     string `json:"name"`
	URL      string `json:"url"`
	Format   Format `json:"format"`
	Template string `json:"template,omitempty"` // with [Own]
	Secret   string `json:"secret,omitempty"`
}

// Notice is what is to be told to a target.
type Notice struct {
	ID       int64
	At       time.Time
	Target   Target
	Comments []comment.ID // some of those that are held, the newest first
	Held     int          // how many there were
	Dead     int          // mails
	Reports  int          // by readers
}

// Failure says why a notice was not sent.
type Failure struct {
	Text      string
	Permanent bool // it is not tried again
}

// DeadNotice is a notice that was given up.
type DeadNotice struct {
	ID       int64
	Hook     string // its name; empty: a mail
	User     string // whose mail
	At       time.Time
	Attempts int
	Error    string
}

// Shown is how many comments a notice shows; of more it tells how many.
const Shown = 10

// Targets keeps targets. Each method is one transaction.
type Targets interface {
	// Own reads the target of a user; the zero Target if there is none.
	Own(ctx context.Context, user int64) (Target, error)
	// Hooks reads all webhooks, in the order of their numbers.
	Hooks(ctx context.Context) ([]Target, error)
	// Put keeps a target instead of the one with its number, or as a new one for 0. A user has
	// one at most. What a new one is told begins with what comes from now on.
	Put(ctx context.Context, t Target, e account.Entry) error
	// Remove takes a webhook away, with its notices; else it is comment.ErrNotFound.
	Remove(ctx context.Context, id int64, e account.Entry) error
	// DeadNotices reads notices that were given up, the newest first, at most limit, and
	// counts all.
	DeadNotices(ctx context.Context, limit int) (some []DeadNotice, all int, err error)
	// RetryNotice lets a notice that was given up be sent once more; else it is comment.ErrNotFound.
	RetryNotice(ctx context.Context, id int64, e account.Entry) error
	// DiscardNotice forgets one; else it is comment.ErrNotFound.
	DiscardNotice(ctx context.Context, id int64, e account.Entry) error
	// UseLink notes that a link was used, until then, and reports whether it was not yet.
	UseLink(ctx context.Context, link []byte, until time.Time) (fresh bool, err error)
	// UnuseLink takes that back.
	UnuseLink(ctx context.Context, link []byte) error
}

// Outbox is where notices wait. Each method is one transaction.
type Outbox interface {
	// Gather writes down the notices whose window is over, each within a scope.
	Gather(ctx context.Context, in func(context.Context, Target) (comment.Scope, error)) error
	// Next takes the next notice that is due; false if none is. It is nobody else's for some
	// minutes. The reports are those that still wait, within a scope.
	Next(ctx context.Context, in func(context.Context, Target) (comment.Scope, error)) (Notice, bool, error)
	// Done notes that a notice was sent, or that there is nothing to tell any more.
	Done(ctx context.Context, id int64) error
	// Failed notes that it was not: it is tried again, or given up.
	Failed(ctx context.Context, id int64, f Failure) error
}

// Errors of this room. They are wrapped with what was being done.
var (
	ErrLink = errors.New("this link does not work, or not any more")
	ErrUsed = errors.New("this link was used")
)
