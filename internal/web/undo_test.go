package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
	"hamlet/internal/comment"
)

var undoAction = regexp.MustCompile(`action="(/admin/acts/\d+/undo)"`)

// undoOf is where the button to undo of a page leads.
func undoOf(t *testing.T, page string) string {
	t.Helper()
	m := undoAction.FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("the page has no button to undo:\n%s", page)
	}
	return m[1]
}

func TestUndo(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		action string
		from   comment.Status
	}{{"approve", comment.Pending}, {"spam", comment.Approved}, {"trash", comment.Pending}, {"restore", comment.Trash}, {"delete", comment.Spam}} {
		t.Run(tt.action, func(t *testing.T) {
			t.Parallel()
			b, c := moderated(t, spammy)
			id := put(t, b, tt.from)
			press(c, id, tt.action, "/admin/queue")
			to := undoOf(t, c.Get("/admin/queue").Body)
			if undoOf(t, c.Get("/admin/acts").Body) != to {
				t.Error("the list of acts has no button for it first")
			}
			r := c.Post(to, url.Values{"return": {"/admin/queue?status=spam"}})
			if r.Code != http.StatusSeeOther || r.Header.Get("Location") != "/admin/queue?status=spam" {
				t.Fatalf("got %d to %q", r.Code, r.Header.Get("Location"))
			}
			if got := statusOf(t, b, id); got != tt.from {
				t.Errorf("got %s, want %s", got, tt.from)
			}
			if page := c.Get("/admin/queue").Body; !strings.Contains(page, "Undone: ") {
				t.Errorf("the next page does not tell:\n%s", page)
			}
			if r := c.Post(to, nil); r.Code != http.StatusConflict || !strings.Contains(r.Body, "already") {
				t.Errorf("a second time: got %d", r.Code)
			}
		})
	}
}

func TestUndoRefuses(t *testing.T) {
	t.Parallel()
	b, c := moderated(t, spammy)
	id := put(t, b, comment.Pending)
	press(c, id, "approve", "/admin/queue")
	to := undoOf(t, c.Get("/admin/acts").Body)
	if r := b.Client().Post(to, nil); !strings.HasPrefix(r.Header.Get("Location"), "/admin/login") {
		t.Errorf("nobody: got %d to %q", r.Code, r.Header.Get("Location"))
	}
	if r := c.Post("/admin/acts/99/undo", nil); r.Code != http.StatusConflict {
		t.Errorf("no such act: got %d", r.Code)
	}
	mo := b.Login("mo", account.Moderator)
	press(mo, id, "trash", "/admin/queue")
	r := c.Post(to, nil)
	if r.Code != http.StatusConflict || !strings.Contains(r.Body, "<bdi>mo</bdi>: moved a comment to the trash") {
		t.Errorf("changed since: got %d:\n%s", r.Code, r.Body)
	}
	if got := statusOf(t, b, id); got != comment.Trash {
		t.Errorf("got %s, want trash", got)
	}
	b.Clock.Advance(comment.UndoFor)
	c = b.Login("cy", account.Moderator)
	if r := c.Post(to, nil); r.Code != http.StatusConflict || !strings.Contains(r.Body, "24 hours") {
		t.Errorf("too late: got %d", r.Code)
	}
	if strings.Contains(c.Get("/admin/acts").Body, "/undo\"") {
		t.Error("what cannot be undone has a button")
	}
}

