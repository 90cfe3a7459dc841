package spam_test

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"hamlet/internal/spam"
)

// day is a date of a replay.
func day(n int) time.Time { return time.Date(2026, 1, 1, n, 0, 0, 0, time.UTC) }

// wave is spam of one kind, of which the model knows next to nothing.
func wave(source string, n int) []spam.Example {
	var out []spam.Example
	for i := range n {
		out = append(out, spam.Example{Source: source, Spam: true, Message: spam.Message{
			Author: "Zorbik Klee", Date: day(i), Permalink: "repair-day",
			Body: fmt.Sprintf("Zorbik quandle %d is what the vintrels of yesteryear never had.", i),
		}})
	}
	return out
}

// The first message is judged before anything was learned; the rest of a wave is
// not a surprise any more.
func TestReplayJudgesThenLearns(t *testing.T) {
	t.Parallel()
	first := spam.Replay(spam.ReplayOptions{}, wave("a.example.org", 1)).Windows[0]
	if first.Learning.LogLoss != first.Alone.LogLoss || first.Learned != 1 {
		t.Errorf("the first message: got %+v, want the same loss and one label", first)
	}
	r := spam.Replay(spam.ReplayOptions{}, wave("a.example.org", 60))
	last := r.Windows[2]
	if last.From != 51 || last.Learning.Error != 0 || !(last.Learning.LogLoss < last.Alone.LogLoss/2) {
		t.Errorf("after 50: got %+v, want no error and far less loss than alone", last)
	}
	if alone := r.Windows[0].Alone.LogLoss; math.Abs(float64(alone-last.Alone.LogLoss)) > 0.5 {
		t.Errorf("the filter alone changed: %v, then %v", alone, last.Alone.LogLoss)
	}
}

func TestReplayInOrderOfDates(t *testing.T) {
	t.Parallel()
	inOrder := append(wave("a.example.org", 30), invented(0)...)
	for i := range inOrder {
		inOrder[i].Message.Date = day(i / 2) // two at each time: those stay as they were
	}
	undated := wave("a.example.org", 3)
	for i := range undated {
		undated[i].Message.Date = time.Time{}
	}
	want := spam.Replay(spam.ReplayOptions{}, slices.Concat(inOrder, undated))
	mixed := slices.Clone(inOrder)
	for i := 0; i+3 < len(mixed); i += 4 {
		mixed[i], mixed[i+1], mixed[i+2], mixed[i+3] = mixed[i+2], mixed[i+3], mixed[i], mixed[i+1]
	}
	got := spam.Replay(spam.ReplayOptions{}, slices.Concat(undated, mixed))
	if fmt.Sprint(got) != fmt.Sprint(want) { // as text, in which what is not a number is equal
		t.Errorf("mixed: got\n%+v, want\n%+v", got, want)
	}
	if got.Undated != 3 {
		t.Errorf("got %d without a date, want 3", got.Undated)
	}
}

// What one blog learned, the next one does not know.
func TestReplayBlogsApart(t *testing.T) {
	t.Parallel()
	one := spam.Replay(spam.ReplayOptions{}, wave("a.example.org", 40))
	two := spam.Replay(spam.ReplayOptions{}, slices.Concat(wave("b.example.org", 40), wave("a.example.org", 40)))
	if len(two.Sources) != 2 || two.Sources[0].Source != "a.example.org" {
		t.Fatalf("got blogs %+v", two.Sources)
	}
	for _, s := range two.Sources {
		if fmt.Sprint(s.Windows) != fmt.Sprint(one.Windows) {
			t.Errorf("%s: got %+v, want what it is by itself, %+v", s.Source, s.Windows, one.Windows)
		}
	}
	if w := two.Windows[0]; w.Messages != 40 || w.Learned != 40 || w.Learning.Error != one.Windows[0].Learning.Error {
		t.Errorf("together: got %+v", w)
	}
}

