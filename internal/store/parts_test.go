package store_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/desk"
	"hamlet/internal/insight"
	"hamlet/internal/rule"
)

// putBack: what acts set is put back, the newest first, and nothing else is.
func putBack(b *bench) {
	ada := b.addUser(user("ada"))
	ctx, id := b.Context(), b.add(a(comment.Approved), "")
	c, err := b.Comments().Get(ctx, id)
	if err != nil {
		b.Fatal(err)
	}
	casino := b.lay(rule.Word, "casino", time.Time{})
	poker := casino
	poker.Value = "poker"
	var acts []account.ActID
	did := func(act account.ActID, err error) {
		b.Helper()
		if err != nil || act == 0 {
			b.Fatalf("act %d: %v", act, err)
		}
		acts = append(acts, act)
	}
	by := func(action string) account.Entry {
		return account.Entry{At: start, Actor: "ada", Action: action, Target: "something", Detail: "else"}
	}
	did(b.Comments().Arrange(ctx, c, comment.Pin, by("pin")))
	did(b.Comments().Arrange(ctx, c, comment.Lock, by("lock")))
	did(b.Notes().AddNote(ctx, id, desk.Note{At: start, Author: "ada", Body: "Look."}, 9, by("note")))
	did(b.Notes().Assign(ctx, id, ada, by("assign")))
	did(b.Rules().Change(ctx, poker, by("rule change")))
	did(b.Rules().Remove(ctx, casino.ID, by("rule remove")))
	did(b.Rules().SetClosing(ctx, rule.Closing{Post: "hello", Closed: true, By: "ada", At: start}, by("close comments")))
	did(b.Rules().SetAttack(ctx, rule.Attack{Since: start, By: "ada"}, by("attack on")))
	for _, cost := range []float64{2, 3} {
		_, act, err := b.Insight().Choose(ctx, func(c insight.Choice) (insight.Choice, account.Entry, error) {
			c.Cost = cost
			return c, by("filter set"), nil
		})
		did(act, err)
	}
	undo := func(act account.ActID) (comment.Undone, error) {
		return b.Comments().UndoAct(ctx, act, comment.Undoing{
			By: "bo", At: start,
			May:   func(comment.Act) error { return nil },
			Entry: func(comment.Undone) account.Entry { return entry },
		})
	}
	lines := b.count("audit")
	if u, err := undo(acts[len(acts)-2]); !errors.Is(err, comment.ErrChanged) || len(u.Since) != 1 || u.Since[0].Action != "filter set" || b.count("audit") != lines {
		b.Errorf("what was set anew since: %+v, %v", u, err)
	}
	for _, act := range slices.Backward(acts) {
		if _, err := undo(act); err != nil {
			b.Errorf("act %d: %v", act, err)
		}
	}
	if got := b.count("audit") - lines; got != len(acts) {
		b.Errorf("%d undone, and %d lines in the audit log", len(acts), got)
	}
	page := b.book()
	if len(page.Rules) != 1 || page.Rules[0] != casino || len(page.Closings) != 0 || !page.Attack.Since.IsZero() {
		b.Errorf("the book: %+v, want %+v", page, casino)
	}
	if c, err := b.Comments().Get(ctx, id); err != nil || !c.PinnedAt.IsZero() || !c.LockedAt.IsZero() {
		b.Errorf("the comment: %+v, %v", c, err)
	}
	if all, err := b.Notes().Asides(ctx, []comment.ID{id}); err != nil || len(all) != 0 {
		b.Errorf("beside it: %+v, %v", all, err)
	}
	if c, err := b.Insight().Choice(ctx); err != nil || c.Cost != 0 || c.Number != 4 {
		b.Errorf("the filter: %+v, %v", c, err)
	}
}

// putBackNowhere: what an act set is not put back to somebody who is no user any more.
func putBackNowhere(b *bench) {
	ada := b.addUser(user("ada"))
	bo, id := b.addUser(user("bo")), b.add(a(comment.Approved), "")
	give := func(to int64) account.ActID {
		act, err := b.Notes().Assign(b.Context(), id, to, account.Entry{At: start, Actor: "ada", Action: "assign", Target: "comment 1"})
		b.fine(err)
		return act
	}
	give(ada)
	act := give(bo)
	b.fine(b.Accounts().RemoveUser(b.Context(), ada, func(account.User, int) (account.Entry, error) { return entry, nil }))
	if _, err := b.undo(act); !errors.Is(err, comment.ErrChanged) {
		b.Errorf("given back to somebody who is gone: %v, want %v", err, comment.ErrChanged)
	}
}

// TestRuleChangedTwice: of two who change a rule at once, the later one changes what the other made
// of it, and that is what its undo brings back.
func TestRuleChangedTwice(t *testing.T) {
	t.Parallel()
	b := newBench(t, engine{url: newFile})
	id, r := b.add(a(comment.Approved), ""), b.lay(rule.Word, "casino", time.Time{})
	var mu sync.Mutex
	acts := map[string]account.ActID{}
	change := func(to string) func() error {
		return func() (err error) {
			r := r
			r.Value = to
			act, err := b.Rules().Change(t.Context(), r, account.Entry{At: start, Actor: "ada", Action: "rule change", Target: "rule"})
			mu.Lock()
			defer mu.Unlock()
			acts[to] = act
			return err
		}
	}
	b.fine(errors.Join(behind(b, id, comment.Change{}, change("poker"), change("roulette"))...))
	later := b.book().Rules[0].Value
	for ; later != "casino"; later = b.book().Rules[0].Value {
		if _, err := b.undo(acts[later]); err != nil || len(b.book().Rules) != 1 {
			t.Fatalf("%s undone: %v, left %v", later, err, b.book().Rules)
		}
	}
}
