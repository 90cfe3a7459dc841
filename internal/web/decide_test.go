package web_test

import (
	"errors"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// spammy is the author whom the filter of these tests takes for a spammer.
var spammy = classes{"Deals": spam.Spam, "Wren": spam.Ham}

// put makes a comment and brings it where it is wanted.
func put(t *testing.T, b *apptest.Blog, st comment.Status) comment.ID {
	t.Helper()
	id := b.MustComment(by("Bo", "Hello.")).ID
	way := map[comment.Status]comment.Action{
		comment.Approved: comment.Approve, comment.Spam: comment.MarkSpam, comment.Trash: comment.ToTrash,
	}
	if a, ok := way[st]; ok {
		if _, err := b.Comments.Decide(t.Context(), account.Shell, id, comment.Decision{Action: a}); err != nil {
			t.Fatal(err)
		}
	}
	return id
}

func press(c *apptest.Client, id comment.ID, action, back string) *apptest.Response {
	return c.Post(fmt.Sprintf("/admin/comments/%d/%s", id, action), url.Values{"return": {back}})
}

var formaction = regexp.MustCompile(`formaction="/admin/comments/\d+/(\w+)"`)

func TestDecide(t *testing.T) {
	t.Parallel()
	const gone = comment.Status("")
	// From where each button leads where; what is not here is a conflict.
	table := map[comment.Status]map[string]comment.Status{
		comment.Pending:  {"approve": comment.Approved, "spam": comment.Spam, "trash": comment.Trash},
		comment.Approved: {"spam": comment.Spam, "trash": comment.Trash},
		comment.Spam:     {"approve": comment.Approved, "trash": comment.Trash, "restore": comment.Pending, "delete": gone},
		comment.Trash:    {"approve": comment.Approved, "spam": comment.Spam, "restore": comment.Pending, "delete": gone},
	}
	for from, leads := range table {
		t.Run(string(from), func(t *testing.T) {
			t.Parallel()
			b, c := moderated(t, spammy)
			back := "/admin/queue?status=" + string(from)
			for _, action := range []string{"approve", "spam", "trash", "restore", "delete"} {
				id := put(t, b, from)
				_, offered := leads[action]
				page := c.Get(fmt.Sprintf("%s&before=%d", back, id+1)).Body
				_, card, _ := strings.Cut(page, "<article")
				card, _, _ = strings.Cut(card, "</article>")
				buttons := formaction.FindAllStringSubmatch(card, -1)
				has := slices.ContainsFunc(buttons, func(m []string) bool { return m[1] == action })
				if has != offered {
					t.Errorf("button %s: shown %v, want %v", action, has, offered)
				}
				checkPress(t, b, press(c, id, action, back), id, from, leads, action)
			}
		})
	}
}

// checkPress checks what became of a comment after a button was pressed.
func checkPress(t *testing.T, b *apptest.Blog, r *apptest.Response, id comment.ID, from comment.Status,
	leads map[string]comment.Status, action string,
) {
	t.Helper()
	to, ok := leads[action]
	back := "/admin/queue?status=" + string(from)
	switch {
	case !ok && (r.Code != 409 || !strings.Contains(r.Body, html.EscapeString(back))):
		t.Errorf("%s: got %d, want 409 with a way back", action, r.Code)
	case ok && (r.Code != 303 || r.Header.Get("Location") != back):
		t.Errorf("%s: got %d to %q, want 303 to %q", action, r.Code, r.Header.Get("Location"), back)
	}
	if !ok {
		to = from
	}
	cm, err := b.Comments.Get(t.Context(), account.Shell, id)
	if to == "" {
		if !errors.Is(err, comment.ErrNotFound) {
			t.Errorf("%s: got %v, %v, want it gone", action, cm.Status, err)
		}
		return
	}
	if err != nil || cm.Status != to {
		t.Errorf("%s: got %s, %v, want %s", action, cm.Status, err, to)
	}
}

func TestNoticeIsShownOnce(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		from   comment.Status
		action string
		says   []string
	}{
		{"approve", comment.Pending, "approve", []string{"Comment 1 approved.", `href="/comment/1"`}},
		{"spam", comment.Pending, "spam", []string{"Comment 1 marked as spam.", `href="/admin/queue?before=2&amp;status=spam"`}},
		{"trash", comment.Approved, "trash", []string{"Comment 1 moved to the trash.", `href="/admin/queue?before=2&amp;status=trash"`}},
		{"restore", comment.Trash, "restore", []string{"Comment 1 restored to Pending.", `href="/admin/queue?before=2&amp;status=pending"`}},
		{"delete", comment.Trash, "delete", []string{"Comment 1 deleted for good."}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b, c := moderated(t, spammy)
			r := press(c, put(t, b, tt.from), tt.action, "/admin/queue?status=approved")
			first, second := c.Get(r.Header.Get("Location")).Body, c.Get("/admin/queue").Body
			for _, want := range tt.says {
				if !strings.Contains(first, want) {
					t.Errorf("the page lacks %s:\n%s", want, first)
				}
			}
			if strings.Contains(second, "Comment 1 ") && strings.Contains(second, `role="status"`) {
				t.Errorf("the notice is shown twice:\n%s", second)
			}
		})
	}
}

