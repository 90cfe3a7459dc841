package web_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
)

var (
	ticketField = regexp.MustCompile(`name="ticket" value="([^"]+)"`)
	secretText  = regexp.MustCompile(`<code class="secret" dir="ltr">([^<]+)</code>`)
	codeText    = regexp.MustCompile(`<li><code>([a-z2-7-]+)</code></li>`)
)

// hit is the first group of a pattern in a page, or fails.
func hit(t *testing.T, p *regexp.Regexp, page string) string {
	t.Helper()
	m := p.FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no %s in\n%s", p, page)
	}
	return html.UnescapeString(m[1])
}

// turnOnCodes turns one-time codes on, and returns the secret and the recovery codes.
func turnOnCodes(t *testing.T, b *apptest.Blog, c *apptest.Client) (secret string, recovery []string) {
	t.Helper()
	page := c.Post("/admin/account/codes", url.Values{})
	if page.Code != http.StatusOK {
		t.Fatalf("the secret: got %d\n%s", page.Code, page.Body)
	}
	secret = strings.ReplaceAll(hit(t, secretText, page.Body), " ", "")
	ticket := hit(t, ticketField, page.Body)
	if r := c.Post("/admin/account/codes/confirm", url.Values{"ticket": {ticket}, "code": {"000000"}}); r.Code != 422 || !strings.Contains(r.Body, ticket) {
		t.Fatalf("a wrong code: got %d", r.Code)
	}
	done := c.Post("/admin/account/codes/confirm", url.Values{"ticket": {ticket}, "code": {codeAt(t, secret, b.Clock.Now())}})
	for _, m := range codeText.FindAllStringSubmatch(done.Body, -1) {
		recovery = append(recovery, m[1])
	}
	if done.Code != http.StatusOK || len(recovery) != 10 {
		t.Fatalf("turned on: got %d with %d recovery codes", done.Code, len(recovery))
	}
	return secret, recovery
}

func codeAt(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, at)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// TestSecondStep logs in with a password and a code: each code once, a recovery code once,
// and no session before the second step.
func TestSecondStep(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{})
	secret, recovery := turnOnCodes(t, b, b.Login("ada", account.Owner))
	b.Clock.Advance(time.Minute)
	good := codeAt(t, secret, b.Clock.Now())
	for _, tt := range []struct {
		name, code string
		want       int
	}{
		{"no code", "", 422},
		{"a wrong code", "123", 422},
		{"a code of ten minutes ago", codeAt(t, secret, b.Clock.Now().Add(-10*time.Minute)), 422},
		{"the code", good[:3] + " " + good[3:], 303},
		{"the same code again", good, 422},
		{"the code of before", codeAt(t, secret, b.Clock.Now().Add(-30*time.Second)), 422},
		{"a recovery code", strings.ToUpper(recovery[3]), 303},
		{"the same recovery code again", recovery[3], 422},
	} {
		c := b.Client()
		first := login(c, "ada")
		if first.Code != http.StatusOK || len(first.Header.Values("Set-Cookie")) > 0 {
			t.Fatalf("%s: the first step: got %d with cookies %v", tt.name, first.Code, first.Header.Values("Set-Cookie"))
		}
		wantLogin(t, c.Get("/admin/queue"))
		r := c.Post("/admin/login/second", url.Values{"ticket": {hit(t, ticketField, first.Body)}, "code": {tt.code}, "next": {"/admin/account"}})
		if r.Code != tt.want {
			t.Errorf("%s: got %d, want %d", tt.name, r.Code, tt.want)
		}
		if r.Code == 303 {
			if page := c.Get("/admin/account"); page.Code != 200 || !strings.Contains(page.Body, "Turn off") {
				t.Errorf("%s: the account page: got %d", tt.name, page.Code)
			}
		}
	}
}

