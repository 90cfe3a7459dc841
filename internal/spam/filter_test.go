package spam_test

import (
	"math"
	"testing"

	"hamlet/internal/spam"
)

var (
	kind = spam.Message{
		Author: "Ada Nilsson", Permalink: "a-garden-in-november",
		Body: "Thanks for the pointer about mulching in November, I had always waited until spring. Did you cover the roses too?",
	}
	hostile = spam.Message{
		Author: "Best Casino Bonus", AuthorURL: "http://best-casino-bonus.example.com/buy/",
		Body: `Great article! <a href="http://cheap-pills.example.com/viagra">buy cheap viagra online</a> and [url=http://casino.example.com]online casino[/url]`,
	}
)

func TestDefaultTellsApart(t *testing.T) {
	t.Parallel()
	f := spam.NewFilter(spam.Default())
	if v := f.Judge(kind); v.Class != spam.Ham {
		t.Errorf("kind comment: got %+v, want ham", v)
	}
	if v := f.Judge(hostile); v.Class != spam.Spam {
		t.Errorf("hostile comment: got %+v, want spam", v)
	}
}

func TestReasonsSumToTheLogOdds(t *testing.T) {
	t.Parallel()
	f := spam.NewFilter(spam.Default())
	f.Learn(spam.Lesson{Vector: spam.Extract(kind), Spam: true})
	for _, m := range []spam.Message{kind, hostile, {}} {
		v := f.Judge(m)
		sum := 0.0
		for _, r := range v.Reasons {
			sum += r.Weight
		}
		if want := math.Log(v.Probability / (1 - v.Probability)); math.Abs(sum-want) > 1e-6*(1+math.Abs(want)) {
			t.Errorf("%q: the reasons sum to %v, the log-odds are %v", m.Body, sum, want)
		}
	}
}
