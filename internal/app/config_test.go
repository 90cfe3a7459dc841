package app_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hamlet/internal/app"
	"hamlet/internal/store"
)

// good is a Config with nothing wrong.
func good(t *testing.T) app.Config {
	t.Helper()
	return app.Config{
		Addr: "127.0.0.1:0", Content: t.TempDir(), Data: filepath.Join(t.TempDir(), "data"),
		Hold: "unsure", CommentRate: "10/m",
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name    string
		change  func(*app.Config)
		setting string // empty: nothing is wrong
	}{
		{"all good", func(*app.Config) {}, ""},
		{"any host", func(c *app.Config) { c.Addr = ":8080" }, ""},
		{"IPv6", func(c *app.Config) { c.Addr = "[::1]:0" }, ""},
		{"nothing", func(c *app.Config) { c.Addr = "" }, "addr"},
		{"no port", func(c *app.Config) { c.Addr = "127.0.0.1" }, "addr"},
		{"a large port", func(c *app.Config) { c.Addr = "127.0.0.1:70000" }, "addr"},
		{"a port in words", func(c *app.Config) { c.Addr = "127.0.0.1:http" }, "addr"},
		{"no content folder, by default", func(c *app.Config) { c.Content = app.DefaultContent }, ""},
		{"no content folder, by name", func(c *app.Config) { c.Content = file + "-no" }, "content"},
		{"a file as content", func(c *app.Config) { c.Content = file }, "content"},
		{"a file as data", func(c *app.Config) { c.Data = file }, "data"},
		{"no data", func(c *app.Config) { c.Data = "" }, "data"},
		{"base URL", func(c *app.Config) { c.BaseURL = "https://blog.example.org/" }, ""},
		{"base URL without scheme", func(c *app.Config) { c.BaseURL = "blog.example.org" }, "base-url"},
		{"base URL with a path", func(c *app.Config) { c.BaseURL = "https://example.org/blog" }, "base-url"},
		{"base URL of mail", func(c *app.Config) { c.BaseURL = "mailto:ada@example.org" }, "base-url"},
		{"hold nothing", func(c *app.Config) { c.Hold = "nothing" }, "hold"},
		{"a cost", func(c *app.Config) { c.SpamCost = "0.5" }, ""},
		{"the most", func(c *app.Config) { c.SpamCost = "10" }, ""},
		{"work for all", func(c *app.Config) { c.ProofOfWork = "always" }, ""},
		{"work sometimes", func(c *app.Config) { c.ProofOfWork = "sometimes" }, "proof-of-work"},
		{"no cost", func(c *app.Config) { c.SpamCost = "0" }, "spam-cost"},
		{"a negative cost", func(c *app.Config) { c.SpamCost = "-2" }, "spam-cost"},
		{"too much", func(c *app.Config) { c.SpamCost = "10.1" }, "spam-cost"},
		{"a cost that is no number", func(c *app.Config) { c.SpamCost = "NaN" }, "spam-cost"},
		{"a cost in words", func(c *app.Config) { c.SpamCost = "twice" }, "spam-cost"},
		{"no rate", func(c *app.Config) { c.CommentRate = "0" }, ""},
		{"a rate in words", func(c *app.Config) { c.CommentRate = "often" }, "comment-rate"},
		{"a negative rate", func(c *app.Config) { c.CommentRate = "-1/m" }, "comment-rate"},
		{"proxies", func(c *app.Config) { c.TrustedProxies = []string{"10.0.0.0/8", "::1"} }, ""},
		{"mail", func(c *app.Config) { c.SMTP, c.MailFrom = "smtp://mail.example.org", "The blog <blog@example.org>" }, ""},
		{"mail without a server", func(c *app.Config) { c.SMTP, c.MailFrom = "mail.example.org", "blog@example.org" }, "smtp"},
		{"mail from nobody", func(c *app.Config) { c.SMTP = "smtp://mail.example.org" }, "mail-from"},
		{"mail from somebody", func(c *app.Config) { c.SMTP, c.MailFrom = "smtp://mail.example.org", "somebody" }, "mail-from"},
		{"a sender for later", func(c *app.Config) { c.MailFrom = "blog@example.org" }, ""},
		{"a network kept for long", func(c *app.Config) { c.KeepNetwork = "91" }, "keep-network"},
		{"a network kept for less than nothing", func(c *app.Config) { c.KeepNetwork = "-1" }, "keep-network"},
		{"a network kept for a while", func(c *app.Config) { c.KeepNetwork = "a week" }, "keep-network"},
		{"a proxy by name", func(c *app.Config) { c.TrustedProxies = []string{"proxy.example.org"} }, "trusted-proxies"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			c := good(t)
			tc.change(&c)
			err := c.Validate()
			var se *app.SettingError
			switch {
			case tc.setting == "" && err != nil:
				t.Errorf("got %v, want no error", err)
			case tc.setting != "" && !errors.As(err, &se):
				t.Errorf("got %v, want a SettingError", err)
			case tc.setting != "" && (se.Setting != tc.setting || se.Allowed == ""):
				t.Errorf("got %+v, want setting %s with what is allowed", se, tc.setting)
			}
			if err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("the message shows a password: %v", err)
			}
		})
	}
}

