package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
)

// newKey makes a key on the page and returns it.
func newKey(t *testing.T, owner *apptest.Client, name string) string {
	t.Helper()
	r := owner.Post("/admin/sites", url.Values{"name": {name}})
	key := regexp.MustCompile(`<code class="secret" dir="ltr">([0-9a-f]{12})</code>`).FindStringSubmatch(r.Body)
	if r.Code != 200 || key == nil {
		t.Fatalf("make a key: got %d\n%s", r.Code, r.Body)
	}
	return key[1]
}

// askWith asks about a comment with a key, as a site does.
func askWith(t *testing.T, b *apptest.Blog, key, author, body string) string {
	t.Helper()
	const blog = "https://127.0.0.1:1"
	form := url.Values{
		"api_key": {key}, "blog": {blog}, "user_ip": {"192.0.2.1"}, "comment_type": {"comment"},
		"comment_author": {author}, "comment_content": {body}, "permalink": {"https://shop.example.org/bread"},
		"callback": {blog + "/hook"},
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://blog.example.org/1.1/comment-check", strings.NewReader(form.Encode()))
	w := httptest.NewRecorder()
	b.Handler().ServeHTTP(w, r)
	return w.Body.String()
}

// An owner makes a key, sees what is asked with it, corrects it, changes the settings and
// revokes the key.
func TestSites(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{})
	ada := b.Login("ada", account.Owner)
	pageSays(t, ada.Get("/admin/sites"), "No site has a key")
	key := newKey(t, ada, "My <shop>")
	if r := ada.Get("/admin/sites"); strings.Contains(r.Body, key) {
		t.Error("the key is shown again")
	}
	for name, want := range map[string]string{"My <shop>": "of this name already", " ": "1 to 100 characters"} {
		if r := ada.Post("/admin/sites", url.Values{"name": {name}}); r.Code != 422 || !strings.Contains(r.Body, want) {
			t.Errorf("%q: got %d, want 422 and %q", name, r.Code, want)
		}
	}
	if got := askWith(t, b, key, "viagra-test-123", "Zorbel <b>quandle</b>"); got != "true" {
		t.Fatalf("got %q, want true", got)
	}
	const page = "/admin/sites/1"
	r := ada.Get(page)
	pageSays(t, r, "My &lt;shop&gt;", "asked about 1 comment", "It was called spam", "https://shop.example.org/bread", "Zorbel &lt;b&gt;")
	action := regexp.MustCompile(page + `/checks/[a-z0-9]+/ham`).FindString(r.Body)
	if action == "" {
		t.Fatalf("no button to correct the check:\n%s", r.Body)
	}
	if r := ada.Post(action, nil); r.Code != http.StatusSeeOther {
		t.Fatalf("correct: got %d, want 303", r.Code)
	}
	pageSays(t, ada.Get(page), "Learned as honest", "It was reported as honest", "A mistake", "1 was called spam wrongly")
	if r := ada.Post(strings.Replace(action, "/ham", "/eggs", 1), nil); r.Code != 404 {
		t.Errorf("an unknown word: got %d, want 404", r.Code)
	}
	if r := ada.Post(page, url.Values{"cost": {"2,5"}, "per_minute": {"90"}, "shares": {"1"}}); r.Code != http.StatusSeeOther {
		t.Errorf("settings: got %d, want 303", r.Code)
	}
	pageSays(t, ada.Get(page), "The settings are saved", `value="2.5"`, `value="90"`, `name="shares" value="1" checked`)
	for field, value := range map[string]string{"cost": "much", "per_minute": "-1"} {
		form := url.Values{"cost": {"1"}, "per_minute": {"1"}}
		form.Set(field, value)
		if r := ada.Post(page, form); r.Code != 422 || !strings.Contains(r.Body, `id="wrong-`+field+`"`) || !strings.Contains(r.Body, `value="`+value+`"`) {
			t.Errorf("%s %s: got %d\n%s", field, value, r.Code, r.Body)
		}
	}
	if r := ada.Post(page+"/revoke", nil); r.Code != http.StatusSeeOther {
		t.Errorf("revoke: got %d, want 303", r.Code)
	}
	pageSays(t, ada.Get("/admin/sites"), "The key of My &lt;shop&gt; is revoked", "<b>revoked</b>")
	if got := askWith(t, b, key, "Ada", "Hello"); got != "invalid" {
		t.Errorf("with the revoked key: got %q, want invalid", got)
	}
	if r := ada.Get(page); strings.Contains(r.Body, "/revoke") || strings.Contains(r.Body, "/checks/") {
		t.Error("what is revoked can be changed")
	}
}

