package comment_test

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

func itoa(id comment.ID) string { return strconv.FormatInt(int64(id), 10) }

// gone stands for a comment that was deleted, no for what cannot be done.
const (
	gone comment.Status = "gone"
	no   comment.Status = "no"
)

// TestTransitions lists every pair of status and action: how the comment came
// to the status, and where the action leads from there.
func TestTransitions(t *testing.T) {
	t.Parallel()
	type way struct {
		name  string
		first spam.Class // what the filter said
		then  []comment.Action
		want  map[comment.Action]comment.Status
	}
	const (
		approve, markSpam, toTrash = comment.Approve, comment.MarkSpam, comment.ToTrash
		restore, del               = comment.Restore, comment.Delete
	)
	for _, w := range []way{
		{"pending", spam.Unsure, nil, map[comment.Action]comment.Status{
			approve: comment.Approved, markSpam: comment.Spam, toTrash: comment.Trash, restore: no, del: no,
		}},
		{"approved", spam.Ham, nil, map[comment.Action]comment.Status{
			approve: no, markSpam: comment.Spam, toTrash: comment.Trash, restore: no, del: no,
		}},
		{"spam by the filter", spam.Spam, nil, map[comment.Action]comment.Status{
			approve: comment.Approved, markSpam: no, toTrash: comment.Trash, restore: comment.Pending, del: gone,
		}},
		{"spam by hand, was pending", spam.Unsure, []comment.Action{markSpam}, map[comment.Action]comment.Status{
			approve: comment.Approved, markSpam: no, toTrash: comment.Trash, restore: comment.Pending, del: gone,
		}},
		{"spam by hand, was approved", spam.Ham, []comment.Action{markSpam}, map[comment.Action]comment.Status{
			approve: comment.Approved, markSpam: no, toTrash: comment.Trash, restore: comment.Approved, del: gone,
		}},
		{"trash, was pending", spam.Unsure, []comment.Action{toTrash}, map[comment.Action]comment.Status{
			approve: comment.Approved, markSpam: comment.Spam, toTrash: no, restore: comment.Pending, del: gone,
		}},
		{"trash, was approved", spam.Ham, []comment.Action{toTrash}, map[comment.Action]comment.Status{
			approve: comment.Approved, markSpam: comment.Spam, toTrash: no, restore: comment.Approved, del: gone,
		}},
		{"trash, was spam", spam.Spam, []comment.Action{toTrash}, map[comment.Action]comment.Status{
			approve: comment.Approved, markSpam: comment.Spam, toTrash: no, restore: comment.Spam, del: gone,
		}},
		{"spam, was trash", spam.Ham, []comment.Action{toTrash, markSpam}, map[comment.Action]comment.Status{
			approve: comment.Approved, markSpam: no, toTrash: comment.Trash, restore: comment.Pending, del: gone,
		}},
	} {
		if len(w.want) != len(comment.Actions) {
			t.Fatalf("%s: %d actions in the table, want all %d", w.name, len(w.want), len(comment.Actions))
		}
		for a, want := range w.want {
			t.Run(w.name+"/"+string(a), func(t *testing.T) {
				t.Parallel()
				s, db := open(t, says(w.first), "")
				id := mustSubmit(t, s, hello()).ID
				mustDecide(t, s, id, w.then...)
				before, err := db.Get(t.Context(), id)
				if err != nil {
					t.Fatal(err)
				}
				_, err = s.Decide(t.Context(), ada, id, comment.Decision{Action: a})
				after, getErr := db.Get(t.Context(), id)
				switch want {
				case no:
					var te *comment.TransitionError
					if !errors.As(err, &te) || !errors.Is(err, comment.ErrConflict) {
						t.Fatalf("got %v, want a TransitionError", err)
					}
					if after.Status != before.Status || after.Revision != before.Revision {
						t.Errorf("a refused action changed %+v to %+v", before, after)
					}
				case gone:
					if err != nil || !errors.Is(getErr, comment.ErrNotFound) {
						t.Errorf("got %v, then %v, want the comment gone", err, getErr)
					}
				default:
					if err != nil || after.Status != want || after.Revision != before.Revision+1 {
						t.Errorf("got %s at revision %d (%v), want %s at %d", after.Status, after.Revision, err, want, before.Revision+1)
					}
				}
				if got := before.Status.Allows(a); got != (want != no) {
					t.Errorf("Allows: got %t, want %t", got, want != no)
				}
			})
		}
	}
}

