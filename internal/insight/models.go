package insight

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// MaxModel is how many bytes a model may have that is brought to the blog.
const MaxModel = 8 << 20

// ErrModel means that a file is no model that this program can use.
var ErrModel = errors.New("this is no model for this version of the program")

// ErrInForce means that a model judges already.
var ErrInForce = errors.New("the model is in force already")

// ErrNothingBefore means that there is no model to go back to.
var ErrNothingBefore = errors.New("no other model judged before")

// ErrTooFew means that too little was decided to make a model of it.
var ErrTooFew = errors.New("too few comments were decided")

// AddModel keeps a model as hamlet spam train writes it, and lets it judge beside the one in
// force from the next comment on. It decides nothing. The error is [ErrModel] if it is none.
func (d *Desk) AddModel(ctx context.Context, actor account.Actor, name string, data []byte) (Kept, account.ActID, error) {
	if err := actor.May(account.ManageRules); err != nil {
		return Kept{}, 0, err
	}
	m, err := spam.Decode(data)
	if err != nil {
		return Kept{}, 0, fmt.Errorf("%w: %w", ErrModel, err)
	}
	if m.Version() == spam.Default().Version() {
		act, err := d.Beside(ctx, actor, BuiltIn)
		return Kept{Version: m.Version()}, act, err
	}
	k := Kept{Version: m.Version(), Name: shortName(name), By: actor.Name, At: d.Now().UTC().Truncate(time.Millisecond)}
	err = d.Models.KeepModel(ctx, k, data, account.Entry{
		At: k.At, Actor: actor.Name, Action: "model add", Target: "model " + k.Version, Detail: k.Name,
	})
	if err != nil {
		return Kept{}, 0, err
	}
	act, err := d.Beside(ctx, actor, k.Version)
	return k, act, err
}

// shortName is the name of a file as it is kept.
func shortName(name string) string {
	runes := []rune(name)
	return string(runes[:min(len(runes), 100)])
}

// The comments that a model may be made of.
const (
	retrainMost  = 5000
	retrainLeast = 100 // of each sort that it is made of
)

// Retrain makes a model of what was decided on this blog, and lets it judge beside the one
// in force. Each post counts as a blog of its own, so that what is peculiar to one has no
// weight; what it is to be proven on is left out. The error is [ErrTooFew] if there is not enough to make one of.
func (d *Desk) Retrain(ctx context.Context, actor account.Actor) (Kept, account.ActID, error) {
	if err := actor.May(account.ManageRules); err != nil {
		return Kept{}, 0, err
	}
	all, err := d.latest(ctx, retrainMost, false)
	if err != nil {
		return Kept{}, 0, err
	}
	count := map[bool]int{}
	posts := map[string]bool{}
	var examples []spam.Example
	for _, one := range all {
		if !one.proves() {
			count[one.Truth == Spam]++
			examples = append(examples, spam.Example{Message: d.message(one), Source: one.Comment.Post, Spam: one.Truth == Spam})
			posts[one.Comment.Post] = true
		}
	}
	if min(count[true], count[false]) < retrainLeast || len(posts) < 2 {
		return Kept{}, 0, fmt.Errorf("%d spam and %d honest ones under %d posts: %w", count[true], count[false], len(posts), ErrTooFew)
	}
	m, _, err := spam.Train(spam.TrainOptions{}, examples)
	if err != nil {
		return Kept{}, 0, fmt.Errorf("train: %w", err)
	}
	data, err := m.Encode()
	if err != nil {
		return Kept{}, 0, err
	}
	return d.AddModel(ctx, actor, fmt.Sprintf("%d comments, %s", len(examples), d.Now().Format(time.DateOnly)), data)
}

// Shelf is the models there are.
type Shelf struct {
	InForce
	// Kept are those that were brought here; the one in the program comes first.
	Kept []Kept
	// Compared is how many comments the model beside judged so far, and Otherwise how
	// many of them otherwise than the one in force.
	Compared, Otherwise int
}

// Shelf lists the models.
func (d *Desk) Shelf(ctx context.Context, actor account.Actor) (Shelf, error) {
	var s Shelf
	var err error
	if s.InForce, err = d.InForce(ctx, actor); err != nil {
		return s, err
	}
	kept, err := d.Models.Models(ctx)
	if err != nil {
		return s, err
	}
	s.Kept = append([]Kept{{Version: spam.Default().Version(), Name: BuiltIn}}, kept...)
	if s.Beside != "" {
		s.Compared, s.Otherwise, err = d.Models.Compared(ctx, versionOf(s.Beside))
	}
	return s, err
}

// versionOf is the version of a model in a choice.
func versionOf(chosen string) string {
	if chosen == "" || chosen == BuiltIn {
		return spam.Default().Version()
	}
	return chosen
}