// TestStaleRevision has two moderators decide on what they both saw.
func TestStaleRevision(t *testing.T) {
	t.Parallel()
	b, c := moderated(t, spammy)
	id := put(t, b, comment.Pending)
	mo := b.Login("mo", account.Moderator)
	form := url.Values{"return": {"/admin/queue"}, "revision": {"0"}, "reason": {"Typed at length."}}
	if r := mo.Post(fmt.Sprintf("/admin/comments/%d/approve", id), form); r.Code != http.StatusSeeOther {
		t.Fatalf("the first: got %d", r.Code)
	}
	r := c.Post(fmt.Sprintf("/admin/comments/%d/trash", id), form)
	for _, want := range []string{"<bdi>mo</bdi>: approved a comment", "is not as you saw it", `name="revision" value="1"`, `formaction="/admin/comments/1/trash"`, `value="Typed at length."`} {
		if r.Code != http.StatusConflict || !strings.Contains(r.Body, want) {
			t.Errorf("got %d, want 409 with %s:\n%s", r.Code, want, r.Body)
		}
	}
	if got := statusOf(t, b, id); got != comment.Approved {
		t.Errorf("got %s, want approved", got)
	}
	press(mo, id, "trash", "/admin/queue")
	if r := c.Post(fmt.Sprintf("/admin/comments/%d/trash", id), form); !strings.Contains(r.Body, ">Typed at length.</q>") {
		t.Errorf("where the comment is in the trash, the reason is lost:\n%s", r.Body)
	}
	for _, v := range []string{"-1", "x", "99999999999999999999"} {
		if r := c.Post(fmt.Sprintf("/admin/comments/%d/trash", id), url.Values{"revision": {v}}); r.Code != http.StatusNotFound {
			t.Errorf("revision %q: got %d", v, r.Code)
		}
	}
}

func TestModeratorEdits(t *testing.T) {
	t.Parallel()
	b, c := moderated(t, spammy)
	id := put(t, b, comment.Approved)
	at := fmt.Sprintf("/admin/comments/%d/edit", id)
	if page := c.Get(at).Body; !strings.Contains(page, `name="revision" value="1"`) || !strings.Contains(page, ">Hello.</textarea>") {
		t.Errorf("the form:\n%s", page)
	}
	post := func(body, revision string) *apptest.Response {
		return c.Post(at, url.Values{"body": {body}, "revision": {revision}, "return": {"/admin/queue"}})
	}
	for _, tt := range []struct {
		name, body, revision string
		want                 int
	}{{"empty", " ", "1", 422}, {"stale", "New.", "0", 409}, {"the same", "Hello.", "1", 409}, {"no revision", "New.", "", 404}, {"changed", "Hello, *all*.", "1", 303}} {
		if r := post(tt.body, tt.revision); r.Code != tt.want {
			t.Errorf("%s: got %d, want %d", tt.name, r.Code, tt.want)
		}
	}
	page := b.Get("/posts/harbour").Body
	if !strings.Contains(page, "Hello, <em>all</em>.") || !strings.Contains(page, "edited by a moderator") {
		t.Errorf("readers see:\n%s", page)
	}
	if card := c.Get(fmt.Sprintf("/admin/comments/%d", id)).Body; !strings.Contains(card, "by ada") {
		t.Errorf("the card does not say who:\n%s", card)
	}
	c.Post(undoOf(t, c.Get("/admin/acts").Body), nil)
	page = b.Get("/posts/harbour").Body
	if !strings.Contains(page, "Hello.") || strings.Contains(page, "edited by a moderator") {
		t.Errorf("after the undo readers see:\n%s", page)
	}
}

func TestReplyApproves(t *testing.T) {
	t.Parallel()
	b, c := moderated(t, spammy)
	id := put(t, b, comment.Pending)
	at := fmt.Sprintf("/admin/comments/%d/reply", id)
	if page := c.Get(at).Body; !strings.Contains(page, "Approve and answer") {
		t.Errorf("the form:\n%s", page)
	}
	if r := c.Post(at, url.Values{"body": {""}, "revision": {"0"}}); r.Code != 422 || statusOf(t, b, id) != comment.Pending {
		t.Errorf("empty: got %d, %s", r.Code, statusOf(t, b, id))
	}
	if r := c.Post(at, url.Values{"body": {"Welcome here."}, "revision": {"0"}, "return": {"/admin/queue"}}); r.Code != 303 {
		t.Fatalf("got %d:\n%s", r.Code, r.Body)
	}
	page := b.Get("/posts/harbour").Body
	if !strings.Contains(page, "Hello.") || !strings.Contains(page, "Welcome here.") {
		t.Errorf("readers see:\n%s", page)
	}
	c.Post(undoOf(t, c.Get("/admin/queue").Body), nil)
	page = b.Get("/posts/harbour").Body
	if strings.Contains(page, "Hello.") || strings.Contains(page, "Welcome here.") || statusOf(t, b, id) != comment.Pending {
		t.Errorf("after the undo readers see:\n%s", page)
	}
}

