package comment_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// form is a submission of a form with an id.
func form() comment.Submission {
	sub := hello()
	sub.FormID, sub.Email = "a form that nobody else knows", "ada@example.org"
	return sub
}

// counting is a judge that counts how often it is asked.
func counting(asked *atomic.Int32) judge {
	return func(spam.Message) (spam.Verdict, error) {
		asked.Add(1)
		return spam.Verdict{Probability: 0.5, Class: spam.Unsure, Model: "test"}, nil
	}
}

// everything is the scope of who moderates the whole blog.
var everything = comment.Scope{All: true}

func TestTheSameFormIsOneComment(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	s, db := open(t, counting(&asked), "")
	first := mustSubmit(t, s, form())
	if first.Again || first.Hold != comment.HoldUnsure {
		t.Errorf("first: got %+v", first)
	}
	want := first
	want.Again = true
	same := form()
	same.Author, same.Body = "  Ada ", "Thank you for this.\r\n" // as another browser sends it
	if again := mustSubmit(t, s, same); again != want || asked.Load() != 1 {
		t.Errorf("again: got %+v, judged %d times; want %+v, judged once", again, asked.Load(), want)
	}
	mustDecide(t, s, first.ID, comment.Approve)
	if again := mustSubmit(t, s, form()); again.ID != first.ID || again.Status != comment.Approved || again.Hold != first.Hold {
		t.Errorf("after approval: got %+v", again)
	}
	for name, change := range map[string]func(*comment.Submission){
		"another text":         func(s *comment.Submission) { s.Body = "Thank you for that." },
		"another name":         func(s *comment.Submission) { s.Author = "Bo" },
		"another site":         func(s *comment.Submission) { s.URL = "https://example.org" },
		"another address":      func(s *comment.Submission) { s.Email = "bo@example.org" },
		"another post":         func(s *comment.Submission) { s.Post = "other" },
		"a reply":              func(s *comment.Submission) { s.Parent = itoa(first.ID) },
		"another form":         func(s *comment.Submission) { s.FormID = "another form" },
		"another channel":      func(s *comment.Submission) { s.Channel = comment.API },
		"fields cut elsewhere": func(s *comment.Submission) { s.FormID, s.Author = s.FormID+"A", "da" },
		"no form":              func(s *comment.Submission) { s.FormID = "" },
	} {
		sub := form()
		change(&sub)
		if r := mustSubmit(t, s, sub); r.Again || r.ID == first.ID {
			t.Errorf("%s: got %+v, want a comment of its own", name, r)
		}
	}
	if counts, err := db.Counts(t.Context(), everything); err != nil || counts[comment.Approved]+counts[comment.Pending] != 11 {
		t.Errorf("comments are %v, %v", counts, err)
	}
}

// TestTheSameFormLater sends a form again whose thread is closed and whose parent is
// gone meanwhile: it was kept, and that is what its sender wants to know.
func TestTheSameFormLater(t *testing.T) {
	t.Parallel()
	db := openDB(t)
	posts := threads{"hello": comment.ThreadOpen}
	s := serveThreads(t, db, says(spam.Unsure), posts)
	parent := mustSubmit(t, s, hello()).ID
	mustDecide(t, s, parent, comment.Approve)
	reply := form()
	reply.Parent = itoa(parent)
	first := mustSubmit(t, s, reply)
	mustDecide(t, s, parent, comment.ToTrash)
	posts["hello"] = comment.ThreadClosed
	if again := mustSubmit(t, s, reply); !again.Again || again.ID != first.ID {
		t.Errorf("got %+v, want %+v again", again, first)
	}
	wrong := form()
	wrong.Author = ""
	for range 2 { // what was refused is not known again
		if _, err := s.Submit(t.Context(), wrong); !errors.Is(err, comment.ErrClosed) {
			t.Errorf("got %v", err)
		}
	}
}

// TestTheSameFormAtOnce double-clicks hard: all get the same receipt, and it is judged
// once. The first goes away while it is judged, as browsers do.
func TestTheSameFormAtOnce(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	ctx, leave := context.WithCancel(t.Context())
	count := counting(&asked)
	s, db := open(t, judge(func(m spam.Message) (spam.Verdict, error) {
		if asked.Load() == 0 {
			leave()
		}
		return count(m)
	}), "")
	if _, err := s.Submit(ctx, form()); !errors.Is(err, context.Canceled) {
		t.Fatalf("the first got %v", err)
	}
	var wg sync.WaitGroup
	var first atomic.Int32
	for range 20 {
		wg.Go(func() {
			r, err := s.Submit(t.Context(), form())
			if err != nil || r.ID != 1 {
				t.Errorf("got %+v, %v", r, err)
			}
			if !r.Again {
				first.Add(1)
			}
		})
	}
	wg.Wait()
	if asked.Load() != 2 || first.Load() != 1 {
		t.Errorf("judged %d times after the first went away, and %d are told to be the first", asked.Load()-1, first.Load())
	}
	if counts, err := db.Counts(t.Context(), everything); err != nil || counts[comment.Pending] != 1 {
		t.Errorf("comments are %v, %v", counts, err)
	}
}

// TestWaitingForTheSameForm goes away while another is at it.
func TestWaitingForTheSameForm(t *testing.T) {
	t.Parallel()
	judging, wait := make(chan struct{}), make(chan struct{})
	s, _ := open(t, judge(func(spam.Message) (spam.Verdict, error) {
		close(judging)
		<-wait
		return spam.Verdict{Class: spam.Ham, Model: "test"}, nil
	}), "")
	done := make(chan error)
	go func() {
		_, err := s.Submit(t.Context(), form())
		done <- err
	}()
	<-judging
	gone, leave := context.WithCancel(t.Context())
	leave()
	if _, err := s.Submit(gone, form()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	close(wait)
	if err := <-done; err != nil {
		t.Error(err)
	}
}
