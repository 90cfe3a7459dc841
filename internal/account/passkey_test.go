package account_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
)

// key is a user's passkey and the browser it was made in.
type key struct {
	*apptest.Passkey
	b *apptest.Blog
	c *apptest.Client // logged in
}

// newKey makes an account, logs it in and makes a passkey, all through the router.
func newKey(t *testing.T, b *apptest.Blog, name string) key {
	t.Helper()
	c := b.Login(name, account.Owner)
	p, code := register(t, c, apptest.Tweak{})
	if code != http.StatusOK {
		t.Fatalf("register a passkey of %s: got %d", name, code)
	}
	return key{p, b, c}
}

func register(t *testing.T, c *apptest.Client, tw apptest.Tweak) (*apptest.Passkey, int) {
	t.Helper()
	p, id, answer := apptest.MakePasskey(t, c.Post("/admin/account/passkeys/options", url.Values{}).Body, tw)
	return p, c.Post("/admin/account/passkeys", url.Values{"ceremony": {id}, "response": {answer}, "name": {"my stick"}}).Code
}

// logIn logs in with the passkey alone, in a new browser.
func (k key) logIn(t *testing.T, tw apptest.Tweak) *apptest.Response {
	t.Helper()
	c := k.b.Client()
	id, answer := k.Use(t, c.Post("/admin/login/options", url.Values{}).Body, tw)
	return c.Post("/admin/login/passkey", url.Values{"ceremony": {id}, "response": {answer}})
}

// wantIn fails unless the answer is that of a login that worked, or that did not.
func wantIn(t *testing.T, what string, r *apptest.Response, in bool) {
	t.Helper()
	got, cookies := r.Code, len(r.Header.Values("Set-Cookie"))
	if in && (got != http.StatusSeeOther || cookies == 0) || !in && (got != http.StatusUnprocessableEntity || cookies > 0) {
		t.Errorf("%s: got %d with %d cookies, want in: %v", what, got, cookies, in)
	}
}

func TestPasskeyLogsIn(t *testing.T) {
	t.Parallel()
	k := newKey(t, apptest.Open(t, apptest.Options{}), "ada")
	for range 2 {
		wantIn(t, "as it should be", k.logIn(t, apptest.Tweak{}), true)
	}
	page := k.c.Get("/admin/account").Body
	if !strings.Contains(page, "my stick") {
		t.Errorf("the passkey is not listed:\n%s", page)
	}
}

// TestPasskeyAnswersThatDoNotHold: what a browser or an authenticator may get wrong, or an
// attacker may try, and each leaves the passkey as good as it was.
func TestPasskeyAnswersThatDoNotHold(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{})
	k, other := newKey(t, b, "ada"), newKey(t, b, "ben")
	for _, tt := range []struct {
		name  string
		tweak apptest.Tweak
	}{
		{"on another site", apptest.Tweak{Origin: "https://blog.example.net"}},
		{"on a site below", apptest.Tweak{Origin: "http://evil.blog.example.org"}},
		{"on another port", apptest.Tweak{Origin: "http://blog.example.org:8080"}},
		{"another challenge", apptest.Tweak{Challenge: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}},
		{"of another RP ID", apptest.Tweak{RPID: "example.org"}},
		{"without user verification", apptest.Tweak{Unverified: true}},
		{"without a touch", apptest.Tweak{Absent: true}},
		{"as if it were made", apptest.Tweak{Type: "webauthn.create"}},
		{"forged", apptest.Tweak{Forged: true}},
		{"with another user's handle", apptest.Tweak{Handle: other.Handle}},
		{"with a handle of nobody", apptest.Tweak{Handle: make([]byte, 32)}},
		{"with half a handle", apptest.Tweak{Handle: k.Handle[:16]}},
	} {
		t.Run(tt.name, func(t *testing.T) { //nolint:paralleltest // they share the counter of the passkey
			wantIn(t, "log in", k.logIn(t, tt.tweak), false)
			wantIn(t, "afterwards", k.logIn(t, apptest.Tweak{}), true)
		})
	}
	for _, tt := range []struct {
		name  string
		tweak apptest.Tweak
	}{
		{"on another site", apptest.Tweak{Origin: "https://blog.example.net"}},
		{"another challenge", apptest.Tweak{Challenge: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}},
		{"for another RP ID", apptest.Tweak{RPID: "example.org"}},
		{"without user verification", apptest.Tweak{Unverified: true}},
		{"as if it were used", apptest.Tweak{Type: "webauthn.get"}},
	} {
		t.Run("made "+tt.name, func(t *testing.T) { //nolint:paralleltest // as above
			made, got := register(t, k.c, tt.tweak)
			if got != http.StatusUnprocessableEntity {
				t.Errorf("register: got %d, want 422", got)
			}
			wantIn(t, "log in", key{made, b, nil}.logIn(t, apptest.Tweak{}), false)
		})
	}
}

