package insight

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/rule"
	"hamlet/internal/spam"
)

// drawer keeps models and the choice in memory.
type drawer struct {
	choice  Choice
	kept    []Kept
	data    map[string][]byte
	entries []account.Entry
}

func (d *drawer) Choice(context.Context) (Choice, error) { return d.choice, nil }

func (d *drawer) Model(_ context.Context, version string) ([]byte, error) {
	if data, ok := d.data[version]; ok {
		return data, nil
	}
	return nil, ErrNoModel
}

func (d *drawer) Choose(_ context.Context, change func(Choice) (Choice, account.Entry, error)) (Choice, account.ActID, error) {
	c, e, err := change(d.choice)
	if err != nil {
		return d.choice, 0, err
	}
	c.Number = d.choice.Number + 1
	d.choice, d.entries = c, append(d.entries, e)
	return c, 0, nil
}

func (d *drawer) KeepModel(_ context.Context, k Kept, data []byte, e account.Entry) error {
	if d.data == nil {
		d.data = map[string][]byte{}
	}
	d.kept, d.data[k.Version], d.entries = append(d.kept, k), data, append(d.entries, e)
	return nil
}

func (d *drawer) Models(context.Context) ([]Kept, error) { return d.kept, nil }

func (*drawer) Disagreements(context.Context, string, comment.ID, int) ([]Disagreement, error) {
	return nil, nil
}

func (*drawer) Compared(context.Context, string) (all, otherwise int, err error) { return 0, 0, nil }

// unlabelled is a source without labels.
type unlabelled struct{ comment.LabelSource }

func (unlabelled) Labels(context.Context, int64) ([]comment.Label, error) { return nil, nil }

func (unlabelled) CountAfter(context.Context, int64) (int, error) { return 0, nil }

func (unlabelled) Relabelled(context.Context, int64) (bool, error) { return false, nil }

func (unlabelled) Removals(context.Context) (int64, error) { return 0, nil }

