package content_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"hamlet/internal/content"
)

// files makes a folder in memory.
func files(pairs ...string) fstest.MapFS {
	m := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return m
}

// mustLoad loads a folder that has no problems.
func mustLoad(t *testing.T, fsys fstest.MapFS) *content.Library {
	t.Helper()
	lib, err := content.Load(fsys)
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	return lib
}

// problems loads a folder that has some.
func problems(t *testing.T, fsys fstest.MapFS) content.Problems {
	t.Helper()
	_, err := content.Load(fsys)
	var ps content.Problems
	if !errors.As(err, &ps) {
		t.Fatalf("Load: got error %v, want Problems", err)
	}
	return ps
}

func TestLoadReadsEverythingAPostSays(t *testing.T) {
	t.Parallel()
	yaml := `---
title: "Bread: a beginning"
date: 2026-05-31 19:30
authors: [Ada Oakes, Ben Pyke]
summary: What flour wants.
tags: [bread, Oven]
draft: true
slug: first-loaf
comments: closed
---
Knead *well*.
`
	toml := `+++
title = "Bread: a beginning"
date = 2026-05-31 19:30:00
authors = ["Ada Oakes", "Ben Pyke"]
summary = "What flour wants."
tags = ["bread", "Oven"]
draft = true
slug = "first-loaf"
comments = "closed"
+++
Knead *well*.
`
	for name, src := range map[string]string{"yaml": yaml, "toml": toml} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lib := mustLoad(t, files("site.toml", `time_zone = "Europe/Berlin"`, "posts/x.md", src))
			p := lib.Posts[0]
			if got, want := p.Title, "Bread: a beginning"; got != want {
				t.Errorf("Title: got %q, want %q", got, want)
			}
			if got, want := p.Date.Format(time.RFC3339), "2026-05-31T19:30:00+02:00"; got != want {
				t.Errorf("Date: got %s, want %s", got, want)
			}
			if got, want := strings.Join(p.Authors, "|"), "Ada Oakes|Ben Pyke"; got != want {
				t.Errorf("Authors: got %s, want %s", got, want)
			}
			if got, want := strings.Join(p.Tags, "|"), "bread|Oven"; got != want {
				t.Errorf("Tags: got %s, want %s", got, want)
			}
			if p.Summary != "What flour wants." || !p.Draft || p.Slug != "first-loaf" || p.Comments != content.CommentsClosed {
				t.Errorf("got %+v", p)
			}
			if got, want := string(p.HTML()), "<p>Knead <em>well</em>.</p>\n"; got != want {
				t.Errorf("HTML: got %q, want %q", got, want)
			}
		})
	}
}

func TestLoadNamesTheLineOfAnUnknownKey(t *testing.T) {
	t.Parallel()
	got := without(problems(t, files("posts/x.md", "---\ntitle: X\ndarft: true\ndate: 2026-01-02\n---\n")))
	if want := "posts/x.md:3: darft: unknown key; did you mean draft?"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	lib := mustLoad(t, files("posts/x.md", "---\ntitle: T\ndate: 2026-01-02\nsummary:\ntags:\nauthor:\ncomments:\nslug:\ndraft:\n---\n# H\n\nThe *opening*.\n"))
	if m := lib.Meta; m.Title != "A blog" || m.Description != "" || m.Language != "en" || m.Zone != time.UTC {
		t.Errorf("got %+v, want the default Meta", m)
	}
	p := lib.Posts[0]
	if p.Slug != "x" || p.Teaser() != "The opening." || p.Comments != content.CommentsOn || p.Draft || p.Tags != nil || p.Authors != nil || p.Dir != "" || p.Files != nil {
		t.Errorf("got %+v, want the defaults", p)
	}
}

