package store_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// undo takes an act back, whoever asks.
func (b *bench) undo(act comment.ActID) (comment.Undone, error) {
	return b.Comments().UndoAct(b.Context(), act, comment.Undoing{
		By: "ada", At: b.clock.now(), May: func(comment.Act) error { return nil }, MayOn: func(comment.Comment) error { return nil },
		Entry: func(comment.Undone) account.Entry { return entry },
	})
}

// act changes a comment, and returns the act.
func (b *bench) act(id comment.ID, ch comment.Change) comment.ActID {
	b.Helper()
	done, err := b.Comments().Update(b.Context(), id, func(comment.Comment) (comment.Change, error) { return ch, nil })
	if err != nil {
		b.Fatal(err)
	}
	return done.Act
}

func hiddenAtOnce(b *bench) {
	c := a(comment.Trash)
	c.Body = "See https://mill.example.com/flour for the price of flour in the village by the river."
	id := b.give(c, comment.Given{Email: "ada@example.org", FormKey: comment.FormKey("form")}).ID
	who := b.get(id).Person
	act := b.act(id, comment.Change{Delete: true, Entry: entry})
	ctx, cs := b.Context(), b.Comments()
	if _, err := cs.Get(ctx, id); !errors.Is(err, comment.ErrNotFound) {
		b.Errorf("get: %v", err)
	}
	if _, err := cs.Mine(ctx, id); !errors.Is(err, comment.ErrNotFound) {
		b.Errorf("private link: %v", err)
	}
	_, err := cs.Update(ctx, id, func(comment.Comment) (comment.Change, error) { return comment.Change{Status: comment.Approved}, nil })
	if !errors.Is(err, comment.ErrNotFound) {
		b.Errorf("update: %v", err)
	}
	if list, err := cs.List(ctx, comment.Scope{All: true}, comment.Trash, 0, 10); err != nil || len(list) != 0 {
		b.Errorf("list: %v, %v", list, err)
	}
	if counts, err := cs.Counts(ctx, comment.Scope{All: true}); err != nil || counts[comment.Trash] != 0 {
		b.Errorf("counts: %v, %v", counts, err)
	}
	if n, err := cs.CountBy(ctx, who); err != nil || n != 0 {
		b.Errorf("comments of a person: %d, %v", n, err)
	}
	if n := b.count("traces"); n != 0 {
		b.Errorf("%d traces", n)
	}
	reply := a(comment.Pending)
	reply.Parent = id
	if _, err := cs.Add(ctx, reply, comment.Given{}); !errors.Is(err, comment.ErrNotFound) {
		b.Errorf("reply: %v", err)
	}
	b.give(a(comment.Pending), comment.Given{FormKey: comment.FormKey("form")}) // the same form is a new comment
	if _, err := b.undo(act); err != nil || b.get(id).Status != comment.Trash || b.count("traces") == 0 {
		b.Errorf("undo: %v, %+v", err, b.get(id))
	}
}

func hiddenGoes(b *bench) {
	id := b.add(a(comment.Trash), "")
	act := b.act(id, comment.Change{Delete: true, Entry: entry})
	for _, tt := range []struct {
		after time.Duration
		want  int
	}{{comment.HiddenFor - time.Second, 1}, {time.Second, 0}} {
		b.clock.pass(tt.after)
		if err := b.Comments().Purge(b.Context()); err != nil {
			b.Fatal(err)
		}
		if n := b.count("comments"); n != tt.want {
			b.Errorf("after %s: %d rows, want %d", tt.after, n, tt.want)
		}
	}
	if _, err := b.undo(act); !errors.Is(err, comment.ErrChanged) {
		b.Errorf("undo of what is gone: %v", err)
	}
}

