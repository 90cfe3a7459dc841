package spam

import (
	"math"
	"strings"
)

// Form is what the way tells in which a message was sent; the zero Form tells
// nothing. No model and no lesson knows of it: its weights are set by hand
// (form.go), and it is weighed once, when the message comes.
//
// It never makes a message held that would be ham without it, whatever it says and
// however much: who sends without scripts, with a page that is a month old or with a
// browser that fills in fields by itself must not wait for that. Of what is held
// anyway it may make spam.
type Form struct {
	Token Token
	// Trap says that a field was filled in that people do not see.
	Trap bool
	// Seconds is how long somebody had the form before them; 0 is unknown.
	Seconds int
	// Touched says whether anything was typed, pasted or chosen; it means something
	// only where Seconds is known, for both come from the same script.
	Touched bool
}

// Token is the state of the token that a form carries.
type Token string

// The states of a token.
const (
	TokenUnknown Token = ""        // nobody looked
	TokenGood    Token = "good"    // from a page of this post, not too old
	TokenMissing Token = "missing" // sent without the page
	TokenWrong   Token = "wrong"   // made up, or of another post
	TokenExpired Token = "expired" // from a page that is too old
)

// The weights of what a form tells, in log-odds and whole units. They are small beside
// a trap that was walked into, for honest readers do all the rest now and then.
const (
	trapWeight    = 2.5
	missingWeight = 1.0
	wrongWeight   = 1.0
	expiredWeight = 0.25
	hastyWeight   = 1.5 // sent within hastySeconds
	quickWeight   = 0.5 // or quickSeconds
	idleWeight    = 0.5
	writtenWeight = -0.25 // with a good token, in slowSeconds or more
	mostForm      = 4.0   // that a form may add at most

	hastySeconds = 3
	quickSeconds = 8
	slowSeconds  = 20
)

// formKind begins the names of what a form tells.
const formKind = "form:"

// FormLimit is the reason that takes away what a form must not add.
const FormLimit = formKind + "limit"

// reasons are what a form tells.
func (f Form) reasons() []Reason {
	var out []Reason
	add := func(holds bool, what string, weight float64) {
		if holds {
			out = append(out, Reason{Feature: formKind + what, Weight: weight})
		}
	}
	known := f.Seconds > 0
	add(f.Trap, "trap", trapWeight)
	add(f.Token == TokenMissing, "token missing", missingWeight)
	add(f.Token == TokenWrong, "token wrong", wrongWeight)
	add(f.Token == TokenExpired, "token expired", expiredWeight)
	add(known && f.Seconds < hastySeconds, "hasty", hastyWeight)
	add(f.Seconds >= hastySeconds && f.Seconds < quickSeconds, "quick", quickWeight)
	add(known && !f.Touched, "untouched", idleWeight)
	add(f.Token == TokenGood && f.Touched && f.Seconds >= slowSeconds && !f.Trap, "written here", writtenWeight)
	return out
}

// weigh appends to reasons what a form adds to the log-odds of all of them, odds; t
// are the thresholds that the message is to be put into a class by.
func (f Form) weigh(reasons []Reason, odds float64, t Thresholds) []Reason {
	told := f.reasons()
	sum := 0.0
	for _, x := range told {
		sum += x.Weight
	}
	if allowed := t.allowed(odds, min(sum, mostForm)); allowed < sum {
		told = append(told, Reason{Feature: FormLimit, Weight: allowed - sum})
	}
	return append(reasons, told...)
}

// allowed is how much of a weight, in whole units, may be added to log-odds without
// making anything held that was ham.
func (t Thresholds) allowed(odds, weight float64) float64 {
	if weight <= 0 || t.class(logistic(odds)) != Ham || t.class(logistic(odds+weight)) == Ham {
		return weight
	}
	room := math.Log(t.Unsure/(1-t.Unsure)) - odds
	weight = min(weight, math.Floor(room/unit)*unit)
	for weight > 0 && t.class(logistic(odds+weight)) != Ham { // the last digits of log and exp
		weight -= unit
	}
	return max(0, weight)
}

// form is how much of the sum comes from the form.
func (r Receipt) form() float64 {
	sum := 0.0
	for _, x := range r {
		if strings.HasPrefix(x.Feature, formKind) {
			sum += x.Weight
		}
	}
	return sum
}
