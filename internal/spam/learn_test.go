package spam_test

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
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
	before, own := f.Judge(violin), f.Judge(gutters[5])
	for _, m := range gutters {
		f.Learn(spam.NewLesson(m, true, "ada"))
	}
	if after := f.Judge(violin); after.Class != spam.Ham || after.LogOdds > before.LogOdds+1.5 {
		t.Errorf("the violin: got %.3f, was %.3f: %v", after.LogOdds, before.LogOdds, after.Reasons)
	}
	if after := f.Judge(gutters[5]); after.Probability < 0.75 {
		t.Errorf("the gutters: got %.3f, was %.3f", after.Probability, own.Probability)
	}
}

// After twenty labels of one kind that kind is right, whether it was published or
// held before, and comments of no kind stay on their side.
func TestTwentyCorrections(t *testing.T) {
	t.Parallel()
	for _, c := range corrections {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := spam.NewFilter(spam.Default())
			for n := range 20 {
				f.Learn(c.lesson(n))
			}
			for n := 20; n < 30; n++ {
				if v := f.Judge(c.message(n)); (v.Class != spam.Ham) != c.spam {
					t.Errorf("%q: got %s, %.2f, was %.2f: %v", c.message(n).Body, v.Class, v.LogOdds, alone(c.message(n)), v.Reasons)
				}
			}
			stays(t, f)
		})
	}
}

// alone are the log-odds of a message by the model alone.
func alone(m spam.Message) float64 { return spam.NewFilter(spam.Default()).Judge(m).LogOdds }

// stays sees that what has nothing to do with the lessons is judged as before: harmless
// comments are published, known spam is held.
func stays(t *testing.T, f *spam.Filter) {
	t.Helper()
	for _, m := range harmless() {
		if v := f.Judge(m); v.Class != spam.Ham {
			t.Errorf("harmless %q: got %s, %.2f, was %.2f", m.Body, v.Class, v.LogOdds, alone(m))
		}
	}
	if v := f.Judge(hostile); v.Class == spam.Ham {
		t.Errorf("known spam: got %s, %.2f, was %.2f", v.Class, v.LogOdds, alone(hostile))
	}
}

// Whatever the labels are, a filter that learns them is never much worse than the model
// alone in judging the next ones: lessons that make it worse count for nothing.
func TestLessonsThatMakeItWorseDoNotCount(t *testing.T) {
	t.Parallel()
	praise := corrections[0]
	for _, tt := range []struct {
		name  string
		label func(n int) bool
	}{
		{"one label, then the other", func(n int) bool { return n%2 == 0 }},
		{"in pairs", func(n int) bool { return n/2%2 == 0 }},
		{"in tens", func(n int) bool { return n/10%2 == 0 }},
		{"wrong at first", func(n int) bool { return n < 50 }},
		{"wrong now and then", func(n int) bool { return n%7 == 0 }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := spam.NewFilter(spam.Default())
			taught, untaught := 0.0, 0.0
			for n := range 300 {
				m, isSpam := praise.message(n), tt.label(n)
				taught += lossOf(f.Judge(m), isSpam)
				untaught += lossOf(spam.NewFilter(spam.Default()).Judge(m), isSpam)
				f.Learn(spam.Lesson{Vector: spam.Extract(m), Spam: isSpam})
			}
			if taught > untaught+20 {
				t.Errorf("the loss of 300 labels is %.1f, by the model alone %.1f", taught, untaught)
			}
			t.Logf("the loss of 300 labels is %.1f, by the model alone %.1f", taught, untaught)
		})
	}
}

// lossOf is the logarithmic loss of a verdict.
func lossOf(v spam.Verdict, isSpam bool) float64 {
	if isSpam {
		return -math.Log(v.Probability)
	}
	return -math.Log(1 - v.Probability)
}

