package spam_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"hamlet/internal/spam"
)

// remembered are comments of two blogs that say all the same, so that only what was
// there before tells spam from ham: spam comes again and again with sites of its own, ham with others.
func rememberedExamples() []spam.Example {
	var out []spam.Example
	for blog := range 2 {
		for i := range 200 {
			site := fmt.Sprintf("https://b%dx%d.example", blog, i%10)
			out = append(out, spam.Example{
				Source: fmt.Sprint(blog), Spam: i%2 == 0,
				Message: spam.Message{
					Author: "Ada", AuthorURL: site, Body: fmt.Sprintf("word%d number%d", i%7, i%5), Permalink: fmt.Sprint(i % 3),
					Date: monday.Add(time.Duration(i) * 6 * time.Hour),
				},
			})
		}
	}
	return out
}

// A model learns what the memory weighs, with the signs it must have, and judges by it.
func TestTrainMemory(t *testing.T) {
	t.Parallel()
	m, _, err := spam.Train(spam.TrainOptions{Folds: 2}, rememberedExamples())
	if err != nil {
		t.Fatal(err)
	}
	weigh := func(memory spam.Memory) float64 {
		v := spam.NewFilter(m).Judge(spam.Message{Author: "Grace", Body: "hm", Memory: memory})
		return v.LogOdds - spam.NewFilter(m).Judge(spam.Message{Author: "Grace", Body: "hm"}).LogOdds
	}
	few, many := weigh(spam.Memory{Site: spam.Past{Spam: 1}}), weigh(spam.Memory{Site: spam.Past{Spam: 9}})
	if few < 0.5 || many < few || many > 3 {
		t.Errorf("a site that was called spam once weighs %v, nine times %v", few, many)
	}
	few, many = weigh(spam.Memory{Site: spam.Past{Published: 1}}), weigh(spam.Memory{Site: spam.Past{Published: 9}})
	if few >= 0 || many > few || many < -1.001 {
		t.Errorf("a site that was published once weighs %v, nine times %v", few, many)
	}
	if w := weigh(spam.Memory{Text: spam.Past{Published: 9}}); w != 0 {
		t.Errorf("a text that was published weighs %v: copying it would be a way in", w)
	}
	if w := weigh(spam.Memory{}); w != 0 {
		t.Errorf("nothing weighs %v", w)
	}
}

// A model is written as it is read: what weighs nothing beside a heavy memory is left
// out, not kept as a weight of nothing, which no model that was read has.
func TestMemoryLeavesNoWeightOfNothing(t *testing.T) {
	t.Parallel()
	const heavy = 100 // times what the other weights can be
	got := spam.UnitsBeside(heavy, 1, -49, 0x7fff, -0x7fff, 51)
	if want := []int16{328, -328, 1, 0x7fff}; !slices.Equal(got, want) {
		t.Errorf("got %d, want %d", got, want)
	}
}

// A blog that is all spam says nothing about what tells spam from ham, and neither do
// comments without a date.
func TestTrainMemoryOfNothing(t *testing.T) {
	t.Parallel()
	undated, oneSided := rememberedExamples(), rememberedExamples()
	for i := range undated {
		undated[i].Message.Date = time.Time{}
		oneSided[i].Source = fmt.Sprint(oneSided[i].Spam)
	}
	for name, examples := range map[string][]spam.Example{"undated": undated, "one-sided": oneSided} {
		m, _, err := spam.Train(spam.TrainOptions{Folds: 2}, examples)
		if err != nil {
			t.Fatal(err)
		}
		f := spam.NewFilter(m)
		known := spam.Message{Author: "Grace", Body: "hm", Memory: spam.Memory{Site: spam.Past{Spam: 3}}}
		plain := known
		plain.Memory = spam.Memory{}
		if got, want := f.Judge(known).LogOdds, f.Judge(plain).LogOdds; got != want {
			t.Errorf("%s: the memory weighs %v", name, got-want)
		}
	}
}
