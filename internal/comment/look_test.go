package comment_test

import (
	"errors"
	"slices"
	"testing"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// A comment keeps everything that its verdict is the sum of, as it was when the
// comment came in, whatever is taught afterwards.
func TestLookShowsTheReceipt(t *testing.T) {
	t.Parallel()
	db := openDB(t)
	filter := spam.NewFilter(spam.Default())
	s := serve(t, db, comment.NewLearner(filter, db, nil), comment.HoldUnsureOnly)
	r := mustSubmit(t, s, comment.Submission{Post: "hello", Author: "Ada", Body: "I tried the second recipe at https://example.org/, and it worked."})
	c, err := s.Look(t.Context(), ada, r.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Verdict.Receipt; len(got) < 20 || got.LogOdds() != c.Verdict.LogOdds || got.Probability() != c.Verdict.Probability {
		t.Errorf("the receipt of %d lines sums to %v (%v), the verdict is %v (%v)",
			len(got), got.LogOdds(), got.Probability(), c.Verdict.LogOdds, c.Verdict.Probability)
	}
	if _, err := s.Decide(t.Context(), ada, r.ID, comment.Decision{Action: comment.MarkSpam}); err != nil {
		t.Fatal(err)
	}
	later, err := s.Look(t.Context(), ada, r.ID)
	if err != nil || !slices.Equal(later.Verdict.Receipt, c.Verdict.Receipt) {
		t.Errorf("after it was decided on, the receipt is another: %v", err)
	}
	listed, err := s.Queue(t.Context(), ada, comment.Spam, 0, 9)
	if err != nil || len(listed) != 1 || listed[0].Verdict.Receipt != nil {
		t.Errorf("a list has receipts, or has not the comment: %v, %v", listed, err)
	}
}

func TestLookOfNobody(t *testing.T) {
	t.Parallel()
	s := serve(t, openDB(t), says(spam.Ham), comment.HoldUnsureOnly)
	r := mustSubmit(t, s, comment.Submission{Post: "hello", Author: "Ada", Body: "Thank you!"})
	if _, err := s.Look(t.Context(), account.Actor{Name: "eve"}, r.ID); !errors.Is(err, account.ErrForbidden) {
		t.Errorf("who may not moderate: got %v", err)
	}
	if _, err := s.Look(t.Context(), ada, r.ID+1); !errors.Is(err, comment.ErrNotFound) {
		t.Errorf("no such comment: got %v", err)
	}
	if c, err := s.Look(t.Context(), ada, r.ID); err != nil || c.Verdict.Receipt != nil || c.Verdict.Model != "test" {
		t.Errorf("a judge without receipts: got %+v, %v", c.Verdict, err)
	}
}

// Where links lead that no published comment led to is told, until one did.
func TestNewLinksAreTold(t *testing.T) {
	t.Parallel()
	db := openDB(t)
	s := serve(t, db, comment.NewLearner(spam.NewFilter(spam.Default()), db, nil), comment.HoldAll)
	told := func() bool {
		t.Helper()
		r := mustSubmit(t, s, comment.Submission{Post: "hello", Author: "Ada", Body: "See https://example.org/a and https://example.org/b for more."})
		c, err := s.Look(t.Context(), ada, r.ID)
		if err != nil {
			t.Fatal(err)
		}
		es, err := s.Explain(t.Context(), ada, []comment.Comment{c}, comment.InFull)
		if err != nil || es[0].Now == nil {
			t.Fatal(err)
		}
		e := es[0]
		isNew := func(x spam.Explanation) bool {
			return slices.ContainsFunc(x.Findings, func(f spam.Finding) bool { return f.New && f.Feature == "link.host:example.org" && f.Times == 2 })
		}
		if then, now := isNew(e.Then), isNew(*e.Now); then != now {
			t.Errorf("then %v, now %v", then, now)
		}
		return isNew(e.Then)
	}
	if !told() {
		t.Error("the first link to a site is not told as new")
	}
	mustDecide(t, s, 1, comment.Approve)
	if told() {
		t.Error("a link to where a published one leads is told as new")
	}
}

func TestExplainOfNobody(t *testing.T) {
	t.Parallel()
	s := serve(t, openDB(t), says(spam.Ham), comment.HoldUnsureOnly)
	if _, err := s.Explain(t.Context(), account.Actor{Name: "eve"}, []comment.Comment{{}}, comment.InFull); !errors.Is(err, account.ErrForbidden) {
		t.Errorf("who may not moderate: got %v", err)
	}
}
