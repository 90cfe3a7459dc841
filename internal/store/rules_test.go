package store_test

import (
	"errors"
	"slices"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/rule"
	"hamlet/internal/store"
)

// noted is a line for the audit log.
var noted = account.Entry{At: start, Actor: "ada", Action: "rule", Target: "test"}

// lay makes a rule and keeps it.
func (b *bench) lay(kind rule.Kind, value string, expires time.Time) rule.Rule {
	b.Helper()
	r, _, err := b.Rules().Add(b.Context(), rule.Rule{
		Kind: kind, Value: value, Effect: rule.Hold, By: "ada", At: start, Expires: expires,
	}, noted)
	if err != nil {
		b.Fatalf("add a rule: %v", err)
	}
	return r
}

func (b *bench) book() rule.Page {
	b.Helper()
	p, err := b.Rules().Read(b.Context())
	if err != nil {
		b.Fatalf("read the rules: %v", err)
	}
	return p
}

func rulesKept(b *bench) {
	word := b.lay(rule.Word, "casino", start.Add(time.Hour))
	host := b.lay(rule.Domain, "spam.example", time.Time{})
	if got := b.book().Rules; len(got) != 2 || got[0] != word || got[1] != host {
		b.Fatalf("got %v, want %v and %v", got, word, host)
	}
	if again := b.lay(rule.Word, "casino", start.Add(2*time.Hour)); again.ID != word.ID || !again.Expires.Equal(start.Add(2*time.Hour)) {
		b.Errorf("the same once more: got %v, want rule %d with the later end", again, word.ID)
	}
	b.clock.at = start.Add(2 * time.Hour)
	if got := b.book().Rules; len(got) != 1 || got[0] != host {
		b.Errorf("after one expired: got %v, want %v", got, host)
	}
	if all, err := b.Rules().List(b.Context()); err != nil || len(all) != 2 {
		b.Errorf("list: got %v, %v, want both", all, err)
	}
	host.Value, host.Effect = "shop.example", rule.Spam
	if _, err := b.Rules().Change(b.Context(), host, noted); err != nil {
		b.Fatal(err)
	}
	if got, err := b.Rules().Get(b.Context(), host.ID); err != nil || got != host {
		b.Errorf("changed: got %v, %v, want %v", got, err, host)
	}
	if _, err := b.Rules().Remove(b.Context(), host.ID, noted); err != nil {
		b.Fatal(err)
	}
	for name, err := range map[string]error{
		"get":    func() error { _, err := b.Rules().Get(b.Context(), host.ID); return err }(),
		"change": func() error { _, err := b.Rules().Change(b.Context(), host, noted); return err }(),
		"remove": func() error { _, err := b.Rules().Remove(b.Context(), host.ID, noted); return err }(),
	} {
		if !errors.Is(err, rule.ErrNotFound) {
			b.Errorf("%s what is gone: got %v, want rule.ErrNotFound", name, err)
		}
	}
	b.clock.at = start.Add(32 * 24 * time.Hour)
	if err := b.Rules().Forget(b.Context()); err != nil {
		b.Fatal(err)
	}
	if all, err := b.Rules().List(b.Context()); err != nil || len(all) != 0 {
		b.Errorf("a month later: got %v, %v, want none", all, err)
	}
}

func hitsCounted(b *bench) {
	word, net := b.lay(rule.Word, "casino", time.Time{}), b.lay(rule.Network, "203.0.113.0/24", time.Time{})
	b.clock.at = start.Add(5 * time.Hour)
	id := b.give(a(comment.Pending), comment.Given{Rules: []rule.Rule{word, net}}).ID
	b.give(a(comment.Pending), comment.Given{Rules: []rule.Rule{word}})
	hits, err := hit(b, id)
	if err != nil || len(hits) != 2 {
		b.Fatalf("got %v, %v, want both rules", hits, err)
	}
	for _, r := range hits {
		switch r.Kind {
		case rule.Word:
			if r.Value != "casino" || r.Hits != 2 || !r.LastHit.Equal(start.Truncate(24*time.Hour)) {
				b.Errorf("got %+v, want casino, hit twice, on the day", r)
			}
		case rule.Network:
			if r.ID != 0 || r.Value != "" || r.Hits != 0 {
				b.Errorf("got %+v, want nothing but the kind: it tells where the comment came from", r)
			}
		default:
			b.Errorf("got %v, which was not hit", r)
		}
	}
	if got, err := b.Rules().Get(b.Context(), net.ID); err != nil || got.Hits != 1 {
		b.Errorf("the rule on networks: got %v, %v, want one hit", got, err)
	}
	if _, err := b.Rules().Remove(b.Context(), word.ID, noted); err != nil {
		b.Fatal(err)
	}
	hits, err = hit(b, id)
	if err != nil || !slices.ContainsFunc(hits, func(r rule.Rule) bool { return r.Kind == rule.Word && r.Value == "" }) {
		b.Errorf("after it was removed: got %v, %v, want the kind of it", hits, err)
	}
	if _, err := b.Comments().Erase(b.Context(), id, 0, noted); err != nil {
		b.Fatal(err)
	}
	if hits, err = hit(b, id); err != nil || len(hits) > 0 {
		b.Errorf("after an erasure: got %v, %v, want nothing", hits, err)
	}
}

func closedAndAttacked(b *bench) {
	for _, closed := range []bool{true, false} {
		if _, err := b.Rules().SetClosing(b.Context(), rule.Closing{Post: "hello", Closed: closed, By: "ada", At: start}, noted); err != nil {
			b.Fatal(err)
		}
		if got := b.book().Closings; len(got) != 1 || got[0] != (rule.Closing{Post: "hello", Closed: closed, By: "ada", At: start}) {
			b.Errorf("closed %v: got %v", closed, got)
		}
	}
	on := rule.Attack{Since: start, Until: start.Add(time.Hour), By: "ada"}
	if _, err := b.Rules().SetAttack(b.Context(), on, noted); err != nil {
		b.Fatal(err)
	}
	if got := b.book().Attack; got != on {
		b.Errorf("attack: got %v, want %v", got, on)
	}
	if _, err := b.Rules().SetAttack(b.Context(), rule.Attack{}, noted); err != nil {
		b.Fatal(err)
	}
	if got := b.book().Attack; got != (rule.Attack{}) {
		b.Errorf("attack ended: got %v, want none", got)
	}
}

func answersSpent(b *bench) {
	answer := []byte("sixteen bytes...")
	for i, want := range []bool{true, false} {
		if fresh, err := b.Rules().Spend(b.Context(), answer, start.Add(time.Hour)); err != nil || fresh != want {
			b.Errorf("time %d: got %v, %v, want %v", i+1, fresh, err, want)
		}
	}
}

func foreignRulesFound(b *bench) {
	other := b.another()
	if other == nil {
		return
	}
	c := b.Changes()
	next(b, c)
	other.lay(rule.Word, "casino", time.Time{})
	if got := next(b, c); !slices.Contains(got, store.RulesChanged) {
		b.Errorf("got %v, want a word of the rules", got)
	}
}

// hit are the rules that a comment hit.
func hit(b *bench, id comment.ID) ([]rule.Rule, error) {
	all, err := b.Comments().HitRules(b.Context(), []comment.ID{id})
	return all[id], err
}
