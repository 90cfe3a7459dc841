package spam_test

import (
	"bytes"
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"hamlet/internal/spam"
)

func sorted[T cmp.Ordered](s []T) []T { return slices.Sorted(slices.Values(s)) }

// invented makes comments of our own, of which those of one round share no
// whole sentence with those of another: kind ones about gardens and bicycles, and
// spam with the words and the shape of spam.
func invented(rounds ...int) []spam.Example {
	kindWords := strings.Fields("roses compost chain saddle frost apple brakes seedling puncture tulip autumn pump shade gravel")
	spamWords := strings.Fields("casino pills loan bonus jackpot viagra slots payday replica betting cheap discount bitcoin mortgage")
	names := strings.Fields("Ada Ben Chloe Dan Edith Finn Greta Hugo")
	sources := []string{"garden.example.org", "bikes.example.org", "town.example.org", "notes.example.com"}
	kindForms := []string{
		"Thanks, the part about %s and %s helped me a lot last weekend.",
		"I am not sure about the %s, in my experience the %s needs more time.",
		"Does anybody know whether the %s works together with an old %s?",
	}
	spamForms := []string{
		"Best %s online! <a href=http://%s.example.com/>click here now</a>",
		"Great post admin, visit my %s site http://best-%s.example.net for more!!!",
		"[url=http://%s.example.com]%s[/url] order now with free delivery",
	}
	var out []spam.Example
	for _, round := range rounds {
		for i := range 84 {
			form, a, b := i%3, (i*5+round*3)%14, (i*3+round*7+1)%14
			source := sources[i%4]
			out = append(out,
				spam.Example{Source: source, Message: spam.Message{
					Author: names[(i+round)%8], Permalink: "post", Body: fmt.Sprintf(kindForms[form], kindWords[a], kindWords[b]),
				}},
				spam.Example{Source: source, Spam: true, Message: spam.Message{
					Author: spamWords[a] + " " + spamWords[b], AuthorURL: "http://www." + spamWords[b] + "-shop.example.com/buy",
					Permalink: "post", Body: fmt.Sprintf(spamForms[form], spamWords[a], spamWords[b]),
				}})
		}
	}
	return out
}

func smallModel(tb testing.TB) []byte {
	tb.Helper()
	m, _, err := spam.Train(spam.TrainOptions{}, invented(0, 1))
	if err != nil {
		tb.Fatal(err)
	}
	data, err := m.Encode()
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

func TestTrainTwiceGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	if a, b := smallModel(t), smallModel(t); !bytes.Equal(a, b) {
		t.Error("training twice on the same examples gave two models")
	}
}

func TestTrainIsFarBetterThanChance(t *testing.T) {
	t.Parallel()
	m, left, err := spam.Train(spam.TrainOptions{}, invented(0, 1))
	if err != nil {
		t.Fatal(err)
	}
	if left.AUC < 0.95 || left.Messages != 336 || left.Spam != 168 {
		t.Errorf("blogs left out: got %+v", left)
	}
	if r := spam.Evaluate(m, invented(4, 5)); r.AUC < 0.99 || r.F1 < 0.95 {
		t.Errorf("held-out examples: got %+v", r)
	}
}

// With the labels shuffled there is nothing to learn, and a report that said
// otherwise would be wrong about the true labels too.
func TestTrainOnNoiseIsChance(t *testing.T) {
	t.Parallel()
	noise := invented(0, 1)
	coin := rand.New(rand.NewPCG(1, 1))
	for i := range noise {
		noise[i].Spam = coin.IntN(2) == 0
	}
	_, left, err := spam.Train(spam.TrainOptions{}, noise)
	if err != nil {
		t.Fatal(err)
	}
	if left.AUC < 0.3 || left.AUC > 0.7 {
		t.Errorf("got ROC-AUC %.3f on labels that mean nothing", left.AUC)
	}
}

func TestTrainProgress(t *testing.T) {
	t.Parallel()
	last := 0
	o := spam.TrainOptions{Epochs: 2, Orders: 1, Folds: 3, Progress: func(done, total int) {
		if done != last+1 || total != 8 {
			t.Errorf("got %d of %d after %d", done, total, last)
		}
		last = done
	}}
	if _, _, err := spam.Train(o, invented(0)); err != nil {
		t.Fatal(err)
	}
	if last != 8 {
		t.Errorf("got %d steps, want 8", last)
	}
}

// Where all is the other way round in one language, and in some years, a model that was trained
// on the rest is wrong there.
func TestTrainLeavesLanguagesAndYearsOut(t *testing.T) {
	t.Parallel()
	examples := invented(0, 1)
	for i := range examples {
		examples[i].Lang, examples[i].Message.Date = "en?", time.Date(2011, 12, 31, 0, 0, 0, 0, time.UTC)
	}
	for i, e := range invented(2) {
		e.Lang, e.Message.Date, e.Spam = "eo", time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), !e.Spam
		switch {
		case i < 19:
			e.Lang = "la" // too few
		case i < 59:
			e.Lang, e.Message.Date = "und", time.Time{}
		}
		examples = append(examples, e)
	}
	_, r, err := spam.Train(spam.TrainOptions{Epochs: 2, Orders: 1, Folds: 2}, examples)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, part string
		parts      []spam.Slice
		messages   int
	}{
		{"languages", "en eo", r.LanguagesApart, 168 - 59},
		{"years", "2008–2011 2020–2023", r.YearsApart, 168 - 40},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var names []string
			for _, p := range tt.parts {
				names = append(names, p.Name)
			}
			if got := strings.Join(names, " "); got != tt.part {
				t.Fatalf("got %q, want %q", got, tt.part)
			}
			if p := tt.parts[1]; p.Messages != tt.messages || p.AUC > 0.2 {
				t.Errorf("got %d messages with an AUC of %.3f, want %d and one near 0", p.Messages, p.AUC, tt.messages)
			}
		})
	}
}

func TestTrainRefuses(t *testing.T) {
	t.Parallel()
	all := invented(0)
	only := func(want func(spam.Example) bool) (out []spam.Example) {
		for _, e := range all {
			if want(e) {
				out = append(out, e)
			}
		}
		return out
	}
	tests := []struct {
		name, want string
		examples   []spam.Example
	}{
		{"nothing", "both are needed", nil},
		{"no spam", "0 spam", only(func(e spam.Example) bool { return !e.Spam })},
		{"no ham", "0 ham", only(func(e spam.Example) bool { return e.Spam })},
		{"one blog", "at least two", only(func(e spam.Example) bool { return e.Source == all[0].Source })},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if _, _, err := spam.Train(spam.TrainOptions{}, tt.examples); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got error %v, want one that says %q", err, tt.want)
			}
		})
	}
}
