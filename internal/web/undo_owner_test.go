package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
	"hamlet/internal/comment"
)

// ownersBlog is a blog with everything that only its owner sets: a webhook, an account, an
// invitation, a site with a key; and a saved view.
func ownersBlog(t *testing.T) (b *apptest.Blog, ada *apptest.Client) {
	t.Helper()
	b = apptest.Open(t, apptest.Options{Content: millPost()})
	ada = b.Login("ada", account.Owner)
	b.MustUser("mo", account.Moderator)
	mustPost(t, ada, "/admin/views", "name=Mine&return=/admin/queue?status=spam")
	mustPost(t, ada, "/admin/notices", "address=ada@example.org&pace=daily&held=1")
	mustPost(t, ada, "/admin/notices/hooks/0", "name=chat&url=https://hooks.example.org/in&format=json&pace=soon&held=1&secret=s3cret")
	if r := ada.Post("/admin/users/invitations", url.Values{"role": {"moderator"}}); r.Code != http.StatusOK {
		t.Fatalf("invite: got %d", r.Code)
	}
	newKey(t, ada, "Shop")
	ada.Get("/admin/queue")
	return b, ada
}

// ownersThings is all of it, in words.
func ownersThings(t *testing.T, b *apptest.Blog, ada *apptest.Client) string {
	t.Helper()
	ctx := t.Context()
	owner := account.Actor{Name: "ada", Role: account.Owner}
	all := inWords{t: t}
	all.say(b.Views.Of(ctx, owner))
	all.say(b.Accounts.Users(ctx, owner))
	all.say(b.Accounts.Invitations(ctx, owner))
	all.say(b.Sites.List(ctx, owner))
	ada.Get("/admin/notices") // tells what was done last
	_, page, _ := strings.Cut(ada.Get("/admin/notices").Body, "<h1>")
	all.say(page, nil)
	return all.String()
}

// ownerActs is what can be done there, each with the words in which the list tells it.
var ownerActs = []struct {
	name, path, form, told string
	proof                  bool
}{
	{"save a view", "/admin/views", "name=Other&return=/admin/queue?status=trash", "saved a view: Other", false},
	{"change a view", "/admin/views", "name=Mine&return=/admin/queue?status=trash", "saved a view: Mine", false},
	{"rename a view", "/admin/views/1/rename", "name=Yours", "renamed a view: Yours", false},
	{"remove a view", "/admin/views/1/remove", "", "removed a view: Mine", false},
	{"notices", "/admin/notices", "address=other@example.org&pace=soon", "set what notices go out: ada", false},
	{"add a webhook", "/admin/notices/hooks/0", "name=other&url=https://hooks.example.net/&format=json&pace=soon", "set up another program: other", false},
	{"change a webhook", "/admin/notices/hooks/2", "name=chat&url=https://hooks.example.net/&format=json&pace=soon&secret=x", "set up another program: chat", false},
	{"remove a webhook", "/admin/notices/hooks/2/remove", "", "removed another program: chat", false},
	{"role", "/admin/users/2/role", "role=owner", "changed the role of an account: mo", true},
	{"disable", "/admin/users/2/disable", "", "disabled an account: mo", true},
	{"remove", "/admin/users/2/remove", "", "removed an account: mo", true},
	{"revoke", "/admin/users/invitations/1/revoke", "", "revoked an invitation", true},
	{"change a site", "/admin/sites/1", "cost=2&per_minute=7&shares=1&call_back=1", "changed the settings of a site: Shop", false},
	{"revoke a key", "/admin/sites/1/revoke", "", "revoked the key of a site: Shop", true},
}

