package comment_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// A comment is judged by what the site remembers of earlier ones, and not of itself.
func TestJudgedWithMemory(t *testing.T) {
	t.Parallel()
	var seen []spam.Memory
	s, _ := open(t, judge(func(m spam.Message) (spam.Verdict, error) {
		seen = append(seen, m.Memory)
		return spam.Verdict{Class: spam.Unsure, Probability: 0.5}, nil
	}), comment.HoldUnsureOnly)
	sub := hello()
	sub.URL, sub.Body = "https://example.org/", "Thank you for this, it helped me."
	first := mustSubmit(t, s, sub)
	mustSubmit(t, s, sub)
	mustDecide(t, s, first.ID, comment.MarkSpam)
	sub.Post = "other"
	mustSubmit(t, s, sub)
	called := spam.Past{Spam: 1}
	want := []spam.Memory{{}, {Again: 1}, {Site: called, Author: called, Text: called, Elsewhere: 1}}
	for i := range want {
		if diff := cmp.Diff(want[i], seen[i]); diff != "" {
			t.Errorf("comment %d: -want +got\n%s", i, diff)
		}
	}
}

// about knows what posts are about.
type about map[string]comment.About

func (a about) About(post string) comment.About { return a[post] }

// The filter learns from the very message that it judged, title and tags of the post
// included, but for the memory.
func TestLearnsWhatItJudged(t *testing.T) {
	t.Parallel()
	db := openDB(t)
	var judged spam.Message
	s, err := comment.New(comment.Options{
		Store: db, Threads: threads{"hello": comment.ThreadOpen}, Posts: about{"hello": {Title: "Moving roses", Tags: []string{"garden"}}},
		Judge: judge(func(m spam.Message) (spam.Verdict, error) {
			judged = m
			return spam.Verdict{Class: spam.Unsure, Probability: 0.5}, nil
		}),
		Now: func() time.Time { return noon }, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	sub := hello()
	sub.Body = "I moved my roses too; the garden is fuller now."
	r := mustSubmit(t, s, sub)
	if judged.Title != "Moving roses" || len(judged.Tags) != 1 || judged.Tags[0] != "garden" {
		t.Errorf("judged with title %q and tags %q", judged.Title, judged.Tags)
	}
	mustDecide(t, s, r.ID, comment.MarkSpam)
	labels, err := db.Labels(t.Context(), 0)
	if err != nil || len(labels) != 1 {
		t.Fatalf("%d labels, %v", len(labels), err)
	}
	if diff := cmp.Diff(spam.Extract(judged), labels[0].Lesson.Vector); diff != "" {
		t.Errorf("-judged +learned\n%s", diff)
	}
	of, err := s.Labelled(t.Context(), ada)
	if err != nil || len(of) != 1 {
		t.Fatalf("%d labelled, %v", len(of), err)
	}
	if diff := cmp.Diff(judged, of[0].Message()); diff != "" {
		t.Errorf("-judged +replayed\n%s", diff)
	}
}

// forgetful cannot tell what it remembers.
type forgetful struct{ comment.Store }

func (forgetful) Memory(context.Context, comment.Comment) (spam.Memory, error) {
	return spam.Memory{}, errors.New("no memory")
}

// Without its memory the filter might publish what a person called spam before.
func TestHeldWithoutMemory(t *testing.T) {
	t.Parallel()
	db := openDB(t)
	s := serve(t, forgetful{db}, says(spam.Ham), comment.HoldUnsureOnly)
	r := mustSubmit(t, s, hello())
	c, err := db.Get(t.Context(), r.ID)
	if err != nil || c.Status != comment.Pending || c.Hold != comment.HoldUnjudged {
		t.Errorf("it is %s, held for %q, %v", c.Status, c.Hold, err)
	}
}

// brittle knows posts, and panics.
type brittle struct{ comment.Posts }

func (brittle) About(string) comment.About { panic("out of order") }

// TestPanicWhileExplaining: a comment that cannot be explained is no end of the whole program.
func TestPanicWhileExplaining(t *testing.T) {
	t.Parallel()
	s, err := comment.New(comment.Options{
		Store: openDB(t), Threads: threads{"hello": comment.ThreadOpen}, Posts: brittle{}, Judge: says(spam.Ham),
		Now: func() time.Time { return noon }, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Explain(t.Context(), ada, []comment.Comment{{ID: 1, Post: "hello"}}, comment.InShort); err == nil {
		t.Error("there is no error")
	}
}