func TestDecideAsksForPermission(t *testing.T) {
	t.Parallel()
	s, db := open(t, says(spam.Unsure), "")
	id := mustSubmit(t, s, hello()).ID
	for _, who := range []account.Actor{{}, {Name: "eve", Role: "reader"}} {
		if _, err := s.Decide(t.Context(), who, id, comment.Decision{Action: comment.Approve}); !errors.Is(err, account.ErrForbidden) {
			t.Errorf("%+v: got %v, want ErrForbidden", who, err)
		}
		if _, err := s.Queue(t.Context(), who, comment.Pending, 0, 10); !errors.Is(err, account.ErrForbidden) {
			t.Errorf("queue for %+v: got %v, want ErrForbidden", who, err)
		}
		if _, err := s.Counts(t.Context(), who); !errors.Is(err, account.ErrForbidden) {
			t.Errorf("counts for %+v: got %v, want ErrForbidden", who, err)
		}
	}
	if c, err := db.Get(t.Context(), id); err != nil || c.Status != comment.Pending {
		t.Errorf("got %s, %v, want it still pending", c.Status, err)
	}
}

func TestDecideOnNothing(t *testing.T) {
	t.Parallel()
	s, _ := open(t, says(spam.Unsure), "")
	if _, err := s.Decide(t.Context(), ada, 7, comment.Decision{Action: comment.Approve}); !errors.Is(err, comment.ErrNotFound) {
		t.Errorf("got %v, want ErrNotFound", err)
	}
}

// TestLabels says what each chain of decisions teaches.
func TestLabels(t *testing.T) {
	t.Parallel()
	const none, ham, spm = "none", "ham", "spam"
	for _, tc := range []struct {
		name  string
		first spam.Class
		do    []comment.Action
		want  string
	}{
		{"nothing decided", spam.Ham, nil, none},
		{"approved", spam.Unsure, []comment.Action{comment.Approve}, ham},
		{"marked", spam.Unsure, []comment.Action{comment.MarkSpam}, spm},
		{"not spam after all", spam.Spam, []comment.Action{comment.Approve}, ham},
		{"trash says nothing", spam.Unsure, []comment.Action{comment.ToTrash}, none},
		{"trash keeps what was said", spam.Unsure, []comment.Action{comment.MarkSpam, comment.ToTrash}, spm},
		{"deleting keeps what was said", spam.Unsure, []comment.Action{comment.MarkSpam, comment.Delete}, spm},
		{"restored to pending", spam.Unsure, []comment.Action{comment.MarkSpam, comment.Restore}, none},
		{"restored to approved", spam.Ham, []comment.Action{comment.MarkSpam, comment.Restore}, ham},
		{"restored from trash to approved", spam.Unsure, []comment.Action{comment.Approve, comment.ToTrash, comment.Restore}, ham},
		{"the last word counts", spam.Unsure, []comment.Action{comment.Approve, comment.MarkSpam}, spm},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s, db := open(t, says(tc.first), "")
			id := mustSubmit(t, s, hello()).ID
			mustDecide(t, s, id, tc.do...)
			labels, err := db.Labels(t.Context(), 0)
			if err != nil {
				t.Fatal(err)
			}
			got := none
			for _, l := range labels {
				switch {
				case l.Lesson == nil:
					got = none
				case l.Lesson.Spam:
					got = spm
				default:
					got = ham
				}
			}
			if got != tc.want {
				t.Errorf("got %s from %d labels, want %s", got, len(labels), tc.want)
			}
		})
	}
}

// TestEveryStatusAndActionHasWords fails when one is added without.
func TestEveryStatusAndActionHasWords(t *testing.T) {
	t.Parallel()
	for _, st := range comment.Statuses {
		if st.InWords() == "" {
			t.Errorf("status %s has no words", st)
		}
	}
	for _, a := range comment.Actions {
		if a.Done() == "" {
			t.Errorf("action %s has no words", a)
		}
	}
}

// watched is a store that notes what it is told to change.
type watched struct {
	comment.Store
	change comment.Change
}

func (w *watched) Update(
	ctx context.Context, id comment.ID, decide func(comment.Comment) (comment.Change, error),
) (comment.Acted, error) {
	return w.Store.Update(ctx, id, func(c comment.Comment) (comment.Change, error) {
		ch, err := decide(c)
		w.change = ch
		return ch, err
	})
}

// TestReason: a reason is kept with the way to the trash, on one line and not too
// long, and with nothing else.
func TestReason(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		action comment.Action
		reason string
		want   string // what the record says
	}{
		{"none", comment.ToTrash, " ", "pending → trash"},
		{"some", comment.ToTrash, " Off\r\ntopic,\u202e sorry.\x00 ", "pending → trash: Off topic, sorry."},
		{"with approval", comment.Approve, "Good.", "pending → approved"},
		{"long", comment.ToTrash, strings.Repeat("ä", comment.MaxReason+1), "pending → trash: " + strings.Repeat("ä", comment.MaxReason-1) + "…"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			store := &watched{Store: openDB(t)}
			s := serve(t, store, says(spam.Unsure), "")
			id := mustSubmit(t, s, hello()).ID
			if _, err := s.Decide(t.Context(), ada, id, comment.Decision{Action: tt.action, Reason: tt.reason}); err != nil {
				t.Fatal(err)
			}
			if got := store.change.Entry.Detail; got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
