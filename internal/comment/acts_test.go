package comment_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"hamlet/internal/comment"
	"hamlet/internal/spam"
	"hamlet/internal/store"
)

// taught is a blog with its own filter, in a database of one test.
type taught struct {
	*comment.Service
	db      comment.Store
	learner *comment.Learner
	at      time.Time
	all     []comment.ID
}

func newTaught(t *testing.T) *taught {
	t.Helper()
	b := &taught{at: noon}
	db, err := store.Open(t.Context(), store.Options{
		URL: ":memory:", Key: []byte(strings.Repeat("k", 32)), Log: slog.New(slog.DiscardHandler), Now: b.now,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	b.db = db.Comments()
	b.learner = comment.NewLearner(spam.NewFilter(spam.Default()), b.db, nil)
	b.Service, err = comment.New(comment.Options{
		Store: b.db, Judge: b.learner, Policy: comment.HoldAll, Now: b.now, Log: slog.New(slog.DiscardHandler),
		Threads: threads{"hello": comment.ThreadOpen, "other": comment.ThreadOpen},
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range lessons {
		b.at = b.at.Add(time.Minute)
		r, err := b.Submit(t.Context(), comment.Submission{
			Post: []string{"hello", "other"}[i%2], Author: m.Author, URL: m.AuthorURL, Body: m.Body,
		})
		if err != nil {
			t.Fatal(err)
		}
		b.all = append(b.all, r.ID)
	}
	return b
}

func (b *taught) now() time.Time { return b.at }

// seen is everything that an act must leave no trace of when it is undone.
type seen struct {
	Comments []comment.Comment
	Verdicts []spam.Verdict
	Restart  []spam.Verdict // of a filter that begins to learn now
	Labels   []comment.Label
	Edits    [][]comment.Edit
}

func (b *taught) look(t fataler) seen {
	ctx := context.Background()
	var s seen
	for _, id := range b.all {
		c, err := b.db.Get(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		c.Revision = 0 // goes on
		if c.Verdict.Receipt, err = b.db.Receipt(ctx, id); err != nil {
			t.Fatal(err)
		}
		s.Comments = append(s.Comments, c)
		edits, err := b.db.Edits(ctx, []comment.ID{id})
		if err != nil {
			t.Fatal(err)
		}
		s.Edits = append(s.Edits, edits[id])
	}
	labels, err := b.db.Labels(ctx, 0)
	if err != nil {
		t.Fatal(err)
	}
	s.Labels = labels
	s.Verdicts = b.verdicts(t, b.learner)
	s.Restart = b.verdicts(t, comment.NewLearner(spam.NewFilter(spam.Default()), b.db, nil))
	return s
}

type fataler interface {
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// verdicts judges messages that have something in common with those there are, by all that
// is remembered.
func (b *taught) verdicts(t fataler, l *comment.Learner) []spam.Verdict {
	var out []spam.Verdict
	for i, m := range append(slices.Clip(lessons), spam.Message{Author: "New", Body: "Second recipe, cheap pills and bees: https://pills.example.com"}) {
		c := comment.Comment{Post: "hello", Author: m.Author, URL: m.AuthorURL, Body: m.Body + fmt.Sprint(i), CreatedAt: b.at}
		memory, err := b.db.Memory(context.Background(), c)
		if err != nil {
			t.Fatal(err)
		}
		m.Body, m.Memory = c.Body, memory
		v, err := l.Judge(context.Background(), m)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
	return out
}

// do does one thing to a comment, as a moderator; 0 if it cannot be done.
func (b *taught) do(t fataler, what comment.Action, id comment.ID) comment.ActID {
	ctx := context.Background()
	var acted comment.Acted
	c, err := b.db.Get(ctx, id)
	if err == nil {
		switch what {
		case comment.Correct:
			acted, err = b.Correct(ctx, ada, id, c.Body+" (cut)", c.Revision)
		case comment.ReplyTo:
			acted, err = b.ReplyTo(ctx, ada, id, comment.Reply{Body: "Thank you all.", Role: comment.Moderator, Revision: c.Revision})
		default:
			acted, err = b.Act(ctx, ada, id, comment.Decision{Action: what, Revision: &c.Revision})
		}
	}
	if err != nil && !errors.Is(err, comment.ErrConflict) && !errors.Is(err, comment.ErrNotFound) {
		t.Fatal(err)
	}
	return acted.Act
}

var anything = append([]comment.Action{comment.Correct, comment.ReplyTo}, comment.Actions...)

// TestUndoLeavesNoTrace does one thing after another, undoes the last ones, and compares
// everything there is with what was before, verdicts to the last digit.
func TestUndoLeavesNoTrace(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		b := newTaught(t)
		draw := func(what string) comment.ActID {
			return b.do(r, rapid.SampledFrom(anything).Draw(r, what), rapid.SampledFrom(b.all).Draw(r, "comment"))
		}
		kept := b.all
		for range rapid.IntRange(0, 5).Draw(r, "before") {
			draw("first")
		}
		b.all = nil
		for _, id := range kept {
			if _, err := b.db.Get(t.Context(), id); err == nil {
				b.all = append(b.all, id)
			}
		}
		if len(b.all) == 0 {
			return
		}
		then := b.at
		was := b.look(r)
		var acts []comment.ActID
		for range rapid.IntRange(1, 4).Draw(r, "acts") {
			b.at = b.at.Add(time.Minute)
			if act := draw("then"); act != 0 {
				acts = append(acts, act)
			}
			if rapid.Bool().Draw(r, "judge in between") {
				b.verdicts(r, b.learner)
			}
		}
		for _, act := range slices.Backward(acts) {
			if _, err := b.Undo(t.Context(), ada, act); err != nil {
				r.Fatalf("undo %d: %v", act, err)
			}
		}
		b.at = then
		if diff := cmp.Diff(was, b.look(r)); diff != "" {
			r.Fatalf("-before +after\n%s", diff)
		}
	})
}