// TestPasskeyChallenges: each is answered once, in time, and by whom it was put to.
func TestPasskeyChallenges(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{})
	k, other := newKey(t, b, "ada"), newKey(t, b, "ben")
	ask := func() string { return b.Post("/admin/login/options", url.Values{}).Body }
	send := func(id, answer string) *apptest.Response {
		return b.Client().Post("/admin/login/passkey", url.Values{"ceremony": {id}, "response": {answer}})
	}
	id, answer := k.Use(t, ask(), apptest.Tweak{})
	wantIn(t, "the first time", send(id, answer), true)
	wantIn(t, "the same again", send(id, answer), false)
	next, _ := k.Use(t, ask(), apptest.Tweak{})
	wantIn(t, "an old answer to a new challenge", send(next, answer), false)
	wantIn(t, "no ceremony", send("", answer), false)
	wantIn(t, "no answer", send(next, ""), false)

	id, answer = k.Use(t, ask(), apptest.Tweak{})
	b.Clock.Advance(5 * time.Minute)
	wantIn(t, "too late", send(id, answer), false)

	// A challenge to make a passkey is for whoever asked.
	asked := k.c.Post("/admin/account/passkeys/options", url.Values{}).Body
	_, id, answer = apptest.MakePasskey(t, asked, apptest.Tweak{})
	if r := other.c.Post("/admin/account/passkeys", url.Values{"ceremony": {id}, "response": {answer}}); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("made by another: got %d, want 422", r.Code)
	}
	if asked := b.Post("/admin/account/passkeys/options", url.Values{}); asked.Code != http.StatusSeeOther {
		t.Errorf("asked by nobody: got %d, want 303", asked.Code)
	}
}

// TestCopiedPasskey: one that counts its uses as if there were two of it is not taken any
// more, nor is its twin, and the log says so.
func TestCopiedPasskey(t *testing.T) {
	t.Parallel()
	k := newKey(t, apptest.Open(t, apptest.Options{}), "ada")
	twin := key{&apptest.Passkey{}, k.b, k.c}
	*twin.Passkey = *k.Passkey
	wantIn(t, "the one", k.logIn(t, apptest.Tweak{}), true)
	wantIn(t, "the one", k.logIn(t, apptest.Tweak{}), true)
	wantIn(t, "the twin", twin.logIn(t, apptest.Tweak{}), false)
	wantIn(t, "the one afterwards", k.logIn(t, apptest.Tweak{}), false)
	if page := k.c.Get("/admin/account").Body; !strings.Contains(page, "may have been copied") {
		t.Errorf("the list does not say that it is not taken any more:\n%s", page)
	}
	if page := k.c.Get("/admin/audit").Body; !strings.Contains(page, "passkey doubted") {
		t.Errorf("the audit log does not tell:\n%s", page)
	}
}

// TestPasskeyWithoutCounter: many of today's passkeys do not count, and say zero.
func TestPasskeyWithoutCounter(t *testing.T) {
	t.Parallel()
	k := newKey(t, apptest.Open(t, apptest.Options{}), "ada")
	for range 3 {
		wantIn(t, "log in", k.logIn(t, apptest.Tweak{Stuck: true}), true)
	}
}