func TestSite(t *testing.T) {
	t.Parallel()
	lib := mustLoad(t, files("site.toml", "\ufefftitle = \"Die Aue\"\r\ndescription = \"Neues\"\r\nlanguage = \"de-at\"\r\ntime_zone = \"Europe/Vienna\"\r\n"))
	if m := lib.Meta; m.Title != "Die Aue" || m.Description != "Neues" || m.Language != "de-AT" || m.Zone.String() != "Europe/Vienna" {
		t.Errorf("got %+v", m)
	}
	for _, tt := range []struct{ src, want string }{
		{"language = \"klingonisch\"", "site.toml:1: language: \"klingonisch\" is not a language; write it like en, de or pt-BR"},
		{"\nlanguage = \"en_US\"", "site.toml:2: language: \"en_US\" is not a language; write it like en, de or pt-BR"},
		{"time_zone = \"Local\"", "site.toml:1: time_zone: \"Local\" is not a time zone; write it like Europe/Berlin or UTC"},
		{"time_zone = \"../etc/passwd\"", "site.toml:1: time_zone: \"../etc/passwd\" is not a time zone; write it like Europe/Berlin or UTC"},
		{"title = 5", "site.toml:1: title: this has to be a text, not a number; put it in quotes: \"5\""},
		{"timezone = \"UTC\"", "site.toml:1: timezone: unknown key; did you mean time_zone?"},
		{"title", "site.toml:1: this is not TOML: unexpected EOF; expected key separator '='"},
		{"# \xff", "site.toml:1: byte \"\\xff\" is not UTF-8; save the file as UTF-8"},
	} {
		if got := without(problems(t, files("site.toml", tt.src))); got != tt.want {
			t.Errorf("%q: got\n%s\nwant\n%s", tt.src, got, tt.want)
		}
	}
}

func TestDates(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ yaml, toml, want string }{
		{yaml: "2026-05-31", toml: "2026-05-31", want: "2026-05-31T00:00:00+02:00"},
		{yaml: "2026-01-31 19:30", toml: `"2026-01-31 19:30"`, want: "2026-01-31T19:30:00+01:00"},
		{yaml: "2026-05-31 19:30:15", toml: "2026-05-31 19:30:15", want: "2026-05-31T19:30:15+02:00"},
		{yaml: "2026-05-31T19:30", toml: `"2026-05-31T19:30"`, want: "2026-05-31T19:30:00+02:00"},
		{yaml: "2026-05-31T19:30:15", toml: "2026-05-31T19:30:15", want: "2026-05-31T19:30:15+02:00"},
		{yaml: "2026-05-31T19:30:15Z", toml: "2026-05-31T19:30:15Z", want: "2026-05-31T21:30:15+02:00"},
		{yaml: "2026-05-31T19:30:15-04:00", toml: "2026-05-31T19:30:15-04:00", want: "2026-06-01T01:30:15+02:00"},
		{yaml: "2026-05-31 19:30:15 +0200", toml: `"2026-05-31 19:30:15 +0200"`, want: "2026-05-31T19:30:15+02:00"},
		{yaml: `"2026-05-31"`, toml: `"2026-05-31"`, want: "2026-05-31T00:00:00+02:00"},
	} {
		lib := mustLoad(t, files(
			"site.toml", "time_zone = \"Europe/Berlin\"",
			"posts/a.md", "---\ntitle: T\ndate: "+tt.yaml+"\n---\n",
			"posts/b.md", "+++\ntitle = \"T\"\ndate = "+tt.toml+"\n+++\n",
		))
		for _, p := range lib.Posts {
			if got := p.Date.Format(time.RFC3339); got != tt.want {
				t.Errorf("%s: got %s, want %s", p.Source, got, tt.want)
			}
		}
	}
}

func TestEncodings(t *testing.T) {
	t.Parallel()
	plain := "---\ntitle: Grüße\ndate: 2026-01-02\n---\nEins\nzwei\n"
	for name, src := range map[string]string{
		"byte order mark": "\ufeff" + plain,
		"CRLF":            strings.ReplaceAll(plain, "\n", "\r\n"),
		"both":            "\ufeff" + strings.ReplaceAll(plain, "\n", "\r\n"),
		"CR":              strings.ReplaceAll(plain, "\n", "\r"),
		"blanks at rules": strings.ReplaceAll(plain, "---\n", "--- \t\n"),
		"plain":           plain,
	} {
		p := mustLoad(t, files("posts/x.md", src)).Posts[0]
		if p.Title != "Grüße" || p.HTML() != "<p>Eins\nzwei</p>\n" {
			t.Errorf("%s: got %q, %q", name, p.Title, p.HTML())
		}
	}
	p := mustLoad(t, files("posts/x.md", "---\ntitle: T\ndate: 2026-01-02\n---")).Posts[0]
	if p.HTML() != "" || p.Teaser() != "" {
		t.Errorf("front matter without a text: got %q, %q", p.HTML(), p.Teaser())
	}
}

