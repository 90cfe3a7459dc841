package web_test

import (
	"net/url"
	"strings"
	"testing"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
)

func setupToken(t *testing.T, b *apptest.Blog) string {
	t.Helper()
	token, err := b.Accounts.SetupToken(t.Context())
	if err != nil || token == "" {
		t.Fatalf("setup token: %q, %v", token, err)
	}
	return token
}

func TestSetup(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{})
	token := setupToken(t, b)
	c := b.Client()
	page := c.Get("/admin/setup?token=" + token)
	if page.Code != 200 || !strings.Contains(page.Body, `name="token" value="`+token+`"`) {
		t.Fatalf("form: got %d\n%s", page.Code, page.Body)
	}
	form := url.Values{"token": {token}, "name": {"Ada"}, "password": {apptest.Password}, "again": {apptest.Password}}
	r := c.Post("/admin/setup", form)
	if r.Code != 303 || r.Header.Get("Location") != "/admin" {
		t.Fatalf("setup: got %d to %q\n%s", r.Code, r.Header.Get("Location"), r.Body)
	}
	if r := c.Get("/admin/queue"); r.Code != 200 || !strings.Contains(r.Body, "<bdi>Ada</bdi>") {
		t.Errorf("after setup: got %d, want to be logged in", r.Code)
	}
	users, err := b.Accounts.Users(t.Context(), account.Shell)
	if err != nil || len(users) != 1 || users[0].Role != account.Owner {
		t.Errorf("users: %v, %v, want one owner", users, err)
	}

	form.Set("name", "Mallory")
	for name, r := range map[string]*apptest.Response{
		"link again": b.Get("/admin/setup?token=" + token), "form again": b.Post("/admin/setup", form),
	} {
		if r.Code != 403 || !strings.Contains(r.Body, "has an account already") || strings.Contains(r.Body, "<form") {
			t.Errorf("%s: got %d\n%s", name, r.Code, r.Body)
		}
	}
}

// TestSetupByScript posts to the link itself, with nothing but name and password.
func TestSetupByScript(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{})
	r := b.Post("/admin/setup?token="+setupToken(t, b), url.Values{"name": {"Ada"}, "password": {apptest.Password}})
	if r.Code != 303 || r.Header.Get("Location") != "/admin" {
		t.Errorf("got %d to %q, want 303 to /admin", r.Code, r.Header.Get("Location"))
	}
}

func TestSetupRefuses(t *testing.T) {
	t.Parallel()
	const password = apptest.Password
	tests := []struct {
		name, token, user, password, again string
		want                               int
		says                               string
	}{
		{"short password", "", "Ada", "short", "short", 422, `href="#password"`},
		{"no name", "", "", password, password, 422, `href="#name"`},
		{"passwords differ", "", "Ada", password, password + "x", 422, `href="#again"`},
		{"markup as name", "", "<i>Ada", "short", "short", 422, "&lt;i&gt;Ada"},
		{"wrong token", "wrong", "Ada", password, password, 403, "Start hamlet again"},
		{"wrong token, wrong password", "wrong", "Ada", "a", "b", 403, "Start hamlet again"},
		{"no token", "none", "Ada", password, password, 403, "Start hamlet again"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := apptest.Open(t, apptest.Options{})
			form := url.Values{"token": {tt.token}, "name": {tt.user}, "password": {tt.password}, "again": {tt.again}}
			switch tt.token {
			case "":
				form.Set("token", setupToken(t, b))
			case "none":
				form.Del("token")
			}
			r := b.Post("/admin/setup", form)
			if r.Code != tt.want || !strings.Contains(r.Body, tt.says) {
				t.Errorf("got %d, want %d with %s:\n%s", r.Code, tt.want, tt.says, r.Body)
			}
			if strings.Contains(r.Body, `value="`+tt.password) || len(r.Header.Values("Set-Cookie")) > 0 {
				t.Error("the password or a cookie comes back")
			}
			if tt.want == 422 && !strings.Contains(r.Body, form.Get("token")) {
				t.Error("the form has lost its token")
			}
			setupToken(t, b) // there is still no account
		})
	}
}

func TestLoginSaysHowTheFirstAccountIsMade(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{})
	r := b.Get("/admin/login")
	if !strings.Contains(r.Body, "hamlet user add") || !strings.Contains(r.Body, "log") {
		t.Errorf("without an account:\n%s", r.Body)
	}
	if strings.Contains(r.Body, setupToken(t, b)) {
		t.Error("the page gives the token away")
	}
	b.MustUser("ada", account.Owner)
	if r := b.Get("/admin/login"); strings.Contains(r.Body, "hamlet user add") {
		t.Error("with an account, the hint is still there")
	}
	if r := b.Get("/admin/setup?token=x"); r.Code != 403 || !strings.Contains(r.Body, `href="/admin/login"`) {
		t.Errorf("setup with an account: got %d\n%s", r.Code, r.Body)
	}
}