func TestRemovedPasskey(t *testing.T) {
	t.Parallel()
	k := newKey(t, apptest.Open(t, apptest.Options{}), "ada")
	other := newKey(t, k.b, "ben")
	remove := regexp.MustCompile(`/admin/account/passkeys/\d+/remove`).FindString(k.c.Get("/admin/account").Body)
	if r := other.c.Post(remove, nil); r.Code != http.StatusNotFound {
		t.Errorf("removed by another: got %d, want 404", r.Code)
	}
	wantIn(t, "before", k.logIn(t, apptest.Tweak{}), true)
	if r := k.c.Post(remove, nil); r.Code != http.StatusSeeOther {
		t.Fatalf("removed: got %d, want 303", r.Code)
	}
	wantIn(t, "afterwards", k.logIn(t, apptest.Tweak{}), false)
	wantIn(t, "the password alone", k.b.Client().Post("/admin/login", url.Values{"name": {"ada"}, "password": {apptest.Password}}), true)
}

func TestPasskeyOfADisabledAccount(t *testing.T) {
	t.Parallel()
	k := newKey(t, apptest.Open(t, apptest.Options{}), "ada")
	k.b.MustUser("ben", account.Owner)
	if _, err := k.b.Accounts.Disable(t.Context(), account.Shell, "ada"); err != nil {
		t.Fatal(err)
	}
	wantIn(t, "disabled", k.logIn(t, apptest.Tweak{}), false)
	if _, err := k.b.Accounts.Enable(t.Context(), account.Shell, "ada"); err != nil {
		t.Fatal(err)
	}
	wantIn(t, "enabled", k.logIn(t, apptest.Tweak{}), true)
}

var ticket = regexp.MustCompile(`name="ticket" value="([^"]+)"`)

// TestPasskeyAsSecondStep: with a password first, and only one's own will do.
func TestPasskeyAsSecondStep(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{})
	k, other := newKey(t, b, "ada"), newKey(t, b, "ben")
	for _, tt := range []struct {
		name string
		with key
		want int
	}{
		{"another's", other, http.StatusUnprocessableEntity},
		{"one's own", k, http.StatusSeeOther},
	} {
		c := b.Client()
		page := c.Post("/admin/login", url.Values{"name": {"ada"}, "password": {apptest.Password}})
		found := ticket.FindStringSubmatch(page.Body)
		if page.Code != http.StatusOK || found == nil {
			t.Fatalf("%s: the first step: got %d\n%s", tt.name, page.Code, page.Body)
		}
		asked := c.Post("/admin/login/options", url.Values{"ticket": {found[1]}})
		id, answer := tt.with.Use(t, asked.Body, apptest.Tweak{})
		r := c.Post("/admin/login/second", url.Values{"ticket": {found[1]}, "ceremony": {id}, "response": {answer}})
		if r.Code != tt.want {
			t.Errorf("%s: got %d, want %d", tt.name, r.Code, tt.want)
		}
	}
}

// TestPasskeyProves: it lets its user, and nobody else, do what cannot be undone.
func TestPasskeyProves(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{})
	k, other := newKey(t, b, "ada"), newKey(t, b, "ben")
	b.Clock.Advance(time.Hour)
	for _, tt := range []struct {
		name string
		with key
		want int
	}{
		{"another's", other, http.StatusUnprocessableEntity},
		{"one's own", k, http.StatusOK},
	} {
		id, answer := tt.with.Use(t, k.c.Post("/admin/prove/options", url.Values{}).Body, apptest.Tweak{})
		r := k.c.Post("/admin/account/recovery", url.Values{"proof_ceremony": {id}, "proof_response": {answer}})
		if r.Code != tt.want {
			t.Errorf("%s: got %d, want %d", tt.name, r.Code, tt.want)
		}
	}
}

