package content_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"hamlet/internal/content"
)

// FuzzFrontMatter reads any bytes as a post: it must end in a whole post or in
// problems at lines that the file has.
func FuzzFrontMatter(f *testing.F) {
	for _, s := range []string{
		"---\ntitle: T\ndate: 2026-01-02\n---\ntext", "+++\ntitle = \"T\"\ndate = 2026-01-02\n+++\n", "", "---", "---\n", "+++\n+++",
		"---\n- a\n---", "---\na: &a [*a]\n---", "---\n? a\n: b\n---", "+++\n[a.b]\nc = 1\n+++", "+++\n[[a]]\n+++", "---\ntags: [a, {b: c}]\n...\n---",
		"\ufeff---\r\ntitle: \"\\0\"\r\ndate: 2026-01-02T03:04:05+01:00\r\n---\r\n", "---\ntitle: |\n  a\n  b\ndate: 2026-01-02\n---\n", "---\n<<: a\n---", "---\n!!binary a: b\n---",
		yamlFront, tomlFront, "---\ntitle: T\ndate: 2026-01-02\naliases: [/a%2fb, /%, //]\nimage: ../../a\nevent: {name: N, start: 2026-01-02, end: 2026-01-02}\npart: 1e3\nseries: s\n---",
		"+++\ntitle = 'T'\ndate = 2026-01-02\nevent.name = 'N'\nevent.start = 2026-01-02T00:00:00Z\n[[event.end]]\n+++", "+++\n'' = 1\n\"\\u0000\".a = 1\n+++",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		lib, err := content.Load(fstest.MapFS{"posts/x.md": {Data: data}})
		ps, isProblems := errors.AsType[content.Problems](err)
		if err != nil && (!isProblems || len(ps) == 0) {
			t.Fatalf("got error %#v, want Problems", err)
		}
		if (err == nil) != (len(lib.Posts) == 1) {
			t.Fatalf("got %d posts and error %v", len(lib.Posts), err)
		}
		lines := 1 + bytes.Count(bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")), []byte("\n")) + bytes.Count(data, []byte("\r"))
		for _, p := range ps {
			if p.File != "posts/x.md" || p.Message == "" || p.Line < 0 || p.Line > lines {
				t.Errorf("got %+v for a file of %d lines", p, lines)
			}
		}
		if err != nil && strings.Count(err.Error(), "\n") != len(ps)-1 {
			t.Errorf("not a line each: %q", err.Error())
		}
		for _, p := range lib.Posts {
			if p.Title == "" || p.Slug == "" || p.Date.IsZero() || !utf8.ValidString(string(p.HTML())+p.Teaser()+p.Title) {
				t.Errorf("got %+v", p)
			}
		}
	})
}
