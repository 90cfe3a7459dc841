package comment

import (
	"context"
	"fmt"
	"sync"

	"hamlet/internal/spam"
)

// LabelSource is where a Learner finds what the moderators said; [Store] is one.
type LabelSource interface {
	Labels(ctx context.Context, after int64) ([]Label, error)
}

// Learner is a spam filter that follows the moderators' labels. Before it
// judges, it reads the labels given since it last looked, whoever gave them: this
// process, a command on the shell, another server on the same database.
//
// The labels are the truth and the filter is what follows from them: reading
// them one by one and reading all of them at once end in the same filter, to
// the bit. A label that is changed or taken back is therefore not unlearned; the
// filter forgets everything and learns again from the labels that stand.
type Learner struct {
	filter *spam.Filter
	labels LabelSource

	mu   sync.Mutex
	last int64       // the Seq of the last label read
	seen map[ID]bool // the comments that have a label
}

// NewLearner makes a Learner of a filter that has learned nothing yet.
func NewLearner(f *spam.Filter, labels LabelSource) *Learner {
	return &Learner{filter: f, labels: labels, seen: map[ID]bool{}}
}

// Judge catches up with the labels, then asks the filter; the verdict has its
// receipt, to be kept with the comment.
func (l *Learner) Judge(ctx context.Context, m spam.Message) (spam.Verdict, error) {
	if err := l.catchUp(ctx); err != nil {
		return spam.Verdict{}, err
	}
	return l.filter.Receipt(m), nil
}

// catchUp learns from the labels given since the last time.
func (l *Learner) catchUp(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	fresh, err := l.labels.Labels(ctx, l.last)
	if err != nil {
		return fmt.Errorf("read labels after %d: %w", l.last, err)
	}
	if l.contradicts(fresh) {
		if fresh, err = l.labels.Labels(ctx, 0); err != nil {
			return fmt.Errorf("read all labels: %w", err)
		}
		l.seen = map[ID]bool{}
		l.filter.Relearn(l.note(fresh)...)
		return nil
	}
	l.filter.Learn(l.note(fresh)...)
	return nil
}

// note remembers that the labels were read, and returns what they teach.
func (l *Learner) note(labels []Label) []spam.Lesson {
	var lessons []spam.Lesson
	for _, lb := range standing(labels) {
		l.seen[lb.Comment] = true
		lessons = append(lessons, *lb.Lesson)
	}
	if n := len(labels); n > 0 {
		l.last = labels[n-1].Seq
	}
	return lessons
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
