package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
	"hamlet/internal/comment"
)

// TestAuthorsReachNothingOfOthers: an author tries every way there is to the comments under
// another's post, and to what moderators did to them. Nothing is changed, and nothing told.
func TestAuthorsReachNothingOfOthers(t *testing.T) {
	t.Parallel()
	const secret = "I wait under theirs."
	g := openGated(t)
	owner, ines := g.login(t, account.Owner), g.login(t, account.Author)
	// What a moderator did: an act on one, an act on many by a job, a note, an edit.
	two := g.MustComment(comment.Submission{Post: "theirs", Author: "Ann", Body: secret + " Too."})
	var marks []string
	for _, id := range []comment.ID{g.other, two.ID} {
		now, err := g.Comments.Get(t.Context(), account.Shell, id)
		if err != nil {
			t.Fatal(err)
		}
		marks = append(marks, fmt.Sprintf("%d:%d", id, now.Revision))
	}
	if r := owner.Post(fmt.Sprintf("/admin/comments/%d/note", g.other), url.Values{"text": {"Between us."}}); r.Code != http.StatusSeeOther {
		t.Fatalf("note: got %d", r.Code)
	}
	if r := owner.Post("/admin/views", url.Values{"name": {"Between us"}, "return": {"/admin/queue?status=spam"}}); r.Code != http.StatusSeeOther {
		t.Fatalf("view: got %d\n%s", r.Code, r.Body)
	}
	if r := owner.Post("/admin/bulk", url.Values{"action": {"approve"}, "select": marks}); r.Code != http.StatusSeeOther {
		t.Fatalf("approve two: got %d\n%s", r.Code, r.Body)
	}
	if r := g.Post(g.Comments.OwnPath(two.ID, two.Link)+"/edit", body("Changed, "+secret)); r.Code != http.StatusSeeOther {
		t.Fatalf("edit: got %d", r.Code)
	}
	if edits := owner.Get("/admin/edits").Body; !strings.Contains(edits, "Changed, "+secret) {
		t.Fatalf("no edit waits:\n%s", edits)
	}

	want := g.kept(t)
	for _, path := range []string{
		"/admin/queue?status=approved", "/admin/queue?status=any&q=wait", "/admin/queue?status=any&post=theirs", "/admin/queue?status=any&author=Ann",
		"/admin/edits", "/admin/acts", "/admin/views", "/admin/jobs/1", "/admin/waves/1", "/admin/waves/1?status=approved", "/admin/audit", "/admin/audit.csv", "/admin/audit.jsonl", "/admin/mentions",
		"/admin/filter/learned.jsonl?text=1", "/admin/filter/sweep?kind=word&value=wait", "/admin/filter/labels",
		"/admin/bulk?action=trash&select=" + marks[0], "/admin/bulk?action=trash&status=approved&mark=99&at=1795348800000",
		fmt.Sprint("/admin/comments/", g.other), fmt.Sprintf("/admin/comments/%d/edit", g.other), fmt.Sprintf("/admin/comments/%d/reply", g.other),
	} {
		r := ines.Get(path)
		for _, leak := range []string{"under theirs", "Between us"} {
			if strings.Contains(r.Body, leak) {
				t.Errorf("GET %s (%d) tells %q", path, r.Code, leak)
			}
		}
		if r.Code >= 500 {
			t.Errorf("GET %s: got %d", path, r.Code)
		}
	}
	id := fmt.Sprint(g.other)
	for _, try := range []struct {
		path, form string
		want       int
	}{
		{"/admin/comments/" + id + "/trash", "", 403},
		{"/admin/comments/" + id + "/delete", "", 403},
		{"/admin/comments/" + id + "/note", "text=x", 403},
		{"/admin/comments/" + id + "/note/1/remove", "", 403},
		{"/admin/comments/" + fmt.Sprint(g.own) + "/note/1/remove", "", 404}, // a note of another comment
		{"/admin/comments/" + id + "/assign", "to=ines", 403},
		{"/admin/comments/" + id + "/edit", "body=x&revision=0", 403},
		{"/admin/comments/" + id + "/reply", "body=x&revision=0", 403},
		{"/admin/comments/" + id + "/thread/lock", "", 403},
		{"/admin/edits/" + fmt.Sprint(two.ID) + "/1/approve", "", 403},
		{"/admin/edits/" + fmt.Sprint(g.own) + "/1/approve", "", 409}, // an edit of another comment
		{"/admin/acts/1/undo", "", 403},
		{"/admin/views/1/rename", "name=x", 404},
		{"/admin/views/1/remove", "", 404},
		{"/admin/comments/" + id + "/reports/dismiss", "last=1", 403},
		{"/admin/jobs/1/cancel", "", 403},
		{"/admin/posts", "post=theirs&do=close", 403},
		{"/admin/attack", "lasting=hour", 403},
		{"/admin/rules", "kind=word&value=x&effect=spam", 403},
		{"/admin/users/1/role", "role=author&writes=x", 403},
		{"/admin/users/invitations", "role=owner", 403},
		{"/admin/notices/hooks/0", "name=x&url=https://hooks.example.org/&format=json&pace=soon", 403},
	} {
		form, err := url.ParseQuery(try.form)
		if err != nil {
			t.Fatal(err)
		}
		r := ines.Post(try.path, form)
		if r.Code != try.want {
			t.Errorf("POST %s: got %d, want %d", try.path, r.Code, try.want)
		}
		if strings.Contains(r.Body, "under theirs") || strings.Contains(r.Body, "Between us") {
			t.Errorf("POST %s tells what waits there", try.path)
		}
	}
	if got := g.kept(t); got != want {
		t.Error("something was changed")
	}
	// Among many, only one's own are touched.
	r := ines.Post("/admin/bulk", url.Values{"action": {"trash"}, "select": append(marks, fmt.Sprintf("%d:0", g.own)), "sure": {"1"}})
	if r.Code >= 500 {
		t.Errorf("many: got %d", r.Code)
	}
	for _, id := range []comment.ID{g.other, two.ID} {
		if now, err := g.Comments.Get(t.Context(), account.Shell, id); err != nil || now.Status != comment.Approved {
			t.Errorf("comment %d: got %s, %v, want it approved", id, now.Status, err)
		}
	}
}

