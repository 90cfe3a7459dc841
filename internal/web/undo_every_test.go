package web_test

import (
	"errors"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hamlet/internal/web"
)

// undoneBy are the tests of acts that can be undone but for those of [besideActs] and [ownerActs].
var undoneBy = map[string]string{
	"POST /admin/comments/:id/:action":          "TestUndo",
	"POST /admin/comments/:id/edit":             "TestModeratorEdits",
	"POST /admin/comments/:id/reply":            "TestReplyApproves",
	"POST /admin/comments/:id/reports/reopen":   "TestUndoOfReopened",
	"POST /admin/edits/:id/:edit/:verdict":      "TestDecideEdit",
	"POST /admin/bulk":                          "TestSelection",
	"POST /admin/filter/learned":                "TestUndoOfImport",
	"POST /admin/filter/models":                 "TestUndoBesideDecisions", // as the model beside
	"POST /admin/users/invitations":             "TestUndoOfKeys",
	"POST /admin/sites":                         "TestUndoOfKeys",
	"POST /admin/sites/:id/checks/:check/:said": "TestUndoOfTeaching",
	"POST /admin/mail/:id/retry":                "TestDeadMails",
	"POST /admin/mail/:id/discard":              "TestDeadMails",
	"POST /admin/notices/:id/retry":             "TestWebhooksAreGivenUp",
	"POST /admin/notices/:id/discard":           "TestWebhooksAreGivenUp",
	"POST /admin/do/:token":                     "TestLinksOfMailsAct",
}

// finals are the acts that are final, with the page that says so before and what it says.
var finals = map[string]struct{ page, says string }{
	"POST /admin/account/password":            {"/admin/account", "The password of before cannot be brought back"},
	"POST /admin/account/passkeys/:id/remove": {"/admin/account", "One that you removed cannot be brought back"},
	"POST /admin/account/codes/off":           {"/admin/account", "Once turned off they have to be set up anew"},
	"POST /admin/account/recovery":            {"/admin/account", "New ones end those of before, which cannot be brought back"},
	"POST /admin/account/sessions":            {"/admin/account", "What you end here cannot be brought back"},
	"POST /admin/users/:id/:action":           {"/admin/users", "Sessions that are ended cannot be brought back"}, // the rest is undone
	"POST /admin/notices/feed":                {"/admin/notices", "An address that was replaced or ended cannot be brought back"},
	"POST /admin/notices/hooks/:id/test":      {"/admin/notices", "A test goes out at once and cannot be called back"},
}

// nothingToUndo are the rest, with the reason.
var nothingToUndo = map[string]string{
	"POST /admin/login":                     "a session, which is ended",
	"POST /admin/login/second":              "a session",
	"POST /admin/login/passkey":             "a session",
	"POST /admin/login/options":             "it asks",
	"POST /admin/logout":                    "log in again",
	"POST /admin/setup":                     "there is nobody yet",
	"POST /admin/invitation/:token":         "an account, which owners remove",
	"POST /admin/invitation/:token/options": "it asks",
	"POST /admin/prove":                     "a session",
	"POST /admin/prove/options":             "it asks",
	"POST /admin/account/passkeys":          "remove it",
	"POST /admin/account/passkeys/options":  "it asks",
	"POST /admin/account/codes":             "it asks",
	"POST /admin/account/codes/confirm":     "turn them off",
	"POST /admin/acts/:id/undo":             "do it again",
	"POST /admin/jobs/:id/cancel":           "what was done is an act",
	"POST /admin/filter/count":              "it counts",
	"POST /admin/filter/opinion/again":      "it asks",
}

// TestEachActIsUndoneOrFinal: whatever is done at the desk has a test that it can be undone, or the page
// says before that it cannot.
func TestEachActIsUndoneOrFinal(t *testing.T) {
	t.Parallel()
	var posts []string
	for _, route := range web.AllRoutes() {
		if strings.HasPrefix(route, "POST /admin/") {
			posts = append(posts, route)
		}
	}
	undone := map[string]bool{}
	for _, tt := range besideActs {
		undone[routeOf(posts, tt.path)] = true
	}
	for _, tt := range ownerActs {
		undone[routeOf(posts, tt.path)] = true
	}
	b, ada, _ := besideDecisions(t)
	mustPost(t, ada, "/admin/notices/hooks/0", "name=chat&url=https://hooks.example.org/in&format=json&pace=soon&held=1")
	ada.Get("/admin/queue")
	turnOnCodes(t, b, ada)
	for _, route := range posts {
		final, isFinal := finals[route]
		_, tested := undoneBy[route]
		_, nothing := nothingToUndo[route]
		if !undone[route] && !isFinal && !tested && !nothing {
			t.Errorf("%s: nothing says whether it can be undone", route)
		}
		if isFinal {
			if page := ada.Get(final.page).Body; !strings.Contains(page, final.says) {
				t.Errorf("%s: %s does not say before: %s\n%s", route, final.page, final.says, page)
			}
		}
	}
	for _, route := range slices.Concat(slices.Collect(maps.Keys(undoneBy)), slices.Collect(maps.Keys(finals)), slices.Collect(maps.Keys(nothingToUndo))) {
		if !slices.Contains(posts, route) {
			t.Errorf("%s: there is no such route", route)
		}
	}
	var tests strings.Builder
	files, err := filepath.Glob("*_test.go")
	for _, name := range files {
		text, rerr := os.ReadFile(name)
		err = errors.Join(err, rerr)
		tests.Write(text)
	}
	if err != nil {
		t.Fatal(err)
	}
	for route, name := range undoneBy {
		if !strings.Contains(tests.String(), "\nfunc "+name+"(t *testing.T)") {
			t.Errorf("%s: there is no %s", route, name)
		}
	}
}

// TestUndoOfReopened: reports that were brought back are dismissed again.
func TestUndoOfReopened(t *testing.T) {
	t.Parallel()
	b, ada, _ := besideDecisions(t)
	mustPost(t, ada, "/admin/comments/1/reports/dismiss", "last=1")
	ada.Get("/admin/queue")
	was := settings(t, b)
	mustPost(t, ada, "/admin/comments/1/reports/reopen", "")
	if now := settings(t, b); now == was {
		t.Fatal("it changed nothing")
	}
	mustPost(t, ada, undoOf(t, ada.Get("/admin/queue").Body), "")
	if now := settings(t, b); now != was {
		t.Errorf("it is not as it was:\n%s\nbut\n%s", was, now)
	}
}

// routeOf is the route of a path.
func routeOf(routes []string, path string) string {
	best, fixed := "", -1
	for _, route := range routes {
		is, n := strings.Split(strings.TrimPrefix(route, http.MethodPost+" "), "/"), 0
		parts := strings.Split(path, "/")
		if len(is) != len(parts) {
			continue
		}
		for i, part := range is {
			if part == parts[i] {
				n++
			} else if !strings.HasPrefix(part, ":") {
				n = -1
				break
			}
		}
		if n > fixed {
			best, fixed = route, n
		}
	}
	return best
}
