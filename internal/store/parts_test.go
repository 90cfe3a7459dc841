package store_test

import (
	"errors"
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
	for i := len(acts) - 1; i >= 0; i-- {
		if _, err := undo(acts[i]); err != nil {
			b.Errorf("act %d: %v", acts[i], err)
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
