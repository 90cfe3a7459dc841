package web_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"hamlet/internal/apptest"
)

var themed = fstest.MapFS{
	"posts/hello.md": {Data: []byte("---\ntitle: Hello\ndate: 2026-11-01\n---\nHi.\n")},
	"site.toml":      {Data: []byte("title = 'Garden notes'\nlanguage = 'fr'\n")},
}

// theme writes a theme folder.
func theme(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "theme")
	for name, text := range files {
		write(t, filepath.Join(dir, filepath.FromSlash(name)), text)
	}
	return dir
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func openThemed(t *testing.T, files map[string]string) *apptest.Blog {
	t.Helper()
	dir := theme(t, files)
	return apptest.Open(t, apptest.Options{Content: themed, Config: func(c *apptest.Config) { c.Theme = dir }})
}

// TestThemeOverridesFileByFile changes a template, a style sheet and a language,
// adds a static file, and leaves the rest.
func TestThemeOverridesFileByFile(t *testing.T) {
	t.Parallel()
	b := openThemed(t, map[string]string{
		"templates/page.html":     `{{define "main"}}unused here{{end}}`,
		"templates/lost.html":     `{{define "main"}}<p id="own">{{.T "theme.lost"}} {{.Status}} <img src="{{asset "img/logo.svg"}}" alt=""></p>{{end}}`,
		"templates/.lost.html":    `{{broken`,
		"templates/lost.html~":    `{{broken`,
		"static/img/logo.svg":     `<svg xmlns="http://www.w3.org/2000/svg"/>`,
		"static/robots-only.txt":  "x",
		"static/fonts/.DS_Store":  "x",
		"locales/fr.toml":         "theme.lost = 'Perdu'\nform.send = 'Envoyer le commentaire'\nprivacy.title = 'Vie privée'\n",
		"LICENSE":                 "anything",
		"static/style.css":        "/* own */ body { background: url(\"img/logo.svg\") }",
		"templates/notes/old.txt": "not a template",
	})
	lost := b.Get("/nowhere/at/all")
	if lost.Code != 404 || !strings.Contains(lost.Body, `<p id="own">Perdu 404 <img src="/static/img/logo.svg?v=`) {
		t.Errorf("the theme's lost page is not shown: %d %s", lost.Code, lost.Body)
	}
	if !strings.Contains(b.Get("/posts/hello").Body, "Envoyer le commentaire") {
		t.Error("the built-in post template does not say the theme's text")
	}
	if !strings.Contains(b.Get("/posts/hello").Body, "Your email address will not be published") {
		t.Error("what the theme's language leaves out is not said in English")
	}
	for path, want := range map[string]int{
		"/static/img/logo.svg": 200, "/static/robots-only.txt": 200, "/static/favicon.svg": 200, "/static/fonts/.DS_Store": 404,
	} {
		if got := b.Get(path).Code; got != want {
			t.Errorf("%s: got %d, want %d", path, got, want)
		}
	}
	if css := b.Get("/static/style.css").Body; !strings.HasPrefix(css, "/* own */") || !strings.Contains(css, "/static/img/logo.svg?v=") {
		t.Errorf("the theme's style sheet is %q", css)
	}
}