// TestStaleRevisions: whatever is decided about a comment that is not what was seen is
// refused, and the page says so.
func TestStaleRevisions(t *testing.T) {
	t.Parallel()
	for _, try := range []struct{ path, form string }{
		{"/admin/comments/1/approve", "revision=0"},
		{"/admin/comments/1/spam", "revision=0"},
		{"/admin/comments/1/edit", "revision=0&body=Changed"},
		{"/admin/comments/1/reply", "revision=0&body=Thanks"},
	} {
		t.Run(try.path, func(t *testing.T) {
			t.Parallel()
			g := openGated(t)
			ada, bo := g.login(t, account.Owner), g.login(t, account.Moderator)
			if r := bo.Post("/admin/comments/1/trash", url.Values{}); r.Code != http.StatusSeeOther {
				t.Fatalf("trash: got %d", r.Code)
			}
			want := g.kept(t)
			form, err := url.ParseQuery(try.form)
			if err != nil {
				t.Fatal(err)
			}
			r := ada.Post(try.path, form)
			if r.Code != http.StatusConflict || !strings.Contains(r.Body, "moderator") {
				t.Errorf("got %d, want 409 and who was faster\n%s", r.Code, r.Body)
			}
			if got := g.kept(t); got != want {
				t.Error("something was changed")
			}
		})
	}
}

// TestPlantedSession: a cookie that somebody planted before a login is not the one after it.
func TestPlantedSession(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{})
	b.MustUser("ada", account.Owner)
	const planted = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	form := url.Values{"name": {"ada"}, "password": {apptest.Password}}.Encode()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, apptest.BaseURL+"/admin/login", strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.AddCookie(&http.Cookie{Name: "hamlet_session", Value: planted})
	in := b.Client().Do(r)
	if in.Code != http.StatusSeeOther || strings.Contains(strings.Join(in.Header.Values("Set-Cookie"), " "), planted) {
		t.Errorf("got %d with %v", in.Code, in.Header.Values("Set-Cookie"))
	}
	r = httptest.NewRequestWithContext(t.Context(), http.MethodGet, apptest.BaseURL+"/admin/account", http.NoBody)
	r.AddCookie(&http.Cookie{Name: "hamlet_session", Value: planted})
	wantLogin(t, b.Client().Do(r))
	for _, ck := range in.Header.Values("Set-Cookie") {
		if strings.HasPrefix(ck, "hamlet_session=") && (!strings.Contains(ck, "HttpOnly") || !strings.Contains(ck, "SameSite=Lax")) {
			t.Errorf("the cookie is %s", ck)
		}
	}
}
