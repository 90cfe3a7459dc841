package desk

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/comment"
)

// JobID numbers the jobs of a blog from 1.
type JobID int64

// Job is an act on many comments, done some at a time.
type Job struct {
	ID     JobID
	Act    comment.ActID // what it does, or takes back
	At     time.Time
	Actor  account.Actor
	Action comment.Action // [Undo]: the act is taken back
	Total  int
	Done   int
	// Skipped are those that somebody else changed meanwhile; they are left as they are.
	Skipped int
	Failed  int
	Error   string // of the last failure
	EndedAt time.Time
	// Cancelled means that it was stopped before it was done.
	Cancelled bool
}

// Undo is the action of a job that takes an act back.
const Undo comment.Action = "undo"

// Ended reports whether nothing more will be done.
func (j Job) Ended() bool { return !j.EndedAt.IsZero() }

// Seen is a comment at the revision that somebody saw of it.
type Seen struct {
	ID       comment.ID
	Revision int64
}

// AsItIs is the revision of a comment that is taken as it is when the job is given.
const AsItIs int64 = -1

// Given is a job that is to be done.
type Given struct {
	Job   Job
	Items []Seen
	// Status is where those are to be that are taken as they are; empty: anywhere.
	Status comment.Status
	// Seen is when they were shown. Those that are somewhere else since, or say something
	// else, are of the job, and it leaves them as they are.
	Seen  time.Time
	Entry func(Job) account.Entry
}

// Step is some comments of a job.
type Step struct {
	Limit  int
	Decide func(c comment.Comment, seen int64) (comment.Change, error)
	Undo   comment.Undoing
}

// JobStore keeps jobs. Each method is one transaction.
type JobStore interface {
	// GiveJob keeps a job with its comments, the act that it will be, and the entry.
	GiveJob(ctx context.Context, g Given) (Job, error)
	// GiveUndo keeps a job that takes an act back; what is still being done of it ends first.
	GiveUndo(ctx context.Context, act comment.ActID, j Job, may func(comment.Act) error, entry func(comment.Act) account.Entry) (Job, error)
	// Job reads a job, or comment.ErrNotFound.
	Job(ctx context.Context, id JobID) (Job, error)
	// OpenJobs are those that have not ended, the oldest first.
	OpenJobs(ctx context.Context) ([]JobID, error)
	// DoSome does the next comments of a job, and moves it on past them; it returns the job
	// as it is then, and the posts whose threads changed by an undo. A job that has ended stays as it is.
	DoSome(ctx context.Context, id JobID, s Step) (Job, []string, error)
	// FailNext passes over the next comment of a job, for this reason.
	FailNext(ctx context.Context, id JobID, reason string) (Job, error)
	// EndJob stops a job and records the entry, unless it has ended.
	EndJob(ctx context.Context, id JobID, entry func(Job) account.Entry) (Job, error)
	// LeftOut reads the comments that a job skipped or failed on, at most limit.
	LeftOut(ctx context.Context, id JobID, limit int) ([]comment.ID, error)
}

// JobOptions is what Jobs is made of; all of it is required.
type JobOptions struct {
	Store    JobStore
	Finder   Finder
	Comments *comment.Service
	Now      func() time.Time
	Log      *slog.Logger
}

// Jobs does things to many comments at once: to a selection, or to all that match a filter as
// of a mark. Which comments are meant is kept when a job is given, each at its revision; so
// it does not matter to a job what it changes itself, and a comment that somebody else decides
// on meanwhile stays as that left it. Some comments at a time are done in a
// transaction that also says how far the job is: however often it is interrupted, each is
// done once. All of a job is one act, with one entry in the audit log, and one undo.
type Jobs struct {
	JobOptions
	woken chan struct{}
}

// NewJobs makes a Jobs.
func NewJobs(o JobOptions) (*Jobs, error) {
	if o.Store == nil || o.Finder == nil || o.Comments == nil || o.Now == nil || o.Log == nil {
		return nil, errors.New("jobs: an option is missing")
	}
	return &Jobs{o, make(chan struct{}, 1)}, nil
}

// idsAtOnce is how many numbers of comments are read at once.
const idsAtOnce = 10_000