// TestProveOnceMore: ten minutes after the login, a form that cannot be undone asks who it
// is, and goes on with all that was typed, under another token.
func TestProveOnceMore(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{})
	c := b.Login("ada", account.Owner)
	b.Clock.Advance(11 * time.Minute)
	form := url.Values{"role": {"author"}, "writes": {`Ines "Fern" <i>`}}
	asked := c.Post("/admin/users/invitations", form)
	if asked.Code != http.StatusForbidden || !strings.Contains(asked.Body, `action="/admin/users/invitations"`) ||
		!strings.Contains(asked.Body, `name="writes" value="Ines &#34;Fern&#34; &lt;i&gt;"`) {
		t.Fatalf("got %d\n%s", asked.Code, asked.Body)
	}
	form.Set("proof_password", "not the password")
	if r := c.Post("/admin/users/invitations", form); r.Code != 422 || strings.Contains(r.Body, "not the password") {
		t.Errorf("a wrong password: got %d", r.Code)
	}
	form.Set("proof_password", apptest.Password)
	done := c.Post("/admin/users/invitations", form)
	if done.Code != http.StatusOK || len(done.Header.Values("Set-Cookie")) == 0 {
		t.Fatalf("proved: got %d\n%s", done.Code, done.Body)
	}
	if r := c.Post("/admin/account/recovery", url.Values{}); r.Code != http.StatusConflict {
		t.Errorf("recovery codes of nothing: got %d, want 409", r.Code)
	}
	link := hit(t, secretText, done.Body)
	_, path, _ := strings.Cut(link, "/admin/")
	path = "/admin/" + path
	if page := b.Get(path); page.Code != 200 || page.Header.Get("Referrer-Policy") != "same-origin" {
		t.Errorf("the invitation: got %d", page.Code)
	}
	guest := b.Client()
	if r := guest.Post(path, url.Values{"name": {"ADA"}, "password": {apptest.Password}}); r.Code != 422 {
		t.Errorf("a taken name: got %d", r.Code)
	}
	if r := guest.Post(path, url.Values{"name": {"ines"}, "password": {apptest.Password}}); r.Code != 303 {
		t.Fatalf("accepted: got %d\n%s", r.Code, r.Body)
	}
	if r := guest.Get("/admin/queue"); r.Code != 200 {
		t.Errorf("the desk of who was invited: got %d", r.Code)
	}
	for _, p := range []string{path, "/admin/invitation/never"} {
		if r := b.Get(p); r.Code != 404 || !strings.Contains(r.Body, "This invitation does not work") {
			t.Errorf("%s: got %d", p, r.Code)
		}
	}
	b.Clock.Advance(11 * time.Minute)
	if r := c.Get("/admin/account/passkeys"); r.Code != http.StatusForbidden || !strings.Contains(r.Body, `action="/admin/prove"`) {
		t.Errorf("a page that asks: got %d", r.Code)
	}
	r := c.Post("/admin/prove", url.Values{"next": {"/admin/account/passkeys"}, "proof_password": {apptest.Password}})
	if r.Code != 303 || r.Header.Get("Location") != "/admin/account/passkeys" || c.Get("/admin/account/passkeys").Code != 200 {
		t.Errorf("proved: got %d to %s", r.Code, r.Header.Get("Location"))
	}
}

// TestUsersPage changes, disables and removes accounts, but not the last owner.
func TestUsersPage(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{})
	ada, ben := b.Login("ada", account.Owner), b.Login("ben", account.Moderator)
	for _, tt := range []struct {
		who  *apptest.Client
		path string
		form url.Values
		want int
	}{
		{ben, "/admin/users/1/remove", nil, 403},
		{ada, "/admin/users/1/remove", nil, 409},
		{ada, "/admin/users/1/disable", nil, 409},
		{ada, "/admin/users/1/role", url.Values{"role": {"moderator"}}, 409},
		{ada, "/admin/users/2/role", url.Values{"role": {"author"}}, 422},
		{ada, "/admin/users/2/fly", nil, 404},
		{ada, "/admin/users/9/disable", nil, 404},
		{ada, "/admin/users/2/disable", nil, 303},
	} {
		if r := tt.who.Post(tt.path, tt.form); r.Code != tt.want {
			t.Errorf("POST %s: got %d, want %d", tt.path, r.Code, tt.want)
		}
	}
	if r := ada.Get("/admin/users"); r.Code != 200 || !strings.Contains(r.Body, "disabled") {
		t.Errorf("the list: got %d", r.Code)
	}
	wantLogin(t, ben.Get("/admin/queue"))
	if r := login(b.Client(), "ben"); r.Code != 422 || !strings.Contains(r.Body, "Name or password is wrong.") {
		t.Errorf("a disabled account: got %d", r.Code)
	}
	ada.Post("/admin/users/2/enable", nil)
	if r := login(ben, "ben"); r.Code != 303 {
		t.Errorf("enabled again: got %d", r.Code)
	}
	if r := ben.Get("/admin/users"); r.Code != 403 {
		t.Errorf("the list, for a moderator: got %d, want 403", r.Code)
	}
	if r := ada.Post("/admin/users/2/remove", nil); r.Code != 303 {
		t.Errorf("removed: got %d", r.Code)
	}
	wantLogin(t, ben.Get("/admin/queue"))
}

// TestOwnSessions lists the sessions of a user, and ends the others.
func TestOwnSessions(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{})
	here, there := b.Login("ada", account.Owner), b.Client()
	there.Header = http.Header{"User-Agent": {"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}}
	login(there, "ada")
	if page := here.Get("/admin/account"); page.Code != 200 || !strings.Contains(page.Body, "Firefox, Linux") {
		t.Errorf("the list: got %d", page.Code)
	}
	if r := here.Post("/admin/account/sessions", url.Values{}); r.Code != 303 {
		t.Errorf("ended: got %d", r.Code)
	}
	wantLogin(t, there.Get("/admin/queue"))
	if r := here.Post("/admin/account/password", url.Values{"password": {"eight white swans"}, "again": {"eight white swan"}}); r.Code != 422 {
		t.Errorf("two passwords: got %d", r.Code)
	}
	if r := here.Post("/admin/account/password", url.Values{"password": {"eight white swans"}, "again": {"eight white swans"}}); r.Code != 303 {
		t.Errorf("a new password: got %d", r.Code)
	}
	if r := here.Get("/admin/account"); r.Code != 200 {
		t.Errorf("this session goes on: got %d", r.Code)
	}
}