// Five hundred labels of somebody who is wrong do not turn the filter, whoever it is:
// an author, the senders of one text, a moderator. Honest comments stay published, and
// known spam of other kinds stays held.
func TestHostileLabels(t *testing.T) {
	t.Parallel()
	const labels = 500
	honest, known := readRecords(t, "harmless.jsonl"), readRecords(t, "evasion.jsonl")
	var sure []record // what the model is sure of
	for _, r := range known {
		if spam.NewFilter(spam.Default()).Judge(r.message()).Class == spam.Spam {
			sure = append(sure, r)
		}
	}
	for _, tt := range []struct {
		name            string
		lesson          func(n int) spam.Lesson
		held, published float64 // the share that may change sides
	}{
		{"spam of one author is approved", func(n int) spam.Lesson {
			m := hostile
			m.Body = fmt.Sprintf("Play %d games at http://casino%d.example.net/bonus and win %d coins for free", n, n, n)
			return spam.NewLesson(m, false, "")
		}, 0, 0.1},
		{"a wave is approved", func(n int) spam.Lesson {
			m := hostile
			m.Author = names[n%len(names)]
			m.Body += fmt.Sprintf(" %d", n)
			return spam.NewLesson(m, false, "")
		}, 0, 0.2},
		{"a moderator approves spam", func(n int) spam.Lesson {
			return spam.NewLesson(sure[n%(len(sure)/2)].message(), false, "mallory")
		}, 0, 0.25},
		{"a moderator calls honest comments spam", func(n int) spam.Lesson {
			return spam.NewLesson(honest[n%(len(honest)/2)].message(), true, "mallory")
		}, 0.05, 0.05},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := spam.NewFilter(spam.Default())
			for n := range labels {
				f.Learn(tt.lesson(n))
			}
			held, published := changed(f, honest[len(honest)/2:], spam.Ham), changed(f, sure[len(sure)/2:], spam.Spam)
			t.Logf("held %.3f, published %.3f", held, published)
			if held > tt.held {
				t.Errorf("%.3f of the honest comments are held now, want %.3f at most", held, tt.held)
			}
			if published > tt.published {
				t.Errorf("%.3f of the spam is published now, want %.3f at most", published, tt.published)
			}
		})
	}
}

// changed is the share of the messages that the model alone publishes, or is sure to be
// spam, that a filter does not.
func changed(f *spam.Filter, rs []record, was spam.Class) float64 {
	untaught := spam.NewFilter(spam.Default())
	n, all := 0, 0
	for _, r := range rs {
		if untaught.Judge(r.message()).Class != was {
			continue
		}
		all++
		if (f.Judge(r.message()).Class == spam.Ham) != (was == spam.Ham) {
			n++
		}
	}
	return float64(n) / float64(max(all, 1))
}

// What is learned has bounds, and what is forgotten for it is the same each time.
func TestLearningIsBounded(t *testing.T) {
	t.Parallel()
	teach := func() *spam.Filter {
		f := spam.NewFilter(spam.Default())
		for n := range 40 {
			v := spam.Vector{Extractor: spam.ExtractorVersion}
			for i := range 10_000 {
				v.Hashes = append(v.Hashes, uint32(i*400_000+n*1000))
				v.Values = append(v.Values, 0.05)
			}
			f.Learn(spam.Lesson{Vector: v, Spam: n%2 == 0})
		}
		return f
	}
	state := teach().State()
	if n := len(state) / 20; n < 100_000 || n > 1<<18+10 {
		t.Errorf("%d features have a weight", n)
	}
	if !bytes.Equal(state, teach().State()) {
		t.Error("the same lessons came to something else")
	}
}