// match gives the numbers of all comments that match, some at a time.
func (j *Jobs) match(ctx context.Context, who account.Actor, f Filter, m Mark, some func([]comment.ID)) error {
	scope, err := ScopeOf(who)
	if err != nil {
		return err
	}
	for after := comment.ID(0); ; {
		ids, err := j.Finder.IDs(ctx, scope, f, m, after, idsAtOnce)
		if err != nil {
			return err
		}
		some(ids)
		if len(ids) < idsAtOnce {
			return nil
		}
		after = ids[len(ids)-1]
	}
}

// Mark is this moment, to be shown with what is counted.
func (j *Jobs) Mark(ctx context.Context, who account.Actor) (Mark, error) {
	if _, err := ScopeOf(who); err != nil {
		return Mark{}, err
	}
	return j.Finder.Mark(ctx)
}

// Count counts the comments that match, and were there at the mark.
func (j *Jobs) Count(ctx context.Context, who account.Actor, f Filter, m Mark) (int, error) {
	n := 0
	err := j.match(ctx, who, f, m, func(ids []comment.ID) { n += len(ids) })
	return n, err
}

// GiveAll gives the job to do something to all comments that match, and were there at the
// mark. With none it is comment.ErrNotFound.
func (j *Jobs) GiveAll(ctx context.Context, who account.Actor, a comment.Action, f Filter, m Mark) (Job, error) {
	var items []Seen
	err := j.match(ctx, who, f, m, func(ids []comment.ID) {
		for _, id := range ids {
			items = append(items, Seen{id, AsItIs})
		}
	})
	if err != nil {
		return Job{}, err
	}
	return j.give(ctx, a, Given{Job: Job{Actor: who}, Items: items, Status: f.Status, Seen: m.At})
}

// GiveSome gives the job to do something to a selection.
func (j *Jobs) GiveSome(ctx context.Context, who account.Actor, a comment.Action, items []Seen) (Job, error) {
	if _, err := ScopeOf(who); err != nil {
		return Job{}, err
	}
	return j.give(ctx, a, Given{Job: Job{Actor: who}, Items: items})
}

func (j *Jobs) give(ctx context.Context, a comment.Action, g Given) (Job, error) {
	if len(g.Items) == 0 {
		return Job{}, fmt.Errorf("%s comments: %w", a, comment.ErrNotFound)
	}
	g.Job.At, g.Job.Action = j.Now(), a
	g.Entry = func(job Job) account.Entry {
		return account.Entry{
			At: job.At, Actor: job.Actor.Name, Action: string(a), Target: fmt.Sprintf("act %d", job.Act), Detail: fmt.Sprintf("%d comments", job.Total),
		}
	}
	job, err := j.Store.GiveJob(ctx, g)
	if err != nil {
		return Job{}, fmt.Errorf("%s comments: %w", a, err)
	}
	return job, nil
}

// GiveUndo gives the job to take an act on many comments back; what is still being done of
// it ends. The errors are those of comment.Service.Undo.
func (j *Jobs) GiveUndo(ctx context.Context, who account.Actor, act comment.ActID) (Job, error) {
	if _, err := ScopeOf(who); err != nil {
		return Job{}, err
	}
	u := j.Comments.Undoing(who, int(^uint(0)>>1))
	may := func(a comment.Act) error {
		if err := ofActor(who, a.Actor); err != nil {
			return err
		}
		return u.May(a)
	}
	job, err := j.Store.GiveUndo(ctx, act, Job{At: j.Now(), Actor: who, Action: Undo}, may, func(a comment.Act) account.Entry {
		return account.Entry{
			At: u.At, Actor: who.Name, Action: string(Undo), Target: fmt.Sprintf("act %d", act),
			Detail: fmt.Sprintf("%s of %d comments by %s", a.Action, a.Total, a.Actor),
		}
	})
	if err != nil {
		return Job{}, fmt.Errorf("undo act %d: %w", act, err)
	}
	return job, nil
}

// ofActor refuses an author what is not that author's own doing.
func ofActor(who account.Actor, name string) error {
	if _, all := who.Scope(); all || who.Name == name {
		return nil
	}
	return who.May(account.ModerateComments)
}

// Job reads a job for who gave it, or may moderate everything.
func (j *Jobs) Job(ctx context.Context, who account.Actor, id JobID) (Job, error) {
	job, err := j.Store.Job(ctx, id)
	if err == nil {
		err = ofActor(who, job.Actor.Name)
	}
	return job, err
}