func TestCommentModes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		yaml, toml string
		want       content.CommentMode
	}{
		{"on", `"on"`, content.CommentsOn},
		{"off", `"off"`, content.CommentsOff},
		{"closed", `"closed"`, content.CommentsClosed},
		{"true", "true", content.CommentsOn},
		{"false", "false", content.CommentsOff},
	} {
		lib := mustLoad(t, files(
			"posts/a.md", "---\ntitle: T\ndate: 2026-01-02\ncomments: "+tt.yaml+"\n---\n",
			"posts/b.md", "+++\ntitle = \"T\"\ndate = 2026-01-02\ncomments = "+tt.toml+"\n+++\n",
		))
		for _, p := range lib.Posts {
			if p.Comments != tt.want {
				t.Errorf("%s, comments %s: got %q, want %q", p.Source, tt.yaml, p.Comments, tt.want)
			}
		}
	}
}

func TestNamesCountOnce(t *testing.T) {
	t.Parallel()
	p := mustLoad(t, files("posts/x.md", "---\ntitle: T\ndate: 2026-01-02\nauthor: [ Ada  Oakes, ada oakes, \"\" ]\ntags: bread\n---\n")).Posts[0]
	if strings.Join(p.Authors, "|") != "Ada Oakes" || strings.Join(p.Tags, "|") != "bread" {
		t.Errorf("got authors %q, tags %q", p.Authors, p.Tags)
	}
}

func TestSlugsOfFileNames(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ file, want string }{
		{"posts/hello.md", "hello"},
		{"posts/Hello World.markdown", "hello-world"},
		{"posts/2026/05/2026-05-31-May Day.MD", "may-day"},
		{"posts/2026-05-31.md", "2026-05-31"},
		{"posts/Über uns.md", "über-uns"},
		{"posts/U\u0308ber uns.md", "über-uns"}, // as file systems of macOS have it
		{"posts/Привет, мир.md", "привет-мир"},
		{"posts/你好.md", "你好"},
		{"posts/नमस्ते.md", "नमस्ते"},
		{"posts/don't_stop v1.2.md", "dont-stop-v1-2"},
		{"posts/--a--.md", "a"},
		{"posts/2026-05-31-trip to the sea/index.md", "trip-to-the-sea"},
		{"posts/deep/er/x/INDEX.markdown", "x"},
		{"pages/Über uns.md", "über-uns"},
	} {
		p := mustLoad(t, files(tt.file, "---\ntitle: T\ndate: 2026-01-02\n---\n")).Posts[0]
		if p.Slug != tt.want {
			t.Errorf("%s: got %q, want %q", tt.file, p.Slug, tt.want)
		}
	}
	p := mustLoad(t, files("posts/a.md", "---\ntitle: T\ndate: 2026-01-02\nslug: über_uns-1.2\n---\n")).Posts[0]
	if got, want := p.Slug, "über_uns-1.2"; got != want {
		t.Errorf("given slug: got %q, want %q", got, want)
	}
}

