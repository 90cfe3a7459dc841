package insight

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"hamlet/internal/spam"
)

// Choice is how the owner wants the filter: what of it is kept in the database and is in
// force in every program that works on it, from the next comment on. The zero Choice
// leaves everything as the program has it.
type Choice struct {
	// Number counts the choices; another number is another choice.
	Number int64 `json:"number"`
	// Cost is what it costs to hold an honest comment, in place of the setting of the
	// program; 0: that.
	Cost float64 `json:"cost,omitempty"`
	// Thresholds are those of all comments but those with exactly one link, whose are
	// higher; zero: those that follow from the model and the cost.
	Thresholds spam.Thresholds `json:"thresholds,omitzero"`
	// Model is the version of the model that judges; empty: the one in the program.
	Model string `json:"model,omitempty"`
	// Before is the model that judged before it, to which [Desk.RollBack] goes back; empty for the
	// one in the program, which is told apart by Promoted.
	Before   string `json:"before,omitempty"`
	Promoted bool   `json:"promoted,omitempty"`
	// Beside is the version of the model that judges beside it; empty for none.
	Beside string `json:"beside,omitempty"`
	// Since is when that began.
	Since time.Time `json:"since,omitzero"`
	Forgotten
	// Remembered is what it was told to forget before, and when that ended, so that a verdict can
	// be computed again that it gave meanwhile: the newest so many times.
	Remembered []Remembered `json:"remembered,omitempty"`
	// At is when somebody chose last; who it was stands in the audit log.
	At time.Time `json:"at,omitzero"`
}

// Forgotten is what the filter is not to learn from.
type Forgotten struct {
	// Last is the number of the last label of it, and ForgottenAt when the filter was told to
	// forget: labels up to both. Zero: it learns from all.
	Last        int64     `json:"forgotten,omitempty"`
	ForgottenAt time.Time `json:"forgotten_at,omitzero"`
}

// Remembered is what the filter was not to learn from up to a time.
type Remembered struct {
	Forgotten
	Until time.Time `json:"until"`
}

// mostRemembered is how many times that is.
const mostRemembered = 100

// forget has the filter forget something else from now on; zero: nothing.
func (c *Choice) forget(f Forgotten, now time.Time) {
	if c.Last != 0 {
		c.Remembered = append(c.Remembered, Remembered{c.Forgotten, now})
		c.Remembered = c.Remembered[max(0, len(c.Remembered)-mostRemembered):]
	}
	c.Forgotten = f
}

// forgotten is what the filter was not to learn from when it gave a verdict.
func (c Choice) forgotten(at time.Time) Forgotten {
	if c.Last != 0 && at.After(c.ForgottenAt) {
		return c.Forgotten
	}
	for _, r := range c.Remembered {
		if at.After(r.ForgottenAt) && !at.After(r.Until) {
			return r.Forgotten
		}
	}
	return Forgotten{}
}

// ChoiceParts are what of a choice is put back by itself.
var ChoiceParts = []string{"setting", "models", "forgotten"}

// chosenModels is the part of a choice that says which models judge.
type chosenModels struct {
	Model    string    `json:"model,omitempty"`
	Before   string    `json:"before,omitempty"`
	Promoted bool      `json:"promoted,omitempty"`
	Beside   string    `json:"beside,omitempty"`
	Since    time.Time `json:"since,omitzero"`
}

// Part is a part of a choice in JSON, the same for the same.
func (c Choice) Part(name string) ([]byte, error) {
	switch name {
	case "setting":
		return json.Marshal(c.setting())
	case "models":
		return json.Marshal(chosenModels{c.Model, c.Before, c.Promoted, c.Beside, c.Since})
	default:
		return json.Marshal(c.Forgotten)
	}
}

// PutBack is the choice with a part as it was.
func (c Choice) PutBack(name string, was []byte, now time.Time) (Choice, error) {
	var err error
	switch name {
	case "setting":
		var s Setting
		err = json.Unmarshal(was, &s)
		c.Cost, c.Thresholds = s.Cost, s.Thresholds
	case "models":
		var m chosenModels
		err = json.Unmarshal(was, &m)
		c.Model, c.Before, c.Promoted, c.Beside, c.Since = m.Model, m.Before, m.Promoted, m.Beside, m.Since
	default:
		var f Forgotten
		err = json.Unmarshal(was, &f)
		c.Remembered = slices.Clone(c.Remembered)
		c.forget(f, now)
	}
	c.Number++
	c.At = now
	return c, err
}

// BuiltIn is what the model in the program is called where a model is asked for.
const BuiltIn = "built-in"

// The costs an owner may set: beyond them nearly nothing is held, or nearly everything.
const (
	LeastCost = 0.1
	MostCost  = 10
)

// The thresholds an owner may set.
const (
	leastThreshold = 0.01
	mostThreshold  = 0.9999
)

// SettingFault is a kind of mistake in a setting; the page has the words for it.
type SettingFault string

// The faults.
const (
	CostOdd SettingFault = "no such cost"
	HoldOdd SettingFault = "no such threshold to hold from"
	SpamOdd SettingFault = "no such threshold to call spam from"
	SpamLow SettingFault = "called spam, but not held"
)

// SettingError means that a setting cannot be.
type SettingError struct{ Fault SettingFault }

func (e *SettingError) Error() string { return "this cannot be set: " + string(e.Fault) }

// Setting is the part of a choice that says from where on comments are held.
type Setting struct {
	Cost       float64         // 0: that of the program
	Thresholds spam.Thresholds // zero: those that follow from the cost
}

// check refuses what cannot be. The error is a [SettingError].
func (s Setting) check() error {
	t := s.Thresholds
	switch {
	case s.Cost != 0 && !(s.Cost >= LeastCost && s.Cost <= MostCost):
		return &SettingError{CostOdd}
	case t == (spam.Thresholds{}):
		return nil
	case !(t.Unsure >= leastThreshold && t.Unsure <= mostThreshold):
		return &SettingError{HoldOdd}
	case !(t.Spam >= leastThreshold && t.Spam <= mostThreshold):
		return &SettingError{SpamOdd}
	case t.Spam < t.Unsure:
		return &SettingError{SpamLow}
	}
	return nil
}

// String says it for the audit log.
func (s Setting) String() string {
	cost := "cost as the program has it"
	if s.Cost != 0 {
		cost = fmt.Sprintf("cost %v", s.Cost)
	}
	if s.Thresholds == (spam.Thresholds{}) {
		return cost
	}
	return fmt.Sprintf("held from %v, spam from %v", s.Thresholds.Unsure, s.Thresholds.Spam)
}

// setting is that part of the choice.
func (c Choice) setting() Setting { return Setting{c.Cost, c.Thresholds} }

// Options are those of a filter that is made by a setting.
func (s Setting) options(m *spam.Model, cost float64) spam.Options {
	if s.Cost != 0 {
		cost = s.Cost
	}
	return spam.Options{Model: m, Cost: cost, Thresholds: s.Thresholds}
}
