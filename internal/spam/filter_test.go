package spam_test

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"hamlet/internal/spam"
)

var (
	kind = spam.Message{
		Author: "Ada Nilsson", Permalink: "a-garden-in-november",
		Body: "Thanks for the pointer about mulching in November, I had always waited until spring. Did you cover the roses too?",
	}
	hostile = spam.Message{
		Author: "Best Casino Bonus", AuthorURL: "http://best-casino-bonus.example.com/buy/", Permalink: "a-garden-in-november",
		Body: `Great article! <a href="http://cheap-pills.example.com/viagra">buy cheap viagra online</a> and [url=http://casino.example.com]online casino[/url]`,
	}
)

func TestDefault(t *testing.T) {
	t.Parallel()
	f := spam.NewFilter(spam.Default())
	if v := f.Judge(kind); v.Class != spam.Ham || v.Probability > 0.2 {
		t.Errorf("kind comment: got %+v, want ham", v)
	}
	if v := f.Judge(hostile); v.Class != spam.Spam || v.Probability < 0.99 {
		t.Errorf("hostile comment: got %+v, want spam", v)
	}
	if v := f.Judge(hostile); v.Model == "" || v.Model != spam.Default().Version() {
		t.Errorf("got model %q, want %q", v.Model, spam.Default().Version())
	}
	if hold, sure := spam.Default().Thresholds(); !(0.3 < hold && hold < sure && sure < 1) {
		t.Errorf("got thresholds %v and %v", hold, sure)
	}
}

// A language is no sign of spam, whatever the comments were that a model was
// trained on: with and without a site, with and without a post's address.
func TestHarmlessInManyLanguages(t *testing.T) {
	t.Parallel()
	f := spam.NewFilter(spam.Default())
	judged := 0
	for line := range strings.Lines(spam.Harmless) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		parts := strings.Split(strings.TrimSpace(line), "\t")
		for _, site := range []string{"", "https://garden.example.org"} {
			for _, post := range []string{"", "a-quiet-week"} {
				v := f.Judge(spam.Message{Author: parts[1], AuthorURL: site, Body: parts[2], Permalink: post})
				judged++
				if v.Class != spam.Ham {
					t.Errorf("%s: %q with site %q under %q: got %s, %.3f, %v", parts[0], parts[2], site, post, v.Class, v.Probability, v.Reasons)
				}
			}
		}
	}
	if judged < 200 {
		t.Errorf("judged %d comments only", judged)
	}
}

func TestReasons(t *testing.T) {
	t.Parallel()
	f := spam.NewFilter(spam.Default())
	f.Learn(spam.Lesson{Vector: spam.Extract(kind), Spam: true})
	for _, m := range []spam.Message{kind, hostile, {}} {
		v := f.Judge(m)
		sum := 0.0
		for _, r := range v.Reasons {
			sum += r.Weight
		}
		if sum != v.LogOdds {
			t.Errorf("%q: the reasons sum to %v, the log-odds are %v", m.Body, sum, v.LogOdds)
		}
		if want := math.Log(v.Probability / (1 - v.Probability)); math.Abs(v.LogOdds-want) > 1e-6*(1+math.Abs(want)) {
			t.Errorf("%q: got log-odds %v of %v", m.Body, v.LogOdds, v.Probability)
		}
		if n := len(v.Reasons); n < 2 || n > 15 {
			t.Errorf("%q: got %d reasons", m.Body, n)
		}
		sorted := slices.IsSortedFunc(v.Reasons, func(a, b spam.Reason) int {
			if x, y := math.Abs(a.Weight), math.Abs(b.Weight); x != y {
				return int(math.Copysign(1, y-x))
			}
			return strings.Compare(a.Feature, b.Feature)
		})
		if !sorted {
			t.Errorf("%q: the reasons are not sorted: %v", m.Body, v.Reasons)
		}
	}
}

// The receipt is the verdict, whole: its contributions sum to the same log-odds in
// whatever order they are added, to the last digit.
func TestReceipt(t *testing.T) {
	t.Parallel()
	f := spam.NewFilter(spam.Default())
	f.Learn(spam.Lesson{Vector: spam.Extract(kind), Spam: true})
	for _, m := range []spam.Message{kind, hostile, {}} {
		v := f.Receipt(m)
		judged := f.Judge(m)
		if v.LogOdds != judged.LogOdds || v.Receipt.LogOdds() != v.LogOdds {
			t.Errorf("%q: judged %v, with a receipt %v, which sums to %v", m.Body, judged.LogOdds, v.LogOdds, v.Receipt.LogOdds())
		}
		slices.Reverse(v.Receipt)
		if v.Receipt.LogOdds() != v.LogOdds {
			t.Errorf("%q: backwards the receipt sums to %v, not to %v", m.Body, v.Receipt.LogOdds(), v.LogOdds)
		}
		if len(v.Receipt) < len(v.Reasons)-1 {
			t.Errorf("%q: the receipt has %d lines", m.Body, len(v.Receipt))
		}
	}
}

