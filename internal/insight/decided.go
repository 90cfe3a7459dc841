package insight

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// Truth is what a comment turned out to be.
type Truth string

// The truths.
const (
	Spam   Truth = "spam"   // somebody called it spam
	Ham    Truth = "ham"    // somebody called it ham
	Left   Truth = "left"   // it is published, and nobody objected
	Stayed Truth = "stayed" // the filter put it with the spam, and nobody took it out
)

// bad reports whether a comment counts as spam.
func (t Truth) bad() bool { return t == Spam || t == Stayed }

// Decided is a comment of which it is known what became of it.
type Decided struct {
	// Comment is without the reasons of its verdict.
	Comment comment.Comment
	Truth   Truth
	// At is when somebody said so, and Label the number of the label; zero if nobody did.
	At    time.Time
	Label int64
	// Moderator and Wave are the keys of the label; see [spam.Lesson].
	Moderator, Wave uint64
}

// Archive is where decided comments are read.
type Archive interface {
	// Mark names what there is to read.
	Mark(ctx context.Context) (Mark, error)
	// Decided reads decided comments of readers that came at a time or later and have an
	// id above a number, in the order of ids, at most limit of them.
	Decided(ctx context.Context, since time.Time, above comment.ID, limit int) ([]Decided, error)
	// Latest reads the newest decided comments of readers that came at a time or later, at
	// most limit of them, in the order of ids; those that Stayed only if they are asked for.
	Latest(ctx context.Context, since time.Time, limit int, stayed bool) ([]Decided, error)
	// Named reads the decided comments with some ids, in any order.
	Named(ctx context.Context, ids []comment.ID) ([]Decided, error)
	// From finds the comments that came from a network, as far as that is kept, and says of
	// which network they are: a wider one, if no more is known. It is not valid if there is none.
	From(ctx context.Context, n netip.Prefix) (map[comment.ID]bool, netip.Prefix, error)
	// Deciders are the names of those who ever did something on this blog.
	Deciders(ctx context.Context) ([]string, error)
	// CountLabels counts the labels, and those of them that have a number up to one and
	// were given up to a time.
	CountLabels(ctx context.Context, upTo int64, at time.Time) (LabelCount, error)
}

// Mark names what there is to read: another mark, if that may be something else.
type Mark struct {
	Labels int64 // the number of the last label
	Rest   string
}

// LabelCount is how many labels there are.
type LabelCount struct {
	All, Forgotten int
	Last           int64 // the number of the last; 0 if there is none
}

// Models is where models are kept that were brought to the blog, and what one says that
// judges beside the one in force.
type Models interface {
	Choices
	// Choose keeps what change makes of the choice in force, with the entry.
	// It is an act, which can be undone part by part; see [Choice.Part].
	Choose(ctx context.Context, change func(Choice) (Choice, account.Entry, error)) (Choice, account.ActID, error)
	// KeepModel keeps a model, unless it is kept already, with the entry.
	KeepModel(ctx context.Context, k Kept, data []byte, e account.Entry) error
	// Models lists the models that are kept, the newest first, without their data.
	Models(ctx context.Context) ([]Kept, error)
	// Disagreements reads comments of which two models said something else, the newest
	// first, those with an id below a number (0: from the newest), at most limit.
	Disagreements(ctx context.Context, model string, before comment.ID, limit int) ([]Disagreement, error)
	// Compared counts the comments that a model judged beside another, and those of them that
	// it judged otherwise.
	Compared(ctx context.Context, model string) (all, otherwise int, err error)
}

// ErrNoModel means that a model is not kept here.
var ErrNoModel = errors.New("no such model")

// Kept is a model that is kept.
type Kept struct {
	Version string
	Name    string // of the file
	By      string
	At      time.Time
}

// Disagreement is a comment that two models judged otherwise.
type Disagreement struct {
	Comment     comment.Comment
	Class       spam.Class // of the one beside
	Probability float64
}

// fact is what the desk remembers of a decided comment.
type fact struct {
	id        comment.ID
	came, at  time.Time
	truth     Truth
	p         float64 // the probability when it came
	class     spam.Class
	oneLink   bool
	held      bool // was not published at once, for whatever reason
	moderator uint64
}

// judged reports whether the filter had a verdict at all.
func (f fact) judged() bool { return f.class != "" }

// stopped reports whether the filter would not have published it.
func (f fact) stopped() bool { return f.class == spam.Unsure || f.class == spam.Spam }

// batch is how many comments are read at once.
const batch = 1000

// page is some decided comments, or why there are none.
type page struct {
	all []Decided
	err error
}

// each goes through the decided comments that came since a time, in the order they came. The next
// are read while some are looked at.
func (d *Desk) each(ctx context.Context, since time.Time, do func(Decided) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	pages := make(chan page, 1)
	go d.pages(ctx, since, pages)
	for p := range pages {
		if p.err != nil {
			return fmt.Errorf("read decided comments: %w", p.err)
		}
		for _, one := range p.all {
			if err := do(one); err != nil {
				return err
			}
		}
		looked(ctx, len(p.all))
	}
	return ctx.Err()
}

// pages reads decided comments, up to the last.
func (d *Desk) pages(ctx context.Context, since time.Time, to chan<- page) {
	defer close(to)
	for above := comment.ID(0); ; {
		all, err := guarded(ctx, d, func(ctx context.Context) ([]Decided, error) { return d.Archive.Decided(ctx, since, above, batch) })
		select {
		case to <- page{all, err}:
		case <-ctx.Done():
			return
		}
		if err != nil || len(all) < batch {
			return
		}
		above = all[len(all)-1].Comment.ID
	}
}

// latest are the newest decided comments, in the order they came.
func (d *Desk) latest(ctx context.Context, most int, stayed bool) ([]Decided, error) {
	all, err := d.Archive.Latest(ctx, d.Now().Add(-Longest), most, stayed)
	if err != nil {
		return nil, fmt.Errorf("read decided comments: %w", err)
	}
	return all, nil
}

// facts are those of all comments since the longest time that is looked at. The first time it may
// be [WorkingError].
func (d *Desk) facts(ctx context.Context) ([]fact, Counted, error) {
	return remembered(ctx, d, "facts", func(ctx context.Context) ([]fact, error) {
		var all []fact
		err := d.each(ctx, d.Now().Add(-Longest), func(one Decided) error {
			c := one.Comment
			all = append(all, fact{
				id: c.ID, came: c.CreatedAt, at: one.At, truth: one.Truth, p: c.Verdict.Probability, class: c.Verdict.Class,
				oneLink: spam.OneLink(c.Body), held: c.Hold != comment.HoldNone, moderator: one.Moderator,
			})
			return nil
		})
		return all, err
	})
}

// since is the facts of comments that came at a time or later.
func since(facts []fact, t time.Time) []fact {
	var out []fact
	for _, f := range facts {
		if !f.came.Before(t) {
			out = append(out, f)
		}
	}
	return out
}
