package comment_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
	"hamlet/internal/store"
)

// judge is a filter that says what the test wants.
type judge func(spam.Message) (spam.Verdict, error)

func (j judge) Judge(_ context.Context, m spam.Message) (spam.Verdict, error) { return j(m) }

// says is a judge that always gives the same class.
func says(c spam.Class) judge {
	return func(spam.Message) (spam.Verdict, error) {
		return spam.Verdict{Probability: 0.5, Class: c, Model: "test"}, nil
	}
}

// threads is a blog with the posts of a test.
type threads map[string]comment.ThreadState

func (t threads) Thread(post string) comment.ThreadState { return t[post] }

var (
	noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	ada  = account.Actor{Name: "ada", Role: account.Moderator}
)

// openDB makes an empty database in memory.
func openDB(t *testing.T) comment.Store {
	t.Helper()
	db, err := store.Open(t.Context(), store.Options{
		URL: ":memory:", Key: []byte(strings.Repeat("k", 32)),
		Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return noon },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db.Comments()
}

// serve makes a service over a database, with the posts "hello" and "other"
// open and "closed" closed.
func serve(t *testing.T, db comment.Store, j comment.Judge, p comment.Policy) *comment.Service {
	t.Helper()
	return serveTelling(t, db, j, p, nil)
}

// serveTelling makes a service that tells which threads change.
func serveTelling(
	t *testing.T, db comment.Store, j comment.Judge, p comment.Policy, changed func(post string),
) *comment.Service {
	t.Helper()
	s, err := comment.New(comment.Options{
		Store: db, Judge: j, Policy: p, Changed: changed, Now: func() time.Time { return noon }, Log: slog.New(slog.DiscardHandler),
		Threads: threads{"hello": comment.ThreadOpen, "other": comment.ThreadOpen, "closed": comment.ThreadClosed},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// serveThreads makes a service with posts of the test's.
func serveThreads(t *testing.T, db comment.Store, j comment.Judge, posts threads) *comment.Service {
	t.Helper()
	s, err := comment.New(comment.Options{
		Store: db, Judge: j, Threads: posts, Now: func() time.Time { return noon }, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// open makes a service over an empty database.
func open(t *testing.T, j comment.Judge, p comment.Policy) (*comment.Service, comment.Store) {
	t.Helper()
	db := openDB(t)
	return serve(t, db, j, p), db
}

func hello() comment.Submission {
	return comment.Submission{Post: "hello", Author: "Ada", Body: "Thank you for this."}
}

func mustSubmit(t *testing.T, s *comment.Service, sub comment.Submission) comment.Receipt {
	t.Helper()
	r, err := s.Submit(t.Context(), sub)
	if err != nil {
		t.Fatalf("submit: %v", err)
	}
	return r
}

func mustDecide(t *testing.T, s *comment.Service, id comment.ID, actions ...comment.Action) {
	t.Helper()
	for _, a := range actions {
		if _, err := s.Decide(t.Context(), ada, id, comment.Decision{Action: a}); err != nil {
			t.Fatalf("decide: %v", err)
		}
	}
}

// mustThread reads the first page of the thread of "hello".
func mustThread(t *testing.T, s *comment.Service) []comment.Public {
	t.Helper()
	thread, err := s.Thread(t.Context(), "hello", comment.View{})
	if err != nil {
		t.Fatal(err)
	}
	return thread.Comments
}

// count counts the comments of a thread, replies included.
func count(thread []comment.Public) int {
	n := len(thread)
	for _, p := range thread {
		n += count(p.Replies)
	}
	return n
}

func TestThreadNestsReplies(t *testing.T) {
	t.Parallel()
	s, _ := open(t, says(spam.Ham), "")
	ids := []comment.ID{mustSubmit(t, s, hello()).ID}
	for range comment.MaxDepth + 3 {
		sub := hello()
		sub.Parent = itoa(ids[len(ids)-1])
		ids = append(ids, mustSubmit(t, s, sub).ID)
	}
	thread := mustThread(t, s)
	if got, want := count(thread), len(ids); got != want {
		t.Errorf("got %d comments, want %d", got, want)
	}
	deepest := 0
	for at := thread; len(at) > 0; at = at[0].Replies {
		deepest++
	}
	if want := comment.MaxDepth + 1; deepest != want {
		t.Errorf("got %d levels, want %d", deepest, want)
	}

	mustDecide(t, s, ids[0], comment.ToTrash)
	thread = mustThread(t, s)
	if len(thread) != 1 || thread[0].ID != ids[1] || !thread[0].Orphan {
		t.Errorf("got %+v, want comment %d as an orphan", thread, ids[1])
	}
}

// A reply that stands beside the comment it answers, being too deep, says whom it
// answers; one below its parent need not.
func TestDeepRepliesSayWhomTheyAnswer(t *testing.T) {
	t.Parallel()
	s, _ := open(t, says(spam.Ham), "")
	parent := ""
	for i := range comment.MaxDepth + 3 {
		sub := hello()
		sub.Author, sub.Parent = fmt.Sprintf("Author %d", i), parent
		parent = itoa(mustSubmit(t, s, sub).ID)
	}
	level := mustThread(t, s)
	for depth := range comment.MaxDepth {
		if got := level[0].To; got != "" {
			t.Errorf("depth %d: got To %q, want none", depth, got)
		}
		level = level[0].Replies
	}
	want := []string{"", fmt.Sprintf("Author %d", comment.MaxDepth), fmt.Sprintf("Author %d", comment.MaxDepth+1)}
	for i, p := range level {
		if p.To != want[i] {
			t.Errorf("deepest level, reply %d: got To %q, want %q", i, p.To, want[i])
		}
	}
	if len(level) != len(want) {
		t.Errorf("deepest level: got %d comments, want %d", len(level), len(want))
	}
}

func TestHeldCommentsAreNotInTheThread(t *testing.T) {
	t.Parallel()
	for _, class := range []spam.Class{spam.Unsure, spam.Spam} {
		s, _ := open(t, says(class), "")
		r := mustSubmit(t, s, hello())
		if thread := mustThread(t, s); len(thread) != 0 {
			t.Errorf("%s: got %v, want an empty thread", class, thread)
		}
		mustDecide(t, s, r.ID, comment.Approve)
		if thread := mustThread(t, s); len(thread) != 1 {
			t.Errorf("%s, approved: got %v, want one comment", class, thread)
		}
	}
}

// TestChangedIsTold lets a comment live and writes down what is told of it: the
// post, whenever what readers see of it changes, and when that is to be seen.
func TestChangedIsTold(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		class   spam.Class
		actions []comment.Action
		want    string // a letter a step: c if told, - if not
	}{
		{"published", spam.Ham, nil, "c"},
		{"held", spam.Unsure, nil, "-"},
		{"spam", spam.Spam, nil, "-"},
		{"approved", spam.Unsure, []comment.Action{comment.Approve}, "-c"},
		{"taken away and back", spam.Ham, []comment.Action{comment.ToTrash, comment.Restore, comment.MarkSpam}, "cccc"},
		{"never shown", spam.Unsure, []comment.Action{comment.MarkSpam, comment.Restore, comment.ToTrash, comment.Delete}, "-----"},
		{"refused", spam.Ham, []comment.Action{comment.Approve, comment.Delete}, "c--"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			db, told, got := openDB(t), 0, ""
			shown := -1
			s := serveTelling(t, db, says(tt.class), "", func(post string) {
				told++
				cs, err := db.Outline(t.Context(), post)
				if err != nil || post != "hello" || len(cs) == shown {
					t.Errorf("told of %q: it shows %d comments, as before; %v", post, len(cs), err)
				}
				shown = len(cs)
			})
			note := func() {
				got += map[bool]string{true: "c", false: "-"}[told > 0]
				told = 0
			}
			r := mustSubmit(t, s, hello())
			note()
			for _, a := range tt.actions {
				_, _ = s.Decide(t.Context(), ada, r.ID, comment.Decision{Action: a})
				note()
			}
			if got != tt.want {
				t.Errorf("told %s, want %s", got, tt.want)
			}
		})
	}
}