func TestBundles(t *testing.T) {
	t.Parallel()
	const post = "---\ntitle: T\ndate: 2026-01-02\n---\n![A cat](cat.jpg) [next](../other) ![deep](sub/x.png)\n"
	lib := mustLoad(t, files(
		"posts/2026/trip/index.md", post, "posts/2026/trip/cat.jpg", "x", "posts/2026/trip/sub/x.png", "x", "posts/2026/trip/sub/deeper/y.txt", "x",
		"posts/2026/trip/.DS_Store", "x", "posts/2026/trip/.git/config", "x", "posts/2026/trip/index.md~", "x", "posts/2026/trip/#index.md#", "x",
		"posts/plain.md", "---\ntitle: T\ndate: 2026-01-02\n---\n[a](other) [b](../about)\n", "posts/stray.jpg", "x", "posts/.plain.md.swp", "x", "posts/.hidden.md", "x",
		"posts/2026/notes.txt", "x", "README.md", "x", "drafts/x.md", "x",
		"pages/map/index.md", "---\ntitle: T\n---\n![Map](map.svg)\n", "pages/map/map.svg", "x",
	))
	type brief struct{ source, dir, files, html string }
	want := []brief{
		{"pages/map/index.md", "pages/map", "pages/map/map.svg", "<p><img src=\"/map/map.svg\" alt=\"Map\" decoding=\"async\"></p>\n"},
		{
			"posts/2026/trip/index.md", "posts/2026/trip",
			"posts/2026/trip/cat.jpg posts/2026/trip/sub/deeper/y.txt posts/2026/trip/sub/x.png",
			"<p><img src=\"/posts/trip/cat.jpg\" alt=\"A cat\" decoding=\"async\"> <a href=\"/posts/other\">next</a> <img src=\"/posts/trip/sub/x.png\" alt=\"deep\" loading=\"lazy\" decoding=\"async\"></p>\n",
		},
		{"posts/plain.md", "", "", "<p><a href=\"/posts/other\">a</a> <a href=\"/about\">b</a></p>\n"},
	}
	if len(lib.Posts) != len(want) {
		t.Fatalf("got %d posts and pages, want %d", len(lib.Posts), len(want))
	}
	for i, p := range lib.Posts {
		got := brief{p.Source, p.Dir, strings.Join(p.Files, " "), string(p.HTML())}
		if got != want[i] {
			t.Errorf("got\n%+v\nwant\n%+v", got, want[i])
		}
	}
}

func TestBundlesHaveOneMarkdownFile(t *testing.T) {
	t.Parallel()
	const post = "---\ntitle: T\ndate: 2026-01-02\n---\n"
	got := problems(t, files(
		"posts/trip/index.md", post, "posts/trip/notes.md", post, "posts/trip/sub/index.md", post, "posts/two/index.markdown", post, "posts/two/index.md", post,
	)).Error()
	want := "posts/trip/notes.md: a page bundle has one Markdown file, its index; move this one out of posts/trip\n" +
		"posts/trip/sub/index.md: a page bundle has one Markdown file, its index; move this one out of posts/trip\n" +
		"posts/two/index.md: a page bundle has one Markdown file, its index; move this one out of posts/two"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestBigFiles(t *testing.T) {
	t.Parallel()
	head := "---\ntitle: T\ndate: 2026-01-02\n---\n"
	big := head + strings.Repeat("All work and no play makes a long text.\n", 10<<20/40)
	got := without(problems(t, files("posts/a/index.md", head, "posts/a/film.mp4", big, "posts/x.md", big, "site.toml", big)))
	want := "posts/x.md: the file has 10 MiB; at most 4.0 MiB are possible; split it, or put what is not text beside an index.md\n" +
		"site.toml: the file has 10 MiB; at most 4.0 MiB are possible; split it, or put what is not text beside an index.md"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	lib := mustLoad(t, files("posts/x.md", big[:content.MaxMarkdown]))
	if len(lib.Posts) != 1 || len(lib.Posts[0].HTML()) < content.MaxMarkdown/2 {
		t.Error("a file of the largest size is not rendered")
	}
}

// TestUnfriendlyMarkdown renders what could exhaust the stack or the clock.
func TestUnfriendlyMarkdown(t *testing.T) {
	t.Parallel()
	for _, piece := range []string{">", "- ", "[^a]: "} {
		src := "---\ntitle: T\ndate: 2026-01-02\n---\n" + strings.Repeat(piece, 200_000)
		if p := mustLoad(t, files("posts/x.md", src)).Posts; len(p) != 1 {
			t.Errorf("%q: got %d posts, want 1", piece, len(p))
		}
	}
}

func TestLoadIsTheSameEveryTime(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{}
	for i := range 50 {
		fsys[fmt.Sprintf("posts/%02d.md", i)] = &fstest.MapFile{Data: fmt.Appendf(nil, "---\ntitle: T%d\ndate: 2026-01-02\nx%d: y\n---\n", i, i%3)}
	}
	first := problems(t, fsys)
	for range 5 {
		if diff := cmp.Diff(first, problems(t, fsys)); diff != "" {
			t.Fatal(diff)
		}
	}
}
