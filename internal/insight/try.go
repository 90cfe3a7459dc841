package insight

import (
	"context"
	"fmt"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/rule"
	"hamlet/internal/spam"
)

// maxHits is how many comments of each sort a trial lists.
const maxHits = 100

// Trial is what a rule or a threshold would have hit among the decided comments of some
// days.
type Trial struct {
	Days int
	// Spam and Ham are the comments there were; those of Ham were let pass by somebody or
	// left standing.
	Spam, Ham int
	// SpamHit and HamHit are those of them that are hit, and New is the spam among them that
	// the filter missed.
	SpamHit, HamHit, New int
	// Hits are those that are hit, the newest first: all there is room for, ham and spam by
	// themselves.
	Hams, Spams []Hit
}

// Hit is a comment that is hit.
type Hit struct {
	Comment comment.Comment
	Truth   Truth
	// Missed says that the filter called it ham.
	Missed bool
}

// matcher reports whether a decided comment is hit.
type matcher func(Decided) bool

// ruleMatcher hits what a rule would.
func (d *Desk) ruleMatcher(r rule.Rule) matcher {
	r.Expires = time.Time{}
	set := rule.NewSet([]rule.Rule{r})
	return func(one Decided) bool { return len(set.Match(d.Subject(one.Comment), d.Now())) > 0 }
}

// thresholdMatcher hits what would be held from a probability on.
func thresholdMatcher(m *spam.Model, from float64) matcher {
	return func(one Decided) bool {
		v := one.Comment.Verdict
		return v.Class != "" && m.Usual(spam.Passed{Probability: v.Probability, OneLink: spam.OneLink(one.Comment.Body)}) >= from
	}
}

// TryRule says what a rule would have hit, as if it had been in force. Nothing is
// changed, and its end does not count.
func (d *Desk) TryRule(ctx context.Context, actor account.Actor, r rule.Rule, days int) (Trial, error) {
	if err := actor.May(account.ManageRules); err != nil {
		return Trial{}, err
	}
	key := fmt.Sprintf("try %s %q %d", r.Kind, r.Value, days)
	return remembered(ctx, d, key, func(ctx context.Context) (Trial, error) { return d.try(ctx, d.ruleMatcher(r), days) })
}

// TryThreshold says what would have been held from a probability on.
func (d *Desk) TryThreshold(ctx context.Context, actor account.Actor, from float64, days int) (Trial, error) {
	if err := actor.May(account.ManageRules); err != nil {
		return Trial{}, err
	}
	r, err := d.Live.running(ctx)
	if err != nil {
		return Trial{}, err
	}
	key := fmt.Sprintf("try %v %d %s", from, days, r.filter.Model().Version())
	return remembered(ctx, d, key, func(ctx context.Context) (Trial, error) {
		return d.try(ctx, thresholdMatcher(r.filter.Model(), from), days)
	})
}

func (d *Desk) try(ctx context.Context, hits matcher, days int) (Trial, error) {
	t := Trial{Days: days}
	err := d.each(ctx, ago(d.Now(), days), func(one Decided) error {
		hit := Hit{one.Comment, one.Truth, one.Comment.Verdict.Class == spam.Ham}
		isHit := hits(one)
		switch {
		case one.Truth == Spam && isHit:
			t.Spam++
			t.SpamHit++
			if hit.Missed {
				t.New++
			}
			t.Spams = append(t.Spams, hit)
		case one.Truth == Spam:
			t.Spam++
		case isHit:
			t.Ham++
			t.HamHit++
			t.Hams = append(t.Hams, hit)
		default:
			t.Ham++
		}
		t.Hams, t.Spams = newest(t.Hams, 2*maxHits), newest(t.Spams, 2*maxHits)
		return nil
	})
	t.Hams, t.Spams = reversed(t.Hams), reversed(t.Spams)
	return t, err
}

// newest drops the oldest half of hits when there are more than so many.
func newest(hits []Hit, most int) []Hit {
	if len(hits) <= most {
		return hits
	}
	return append(hits[:0], hits[len(hits)-maxHits:]...)
}

// reversed is the newest hits, the newest first.
func reversed(hits []Hit) []Hit {
	out := make([]Hit, 0, maxHits)
	for i := len(hits) - 1; i >= 0 && len(out) < maxHits; i-- {
		out = append(out, hits[i])
	}
	return out
}

// Swept is what is published and has something in common with what turned out to be bad.
type Swept struct {
	Found []Hit // the newest
	All   int   // how many there are
}

// Sweep finds the published comments that a rule would hit.
func (d *Desk) Sweep(ctx context.Context, actor account.Actor, r rule.Rule) (Swept, error) {
	if err := actor.May(account.ManageRules); err != nil {
		return Swept{}, err
	}
	key := fmt.Sprintf("sweep %s %q", r.Kind, r.Value)
	return remembered(ctx, d, key, func(ctx context.Context) (Swept, error) { return d.sweep(ctx, d.ruleMatcher(r)) })
}

func (d *Desk) sweep(ctx context.Context, hits matcher) (Swept, error) {
	var s Swept
	err := d.each(ctx, time.Time{}, func(one Decided) error {
		if one.Comment.Status == comment.Approved && hits(one) {
			s.All++
			s.Found = newest(append(s.Found, Hit{one.Comment, one.Truth, false}), 2*maxHits)
		}
		return nil
	})
	s.Found = reversed(s.Found)
	return s, err
}
