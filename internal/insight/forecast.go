package insight

import (
	"time"

	"hamlet/internal/spam"
)

// Forecast is what would have become of the decided comments of some days at other
// thresholds, each by the verdict it got when it came.
type Forecast struct {
	Days    int
	Setting Setting
	Counted Counted
	// Thresholds are those that the setting comes to, for comments without exactly one link.
	Thresholds spam.Thresholds
	// Caught is of all spam; Held, and CalledSpam of them, are of all ham.
	Caught, Held, CalledSpam Rate
}

// forecast counts at thresholds; those of comments with exactly one link follow from them
// by the model.
func forecast(facts []fact, m *spam.Model, t spam.Thresholds) Forecast {
	f := Forecast{Thresholds: t}
	spams, hams, caught, held, called := 0, 0, 0, 0, 0
	for _, x := range facts {
		if !x.judged() {
			continue
		}
		class := t.Of(m.Usual(spam.Passed{Probability: x.p, OneLink: x.oneLink}))
		switch {
		case x.truth.bad():
			spams++
			if class != spam.Ham {
				caught++
			}
		default:
			hams++
			if class != spam.Ham {
				held++
			}
			if class == spam.Spam {
				called++
			}
		}
	}
	f.Caught, f.Held, f.CalledSpam = rate(caught, spams), rate(held, hams), rate(called, hams)
	return f
}

// ago is the beginning of the last so many days.
func ago(now time.Time, days int) time.Time {
	return steps(now, min(days, 90))[0].AddDate(0, 0, -max(0, days-90))
}
