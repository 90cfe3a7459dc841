package web_test

import (
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/desk"
)

// TestSelection decides on those that are ticked, passes over what somebody else has
// decided on, and undoes it.
func TestSelection(t *testing.T) {
	t.Parallel()
	b, c := moderated(t, spammy)
	one, two, three := put(t, b, comment.Pending), put(t, b, comment.Pending), put(t, b, comment.Pending)
	if page := c.Get("/admin/queue").Body; !strings.Contains(page, `form="bulk" name="select" value="1:0"`) {
		t.Fatalf("no box to tick:\n%s", page)
	}
	press(b.Login("mo", account.Moderator), two, "trash", "/admin/queue")
	sel := url.Values{"action": {"spam"}, "return": {"/admin/queue"}, "select": {"1:0", "2:0", "3:0", "3:0"}}
	r := c.Post("/admin/bulk", sel)
	page := c.Get(r.Header.Get("Location")).Body
	if r.Code != 303 || !strings.Contains(page, `href="/admin/comments/2"`) || !strings.Contains(page, "marked 2 comments as spam") {
		t.Errorf("got %d:\n%s", r.Code, page)
	}
	c.Post(undoOf(t, page), nil)
	for id, want := range map[comment.ID]comment.Status{one: comment.Pending, two: comment.Trash, three: comment.Pending} {
		if got := statusOf(t, b, id); got != want {
			t.Errorf("comment %d: got %s, want %s", id, got, want)
		}
	}
	for name, form := range map[string]url.Values{
		"nothing": {"action": {"spam"}}, "odd": {"action": {"spam"}, "select": {"x:1"}}, "no action": {"select": {"1:0"}},
	} {
		if r := c.Post("/admin/bulk", form); r.Code == 200 || r.Code >= 500 {
			t.Errorf("%s: got %d", name, r.Code)
		}
	}
}

var hiddenField = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)">`)

// TestEmptySpam removes what was there when the list was shown, and not what came since.
func TestEmptySpam(t *testing.T) {
	t.Parallel()
	b, c := moderated(t, spammy)
	for i := range 250 {
		b.MustComment(by("Deals", fmt.Sprint("Cheap things ", i)))
	}
	list := c.Get("/admin/queue?status=spam").Body
	m := regexp.MustCompile(`href="(/admin/bulk\?[^"]*action=delete)"`).FindStringSubmatch(list)
	if m == nil {
		t.Fatalf("no way to empty it:\n%s", list)
	}
	b.Clock.Advance(time.Second)
	late := b.MustComment(by("Deals", "Too late.")).ID
	ask := c.Get(html.UnescapeString(m[1])).Body
	if !strings.Contains(ask, "250 comments will be deleted for good.") {
		t.Fatalf("the page asks:\n%s", ask)
	}
	_, fields, _ := strings.Cut(ask, `action="/admin/bulk"`)
	form := url.Values{}
	for _, f := range hiddenField.FindAllStringSubmatch(fields, -1) {
		form.Add(f[1], html.UnescapeString(f[2]))
	}
	r := c.Post("/admin/bulk", form)
	at := r.Header.Get("Location")
	if running := c.Get(at); r.Code != 303 || running.Header.Get("Refresh") == "" || !strings.Contains(running.Body, "<progress value=\"100\" max=\"250\"") {
		t.Errorf("got %d to %q:\n%s", r.Code, at, running.Body)
	}
	job, err := b.Jobs.Finish(t.Context(), 1, func(desk.Job) {})
	if err != nil || job.Done != 250 {
		t.Fatalf("%+v, %v", job, err)
	}
	if counts, err := b.Comments.Counts(t.Context(), account.Shell); err != nil || counts[comment.Spam] != 1 || statusOf(t, b, late) != comment.Spam {
		t.Errorf("%v, %v", counts, err)
	}
	r = c.Post(undoOf(t, c.Get(at).Body), nil)
	if _, err := b.Jobs.Finish(t.Context(), 2, func(desk.Job) {}); err != nil {
		t.Fatal(err)
	}
	if counts, err := b.Comments.Counts(t.Context(), account.Shell); err != nil || counts[comment.Spam] != 251 {
		t.Errorf("after the undo: %v, %v", counts, err)
	}
	if page := c.Get(r.Header.Get("Location")).Body; !strings.Contains(page, "250 comments are as they were before.") {
		t.Errorf("the page of the undo:\n%s", page)
	}
}
