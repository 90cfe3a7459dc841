package comment_test

import (
	"testing"

	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

func TestPlace(t *testing.T) {
	t.Parallel()
	const (
		unsureOnly = comment.HoldUnsureOnly
		first      = comment.HoldFirst
		all        = comment.HoldAll
	)
	for _, tc := range []struct {
		name       string
		judged     bool
		class      spam.Class
		known      bool
		policy     comment.Policy
		wantStatus comment.Status
		wantHold   comment.Hold
	}{
		{"ham is published", true, spam.Ham, false, unsureOnly, comment.Approved, comment.HoldNone},
		{"unsure is held", true, spam.Unsure, false, unsureOnly, comment.Pending, comment.HoldUnsure},
		{"spam goes to spam", true, spam.Spam, false, unsureOnly, comment.Spam, comment.HoldSpam},
		{"unjudged is held", false, "", false, unsureOnly, comment.Pending, comment.HoldUnjudged},
		{"unjudged is held whatever the class says", false, spam.Ham, true, unsureOnly, comment.Pending, comment.HoldUnjudged},
		{"a class nobody knows is held", true, "eggs", true, unsureOnly, comment.Pending, comment.HoldUnsure},

		{"first: ham by a stranger is held", true, spam.Ham, false, first, comment.Pending, comment.HoldFirstTime},
		{"first: ham by a known author is published", true, spam.Ham, true, first, comment.Approved, comment.HoldNone},
		{"first: unsure by a known author is held", true, spam.Unsure, true, first, comment.Pending, comment.HoldUnsure},
		{"first: spam by a known author goes to spam", true, spam.Spam, true, first, comment.Spam, comment.HoldSpam},
		{"first: unjudged by a known author is held", false, "", true, first, comment.Pending, comment.HoldUnjudged},

		{"all: ham is held", true, spam.Ham, true, all, comment.Pending, comment.HoldPolicy},
		{"all: unsure is held", true, spam.Unsure, true, all, comment.Pending, comment.HoldUnsure},
		{"all: spam goes to spam", true, spam.Spam, true, all, comment.Spam, comment.HoldSpam},
		{"all: unjudged is held", false, "", true, all, comment.Pending, comment.HoldUnjudged},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			st, hold := comment.Place(comment.Evidence{Judged: tc.judged, Class: tc.class, Known: tc.known}, tc.policy)
			if st != tc.wantStatus || hold != tc.wantHold {
				t.Errorf("got %s (%s), want %s (%s)", st, hold, tc.wantStatus, tc.wantHold)
			}
		})
	}
}