// TestStaleTextIsKept: who writes about a comment that somebody else decided on meanwhile is
// told who did what, and has the text still, to be sent for the comment as it is now.
func TestStaleTextIsKept(t *testing.T) {
	t.Parallel()
	b, c := moderated(t, spammy)
	id := put(t, b, comment.Pending)
	mo := b.Login("mo", account.Moderator)
	press(mo, id, "spam", "/admin/queue")
	for _, what := range []string{"edit", "reply"} {
		at := fmt.Sprintf("/admin/comments/%d/%s", id, what)
		r := c.Post(at, url.Values{"body": {"Typed at length."}, "revision": {"0"}, "return": {"/admin/queue?status=spam"}})
		for _, want := range []string{"<bdi>mo</bdi>: marked a comment as spam", "is not as you saw it; it is in spam now", ">Typed at length.</textarea>", `name="revision" value="1"`, "<p>Hello.</p>", `value="/admin/queue?status=spam"`} {
			if r.Code != http.StatusConflict || !strings.Contains(r.Body, want) {
				t.Errorf("%s: got %d, want 409 with %s:\n%s", what, r.Code, want, r.Body)
			}
		}
	}
	if r := c.Post(fmt.Sprintf("/admin/comments/%d/edit", id), url.Values{"body": {"Hello."}, "revision": {"1"}}); r.Code != http.StatusConflict || !strings.Contains(r.Body, "the text is the same") {
		t.Errorf("the same text: got %d:\n%s", r.Code, r.Body)
	}
}

// TestTextThatIsNotTaken writes about a comment that takes no text of a moderator, as it is: that
// is said, and nobody is asked to send it again.
func TestTextThatIsNotTaken(t *testing.T) {
	t.Parallel()
	a := author(t, "Fine")
	mo := a.Login("mo", account.Moderator)
	a.do("withdraw", nil)
	now, err := a.Comments.Get(t.Context(), account.Shell, a.id)
	if err != nil {
		t.Fatal(err)
	}
	for what, want := range map[string]string{"edit": "cannot be changed", "reply": "cannot be answered"} {
		r := mo.Post(fmt.Sprintf("/admin/comments/%d/%s", a.id, what), url.Values{"body": {"Typed."}, "revision": {fmt.Sprint(now.Revision)}})
		if r.Code != http.StatusConflict || !strings.Contains(r.Body, want) || strings.Contains(r.Body, "not as you saw it") || strings.Contains(r.Body, "the text is the same") {
			t.Errorf("%s: got %d, want 409 with %q:\n%s", what, r.Code, want, r.Body)
		}
	}
}

// TestScriptsAreToldInJSON decides and undoes as the script of the queue does.
func TestScriptsAreToldInJSON(t *testing.T) {
	t.Parallel()
	b, c := moderated(t, spammy)
	id := put(t, b, comment.Pending)
	c.Header = http.Header{"Accept": {"application/json"}}
	r := press(c, id, "approve", "/admin/queue")
	if want := `{"text":"Comment 1 approved.","act":1,"comments":[{"id":1,"status":"approved","revision":1}]}`; r.Code != 200 || strings.TrimSpace(r.Body) != want {
		t.Errorf("got %d: %s", r.Code, r.Body)
	}
	if got := r.Header.Get("Cache-Control"); !strings.Contains(got, "no-store") {
		t.Errorf("Cache-Control: %q", got)
	}
	r = c.Post("/admin/acts/1/undo", nil)
	if want := `"comments":[{"id":1,"status":"pending","revision":2}]`; r.Code != 200 || !strings.Contains(r.Body, want) {
		t.Errorf("got %d: %s", r.Code, r.Body)
	}
}
