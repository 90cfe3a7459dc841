package spam_test

import (
	"testing"
	"unicode/utf8"

	"hamlet/internal/spam"
)

// field is a field of a message as a span names it.
func field(m spam.Message, f spam.Field) string {
	switch f {
	case spam.FieldAuthor:
		return m.Author
	case spam.FieldSite:
		return m.AuthorURL
	default:
		return m.Body
	}
}

// Whatever a message is made of, what is told of it sums to the verdict, what is
// marked lies in it and cuts no character in two, and marks do not overlap.
func TestExplainHostileInput(t *testing.T) {
	t.Parallel()
	f := spam.NewFilter(spam.Default())
	for _, shape := range hostileShapes {
		t.Run(shape.name, func(t *testing.T) {
			t.Parallel()
			mustExplain(t, f, spam.Message{Body: shape.make(8000)})
			for _, n := range []int{10, 1000} {
				for _, m := range everywhere(shape.make(n)) {
					mustExplain(t, f, m)
				}
			}
		})
	}
}

func mustExplain(t *testing.T, f *spam.Filter, m spam.Message) {
	t.Helper()
	e := spam.Explain(f, m)
	sum := 0.0
	for _, x := range e.Findings {
		sum += x.Weight
		mustLieIn(t, m, x.Spans)
	}
	if sum != e.LogOdds {
		t.Errorf("the findings sum to %v, the log-odds are %v", sum, e.LogOdds)
	}
	marks := make([]spam.Span, len(e.Marks))
	for i, k := range e.Marks {
		marks[i] = k.Span
		if i > 0 && k.Field == marks[i-1].Field && k.From < marks[i-1].To {
			t.Errorf("the marks %v and %v overlap", marks[i-1], k.Span)
		}
	}
	mustLieIn(t, m, marks)
	if len(e.Without) > 12 {
		t.Errorf("told of %d other messages", len(e.Without))
	}
}

func mustLieIn(t *testing.T, m spam.Message, spans []spam.Span) {
	t.Helper()
	for _, s := range spans {
		text := field(m, s.Field)
		if s.From < 0 || s.From >= s.To || s.To > len(text) {
			t.Fatalf("%v lies outside of %d bytes", s, len(text))
		}
		if utf8.ValidString(text) && !utf8.ValidString(text[s.From:s.To]) {
			t.Fatalf("%v cuts a character: %q", s, text[s.From:s.To])
		}
	}
}
