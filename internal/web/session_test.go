package web_test

import (
	"bytes"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
)

// harbour is the content of the blog that is moderated in these tests.
func harbour() fstest.MapFS {
	return fstest.MapFS{"posts/harbour.md": {Data: []byte(
		"---\ntitle: A walk to the harbour\ndate: 2026-11-01\n---\nDown to the water.\n")}}
}

// cookieOf is the session cookie an answer sets, or fails.
func cookieOf(t *testing.T, r *apptest.Response) *http.Cookie {
	t.Helper()
	cookies := slices.DeleteFunc((&http.Response{Header: r.Header}).Cookies(), func(ck *http.Cookie) bool { return ck.Name == "hamlet_device" })
	if len(cookies) != 2 || cookies[1].Path != "/posts" {
		t.Fatalf("cookies: got %v, want one, and the same for where comments are sent", cookies)
	}
	if same := *cookies[1]; same.Value != cookies[0].Value || same.Name != cookies[0].Name || !same.HttpOnly || same.Secure != cookies[0].Secure {
		t.Errorf("cookies differ: %v", cookies)
	}
	return cookies[0]
}

// login sends the form with the password every user of a test has.
func login(c *apptest.Client, name string) *apptest.Response {
	return c.Post("/admin/login", url.Values{"name": {name}, "password": {apptest.Password}})
}

// getWith asks for the queue with a cookie, as whoever has the token could.
func getWith(c *apptest.Client, ck *http.Cookie) *apptest.Response {
	r := httptest.NewRequest(http.MethodGet, apptest.BaseURL+"/admin/queue", http.NoBody)
	r.AddCookie(ck)
	return c.Do(r)
}

func wantLogin(t *testing.T, r *apptest.Response) {
	t.Helper()
	if to := r.Header.Get("Location"); r.Code != http.StatusSeeOther || !strings.HasPrefix(to, "/admin/login?") {
		t.Errorf("got %d to %q, want 303 to the login page", r.Code, to)
	}
}

func TestSessionCookie(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, base, cookie string
		secure             bool
	}{
		{"http", apptest.BaseURL, "hamlet_session", false},
		{"https", "https://blog.example.org", "__Secure-hamlet_session", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := apptest.Open(t, apptest.Options{Config: func(c *apptest.Config) { c.BaseURL = tt.base }})
			b.MustUser("ada", account.Owner)
			ck := cookieOf(t, login(b.Client(), "ada"))
			if ck.Name != tt.cookie || ck.Secure != tt.secure {
				t.Errorf("got %s, Secure %v, want %s, %v", ck.Name, ck.Secure, tt.cookie, tt.secure)
			}
			if ck.Path != "/admin" || !ck.HttpOnly || ck.SameSite != http.SameSiteLaxMode || ck.Domain != "" {
				t.Errorf("cookie: %s", ck)
			}
			if len(ck.Value) < 40 {
				t.Errorf("token %q is short", ck.Value)
			}
		})
	}
}

func TestDatabaseDoesNotKnowTheToken(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{})
	b.MustUser("ada", account.Owner)
	ck := cookieOf(t, login(b.Client(), "ada"))
	err := filepath.WalkDir(b.Data, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if bytes.Contains(data, []byte(ck.Value)) {
			t.Errorf("%s holds the token", d.Name())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.Log.String(), ck.Value) {
		t.Error("the log holds the token")
	}
}

func TestReadersGetNoCookie(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{Content: harbour()})
	c := b.Login("ada", account.Owner)
	for _, path := range []string{"/", "/posts/harbour", "/feed.xml", "/nothing", "/admin/login", "/admin/setup", "/admin/queue"} {
		r := b.Get(path)
		if got := r.Header.Values("Set-Cookie"); len(got) > 0 {
			t.Errorf("%s: a stranger got the cookie %q", path, got)
		}
		if strings.HasPrefix(path, "/admin") {
			continue
		}
		for _, r := range []*apptest.Response{r, c.Get(path)} {
			if got := strings.Join(r.Header.Values("Vary"), ","); strings.Contains(got, "Cookie") {
				t.Errorf("%s: varies by %q", path, got)
			}
		}
	}
}

