package spam_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"hamlet/internal/spam"
)

// judged are honest comments: so many at each probability.
func judged(counts map[float64]int, oneLink bool) []spam.Passed {
	var out []spam.Passed
	for p, n := range counts {
		out = append(out, slices.Repeat([]spam.Passed{{Probability: p, OneLink: oneLink}}, n)...)
	}
	return out
}

func TestPromise(t *testing.T) {
	t.Parallel()
	usual := spam.New(spam.Options{}).Thresholds()
	between := (usual.Unsure + usual.Spam) / 2
	tests := []struct {
		name         string
		cost         float64
		honest       map[float64]int
		unsure, spam bool // is raised
	}{
		{"nothing known", 1, nil, false, false},
		{"none held", 1, map[float64]int{0.01: 500}, false, false},
		{"as many as promised", 1, map[float64]int{0.01: 490, between: 10}, false, false},
		{"more, but it may be chance", 1, map[float64]int{0.01: 485, between: 15}, false, false},
		{"too many to be chance", 1, map[float64]int{0.01: 475, between: 25}, true, false},
		{"few comments prove little", 1, map[float64]int{0.01: 19, between: 1}, false, false},
		{"too many called spam", 1, map[float64]int{0.01: 494, 0.999: 6}, false, true},
		{"one called spam", 1, map[float64]int{0.01: 499, 0.999: 1}, false, false},
		{"an owner who wants more held", 0.5, map[float64]int{0.01: 475, between: 25}, false, false},
		{"an owner who wants less held", 2, map[float64]int{0.01: 485, 0.999: 15}, true, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := spam.New(spam.Options{Cost: tt.cost})
			before := f.Thresholds()
			f.Promise(judged(tt.honest, false))
			after := f.Thresholds()
			if got := after.Unsure > before.Unsure; got != tt.unsure {
				t.Errorf("held from %v instead of %v", after.Unsure, before.Unsure)
			}
			if got := after.Spam > before.Spam; got != tt.spam {
				t.Errorf("spam from %v instead of %v", after.Spam, before.Spam)
			}
			if v := f.Judge(spam.Message{Body: "Thank you!"}); v.Thresholds != after {
				t.Errorf("judged by %v, want %v", v.Thresholds, after)
			}
			f.Promise(nil)
			if got := f.Thresholds(); got != before {
				t.Errorf("when nothing is known any more: %v, want %v", got, before)
			}
		})
	}
}

// The thresholds of comments with one link are higher already: such a comment counts as
// held only if it was, and one that was held raises the thresholds of all no further than
// until it is not.
func TestPromiseOfOneLink(t *testing.T) {
	t.Parallel()
	usual := spam.New(spam.Options{}).Thresholds()
	own := spam.New(spam.Options{}).Judge(spam.Message{Author: "Ada", Body: "See https://example.org/ for more."}).Thresholds
	if !(own.Unsure > usual.Unsure) {
		t.Fatalf("with one link %v, without %v: there is nothing to test", own, usual)
	}
	passed := (usual.Unsure + own.Unsure) / 2
	f := spam.New(spam.Options{})
	f.Promise(slices.Concat(judged(map[float64]int{0.01: 400}, false), judged(map[float64]int{passed: 100}, true)))
	if got := f.Thresholds(); got != usual {
		t.Errorf("nothing was held, and the thresholds are %v instead of %v", got, usual)
	}
	held := math.Nextafter(own.Unsure, 1)
	f.Promise(slices.Concat(judged(map[float64]int{0.01: 400}, false), judged(map[float64]int{held: 100}, true)))
	if got := f.Thresholds().Unsure; !(got > usual.Unsure && got < usual.Unsure*1.001) {
		t.Errorf("comments with one link were held by a hair, and the threshold is %v instead of %v", got, usual.Unsure)
	}
}

// Thresholds are raised by one in log-odds at most, never lowered, and stay in order.
func TestPromiseIsBounded(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := spam.New(spam.Options{Cost: rapid.Float64Range(0.1, 10).Draw(t, "cost")})
		before := f.Thresholds()
		f.Promise(rapid.SliceOfN(rapid.Custom(func(t *rapid.T) spam.Passed {
			return spam.Passed{Probability: rapid.Float64Range(0, 1).Draw(t, "probability"), OneLink: rapid.Bool().Draw(t, "one link")}
		}), 0, 300).Draw(t, "honest"))
		after := f.Thresholds()
		odds := func(p float64) float64 { return p / (1 - p) }
		for _, pair := range [][2]float64{{before.Unsure, after.Unsure}, {before.Spam, after.Spam}} {
			if times := odds(pair[1]) / odds(pair[0]); times < 1 || times > 2.7183 {
				t.Errorf("from %v to %v: %v times the odds", pair[0], pair[1], times)
			}
		}
		if after.Unsure > after.Spam {
			t.Errorf("out of order: %v", after)
		}
	})
}
