package web_test

import (
	"bytes"
	"fmt"
	"html"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
	"hamlet/internal/comment"
)

var keptFields = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)">`)

// proved sends the form of a page that asks who it is, with a password.
func proved(t *testing.T, c *apptest.Client, page *apptest.Response, password string) *apptest.Response {
	t.Helper()
	action := regexp.MustCompile(`<form method="post" action="([^"]+)">\s*(?:<input type="hidden"|<input id="username")`).FindStringSubmatch(page.Body)
	if action == nil || !strings.Contains(page.Body, "Is it you?") {
		t.Fatalf("got %d, and nobody is asked who it is:\n%s", page.Code, page.Body)
	}
	form := url.Values{"proof_password": {password}}
	for _, m := range keptFields.FindAllStringSubmatch(page.Body, -1) {
		form.Add(html.UnescapeString(m[1]), html.UnescapeString(m[2]))
	}
	return c.Post(html.UnescapeString(action[1]), form)
}

// TestProvedBefore: what cannot be undone, or shows a secret, is done by who proved within
// ten minutes who they are; the form survives a wrong password.
func TestProvedBefore(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, path, form string
		want             int
		shows            string // of the answer, once it is proved
	}{
		{"empty spam", "/admin/bulk", "action=delete&sure=1&select=:spam", 303, ""},
		{"delete for good", "/admin/comments/:id/delete", "", 303, ""},
		{"a feed", "/admin/notices/feed", "feed=renew", 303, ""},
		{"forget", "/admin/filter/learned/forget", "", 303, ""},
		{"remember", "/admin/filter/learned/remember", "", 303, ""},
		{"promote a model", "/admin/filter/models/promote", "model=2-nothing", 422, ""},
		{"roll back a model", "/admin/filter/models/back", "", 409, ""},
		{"invite", "/admin/users/invitations", "role=moderator", 200, "/admin/invitation/"},
		{"recovery codes", "/admin/account/recovery", "", 409, ""},
		{"password", "/admin/account/password", "password=eight+white+swans", 303, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			g := openGated(t)
			c := g.login(t, account.Owner)
			now, err := g.Comments.Decide(t.Context(), account.Shell, g.other, comment.Decision{Action: comment.MarkSpam})
			if err != nil {
				t.Fatal(err)
			}
			b := strings.NewReplacer(":spam", fmt.Sprintf("%d:%d", g.other, now.Revision), ":id", fmt.Sprint(g.other))
			form, err := url.ParseQuery(b.Replace(tt.form))
			if err != nil {
				t.Fatal(err)
			}
			g.Clock.Advance(10*time.Minute + time.Second)
			c.Get("/admin/account") // notes that the session is in use
			want := g.kept(t)
			page := c.Post(b.Replace(tt.path), form)
			if page.Code != http.StatusForbidden {
				t.Fatalf("got %d, want 403\n%s", page.Code, page.Body)
			}
			page = proved(t, c, page, "not the password")
			if page.Code != http.StatusUnprocessableEntity {
				t.Fatalf("a wrong password: got %d, want 422", page.Code)
			}
			if got := g.kept(t); got != want {
				t.Error("something was changed before it was proved")
			}
			if r := proved(t, c, page, apptest.Password); r.Code != tt.want || !strings.Contains(r.Body, tt.shows) {
				t.Errorf("proved: got %d, want %d\n%s", r.Code, tt.want, r.Body)
			}
		})
	}
}

// TestEmptyingIsProvedLast: first it is asked whether to do it, then who it is.
func TestEmptyingIsProvedLast(t *testing.T) {
	t.Parallel()
	g := openGated(t)
	c := g.login(t, account.Owner)
	if _, err := g.Comments.Decide(t.Context(), account.Shell, g.other, comment.Decision{Action: comment.MarkSpam}); err != nil {
		t.Fatal(err)
	}
	g.Clock.Advance(11 * time.Minute)
	form := url.Values{"action": {"delete"}, "select": {fmt.Sprintf("%d:1", g.other)}}
	if r := c.Post("/admin/bulk", form); r.Code != http.StatusOK || strings.Contains(r.Body, "Is it you?") {
		t.Errorf("asked first: got %d", r.Code)
	}
	form.Set("action", "trash")
	form.Set("sure", "1")
	if r := c.Post("/admin/bulk", form); r.Code != http.StatusSeeOther {
		t.Errorf("what can be undone: got %d, want 303", r.Code)
	}
}

// TestExportIsProved: the file comes after the proof, for who asked for it.
func TestExportIsProved(t *testing.T) {
	t.Parallel()
	g := openGated(t)
	c := g.login(t, account.Owner)
	g.Clock.Advance(11 * time.Minute)
	page := c.Get("/admin/filter/learned.jsonl?text=1")
	if page.Code != http.StatusForbidden {
		t.Fatalf("got %d, want 403", page.Code)
	}
	r := proved(t, c, page, apptest.Password)
	if to := r.Header.Get("Location"); to != "/admin/filter/learned.jsonl?text=1" || c.Get(to).Code != http.StatusOK {
		t.Errorf("proved: got %d to %q", r.Code, to)
	}
}

// TestKeptFile: a file that was brought before the proof is there after it, for the session
// it came from, once, and for a quarter of an hour.
func TestKeptFile(t *testing.T) {
	t.Parallel()
	const labels = `{"body":"Cheap pills, buy now at https://pills.example.com","spam":true}`
	g := openGated(t)
	c, bo := g.login(t, account.Owner), g.login(t, account.Author)
	if _, err := g.Comments.Decide(t.Context(), account.Shell, g.other, comment.Decision{Action: comment.MarkSpam}); err != nil {
		t.Fatal(err)
	}
	file := c.Get("/admin/filter/learned.jsonl?text=1").Body
	bring := func(file string) *apptest.Response {
		var body bytes.Buffer
		w := multipart.NewWriter(&body)
		part, err := w.CreateFormFile("file", "labels.jsonl")
		if err == nil {
			_, err = part.Write([]byte(file))
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, apptest.BaseURL+"/admin/filter/learned", &body)
		r.Header.Set("Content-Type", w.FormDataContentType())
		r.Header.Set("Origin", apptest.BaseURL)
		return c.Do(r)
	}
	direct := bring(file)
	g.Clock.Advance(11 * time.Minute)
	page := bring(file)
	if page.Code != http.StatusForbidden || strings.Contains(page.Body, "wait under") {
		t.Fatalf("got %d, want 403, and nothing of the file in the page", page.Code)
	}
	bo.Post("/admin/filter/learned", url.Values{"kept_file": {hit(t, regexp.MustCompile(`name="kept_file" value="(\w+)"`), page.Body)}})
	page = proved(t, c, page, "not the password")
	again := proved(t, c, page, apptest.Password)
	if again.Code != direct.Code || again.Code == http.StatusUnprocessableEntity {
		t.Errorf("got %d, want %d as without the question\n%s", again.Code, direct.Code, again.Body)
	}
	if r := proved(t, c, page, apptest.Password); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("the same file once more: got %d, want 422: it is not there", r.Code)
	}
	g.Clock.Advance(11 * time.Minute)
	page = bring(labels)
	g.Clock.Advance(16 * time.Minute)
	if r := proved(t, c, page, apptest.Password); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("a quarter of an hour later: got %d, want 422", r.Code)
	}
}
