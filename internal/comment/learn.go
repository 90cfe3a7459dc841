package comment

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"

	"hamlet/internal/spam"
)

// LabelSource is where a Learner finds what the moderators said; [Store] is one.
type LabelSource interface {
	// Labels reads the labels with a Seq above after, in order of Seq.
	Labels(ctx context.Context, after int64) ([]Label, error)
	// CountAfter counts them; rather too many than too few.
	CountAfter(ctx context.Context, after int64) (int, error)
	// Relabelled reports whether a label with a Seq above after is about a comment
	// that has one up to it.
	Relabelled(ctx context.Context, after int64) (bool, error)
	// Removals counts how often labels were removed.
	Removals(ctx context.Context) (int64, error)
	// RemovedFrom is the lowest Seq of the labels that were removed since there were so many
	// removals; 0 if that is not known.
	RemovedFrom(ctx context.Context, removals int64) (int64, error)
	// Labelled reads those of some comments that are there, as far as labels are about them:
	// without their verdicts.
	Labelled(ctx context.Context, ids []ID) ([]Comment, error)
}

// Learner is a spam filter that follows the moderators' labels. Before it
// judges, it reads the labels given since it last looked, whoever gave them: this
// process, a command on the shell, another server on the same database.
//
// The labels are the truth and the filter is what follows from them: reading
// them one by one and reading all of them at once end in the same filter, to
// the bit. A label that is changed, taken back or removed is therefore not unlearned;
// the filter forgets what it learned since some moment before, and learns again from the labels
// that stand. It remembers two such moments, the later of them after most labels, for what is
// changed or undone is mostly recent; before them is the beginning.
//
// No verdict waits for many labels, as there are after a start: they are learned beside it,
// and until that is done it goes by what was learned before.
//
// A label whose features an earlier version of the program found is learned by those
// that this one finds, as long as its comment is there; else it is passed over.
type Learner struct {
	filter *spam.Filter
	labels LabelSource
	posts  Posts
	every  int // labels from mark to mark
	beside *Beside

	mu sync.Mutex // guards what follows, and what the filter was taught
	learned
	ahead  chan struct{} // closed when what is learned beside is learned; nil: nothing is
	failed error         // why it was not; nil: it was, or that was told
}

// learned is how far a Learner came.
type learned struct {
	last     int64 // the Seq of the last label read
	removals int64 // as there were when it was read
	gone     int   // labels that were passed over
	said     int   // labels read that say something
	marks    []Moment
	since    int // labels read since the last mark
}

// Moment is a moment that a filter can go back to. Of the labels up to it, all that stood then
// stand for as long as no label up to it was removed, and none after it is about a comment
// that one up to it is about.
type Moment struct {
	seq    int64 // the last label read
	gone   int
	said   int // labels up to it that say something
	taught spam.Taught
}

const (
	marks     = 2    // that are remembered
	markEvery = 1000 // labels
	// few is how many times the labels from mark to mark a verdict waits for: as many as there
	// are at most since the earlier mark.
	few = marks
)

// NewLearner makes a Learner of a filter that has learned nothing yet. Posts tells what
// the posts are about under which comments were labelled; nil: nothing.
func NewLearner(f *spam.Filter, labels LabelSource, posts Posts) *Learner {
	if posts == nil {
		posts = nowhere{}
	}
	return &Learner{filter: f, labels: labels, posts: posts, every: markEvery}
}

// Within lets what is learned beside end with b, and returns the Learner.
func (l *Learner) Within(b *Beside) *Learner {
	l.beside = b
	return l
}

// Judge catches up with the labels, unless they are many, then asks the filter; the verdict
// has its receipt, to be kept with the comment, and names the last label that it goes by.
func (l *Learner) Judge(ctx context.Context, m spam.Message) (spam.Verdict, error) {
	l.mu.Lock() // until it has judged, so that no later label has a part in it
	defer l.mu.Unlock()
	if err := l.keepUp(ctx, context.WithoutCancel(ctx)); err != nil {
		return spam.Verdict{}, err
	}
	v := l.filter.Receipt(m)
	if v.Labels = l.last; v.Labels == 0 && l.ahead != nil {
		v.Labels = spam.NoLabels
	}
	return v, nil
}

func (l *Learner) removed(ctx context.Context) (int64, error) {
	n, err := l.labels.Removals(ctx)
	if err != nil {
		return 0, fmt.Errorf("ask for labels that were removed: %w", err)
	}
	return n, nil
}

func (l *Learner) catchUp(ctx context.Context) error {
	// Asked for before the labels: what is removed in between is found the next time.
	removals, err := l.removed(ctx)
	if err != nil {
		return err
	}
	fresh, anew, err := l.fresh(ctx, removals)
	if err != nil {
		return err
	}
	for _, part := range l.parts(fresh) {
		lessons, err := l.lessons(ctx, standing(part))
		if err != nil {
			return err
		}
		if anew {
			from := l.marked()
			l.last, l.gone, l.since, anew = from.seq, from.gone+l.filter.Relearn(from.taught, lessons...), 0, false
			l.said = from.said
		} else {
			l.gone += l.filter.Learn(lessons...)
		}
		l.read(part)
	}
	l.removals = removals
	return nil
}