// TestInvitedWithAPasskey makes an account without a password.
func TestInvitedWithAPasskey(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{})
	b.MustUser("ada", account.Owner)
	secret, _, err := b.Accounts.Invite(t.Context(), account.Shell, account.Moderator, "")
	if err != nil {
		t.Fatal(err)
	}
	c, path := b.Client(), "/admin/invitation/"+secret
	if r := c.Post(path+"/options", url.Values{"name": {""}}); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("without a name: got %d, want 422", r.Code)
	}
	p, id, answer := apptest.MakePasskey(t, c.Post(path+"/options", url.Values{"name": {"ines"}}).Body, apptest.Tweak{})
	r := c.Post(path, url.Values{"name": {"somebody else"}, "ceremony": {id}, "response": {answer}})
	if r.Code != http.StatusOK || !strings.Contains(r.Body, "<li><code>") {
		t.Fatalf("accepted: got %d\n%s", r.Code, r.Body)
	}
	wantIn(t, "the passkey", key{p, b, nil}.logIn(t, apptest.Tweak{}), true)
	u, err := b.Accounts.Named(t.Context(), account.Shell, "ines")
	if err != nil || u.Role != account.Moderator || u.PasswordHash != "" {
		t.Errorf("got %+v, %v", u, err)
	}
	wantIn(t, "no password", b.Client().Post("/admin/login", url.Values{"name": {"ines"}, "password": {""}}), false)
}

// TestNoPasskeysWithoutAName: browsers make none for an address that is a number.
func TestNoPasskeysWithoutAName(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{Config: func(c *apptest.Config) { c.BaseURL = "http://192.0.2.1:8080" }})
	c := b.Login("ada", account.Owner)
	if b.Accounts.Passkeyed() {
		t.Error("says that passkeys can be made")
	}
	if r := c.Get("/admin/account/passkeys"); r.Code != http.StatusNotFound {
		t.Errorf("the form: got %d, want 404", r.Code)
	}
	if r := b.Post("/admin/login/options", url.Values{}); r.Code != http.StatusNotFound {
		t.Errorf("asked for one: got %d, want 404", r.Code)
	}
	if page := c.Get("/admin/account").Body; !strings.Contains(page, "password") {
		t.Errorf("the account page:\n%s", page)
	}
}

// TestLastPasskey: who has no password keeps one passkey, until there is a password.
func TestLastPasskey(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{})
	b.MustUser("ada", account.Owner)
	secret, _, err := b.Accounts.Invite(t.Context(), account.Shell, account.Moderator, "")
	if err != nil {
		t.Fatal(err)
	}
	c, path := b.Client(), "/admin/invitation/"+secret
	_, id, answer := apptest.MakePasskey(t, c.Post(path+"/options", url.Values{"name": {"ines"}}).Body, apptest.Tweak{})
	page := c.Post(path, url.Values{"ceremony": {id}, "response": {answer}}).Body
	code := regexp.MustCompile(`<li><code>([a-z2-7-]+)</code>`).FindStringSubmatch(page)
	if code == nil || !strings.Contains(page, "You have no password") {
		t.Fatalf("no recovery codes to log in with:\n%s", page)
	}
	wantIn(t, "a recovery code", b.Client().Post("/admin/login", url.Values{"name": {"ines"}, "password": {code[1]}}), true)

	remove := regexp.MustCompile(`/admin/account/passkeys/\d+/remove`).FindString(c.Get("/admin/account").Body)
	if r := c.Post(remove, nil); r.Code != http.StatusConflict || !strings.Contains(r.Body, "your only way to log in") {
		t.Errorf("the only way in, removed: got %d\n%s", r.Code, r.Body)
	}
	if r := c.Post("/admin/account/password", url.Values{"password": {apptest.Password}}); r.Code != http.StatusSeeOther {
		t.Fatalf("a password: got %d", r.Code)
	}
	if r := c.Post(remove, nil); r.Code != http.StatusSeeOther {
		t.Errorf("removed beside a password: got %d, want 303", r.Code)
	}
}
