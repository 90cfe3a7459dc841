package insight

import (
	"slices"
	"time"

	"hamlet/internal/spam"
)

// least is of how many comments a share is told.
const least = 20

// Rate is a share with its interval.
type Rate struct {
	Part, Whole int
	Share       spam.Figure
	Interval    spam.Interval
	// TooFew says that there are too few comments to tell anything by.
	TooFew bool
}

func rate(part, whole int) Rate {
	r := Rate{Part: part, Whole: whole, TooFew: whole < least}
	r.Share, r.Interval = spam.Share(part, whole)
	return r
}

// Figures say how good the verdicts of a time were.
type Figures struct {
	From, To time.Time // comments that came at From or later, and before To
	// Spam is comments that somebody called spam, Stayed those that the filter put with the spam
	// and nobody took out, Ham those that somebody called ham, and Left those that nobody objected to.
	Spam, Stayed, Ham, Left int
	// Caught and Missed are spam, Wrong is ham that was held.
	Caught, Missed, Wrong int
	// Wait is how long it took in the middle case until somebody let a comment pass that was
	// held; Waited is how many those are.
	Wait   time.Duration
	Waited int

	Precision, Recall, FalsePositives Rate
}

// figures counts facts.
func figures(facts []fact, from, to time.Time) Figures {
	f := Figures{From: from, To: to}
	var waits []time.Duration
	for _, x := range facts {
		if x.came.Before(from) || !x.came.Before(to) || !x.judged() {
			continue
		}
		f.count(x)
		if x.truth == Ham && x.held {
			waits = append(waits, x.at.Sub(x.came))
		}
	}
	if f.Waited = len(waits); f.Waited > 0 {
		slices.Sort(waits)
		f.Wait = waits[len(waits)/2]
	}
	f.Precision = rate(f.Caught, f.Caught+f.Wrong)
	f.Recall = rate(f.Caught, f.Spam+f.Stayed)
	f.FalsePositives = rate(f.Wrong, f.Ham+f.Left)
	return f
}

// All is how many comments there were.
func (f Figures) All() int { return f.Spam + f.Stayed + f.Ham + f.Left }

func (f *Figures) count(x fact) {
	switch x.truth {
	case Spam:
		f.Spam++
	case Stayed:
		f.Stayed++
	case Ham:
		f.Ham++
	case Left:
		f.Left++
	}
	switch {
	case x.truth.bad() && x.stopped():
		f.Caught++
	case x.truth.bad():
		f.Missed++
	case x.stopped():
		f.Wrong++
	}
}

// Spans are the times that are looked back on, in days.
var Spans = []int{30, 90, 365}

// Longest is the longest of them.
const Longest = 365 * 24 * time.Hour

// steps are the days, or the weeks of a long time, up to now: where each begins, and
// where the last ends.
func steps(now time.Time, days int) []time.Time {
	long := 1
	if days > 90 {
		long = 7
	}
	y, m, d := now.Date()
	var out []time.Time
	for at := (days + long - 1) / long; at > 0; at-- {
		out = append(out, time.Date(y, m, d+1-at*long, 0, 0, 0, 0, now.Location()))
	}
	return append(out, time.Date(y, m, d+1, 0, 0, 0, 0, now.Location()))
}

// months are the months since a time, up to now: where each begins, and where the last ends.
func months(now, from time.Time) []time.Time {
	y, m, _ := now.Date()
	var out []time.Time
	for at := time.Date(y, m+1, 1, 0, 0, 0, 0, now.Location()); ; at = at.AddDate(0, -1, 0) {
		out = append(out, at)
		if !at.After(from) {
			slices.Reverse(out)
			return out
		}
	}
}

// between is the figures of each stretch between two times.
func between(facts []fact, at []time.Time) []Figures {
	var out []Figures
	for i := range at[1:] {
		out = append(out, figures(facts, at[i], at[i+1]))
	}
	return out
}

// Overview is how the filter did for some days.
type Overview struct {
	Days    int
	Total   Figures
	Steps   []Figures // by day, or by week
	Weekly  bool
	Months  []Figures
	Reading spam.Calibration
	// Judged is how many comments the calibration is of.
	Judged  int
	Counted Counted
}

// overview counts by day and by month.
func overview(facts []fact, now time.Time, days int) Overview {
	at := steps(now, days)
	o := Overview{Days: days, Weekly: days > 90, Steps: between(facts, at), Total: figures(facts, at[0], at[len(at)-1])}
	begins := months(now, at[0])
	begins[0] = at[0] // the first is not looked back on as a whole
	for _, f := range between(facts, begins) {
		if f.All() > 0 {
			o.Months = append(o.Months, f)
		}
	}
	var judged []spam.Judged
	for _, x := range facts {
		if x.judged() && !x.came.Before(at[0]) {
			judged = append(judged, spam.Judged{Probability: x.p, Spam: x.truth.bad()})
		}
	}
	o.Reading, o.Judged = spam.Calibrate(judged), len(judged)
	return o
}
