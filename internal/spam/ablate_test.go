package spam_test

import (
	"slices"
	"testing"

	"hamlet/internal/spam"
)

// TestAblate: without the words that alone tell spam here it is told worse, and without
// anything else as well as before.
func TestAblate(t *testing.T) {
	t.Parallel()
	var last, total int
	rows, err := spam.Ablate(spam.TrainOptions{Folds: 2, Epochs: 1, Progress: func(done, all int) { last, total = max(last, done), all }}, invented(0))
	if err != nil {
		t.Fatal(err)
	}
	names := make([]string, len(rows))
	for i, r := range rows {
		names[i] = r.Without
		if r.Report.Messages != len(invented(0)) || !r.Report.AUC.Defined() {
			t.Errorf("without %q: got %d messages, AUC %v", r.Without, r.Report.Messages, r.Report.AUC)
		}
	}
	if want := []string{"", "all words", "marks, lines"}; !slices.Equal([]string{names[0], names[1], names[len(names)-1]}, want) {
		t.Errorf("got %q, want them to begin and end like %q", names, want)
	}
	if last != total || total != 2*len(rows) {
		t.Errorf("progress: got %d of %d", last, total)
	}
	if _, err := spam.Ablate(spam.TrainOptions{}, nil); err == nil {
		t.Error("of nothing: got no error")
	}
}
