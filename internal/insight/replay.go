package insight

import (
	"context"
	"fmt"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/spam"
)

// replayed is how many of the newest decided comments are judged anew.
const replayed = 10_000

// Replay is how a model would have done on this blog: the decided comments in the order
// they came, those of each month judged by what was decided before the month began.
type Replay struct {
	Model    string
	Comments int
	Months   []Figures
	Total    Figures
	Reading  spam.Calibration
	Counted  Counted
}

// Replay judges the decided comments anew: with the model in force, or with the one that
// judges beside it.
func (d *Desk) Replay(ctx context.Context, actor account.Actor, beside bool) (Replay, error) {
	if err := actor.May(account.ManageRules); err != nil {
		return Replay{}, err
	}
	r, err := d.Live.running(ctx)
	if err != nil {
		return Replay{}, err
	}
	f := r.filter
	if beside {
		if f = r.second; f == nil {
			return Replay{}, ErrNoModel
		}
	}
	o := r.choice.setting().options(f.Model(), d.Cost)
	key := fmt.Sprintf("replay %d %s", r.choice.Number, f.Model().Version())
	p, counted, err := remembered(ctx, d, key, func(ctx context.Context) (Replay, error) { return d.replay(ctx, o) })
	p.Counted = counted
	return p, err
}

func (d *Desk) replay(ctx context.Context, o spam.Options) (Replay, error) {
	all, err := d.latest(ctx, replayed, true)
	if err != nil {
		return Replay{}, err
	}
	r := Replay{Model: o.Model.Version(), Comments: len(all)}
	p := player{desk: d, filter: spam.New(o)}
	at := months(d.Now(), d.Now().AddDate(0, 0, -Spans[len(Spans)-1]-31))
	var facts []fact
	for i := range at[1:] {
		p.learn(at[i])
		for _, one := range all {
			if !one.Comment.CreatedAt.Before(at[i]) && one.Comment.CreatedAt.Before(at[i+1]) {
				facts = append(facts, p.play(one))
			}
		}
	}
	for _, f := range between(facts, at) {
		if f.All() > 0 {
			r.Months = append(r.Months, f)
		}
	}
	r.Total = figures(facts, at[0], at[len(at)-1])
	judged := make([]spam.Judged, len(facts))
	for i, x := range facts {
		judged[i] = spam.Judged{Probability: x.p, Spam: x.truth.bad()}
	}
	r.Reading = spam.Calibrate(judged)
	return r, nil
}

// player judges comments as if they came now.
type player struct {
	desk   *Desk
	filter *spam.Filter
	recall spam.Recall
	open   []Decided // that were judged and not learned yet
}

// play judges a comment.
func (p *player) play(one Decided) fact {
	m := p.desk.message(one)
	m.Memory = p.recall.Look(m)
	v := p.filter.Judge(m)
	state := spam.TraceUndecided
	if v.Class == spam.Ham {
		state = spam.TracePublished
	}
	p.recall.Note(int64(one.Comment.ID), m, state)
	p.open = append(p.open, one)
	return fact{id: one.Comment.ID, came: one.Comment.CreatedAt, at: one.At, truth: one.Truth, p: v.Probability, class: v.Class}
}

// learn learns what was decided before a time.
func (p *player) learn(before time.Time) {
	var open []Decided
	for _, one := range p.open {
		switch {
		case one.Truth == Left:
			p.recall.Decide(int64(one.Comment.ID), spam.TracePublished)
		case one.Truth == Stayed: // nobody said anything of it
		case !one.At.Before(before):
			open = append(open, one)
		default:
			state := spam.TracePublished
			if one.Truth == Spam {
				state = spam.TraceSpam
			}
			p.recall.Decide(int64(one.Comment.ID), state)
			l := spam.NewLesson(p.desk.message(one), one.Truth == Spam, "")
			l.Moderator = one.Moderator
			p.filter.Learn(l)
		}
	}
	p.open = open
}
