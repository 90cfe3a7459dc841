package comment_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// labelLog is a LabelSource in memory.
type labelLog struct {
	labels  []comment.Label
	removed []int64 // the lowest Seq that went, each time
}

func (l *labelLog) Labels(_ context.Context, after int64) ([]comment.Label, error) {
	i, _ := slices.BinarySearchFunc(l.labels, after+1, func(lb comment.Label, seq int64) int { return int(lb.Seq - seq) })
	return l.labels[i:], nil
}

func (l *labelLog) CountAfter(ctx context.Context, after int64) (int, error) {
	fresh, err := l.Labels(ctx, after)
	return len(fresh), err
}

func (l *labelLog) Relabelled(ctx context.Context, after int64) (bool, error) {
	fresh, err := l.Labels(ctx, after)
	earlier := l.labels[:len(l.labels)-len(fresh)]
	return slices.ContainsFunc(fresh, func(lb comment.Label) bool {
		return slices.ContainsFunc(earlier, func(e comment.Label) bool { return e.Comment == lb.Comment })
	}), err
}

func (l *labelLog) Removals(context.Context) (int64, error) { return int64(len(l.removed)), nil }

func (l *labelLog) RemovedFrom(_ context.Context, before int64) (int64, error) {
	return slices.Min(l.removed[before:]), nil
}

// Labelled knows the comments that the lessons are about, by their place.
func (l *labelLog) Labelled(_ context.Context, ids []comment.ID) (found []comment.Comment, err error) {
	for _, id := range ids {
		if id >= 1 && int(id) <= len(lessons) {
			m := lessons[id-1]
			found = append(found, comment.Comment{ID: id, Post: "hello", Author: m.Author, URL: m.AuthorURL, Body: m.Body})
		}
	}
	return found, nil
}

// remove removes the labels of a comment from a number on.
func (l *labelLog) remove(of comment.ID, from int64) {
	goes := func(lb comment.Label) bool { return lb.Comment == of && lb.Seq >= from }
	if i := slices.IndexFunc(l.labels, goes); i >= 0 {
		l.removed = append(l.removed, l.labels[i].Seq)
		l.labels = slices.DeleteFunc(slices.Clone(l.labels), goes)
	}
}

var lessons = []spam.Message{
	{Author: "Ada", Body: "I tried the second recipe, and it worked."},
	{Author: "Best Pills", AuthorURL: "https://pills.example.com", Body: "Buy cheap pills at https://pills.example.com now!!!"},
	{Author: "Bob", Body: "Thank you, I did not know that about bees."},
	{Author: "SEO", AuthorURL: "https://rank.example.net", Body: "Nice post. Visit my site for best ranking."},
	{Author: "Чтец", Body: "Спасибо, очень полезная статья."},
}

// TestLearningOneByOneIsLearningAtOnce gives random labels, changes of mind, labels taken
// back and labels removed among them, to a Learner that follows them one by one, and
// compares it, to the bit, with one that starts afterwards and reads all at once, as after a
// restart.
func TestLearningOneByOneIsLearningAtOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var log labelLog
		filter := spam.NewFilter(spam.Default())
		following := comment.NewLearner(filter, &log, nil)
		following.SetEvery(rapid.IntRange(1, 5).Draw(t, "labels from mark to mark"))
		for range rapid.IntRange(0, 20).Draw(t, "labels") {
			which := rapid.IntRange(0, len(lessons)-1).Draw(t, "comment")
			label := comment.Label{Seq: 1, Comment: comment.ID(which + 1)}
			if n := len(log.labels); n > 0 {
				label.Seq = log.labels[n-1].Seq + 1
			}
			what := rapid.SampledFrom([]string{"ham", "spam", "spam", "taken back", "undone", "removed"}).Draw(t, "label")
			switch what {
			case "removed":
				log.remove(label.Comment, 0)
			case "undone":
				log.remove(label.Comment, max(1, label.Seq-2))
			case "ham", "spam":
				lesson := spam.NewLesson(lessons[which], what == "spam", rapid.SampledFrom([]string{"", "ada", "bob"}).Draw(t, "moderator"))
				label.Lesson = &lesson
				fallthrough
			default:
				log.labels = append(log.labels, label)
			}
			if rapid.Bool().Draw(t, "judge in between") {
				catchUp(t, following)
			}
		}
		afresh := spam.NewFilter(spam.Default())
		catchUp(t, comment.NewLearner(afresh, &log, nil))
		catchUp(t, following)
		if !bytes.Equal(filter.State(), afresh.State()) {
			t.Fatal("one by one and at once are two states")
		}
	})
}

