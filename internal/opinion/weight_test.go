package opinion_test

import (
	"math"
	"slices"
	"testing"

	"hamlet/internal/opinion"
	"hamlet/internal/spam"
)

// TestWeights compares weights with what must hold of them.
func TestWeights(t *testing.T) {
	t.Parallel()
	many := func(n int, d opinion.Decided) []opinion.Decided { return slices.Repeat([]opinion.Decided{d}, n) }
	right := opinion.Decided{Said: spam.SaidSpam, Local: 0, Spam: true}
	wrong := opinion.Decided{Said: spam.SaidSpam, Local: 0, Spam: false}
	for _, tt := range []struct {
		name      string
		decided   []opinion.Decided
		low, high float64
	}{
		{"nothing known", nil, 1.5, 1.5},
		{"always right", many(100, right), 3, 6},
		{"always wrong", many(100, wrong), -6, -2},
		// Half of a thousand were spam where the own filter said even odds: no evidence.
		{"a coin", slices.Concat(many(500, right), many(500, wrong)), -0.05, 0.05},
		// What the own filter knows already is no merit of the other's.
		{"only what is known", many(100, opinion.Decided{Said: spam.SaidSpam, Local: 8, Spam: true}), 1.5, 1.7},
		{"other answers", many(100, opinion.Decided{Said: spam.SaidHam, Spam: true}), 1.5, 1.5},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := opinion.Weights(tt.decided)[spam.SaidSpam]
			if math.IsNaN(got) || got < tt.low || got > tt.high {
				t.Errorf("got %v, want %v to %v", got, tt.low, tt.high)
			}
			turned := slices.Clone(tt.decided)
			slices.Reverse(turned)
			if again := opinion.Weights(turned)[spam.SaidSpam]; math.Abs(again-got) > 1e-9 {
				t.Errorf("in another order it is %v, not %v", again, got)
			}
		})
	}
}