// TestUndoOfOwners: what owners set can be undone, of accounts and invitations only by who proves
// to be one.
func TestUndoOfOwners(t *testing.T) {
	t.Parallel()
	for _, tt := range ownerActs {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b, ada := ownersBlog(t)
			was := ownersThings(t, b, ada)
			b.Clock.Advance(time.Minute)
			mustPost(t, ada, tt.path, tt.form)
			next := undoOf(t, ada.Get("/admin/views").Body)
			if now := ownersThings(t, b, ada); now == was {
				t.Fatal("it changed nothing")
			}
			page := ada.Get("/admin/acts").Body
			to := undoOf(t, page)
			if next != to {
				t.Errorf("the next page undoes %s, and the list %s", next, to)
			}
			pageSays(t, ada.Get("/admin/acts"), "<bdi>ada</bdi>: "+tt.told)
			b.Clock.Advance(11 * time.Minute)
			r := ada.Post(to, nil)
			if tt.proof {
				if now := ownersThings(t, b, ada); r.Code != http.StatusForbidden || now == was {
					t.Fatalf("without a proof: got %d", r.Code)
				}
				r = proved(t, ada, r, apptest.Password)
			}
			if r.Code != http.StatusSeeOther {
				t.Fatalf("undo: got %d\n%s", r.Code, r.Body)
			}
			if now := ownersThings(t, b, ada); now != was {
				t.Errorf("it is not as it was:\n%s\nbut\n%s", was, now)
			}
		})
	}
}

// TestUndoOfKeys: whoever made an invitation or a key can take it back where it is shown; with a key
// that was used it is too late, and one that was revoked works again.
func TestUndoOfKeys(t *testing.T) {
	t.Parallel()
	b, ada := ownersBlog(t)
	for path, form := range map[string]string{"/admin/users/invitations": "role=author&writes=Ines", "/admin/sites": "name=Forum"} {
		was := ownersThings(t, b, ada)
		q, _ := url.ParseQuery(form)
		to := undoOf(t, ada.Post(path, q).Body)
		if now := ownersThings(t, b, ada); now == was {
			t.Fatalf("%s: nothing was made", path)
		}
		b.Clock.Advance(11 * time.Minute)
		if r := proved(t, ada, ada.Post(to, nil), apptest.Password); r.Code != http.StatusSeeOther {
			t.Errorf("%s: undo: got %d\n%s", path, r.Code, r.Body)
		}
		if now := ownersThings(t, b, ada); now != was {
			t.Errorf("%s: it is not as it was:\n%s\nbut\n%s", path, was, now)
		}
	}
	r := ada.Post("/admin/sites", url.Values{"name": {"Wiki"}})
	key, made := regexp.MustCompile(`>([0-9a-f]{12})<`).FindStringSubmatch(r.Body)[1], undoOf(t, r.Body)
	if got := askWith(t, b, key, "viagra-test-123", "Hello"); got != "true" {
		t.Fatalf("got %q", got)
	}
	ada.Get("/admin/sites") // what was asked is kept by then
	if r := ada.Post(made, nil); r.Code != http.StatusConflict || !strings.Contains(r.Body, "used since") {
		t.Errorf("a key that was used: got %d\n%s", r.Code, r.Body)
	}
	list := ada.Get("/admin/sites").Body
	at := regexp.MustCompile(`href="(/admin/sites/\d+)"><bdi>Wiki`).FindStringSubmatch(list)[1]
	mustPost(t, ada, at+"/revoke", "")
	if got := askWith(t, b, key, "viagra-test-123", "Hello"); got != "invalid" {
		t.Errorf("a key that was revoked: got %q", got)
	}
	mustPost(t, ada, undoOf(t, ada.Get("/admin/sites").Body), "")
	if got := askWith(t, b, key, "viagra-test-123", "Hello"); got != "true" {
		t.Errorf("after the undo: got %q", got)
	}
}

// TestUndoOfTeaching: what a site was told wrongly is learned no more when that is undone, and what it
// asks again is answered as before.
func TestUndoOfTeaching(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{})
	ada := b.Login("ada", account.Owner)
	key := newKey(t, ada, "Shop")
	const text = "Zorbel quandle at the mill"
	first := askWith(t, b, key, "Ann", text)
	page := func() string {
		t.Helper()
		_, page, _ := strings.Cut(ada.Get("/admin/sites/1").Body, "<h1>")
		return page
	}
	was := page()
	action := regexp.MustCompile(`/admin/sites/1/checks/[a-z0-9]+/spam`).FindString(was)
	mustPost(t, ada, action, "")
	to := undoOf(t, ada.Get("/admin/sites/1").Body)
	if got := askWith(t, b, key, "Ann", text); first != "false" || got != "true" {
		t.Fatalf("asked again: got %s after %s", got, first)
	}
	pageSays(t, ada.Get("/admin/acts"), "<bdi>ada</bdi>: corrected what a site was told: Shop")
	mustPost(t, ada, to, "")
	ada.Get("/admin/acts") // tells that it is undone
	if got := askWith(t, b, key, "Ann", text); got != first {
		t.Errorf("after the undo: got %s, want %s", got, first)
	}
	if now := page(); strings.Contains(now, "It was reported") || strings.Contains(now, "A mistake") || !strings.Contains(now, "0 were missed") {
		t.Errorf("the page is\n%s\nand was\n%s", now, was)
	}
}

