package spam_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"hamlet/internal/spam"
)

// unwanted are the messages of testdata/spam.txt.
func unwanted(t *testing.T) []spam.Message {
	t.Helper()
	var out []spam.Message
	for line := range strings.Lines(spam.Unwanted) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		parts := strings.Split(strings.TrimSpace(line), "\t")
		out = append(out, spam.Message{Author: parts[0], AuthorURL: parts[1], Body: parts[2], Permalink: "repair-day"})
	}
	if len(out) < 30 {
		t.Fatalf("read %d messages only", len(out))
	}
	return out
}

// harmless are the messages of testdata/harmless.txt.
func harmless() []spam.Message {
	var out []spam.Message
	for line := range strings.Lines(spam.Harmless) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		parts := strings.Split(strings.TrimSpace(line), "\t")
		out = append(out, spam.Message{Author: parts[1], Body: parts[2], Permalink: "repair-day"})
	}
	return out
}

// A moderator's queue is nearly all spam, and harmless comments that were published
// at once never get a label. So a filter that is only ever told what is spam must
// not come to take everything for spam.
func TestOnlySpamLabelsDoNotHoldTheHarmless(t *testing.T) {
	t.Parallel()
	stream := unwanted(t)
	reversed := slices.Clone(stream)
	slices.Reverse(reversed)
	for name, stream := range map[string][]spam.Message{
		"in order":       stream,
		"backwards":      reversed,
		"three times":    slices.Concat(stream, stream, stream),
		"the first only": stream[:6],
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := spam.NewFilter(spam.Default())
			for _, m := range stream {
				f.Learn(spam.Lesson{Vector: spam.Extract(m), Spam: true})
			}
			for _, m := range harmless() {
				if v := f.Judge(m); v.Class != spam.Ham {
					t.Errorf("%q: got %s, %.3f, %v", m.Body, v.Class, v.Probability, v.Reasons)
				}
			}
		})
	}
}

// What one kind of spam teaches is not about comments that have nothing in common
// with it but everyday words.
func TestASpamLabelIsAboutWhatIsPeculiar(t *testing.T) {
	t.Parallel()
	violin := spam.Message{Author: "Ines", Permalink: "repair-day", Body: "Will there be somebody who can look at my violin bow at the repair day?"}
	gutters := unwanted(t)[:6]
	f := spam.NewFilter(spam.Default())
	before, own := f.Judge(violin).Probability, f.Judge(gutters[5]).Probability
	for _, m := range gutters {
		f.Learn(spam.Lesson{Vector: spam.Extract(m), Spam: true})
	}
	if after := f.Judge(violin); after.Probability > before+0.1 {
		t.Errorf("the violin: got %.3f, was %.3f: %v", after.Probability, before, after.Reasons)
	}
	if after := f.Judge(gutters[5]); after.Probability < 0.9 {
		t.Errorf("the gutters: got %.3f, was %.3f", after.Probability, own)
	}
}

// Messages that say nothing the model does not know are learned too, but only
// so far, whatever is repeated.
func TestEverydayWordsLearnOnlySoFar(t *testing.T) {
	t.Parallel()
	nice := spam.Message{Author: "Anna", Body: "Nice post, thanks for sharing.", Permalink: "repair-day"}
	f := spam.NewFilter(spam.Default())
	odds := func() float64 {
		p := f.Judge(nice).Probability
		return math.Log(p / (1 - p))
	}
	before := odds()
	for range 50 {
		f.Learn(spam.Lesson{Vector: spam.Extract(nice), Spam: true})
	}
	if moved := odds() - before; !(moved > 1 && moved < 3) {
		t.Errorf("the log-odds moved by %v, want 1 to 3", moved)
	}
}
