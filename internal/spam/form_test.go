package spam_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hamlet/internal/spam"
)

// forms draws forms, likely and unlikely ones.
func forms() *rapid.Generator[spam.Form] {
	return rapid.Custom(func(t *rapid.T) spam.Form {
		return spam.Form{
			Token: rapid.SampledFrom([]spam.Token{
				spam.TokenUnknown, spam.TokenGood, spam.TokenMissing, spam.TokenWrong, spam.TokenExpired,
			}).Draw(t, "token"),
			Trap:    rapid.Bool().Draw(t, "trap"),
			Seconds: rapid.OneOf(rapid.IntRange(0, 30), rapid.Int()).Draw(t, "seconds"),
			Touched: rapid.Bool().Draw(t, "touched"),
		}
	})
}

// A form alone never holds a comment, whatever the comment is, whatever the form says
// and wherever the thresholds are; and the sums stay exact.
func TestFormNeverHolds(t *testing.T) {
	t.Parallel()
	words := []string{
		"casino", "bonus", "thanks", "for", "the", "post", "https://a.example.com/x", "viagra", "buy", "I", "wondered", "roses",
		"cheap", "great", "article", "<a href=http://b.example.com>", "loan", "?", ".", "Überraschung", "спасибо",
	}
	moved, limited := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		m := spam.Message{
			Author:    rapid.SampledFrom([]string{"Ada", "Best Casino", "x9k2", ""}).Draw(t, "author"),
			AuthorURL: rapid.SampledFrom([]string{"", "https://ada.example.org", "http://casino.example.com/buy"}).Draw(t, "site"),
			Body:      strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 1, 40).Draw(t, "words"), " "),
		}
		f := spam.New(spam.Options{Cost: rapid.Float64Range(0.1, 10).Draw(t, "cost")})
		before := f.Receipt(m)
		m.Form = forms().Draw(t, "form")
		after := f.Receipt(m)
		if before.Class == spam.Ham && after.Class != spam.Ham {
			t.Fatalf("%+v: ham at %v became %s at %v, with thresholds %v", m.Form, before.LogOdds, after.Class, after.LogOdds, after.Thresholds)
		}
		if added := after.LogOdds - before.LogOdds; added > 4 || added < -0.25 {
			t.Fatalf("%+v adds %v", m.Form, added)
		}
		if sum := after.Receipt.LogOdds(); sum != after.LogOdds {
			t.Fatalf("the receipt sums to %v, not to %v", sum, after.LogOdds)
		}
		if _, err := after.Receipt.MarshalBinary(); err != nil {
			t.Fatal(err)
		}
		if m.Form == (spam.Form{}) && !slices.Equal(before.Receipt, after.Receipt) {
			t.Fatal("a form that tells nothing changes the receipt")
		}
		if before.LogOdds != after.LogOdds {
			moved++
		}
		if slices.ContainsFunc(after.Receipt, func(r spam.Reason) bool { return r.Feature == spam.FormLimit }) {
			limited++
		}
	})
	if moved == 0 || limited == 0 {
		t.Errorf("%d verdicts moved and %d were limited: nothing was tested", moved, limited)
	}
}

// The limit leaves the comment less than a unit below the threshold.
func TestFormStopsJustBelow(t *testing.T) {
	t.Parallel()
	m := spam.Message{Author: "Ada", AuthorURL: "https://ada.example.org", Body: "i had the same trouble with my roses , and wrote about it on my site"}
	f := spam.NewFilter(spam.Default())
	bare := f.Judge(m)
	threshold := math.Log(bare.Thresholds.Unsure / (1 - bare.Thresholds.Unsure))
	if room := threshold - bare.LogOdds; !(0 < room && room < 4) {
		t.Fatalf("the comment is %v below the threshold: no test", room)
	}
	m.Form = spam.Form{Token: spam.TokenMissing, Trap: true, Seconds: 1}
	v := f.Judge(m)
	if v.Class != spam.Ham || threshold-v.LogOdds > 2.0/(1<<16) {
		t.Errorf("got %s at %v, want ham just below %v", v.Class, v.LogOdds, threshold)
	}
}

func TestFormWeighs(t *testing.T) {
	t.Parallel()
	f := spam.NewFilter(spam.Default())
	tests := []struct {
		name string
		form spam.Form
		want float64
	}{
		{"nothing", spam.Form{}, 0},
		{"a token alone", spam.Form{Token: spam.TokenGood}, 0},
		{"without scripts", spam.Form{Token: spam.TokenGood, Touched: true}, 0},
		{"no token", spam.Form{Token: spam.TokenMissing}, 1},
		{"another post's token", spam.Form{Token: spam.TokenWrong}, 1},
		{"an old page", spam.Form{Token: spam.TokenExpired}, 0.25},
		{"the trap", spam.Form{Token: spam.TokenGood, Trap: true}, 2.5},
		{"in two seconds", spam.Form{Token: spam.TokenGood, Seconds: 2, Touched: true}, 1.5},
		{"in three seconds", spam.Form{Token: spam.TokenGood, Seconds: 3, Touched: true}, 0.5},
		{"in eight seconds", spam.Form{Token: spam.TokenGood, Seconds: 8, Touched: true}, 0},
		{"in twenty seconds", spam.Form{Token: spam.TokenGood, Seconds: 20, Touched: true}, -0.25},
		{"untouched", spam.Form{Token: spam.TokenGood, Seconds: 20}, 0.5},
		{"all of it", spam.Form{Token: spam.TokenWrong, Trap: true, Seconds: 1}, 4},
		{"a time that cannot be", spam.Form{Token: spam.TokenGood, Seconds: -5}, 0},
	}
	bare := f.Judge(hostile).LogOdds
	for _, tt := range tests {
		m := hostile
		m.Form = tt.form
		if got := f.Judge(m).LogOdds - bare; got != tt.want {
			t.Errorf("%s: adds %v, want %v", tt.name, got, tt.want)
		}
	}
}

// What a verdict would be without what was taught, and without the form, is what a
// filter says that was taught nothing, and of a message without one.
func TestWithoutForm(t *testing.T) {
	t.Parallel()
	f, untaught := spam.NewFilter(spam.Default()), spam.NewFilter(spam.Default())
	f.Learn(spam.Lesson{Vector: spam.Extract(kind)})
	m := hostile
	m.Form = spam.Form{Trap: true}
	e := spam.Explain(f, m)
	i := slices.IndexFunc(e.Findings, func(x spam.Finding) bool { return x.Feature == "form:trap" })
	if i < 0 || e.Findings[i].Weight != 2.5 || len(e.Findings[i].Spans) > 0 {
		t.Errorf("findings: %+v, want form:trap at no place", e.Findings)
	}
	for _, w := range e.Without {
		if w.Change == spam.NoTaught && w.LogOdds != untaught.Judge(m).LogOdds {
			t.Errorf("without what was taught: %v, want %v", w.LogOdds, untaught.Judge(m).LogOdds)
		}
	}
}