func TestReplayWindows(t *testing.T) {
	t.Parallel()
	var seen []int
	o := spam.ReplayOptions{Progress: func(done, total int) { seen = append(seen, done, total) }}
	r := spam.Replay(o, slices.Concat(wave("big.example.org", 1003), wave("small.example.org", 51)))
	sizes := func(windows []spam.ReplayWindow) (out [][3]int) {
		for _, w := range windows {
			out = append(out, [3]int{w.From, w.To, w.Messages})
		}
		return out
	}
	tests := []struct {
		name string
		got  []spam.ReplayWindow
		want [][3]int
	}{
		{"together", r.Windows, [][3]int{{1, 20, 40}, {21, 50, 60}, {51, 200, 151}, {201, 1000, 800}, {1001, 0, 3}}},
		{"the big one", r.Sources[0].Windows, [][3]int{{1, 20, 20}, {21, 50, 30}, {51, 200, 150}, {201, 1000, 800}, {1001, 0, 3}}},
		{"the small one", r.Sources[1].Windows, [][3]int{{1, 20, 20}, {21, 50, 30}, {51, 200, 1}}},
	}
	for _, tt := range tests {
		if got := sizes(tt.got); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
	if r.Total.Messages != 1054 || r.Total.From != 1 || r.Sources[1].Total.Learned != 51 {
		t.Errorf("total: got %+v and %+v", r.Total, r.Sources[1].Total)
	}
	if len(seen) != 2*1054 || seen[0] != 1 || seen[len(seen)-2] != 1054 || seen[1] != 1054 {
		t.Errorf("progress: got %d calls, the last %v", len(seen)/2, seen[len(seen)-2:])
	}
	if none := spam.Replay(spam.ReplayOptions{}, nil); len(none.Windows)+len(none.Sources)+none.Messages > 0 {
		t.Errorf("of nothing: got %+v", none)
	}
}

// A moderator who only sets right what was wrong has less to do, and what was
// judged rightly is not learned.
func TestReplayErrorsOnly(t *testing.T) {
	t.Parallel()
	right := []spam.Example{{Message: kind}, {Message: hostile, Spam: true}}
	wrong := []spam.Example{{Message: kind, Spam: true}, {Message: hostile}}
	o := spam.ReplayOptions{Labels: spam.LabelsErrors}
	if r := spam.Replay(o, right); r.Sources[0].Learned != 0 || r.Windows[0].Learning.Error != 0 || r.Labels != spam.LabelsErrors {
		t.Errorf("judged rightly: got %+v", r)
	}
	for _, e := range wrong {
		r := spam.Replay(o, []spam.Example{e})
		if w := r.Windows[0]; w.Learned != 1 || w.Learning.Error != 1 {
			t.Errorf("judged wrongly: got %+v", w)
		}
	}
	held := spam.Replay(o, []spam.Example{{Message: waiting(t), Spam: true}})
	if w := held.Windows[0]; w.Learned != 1 || w.Learning.Error != 0 || w.Learning.Recall != 1 {
		t.Errorf("spam that waits: got %+v, want it learned and no error", w)
	}
}

// waiting is a message the embedded model is unsure of: spam, cut short until it is.
func waiting(t *testing.T) spam.Message {
	t.Helper()
	f := spam.NewFilter(spam.Default())
	for _, m := range unwanted(t) {
		for words := strings.Fields(m.Body); len(words) > 0; words = words[:len(words)-1] {
			m.Body = strings.Join(words, " ")
			if f.Judge(m).Class == spam.Unsure {
				return m
			}
		}
	}
	t.Fatal("the model is never unsure")
	return spam.Message{}
}

// What nobody said anything about is judged and counted, and nothing is learned of it but
// that it was published.
func TestReplayUnlabelled(t *testing.T) {
	t.Parallel()
	shown := wave("a.example.org", 3)
	for i := range shown {
		shown[i].Unlabelled = true
		shown[i].Message.Body += " See https://example.org/quandle"
	}
	shown[1].Message.Body, shown[1].Message.AuthorURL = hostile.Body, hostile.AuthorURL
	labelled := spam.Example{Source: "a.example.org", Message: kind}
	labelled.Message.Date = day(9)
	labelled.Message.Body += " I wrote about it at https://example.org/bees"
	r := spam.Replay(spam.ReplayOptions{}, append(shown, labelled))
	w := r.Windows[0]
	if w.Messages != 4 || w.Shown != 3 || w.Ham != 1 || w.Spam != 0 || w.Learned != 1 || r.Sources[0].Shown != 3 {
		t.Errorf("got %+v", w)
	}
	if w.Learning.ShownHeld != 1 || w.Alone.ShownHeld != 1 {
		t.Errorf("held %d, alone %d, want one each", w.Learning.ShownHeld, w.Alone.ShownHeld)
	}
	if !(w.Learning.LogLoss < w.Alone.LogLoss) {
		t.Errorf("loss %v, alone %v: that the link was published before is not remembered", w.Learning.LogLoss, w.Alone.LogLoss)
	}
	if w.Alone.Error != 0 || w.Alone.FalsePositiveRate != 0 {
		t.Errorf("it counts as an error: %+v", w.Alone)
	}
}