// Disagreements are the comments that the model beside judged otherwise than the one in
// force, the newest first, those with an id below a number (0: from the newest).
func (d *Desk) Disagreements(ctx context.Context, actor account.Actor, before comment.ID, limit int) ([]Disagreement, error) {
	if err := actor.May(account.ManageRules); err != nil {
		return nil, err
	}
	c, err := d.Models.Choice(ctx)
	if err != nil || c.Beside == "" {
		return nil, err
	}
	return d.Models.Disagreements(ctx, versionOf(c.Beside), before, limit)
}

// there is such a model, that can be used; otherwise there is an error.
func (d *Desk) there(ctx context.Context, chosen string) (*spam.Model, error) {
	m, err := d.Live.model(ctx, fileOf(chosen))
	if err == nil && m == nil {
		err = ErrModel
	}
	return m, err
}

// Beside lets a model judge beside the one in force, or, if it is empty, none.
func (d *Desk) Beside(ctx context.Context, actor account.Actor, version string) (account.ActID, error) {
	if _, err := d.there(ctx, version); err != nil {
		return 0, err
	}
	return d.choose(ctx, actor, account.ManageRules, "model beside", func(c *Choice) (string, error) {
		c.Beside, c.Since = version, d.Now().UTC().Truncate(time.Millisecond)
		return cmp.Or(version, "none"), nil
	})
}

// Promote lets a model judge. The one that judged before is kept, and [Desk.RollBack] goes
// back to it. The error is a [WorseError] if it judges worse than that one, and ErrInForce if it
// is that one.
func (d *Desk) Promote(ctx context.Context, actor account.Actor, version string) (account.ActID, error) {
	if version == "" {
		return 0, ErrModel
	}
	if err := d.prove(ctx, actor, version); err != nil {
		return 0, err
	}
	return d.choose(ctx, actor, account.ManageRules, "model promote", func(c *Choice) (string, error) {
		was := c.Model
		if versionOf(was) == versionOf(version) {
			return "", ErrInForce // or there would be nothing to go back to
		}
		c.Before, c.Model, c.Promoted = was, fileOf(version), true
		if c.Model == spam.Default().Version() {
			c.Model = ""
		}
		if versionOf(c.Beside) == versionOf(version) {
			c.Beside = ""
		}
		return versionOf(was) + " → " + versionOf(c.Model), nil
	})
}

// RollBack goes back to the model that judged before; [ErrNothingBefore] if there was
// none, a [WorseError] if it judges worse than the one in force.
func (d *Desk) RollBack(ctx context.Context, actor account.Actor) (account.ActID, error) {
	c, err := d.Models.Choice(ctx)
	if err != nil {
		return 0, err
	}
	if err := d.prove(ctx, actor, c.Before); err != nil {
		return 0, err
	}
	return d.choose(ctx, actor, account.ManageRules, "model roll back", func(c *Choice) (string, error) {
		if !c.Promoted {
			return "", ErrNothingBefore
		}
		c.Model, c.Before = c.Before, c.Model
		return versionOf(c.Before) + " → " + versionOf(c.Model), nil
	})
}

// Forget lets the filter forget all it was taught so far, in every program on the same
// database. The labels are kept, and [Desk.Remember] takes it back. Owners only.
func (d *Desk) Forget(ctx context.Context, actor account.Actor) (account.ActID, error) {
	if err := actor.May(account.ManageUsers); err != nil {
		return 0, err
	}
	n, err := d.Archive.CountLabels(ctx, 0, time.Time{})
	if err != nil {
		return 0, err
	}
	return d.choose(ctx, actor, account.ManageUsers, "filter forget", func(c *Choice) (string, error) {
		now := d.Now().UTC().Truncate(time.Millisecond)
		c.forget(Forgotten{n.Last, now}, now)
		return fmt.Sprintf("%d labels", n.All), nil
	})
}

// Remember lets the filter learn again from all labels there are. Owners only.
func (d *Desk) Remember(ctx context.Context, actor account.Actor) (account.ActID, error) {
	return d.choose(ctx, actor, account.ManageUsers, "filter remember", func(c *Choice) (string, error) {
		c.forget(Forgotten{}, d.Now().UTC().Truncate(time.Millisecond))
		return "all labels", nil
	})
}

// Learned is what the filter was taught.
type Learned struct {
	// Labels are those that there are; Forgotten of them are not learned from, since a time.
	Labels, Forgotten int
	Since             time.Time
}

// Learned counts the labels.
func (d *Desk) Learned(ctx context.Context, actor account.Actor) (Learned, error) {
	if err := actor.May(account.ManageRules); err != nil {
		return Learned{}, err
	}
	c, err := d.Models.Choice(ctx)
	if err != nil {
		return Learned{}, err
	}
	n, err := d.Archive.CountLabels(ctx, c.Last, c.ForgottenAt)
	return Learned{Labels: n.All, Forgotten: n.Forgotten, Since: c.ForgottenAt}, err
}
