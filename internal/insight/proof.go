package insight

import (
	"context"
	"fmt"

	"hamlet/internal/account"
	"hamlet/internal/spam"
)

// WorseError means that a model would judge worse than the one in force: of the decisions
// that no model here is made of, it gets more wrong.
type WorseError struct {
	Held       int // decisions
	Wrong, Now int // that it gets wrong, and that the one in force does
}

func (e *WorseError) Error() string {
	return fmt.Sprintf("of %d decided comments the model gets %d wrong, the one in force %d", e.Held, e.Wrong, e.Now)
}

// proves reports whether a decision is held back to prove models on: one in five, for good,
// so that none is made of it.
func (one Decided) proves() bool { return one.Comment.ID%5 == 0 }

// prove refuses a model that judges worse than the one in force, neither having learned from
// moderators. The one in the program needs no proof: there has to be a way out.
func (d *Desk) prove(ctx context.Context, actor account.Actor, version string) error {
	if err := actor.May(account.ManageRules); err != nil {
		return err
	}
	m, err := d.there(ctx, version)
	if err != nil || m.Version() == spam.Default().Version() {
		return err
	}
	r, err := d.Live.running(ctx)
	if err != nil {
		return err
	}
	all, err := d.latest(ctx, retrainMost, false)
	if err != nil {
		return err
	}
	with := func(m *spam.Model) *spam.Filter { return spam.New(r.choice.setting().options(m, d.Cost)) }
	next, now := with(m), with(r.filter.Model())
	var worse WorseError
	for _, one := range all {
		if one.proves() {
			worse.Held++
			worse.Wrong += d.wrong(next, one)
			worse.Now += d.wrong(now, one)
		}
	}
	if worse.Wrong > worse.Now {
		return &worse
	}
	return nil
}

// wrong is 1 if a filter would publish spam or hold what is honest.
func (d *Desk) wrong(f *spam.Filter, one Decided) int {
	if (f.Judge(d.message(one)).Class == spam.Ham) == (one.Truth == Spam) {
		return 1
	}
	return 0
}
