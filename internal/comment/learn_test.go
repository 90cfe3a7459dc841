package comment_test

import (
	"bytes"
	"context"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// labelLog is a LabelSource in memory.
type labelLog []comment.Label

func (l *labelLog) Labels(_ context.Context, after int64) ([]comment.Label, error) {
	i, _ := slices.BinarySearchFunc(*l, after+1, func(lb comment.Label, seq int64) int { return int(lb.Seq - seq) })
	return (*l)[i:], nil
}

// Get knows the comments that the lessons are about, by their place.
func (l *labelLog) Get(_ context.Context, id comment.ID) (comment.Comment, error) {
	if id < 1 || int(id) > len(lessons) {
		return comment.Comment{}, comment.ErrNotFound
	}
	m := lessons[id-1]
	return comment.Comment{ID: id, Post: "hello", Author: m.Author, URL: m.AuthorURL, Body: m.Body}, nil
}

var lessons = []spam.Message{
	{Author: "Ada", Body: "I tried the second recipe, and it worked."},
	{Author: "Best Pills", AuthorURL: "https://pills.example.com", Body: "Buy cheap pills at https://pills.example.com now!!!"},
	{Author: "Bob", Body: "Thank you, I did not know that about bees."},
	{Author: "SEO", AuthorURL: "https://rank.example.net", Body: "Nice post. Visit my site for best ranking."},
	{Author: "Чтец", Body: "Спасибо, очень полезная статья."},
}

// TestLearningOneByOneIsLearningAtOnce gives random labels, changes of mind and
// labels taken back among them, to a Learner that follows them one by one, and
// compares it with one that starts afterwards and reads all at once, as
// after a restart.
func TestLearningOneByOneIsLearningAtOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var log labelLog
		model := spam.Default()
		following := comment.NewLearner(spam.NewFilter(model), &log)
		for i := range rapid.IntRange(0, 12).Draw(t, "labels") {
			which := rapid.IntRange(0, len(lessons)-1).Draw(t, "comment")
			label := comment.Label{Seq: int64(i + 1), Comment: comment.ID(which + 1)}
			if what := rapid.SampledFrom([]string{"ham", "spam", "taken back"}).Draw(t, "label"); what != "taken back" {
				label.Lesson = &spam.Lesson{Vector: spam.Extract(lessons[which]), Spam: what == "spam"}
			}
			log = append(log, label)
			if rapid.Bool().Draw(t, "judge in between") {
				probe(t, following, lessons[which])
			}
		}
		restarted := comment.NewLearner(spam.NewFilter(model), &log)
		for _, m := range lessons {
			if got, want := probe(t, following, m), probe(t, restarted, m); got != want {
				t.Fatalf("%q: one by one %v, at once %v", m.Body, got, want)
			}
		}
	})
}

func probe(t *rapid.T, l *comment.Learner, m spam.Message) float64 {
	v, err := l.Judge(context.Background(), m)
	if err != nil {
		t.Fatal(err)
	}
	return v.Probability
}

// TestDecisionsTeach follows decisions from the queue to the next verdicts, and
// over a restart.
func TestDecisionsTeach(t *testing.T) {
	t.Parallel()
	db := openDB(t)
	newLearner := func() *comment.Learner { return comment.NewLearner(spam.NewFilter(spam.Default()), db) }
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
	log := labelLog{
		{Seq: 1, Comment: 2, Lesson: &spam.Lesson{Vector: old, Spam: true, Moderator: 5}},
		{Seq: 2, Comment: gone, Lesson: &spam.Lesson{Vector: old, Spam: true}},
		{Seq: 3, Comment: 3, Lesson: &spam.Lesson{Vector: old}},
		{Seq: 4, Comment: gone + 1, Lesson: &spam.Lesson{Vector: old}},
		{Seq: 5, Comment: gone + 1},
	}
	filter := spam.NewFilter(spam.Default())
	learner := comment.NewLearner(filter, &log)
	for range 2 {
		if passed, err := learner.CatchUp(t.Context()); err != nil || passed != 1 {
			t.Errorf("passed over %d, %v, want 1", passed, err)
		}
	}
	want := spam.NewFilter(spam.Default())
	for i, label := range []bool{true, false} {
		m := lessons[i+1]
		m.Permalink = "/posts/hello"
		l := spam.NewLesson(m, label, "")
		if label {
			l.Moderator = 5
		}
		want.Learn(l)
	}
	if !bytes.Equal(filter.State(), want.State()) {
		t.Error("the filter did not learn from the comments")
	}

	log = append(log, comment.Label{Seq: 6, Comment: gone}) // taken back: nothing is passed over any more
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