func TestLoginRenewsTheToken(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{})
	b.MustUser("ada", account.Owner)
	b.MustUser("bo", account.Moderator)
	c := b.Client()

	planted := &http.Cookie{Name: "hamlet_session", Value: "planted-by-somebody-else"}
	c.Header = http.Header{"Cookie": {planted.String()}}
	first := cookieOf(t, login(c, "ada"))
	c.Header = nil
	if first.Value == planted.Value {
		t.Fatal("the planted token became a session")
	}
	wantLogin(t, getWith(b.Client(), planted))

	second := cookieOf(t, login(c, "bo"))
	if second.Value == first.Value {
		t.Error("the token is the same after the second login")
	}
	wantLogin(t, getWith(b.Client(), first))
	if r := getWith(b.Client(), second); !strings.Contains(r.Body, "<bdi>bo</bdi>") {
		t.Errorf("second session: got %d, want bo's queue", r.Code)
	}
}

func TestLogoutEndsTheSession(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{})
	b.MustUser("ada", account.Owner)
	c := b.Client()
	ck := cookieOf(t, login(c, "ada"))
	r := c.Post("/admin/logout", nil)
	if r.Code != http.StatusSeeOther || r.Header.Get("Location") != "/admin/login" {
		t.Errorf("logout: got %d to %q", r.Code, r.Header.Get("Location"))
	}
	if gone := cookieOf(t, r); gone.MaxAge >= 0 || gone.Value != "" || gone.Path != "/admin" {
		t.Errorf("logout leaves the cookie %s", gone)
	}
	wantLogin(t, getWith(b.Client(), ck)) // a copy of the cookie is worth nothing
	if r := b.Post("/admin/logout", nil); r.Code != http.StatusSeeOther {
		t.Errorf("logout by nobody: got %d, want 303", r.Code)
	}
}

func TestSessionOutlivesTheServer(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	first := apptest.Open(t, apptest.Options{Data: data})
	first.MustUser("ada", account.Owner)
	ck := cookieOf(t, login(first.Client(), "ada"))
	second := apptest.Open(t, apptest.Options{Data: data})
	if r := getWith(second.Client(), ck); r.Code != http.StatusOK {
		t.Errorf("after a restart: got %d, want 200", r.Code)
	}
}

func TestNewPasswordEndsSessions(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{})
	ada, bo := b.Login("ada", account.Owner), b.Login("bo", account.Moderator)
	if err := b.Accounts.SetPassword(t.Context(), account.Shell, "bo", "another long password"); err != nil {
		t.Fatal(err)
	}
	wantLogin(t, bo.Get("/admin/queue"))
	if r := ada.Get("/admin/queue"); r.Code != http.StatusOK {
		t.Errorf("ada, whose password stayed: got %d, want 200", r.Code)
	}
}

func TestSessionAges(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		pause time.Duration
		times int
		alive bool
	}{
		{"a morning later", 11 * time.Hour, 1, true},
		{"idle for half a day", 12 * time.Hour, 1, false},
		{"used all week", 8 * time.Hour, 20, true},
		{"used for longer than a week", 8 * time.Hour, 21, false},
		{"used every minute for a day", time.Minute, 24 * 60, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := apptest.Open(t, apptest.Options{})
			b.MustUser("ada", account.Owner)
			ck := cookieOf(t, login(b.Client(), "ada"))
			var r *apptest.Response
			for range tt.times {
				b.Clock.Advance(tt.pause)
				r = getWith(b.Client(), ck)
			}
			if alive := r.Code == http.StatusOK; alive != tt.alive {
				t.Errorf("got %d, want alive: %v", r.Code, tt.alive)
			}
		})
	}
}
