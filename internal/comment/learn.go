package comment

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"hamlet/internal/spam"
)

// LabelSource is where a Learner finds what the moderators said; [Store] is one.
type LabelSource interface {
	// Labels reads the labels with a Seq above after, in order of Seq.
	Labels(ctx context.Context, after int64) ([]Label, error)
	// Relabelled reports whether a label with a Seq above after is about a comment
	// that has one up to it.
	Relabelled(ctx context.Context, after int64) (bool, error)
	// Removals counts how often labels were removed; their numbers may be given anew.
	Removals(ctx context.Context) (int64, error)
	// Get reads one comment, or [ErrNotFound].
	Get(ctx context.Context, id ID) (Comment, error)
}

// Learner is a spam filter that follows the moderators' labels. Before it
// judges, it reads the labels given since it last looked, whoever gave them: this
// process, a command on the shell, another server on the same database.
//
// The labels are the truth and the filter is what follows from them: reading
// them one by one and reading all of them at once end in the same filter, to
// the bit. A label that is changed, taken back or removed is therefore not unlearned;
// the filter forgets everything and learns again from the labels that stand. Of the labels
// themselves the Learner remembers no more than how far it has read.
//
// A label whose features an earlier version of the program found is learned by those
// that this one finds, as long as its comment is there; else it is passed over.
type Learner struct {
	filter *spam.Filter
	labels LabelSource
	posts  Posts

	mu       sync.Mutex
	last     int64 // the Seq of the last label read
	removals int64 // as there were when it was read
	gone     int   // labels that were passed over
}

// NewLearner makes a Learner of a filter that has learned nothing yet. Posts tells what
// the posts are about under which comments were labelled; nil: nothing.
func NewLearner(f *spam.Filter, labels LabelSource, posts Posts) *Learner {
	if posts == nil {
		posts = nowhere{}
	}
	return &Learner{filter: f, labels: labels, posts: posts}
}

// Judge catches up with the labels, then asks the filter; the verdict has its
// receipt, to be kept with the comment, and names the last label that it goes by.
func (l *Learner) Judge(ctx context.Context, m spam.Message) (spam.Verdict, error) {
	l.mu.Lock() // until it has judged, so that no later label has a part in it
	defer l.mu.Unlock()
	if err := l.catchUp(ctx); err != nil {
		return spam.Verdict{}, err
	}
	v := l.filter.Receipt(m)
	v.Labels = l.last
	return v, nil
}

// CatchUp learns from the labels given since the last time, as every Judge does, and
// returns how many of all labels it had to pass over.
func (l *Learner) CatchUp(ctx context.Context) (passed int, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	err = l.catchUp(ctx)
	return l.gone, err
}

func (l *Learner) catchUp(ctx context.Context) error {
	// Asked for before the labels: what is removed in between is found the next time.
	removals, err := l.labels.Removals(ctx)
	if err != nil {
		return fmt.Errorf("ask for labels that were removed: %w", err)
	}
	fresh, anew, err := l.fresh(ctx, removals)
	if err != nil {
		return err
	}
	lessons, err := l.lessons(ctx, standing(fresh))
	if err != nil {
		return err
	}
	if anew {
		l.gone, l.last = l.filter.Relearn(lessons...), 0
	} else {
		l.gone += l.filter.Learn(lessons...)
	}
	if n := len(fresh); n > 0 {
		l.last = fresh[n-1].Seq
	}
	l.removals = removals
	return nil
}

// fresh are the labels to learn, and whether they are all there are, to be learned anew:
// because of those that were learned, some were removed or do not stand any more.
func (l *Learner) fresh(ctx context.Context, removals int64) (fresh []Label, anew bool, err error) {
	if anew = removals != l.removals; !anew {
		if fresh, err = l.labels.Labels(ctx, l.last); err != nil {
			return nil, false, fmt.Errorf("read labels after %d: %w", l.last, err)
		}
		if len(fresh) == 0 || l.last == 0 {
			return fresh, false, nil
		}
		if anew, err = l.labels.Relabelled(ctx, l.last); err != nil {
			return nil, false, fmt.Errorf("ask for labels that changed after %d: %w", l.last, err)
		}
	}
	if anew {
		if fresh, err = l.labels.Labels(ctx, 0); err != nil {
			return nil, false, fmt.Errorf("read all labels: %w", err)
		}
	}
	return fresh, anew, nil
}

// lessons are what labels teach, by the features of this version.
func (l *Learner) lessons(ctx context.Context, labels []Label) ([]spam.Lesson, error) {
	out := make([]spam.Lesson, len(labels))
	for i, lb := range labels {
		out[i] = *lb.Lesson
		if out[i].Vector.Extractor == spam.ExtractorVersion {
			continue
		}
		c, err := l.labels.Get(ctx, lb.Comment)
		switch {
		case err == nil:
			out[i] = spam.NewLesson(message(c, l.posts.About(c.Post)), lb.Lesson.Spam, "")
			out[i].Moderator = lb.Lesson.Moderator
		case !errors.Is(err, ErrNotFound):
			return nil, fmt.Errorf("read what label %d is about: %w", lb.Seq, err)
		}
	}
	return out, nil
}

// standing is the last label of each comment, in the order they were given,
// without those that were taken back.
func standing(labels []Label) []Label {
	last := make(map[ID]int64, len(labels))
	for _, lb := range labels {
		last[lb.Comment] = lb.Seq
	}
	var out []Label
	for _, lb := range labels {
		if last[lb.Comment] == lb.Seq && lb.Lesson != nil {
			out = append(out, lb)
		}
	}
	return out
}