func undoneInTurn(b *bench) {
	id := b.add(a(comment.Pending), "")
	lesson := spam.NewLesson(spam.Message{Body: "words"}, true, "ada")
	first := b.act(id, comment.Change{Status: comment.Spam, Prior: comment.Pending, Relabel: true, Lesson: &lesson, Entry: entry})
	second := b.act(id, comment.Change{Status: comment.Approved, Relabel: true, Lesson: &spam.Lesson{}, Entry: entry})
	if _, err := b.undo(first); !errors.Is(err, comment.ErrChanged) {
		b.Errorf("the first before the second: %v", err)
	}
	for _, tt := range []struct {
		act    comment.ActID
		want   comment.Status
		labels int
	}{{second, comment.Spam, 1}, {first, comment.Pending, 0}} {
		u, err := b.undo(tt.act)
		if c := b.get(id); err != nil || c.Status != tt.want || len(b.labels(0)) != tt.labels || len(u.Back) != 1 {
			b.Errorf("undo %d: %v, %s, %d labels", tt.act, err, c.Status, len(b.labels(0)))
		}
	}
	if c := b.get(id); c.Revision != 4 || c.Prior != "" {
		b.Errorf("%+v", c)
	}
	b.update(id, comment.Change{Status: comment.Spam, Relabel: true, Lesson: &lesson, Entry: entry})
	if got := b.labels(0); len(got) != 1 || got[0].Seq != 3 {
		b.Errorf("a number was given twice: %+v", got)
	}
	if n, err := b.Comments().Removals(b.Context()); err != nil || n != 2 {
		b.Errorf("removals: %d, %v", n, err)
	}
	// The second label went first, then the first.
	for before, want := range []int64{1, 1, 0} {
		if got, err := b.Comments().RemovedFrom(b.Context(), int64(before)); err != nil || got != want {
			b.Errorf("since %d removals, labels went from %d on, %v, want %d", before, got, err, want)
		}
	}
	if got, err := b.Comments().Labelled(b.Context(), []comment.ID{id, -1, 99}); err != nil || len(got) != 1 || got[0].ID != id || got[0].Body != b.get(id).Body {
		b.Errorf("what the label is about: %+v, %v", got, err)
	}
	for range 70 { // more than is remembered of
		act := b.act(id, comment.Change{Status: comment.Spam, Relabel: true, Lesson: &lesson, Entry: entry})
		if _, err := b.undo(act); err != nil {
			b.Fatal(err)
		}
	}
	for before, want := range map[int64]int64{2: 0, 7: 0, 8: 10, 71: 73} {
		if got, err := b.Comments().RemovedFrom(b.Context(), before); err != nil || got != want {
			b.Errorf("since %d removals, labels went from %d on, %v, want %d", before, got, err, want)
		}
	}
}

func deedsRead(b *bench) {
	id := b.add(a(comment.Pending), "")
	b.act(id, comment.Change{Status: comment.Spam, Entry: account.Entry{At: start, Actor: "grace", Action: "spam", Target: "comment 1", Detail: "x"}})
	b.act(id, comment.Change{Status: comment.Approved, Entry: account.Entry{At: start, Actor: "ada", Action: "approve", Target: "comment 1", Detail: "y"}})
	b.act(b.add(a(comment.Pending), ""), comment.Change{Status: comment.Trash, Entry: account.Entry{At: start, Actor: "bo", Target: "comment 2"}})
	deeds, err := b.Comments().Deeds(b.Context(), id, 10)
	if err != nil || len(deeds) != 2 || deeds[0].Actor != "ada" || deeds[1].Actor != "grace" {
		b.Errorf("%+v, %v", deeds, err)
	}
	acts, err := b.Comments().Acts(b.Context(), "", 0, 10)
	var who []string
	for _, a := range acts {
		who = append(who, a.Actor)
	}
	if err != nil || !slices.Equal(who, []string{"bo", "ada", "grace"}) || acts[1].Comment != id || acts[1].Post != "hello" {
		b.Errorf("%+v, %v", acts, err)
	}
	b.clock.pass(comment.UndoFor)
	if err := b.Comments().ForgetActs(b.Context()); err != nil || b.count("acts") != 0 || b.count("act_changes") != 0 {
		b.Errorf("%v, %d acts are left", err, b.count("acts"))
	}
}

// BenchmarkDecide is one decision and its undo, each kept on the disk.
func BenchmarkDecide(b *testing.B) {
	w := newBench(b, engines[1])
	id := w.add(a(comment.Pending), "")
	lesson := spam.NewLesson(spam.Message{Body: "A fine post about bees."}, false, "ada")
	for b.Loop() {
		act := w.act(id, comment.Change{Status: comment.Approved, Relabel: true, Lesson: &lesson, Entry: entry})
		if _, err := w.undo(act); err != nil {
			b.Fatal(err)
		}
	}
}
