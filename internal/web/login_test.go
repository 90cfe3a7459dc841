package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/apptest"
)

func TestLogin(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{})
	b.MustUser("Ada", account.Owner)
	tests := []struct {
		name, user, password string
		want                 int
	}{
		{"right", "Ada", apptest.Password, 303},
		{"other case", " ada ", apptest.Password, 303},
		{"wrong password", "Ada", "wrong horse battery", 422},
		{"unknown name", "Bo", apptest.Password, 422},
		{"no password", "Ada", "", 422},
		{"nothing", "", "", 422},
		{"a book as password", "Ada", strings.Repeat("a", 10_000), 422},
		{"markup as name", `"><b>`, "x", 422},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := b.Client().Post("/admin/login", url.Values{"name": {tt.user}, "password": {tt.password}})
			if r.Code != tt.want {
				t.Errorf("got %d, want %d", r.Code, tt.want)
			}
			if tt.want == 303 {
				return
			}
			if !strings.Contains(r.Body, "Name or password is wrong.") {
				t.Errorf("no message in:\n%s", r.Body)
			}
			if tt.password != "" && strings.Contains(r.Body, `value="`+tt.password) {
				t.Error("the password comes back")
			}
			if strings.Contains(r.Body, "<b>") {
				t.Error("the name comes back as markup")
			}
			if len(r.Header.Values("Set-Cookie")) > 0 {
				t.Error("a failed login gets a cookie")
			}
		})
	}
}

func TestLoginTellsNoNames(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{})
	b.MustUser("ada", account.Owner)
	page := func(name string) string {
		r := b.Client().Post("/admin/login", url.Values{"name": {name}, "password": {"wrong horse battery"}})
		return strconv.Itoa(r.Code) + strings.ReplaceAll(r.Body, `value="`+name, "")
	}
	if got, want := page("nobody"), page("ada"); got != want {
		t.Errorf("unknown name:\n%s\nwrong password:\n%s", got, want)
	}
}

// loginFrom tries from a client address.
func loginFrom(b *apptest.Blog, addr, name, password string) *apptest.Response {
	return postFrom(b, addr, url.Values{"name": {name}, "password": {password}})
}

func postFrom(b *apptest.Blog, addr string, form url.Values) *apptest.Response {
	r := httptest.NewRequest(http.MethodPost, apptest.BaseURL+"/admin/login", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.RemoteAddr = addr
	return b.Client().Do(r)
}

func TestLoginIsLimitedPerClient(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{})
	b.MustUser("ada", account.Owner)
	for i := range 10 {
		if r := loginFrom(b, "203.0.113.7:1234", "somebody"+strconv.Itoa(i), "guess"); r.Code != 422 {
			t.Fatalf("attempt %d: got %d, want 422", i+1, r.Code)
		}
	}
	r := loginFrom(b, "203.0.113.7:999", "ada", apptest.Password)
	wait, err := strconv.Atoi(r.Header.Get("Retry-After"))
	if r.Code != 429 || err != nil || wait < 1 || wait > 90 {
		t.Errorf("attempt 11: got %d, Retry-After %q, want 429 within 90 s", r.Code, r.Header.Get("Retry-After"))
	}
	if !strings.Contains(r.Body, "try again in 90 seconds") || !strings.Contains(r.Body, `value="ada"`) {
		t.Errorf("the page does not say what to do, or forgets the name:\n%s", r.Body)
	}
	if r := loginFrom(b, "203.0.113.8:1234", "ada", apptest.Password); r.Code != 303 {
		t.Errorf("another client: got %d, want 303", r.Code)
	}
	b.Clock.Advance(time.Duration(wait) * time.Second)
	if r := loginFrom(b, "203.0.113.7:999", "ada", apptest.Password); r.Code != 303 {
		t.Errorf("after the wait: got %d, want 303", r.Code)
	}
}

func TestLoginIsLimitedPerName(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{})
	b.MustUser("ada", account.Owner)
	b.MustUser("bo", account.Moderator)
	for i := range 300 {
		if r := loginFrom(b, fmt.Sprintf("198.51.%d.%d:1", i/200, i%200), "ADA", "guess"); r.Code != 422 {
			t.Fatalf("attempt %d: got %d, want 422", i+1, r.Code)
		}
	}
	// However the name is spelled, if it is looked up as this one.
	for _, name := range []string{"ada", strings.Repeat(" ", 100) + "Ada", "\uff41da", "\U0001d41ada", "ad\u00aa"} {
		if r := loginFrom(b, "203.0.113.7:1", name, apptest.Password); r.Code != 429 {
			t.Errorf("%q after 300 clients: got %d, want 429", name, r.Code)
		}
	}
	if r := loginFrom(b, "203.0.113.7:1", "bo", apptest.Password); r.Code != 303 {
		t.Errorf("another name: got %d, want 303", r.Code)
	}
}