// TestValidateDatabase sees that a wrong database is a wrong setting, named with
// what is allowed, and that no password of it is told.
func TestValidateDatabase(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(dir, "new", "data")
	for _, tc := range []struct {
		name, database string
		shown          string // as the message shows the value; empty: nothing is wrong
	}{
		{"none", "", ""},
		{"in memory", ":memory:", ""},
		{"a file that is there", file, ""},
		{"a new file", "sqlite:" + filepath.Join(dir, "new.db"), ""},
		{"in the data folder, which will be made", filepath.Join(data, "blog.db"), ""},
		{"above the data folder, which will be made too", filepath.Join(dir, "new", "blog.db"), ""},
		{"postgres", "postgres://ada:s3cret@localhost/blog", ""},
		{"a folder", dir, dir},
		{"a folder that is not there", filepath.Join(dir, "no") + "/", filepath.Join(dir, "no") + "/"},
		{"the data folder itself", data, data},
		{"in a folder that is not there", filepath.Join(dir, "no", "blog.db"), filepath.Join(dir, "no", "blog.db")},
		{"in a file", filepath.Join(file, "blog.db"), filepath.Join(file, "blog.db")},
		{"SQLite with slashes", "sqlite://blog.db", "sqlite://blog.db"},
		{"SQLite without a path", "sqlite:", "sqlite:"},
		{"not a URL of anything", "mysql:foo", "mysql:…"},
		{"a bad escape", "postgres://ada:s3cret%@localhost/blog", "postgres:…"},
		{"a bad port", "postgres://ada:s3cret@localhost:99999/blog", "postgres://ada@localhost:99999/blog"},
		{"a bad parameter", "postgres://ada:s3cret@localhost/blog?sslmode=s3cret", "postgres://ada@localhost/blog"},
		{"a password", "mysql://ada:s3cret@localhost/blog", "mysql://ada@localhost/blog"},
		{"a password as parameter", "foo://localhost/blog?password=s3cret", "foo://localhost/blog"},
		{"an escaped password", "foo://ada:s3c%72et%2F@localhost/blog", "foo://ada@localhost/blog"},
		{"a password with a slash", "postgres://ada:1/s3cret@localhost/blog", "postgres:…"},
		{"a password with a question mark", "postgres://ada:1?s3cret@localhost/blog", "postgres:…"},
		{"a password with a number sign", "postgres://ada:1#s3cret@localhost/blog", "postgres:…"},
		{"a space before it", " postgres://ada:s3cret@localhost/blog", "…"},
		{"no scheme", "ada:s3cret@localhost/blog", "ada:…"},
		{"words of a connection string", "host=localhost password=s3cret dbname=blog", "…"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			c := good(t)
			c.Data, c.Database = data, tc.database
			err := c.Validate()
			if tc.shown == "" {
				if err != nil {
					t.Errorf("got %v, want no error", err)
				}
				return
			}
			se, ok := errors.AsType[*app.SettingError](err)
			if !ok || se.Setting != "database" || !strings.Contains(se.Allowed, store.Allowed) {
				t.Fatalf("got %v, want a SettingError about database that says what is allowed", err)
			}
			if want := fmt.Sprintf("setting database: %q is", tc.shown); !strings.HasPrefix(err.Error(), want) {
				t.Errorf("got %q, want it to begin with %q", err, want)
			}
			for _, secret := range []string{"s3cret", "s3c%72et"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("the message shows the password: %v", err)
				}
			}
		})
	}
	if _, err := os.Stat(data); err == nil {
		t.Error("looking at the setting made the data folder")
	}
}

// TestDefaultDatabase sees that a data folder's name is no URL.
func TestDefaultDatabase(t *testing.T) {
	t.Chdir(t.TempDir())
	c := good(t)
	c.Data = "blog:data"
	if err := c.Validate(); err != nil {
		t.Errorf("got %v, want no error", err)
	}
}

// TestMailPasswordUnseen: a mistake in the setting does not print the password.
func TestMailPasswordUnseen(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{
		"smtp://ada:hidden@mail.example.org?starttls=off", "ada:hidden@mail.example.org", "smtp://ada:hid%zzen@mail.example.org",
	} {
		c := good(t)
		c.SMTP, c.MailFrom = raw, "blog@example.org"
		if err := c.Validate(); err == nil || strings.Contains(err.Error(), "hid") {
			t.Errorf("%s: got %v", raw, err)
		}
	}
}