// What it costs to hold an honest comment moves both thresholds.
func TestCost(t *testing.T) {
	t.Parallel()
	usual := spam.NewFilter(spam.Default()).Thresholds()
	for _, tt := range []struct {
		cost         float64
		unsure, spam float64 // odds of the threshold, of the usual ones
	}{{0, 1, 1}, {1, 1, 1}, {2, 2, 2}, {0.5, 0.5, 0.5}, {math.NaN(), 1, 1}, {-1, 1, 1}} {
		got := spam.New(spam.Options{Cost: tt.cost}).Thresholds()
		odds := func(p float64) float64 { return p / (1 - p) }
		if a, b := odds(got.Unsure)/odds(usual.Unsure), odds(got.Spam)/odds(usual.Spam); math.Abs(a-tt.unsure) > 1e-9 || math.Abs(b-tt.spam) > 1e-9 {
			t.Errorf("cost %v: got odds %v and %v times the usual ones", tt.cost, a, b)
		}
	}
}

// What moderators taught is part of the reason that names the feature, not one
// beside it.
func TestReasonsTellWhatWasLearned(t *testing.T) {
	t.Parallel()
	f := spam.NewFilter(spam.Default())
	weigh := func(feature string) (sum float64) {
		count := 0
		for _, r := range f.Judge(hostile).Reasons {
			if r.Feature == feature {
				sum, count = sum+r.Weight, count+1
			}
		}
		if count > 1 {
			t.Errorf("%s is named %d times", feature, count)
		}
		return sum
	}
	reasons := f.Judge(hostile).Reasons
	top := reasons[slices.IndexFunc(reasons, func(r spam.Reason) bool { return r.Feature[0] != '(' && r.Weight > 0 })]
	f.Learn(spam.Lesson{Vector: spam.Extract(hostile), Spam: false})
	if got := weigh(top.Feature); !(got < top.Weight) {
		t.Errorf("%s: got weight %v after a ham label, %v before", top.Feature, got, top.Weight)
	}
	f.Relearn(spam.Taught{})
	if got := weigh(top.Feature); got != top.Weight {
		t.Errorf("%s: got weight %v with nothing learned, want %v", top.Feature, got, top.Weight)
	}
}

// unsure are messages of one kind of spam that the model does not know, with
// nothing the same but the kind.
var unsure = []spam.Message{
	{Author: "Lena", AuthorURL: "https://window-cleaning.example.com", Body: "Our team cleans windows in your town, ask us for a price: https://window-cleaning.example.com/prices"},
	{Author: "Lena W", AuthorURL: "https://window-cleaning.example.com", Body: "Windows dirty? Our team cleans windows in your town. Ask for a price at https://window-cleaning.example.com/prices"},
	{Author: "Lena Clean", AuthorURL: "https://window-cleaning.example.com", Body: "We clean windows in every town, ask us for a price today: https://window-cleaning.example.com/today"},
	{Author: "Lena", AuthorURL: "https://window-cleaning.example.com", Body: "Need windows cleaned in your town? Ask our team for a price: https://window-cleaning.example.com/"},
	{Author: "Lena", AuthorURL: "https://window-cleaning.example.com", Body: "Clean windows in your town, our team gives you a price: https://window-cleaning.example.com/prices"},
}

func TestAFewLabelsAreEnough(t *testing.T) {
	t.Parallel()
	last := unsure[len(unsure)-1]
	f := spam.NewFilter(spam.Default())
	before := f.Judge(last)
	otherBefore := f.Judge(kind)
	for _, m := range unsure[:4] {
		f.Learn(spam.Lesson{Vector: spam.Extract(m), Spam: true})
	}
	if after := f.Judge(last); after.Class != spam.Spam {
		t.Errorf("after four labels: got %s, %.3f (was %.3f), want spam", after.Class, after.Probability, before.Probability)
	}
	if after := f.Judge(kind); after.Class != spam.Ham {
		t.Errorf("another comment: got %s, %.3f (was %.3f), want ham", after.Class, after.Probability, otherBefore.Probability)
	}

	g := spam.NewFilter(spam.Default())
	for _, m := range unsure[:4] {
		g.Learn(spam.Lesson{Vector: spam.Extract(m), Spam: false})
	}
	if after := g.Judge(last); after.Class != spam.Ham || after.Probability > before.Probability/2 {
		t.Errorf("after four approvals: got %s, %.3f (was %.3f), want ham", after.Class, after.Probability, before.Probability)
	}
}