// Open are the jobs that have not ended, the oldest first, of those that the actor may see.
func (j *Jobs) Open(ctx context.Context, who account.Actor) ([]Job, error) {
	ids, err := j.Store.OpenJobs(ctx)
	var open []Job
	for _, id := range ids {
		job, failed := j.Job(ctx, who, id)
		if errors.Is(failed, account.ErrForbidden) {
			continue
		}
		if failed != nil {
			return nil, failed
		}
		open = append(open, job)
	}
	return open, err
}

// LeftOut tells which comments a job passed over.
func (j *Jobs) LeftOut(ctx context.Context, who account.Actor, id JobID, limit int) ([]comment.ID, error) {
	if _, err := j.Job(ctx, who, id); err != nil {
		return nil, err
	}
	return j.Store.LeftOut(ctx, id, limit)
}

// Cancel stops a job. What it has done stays, and can be undone.
func (j *Jobs) Cancel(ctx context.Context, who account.Actor, id JobID) (Job, error) {
	if _, err := j.Job(ctx, who, id); err != nil {
		return Job{}, err
	}
	return j.Store.EndJob(ctx, id, func(job Job) account.Entry {
		return account.Entry{
			At: j.Now(), Actor: who.Name, Action: "cancel", Target: fmt.Sprintf("act %d", job.Act),
			Detail: fmt.Sprintf("%s of %d comments by %s, after %d", job.Action, job.Total, job.Actor.Name, job.Done),
		}
	})
}

// atOnce is how many comments share a transaction: few enough that nobody waits long for it.
const atOnce = 50

// Advance does the next comments of a job.
func (j *Jobs) Advance(ctx context.Context, id JobID) (Job, error) {
	job, err := j.Store.Job(ctx, id)
	if err != nil || job.Ended() {
		return job, err
	}
	next, err := j.some(ctx, job, atOnce)
	if err == nil || ctx.Err() != nil {
		return next, err
	}
	// One of them cannot be done. The others are, one by one until that one comes.
	j.Log.WarnContext(ctx, "a job goes on comment by comment", "job", id, "error", err.Error())
	for range atOnce {
		if next, err = j.some(ctx, job, 1); err != nil {
			return j.Store.FailNext(ctx, id, err.Error())
		}
		if next.Ended() {
			break
		}
	}
	return next, nil
}

// some does at most so many comments of a job.
func (j *Jobs) some(ctx context.Context, job Job, limit int) (Job, error) {
	batch := j.Comments.Batch(job.Actor, comment.Decision{Action: job.Action})
	next, shown, err := j.Store.DoSome(ctx, job.ID, Step{
		Limit: limit, Decide: batch.Decide, Undo: j.Comments.Undoing(job.Actor, job.Total),
	})
	for _, post := range shown {
		batch.Shows(post)
	}
	batch.Kept() // after an error too: it may come from a commit that was done
	return next, err
}

// Finish does a job to its end; told is called after each step.
func (j *Jobs) Finish(ctx context.Context, id JobID, told func(Job)) (Job, error) {
	for {
		job, err := j.Advance(ctx, id)
		if err != nil {
			return job, err
		}
		told(job)
		if job.Ended() {
			return job, nil
		}
	}
}

// Wake lets Run look for jobs at once.
func (j *Jobs) Wake() {
	select {
	case j.woken <- struct{}{}:
	default: // it is awake
	}
}

// idle is how long Run sleeps when there is nothing to do, or nothing works: a job may also be
// given, and left, by another program.
const idle = 5 * time.Second

// Run does the jobs that there are, those also that were interrupted, until the context ends.
func (j *Jobs) Run(ctx context.Context) error {
	for {
		more, err := j.round(ctx)
		if ctx.Err() != nil {
			return nil //nolint:nilerr // an orderly end
		}
		if err != nil {
			j.Log.ErrorContext(ctx, "jobs wait", "error", err.Error())
		}
		if more && err == nil {
			continue
		}
		wait := time.NewTimer(idle)
		select {
		case <-ctx.Done():
		case <-j.woken:
		case <-wait.C:
		}
		wait.Stop()
	}
}

// round does some comments of every job, and reports whether there are more.
func (j *Jobs) round(ctx context.Context) (more bool, err error) {
	ids, err := j.Store.OpenJobs(ctx)
	if err != nil {
		return false, err
	}
	for _, id := range ids {
		job, err := j.Advance(ctx, id)
		if err != nil {
			return false, err
		}
		more = more || !job.Ended()
	}
	return more, nil
}
