package comment_test

import (
	"context"
	"errors"
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
	s, err := comment.New(comment.Options{
		Store: db, Judge: j, Policy: p, Now: func() time.Time { return noon }, Log: slog.New(slog.DiscardHandler),
		Threads: threads{"hello": comment.ThreadOpen, "other": comment.ThreadOpen, "closed": comment.ThreadClosed},
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
		if _, err := s.Decide(t.Context(), ada, id, a); err != nil {
			t.Fatalf("decide: %v", err)
		}
	}
}

func TestSubmitKeepsWhatWasSaid(t *testing.T) {
	t.Parallel()
	s, db := open(t, says(spam.Ham), "")
	r := mustSubmit(t, s, comment.Submission{
		Post: "hello", Author: "  Zoë\t Ørsted ", Email: "zoe@example.org", URL: "example.org/zoë",
		Body: "\r\nשלום\r\nworld\x00\n",
	})
	got, err := db.Get(t.Context(), r.ID)
	if err != nil {
		t.Fatal(err)
	}
	if want := "Zoë Ørsted"; got.Author != want {
		t.Errorf("author: got %q, want %q", got.Author, want)
	}
	if want := "https://example.org/zo%C3%AB"; got.URL != want {
		t.Errorf("url: got %q, want %q", got.URL, want)
	}
	if want := "שלום\nworld"; got.Body != want {
		t.Errorf("body: got %q, want %q", got.Body, want)
	}
	if !got.CreatedAt.Equal(noon) {
		t.Errorf("created: got %v, want %v", got.CreatedAt, noon)
	}
}

func TestSubmitRefuses(t *testing.T) {
	t.Parallel()
	s, _ := open(t, says(spam.Ham), "")
	elsewhere := mustSubmit(t, s, comment.Submission{Post: "other", Author: "Bob", Body: "Elsewhere."})
	held, _ := open(t, says(spam.Unsure), "")
	mustSubmit(t, held, hello())

	for _, tc := range []struct {
		name   string
		change func(*comment.Submission)
		fields string
	}{
		{"no name", func(s *comment.Submission) { s.Author = " \t" }, "author"},
		{"an invisible name", func(s *comment.Submission) { s.Author = "\u200b\u2060" }, "author"},
		{"a name of fillers", func(s *comment.Submission) { s.Author = "\u115f \u1160\uffa0\u3164\u17b4\u17b5\u034f\u2800" }, "author"},
		{"a name of selectors", func(s *comment.Submission) { s.Author = "\ufe0f\u180b\U000e0100\U000e0041" }, "author"},
		{"a body of fillers", func(s *comment.Submission) { s.Body = "\u115f\n\u1160\uffa0\u17b4\u034f\ufe0f" }, "body"},
		{"a long name", func(s *comment.Submission) { s.Author = strings.Repeat("ä", 101) }, "author"},
		{"an address as name", func(s *comment.Submission) { s.Author = "ada@example.org" }, "author"},
		{"an address as mailto", func(s *comment.Submission) { s.Author = "mailto:ada@example.org" }, "author"},
		{"an address after the name", func(s *comment.Submission) { s.Author = "Ada ada@example.org" }, "author"},
		{"a bracketed address", func(s *comment.Submission) { s.Author = "Ada <ada@example.org>" }, "author"},
		{"an address in round brackets", func(s *comment.Submission) { s.Author = "(ada@example.org)," }, "author"},
		{"an address in quotes", func(s *comment.Submission) { s.Author = "“ada@example.org”!" }, "author"},
		{"a broken address", func(s *comment.Submission) { s.Author = "ada\u200b＠example.org" }, "author"},
		{"the address within the name", func(s *comment.Submission) { s.Author, s.Email = "I@ADA@example.org", "ada@example.org" }, "author"},
		{"the address in the site", func(s *comment.Submission) {
			s.URL, s.Email = "https://example.org/?e=Ada@Example.org", "ada@example.org"
		}, "url"},
		{"the address encoded in the site", func(s *comment.Submission) {
			s.URL, s.Email = "https://example.org/%61da%2Bblog%40example.org", "ada+blog@example.org"
		}, "url"},
		{"the address in the text", func(s *comment.Submission) { s.Body, s.Email = "Write to <ADA@example.org>.", "ada@example.org" }, "body"},
		{"the address in the text as Markdown", func(s *comment.Submission) {
			s.Body, s.Email = `Write to ada\_l&#64;example.org.`, "ada_l@example.org"
		}, "body"},
		{"the address everywhere", func(s *comment.Submission) {
			*s = comment.Submission{Post: "hello", Author: "a@b.example", Email: "a@b.example", URL: "b.example/a@b.example", Body: "a@b.example"}
		}, "author body url"},
		{"no body", func(s *comment.Submission) { s.Body = "\n\n" }, "body"},
		{"a long body", func(s *comment.Submission) { s.Body = strings.Repeat("ж", 10_001) }, "body"},
		{"half an address", func(s *comment.Submission) { s.Email = "ada@" }, "email"},
		{"a named address", func(s *comment.Submission) { s.Email = "Ada <ada@example.org>" }, "email"},
		{"a script as site", func(s *comment.Submission) { s.URL = "javascript:alert(1)" }, "url"},
		{"another scheme", func(s *comment.Submission) { s.URL = "ftp://example.org" }, "url"},
		{"a password in the site", func(s *comment.Submission) { s.URL = "https://a:b@example.org" }, "url"},
		{"a word as site", func(s *comment.Submission) { s.URL = "none" }, "url"},
		{"a parent that is no number", func(s *comment.Submission) { s.Parent = "1 or 1=1" }, "parent"},
		{"a parent that is not there", func(s *comment.Submission) { s.Parent = "999" }, "parent"},
		{"a parent on another post", func(s *comment.Submission) { s.Parent = "1" }, "parent"},
		{"everything at once", func(s *comment.Submission) {
			*s = comment.Submission{Post: "hello", Email: "x", URL: "y", Parent: "z"}
		}, "author body email parent url"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			sub := hello()
			tc.change(&sub)
			_, err := s.Submit(t.Context(), sub)
			var invalid *comment.InvalidError
			if !errors.As(err, &invalid) {
				t.Fatalf("got %v, want an InvalidError", err)
			}
			for f := range strings.FieldsSeq(tc.fields) {
				if invalid.Fields[f] == "" {
					t.Errorf("field %s: no message", f)
				}
			}
			if got, want := len(invalid.Fields), len(strings.Fields(tc.fields)); got != want {
				t.Errorf("got %d messages %v, want %d", got, invalid.Fields, want)
			}
		})
	}
	if elsewhere.ID != 1 {
		t.Errorf("the comment on the other post has id %d, want 1", elsewhere.ID)
	}
	sub := hello()
	sub.Parent = "1"
	if _, err := held.Submit(t.Context(), sub); err == nil {
		t.Error("a reply to a held comment was taken")
	}
}

