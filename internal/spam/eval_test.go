package spam_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"hamlet/internal/spam"
)

// The measures, against numbers counted by hand. Of equal messages with
// different labels nothing can be told apart.
func TestEvaluate(t *testing.T) {
	t.Parallel()
	good := spam.Example{Message: kind}
	bad := spam.Example{Message: hostile, Spam: true}
	missed := spam.Example{Message: kind, Spam: true}
	wrong := spam.Example{Message: hostile}
	none := spam.Figure(math.NaN())
	tests := []struct {
		name                              string
		examples                          []spam.Example
		precision, recall, f1, wrong, auc spam.Figure
	}{
		{"all right", []spam.Example{good, bad, good}, 1, 1, 1, 0, 1},
		{"all wrong", []spam.Example{missed, wrong}, 0, 0, 0, 1, 0},
		{"one spam missed", []spam.Example{good, good, bad, missed}, 1, 0.5, 2.0 / 3, 0, 0.75},
		{"one ham caught", []spam.Example{good, wrong, bad, bad}, 2.0 / 3, 1, 0.8, 0.5, 0.75},
		{"nothing caught", []spam.Example{good, missed}, none, 0, 0, 0, 0.5},
		{"no spam at all", []spam.Example{good, good}, none, none, none, 0, none},
		{"no spam, but some caught", []spam.Example{good, wrong}, 0, none, none, 0.5, none},
		{"no ham at all", []spam.Example{bad, missed}, 1, 0.5, 2.0 / 3, none, none},
		{"nothing", nil, none, none, none, none, none},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := spam.Evaluate(spam.Default(), tt.examples)
			for _, c := range []struct {
				name      string
				got, want spam.Figure
			}{
				{"precision", r.Precision, tt.precision},
				{"recall", r.Recall, tt.recall},
				{"F1", r.F1, tt.f1},
				{"false positive rate", r.FalsePositiveRate, tt.wrong},
				{"ROC-AUC", r.AUC, tt.auc},
			} {
				if c.got.Defined() != c.want.Defined() || math.Abs(float64(c.got-c.want)) > 1e-12 {
					t.Errorf("%s: got %v, want %v", c.name, c.got, c.want)
				}
			}
			if r.Messages != len(tt.examples) || r.Spam+r.Ham != r.Messages {
				t.Errorf("counts: got %+v", r)
			}
		})
	}
}

// At a rate of false positives that allows none of the ham, only spam above all
// ham counts.
func TestEvaluateRecallAtARate(t *testing.T) {
	t.Parallel()
	var examples []spam.Example
	for range 199 {
		examples = append(examples, spam.Example{Message: kind})
	}
	examples = append(examples,
		spam.Example{Message: unsure[0]},                  // ham above one of the spam
		spam.Example{Message: hostile, Spam: true},        // above all ham
		spam.Example{Message: spam.Message{}, Spam: true}, // below unsure[0]
	)
	r := spam.Evaluate(spam.Default(), examples)
	if r.RecallHalf != 1 { // one of 200 is 0.5 %
		t.Errorf("at 0.5 %%: got %v, want 1", r.RecallHalf)
	}
	r = spam.Evaluate(spam.Default(), examples[1:]) // now it is one of 199
	if r.RecallHalf != 0.5 || r.RecallOne != 1 {
		t.Errorf("got %v at 0.5 %% and %v at 1 %%, want 0.5 and 1", r.RecallHalf, r.RecallOne)
	}
}

// What cannot be measured is null in JSON, not an invented 0.
func TestReportOfOneClass(t *testing.T) {
	t.Parallel()
	data, err := json.Marshal(spam.Evaluate(spam.Default(), []spam.Example{{Message: kind}}))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"precision":null`, `"recall":null`, `"f1":null`, `"false_positive_rate":0,`,
		`"roc_auc":null`, `"recall_at_0.5_percent_fpr":null`, `"recall_at_1_percent_fpr":null`,
	} {
		if !strings.Contains(string(data), want) {
			t.Errorf("got %s, want it to say %s", data, want)
		}
	}
}