// Whoever judges while a filter learns gets a verdict that adds up.
func TestJudgeWhileLearning(t *testing.T) {
	t.Parallel()
	f := spam.NewFilter(spam.Default())
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for n := range 100 {
				v := f.Receipt(corrections[0].message(n))
				if v.Receipt.LogOdds() != v.LogOdds {
					t.Errorf("the receipt sums to %v, not to %v", v.Receipt.LogOdds(), v.LogOdds)
				}
			}
		})
	}
	for n := range 100 {
		f.Learn(corrections[n%len(corrections)].lesson(n))
		if n%10 == 0 {
			f.SetPosts(spam.NewPosts(f.Model(), slices.Values([]string{corrections[0].message(n).Body})))
		}
	}
	wg.Wait()
}

func TestLessonKeys(t *testing.T) {
	t.Parallel()
	const text = "Our little team cleans all the windows of your house for a good price, write to us today and save"
	base := spam.Message{Author: "Lena", AuthorURL: "https://windows.example.com/a", Body: text + " https://windows.example.com/1"}
	key := func(change func(m *spam.Message)) spam.Lesson {
		m := base
		change(&m)
		return spam.NewLesson(m, true, "ada")
	}
	want := key(func(*spam.Message) {})
	for _, tt := range []struct {
		name                    string
		change                  func(m *spam.Message)
		author, wave, moderator bool // the same
	}{
		{"the same", func(*spam.Message) {}, true, true, true},
		{"written otherwise", func(m *spam.Message) { m.Author, m.AuthorURL = "LENA", "http://www.windows.example.com" }, true, true, true},
		{"another name", func(m *spam.Message) { m.Author = "Lina" }, false, true, true},
		{"another site", func(m *spam.Message) { m.AuthorURL = "https://example.org" }, false, true, true},
		{"another link and number", func(m *spam.Message) { m.Body = text + "! 17 http://glass.example.net" }, true, true, true},
		{"another text", func(m *spam.Message) { m.Body = "I clean mine with vinegar and old newspaper." }, true, false, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := key(tt.change)
			if same := got.Author == want.Author; same != tt.author {
				t.Errorf("author: the same is %v", same)
			}
			if same := got.Wave == want.Wave; same != tt.wave {
				t.Errorf("wave: the same is %v", same)
			}
			if same := got.Moderator == want.Moderator; same != tt.moderator {
				t.Errorf("moderator: the same is %v", same)
			}
		})
	}
	if l := spam.NewLesson(spam.Message{Body: "https://example.com 12"}, true, ""); l.Author != 0 || l.Wave != 0 || l.Moderator != 0 {
		t.Errorf("nobody, nothing: got keys %x, %x, %x", l.Author, l.Wave, l.Moderator)
	}
}

// What is forgotten takes nothing along: weights of everyday features are kept, for what
// they add to the average comment was taken off every comment.
func TestForgettingLeavesEverydayWordsAlone(t *testing.T) {
	t.Parallel()
	f := spam.NewFilter(spam.Default())
	for _, m := range unwanted(t) {
		f.Learn(spam.Lesson{Vector: spam.Extract(m), Spam: true})
	}
	plain := spam.Message{Author: "Ada", Body: "I have to say that it was the best of all, and thank you for this post."}
	words := func() (sum float64) {
		for _, r := range f.Receipt(plain).Receipt {
			if r.Feature != spam.ReasonTaught {
				sum += r.Taught
			}
		}
		return sum
	}
	before := words()
	for n := range 600 { // none of it has to do with the message
		v := spam.Vector{Extractor: spam.ExtractorVersion}
		for i := range 500 {
			v.Hashes = append(v.Hashes, uint32(i*8_000_000+n*10_000+7))
			v.Values = append(v.Values, 0.1)
		}
		f.Learn(spam.Lesson{Vector: v})
	}
	if after := words(); before < 0.1 || math.Abs(after-before) > 0.1*before {
		t.Errorf("what was taught about everyday words is %+.4f, was %+.4f before other things were forgotten", after, before)
	}
	if n := len(f.State()) / 20; n > 1<<18+10 {
		t.Errorf("%d features have a weight: nothing was forgotten", n)
	}
}