func TestSubmitAtTheLimits(t *testing.T) {
	t.Parallel()
	s, _ := open(t, says(spam.Ham), "")
	mustSubmit(t, s, comment.Submission{
		Post: "hello", Author: strings.Repeat("ä", comment.MaxAuthor), Body: strings.Repeat("ж", comment.MaxBody),
	})
}

// TestSubmitTakesSignsThatAreNoAddress has names and texts with an @ that keep no
// address from anybody.
func TestSubmitTakesSignsThatAreNoAddress(t *testing.T) {
	t.Parallel()
	s, _ := open(t, says(spam.Ham), "")
	for _, sub := range []comment.Submission{
		{Author: "@ada", Body: "Hello."},
		{Author: "Ada @ Home", Body: "Hello."},
		{Author: "ada (at) example.org", Email: "ada@example.org", Body: "Hello."},
		{Author: "@ada@social.example", Email: "ada@example.org", URL: "https://social.example/@ada", Body: "Hello."},
		{Author: "Ada", Body: "The shop's address is shop@example.org."},
		{Author: "Ada", Email: "ada@example.org", Body: "The shop's address is shop@example.org. 100% &c. \\o/"},
	} {
		sub.Post = "hello"
		mustSubmit(t, s, sub)
	}
}

func TestSubmitNeedsAnOpenThread(t *testing.T) {
	t.Parallel()
	s, _ := open(t, says(spam.Ham), "")
	for post, want := range map[string]error{"closed": comment.ErrClosed, "nowhere": comment.ErrNoThread} {
		sub := hello()
		sub.Post = post
		if _, err := s.Submit(t.Context(), sub); !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", post, err, want)
		}
	}
}

