package web_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
	"hamlet/internal/comment"
)

// audited is a blog where ada has decided on two comments, and a browser of hers.
func audited(t *testing.T) (*apptest.Blog, *apptest.Client) {
	t.Helper()
	b, desk := moderated(t, classes{})
	for _, action := range []string{"approve", "spam"} {
		id := b.MustComment(by("Bo", "=cmd "+action)).ID
		if r := desk.Post("/admin/comments/"+fmt.Sprint(id)+"/"+action, url.Values{"return": {"/admin/queue"}}); r.Code != http.StatusSeeOther {
			t.Fatalf("%s: %d", action, r.Code)
		}
	}
	return b, desk
}

func TestAuditIsSearched(t *testing.T) {
	t.Parallel()
	_, desk := audited(t)
	for _, tt := range []struct {
		name, query string
		code        int
		has, hasNot string
	}{
		{"all", "", 200, "<code>spam</code>", "No line of the log"},
		{"by action", "?action=approve", 200, "<code>approve</code>", "<td data-name=\"What\"><code>spam</code>"},
		{"by target", "?target=comment+2", 200, `href="/admin/comments/2"`, `href="/admin/comments/1"`},
		{"by text", "?q=PENDING", 200, "pending → spam", "user ada"},
		{"nothing", "?actor=nobody", 200, "No line of the log is like that.", "pending →"},
		{"no date", "?since=soon", 422, "Nothing was searched", "pending →"},
		{"no number", "?below=x", 404, "", "pending →"},
		{"verified", "?verify=1", 200, "The log is as it was written: all", "not as it was written."},
		{"with no pin", "?verify=1&pin=12", 200, "That is no line with its hash", "not there with the hash"},
		{"with another pin", "?verify=1&pin=1:" + strings.Repeat("0", 64), 200, "is not there with the hash", ""},
	} {
		r := desk.Get("/admin/audit" + tt.query)
		if r.Code != tt.code || !strings.Contains(r.Body, tt.has) || tt.hasNot != "" && strings.Contains(r.Body, tt.hasNot) {
			t.Errorf("%s: %d, want %d with %q and without %q", tt.name, r.Code, tt.code, tt.has, tt.hasNot)
		}
		if got := r.Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: Cache-Control %q", tt.name, got)
		}
	}
}

func TestAuditIsExported(t *testing.T) {
	t.Parallel()
	_, desk := audited(t)
	r := desk.Get("/admin/audit.csv?target=comment+1")
	rows, err := csv.NewReader(strings.NewReader(r.Body)).ReadAll()
	if err != nil || len(rows) != 2 || rows[1][3] != "approve" || rows[1][4] != "comment 1" || len(rows[1][6]) != 64 {
		t.Errorf("CSV: %q, %v", rows, err)
	}
	if got := r.Header.Get("Content-Disposition"); !strings.HasPrefix(got, `attachment; filename="audit-`) || !strings.HasSuffix(got, `.csv"`) {
		t.Errorf("it is saved as %s", got)
	}
	var line struct {
		Line           int64
		Action, Target string
	}
	lines := strings.Split(strings.TrimSpace(desk.Get("/admin/audit.jsonl").Body), "\n")
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &line); err != nil || line.Action != "spam" || int(line.Line) != len(lines) {
		t.Errorf("JSON: %d lines, the last %+v, %v", len(lines), line, err)
	}
	if r := desk.Get("/admin/audit.csv?until=never"); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("up to no date: %d", r.Code)
	}
}

// TestAuditIsNotForAuthors: who moderates their own posts alone sees nothing of it.
func TestAuditIsNotForAuthors(t *testing.T) {
	t.Parallel()
	b, _ := audited(t)
	author := loginAuthor(t, b, "Ines Fern")
	for _, path := range []string{"/admin/audit", "/admin/audit.csv", "/admin/audit.jsonl", "/admin/audit?verify=1"} {
		if r := author.Get(path); r.Code != http.StatusForbidden || strings.Contains(r.Body, "pending") {
			t.Errorf("%s: %d", path, r.Code)
		}
		if r := b.Client().Get(path); r.Code != http.StatusSeeOther {
			t.Errorf("%s, logged out: %d", path, r.Code)
		}
	}
}

