package spam_test

import (
	"slices"
	"strings"
	"testing"

	"hamlet/internal/spam"
)

// marksIn are the features of how the marks of a body are set, in order.
func marksIn(body string) []string {
	var out []string
	for _, name := range spam.FeatureNames(spam.Message{Body: body}) {
		if text, ok := strings.CutPrefix(name, "marks:"); ok {
			out = append(out, text)
		}
	}
	slices.Sort(out)
	return out
}

func TestMarksAreFeatures(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body string
		want       []string
	}{
		{"none", "No marks here", nil},
		{"set with care", "Yes, it works. Thanks!", []string{"a!∅", "a,␣", "a.␣"}},
		{"set without", "Yes ,it works.Thanks!!", []string{"!!∅", "a!!", "a.A", "␣,a"}},
		{"at the ends of lines", "(a)\n- b", []string{"a)↵", "↵-␣", "∅(a"}},
		{"only a mark", "?", []string{"∅?∅"}},
		{"next to digits", "v2. (3)", []string{"0)∅", "0.␣", "␣(0"}},
		{"letters of all scripts are letters", "Ö.ж, ש! 字?", []string{"A.a", "a!␣", "a,␣", "a?∅"}},
		{"signs that are not ASCII", "“a”. ¿b?", []string{"a?∅", "¤.␣"}},
		{"a space that French sets", "Bravo ! Comment ?", []string{"a!␣", "a?∅"}},
		{"the same by a space that does not break", "Bravo\u00a0!", []string{"a!∅"}},
		{"numbers of any country", "1,5 1.5 1'000 12:30", nil},
		{"each once", "a, b, c, d", []string{"a,␣"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := marksIn(tt.body); !slices.Equal(got, slices.Sorted(slices.Values(tt.want))) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// Of very many marks only so many are read.
func TestMarksAreBounded(t *testing.T) {
	t.Parallel()
	if got := marksIn(strings.Repeat("a, b. ", 500) + "x;y"); slices.Contains(got, "a;a") || !slices.Contains(got, "a,␣") {
		t.Errorf("got %q", got)
	}
}

// They are told together, under the heaviest.
func TestMarksAreToldTogether(t *testing.T) {
	t.Parallel()
	e := spam.Explain(spam.NewFilter(spam.Default()), spam.Message{Body: "Great post ,thanks!! Really( good ) info;visit;us..."})
	parts, told := 0, 0
	for _, f := range e.Findings {
		if strings.HasPrefix(f.Feature, "marks:") {
			told++
			parts = len(f.Parts)
		}
	}
	if told != 1 || parts < 3 {
		t.Errorf("%d findings tell how marks are set, the last has %d parts", told, parts)
	}
}
