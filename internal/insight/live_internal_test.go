package insight

import (
	"context"
	"testing"
	"time"

	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// said is a source of labels in memory that counts how many it gave away.
type said struct {
	unlabelled
	labels []comment.Label
	given  int
}

func (s *said) Labels(_ context.Context, after int64) ([]comment.Label, error) {
	some := append([]comment.Label{}, s.labels[min(int(after), len(s.labels)):]...)
	s.given += len(some)
	return some, nil
}

func (s *said) CountAfter(_ context.Context, after int64) (int, error) {
	return max(0, len(s.labels)-int(after)), nil
}

// saidOfPills is a message, and five labels that call the same spam.
func saidOfPills() (spam.Message, *said) {
	m := spam.Message{Author: "Best Pills", Body: "Buy cheap pills now!!!"}
	lesson := spam.NewLesson(m, true, "ada")
	source := &said{}
	for seq := range int64(5) {
		source.labels = append(source.labels, comment.Label{Seq: seq + 1, Comment: comment.ID(seq + 1), At: noon, Lesson: &lesson})
	}
	return m, source
}

// What a filter was told to forget it reads once, not for each verdict, and does not learn.
func TestForgottenLabelsAreReadOnce(t *testing.T) {
	t.Parallel()
	m, source := saidOfPills()
	live := NewLive(LiveOptions{
		Choices: &drawer{choice: Choice{Forgotten: Forgotten{Last: 5, ForgottenAt: noon.Add(time.Hour)}}}, Labels: source, Cost: 1,
	})
	want := spam.NewFilter(spam.Default()).Judge(m).LogOdds
	for range 3 {
		v, err := live.Judge(t.Context(), m)
		if err != nil || v.LogOdds != want || v.Labels != 5 {
			t.Fatalf("judged with %v by the labels up to %d, %v, want %v and 5", v.LogOdds, v.Labels, err, want)
		}
	}
	if source.given != 5 {
		t.Errorf("%d labels were read, want 5", source.given)
	}
}

// Another choice of the same model goes on with what was learned, and the model beside it too: to
// learn all of many labels again takes a while, in which comments would be judged without any.
func TestAnotherChoiceForgetsNothing(t *testing.T) {
	t.Parallel()
	m, source := saidOfPills()
	choices := &drawer{}
	live := NewLive(LiveOptions{Choices: choices, Labels: source, Cost: 1})
	untaught := spam.NewFilter(spam.Default()).Judge(m).LogOdds
	var taught float64
	for i, step := range []struct {
		choice  Choice
		given   int // labels, since the beginning
		forgets bool
	}{
		{Choice{}, 5, false},
		{Choice{Beside: BuiltIn}, 5, false},
		{Choice{}, 5, false},
		{Choice{Forgotten: Forgotten{Last: 5, ForgottenAt: noon.Add(time.Hour)}}, 10, true},
		{Choice{}, 15, false},
	} {
		choices.choice = step.choice
		choices.choice.Number = int64(i)
		v, err := live.Judge(t.Context(), m)
		if err != nil || source.given != step.given || v.Labels != 5 || (v.LogOdds == untaught) != step.forgets {
			t.Fatalf("step %d: judged with %v (untaught %v) by the labels up to %d after %d were read, %v", i, v.LogOdds, untaught, v.Labels, source.given, err)
		}
		if taught == 0 {
			taught = v.LogOdds
		}
		if !step.forgets && v.LogOdds != taught || v.Beside != nil && v.Beside.LogOdds != taught {
			t.Errorf("step %d: judged with %v, beside %+v, want %v", i, v.LogOdds, v.Beside, taught)
		}
	}
}

// A choice that cannot be read, such as when who asked has gone, forgets nothing either, and where
// only the model beside is missing the other judges.
func TestAChoiceThatFailsForgetsNothing(t *testing.T) {
	t.Parallel()
	m := spam.Message{Author: "Best Pills", Body: "Buy cheap pills now!!!"}
	lesson := spam.NewLesson(m, true, "ada")
	source, choices := &said{labels: []comment.Label{{Seq: 1, Comment: 1, At: noon, Lesson: &lesson}}}, &drawer{}
	live := NewLive(LiveOptions{Choices: choices, Labels: source, Cost: 1})
	for i, choice := range []Choice{{}, {Model: "no such"}, {Beside: "no such"}, {}} {
		choices.choice = choice
		choices.choice.Number = int64(i)
		if _, err := live.Judge(t.Context(), m); (err != nil) != (choice.Model != "") {
			t.Errorf("step %d: %v", i, err)
		}
	}
	if source.given != 1 {
		t.Errorf("%d labels were read, want 1", source.given)
	}
}

// A choice that was read before another one took its place, and comes too late, changes nothing.
func TestAnOlderChoiceChangesNothing(t *testing.T) {
	t.Parallel()
	source := &said{labels: []comment.Label{{Seq: 1, Comment: 1, At: noon}}}
	choices := &drawer{choice: Choice{Number: 2}}
	live := NewLive(LiveOptions{Choices: choices, Labels: source, Cost: 1})
	for i, choice := range []Choice{{Number: 2}, {Number: 1, Forgotten: Forgotten{Last: 1, ForgottenAt: noon}}, {Number: 2}} {
		choices.choice = choice
		if _, err := live.Judge(t.Context(), spam.Message{Body: "A text"}); err != nil || source.given != 1 {
			t.Errorf("step %d: %d labels were read, want 1; %v", i, source.given, err)
		}
	}
}

// A verdict that the filter gave before it had learned anything is computed again without
// the labels there were.
func TestRecheckBeforeLearning(t *testing.T) {
	t.Parallel()
	m := spam.Message{Author: "Best Pills", Body: "Buy cheap pills now!!!"}
	lesson := spam.NewLesson(m, true, "ada")
	source := &said{labels: []comment.Label{{Seq: 1, Comment: 1, At: noon, Lesson: &lesson}}}
	live := NewLive(LiveOptions{Choices: &drawer{}, Labels: source, Cost: 1})
	v := spam.NewFilter(spam.Default()).Receipt(m)
	for labels, same := range map[int64]bool{spam.NoLabels: true, 1: false} {
		v.Labels = labels
		r, err := live.Recheck(t.Context(), m, v, noon.Add(time.Hour))
		if err != nil || r.Check.Same != same || r.Labels != int(max(0, labels)) {
			t.Errorf("by the labels up to %d: %+v, %v, want the same: %t", labels, r, err, same)
		}
	}
}