// What was asked is listed page by page, and nothing twice.
func TestSitesByPage(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{})
	ada := b.Login("ada", account.Owner)
	key := newKey(t, ada, "Shop")
	for range 30 { // all at the same moment
		askWith(t, b, key, "Ada", "Hello")
	}
	ids := regexp.MustCompile(`id="by-([a-z0-9]+)"`)
	first := ada.Get("/admin/sites/1").Body
	next := regexp.MustCompile(`href="([^"]+)" rel="next"`).FindStringSubmatch(first)
	if next == nil {
		t.Fatalf("no second page:\n%s", first)
	}
	seen := map[string]bool{}
	for _, body := range []string{first, ada.Get(next[1]).Body} {
		for _, m := range ids.FindAllStringSubmatch(body, -1) {
			seen[m[1]] = true
		}
	}
	if len(seen) != 30 {
		t.Errorf("two pages have %d checks, want 30", len(seen))
	}
	if r := ada.Get("/admin/sites/1?after=yesterday"); r.Code != 404 {
		t.Errorf("no such place: got %d, want 404", r.Code)
	}
}

// Sites are the owner's concern alone, and each must be there.
func TestSitesAreForOwners(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{})
	ada, mia := b.Login("ada", account.Owner), b.Login("mia", account.Moderator)
	key := newKey(t, ada, "Shop")
	askWith(t, b, key, "Ada", "Hello")
	for _, path := range []string{"/admin/sites", "/admin/sites/1"} {
		if r := mia.Get(path); r.Code != http.StatusForbidden {
			t.Errorf("GET %s by a moderator: got %d, want 403", path, r.Code)
		}
		if r := b.Client().Get(path); r.Code != http.StatusSeeOther {
			t.Errorf("GET %s by nobody: got %d, want 303", path, r.Code)
		}
	}
	for _, path := range []string{"/admin/sites", "/admin/sites/1", "/admin/sites/1/revoke", "/admin/sites/1/checks/x/spam"} {
		if r := mia.Post(path, url.Values{"name": {"x"}, "cost": {"1"}, "per_minute": {"1"}}); r.Code != http.StatusForbidden {
			t.Errorf("POST %s by a moderator: got %d, want 403", path, r.Code)
		}
	}
	if strings.Contains(mia.Get("/admin/queue").Body, "/admin/sites") {
		t.Error("a moderator is shown the way to the sites")
	}
	for _, path := range []string{"/admin/sites/2", "/admin/sites/x"} {
		if r := ada.Get(path); r.Code != 404 {
			t.Errorf("GET %s: got %d, want 404", path, r.Code)
		}
	}
	if r := ada.Post("/admin/sites/1/checks/nothing/spam", nil); r.Code != 404 {
		t.Errorf("no such check: got %d, want 404", r.Code)
	}
}

// The owner lets a site be told of another word, sees how that stands, and /privacy says so as
// long as it is on.
func TestSitesAreTold(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{})
	ada := b.Login("ada", account.Owner)
	key := newKey(t, ada, "Shop")
	const said = "Other sites that ask this site’s filter"
	if r := b.Get("/privacy"); strings.Contains(r.Body, said) {
		t.Error("/privacy names sites that are told nothing")
	}
	settings := url.Values{"cost": {"1"}, "per_minute": {"90"}, "call_back": {"1"}}
	ada.Post("/admin/sites/1", settings)
	pageSays(t, ada.Get("/admin/sites/1"), `name="call_back" value="1" checked`)
	pageSays(t, b.Get("/privacy"), said)
	if got := askWith(t, b, key, "viagra-test-123", "Hello"); got != "true" {
		t.Fatalf("got %q, want true", got)
	}
	action := regexp.MustCompile(`/admin/sites/1/checks/[a-z0-9]+/ham`).FindString(ada.Get("/admin/sites/1").Body)
	ada.Post(action, nil)
	pageSays(t, ada.Get("/admin/sites/1"), "The site is to be told.")
	if err := b.CallSites(t.Context()); err != nil { // this machine is private
		t.Fatal(err)
	}
	pageSays(t, ada.Get("/admin/sites/1"), "The site could not be told: the address is not one to fetch from.")
	settings.Del("call_back")
	ada.Post("/admin/sites/1", settings)
	if r := ada.Get("/admin/sites/1"); strings.Contains(r.Body, "told") && strings.Contains(r.Body, "not one to fetch") {
		t.Error("it is to be told after that was switched off")
	}
	if r := b.Get("/privacy"); strings.Contains(r.Body, said) {
		t.Error("/privacy names sites that are told nothing any more")
	}
}
