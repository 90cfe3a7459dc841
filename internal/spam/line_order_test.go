package spam_test

import (
	"slices"
	"strings"
	"testing"

	"hamlet/internal/spam"
)

// linesIn are the features of how the lines of a body follow each other, in order.
func linesIn(body string) []string {
	var out []string
	for _, name := range spam.FeatureNames(spam.Message{Body: body}) {
		if text, ok := strings.CutPrefix(name, "lines:"); ok {
			out = append(out, text)
		}
	}
	slices.Sort(out)
	return out
}

func TestOrderOfLines(t *testing.T) {
	t.Parallel()
	sentence := "This is a sentence of some fifty letters, I believe."
	tests := []struct {
		name, body string
		want       []string
	}{
		{"nothing", "", nil},
		{"one line", "Thanks!", []string{"edge/tiny", "tiny/edge"}},
		{"a letter", "Dear all,\n\n" + sentence + "\n\nAda", []string{"edge/tiny", "empty/short", "empty/tiny", "short/empty", "tiny/edge", "tiny/empty"}},
		{"an address beneath", sentence + "\r\nhttps://example.org/\r\n", []string{"edge/short", "link/edge", "short/link"}},
		{"an address within", "see https://example.org/", []string{"edge/linked", "linked/edge"}},
		{"long ones", strings.Repeat(sentence+" ", 2) + "\n  \n" + strings.Repeat(sentence+" ", 5), []string{"edge/middling", "empty/long", "long/edge", "middling/empty"}},
		{"characters count, not bytes", strings.Repeat("ы", 14), []string{"edge/tiny", "tiny/edge"}},
		{"as many as are read", strings.Repeat("a\n", 60) + sentence, []string{"edge/tiny", "tiny/edge", "tiny/tiny"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := linesIn(tt.body); !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
