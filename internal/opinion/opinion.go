// Package opinion asks another spam filter for its opinion: one that speaks the protocol of
// Akismet (https://akismet.com/developers/), which may be Akismet's own or any that is
// compatible.
//
// It is off unless the owner has set a key. A comment is asked about after it was stored and
// placed by the blog's own filter, never while its reader waits. What is sent is what
// readers of the blog see of a comment (the name, the site, the text, the address of the
// post, the time), and of the rest only what the owner has named: the e-mail address, the IP
// address, the browser's name for itself, the page that it came from.
//
// # What becomes of an answer
//
//	ModeSignal   the answer shifts the log-odds of the verdict by a learned weight
//	             (see [Weights]), and the comment goes where it would have gone with that:
//	             comment.Service.Hear
//	ModeSecond   the same, but only those are asked about that the own filter is unsure of
//	ModeShadow   the answer is kept for moderators to see, and changes nothing
//
// "true" and "false" are answers; "true" with the header X-akismet-pro-tip: discard is a
// stronger one. Anything else is none: a time-out, a status that is no success, "invalid", a
// page of HTML, the header X-akismet-error. The verdict stays as it is then, and the comment
// is asked about again after 20 minutes, until what was kept of it is 15 days old. After
// "invalid" it is asked whether the key is good: if not, nothing is asked for 6 hours, and else
// that comment is not. "false" with X-akismet-recheck-after is not final, and asked about once
// more after that time. Once its author has changed the text, a comment is asked about again.
//
// What is kept is for one server: when the owner names another, that one is told nothing
// of it, and what the answers weigh is learned anew.
//
// A request takes three seconds at most and is repeated once, where there is no answer or one of a
// server that failed. A refusal of https is never answered by plain http.
//
// # What is reported
//
// Decisions of people, and nothing else: where a moderator's word on a comment is another
// than the answer, it is told by submit-spam or submit-ham ten minutes later, if it still
// stands, with the fields as they were sent. What a rule or a filter did is never reported.
package opinion

import (
	"context"
	"time"

	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// Mode is what an answer does.
type Mode string

// The modes.
const (
	ModeSignal Mode = "signal"
	ModeSecond Mode = "second-opinion"
	ModeShadow Mode = "shadow"
)

// Modes lists every mode.
var Modes = []Mode{ModeSignal, ModeSecond, ModeShadow}

// KeptFor is how long what was sent is kept, so that it can be asked about again and
// reported as it was.
const KeptFor = 15 * 24 * time.Hour

// Question is a comment to be asked about.
type Question struct {
	Comment comment.ID
	Sent    comment.AsSent
	Reply   bool    // it answers another
	Local   float64 // log-odds of spam by the blog's own filter
	// Attempts tells this question from those before and after about the comment.
	Attempts int
	Rechecks bool // this text was answered about before, and not for good
	Edited   bool // its author has changed the text since it was sent, which is the one of now
	Retried  bool // it was asked before, and not answered
}

// Answer is what another filter says.
type Answer struct {
	Said  spam.Said
	GUID  string // by which it knows the check
	Again time.Duration
	Alert Alert // what it has to say to the owner
}

// Report is a decision of a person to be told.
type Report struct {
	Comment comment.ID
	Sent    comment.AsSent
	Reply   bool
	GUID    string
	Spam    bool
}

// Decided is an answer about a comment that a person has decided on.
type Decided struct {
	Said  spam.Said
	Local float64 // log-odds without the answer
	Spam  bool
}

// Figures are how often which answer was right, by decisions of people.
type Figures struct {
	Asked   int               // comments that were answered about
	Waiting int               // that are still to be asked about
	Spam    map[spam.Said]int // decided to be spam, by answer
	Ham     map[spam.Said]int
	Told    int // decisions that were reported
}

// Store is what this room needs kept, of one server.
type Store interface {
	// Due takes questions whose time has come, those that wait longest first; nobody else
	// gets them before the lease is over. One whose comment is gone is not among them.
	Due(ctx context.Context, lease time.Duration, limit int) ([]Question, error)
	// Answered keeps an answer, and when to ask again; zero: not. Like the next two it changes
	// nothing if there is a newer question about the comment.
	Answered(ctx context.Context, q Question, a Answer, again time.Time) error
	// Unanswered keeps why there is none, and when to ask again.
	Unanswered(ctx context.Context, q Question, problem string, again time.Time) error
	// Unasked gives back questions that were taken and not asked.
	Unasked(ctx context.Context, qs []Question) error
	// Reports takes decisions that were made before a time, and are others than what the
	// other filter knows.
	Reports(ctx context.Context, before time.Time, lease time.Duration, limit int) ([]Report, error)
	// Reported keeps that a decision was told.
	Reported(ctx context.Context, r Report) error
	// Unreported keeps when to try again.
	Unreported(ctx context.Context, r Report, again time.Time) error
	// Decided reads the newest answers about comments that people have decided on.
	Decided(ctx context.Context, limit int) ([]Decided, error)
	// AskAll makes due what waits after a fault.
	AskAll(ctx context.Context) error
	// Heard is what was said of some comments; of those never asked about there is nothing.
	Heard(ctx context.Context, ids []comment.ID) (map[comment.ID]Heard, error)
	// Figures counts.
	Figures(ctx context.Context) (Figures, error)
	// Standing is how it stood when that was kept last; zero if it never was.
	Standing(ctx context.Context) (Standing, error)
	// KeepStanding keeps it.
	KeepStanding(ctx context.Context, s Standing) error
}

// Standing is what the owners have been told of, so that they are told once, also when the
// program begins anew.
type Standing struct {
	Trouble Trouble `json:"trouble"`
	Alert   Alert   `json:"alert"`
}

// Heard is what moderators see at a comment.
type Heard struct {
	Said    spam.Said
	Problem string     // with which the last attempt ended
	Waits   bool       // it is to be asked, or asked again
	Told    spam.Class // the decision that was reported; empty for none
}