// A label moves its own message to its side, and by no more than three in log-odds.
func TestOneLabelIsBounded(t *testing.T) {
	t.Parallel()
	for _, isSpam := range []bool{true, false} {
		f := spam.NewFilter(spam.Default())
		before := f.Judge(unsure[0]).LogOdds
		f.Learn(spam.Lesson{Vector: spam.Extract(unsure[0]), Spam: isSpam})
		after := f.Judge(unsure[0]).LogOdds
		if !isSpam {
			before, after = -before, -after
		}
		if !(after > before+0.5 && after < before+3.01) {
			t.Errorf("spam %v: the log-odds towards it were %v and are %v", isSpam, before, after)
		}
	}
}

func TestLearnPassesOver(t *testing.T) {
	t.Parallel()
	good := spam.Extract(unsure[0])
	old := good
	old.Extractor++
	tests := map[string]spam.Vector{
		"another extractor": old,
		"empty":             {Extractor: good.Extractor},
		"uneven":            {Extractor: good.Extractor, Hashes: good.Hashes, Values: good.Values[1:]},
		"unsorted":          {Extractor: good.Extractor, Hashes: []uint32{2, 1}, Values: []float32{1, 1}},
		"not a number":      {Extractor: good.Extractor, Hashes: []uint32{1, 2}, Values: []float32{1, float32(math.NaN())}},
	}
	want := spam.NewFilter(spam.Default()).Judge(unsure[0]).Probability
	for name, v := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := spam.NewFilter(spam.Default())
			f.Learn(spam.Lesson{Vector: v, Spam: true})
			if got := f.Judge(unsure[0]).Probability; got != want {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

// Learning one by one, all at once and anew are the same filter, to the bit.
func TestLearningInOneWayOrAnother(t *testing.T) {
	t.Parallel()
	words := []string{"casino", "roses", "thanks", "http://example.com/a", "купить", "写真", "now", "!", "november", "buy"}
	probes := []spam.Message{kind, hostile, unsure[0], {}}
	rapid.Check(t, func(t *rapid.T) {
		lesson := rapid.Custom(func(t *rapid.T) spam.Lesson {
			body := strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 0, 8).Draw(t, "body"), " ")
			author := rapid.SampledFrom([]string{"", "Ada", "Best Casino"}).Draw(t, "author")
			v := spam.Extract(spam.Message{Author: author, Body: body})
			if rapid.IntRange(0, 9).Draw(t, "old") == 0 {
				v.Extractor++
			}
			key := rapid.Uint64Range(0, 2)
			return spam.Lesson{
				Vector: v, Spam: rapid.Bool().Draw(t, "spam"),
				Author: key.Draw(t, "by"), Wave: key.Draw(t, "wave"), Moderator: key.Draw(t, "moderator"),
			}
		})
		lessons := rapid.SliceOfN(lesson, 0, 12).Draw(t, "lessons")
		m := spam.Default()
		one, all, anew := spam.NewFilter(m), spam.NewFilter(m), spam.NewFilter(m)
		for _, l := range lessons {
			one.Learn(l)
		}
		all.Learn(lessons...)
		anew.Learn(spam.Lesson{Vector: spam.Extract(hostile)})
		anew.Relearn(spam.Taught{}, lessons...)
		for _, p := range probes {
			want := math.Float64bits(one.Judge(p).Probability)
			if got := math.Float64bits(all.Judge(p).Probability); got != want {
				t.Fatalf("all at once: got %x, one by one %x", got, want)
			}
			if got := math.Float64bits(anew.Judge(p).Probability); got != want {
				t.Fatalf("anew: got %x, one by one %x", got, want)
			}
		}
		if !bytes.Equal(one.State(), all.State()) || !bytes.Equal(one.State(), anew.State()) {
			t.Fatal("what was learned is not the same to the bit")
		}
	})
}

// Whoever judges during a Relearn sees what was learned before or after it.
func TestJudgeWhileRelearning(t *testing.T) {
	t.Parallel()
	f := spam.NewFilter(spam.Default())
	var lessons []spam.Lesson
	for _, m := range unsure {
		lessons = append(lessons, spam.Lesson{Vector: spam.Extract(m), Spam: true})
	}
	before := f.Judge(unsure[0]).Probability
	f.Relearn(spam.Taught{}, lessons...)
	after := f.Judge(unsure[0]).Probability
	if before == after {
		t.Fatal("nothing was learned")
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 200 {
				if p := f.Judge(unsure[0]).Probability; p != before && p != after {
					t.Errorf("got %v, want %v or %v", p, before, after)
				}
			}
		})
	}
	for i := range 200 {
		if i%2 == 0 {
			f.Relearn(spam.Taught{})
		} else {
			f.Relearn(spam.Taught{}, lessons...)
		}
	}
	wg.Wait()
}