// openShop is a desk with models, on an archive.
func openShop(t *testing.T, s *shelf) (*Desk, *drawer) {
	t.Helper()
	m := &drawer{}
	d, err := NewDesk(Options{
		Archive: s, Models: m, Labels: unlabelled{}, Live: NewLive(LiveOptions{Choices: m, Labels: unlabelled{}, Cost: 1}), Cost: 1,
		Subject: func(c comment.Comment, _ rule.Kind) rule.Subject { return rule.Subject{Text: c.Body} }, Now: openDesk(t, s).Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	d.waits = time.Minute // however slow the machine is
	return d, m
}

// TestSetting: what is set is in force from the next comment on, what cannot be is refused, and
// each has its line in the audit log.
func TestSetting(t *testing.T) {
	t.Parallel()
	d, m := openShop(t, &shelf{})
	for s, want := range map[Setting]SettingFault{
		{Cost: 0.01}: CostOdd, {Cost: 11}: CostOdd, {Thresholds: spam.Thresholds{Unsure: 0.9, Spam: 0.5}}: SpamLow,
		{Thresholds: spam.Thresholds{Unsure: 0.5, Spam: 1}}: SpamOdd, {Thresholds: spam.Thresholds{Spam: 0.5}}: HoldOdd,
	} {
		_, err := d.Set(t.Context(), owner, s)
		if odd, ok := errors.AsType[*SettingError](err); !ok || odd.Fault != want {
			t.Errorf("%v: %v, want %v", s, odd, want)
		}
	}
	want := spam.Thresholds{Unsure: 0.4, Spam: 0.8}
	if _, err := d.Set(t.Context(), author, Setting{Thresholds: want}); !errors.Is(err, account.ErrForbidden) {
		t.Errorf("an author: %v", err)
	}
	if _, err := d.Set(t.Context(), owner, Setting{Thresholds: want}); err != nil {
		t.Fatal(err)
	}
	now, err := d.InForce(t.Context(), owner)
	if err != nil || now.Thresholds != want || len(m.entries) != 1 || m.entries[0].Detail != "cost as the program has it → held from 0.4, spam from 0.8" {
		t.Errorf("in force %+v, %v, entries %+v", now, err, m.entries)
	}
}

// turn calls all spam honest and the other way round.
func (s *shelf) turn() *shelf {
	for i := range s.all {
		if s.all[i].Truth == Spam {
			s.all[i].Truth = Ham
		} else {
			s.all[i].Truth = Spam
		}
	}
	return s
}

// labelledShelf is honest comments and spam under two posts, so many of each.
func labelledShelf(n int) *shelf {
	s := &shelf{}
	for i := range n {
		a := decided(comment.ID(2*i+1), 20, fmt.Sprintf("We walked to bridge %d and the mill was closed again", i), spam.Ham, Ham)
		b := decided(comment.ID(2*i+2), 20, fmt.Sprintf("Buy cheap viagra and replica watches number %d, best price casino bonus! Order now: <a href=\"https://watches.example/%d\">cheap watches</a>", i, i), spam.Spam, Spam)
		b.Comment.Post = "harbour"
		s.all = append(s.all, a, b)
	}
	return s
}

// TestModels: a model that is made of what was decided here judges beside the one in force, is
// promoted if it is no worse on what was decided and is in no model, and taken back. It is
// made of odd decisions here, so that it is better while they stand, and worse afterwards.
func TestModels(t *testing.T) {
	t.Parallel()
	const enough = retrainLeast * 5 / 4
	if d, _ := openShop(t, labelledShelf(enough-1)); true { // one in five proves, and is not learned from
		if _, _, err := d.Retrain(t.Context(), owner); !errors.Is(err, ErrTooFew) {
			t.Errorf("of too few: %v", err)
		}
		if _, err := d.RollBack(t.Context(), owner); !errors.Is(err, ErrNothingBefore) {
			t.Errorf("back to nothing: %v", err)
		}
		if _, err := d.Promote(t.Context(), owner, "no such"); !errors.Is(err, ErrNoModel) {
			t.Errorf("no such model: %v", err)
		}
	}
	s := labelledShelf(enough).turn()
	d, m := openShop(t, s)
	k, _, err := d.Retrain(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	if m.choice.Beside != k.Version || m.choice.Model != "" {
		t.Errorf("it is to judge beside, and not in force: %+v", m.choice)
	}
	v, err := d.Live.Judge(t.Context(), spam.Message{Body: "Hello"})
	if err != nil || v.Model != spam.Default().Version() || v.Beside == nil || v.Beside.Model != k.Version {
		t.Errorf("judged by %+v, %v", v, err)
	}
	for _, step := range []struct {
		do    func(context.Context, account.Actor) (account.ActID, error)
		model string
	}{
		{func(ctx context.Context, a account.Actor) (account.ActID, error) { return d.Promote(ctx, a, k.Version) }, k.Version},
		{d.RollBack, spam.Default().Version()},
		{d.RollBack, k.Version},
		{func(ctx context.Context, a account.Actor) (account.ActID, error) { return d.Promote(ctx, a, BuiltIn) }, spam.Default().Version()},
	} {
		if _, err := step.do(t.Context(), owner); err != nil {
			t.Fatal(err)
		}
		if v, err := d.Live.Judge(t.Context(), spam.Message{Body: "Hello"}); err != nil || v.Model != step.model || v.Beside != nil {
			t.Errorf("judged by %s beside %v, %v, want %s", v.Model, v.Beside, err, step.model)
		}
	}
	s.turn()
	var worse *WorseError
	if _, err := d.Promote(t.Context(), owner, k.Version); !errors.As(err, &worse) || worse.Held != 2*enough/5 || worse.Wrong <= worse.Now {
		t.Errorf("promote a model that is worse: %v (%+v)", err, worse)
	}
	if _, err := d.RollBack(t.Context(), owner); !errors.As(err, &worse) {
		t.Errorf("roll back to a model that is worse: %v", err)
	}
	var did []string
	for _, e := range m.entries {
		did = append(did, e.Action)
	}
	if got := strings.Join(did, ", "); got != "model add, model beside, model promote, model roll back, model roll back, model promote" {
		t.Errorf("the audit log: %s", got)
	}
	if _, _, err := d.AddModel(t.Context(), owner, "x", []byte("no model")); !errors.Is(err, ErrModel) {
		t.Errorf("no model: %v", err)
	}
}

// TestNoise: a label that all others speak against is found, with the least likely first.
func TestNoise(t *testing.T) {
	t.Parallel()
	s := labelledShelf(60)
	s.all[30].Truth = Spam                                                                        // an honest one
	s.all[31].Truth = Ham                                                                         // spam
	s.all[30].Comment.Body = "We walked over the long bridge and the old mill was closed, a pity" // in no wave with others
	s.all[31].Comment.Body = "Replica watches at the best casino bonus price, buy cheap now https://watches.example/today"
	d, _ := openShop(t, s)
	n, err := d.Noise(t.Context(), owner)
	if err != nil || n.Looked != 120 || n.Labels != 120 {
		t.Fatalf("looked at %d with %d labels, %v", n.Looked, n.Labels, err)
	}
	found := map[comment.ID]bool{}
	for i, x := range n.Doubts {
		found[x.Comment.ID] = true
		if i > 0 && doubt(x.Truth, x.Probability) > doubt(n.Doubts[i-1].Truth, n.Doubts[i-1].Probability) {
			t.Errorf("doubt %d is greater than the one before", i)
		}
	}
	if !found[s.all[30].Comment.ID] || !found[s.all[31].Comment.ID] || len(found) > 6 {
		t.Errorf("doubts of %v", found)
	}
	if reads := s.reads; reads == 0 {
		t.Error("nothing was read")
	} else if _, err := d.Noise(t.Context(), owner); err != nil || s.reads != reads {
		t.Errorf("read again though nothing was decided: %d, %v", s.reads, err)
	}
}