// fresh are the labels to learn, and whether the filter goes back for them to the last mark:
// because of those that were learned, some were removed or do not stand any more.
func (l *Learner) fresh(ctx context.Context, removals int64) (fresh []Label, anew bool, err error) {
	if anew = removals != l.removals; !anew {
		if fresh, err = l.labels.Labels(ctx, l.last); err != nil {
			return nil, false, fmt.Errorf("read labels after %d: %w", l.last, err)
		}
		if len(fresh) == 0 || l.last == 0 {
			return fresh, false, nil
		}
		if anew, err = l.relabelled(ctx, l.last); err != nil {
			return nil, false, err
		}
	}
	if anew {
		if err := l.dropMarks(ctx, removals); err != nil {
			return nil, false, err
		}
		if fresh, err = l.labels.Labels(ctx, l.marked().seq); err != nil {
			return nil, false, fmt.Errorf("read the labels anew: %w", err)
		}
	}
	return fresh, anew, nil
}

func (l *Learner) relabelled(ctx context.Context, after int64) (bool, error) {
	again, err := l.labels.Relabelled(ctx, after)
	if err != nil {
		return false, fmt.Errorf("ask for labels that changed after %d: %w", after, err)
	}
	return again, nil
}

// marked is the last mark; without one, the beginning.
func (l *Learner) marked() Moment {
	if len(l.marks) == 0 {
		return Moment{}
	}
	return l.marks[len(l.marks)-1]
}

// dropMarks leaves the marks that are still true.
func (l *Learner) dropMarks(ctx context.Context, removals int64) (err error) {
	removed := int64(math.MaxInt64)
	if removals != l.removals && len(l.marks) > 0 {
		if removed, err = l.labels.RemovedFrom(ctx, l.removals); err != nil {
			return fmt.Errorf("ask which labels were removed: %w", err)
		}
	}
	for ; len(l.marks) > 0; l.marks = l.marks[:len(l.marks)-1] {
		if l.marked().seq >= removed {
			continue
		}
		if again, err := l.relabelled(ctx, l.marked().seq); err != nil || !again {
			return err
		}
	}
	return nil
}

// parts are labels to learn, in two parts if there is room for a mark between them: no label
// of the second is about a comment that one of the first is about.
func (l *Learner) parts(fresh []Label) [][]Label {
	n := len(fresh) - l.every
	if n <= 0 {
		return [][]Label{fresh}
	}
	before := make(map[ID]bool, n)
	for _, lb := range fresh[:n] {
		before[lb.Comment] = true
	}
	if slices.ContainsFunc(fresh[n:], func(lb Label) bool { return before[lb.Comment] }) {
		return [][]Label{fresh}
	}
	return [][]Label{fresh[:n], fresh[n:]}
}

// read notes that labels were learned, and sets a mark from time to time.
func (l *Learner) read(part []Label) {
	if len(part) == 0 {
		return
	}
	l.last = part[len(part)-1].Seq
	l.said += saying(part)
	if l.since += len(part); l.since < l.every {
		return
	}
	l.since = 0
	l.marks = append(l.marks, Moment{l.last, l.gone, l.said, l.filter.Taught()})
	l.marks = l.marks[max(0, len(l.marks)-marks):]
}

// saying is how many labels say something.
func saying(labels []Label) (n int) {
	for _, lb := range labels {
		if lb.Lesson != nil {
			n++
		}
	}
	return n
}

// atOnce is how many comments are read at once.
const atOnce = 500

// lessons are what labels teach, by the features of this version.
func (l *Learner) lessons(ctx context.Context, labels []Label) ([]spam.Lesson, error) {
	out := make([]spam.Lesson, 0, len(labels))
	for some := range slices.Chunk(labels, atOnce) {
		about, err := l.about(ctx, some)
		if err != nil {
			return nil, err
		}
		for _, lb := range some {
			lesson := *lb.Lesson
			if c, ok := about[lb.Comment]; ok && old(lb) {
				lesson = spam.NewLesson(message(c, l.posts.About(c.Post)), lesson.Spam, "")
				lesson.Moderator = lb.Lesson.Moderator
			}
			out = append(out, lesson)
		}
	}
	return out, nil
}

// old reports whether the features of a label were found by another version.
func old(lb Label) bool { return lb.Lesson.Vector.Extractor != spam.ExtractorVersion }

// about are the comments of the labels whose features are to be found anew.
func (l *Learner) about(ctx context.Context, labels []Label) (map[ID]Comment, error) {
	var ids []ID
	for _, lb := range labels {
		if old(lb) {
			ids = append(ids, lb.Comment)
		}
	}
	if len(ids) == 0 {
		return nil, nil //nolint:nilnil // nothing is to be known about them
	}
	found, err := l.labels.Labelled(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("read what labels are about: %w", err)
	}
	about := make(map[ID]Comment, len(found))
	for _, c := range found {
		about[c.ID] = c
	}
	return about, nil
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
