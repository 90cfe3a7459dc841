package insight

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/rule"
	"hamlet/internal/spam"
)

// Options is what a Desk is made of. All are required but About, Zone and Log.
type Options struct {
	Archive Archive
	Models  Models
	Labels  comment.LabelSource
	Live    *Live
	// Subject is what of a comment rules of a kind look at.
	Subject func(comment.Comment, rule.Kind) rule.Subject
	About   comment.Posts // what the posts are about; nil: nothing
	// Cost is the setting of the program.
	Cost float64
	// Zone is where days begin; nil: UTC.
	Zone func() *time.Location
	Now  func() time.Time
	Log  *slog.Logger // nil: nothing is logged
}

// Desk is the filter's desk. It is safe for concurrent use.
type Desk struct {
	Options

	heavy heavy
	waits time.Duration // who asks, for what is heavy; see patient

	// lasting is the context of what goes on when who asked for it has gone; end ends it.
	lasting context.Context
	end     context.CancelFunc
}

// NewDesk makes a Desk, which is to be closed before its archive.
func NewDesk(o Options) (*Desk, error) {
	if o.Archive == nil || o.Models == nil || o.Labels == nil || o.Live == nil || o.Subject == nil || o.Now == nil {
		return nil, errors.New("the filter's desk: an option is missing")
	}
	if o.Zone == nil {
		o.Zone = func() *time.Location { return time.UTC }
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	now := o.Now
	o.Now = func() time.Time { return now().In(o.Zone()) }
	d := &Desk{Options: o, waits: patient}
	d.lasting, d.end = context.WithCancel(context.Background())
	return d, nil
}

// Overview is how the filter did in the last days, by day or by week.
func (d *Desk) Overview(ctx context.Context, actor account.Actor, days int) (Overview, error) {
	if err := actor.May(account.ManageRules); err != nil {
		return Overview{}, err
	}
	facts, counted, err := d.facts(ctx)
	if err != nil {
		return Overview{}, err
	}
	o := overview(facts, d.Now(), days)
	o.Counted = counted
	return o, nil
}

// CountAnew has what was computed on the desk computed again where something was decided since,
// when it is next asked for.
func (d *Desk) CountAnew(actor account.Actor) error {
	if err := actor.May(account.ManageRules); err != nil {
		return err
	}
	d.heavy.mu.Lock()
	defer d.heavy.mu.Unlock()
	d.heavy.anew = d.Now()
	return nil
}

// InForce is how the filter is now.
type InForce struct {
	Choice
	// Setting is the cost of the program; Effective is the one in force.
	Setting, Effective float64
	Thresholds         spam.Thresholds
	// Usual are the thresholds of the model at the effective cost, before the promise of this blog
	// moved them.
	Usual spam.Thresholds
	Model string
	// Missing is a model that was chosen, and that this program cannot use.
	Missing string
}

// InForce says how the filter is now.
func (d *Desk) InForce(ctx context.Context, actor account.Actor) (InForce, error) {
	if err := actor.May(account.ManageRules); err != nil {
		return InForce{}, err
	}
	r, err := d.Live.running(ctx)
	if err != nil {
		return InForce{}, err
	}
	o := r.choice.setting().options(r.filter.Model(), d.Cost)
	return InForce{
		Choice: r.choice, Setting: d.Cost, Effective: o.Cost, Thresholds: r.filter.Thresholds(), Usual: o.Model.At(o.Cost),
		Model: o.Model.Version(), Missing: r.missing,
	}, nil
}

// Forecast is what would have become of the comments of the last days at a setting. It
// is computed of what the comments were given when they came, and changes nothing. The
// error is a [SettingError] if the setting cannot be.
func (d *Desk) Forecast(ctx context.Context, actor account.Actor, s Setting, days int) (Forecast, error) {
	if err := actor.May(account.ManageRules); err != nil {
		return Forecast{}, err
	}
	if err := s.check(); err != nil {
		return Forecast{}, err
	}
	r, err := d.Live.running(ctx)
	if err != nil {
		return Forecast{}, err
	}
	facts, counted, err := d.facts(ctx)
	if err != nil {
		return Forecast{}, err
	}
	m := r.filter.Model()
	t := spam.New(s.options(m, d.Cost)).Thresholds()
	if s == r.choice.setting() {
		t = r.filter.Thresholds() // with what was promised
	}
	f := forecast(since(facts, ago(d.Now(), days)), m, t)
	f.Days, f.Setting, f.Counted = days, s, counted
	return f, nil
}

// Set puts a setting in force, in every program on the same database, from the next
// comment on; the zero Setting takes back what was set before. The error is a
// [SettingError] if it cannot be.
func (d *Desk) Set(ctx context.Context, actor account.Actor, s Setting) (account.ActID, error) {
	if err := s.check(); err != nil {
		return 0, err
	}
	return d.choose(ctx, actor, account.ManageRules, "filter set", func(c *Choice) (string, error) {
		was := c.setting()
		c.Cost, c.Thresholds = s.Cost, s.Thresholds
		return was.String() + " → " + s.String(), nil
	})
}

// choose changes the choice in force, with an entry in the audit log.
func (d *Desk) choose(
	ctx context.Context, actor account.Actor, p account.Permission, action string, change func(*Choice) (detail string, err error),
) (account.ActID, error) {
	if err := actor.May(p); err != nil {
		return 0, err
	}
	_, act, err := d.Models.Choose(ctx, func(c Choice) (Choice, account.Entry, error) {
		detail, err := change(&c)
		if err != nil {
			return c, account.Entry{}, err
		}
		c.At = d.Now().UTC().Truncate(time.Millisecond)
		return c, account.Entry{At: c.At, Actor: actor.Name, Action: action, Target: "filter", Detail: detail}, nil
	})
	return act, err
}

// Recheck computes the verdict on a comment, with its receipt, once more.
func (d *Desk) Recheck(ctx context.Context, actor account.Actor, c comment.Comment) (Recheck, error) {
	if err := actor.MayOn(account.ModerateComments, c.Post); err != nil {
		return Recheck{}, err
	}
	at := c.CreatedAt
	if c.EditedAt.After(at) {
		at = c.EditedAt
	}
	return d.Live.Recheck(ctx, d.message(Decided{Comment: c}), c.Verdict, at)
}
