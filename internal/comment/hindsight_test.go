package comment_test

import (
	"bytes"
	"context"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

func (l *labelLog) LabelsTo(ctx context.Context, after, last int64) ([]comment.Label, error) {
	labels, err := l.Labels(ctx, after)
	return slices.DeleteFunc(slices.Clone(labels), func(lb comment.Label) bool { return lb.Seq > last }), err
}

func (l *labelLog) RelabelledTo(_ context.Context, after, last int64) (bool, error) {
	return slices.ContainsFunc(l.labels, func(lb comment.Label) bool {
		return lb.Seq > after && lb.Seq <= last &&
			slices.ContainsFunc(l.labels, func(e comment.Label) bool { return e.Seq <= after && e.Comment == lb.Comment })
	}), nil
}

// TestHindsightIsLearningAnew gives random labels, takes some back and removes some, and asks in
// between what a filter had learned by any of them: it is, to the bit, what one has learned
// that reads those labels from the first on.
func TestHindsightIsLearningAnew(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var log labelLog
		live := comment.NewLearner(spam.NewFilter(spam.Default()), &log, nil)
		live.SetEvery(rapid.IntRange(1, 5).Draw(t, "labels from mark to mark"))
		back := comment.NewHindsight(&log, nil)
		back.SetStride(rapid.Int64Range(1, 5).Draw(t, "labels from moment to moment"))
		next := int64(1)
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			which := rapid.IntRange(0, len(lessons)-1).Draw(t, "comment")
			label := comment.Label{Seq: next, Comment: comment.ID(which + 1)}
			switch what := rapid.SampledFrom([]string{"ham", "spam", "spam", "taken back", "removed", "asked", "asked"}).Draw(t, "step"); what {
			case "removed":
				log.remove(label.Comment, rapid.Int64Range(0, next).Draw(t, "from"))
			case "asked":
				catchUp(t, live)
				asked(t, back, live, &log, rapid.Int64Range(0, next).Draw(t, "last"))
			case "ham", "spam":
				lesson := spam.NewLesson(lessons[which], what == "spam", "ada")
				label.Lesson = &lesson
				fallthrough
			default:
				log.labels = append(log.labels, label)
				next++
			}
		}
	})
}

// asked compares what is asked for with what is learned anew.
func asked(t rapid.TB, back *comment.Hindsight, live *comment.Learner, log *labelLog, last int64) {
	t.Helper()
	got, want := spam.NewFilter(spam.Default()), spam.NewFilter(spam.Default())
	said, err := back.Learn(context.Background(), got, comment.Earlier{Of: "this", Last: last, Live: live})
	if err != nil {
		t.Fatal(err)
	}
	var then labelLog
	then.labels, _ = log.LabelsTo(context.Background(), 0, last)
	catchUp(t, comment.NewLearner(want, &then, nil))
	if !bytes.Equal(got.State(), want.State()) {
		t.Fatalf("by label %d another state was learned", last)
	}
	saying := 0
	for _, lb := range then.labels {
		if lb.Lesson != nil {
			saying++
		}
	}
	if said != saying {
		t.Fatalf("by label %d there were %d labels, not %d", last, saying, said)
	}
}

// meddled is a log of labels; once it was read, something else is done.
type meddled struct {
	*labelLog
	meanwhile func()
}

func (m *meddled) LabelsTo(ctx context.Context, after, last int64) ([]comment.Label, error) {
	labels, err := m.labelLog.LabelsTo(ctx, after, last)
	if do := m.meanwhile; do != nil {
		m.meanwhile = nil
		do()
	}
	return labels, err
}

// TestHindsightBesideRemoval: while one learns, a label that it has read is removed, and somebody else
// asks. What the first one learned is not what others go on from.
func TestHindsightBesideRemoval(t *testing.T) {
	t.Parallel()
	log := &labelLog{}
	for i, m := range lessons {
		lesson := spam.NewLesson(m, i%2 == 1, "ada")
		log.labels = append(log.labels, comment.Label{Seq: int64(i + 1), Comment: comment.ID(i + 1), Lesson: &lesson})
	}
	m := &meddled{labelLog: log}
	back, live := comment.NewHindsight(m, nil), comment.NewLearner(spam.NewFilter(spam.Default()), log, nil)
	m.meanwhile = func() {
		log.remove(2, 0)
		asked(t, back, live, log, 1)
	}
	if _, err := back.Learn(t.Context(), spam.NewFilter(spam.Default()), comment.Earlier{Of: "this", Last: 3}); err != nil {
		t.Fatal(err)
	}
	asked(t, back, live, log, 5)
}
