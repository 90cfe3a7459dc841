package insight

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
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
	// From is the network that was looked for, of a rule on one: wider than that of the rule, if
	// no more is kept.
	From    netip.Prefix
	Counted Counted
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

// ruleMatcher hits what a rule would. Where a comment came from is not kept with it; see
// [Archive.From].
func (d *Desk) ruleMatcher(ctx context.Context, r rule.Rule) (matcher, netip.Prefix, error) {
	if r.Kind == rule.Network {
		n, err := netip.ParsePrefix(r.Value)
		if err != nil {
			return nil, n, fmt.Errorf("try %s: %w", r, err)
		}
		from, n, err := d.Archive.From(ctx, n)
		return func(one Decided) bool { return from[one.Comment.ID] }, n, err
	}
	r.Expires = time.Time{}
	set := rule.NewSet([]rule.Rule{r})
	return func(one Decided) bool { return len(set.Match(d.Subject(one.Comment, r.Kind), d.Now())) > 0 }, netip.Prefix{}, nil
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
	return d.trial(ctx, key, func(ctx context.Context) (tried, error) {
		hits, from, err := d.ruleMatcher(ctx, r)
		if err != nil {
			return tried{}, err
		}
		t, err := d.try(ctx, hits, days)
		t.From = from
		return t, err
	})
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
	return d.trial(ctx, key, func(ctx context.Context) (tried, error) {
		return d.try(ctx, thresholdMatcher(r.filter.Model(), from), days)
	})
}

// tried is a trial as it is remembered.
type tried struct {
	Trial       // without the hits
	hams, spams []comment.ID
}

// trial tells what was tried, with the comments as they are now.
func (d *Desk) trial(ctx context.Context, key string, try func(context.Context) (tried, error)) (Trial, error) {
	t, counted, err := remembered(ctx, d, key, try)
	if err != nil {
		return Trial{}, err
	}
	t.Counted = counted
	now, err := d.named(ctx, t.hams, t.spams)
	t.Hams = now.hits(t.hams, func(one Decided) bool { return !one.Truth.bad() })
	t.Spams = now.hits(t.spams, func(one Decided) bool { return one.Truth.bad() })
	return t.Trial, err
}

func (d *Desk) try(ctx context.Context, hits matcher, days int) (tried, error) {
	t := tried{Trial: Trial{Days: days}}
	err := d.each(ctx, ago(d.Now(), days), func(one Decided) error {
		isHit := hits(one)
		switch {
		case one.Truth.bad() && isHit:
			t.Spam++
			t.SpamHit++
			if one.missed() {
				t.New++
			}
			t.spams = newest(append(t.spams, one.Comment.ID))
		case one.Truth.bad():
			t.Spam++
		case isHit:
			t.Ham++
			t.HamHit++
			t.hams = newest(append(t.hams, one.Comment.ID))
		default:
			t.Ham++
		}
		return nil
	})
	t.hams, t.spams = reversed(t.hams), reversed(t.spams)
	return t, err
}

// missed reports whether the filter called it ham.
func (one Decided) missed() bool { return one.Comment.Verdict.Class == spam.Ham }

// newest drops the oldest of hits when there are many more than are listed.
func newest(hits []comment.ID) []comment.ID {
	if len(hits) <= 2*maxHits {
		return hits
	}
	return append(hits[:0], hits[len(hits)-maxHits:]...)
}

// reversed is the newest hits, the newest first.
func reversed(hits []comment.ID) []comment.ID {
	hits = hits[max(0, len(hits)-maxHits):]
	slices.Reverse(hits)
	return hits
}

// byID are decided comments as they are now.
type byID map[comment.ID]Decided

// named reads comments that are remembered by their ids alone.
func (d *Desk) named(ctx context.Context, lists ...[]comment.ID) (byID, error) {
	ids := slices.Concat(lists...)
	if len(ids) == 0 {
		return nil, nil
	}
	all, err := d.Archive.Named(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("read what was found: %w", err)
	}
	now := make(byID, len(all))
	for _, one := range all {
		now[one.Comment.ID] = one
	}
	return now, nil
}

// hits are those comments of a list that are still what they were when they were found.
func (now byID) hits(ids []comment.ID, still func(Decided) bool) []Hit {
	out := make([]Hit, 0, len(ids))
	for _, id := range ids {
		if one, ok := now[id]; ok && still(one) {
			out = append(out, Hit{one.Comment, one.Truth, one.missed()})
		}
	}
	return out
}

// Swept is what is published and has something in common with what turned out to be bad.
type Swept struct {
	Found   []Hit // the newest
	All     int   // how many there are
	Counted Counted
}

// Sweep finds the published comments that a rule would hit.
func (d *Desk) Sweep(ctx context.Context, actor account.Actor, r rule.Rule) (Swept, error) {
	if err := actor.May(account.ManageRules); err != nil {
		return Swept{}, err
	}
	key := fmt.Sprintf("sweep %s %q", r.Kind, r.Value)
	found, counted, err := remembered(ctx, d, key, func(ctx context.Context) (swept, error) {
		hits, _, err := d.ruleMatcher(ctx, r)
		if err != nil {
			return swept{}, err
		}
		return d.sweep(ctx, hits)
	})
	if err != nil {
		return Swept{}, err
	}
	now, err := d.named(ctx, found.ids)
	s := Swept{Found: now.hits(found.ids, published), Counted: counted}
	s.All = found.all - len(found.ids) + len(s.Found)
	return s, err
}

// swept is what is published and has something in common, as it is remembered.
type swept struct {
	ids []comment.ID // the newest
	all int
}

func published(one Decided) bool { return one.Comment.Status == comment.Approved }

func (d *Desk) sweep(ctx context.Context, hits matcher) (swept, error) {
	var s swept
	err := d.each(ctx, time.Time{}, func(one Decided) error {
		if published(one) && hits(one) {
			s.all++
			s.ids = newest(append(s.ids, one.Comment.ID))
		}
		return nil
	})
	s.ids = reversed(s.ids)
	return s, err
}