func TestDecideRefuses(t *testing.T) {
	t.Parallel()
	b, c := moderated(t, spammy)
	id := put(t, b, comment.Pending)
	tests := []struct {
		name, path string
		want       int
	}{
		{"no such comment", "/admin/comments/99/approve", 404},
		{"not a number", "/admin/comments/1%20OR%201=1/approve", 404},
		{"zero", "/admin/comments/0/approve", 404},
		{"too large a number", "/admin/comments/99999999999999999999/approve", 404},
		{"unknown action", fmt.Sprintf("/admin/comments/%d/publish", id), 404},
		{"action in capitals", fmt.Sprintf("/admin/comments/%d/APPROVE", id), 404},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if r := c.Post(tt.path, url.Values{"return": {"/admin/queue"}}); r.Code != tt.want {
				t.Errorf("got %d, want %d", r.Code, tt.want)
			}
		})
	}
	if got := statusOf(t, b, id); got != comment.Pending {
		t.Errorf("comment: got %s, want pending", got)
	}
	page := press(c, 99, "delete", "/admin/queue?status=trash").Body
	if !strings.Contains(page, "There is no comment 99.") || !strings.Contains(page, `href="/admin/queue?status=trash"`) {
		t.Errorf("the page does not say what happened:\n%s", page)
	}
}

func TestDecideLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	b, c := moderated(t, spammy)
	for _, back := range []string{"", "https://evil.example.net/", "//evil.example.net/admin", "/posts/harbour", "/admin/logout"} {
		id := put(t, b, comment.Pending)
		r := press(c, id, "approve", back)
		if got := r.Header.Get("Location"); r.Code != 303 || got != "/admin" {
			t.Errorf("return %q: got %d to %q, want 303 to /admin", back, r.Code, got)
		}
		page := c.Get(c.Get("/admin").Header.Get("Location")).Body
		if !strings.Contains(page, fmt.Sprintf("Comment %d approved.", id)) {
			t.Errorf("return %q: the notice is lost on the way", back)
		}
	}
}

func TestConflictShowsTheCommentAsItIs(t *testing.T) {
	t.Parallel()
	b, c := moderated(t, spammy)
	id := put(t, b, comment.Spam)
	r := press(c, id, "spam", "/admin/queue?status=pending")
	for _, want := range []string{
		"Nothing was changed", "Comment 1 could not be marked as spam: it is in spam now.",
		`formaction="/admin/comments/1/restore"`, `href="/admin/queue?status=pending"`,
	} {
		if r.Code != 409 || !strings.Contains(r.Body, want) {
			t.Errorf("got %d, want 409 with %s:\n%s", r.Code, want, r.Body)
		}
	}
}

// A button pressed twice: the second answer must not speak for the first, and the
// word of the first is for the page after it.
func TestConflictKeepsTheNoticeForTheNextPage(t *testing.T) {
	t.Parallel()
	b, c := moderated(t, spammy)
	id := put(t, b, comment.Pending)
	press(c, id, "trash", "/admin/queue")
	if r := press(c, id, "trash", "/admin/queue"); r.Code != 409 || strings.Contains(r.Body, "moved to the trash.") {
		t.Errorf("got %d, want 409 without the notice of what was done before:\n%s", r.Code, r.Body)
	}
	if page := c.Get("/admin/queue").Body; !strings.Contains(page, "Comment 1 moved to the trash.") {
		t.Errorf("the notice is lost:\n%s", page)
	}
}

func TestNothingIsDoneWhenNobodyIsLoggedIn(t *testing.T) {
	t.Parallel()
	b, _ := moderated(t, spammy)
	id := put(t, b, comment.Pending)
	c := b.Client()
	r := press(c, id, "approve", "/admin/queue?status=pending")
	wantLogin(t, r)
	if got := statusOf(t, b, id); got != comment.Pending {
		t.Errorf("comment: got %s, want pending", got)
	}
	page := c.Get(r.Header.Get("Location")).Body
	for _, want := range []string{"nothing was changed", `name="next" value="/admin/queue?status=pending"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the login page lacks %s:\n%s", want, page)
		}
	}
}

// What a moderator does must be seen by readers at once.
func TestDecisionsReachTheReaders(t *testing.T) {
	t.Parallel()
	b, c := moderated(t, spammy)
	id := b.MustComment(by("Bo", "The ferry still runs.")).ID
	shown := func() bool { return strings.Contains(b.Get("/posts/harbour").Body, "The ferry still runs.") }
	for _, step := range []struct {
		action string
		want   bool
	}{{"", false}, {"approve", true}, {"trash", false}, {"restore", true}, {"spam", false}} {
		if step.action != "" {
			press(c, id, step.action, "/admin/queue")
		}
		if got := shown(); got != step.want {
			t.Errorf("after %q: shown %v, want %v", step.action, got, step.want)
		}
	}
}
