package comment_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// What another site was taught, this one judges by, and what was taken back there
// is taken back here.
func TestImportedLabelsTeach(t *testing.T) {
	t.Parallel()
	m := lessons[1]
	there, _ := open(t, says(spam.Unsure), "")
	id := mustSubmit(t, there, comment.Submission{Post: "hello", Author: m.Author, URL: m.AuthorURL, Body: m.Body}).ID
	db := openDB(t)
	learner := comment.NewLearner(spam.NewFilter(spam.Default()), db, nil)
	here := serve(t, db, learner, "")
	score := func() float64 {
		t.Helper()
		v, err := learner.Judge(t.Context(), m)
		if err != nil {
			t.Fatal(err)
		}
		return v.Probability
	}
	take := func() int {
		t.Helper()
		labels, err := there.ExportLabels(t.Context(), ada)
		if err != nil {
			t.Fatal(err)
		}
		added, err := here.ImportLabels(t.Context(), account.Shell, labels)
		if err != nil {
			t.Fatal(err)
		}
		return added
	}
	before := score()
	mustDecide(t, there, id, comment.Approve)
	if added := take(); added != 1 || !(score() < before) {
		t.Errorf("got %d labels, and %v after %v, want less", added, score(), before)
	}
	mustDecide(t, there, id, comment.MarkSpam, comment.Restore, comment.ToTrash, comment.Restore)
	if added := take(); added == 0 || !(score() < before) {
		t.Errorf("approved again: got %d labels, and %v after %v, want less", added, score(), before)
	}
	own := mustSubmit(t, here, hello()).ID
	for i, want := range []int{1, 0} {
		sites, err := here.Imported(t.Context(), account.Shell)
		if err != nil || len(sites) != want {
			t.Fatalf("got labels of %+v, %v, want %d", sites, err, want)
		}
		for _, site := range sites {
			if n, err := here.UndoImport(t.Context(), account.Shell, site.Site); err != nil || n != site.Labels {
				t.Errorf("undone %d, %v, want %d", n, err, site.Labels)
			}
		}
		if i == 0 {
			mustDecide(t, here, own, comment.MarkSpam) // with the numbers of those that were removed
		}
	}
	fresh := comment.NewLearner(spam.NewFilter(spam.Default()), db, nil)
	alone, err := fresh.Judge(t.Context(), m)
	if got := score(); err != nil || got != alone.Probability {
		t.Errorf("undone, and decided here: got %v, want %v as after a restart, %v", got, alone.Probability, err)
	}
	mustDecide(t, here, own, comment.Delete)
	if labelled, err := here.Labelled(t.Context(), account.Shell); err != nil || len(labelled) != 0 {
		t.Errorf("got %+v, %v, want no comment here", labelled, err)
	}
}

func TestImportLabelsRefuses(t *testing.T) {
	t.Parallel()
	s, db := open(t, says(spam.Unsure), "")
	label := func(site string, seq int64, id comment.ID) comment.Label {
		return comment.Label{At: noon, Origin: comment.Origin{Site: site, Seq: seq, Comment: id}}
	}
	for name, labels := range map[string][]comment.Label{
		"no site":                   {label("", 1, 1)},
		"no number":                 {label("there", 0, 1)},
		"no comment":                {label("there", 1, 0)},
		"an imported comment's own": {label("there", 1, -2)},
		"the same twice":            {label("there", 1, 1), label("elsewhere", 1, 1), label("there", 1, 1)},
		"in the wrong order":        {label("there", 2, 1), label("there", 1, 1)},
	} {
		if _, err := s.ImportLabels(t.Context(), account.Shell, labels); err == nil || !strings.Contains(err.Error(), "numbers") {
			t.Errorf("%s: got error %v", name, err)
		}
	}
	good := []comment.Label{label("there", 1, 1)}
	if _, err := s.ImportLabels(t.Context(), ada, good); !errors.Is(err, account.ErrForbidden) {
		t.Errorf("a moderator: got %v, want ErrForbidden", err)
	}
	if _, err := s.UndoImport(t.Context(), ada, "there"); !errors.Is(err, account.ErrForbidden) {
		t.Errorf("a moderator undoes: got %v, want ErrForbidden", err)
	}
	if _, err := s.Imported(t.Context(), ada); !errors.Is(err, account.ErrForbidden) {
		t.Errorf("a moderator asks: got %v, want ErrForbidden", err)
	}
	if _, err := s.ExportLabels(t.Context(), account.Actor{}); !errors.Is(err, account.ErrForbidden) {
		t.Errorf("nobody exports: got %v, want ErrForbidden", err)
	}
	if _, err := s.Labelled(t.Context(), account.Actor{}); !errors.Is(err, account.ErrForbidden) {
		t.Errorf("nobody reads: got %v, want ErrForbidden", err)
	}
	if kept, err := db.Labels(t.Context(), 0); err != nil || len(kept) != 0 {
		t.Errorf("kept %+v, %v", kept, err)
	}
}

// The history of a site is its comments with the label that stands, whatever
// became of them, as long as they are there.
func TestLabelled(t *testing.T) {
	t.Parallel()
	s, _ := open(t, says(spam.Unsure), "")
	var ids []comment.ID
	for range 6 {
		ids = append(ids, mustSubmit(t, s, hello()).ID)
	}
	mustDecide(t, s, ids[5], comment.MarkSpam)
	mustDecide(t, s, ids[0], comment.Approve)
	mustDecide(t, s, ids[1], comment.MarkSpam, comment.ToTrash)
	mustDecide(t, s, ids[2], comment.MarkSpam, comment.Delete)
	mustDecide(t, s, ids[3], comment.MarkSpam, comment.Restore)
	labelled, err := s.Labelled(t.Context(), ada)
	if err != nil {
		t.Fatal(err)
	}
	var got []comment.ID
	for _, l := range labelled {
		got = append(got, l.Comment.ID)
		if l.Label.Lesson.Spam != (l.Comment.ID != ids[0]) || l.Message().Body != hello().Body || !l.Message().Date.Equal(noon) {
			t.Errorf("got %+v", l)
		}
	}
	if want := []comment.ID{ids[0], ids[1], ids[5]}; !slices.Equal(got, want) {
		t.Errorf("got comments %v, want %v", got, want)
	}
}

// What is published without a label belongs to the history, with an empty label.
func TestHistory(t *testing.T) {
	t.Parallel()
	s, _ := open(t, says(spam.Ham), "")
	var ids []comment.ID
	for range 4 {
		ids = append(ids, mustSubmit(t, s, hello()).ID)
	}
	mustDecide(t, s, ids[1], comment.MarkSpam)
	mustDecide(t, s, ids[2], comment.ToTrash)
	mustDecide(t, s, ids[3], comment.MarkSpam, comment.Restore)
	history, err := s.History(t.Context(), ada)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range history {
		what := "unlabelled"
		if l.Label.Lesson != nil {
			what = fmt.Sprint(l.Label.Lesson.Spam)
		}
		got = append(got, fmt.Sprint(l.Comment.ID, " ", what))
	}
	if want := []string{"1 unlabelled", "2 true", "4 false"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if _, err := s.History(t.Context(), account.Actor{}); !errors.Is(err, account.ErrForbidden) {
		t.Errorf("nobody reads: got %v, want ErrForbidden", err)
	}
}