func TestNotes(t *testing.T) {
	t.Parallel()
	b, desk := moderated(t, classes{})
	mo := b.Login("mo", account.Moderator)
	id := b.MustComment(by("Bo", "Hello.")).ID
	at, back := "/admin/comments/"+fmt.Sprint(id), url.Values{"return": {"/admin/queue?status=pending"}}
	with := func(k, v string) url.Values { return url.Values{"return": back["return"], k: {v}} }
	for _, tt := range []struct {
		name      string
		who       *apptest.Client
		path      string
		form      url.Values
		says, has string
		hasNot    string
	}{
		{"a note", desk, at + "/note", with("note", "Seen <b>before</b>."), "The note was added", "Seen &lt;b&gt;before&lt;/b&gt;.", ""},
		{"an empty note", desk, at + "/note", with("note", " \n "), "nothing was added", "1 to 2000", ""},
		{"a note of another is not removed", mo, at + "/note/1/remove", back, "", "Seen &lt;b&gt;", ""},
		{"it is", desk, at + "/note/1/remove", back, "The note was removed", "", "Seen &lt;b&gt;"},
		{"to somebody else", desk, at + "/assign", with("to", "mo"), "was given to mo", "For mo<", ""},
		{"to nobody there is", desk, at + "/assign", with("to", "zoe"), "Nobody of this name", "For mo<", ""},
		{"to nobody", mo, at + "/assign", with("to", ""), "nobody’s now", "", "For mo<"},
	} {
		r := tt.who.Post(tt.path, tt.form)
		if (r.Code == http.StatusSeeOther) != (tt.says != "") {
			t.Errorf("%s: %d", tt.name, r.Code)
		}
		page := tt.who.Get("/admin/queue?status=pending").Body
		if !strings.Contains(page, tt.says) || !strings.Contains(page, tt.has) || tt.hasNot != "" && strings.Contains(page, tt.hasNot) {
			t.Errorf("%s: want %q, %q and not %q", tt.name, tt.says, tt.has, tt.hasNot)
		}
	}
	if r := desk.Post("/admin/comments/99/note", with("note", "x")); r.Code != http.StatusNotFound {
		t.Errorf("a note about nothing: %d", r.Code)
	}
	if r := desk.Get(at + "/note"); r.Code == http.StatusOK {
		t.Errorf("GET of a form's address: %d", r.Code)
	}
	if log := desk.Get("/admin/audit?target=comment+1").Body; !strings.Contains(log, "to mo") || !strings.Contains(log, "<code>remove note</code>") {
		t.Errorf("the log has not what was done:\n%s", log)
	}
}

// TestNotesStayInside: what moderators note is nowhere where its author can see it.
func TestNotesStayInside(t *testing.T) {
	t.Parallel()
	b, desk := moderated(t, classes{})
	r := b.MustComment(comment.Submission{Post: "harbour", Author: "Bo", Email: "bo@example.org", Body: "Hello."})
	desk.Post("/admin/comments/"+fmt.Sprint(r.ID)+"/note", url.Values{"note": {"inside word"}})
	desk.Post("/admin/comments/"+fmt.Sprint(r.ID)+"/approve", url.Values{})
	own := b.Comments.OwnPath(r.ID, r.Link)
	for _, path := range []string{own, own + "/data", own + "/data.json", "/posts/harbour", "/comment/" + fmt.Sprint(r.ID)} {
		if got := b.Client().Get(path); strings.Contains(got.Body, "inside word") {
			t.Errorf("%s shows the note", path)
		}
	}
	if !strings.Contains(desk.Get("/admin/queue?status=approved").Body, "inside word") {
		t.Error("the note is not there at all")
	}
	b.Client().Post(own+"/erase", url.Values{})
	if strings.Contains(desk.Get("/admin/queue?status=approved").Body, "inside word") {
		t.Error("the note outlives its comment")
	}
}
