package app_test

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"hamlet/internal/app"
	"hamlet/internal/comment"
)

// A blog that is served and a command beside it say the same of a post, whether it
// is shown or not.
func TestAbout(t *testing.T) {
	t.Parallel()
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	folder := fstest.MapFS{
		"site.toml":        file("title = \"Blog\"\n"),
		"posts/roses.md":   file("---\ntitle: Moving roses\nauthor: Rosa\ndate: 2026-01-02\ntags: [garden, roses]\n---\nText.\n"),
		"posts/secret.md":  file("---\ntitle: Not yet\ndate: 2026-01-02\ndraft: true\n---\nText.\n"),
		"posts/nothing.md": file("---\ntitle: Plain\ndate: 2026-01-02\n---\nText.\n"),
	}
	library := app.NewLibrary(folder, nil)
	if err := library.Load(); err != nil {
		t.Fatal(err)
	}
	beside := app.Beside(folder)
	want := map[string]comment.About{
		"roses": {Title: "Moving roses", Tags: []string{"garden", "roses"}, Authors: []string{"Rosa"}}, "secret": {Title: "Not yet"},
		"nothing": {Title: "Plain"}, "missing": {},
	}
	for post, about := range want {
		if diff := cmp.Diff([]comment.About{about, about}, []comment.About{library.About(post), beside(post)}); diff != "" {
			t.Errorf("%s: -want +served, beside\n%s", post, diff)
		}
	}
}

// A command beside a server whose content is broken or gone still works.
func TestAboutNothing(t *testing.T) {
	t.Parallel()
	broken := fstest.MapFS{"posts/a.md": {Data: []byte("---\ntitle\n")}}
	for name, folder := range map[string]fstest.MapFS{"broken": broken, "empty": {}} {
		if got := app.Beside(folder)("a"); got.Title != "" {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}