// TestUndoOfFeed: an address of the feed that was ended stays worthless.
func TestUndoOfFeed(t *testing.T) {
	t.Parallel()
	b, ada := ownersBlog(t)
	mustPost(t, ada, "/admin/notices/feed", "feed=renew")
	b.Clock.Advance(time.Minute)
	mustPost(t, ada, "/admin/notices/feed", "feed=stop")
	page := ada.Get("/admin/acts")
	pageSays(t, page, "changed the address of the feed")
	if r := ada.Post("/admin/acts/6/undo", nil); r.Code != http.StatusForbidden {
		t.Errorf("got %d, want 403\n%s", r.Code, page.Body)
	}
}

// TestUndoOfOthersView: nobody else takes back what somebody did with their views.
func TestUndoOfOthersView(t *testing.T) {
	t.Parallel()
	b, ada := ownersBlog(t)
	mustPost(t, ada, "/admin/views/1/remove", "")
	to := undoOf(t, ada.Get("/admin/acts").Body)
	mo := b.Login("other", account.Owner)
	if r := mo.Post(to, nil); r.Code != http.StatusForbidden {
		t.Errorf("got %d, want 403", r.Code)
	}
}

// TestUndoOfImport: an import is undone by its button, and so is its removal.
func TestUndoOfImport(t *testing.T) {
	t.Parallel()
	there := apptest.Open(t, apptest.Options{Content: millPost()})
	id := there.MustComment(comment.Submission{Post: "mill", Author: "Ann", Body: "Buy cheap watches."}).ID
	if _, err := there.Comments.Decide(t.Context(), account.Shell, id, comment.Decision{Action: comment.MarkSpam}); err != nil {
		t.Fatal(err)
	}
	file := there.Login("ada", account.Owner).Get("/admin/filter/learned.jsonl").Body
	b, ada := ownersBlog(t)
	labels := func() int {
		t.Helper()
		all, err := b.Comments.Imported(t.Context(), account.Shell)
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	if r := sendFile(ada, "/admin/filter/learned", "labels.jsonl", []byte(file)); r.Code != http.StatusSeeOther || labels() != 1 {
		t.Fatalf("got %d, %d\n%s", r.Code, labels(), r.Body)
	}
	mustPost(t, ada, undoOf(t, ada.Get("/admin/filter/learned").Body), "")
	if n := labels(); n != 0 {
		t.Errorf("labels of %d sites", n)
	}
}

// TestTemplateOfNoUse: a template that is not used is not kept in silence, nor is a form of one's own
// without one.
func TestTemplateOfNoUse(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{Content: millPost()})
	ada := b.Login("ada", account.Owner)
	hook := url.Values{"name": {"chat"}, "url": {"https://hooks.example.org/in"}, "pace": {"soon"}}
	for _, tt := range []struct {
		format, template, wrong string
	}{
		{"json", `{"content": {{json .Text}}}`, "A template is used by the form"},
		{"slack", `{{.Text}}`, "A template is used by the form"},
		{"own", " \n", "The template cannot be used"},
		{"json", " \n", ""},
		{"own", `{"content": {{json .Text}}}`, ""},
	} {
		hook["format"], hook["template"] = []string{tt.format}, []string{tt.template}
		r := ada.Post("/admin/notices/hooks/0", hook)
		if want := tt.wrong == ""; (r.Code == http.StatusSeeOther) != want || !strings.Contains(r.Body, tt.wrong) {
			t.Errorf("%s with %q: got %d, want it to say %q", tt.format, tt.template, r.Code, tt.wrong)
		}
	}
}
