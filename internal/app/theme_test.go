package app_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"hamlet/internal/app"
)

// theme writes a theme folder of one file.
func theme(t *testing.T, name, text string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "theme")
	write(t, filepath.Join(dir, filepath.FromSlash(name)), text)
	return dir
}

// TestBrokenTheme stops the start, and says where the mistake is.
func TestBrokenTheme(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, file, text, want string }{
		{"syntax", "templates/post.html", "{{define \"main\"}}\n\n{{if}}{{end}}{{end}}", "templates/post.html:3: missing value for if"},
		{"unknown function", "templates/post.html", "{{define \"main\"}}\n{{shout .Title}}{{end}}", `templates/post.html:2: function "shout" not defined`},
		{"unknown name", "templates/post.html", "{{define \"main\"}}\n{{.Post.Titel}}{{end}}", "templates/post.html:2: there is nothing called .Titel here"},
		{"unknown name in a branch", "templates/post.html", "{{define \"main\"}}{{if .Held}}\n{{range .Thread}}\n{{.Nobody}}{{end}}{{end}}{{end}}", "templates/post.html:3: there is nothing called .Nobody here"},
		{"unknown name of a variable", "templates/post.html", "{{define \"main\"}}{{$p := .Post}}\n{{with .Form}}{{$p.Titel}}{{$.Post.Slug}}{{end}}{{end}}", "templates/post.html:2: there is nothing called .Titel here"},
		{"hidden name", "templates/post.html", "{{define \"main\"}}{{.zone}}{{end}}", "there is nothing called .zone here"},
		{"unknown text", "templates/post.html", "{{define \"main\"}}\n{{.T \"post.bye\"}}{{end}}", `templates/post.html:2: no language has the text "post.bye"`},
		{"unknown text through $", "templates/post.html", "{{define \"main\"}}{{range .Thread}}{{$.T \"nope\"}}{{end}}{{end}}", `no language has the text "nope"`},
		{"unknown static file", "templates/layout.html", "<html>\n{{asset \"x.css\"}}{{template \"main\" .}}", `templates/layout.html:2: there is no static file "x.css"`},
		{"no such block", "templates/post.html", "{{define \"man\"}}{{end}}", `templates/post.html: no such template "main", which layout.html:`},
		{"ambiguous HTML", "templates/post.html", "{{define \"main\"}}<a href='{{end}}", "templates/"},
		{"unknown template", "templates/psot.html", "x", "templates/psot.html: nothing uses a template of this name; the templates are admin_"},
		{"broken language", "locales/de.toml", "post.by = 'von {{.Nobody}}'", "locales/de.toml:1: post.by: there is nothing called {{.Nobody}} here"},
		{"two mistakes", "templates/post.html", "{{define \"main\"}}{{.A}}\n{{.B}}{{end}}", "post.html:2: there is nothing called .B here"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := theme(t, tt.file, tt.text)
			_, err := app.Open(t.Context(), app.Config{
				Addr: "127.0.0.1:0", Content: app.DefaultContent, Data: t.TempDir(), Theme: dir, CommentRate: "0", BaseURL: "http://blog.example.org",
			}, app.World{Content: fstest.MapFS{}, Offline: true})
			if err == nil || !strings.Contains(err.Error(), filepath.FromSlash(tt.want)) {
				t.Fatalf("got %v\nwant %s", err, tt.want)
			}
			if !strings.Contains(err.Error(), dir) {
				t.Errorf("%v: does not name the folder %s", err, dir)
			}
		})
	}
}

// TestThemeLinks: a theme cannot publish what lies elsewhere on the machine.
func TestThemeLinks(t *testing.T) {
	t.Parallel()
	elsewhere := filepath.Join(t.TempDir(), "secret")
	write(t, elsewhere, "secret")
	dir := theme(t, "static/within.txt", "within")
	link := filepath.Join(dir, "static", "notes.txt")
	if err := os.Symlink(elsewhere, link); err != nil {
		t.Fatal(err)
	}
	open := func() (*app.App, error) {
		return app.Open(t.Context(), app.Config{
			Addr: "127.0.0.1:0", Content: app.DefaultContent, Data: t.TempDir(), Theme: dir, CommentRate: "0", BaseURL: "http://blog.example.org",
		}, app.World{Content: fstest.MapFS{}, Offline: true})
	}
	if _, err := open(); err == nil || !strings.Contains(err.Error(), "notes.txt") || !strings.Contains(err.Error(), "escapes") {
		t.Errorf("got %v, want that notes.txt leads out", err)
	}
	if err := errors.Join(os.Remove(link), os.Symlink("within.txt", link)); err != nil {
		t.Fatal(err)
	}
	a, err := open()
	if err != nil {
		t.Fatalf("a link within the theme: %v", err)
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
}

// TestThemeSetting checks the messages about the folder itself.
func TestThemeSetting(t *testing.T) {
	t.Parallel()
	empty, file := t.TempDir(), filepath.Join(t.TempDir(), "file")
	write(t, file, "x")
	for name, tt := range map[string]struct{ dir, want string }{
		"missing":        {filepath.Join(empty, "no"), "there is no such folder"},
		"a file":         {file, "it must be a folder, and this is a file"},
		"another folder": {empty, "none of the folders templates, static and locales is in it"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := app.Config{Addr: ":0", Content: app.DefaultContent, Data: "data", Theme: tt.dir, CommentRate: "0"}.Validate()
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "setting theme") {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
	for _, none := range []string{"", app.DefaultTheme} {
		if err := (app.Config{Addr: ":0", Content: app.DefaultContent, Data: "data", Theme: none, CommentRate: "0"}).Validate(); err != nil {
			t.Errorf("%q: %v", none, err)
		}
	}
}
