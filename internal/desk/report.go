package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"hamlet/internal/account"
	"hamlet/internal/comment"
)

// Complaint is what a reader finds wrong with a comment.
type Complaint string

// The complaints.
const (
	ReportedSpam    Complaint = "spam"
	ReportedAbuse   Complaint = "abuse"   // insults, hate, threats
	ReportedPrivate Complaint = "private" // it tells something private of somebody
	ReportedIllegal Complaint = "illegal"
	ReportedOther   Complaint = "other"
)

// Complaints lists every complaint, as readers are asked.
var Complaints = []Complaint{ReportedSpam, ReportedAbuse, ReportedPrivate, ReportedIllegal, ReportedOther}

// Report is what a reader says about a comment.
type Report struct {
	ID    int64
	At    time.Time
	Why   Complaint
	Words string // plain text; may be empty
}

// MaxReport is how long the words of a report may be, in characters, and mostReports how
// many of a comment are kept that nobody has seen to: more tell nobody more.
const (
	MaxReport   = 500
	mostReports = 100
)

// Errors of reports.
var (
	ErrComplaint = errors.New("a report says none of the complaints there are")
	ErrReport    = errors.New("a report is too long")
	// ErrSettled means that there is no report to dismiss, or to bring back.
	ErrSettled = errors.New("there are no such reports")
)

// Reported is what readers say about one comment.
type Reported struct {
	Open      []Report // that nobody has seen to, the oldest first
	Dismissed int      // that a moderator dismissed lately
}

// ReportStore keeps reports. Each method is one transaction.
type ReportStore interface {
	// AddReport keeps a report of a comment that readers see, else it is
	// comment.ErrNotFound. It takes the place of an older one by who. If it says no more than one
	// that was dismissed of the same text, or most reports of others are open, nothing is
	// kept, and that is no error. Of who nothing but a keyed hash is kept.
	AddReport(ctx context.Context, id comment.ID, r Report, who string, most int) error
	// Reported reads the reports of comments; those without may be missing.
	Reported(ctx context.Context, ids []comment.ID) (map[comment.ID]Reported, error)
	// DismissReports notes that a moderator has seen to the reports of a comment up to one.
	// If there are none, nothing is recorded, and it is [ErrSettled].
	DismissReports(ctx context.Context, id comment.ID, upTo int64, at time.Time, e account.Entry) (account.ActID, error)
	// ReopenReports takes that back, of all reports that are still there, if there are any.
	ReopenReports(ctx context.Context, id comment.ID, e account.Entry) (account.ActID, error)
}

// Reports is what readers say about comments. It changes nothing about a comment: that is
// for moderators to do.
type Reports struct {
	store    ReportStore
	comments Comments
	now      func() time.Time
}

// NewReports makes Reports.
func NewReports(s ReportStore, c Comments, now func() time.Time) *Reports {
	return &Reports{store: s, comments: c, now: now}
}

// Report takes the report of a reader; who tells one reader from another. The errors are
// [ErrComplaint], [ErrReport] and comment.ErrNotFound. A second report of the same comment
// by the same reader takes the place of the first; moderators are not asked again about what
// they dismissed, unless it says something else or the text is another.
func (r *Reports) Report(ctx context.Context, id comment.ID, why Complaint, words, who string) error {
	if !slices.Contains(Complaints, why) {
		return ErrComplaint
	}
	words = clean(words)
	if utf8.RuneCountInString(words) > MaxReport {
		return ErrReport
	}
	said := Report{At: r.now().UTC(), Why: why, Words: words}
	return r.store.AddReport(ctx, id, said, who, mostReports)
}

// Of reads the reports of comments that the actor was shown.
func (r *Reports) Of(ctx context.Context, actor account.Actor, ids []comment.ID) (map[comment.ID]Reported, error) {
	if err := actor.May(account.UseDesk); err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return nil, nil
	}
	return r.store.Reported(ctx, ids)
}

// Dismiss notes that somebody has seen to the reports of a comment up to one, the last that
// was shown. The errors are [ErrSettled], comment.ErrNotFound and account.ErrForbidden.
func (r *Reports) Dismiss(ctx context.Context, actor account.Actor, id comment.ID, upTo int64) (account.ActID, error) {
	if _, err := r.comments.Get(ctx, actor, id); err != nil {
		return 0, err
	}
	return r.store.DismissReports(ctx, id, upTo, r.now().UTC(), r.entry(actor, "dismiss reports", id))
}

// Reopen takes that back.
func (r *Reports) Reopen(ctx context.Context, actor account.Actor, id comment.ID) (account.ActID, error) {
	if _, err := r.comments.Get(ctx, actor, id); err != nil {
		return 0, err
	}
	return r.store.ReopenReports(ctx, id, r.entry(actor, "reopen reports", id))
}

func (r *Reports) entry(actor account.Actor, action string, id comment.ID) account.Entry {
	return account.Entry{At: r.now().UTC(), Actor: actor.Name, Action: action, Target: fmt.Sprintf("comment %d", id)}
}
