package spam_test

import (
	"testing"

	"hamlet/internal/spam"
)

// TestHearing lets another filter speak for and against, and finds the sum exact, the class
// by the same thresholds, and the verdict the same when it is computed again.
func TestHearing(t *testing.T) {
	f := spam.New(spam.Options{Thresholds: spam.Thresholds{Unsure: 0.5, Spam: 0.9}})
	m := spam.Message{Author: "Ada", Body: "Thank you, that was what I was looking for.", Permalink: "https://example.org/posts/hello/"}
	own := f.Receipt(m)
	for _, tt := range []struct {
		name   string
		said   spam.Said
		weight float64
		class  spam.Class
	}{
		{"for", spam.SaidSpam, 40, spam.Spam},
		{"a little", spam.SaidSpam, 1.0 / 3, own.Class},
		{"against", spam.SaidHam, -2, spam.Ham},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := own.Hearing(tt.said, tt.weight)
			if got := v.Receipt.LogOdds(); got != v.LogOdds {
				t.Errorf("the receipt sums to %v, want %v", got, v.LogOdds)
			}
			if v.Class != tt.class || v.Probability != v.Receipt.Probability() {
				t.Errorf("got %s at %v, want %s", v.Class, v.Probability, tt.class)
			}
			if c := spam.Recompute(f, m, v); !c.Same || c.Taken != 1 {
				t.Errorf("computed again: %+v", c)
			}
			if again := v.Hearing(spam.SaidHam, 0); again.LogOdds != own.LogOdds || len(again.Receipt) != len(own.Receipt)+1 {
				t.Errorf("what was heard before is not replaced: %v with %d, want %v", again.LogOdds, len(again.Receipt), own.LogOdds)
			}
			if len(own.Receipt)+1 != len(v.Receipt) || v.Reasons[0].Feature == "" {
				t.Errorf("%d contributions, want one more than %d", len(v.Receipt), len(own.Receipt))
			}
		})
	}
}
