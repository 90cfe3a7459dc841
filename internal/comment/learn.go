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
	Labels(ctx context.Context, after int64) ([]Label, error)
	Get(ctx context.Context, id ID) (Comment, error)
}

// Learner is a spam filter that follows the moderators' labels. Before it
// judges, it reads the labels given since it last looked, whoever gave them: this
// process, a command on the shell, another server on the same database.
//
// The labels are the truth and the filter is what follows from them: reading
// them one by one and reading all of them at once end in the same filter, to
// the bit. A label that is changed or taken back is therefore not unlearned; the
// filter forgets everything and learns again from the labels that stand.
//
// A label whose features an earlier version of the program found is learned by those
// that this one finds, as long as its comment is there; else it is passed over.
type Learner struct {
	filter *spam.Filter
	labels LabelSource

	mu   sync.Mutex
	last int64       // the Seq of the last label read
	seen map[ID]bool // the comments that have a label
	gone int         // labels that were passed over
}

// NewLearner makes a Learner of a filter that has learned nothing yet.
func NewLearner(f *spam.Filter, labels LabelSource) *Learner {
	return &Learner{filter: f, labels: labels, seen: map[ID]bool{}}
}

// Judge catches up with the labels, then asks the filter; the verdict has its
// receipt, to be kept with the comment.
func (l *Learner) Judge(ctx context.Context, m spam.Message) (spam.Verdict, error) {
	if _, err := l.CatchUp(ctx); err != nil {
		return spam.Verdict{}, err
	}
	return l.filter.Receipt(m), nil
}

// CatchUp learns from the labels given since the last time, as every Judge does, and
// returns how many of all labels it had to pass over.
func (l *Learner) CatchUp(ctx context.Context) (passed int, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fresh, err := l.labels.Labels(ctx, l.last)
	if err != nil {
		return l.gone, fmt.Errorf("read labels after %d: %w", l.last, err)
	}
	anew := l.contradicts(fresh)
	if anew {
		if fresh, err = l.labels.Labels(ctx, 0); err != nil {
			return l.gone, fmt.Errorf("read all labels: %w", err)
		}
	}
	stand := standing(fresh)
	lessons, err := l.lessons(ctx, stand)
	if err != nil {
		return l.gone, err
	}
	if anew {
		l.seen = map[ID]bool{}
		l.gone = l.filter.Relearn(lessons...)
	} else {
		l.gone += l.filter.Learn(lessons...)
	}
	for _, lb := range stand {
		l.seen[lb.Comment] = true
	}
	if n := len(fresh); n > 0 {
		l.last = fresh[n-1].Seq
	}
	return l.gone, nil
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
			out[i] = spam.NewLesson(message(c, About{}), lb.Lesson.Spam, "")
			out[i].Moderator = lb.Lesson.Moderator
		case !errors.Is(err, ErrNotFound):
			return nil, fmt.Errorf("read what label %d is about: %w", lb.Seq, err)
		}
	}
	return out, nil
}

// contradicts reports whether a label concerns a comment already learned from.
func (l *Learner) contradicts(labels []Label) bool {
	for _, lb := range labels {
		if l.seen[lb.Comment] {
			return true
		}
	}
	return false
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