func catchUp(t rapid.TB, l *comment.Learner) {
	if _, err := l.CatchUp(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// blocked is a source whose labels are read only when a channel is closed, or fail.
type blocked struct {
	*labelLog
	until chan struct{}
	err   error
}

func (b *blocked) Labels(ctx context.Context, after int64) ([]comment.Label, error) {
	<-b.until
	if b.err != nil {
		return nil, b.err
	}
	return b.labelLog.Labels(ctx, after)
}

// While many labels are read, as after a start, or when one that was learned long ago goes,
// verdicts go by what was learned before, and say so.
func TestVerdictsDoNotWaitForManyLabels(t *testing.T) {
	t.Parallel()
	source := &blocked{&labelLog{}, make(chan struct{}), nil}
	for i, m := range lessons {
		lesson := spam.NewLesson(m, i%2 == 1, "ada")
		source.labels = append(source.labels, comment.Label{Seq: int64(i + 1), Comment: comment.ID(i + 1), Lesson: &lesson})
	}
	learner := comment.NewLearner(spam.NewFilter(spam.Default()), source, nil)
	learner.SetEvery(1)
	m := lessons[1]
	judge := func(what string, want *spam.Filter, labels int64) {
		t.Helper()
		v, err := learner.Judge(t.Context(), m)
		if err != nil {
			t.Fatal(err)
		}
		if odds := want.Judge(m).LogOdds; v.LogOdds != odds || v.Labels != labels {
			t.Errorf("%s: odds %v by the labels up to %d, want %v and %d", what, v.LogOdds, v.Labels, odds, labels)
		}
		es, err := learner.Explain(t.Context(), []*spam.Reading{spam.Read(m)}, comment.InShort)
		if err != nil || es[0].LogOdds != v.LogOdds {
			t.Errorf("%s: explained as %v, %v, want %v", what, es, err, v.LogOdds)
		}
	}
	taught := func(l *labelLog) *spam.Filter {
		f := spam.NewFilter(spam.Default())
		if _, err := comment.NewLearner(f, l, nil).CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		return f
	}
	catchUp := func() {
		t.Helper()
		close(source.until)
		if _, err := learner.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
	}

	judge("after a start", spam.NewFilter(spam.Default()), spam.NoLabels)
	catchUp()
	all := taught(source.labelLog)
	judge("when all are learned", all, 5)

	source.until = make(chan struct{})
	source.remove(2, 0)
	judge("after the removal of an early label", all, 5)
	catchUp()
	judge("when the rest is learned anew", taught(source.labelLog), 5)
}

// What went wrong with labels that are learned beside is told, once, and they are learned the next time.
func TestFaultOfManyLabels(t *testing.T) {
	t.Parallel()
	lesson := spam.NewLesson(lessons[1], true, "ada")
	source := &blocked{&labelLog{}, make(chan struct{}), errors.New("the label is torn")}
	for i := range int64(3) {
		source.labels = append(source.labels, comment.Label{Seq: i + 1, Comment: comment.ID(i + 1), Lesson: &lesson})
	}
	learner := comment.NewLearner(spam.NewFilter(spam.Default()), source, nil)
	learner.SetEvery(1)
	if _, err := learner.Judge(t.Context(), lessons[1]); err != nil {
		t.Fatal(err)
	}
	close(source.until)
	if _, err := learner.CatchUp(t.Context()); !errors.Is(err, source.err) {
		t.Fatalf("got %v, want %v", err, source.err)
	}
	source.err = nil
	if _, err := learner.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if v, err := learner.Judge(t.Context(), lessons[1]); err != nil || v.Labels != 3 {
		t.Errorf("by labels up to %d, %v, want 3", v.Labels, err)
	}
}

// endless is a source whose labels are read until the context ends.
type endless struct {
	*labelLog
	reads, ended atomic.Int32
	begun        chan struct{}
}

func (e *endless) Labels(ctx context.Context, _ int64) ([]comment.Label, error) {
	if e.reads.Add(1) == 1 {
		close(e.begun)
	}
	<-ctx.Done()
	e.ended.Add(1)
	return nil, ctx.Err()
}

// What is learned beside ends before what it reads from is closed, and begins no more then;
// verdicts go on by what was learned, and say that they cannot follow.
func TestLearningBesideEnds(t *testing.T) {
	t.Parallel()
	lesson := spam.NewLesson(lessons[1], true, "ada")
	source := &endless{labelLog: &labelLog{}, begun: make(chan struct{})}
	for i := range int64(3) {
		source.labels = append(source.labels, comment.Label{Seq: i + 1, Comment: comment.ID(i + 1), Lesson: &lesson})
	}
	var beside comment.Beside
	learner := comment.NewLearner(spam.NewFilter(spam.Default()), source, nil).Within(&beside)
	learner.SetEvery(1)
	if _, err := learner.Judge(t.Context(), lessons[1]); err != nil {
		t.Fatal(err)
	}
	waiting := make(chan error)
	go func() {
		_, err := learner.CatchUp(t.Context())
		waiting <- err
	}()
	<-source.begun
	beside.End()
	if n := source.ended.Load(); n == 0 || n != source.reads.Load() {
		t.Errorf("at the end %d of %d readings have ended", n, source.reads.Load())
	}
	if err := <-waiting; !errors.Is(err, context.Canceled) {
		t.Errorf("who waited was told %v", err)
	}
	if _, err := learner.Judge(t.Context(), lessons[1]); !errors.Is(err, context.Canceled) {
		t.Errorf("a verdict after the end: %v", err)
	}
	beside.End()
	if n := source.reads.Load(); n != 1 {
		t.Errorf("labels were read %d times, want once", n)
	}
}

// TestDecisionsTeach follows decisions from the queue to the next verdicts, and
// over a restart.
func TestDecisionsTeach(t *testing.T) {
	t.Parallel()
	db := openDB(t)
	newLearner := func() *comment.Learner { return comment.NewLearner(spam.NewFilter(spam.Default()), db, nil) }
	learner := newLearner()
	s := serve(t, db, learner, comment.HoldAll)
	score := func(l *comment.Learner) float64 {
		t.Helper()
		v, err := l.Judge(t.Context(), spam.Message{Author: "Ada", Body: "Thank you for this.", Permalink: "/posts/hello"})
		if err != nil {
			t.Fatal(err)
		}
		return v.Probability
	}
	untaught := score(learner)
	id := mustSubmit(t, s, hello()).ID

	mustDecide(t, s, id, comment.MarkSpam)
	asSpam := score(learner)
	if asSpam <= untaught {
		t.Errorf("marked as spam: %v, want more than %v", asSpam, untaught)
	}
	mustDecide(t, s, id, comment.Approve)
	asHam := score(learner)
	if asHam >= untaught {
		t.Errorf("approved: %v, want less than %v", asHam, untaught)
	}
	mustDecide(t, s, id, comment.MarkSpam)
	if got := score(learner); got != asSpam {
		t.Errorf("marked again: %v, want %v as the first time", got, asSpam)
	}
	mustDecide(t, s, id, comment.Delete)
	if got := score(learner); got != asSpam {
		t.Errorf("deleted: %v, want %v as before", got, asSpam)
	}
	if got := score(newLearner()); got != asSpam {
		t.Errorf("after a restart: %v, want %v", got, asSpam)
	}
}

// A label that an earlier version of the program kept teaches what it would teach now,
// as long as its comment is there; else it is passed over, and counted.
func TestLabelsOfAnEarlierVersion(t *testing.T) {
	t.Parallel()
	old := spam.Vector{Extractor: spam.ExtractorVersion + 1, Hashes: []uint32{7}, Values: []float32{1}}
	const gone = 99
	log := labelLog{labels: []comment.Label{
		{Seq: 1, Comment: 2, Lesson: &spam.Lesson{Vector: old, Spam: true, Moderator: 5}},
		{Seq: 2, Comment: gone, Lesson: &spam.Lesson{Vector: old, Spam: true}},
		{Seq: 3, Comment: 3, Lesson: &spam.Lesson{Vector: old}},
		{Seq: 4, Comment: gone + 1, Lesson: &spam.Lesson{Vector: old}},
		{Seq: 5, Comment: gone + 1},
	}}
	filter := spam.NewFilter(spam.Default())
	posts := about{"hello": {Title: "Bees and recipes", Tags: []string{"bees"}}}
	learner := comment.NewLearner(filter, &log, posts)
	for range 2 {
		if passed, err := learner.CatchUp(t.Context()); err != nil || passed != 1 {
			t.Errorf("passed over %d, %v, want 1", passed, err)
		}
	}
	want := spam.NewFilter(spam.Default())
	for i, label := range []bool{true, false} {
		m := lessons[i+1]
		m.Permalink, m.Title, m.Tags = "/posts/hello", "Bees and recipes", []string{"bees"}
		l := spam.NewLesson(m, label, "")
		if label {
			l.Moderator = 5
		}
		want.Learn(l)
	}
	if !bytes.Equal(filter.State(), want.State()) {
		t.Error("the filter did not learn from the comments")
	}

	log.labels = append(log.labels, comment.Label{Seq: 6, Comment: gone}) // taken back: nothing is passed over any more
	if passed, err := learner.CatchUp(t.Context()); err != nil || passed != 0 {
		t.Errorf("passed over %d, %v, want none", passed, err)
	}
}

// Who gave a label and whose comment it was about is kept with it.
func TestDecisionsCarryKeys(t *testing.T) {
	t.Parallel()
	s, db := open(t, says(spam.Unsure), "")
	first, second := mustSubmit(t, s, hello()).ID, mustSubmit(t, s, hello()).ID
	mustDecide(t, s, first, comment.MarkSpam)
	if _, err := s.Decide(t.Context(), account.Shell, second, comment.Decision{Action: comment.MarkSpam}); err != nil {
		t.Fatal(err)
	}
	labels, err := db.Labels(t.Context(), 0)
	if err != nil || len(labels) != 2 {
		t.Fatalf("got %d labels, %v", len(labels), err)
	}
	a, b := *labels[0].Lesson, *labels[1].Lesson
	if a.Author == 0 || a.Author != b.Author || a.Wave == 0 || a.Wave != b.Wave {
		t.Errorf("the same comment twice: keys %x and %x, %x and %x", a.Author, b.Author, a.Wave, b.Wave)
	}
	if a.Moderator == 0 || b.Moderator == 0 || a.Moderator == b.Moderator {
		t.Errorf("two moderators: %x and %x", a.Moderator, b.Moderator)
	}
}
