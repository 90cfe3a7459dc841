package comment_test

import (
	"testing"

	"hamlet/internal/comment"
	"hamlet/internal/rule"
	"hamlet/internal/spam"
)

// TestPlaceByRules has what the owner lays down, beside what the filter says.
func TestPlaceByRules(t *testing.T) {
	t.Parallel()
	holds, spams := []rule.Rule{{Effect: rule.Hold}}, []rule.Rule{{Effect: rule.Hold}, {Effect: rule.Spam}}
	for _, tc := range []struct {
		name       string
		e          comment.Evidence
		wantStatus comment.Status
		wantHold   comment.Hold
	}{
		{"a rule holds ham", comment.Evidence{Judged: true, Class: spam.Ham, Rules: holds}, comment.Pending, comment.HoldRule},
		{"a rule brings nothing back from spam", comment.Evidence{Judged: true, Class: spam.Spam, Rules: holds}, comment.Spam, comment.HoldSpam},
		{"a rule says spam", comment.Evidence{Judged: true, Class: spam.Ham, Known: true, Rules: spams}, comment.Spam, comment.HoldRule},
		{"a rule says spam of what is not judged", comment.Evidence{Rules: spams}, comment.Spam, comment.HoldRule},
		{"under attack", comment.Evidence{Judged: true, Class: spam.Ham, Known: true, Attack: true}, comment.Pending, comment.HoldAttack},
		{"under attack, spam is spam", comment.Evidence{Judged: true, Class: spam.Spam, Attack: true}, comment.Spam, comment.HoldSpam},
		{"without work", comment.Evidence{Judged: true, Class: spam.Ham, Idle: true}, comment.Pending, comment.HoldWork},
		{"without work under attack", comment.Evidence{Judged: true, Class: spam.Ham, Idle: true, Attack: true}, comment.Pending, comment.HoldWork},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if st, hold := comment.Place(tc.e, comment.HoldUnsureOnly); st != tc.wantStatus || hold != tc.wantHold {
				t.Errorf("got %s (%s), want %s (%s)", st, hold, tc.wantStatus, tc.wantHold)
			}
		})
	}
}
