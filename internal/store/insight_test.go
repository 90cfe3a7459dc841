package store_test

import (
	"context"
	"errors"
	"net/netip"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/insight"
	"hamlet/internal/spam"
)

// decidedRead: what somebody said, and what stands without an objection, is read in order;
// what nobody decided about is not.
func decidedRead(b *bench) {
	desk := b.Insight()
	before, err := desk.Mark(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	left := b.add(a(comment.Approved), "")
	waits := b.add(a(comment.Pending), "")
	said := b.add(a(comment.Pending), "")
	lesson := spam.NewLesson(spam.Message{Body: "buy"}, true, "ada")
	_, err = b.Comments().Update(b.Context(), said, func(c comment.Comment) (comment.Change, error) {
		return comment.Change{Status: comment.Spam, Prior: c.Status, Relabel: true, Lesson: &lesson, Entry: entry}, nil
	})
	if err != nil {
		b.Fatal(err)
	}
	put := a(comment.Spam) // by the filter
	put.Hold = comment.HoldSpam
	put.Verdict = spam.Verdict{
		Probability: 0.1 + 0.2, LogOdds: -1.0 / 3, Class: spam.Spam, Thresholds: spam.Thresholds{Unsure: 1e-7, Spam: 0.9}, Model: "4-x",
		Reasons: []spam.Reason{{Feature: "word:a", Weight: 1}},
	}
	stayed := b.add(put, "")
	put.Hold = comment.HoldRule
	b.add(put, "")
	got, err := desk.Decided(b.Context(), time.Time{}, 0, 10)
	if err != nil || len(got) != 3 {
		b.Fatalf("%d decided of %d, %d, %d and %d: %v", len(got), left, waits, said, stayed, err)
	}
	for asked, want := range map[bool]comment.ID{false: said, true: stayed} {
		if latest, err := desk.Latest(b.Context(), start.Add(-time.Hour), 1, asked); err != nil || len(latest) != 1 || latest[0].Comment.ID != want {
			b.Errorf("the latest of them: %v, %v, want %d", latest, err, want)
		}
	}
	if v := got[2].Comment.Verdict; got[2].Truth != insight.Stayed || got[2].Label != 0 || v.Probability != put.Verdict.Probability || v.LogOdds != put.Verdict.LogOdds ||
		v.Class != spam.Spam || v.Thresholds != put.Verdict.Thresholds || v.Model != "4-x" {
		b.Errorf("what the filter put with the spam is %+v", got[2])
	}
	if named, err := desk.Named(b.Context(), []comment.ID{waits, said, 99}); err != nil || len(named) != 1 || named[0].Comment.ID != said {
		b.Errorf("by their ids: %+v, %v", named, err)
	}
	if got[0].Comment.ID != left || got[0].Truth != insight.Left || !got[0].At.IsZero() {
		b.Errorf("what stands is %+v", got[0])
	}
	if got[1].Comment.ID != said || got[1].Truth != insight.Spam || got[1].Label != 1 || got[1].Moderator != lesson.Moderator {
		b.Errorf("what somebody called spam is %+v", got[1])
	}
	if rest, err := desk.Decided(b.Context(), time.Time{}, left, 10); err != nil || len(rest) != 2 {
		b.Errorf("%d after the first: %v", len(rest), err)
	}
	if after, err := desk.Mark(b.Context()); err != nil || after.Rest == before.Rest || after.Labels != before.Labels+1 {
		b.Errorf("the mark is %v, before %v: %v", after, before, err)
	}
	n, err := desk.CountLabels(b.Context(), 1, time.Now().Add(24*365*time.Hour))
	if err != nil || n != (insight.LabelCount{All: 1, Forgotten: 1, Last: 1}) {
		b.Errorf("labels: %+v, %v", n, err)
	}
	if names, err := desk.Deciders(b.Context()); err != nil || len(names) != 1 || names[0] != entry.Actor {
		b.Errorf("deciders: %v, %v", names, err)
	}
}

// cameFrom: what came from a network is found, as far as that is kept.
func cameFrom(b *bench) {
	b.give(a(comment.Spam), comment.Given{Network: netip.MustParsePrefix("192.0.2.7/32")})
	b.give(a(comment.Spam), comment.Given{Network: netip.MustParsePrefix("192.0.77.7/32")})
	for n, want := range map[string]struct {
		ids int
		of  string
	}{"192.0.2.7/32": {1, "192.0.2.0/24"}, "192.0.2.0/24": {1, "192.0.2.0/24"}, "192.0.0.0/16": {2, "192.0.0.0/16"}, "198.51.100.0/24": {0, "198.51.100.0/24"}} {
		ids, of, err := b.Insight().From(b.Context(), netip.MustParsePrefix(n))
		if err != nil || len(ids) != want.ids || of.String() != want.of {
			b.Errorf("from %s: %v of %v, %v", n, ids, of, err)
		}
	}
	if _, of, err := b.Insight().From(b.Context(), netip.MustParsePrefix("10.0.0.0/8")); err != nil || of.IsValid() {
		b.Errorf("a network that is too wide: %v, %v", of, err)
	}
}

// choicesKept: a choice is kept with its entry and numbered; one that is refused is not.
func choicesKept(b *bench) {
	desk, no := b.Insight(), errors.New("no")
	choose := func(cost float64, refuse error) (insight.Choice, error) {
		c, _, err := desk.Choose(b.Context(), func(c insight.Choice) (insight.Choice, account.Entry, error) {
			c.Cost = cost
			return c, entry, refuse
		})
		return c, err
	}
	if c, err := choose(2, nil); err != nil || c.Number != 1 {
		b.Fatalf("%+v, %v", c, err)
	}
	if _, err := choose(3, no); !errors.Is(err, no) {
		b.Errorf("refused: %v", err)
	}
	if c, err := desk.Choice(b.Context()); err != nil || c.Cost != 2 || c.Number != 1 {
		b.Errorf("%+v, %v", c, err)
	}
	if es := b.audit(); len(es) != 1 {
		b.Errorf("%d entries, want 1", len(es))
	}
}

// modelsKept: models are kept once, and what one says beside another is compared.
func modelsKept(b *bench) {
	desk := b.Insight()
	k := insight.Kept{Version: "2-1234", Name: "mine", By: "ada", At: time.UnixMilli(1000).UTC()}
	for range 2 {
		if err := desk.KeepModel(b.Context(), k, []byte("model"), entry); err != nil {
			b.Fatal(err)
		}
	}
	if es := b.audit(); len(es) != 1 {
		b.Errorf("%d entries, want 1", len(es))
	}
	if all, err := desk.Models(b.Context()); err != nil || len(all) != 1 || all[0] != k {
		b.Errorf("models: %+v, %v", all, err)
	}
	if data, err := desk.Model(b.Context(), k.Version); err != nil || string(data) != "model" {
		b.Errorf("%q, %v", data, err)
	}
	if _, err := desk.Model(context.Background(), "2-0"); !errors.Is(err, insight.ErrNoModel) {
		b.Errorf("a model that is not there: %v", err)
	}
	for _, class := range []spam.Class{spam.Ham, spam.Spam} {
		c := a(comment.Approved)
		c.Verdict.Class = spam.Ham
		c.Verdict.Beside = &spam.Verdict{Model: k.Version, Class: class, Probability: 0.5}
		b.add(c, "")
	}
	got, err := desk.Disagreements(b.Context(), k.Version, 0, 10)
	if err != nil || len(got) != 1 || got[0].Class != spam.Spam || got[0].Comment.ID != 2 {
		b.Errorf("%+v, %v", got, err)
	}
	if all, otherwise, err := desk.Compared(b.Context(), k.Version); all != 2 || otherwise != 1 || err != nil {
		b.Errorf("%d and %d, %v", all, otherwise, err)
	}
	if got, err := desk.Disagreements(b.Context(), k.Version, 2, 10); err != nil || len(got) != 0 {
		b.Errorf("before the first: %+v, %v", got, err)
	}
}
