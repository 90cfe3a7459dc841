package app_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hamlet/internal/app"
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
		{"no port", func(c *app.Config) { c.Addr = "127.0.0.1" }, "addr"},
		{"a large port", func(c *app.Config) { c.Addr = "127.0.0.1:70000" }, "addr"},
		{"a port in words", func(c *app.Config) { c.Addr = "127.0.0.1:http" }, "addr"},
		{"no content folder, by default", func(c *app.Config) { c.Content = app.DefaultContent }, ""},
		{"no content folder, by name", func(c *app.Config) { c.Content = file + "-no" }, "content"},
		{"a file as content", func(c *app.Config) { c.Content = file }, "content"},
		{"a file as data", func(c *app.Config) { c.Data = file }, "data"},
		{"no data", func(c *app.Config) { c.Data = "" }, "data"},
		{"postgres", func(c *app.Config) { c.Database = "postgres://u:p@localhost/blog" }, ""},
		{"mysql", func(c *app.Config) { c.Database = "mysql://root:secret@localhost/blog" }, "database"},
		{"base URL", func(c *app.Config) { c.BaseURL = "https://blog.example.org/" }, ""},
		{"base URL without scheme", func(c *app.Config) { c.BaseURL = "blog.example.org" }, "base-url"},
		{"base URL with a path", func(c *app.Config) { c.BaseURL = "https://example.org/blog" }, "base-url"},
		{"base URL of mail", func(c *app.Config) { c.BaseURL = "mailto:ada@example.org" }, "base-url"},
		{"hold nothing", func(c *app.Config) { c.Hold = "nothing" }, "hold"},
		{"no rate", func(c *app.Config) { c.CommentRate = "0" }, ""},
		{"a rate in words", func(c *app.Config) { c.CommentRate = "often" }, "comment-rate"},
		{"a negative rate", func(c *app.Config) { c.CommentRate = "-1/m" }, "comment-rate"},
		{"proxies", func(c *app.Config) { c.TrustedProxies = []string{"10.0.0.0/8", "::1"} }, ""},
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