func TestSubmitHoldsWhatCannotBeJudged(t *testing.T) {
	t.Parallel()
	for name, broken := range map[string]judge{
		"an error": func(spam.Message) (spam.Verdict, error) { return spam.Verdict{}, errors.New("no model") },
		"a panic":  func(spam.Message) (spam.Verdict, error) { panic("index out of range") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, db := open(t, broken, "")
			r := mustSubmit(t, s, hello())
			c, err := db.Get(t.Context(), r.ID)
			if err != nil {
				t.Fatal(err)
			}
			if c.Status != comment.Pending || c.Hold != comment.HoldUnjudged {
				t.Errorf("got %s (%s), want pending (unjudged)", c.Status, c.Hold)
			}
		})
	}
}

func TestFirstTimeAuthorsAreKnownAfterApproval(t *testing.T) {
	t.Parallel()
	s, _ := open(t, says(spam.Ham), comment.HoldFirst)
	sub := hello()
	sub.Email = "ada@example.org"
	first := mustSubmit(t, s, sub)
	if first.Status != comment.Pending {
		t.Fatalf("first comment: got %s, want pending", first.Status)
	}
	if again := mustSubmit(t, s, sub); again.Status != comment.Pending {
		t.Fatalf("before approval: got %s, want pending", again.Status)
	}
	mustDecide(t, s, first.ID, comment.Approve)
	sub.Email = " ADA@example.org"
	if known := mustSubmit(t, s, sub); known.Status != comment.Approved {
		t.Errorf("after approval: got %s, want approved", known.Status)
	}
	sub.Author = " aDA "
	if known := mustSubmit(t, s, sub); known.Status != comment.Approved {
		t.Errorf("after approval, in other case: got %s, want approved", known.Status)
	}
	sub.Author = "Eve"
	if other := mustSubmit(t, s, sub); other.Status != comment.Pending {
		t.Errorf("another name with the address: got %s, want pending", other.Status)
	}
	sub.Author = "Ada"
	sub.Email = ""
	if nameOnly := mustSubmit(t, s, sub); nameOnly.Status != comment.Pending {
		t.Errorf("with the name alone: got %s, want pending", nameOnly.Status)
	}
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
	thread, err := s.Thread(t.Context(), "hello")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := comment.CountThread(thread), len(ids); got != want {
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
	if thread, err = s.Thread(t.Context(), "hello"); err != nil {
		t.Fatal(err)
	}
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
	level, err := s.Thread(t.Context(), "hello")
	if err != nil {
		t.Fatal(err)
	}
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
		before, err := s.ThreadRevision(t.Context(), "hello")
		if err != nil {
			t.Fatal(err)
		}
		r := mustSubmit(t, s, hello())
		if thread, err := s.Thread(t.Context(), "hello"); err != nil || len(thread) != 0 {
			t.Errorf("%s: got %v, %v, want an empty thread", class, thread, err)
		}
		mustDecide(t, s, r.ID, comment.Approve)
		if thread, err := s.Thread(t.Context(), "hello"); err != nil || len(thread) != 1 {
			t.Errorf("%s, approved: got %v, %v, want one comment", class, thread, err)
		}
		after, err := s.ThreadRevision(t.Context(), "hello")
		if err != nil {
			t.Fatal(err)
		}
		if after <= before {
			t.Errorf("%s: thread revision went from %d to %d, want it to rise", class, before, after)
		}
	}
}
