package insight

import (
	"slices"
	"testing"
	"time"

	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// some are facts: of each sort as many as are said, a minute apart.
func some(sorts ...struct {
	n     int
	truth Truth
	p     float64
	class spam.Class
},
) []fact {
	var out []fact
	for _, s := range sorts {
		for range s.n {
			came := noon.Add(-time.Duration(len(out)+1) * time.Minute)
			out = append(out, fact{came: came, at: came.Add(3 * time.Hour), truth: s.truth, p: s.p, class: s.class, held: s.class != spam.Ham})
		}
	}
	return out
}

type sort = struct {
	n     int
	truth Truth
	p     float64
	class spam.Class
}

// 30 of 40 spam caught, 2 of 80 honest ones held: counted by hand.
func village() []fact {
	return some(sort{24, Spam, 0.99, spam.Spam}, sort{6, Spam, 0.7, spam.Unsure}, sort{10, Spam, 0.2, spam.Ham},
		sort{2, Ham, 0.7, spam.Unsure}, sort{8, Ham, 0.2, spam.Ham}, sort{70, Left, 0.01, spam.Ham}, sort{3, Left, 0, ""})
}

func TestFigures(t *testing.T) {
	t.Parallel()
	f := figures(village(), noon.Add(-24*time.Hour), noon)
	if f.Spam != 40 || f.Ham != 10 || f.Left != 70 || f.Caught != 30 || f.Missed != 10 || f.Wrong != 2 {
		t.Errorf("counted %+v", f)
	}
	if f.Precision.Part != 30 || f.Precision.Whole != 32 || f.Recall.Share != 0.75 || f.FalsePositives.Share != 0.025 {
		t.Errorf("precision %v, recall %v, false positives %v", f.Precision, f.Recall, f.FalsePositives)
	}
	if f.Waited != 2 || f.Wait != 3*time.Hour {
		t.Errorf("waited %d times %v", f.Waited, f.Wait)
	}
	if low := f.Recall.Interval.Low; low < 0.59 || low > 0.61 || f.Recall.TooFew {
		t.Errorf("Wilson's interval of 30 of 40 begins at 0.598, not %v", low)
	}
	if few := figures(village()[:10], noon.Add(-24*time.Hour), noon); !few.Recall.TooFew {
		t.Error("10 comments are not too few")
	}
	if none := figures(village(), noon, noon.Add(time.Hour)); none.Spam+none.Ham+none.Left != 0 || none.Recall.Share.Defined() {
		t.Errorf("of no comments: %+v", none)
	}
}

// TestStayed: what the filter put with the spam and nobody took out is spam that it caught.
func TestStayed(t *testing.T) {
	t.Parallel()
	facts := append(village(), some(sort{60, Stayed, 0.99, spam.Spam})...)
	f := figures(facts, noon.Add(-24*time.Hour), noon)
	if f.Spam != 40 || f.Stayed != 60 || f.Caught != 90 || f.Missed != 10 || f.Recall.Share != 0.9 || f.Precision.Whole != 92 || f.All() != 180 {
		t.Errorf("counted %+v", f)
	}
	if c := forecast(facts, spam.Default(), spam.Thresholds{Unsure: 0.6, Spam: 0.9}); c.Caught.Part != 90 || c.Caught.Whole != 100 {
		t.Errorf("expected %+v", c)
	}
}

// TestMonths: the first month begins with the time that is looked back on, so that the months sum to
// the whole.
func TestMonths(t *testing.T) {
	t.Parallel()
	var facts []fact
	for day := range 120 {
		facts = append(facts, fact{came: noon.AddDate(0, 0, -day), truth: Spam, class: spam.Spam})
	}
	o, sum := overview(facts, noon, 90), 0
	for _, m := range o.Months {
		sum += m.Spam
	}
	if sum != 90 || o.Total.Spam != 90 || len(o.Months) != 4 || o.Months[0].From != o.Steps[0].From {
		t.Errorf("%d in %d months, %d in all", sum, len(o.Months), o.Total.Spam)
	}
}

// A threshold that is moved holds what it should: from 60 % the honest ones with 70 %, from
// 80 % none, and the spam with 70 % is missed.
func TestForecast(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		hold, spam               float64
		caught, held, calledSpam int
	}{{0.6, 0.9, 30, 2, 0}, {0.8, 0.9, 24, 0, 0}, {0.1, 0.6, 40, 10, 2}, {0.995, 0.999, 0, 0, 0}} {
		f := forecast(village(), spam.Default(), spam.Thresholds{Unsure: tt.hold, Spam: tt.spam})
		if f.Caught.Part != tt.caught || f.Caught.Whole != 40 || f.Held.Part != tt.held || f.Held.Whole != 80 || f.CalledSpam.Part != tt.calledSpam {
			t.Errorf("from %v and %v: %+v", tt.hold, tt.spam, f)
		}
	}
}

func TestSteps(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		days, steps int
		first, last string
	}{{30, 30, "2026-10-24", "2026-11-23"}, {90, 90, "2026-08-25", "2026-11-23"}, {365, 53, "2025-11-17", "2026-11-23"}} {
		at := steps(noon, tt.days)
		if len(at) != tt.steps+1 || at[0].Format(time.DateOnly) != tt.first || at[tt.steps].Format(time.DateOnly) != tt.last {
			t.Errorf("%d days: %d steps from %v to %v", tt.days, len(at)-1, at[0], at[len(at)-1])
		}
	}
}

func TestDrift(t *testing.T) {
	t.Parallel()
	at := []time.Time{noon.AddDate(0, -2, 0), noon.AddDate(0, -1, 0), noon}
	if d := drift("ada", [][2]int{{50, 100}, {90, 100}}, at); !d.Moved || len(d.Months) != 2 {
		t.Errorf("from half to nine tenths: %+v", d)
	}
	if d := drift("ada", [][2]int{{50, 100}, {9, 10}}, at); d.Moved {
		t.Errorf("ten are too few to tell: %+v", d)
	}
}

// What is nearly the same and was decided otherwise is found; what is not, is not.
func TestContradictions(t *testing.T) {
	t.Parallel()
	one := func(id comment.ID, truth Truth, body string) Decided {
		d := Decided{Truth: truth}
		d.Comment.ID = id
		d.Comment.Body = body
		d.Comment.Author = "Bo"
		return d
	}
	all := []Decided{
		one(1, Spam, "Best replica watches for sale here, write to us for the price list today"),
		one(2, Left, "Best replica watches for sale here, write to us for the price list now"),
		one(3, Ham, "The ferry was late again and we all waited on the long pier"),
	}
	lessons := make([]spam.Lesson, len(all))
	for i, d := range all {
		lessons[i] = spam.NewLesson(spam.Message{Body: d.Comment.Body}, d.Truth == Spam, "")
	}
	lessons[1].Wave = lessons[0].Wave
	lessons[2].Wave = lessons[0].Wave // by chance: it is not alike
	got := contradictions(all, lessons)
	if len(got) != 1 || !slices.Equal(got[0].spam, []comment.ID{1}) || !slices.Equal(got[0].ham, []comment.ID{2}) {
		t.Errorf("got %+v", got)
	}
}