// TestOneClientCannotLockAnotherOut is about the owner of a blog, whose name
// stands on every post: a stranger tries it, as often as one client may.
func TestOneClientCannotLockAnotherOut(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{})
	b.MustUser("ada", account.Owner)
	tried := 0
	for range 2 * 60 * 2 {
		b.Clock.Advance(30 * time.Second)
		for loginFrom(b, "198.51.100.1:1", "ada", "guess").Code == 422 {
			tried++
		}
	}
	if tried < 20 {
		t.Fatalf("the stranger had %d attempts in two hours, which shows nothing", tried)
	}
	if r := loginFrom(b, "203.0.113.7:1", "ada", apptest.Password); r.Code != 303 {
		t.Errorf("the owner, after %d attempts of a stranger: got %d, want 303", tried, r.Code)
	}
}

// TestStrangersCannotLockTheOwnerOut: strangers at many addresses use up what a name has, and
// the owner logs in all the same, from a browser that did so before. Its cookie counts for
// one name, lets nobody in, and guesses with it are counted too.
func TestStrangersCannotLockTheOwnerOut(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{})
	b.MustUser("bo", account.Moderator)
	known := b.Login("ada", account.Owner)
	try := func(c *apptest.Client, name, password string) int {
		return c.Post("/admin/login", url.Values{"name": {name}, "password": {password}}).Code
	}
	for i := range 300 {
		for _, name := range []string{"ada", "bo"} {
			loginFrom(b, fmt.Sprintf("198.51.%d.%d:1", i/200, i%200), name, "guess")
		}
	}
	if got := try(b.Client(), "ada", apptest.Password); got != 429 {
		t.Fatalf("a new browser: got %d, want 429: the strangers did not use it up", got)
	}
	if got := try(known, "bo", apptest.Password); got != 429 {
		t.Errorf("another name with the cookie: got %d, want 429", got)
	}
	if got := try(known, "ada", apptest.Password); got != 303 {
		t.Errorf("the browser of before: got %d, want 303", got)
	}
	known.Post("/admin/logout", nil)
	tried := 0
	for try(known, "ada", "guess") == 422 {
		if tried++; tried > 100 {
			t.Fatal("guesses with the cookie are not counted")
		}
	}
	if tried != 20 {
		t.Errorf("%d guesses with the cookie, want 20", tried)
	}
	b.Clock.Advance(time.Minute)
	if got := try(known, "ada", apptest.Password); got != 303 {
		t.Errorf("a minute later: got %d, want 303", got)
	}
}

func TestLoginLeadsOn(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, next, want string }{
		{"nothing asked", "", "/admin"},
		{"queue", "/admin/queue?status=spam&before=7", "/admin/queue?status=spam&before=7"},
		{"door", "/admin", "/admin"},
		{"another host", "https://evil.example.net/admin", "/admin"},
		{"another host without scheme", "//evil.example.net/admin/queue", "/admin"},
		{"another host with backslashes", `/\evil.example.net/admin/queue`, "/admin"},
		{"three slashes", "///evil.example.net/admin/queue", "/admin"},
		{"user before the host", "//admin@evil.example.net/admin", "/admin"},
		{"script", "javascript:alert(1)//admin/queue", "/admin"},
		{"data", "data:text/html,/admin", "/admin"},
		{"public page", "/posts/harbour", "/admin"},
		{"dots", "/admin/queue/../../posts", "/admin"},
		{"hidden dots", "/admin/%2e%2e/posts", "/admin"},
		{"looks alike", "/administrator", "/admin"},
		{"in circles", "/admin/login", "/admin"},
		{"out again", "/admin/logout", "/admin"},
		{"header injection", "/admin/queue?\r\nSet-Cookie: a=b", "/admin"},
		{"fragment", "/admin/queue#//evil.example.net", "/admin/queue"},
		{"relative", "queue", "/admin"},
	}
	b := apptest.Open(t, apptest.Options{})
	c := b.Login("ada", account.Owner)
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			form := url.Values{"name": {"ada"}, "password": {apptest.Password}, "next": {tt.next}}
			r := postFrom(b, fmt.Sprintf("198.51.100.%d:1", i), form)
			if got := r.Header.Get("Location"); r.Code != 303 || got != tt.want {
				t.Errorf("after the form: got %d to %q, want 303 to %q", r.Code, got, tt.want)
			}
			// Who is logged in already goes on at once.
			r = c.Get("/admin/login?next=" + url.QueryEscape(tt.next))
			if got := r.Header.Get("Location"); r.Code != 303 || got != tt.want {
				t.Errorf("logged in: got %d to %q, want 303 to %q", r.Code, got, tt.want)
			}
		})
	}
}

func TestLoginAndBack(t *testing.T) {
	t.Parallel()
	b := apptest.Open(t, apptest.Options{})
	b.MustUser("ada", account.Owner)
	c := b.Client()
	to := c.Get("/admin/queue?status=spam&before=7").Header.Get("Location")
	form := c.Get(to)
	if want := `name="next" value="/admin/queue?status=spam&amp;before=7"`; !strings.Contains(form.Body, want) {
		t.Fatalf("%s does not hold %s:\n%s", to, want, form.Body)
	}
	if strings.Contains(form.Body, "nothing was changed") || strings.Contains(form.Body, "no account") {
		t.Errorf("the page says too much:\n%s", form.Body)
	}
}
