package content_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"hamlet/internal/content"
)

var columns = regexp.MustCompile(`(?m)^((?:"[^"]*"|[^:]*):\d+):\d+:`)

// without is what is wrong, a line each, without the columns, which TestColumns has.
func without(err error) string {
	if err == nil {
		return ""
	}
	return columns.ReplaceAllString(err.Error(), "$1:")
}

func TestColumns(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, src, want string }{
		{"key", "---\ntitle: T\ndate: 2026-01-02\n\"dräft\" : true\n---\n", ":4:1: "},
		{"value", "---\ntitle: T\ndate:  never\n---\n", ":3:8: "},
		{"missing", "---\ntitle: T\n---\n", ":1: "},
		{"void", "---\ndate: 2026-01-02\ntitle:\n---\n", ":3:1: "},
		{"item", "---\ntitle: T\ndate: 2026-01-02\ntags: [äö, 7]\n---\n", ":4:12: "},
		{"key of a table", "---\ntitle: T\ndate: 2026-01-02\nevent: {name: N, start: 2026-01-02, plaze: P}\n---\n", ":4:37: "},
		{"broken", "---\ntitle: T\ndate: a: b\n---\n", ":3: "},
		{"TOML key", "+++\ntitle = \"T\"\ndate = 2026-01-02\n  darft = true\n+++\n", ":4:3: "},
		{"TOML value", "+++\ntitle = 5\ndate = 2026-01-02\n+++\n", ":2:9: "},
		{"TOML text", "+++\ntitle = \"T\"\ndate = 2026-01-02\ntoc = \"maybe\"\n+++\n", ":4:7: "},
		{"TOML table in a line", "+++\ntitle = \"T\"\ndate = 2026-01-02\nevent = {name = \"ä\", start = 2026-01-02, plaze = \"P\"}\n+++\n", ":4: "},
		{"broken TOML", "+++\ntitle = \"T\"\ndate = never\n+++\n", ":3:8: "},
		{"not UTF-8", "---\ntitle: ä\xff\n---\n", ":2:9: "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got, want := problems(t, files("posts/x.md", tt.src)).Error(), "posts/x.md"+tt.want; !strings.HasPrefix(got, want) {
				t.Errorf("got %s, want it to begin with %s", got, want)
			}
		})
	}
}

const allKeys = "title, date, updated, expires, author, authors, summary, tags, categories, series, part, " +
	"draft, slug, comments, pinned, toc, image, aliases, gone, event"

// TestLoadSaysWhatIsWrong has a file and the lines it comes to.
func TestLoadSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	const ok = "title: T\ndate: 2026-01-02\n"
	for _, tt := range []struct {
		name, src string
		want      []string // less "posts/x.md"
	}{
		{"misspelt key", "---\ntitle: X\ndarft: true\ndate: 2026-01-02\n---\n", []string{":3: darft: unknown key; did you mean draft?"}},
		{"capital key", "---\n" + ok + "Tags: a\n---\n", []string{":4: Tags: unknown key; did you mean tags?"}},
		{"key of another program", "---\n" + ok + "redirect_from: [/a]\n---\n", []string{":4: redirect_from: unknown key; did you mean aliases?"}},
		{
			"unheard-of key", "---\n" + ok + "weather: wet\n---\n",
			[]string{":4: weather: unknown key; allowed are " + allKeys},
		},
		{"TOML key", "+++\ntitle = \"T\"\ndate = 2026-01-02\n\n# note\ndarft = true\n+++\n", []string{":6: darft: unknown key; did you mean draft?"}},
		{"TOML table", "+++\ntitle = \"T\"\ndate = 2026-01-02\n[params.deep]\nx = 1\n+++\n", []string{":4: params: unknown key; allowed are " + allKeys}},
		{"key twice", "---\n" + ok + "title: U\n---\n", []string{":4: title: this key was given on line 2 already; keep one of them"}},
		{"TOML key twice", "+++\ntitle = \"T\"\ntitle = \"U\"\n+++\n", []string{":3: title: this is not TOML: Key 'title' has already been defined."}},
		{"author and authors", "---\n" + ok + "author: A\nauthors: [B]\n---\n", []string{":4: author: author and authors are the same key; keep one of them"}},
		{
			"wrong types", "---\ntitle: 1984\ndate: [a]\nauthor: {a: b}\ntags: [a, 2026, true]\ndraft: \"yes\"\nsummary: 1.5\ncomments: [on]\nslug: 5\n---\n",
			[]string{
				":2: title: this has to be a text, not a number; put it in quotes: \"1984\"",
				":3: date: this has to be a date, not a list; write it like 2026-05-31, 2026-05-31 19:30 or 2026-05-31T19:30:00+02:00",
				":4: author: this has to be a text, not a table",
				":5: tags: this has to be a text, not a number; put it in quotes: \"2026\"",
				":5: tags: this has to be a text, not true or false; put it in quotes: \"true\"",
				":6: draft: this has to be true or false, not a text",
				":7: summary: this has to be a text, not a number; put it in quotes: \"1.5\"",
				":8: comments: this has to be on, off or closed",
				":9: slug: this has to be a text, not a number; put it in quotes: \"5\"",
			},
		},
		{
			"wrong types in TOML", "+++\ntitle = 1984\ndate = 10:00:00\ndraft = 1\ntags = [\n  \"a\",\n  5,\n]\n+++\n",
			[]string{
				":2: title: this has to be a text, not a number; put it in quotes: \"1984\"",
				":3: date: \"10:00:00\" is not a date; write it like 2026-05-31, 2026-05-31 19:30 or 2026-05-31T19:30:00+02:00",
				":4: draft: this has to be true or false, not a number",
				":5: tags: this has to be a text, not a number; put it in quotes: \"5\"",
			},
		},
		{"tags on lines of their own", "---\n" + ok + "tags:\n  - a\n  - 7\n---\n", []string{":6: tags: this has to be a text, not a number; put it in quotes: \"7\""}},
		{"list in a list", "---\n" + ok + "tags: [[a]]\n---\n", []string{":4: tags: this has to be a text, not a list"}},
		{"nothing in it", "---\n---\ntext", []string{
			":1: title: this is missing; add a line title:",
			":1: date: this is missing; write it like 2026-05-31, 2026-05-31 19:30 or 2026-05-31T19:30:00+02:00",
		}},
		{"empty title", "---\ndate: 2026-01-02\ntitle: \" \"\n---\n", []string{":3: title: this is empty"}},
		{"void title", "---\ndate: 2026-01-02\ntitle:\n---\n", []string{":3: title: this is missing; add a line title:"}},
		{"bad date", "---\ntitle: T\ndate: 2026-02-30\n---\n", []string{":3: date: \"2026-02-30\" is not a date; write it like 2026-05-31, 2026-05-31 19:30 or 2026-05-31T19:30:00+02:00"}},
		{"date of another country", "---\ntitle: T\ndate: 31.05.2026\n---\n", []string{":3: date: \"31.05.2026\" is not a date; write it like 2026-05-31, 2026-05-31 19:30 or 2026-05-31T19:30:00+02:00"}},
		{"date without hyphens", "---\ntitle: T\ndate: 20260531\n---\n", []string{":3: date: \"20260531\" is not a date; write it like 2026-05-31, 2026-05-31 19:30 or 2026-05-31T19:30:00+02:00"}},
		{"bad TOML date", "+++\ntitle = \"T\"\ndate = 2026-02-30\n+++\n", []string{":3: date: this is not TOML: invalid datetime: \"2026-02-30\""}},
		{"comments", "---\n" + ok + "comments: close\n---\n", []string{":4: comments: this has to be on, off or closed; did you mean closed?"}},
		{"tag of nothing", "---\n" + ok + "tags: [\"!?\"]\n---\n", []string{":4: tags: the tag \"!?\" has no letter and no digit; name it in words"}},
		{"control character", "---\ntitle: \"a\\eb\"\ndate: 2026-01-02\n---\n", []string{":2: title: there is a control character in \"a\\x1bb\"; take it out"}},
		{"capital slug", "---\n" + ok + "slug: My Slug\n---\n", []string{":4: slug: a slug has lower-case letters, digits, and single hyphens, dots or underscores between them; did you mean my-slug?"}},
		{"slug that climbs", "---\n" + ok + "slug: ../x\n---\n", []string{":4: slug: a slug has lower-case letters, digits, and single hyphens, dots or underscores between them; did you mean x?"}},
		{"dots for a slug", "---\n" + ok + "slug: ..\n---\n", []string{":4: slug: a slug has lower-case letters, digits, and single hyphens, dots or underscores between them"}},
		{"decomposed slug", "---\n" + ok + "slug: cafe\u0301\n---\n", []string{":4: slug: a slug has lower-case letters, digits, and single hyphens, dots or underscores between them; did you mean café?"}},
		{"long slug", "---\n" + ok + "slug: " + strings.Repeat("a", 201) + "\n---\n", []string{":4: slug: this is too long; a slug has at most 200 characters; give a shorter one"}},
		{"no front matter", "# Hello\n", []string{":1: there is no front matter; begin it with a line ---, then title: and date: on lines of their own, then a line --- again"}},
		{"blank line first", "\n---\n" + ok + "---\n", []string{":1: there is no front matter; begin it with a line ---, then title: and date: on lines of their own, then a line --- again"}},
		{"empty", "", []string{": the file is empty; begin it with a line ---, then title: and date: on lines of their own, then a line --- again"}},
		{"only blanks", "\ufeff \r\n\r\n", []string{": the file is empty; begin it with a line ---, then title: and date: on lines of their own, then a line --- again"}},
		{"not closed", "---\ntitle: T\n\ntext\n", []string{":1: the front matter is not closed; end it with a line ---"}},
		{"closed by the other", "+++\ntitle = \"T\"\n---\n", []string{":1: the front matter is not closed; end it with a line +++"}},
		{"not UTF-8 in front", "---\ntitle: T\xff\n---\n", []string{":2: byte \"\\xff\" is not UTF-8; save the file as UTF-8"}},
		{"not UTF-8 in the text", "---\r\n" + ok + "---\r\n\r\nna\xefve\r\n", []string{":6: byte \"\\xef\" is not UTF-8; save the file as UTF-8"}},
		{"UTF-16", "\xff\xfe-\x00-\x00", []string{":1: the text is in UTF-16, not UTF-8; save it as UTF-8"}},
		{"colon in a value", "---\ntitle: a: b\ndate: 2026-01-02\n---\n", []string{":2: this is not YAML: mapping values are not allowed in this context; a value with a colon in it has to stand in quotes"}},
		{"colon in a later value", "---\ndate: 2026-01-02\ntitle: a: b\n---\n", []string{":3: this is not YAML: mapping values are not allowed in this context; a value with a colon in it has to stand in quotes"}},
		{"open quotes", "---\ndate: 2026-01-02\ntitle: \"a\ntags: [b]\n---\n", []string{":3: this is not YAML: found unexpected end of stream; close the quotes"}},
		{"open bracket", "---\ntitle: T\ntags: [a,\ndate: 2026-01-02\n---\n", []string{":3: this is not YAML: did not find expected ',' or ']'"}},
		{"tab", "---\ntitle: T\ntags:\n\t- a\n---\n", []string{":4: this is not YAML: found character that cannot start any token; indent with spaces, and put a value that begins with a special character in quotes"}},
		{"no colon", "---\ntitle: T\ndate 2026-01-02\nslug: x\n---\n", []string{":3: this is not YAML: could not find expected ':'"}},
		{"a list", "---\n- a\n---\n", []string{":2: this is not YAML: front matter is made of lines like key: value"}},
		{"a sentence", "---\nhello\n---\n", []string{":2: this is not YAML: front matter is made of lines like key: value"}},
		{"two documents", "---\n" + ok + "...\nmore: b\n---\n", []string{":5: this is not YAML: there is a second document after the first"}},
		{"unknown anchor", "---\ndate: 2026-01-02\ntitle: *t\n---\n", []string{":3: this is not YAML: unknown anchor 't' referenced"}},
		{"alias of a table", "---\ntitle: &a {b: c}\ndate: 2026-01-02\ntags: *a\n---\n", []string{":2: title: this has to be a text, not a table", ":4: tags: this has to be a text, not a table"}},
		{"TOML without quotes", "+++\ntitle = T\n+++\n", []string{":2: title: this is not TOML: expected value but found \"T\" instead"}},
		{"YAML in TOML", "+++\ntitle: T\n+++\n", []string{":2: this is not TOML: expected '.' or '=', but got ':' instead"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := without(problems(t, files("posts/x.md", tt.src)))
			want := "posts/x.md" + strings.Join(tt.want, "\nposts/x.md")
			if got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestLoadFindsAllProblemsInOrder(t *testing.T) {
	t.Parallel()
	fsys := files(
		"site.toml", "titel = \"x\"\ntime_zone = \"Mars\"\n",
		"posts/b.md", "---\ntitle: B\n---\n",
		"posts/a.md", "---\ntitle: A\ndate: never\ndarft: 1\n---\n",
		"pages/p.md", "no",
		"posts/good.md", "---\ntitle: Good\ndate: 2026-01-02\n---\n",
	)
	lib, err := content.Load(fsys)
	want := `pages/p.md:1: there is no front matter; begin it with a line ---, then title: and date: on lines of their own, then a line --- again
posts/a.md:3: date: "never" is not a date; write it like 2026-05-31, 2026-05-31 19:30 or 2026-05-31T19:30:00+02:00
posts/a.md:4: darft: unknown key; did you mean draft?
posts/b.md:1: date: this is missing; write it like 2026-05-31, 2026-05-31 19:30 or 2026-05-31T19:30:00+02:00
site.toml:1: titel: unknown key; did you mean title?
site.toml:2: time_zone: "Mars" is not a time zone; write it like Europe/Berlin or UTC`
	if got := without(err); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if len(lib.Posts) != 1 || lib.Posts[0].Slug != "good" {
		t.Errorf("what could be read: got %+v, want the good post", lib.Posts)
	}
}

func TestSlugsAreTakenOnce(t *testing.T) {
	t.Parallel()
	const post = "---\ntitle: T\ndate: 2026-01-02\n---\n"
	fsys := files(
		"posts/2025/2025-01-02-Same.md", post,
		"posts/other.md", "---\ntitle: T\ndate: 2026-01-02\nslug: same\n---\n",
		"posts/same/index.md", post,
		"pages/same.md", "---\ntitle: T\n---\n",
	)
	lib, err := content.Load(fsys)
	want := "posts/other.md:4: slug: the slug same is taken by posts/2025/2025-01-02-Same.md; give one of them another slug\n" +
		"posts/same/index.md:1: slug: the slug same is taken by posts/2025/2025-01-02-Same.md; give one of them another slug"
	if got := without(err); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if len(lib.Posts) != 2 {
		t.Errorf("got %d posts and pages, want the first of each", len(lib.Posts))
	}
}

func TestPagesHaveRulesOfTheirOwn(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, file, src, want string }{
		{"a page needs no date", "pages/a.md", "---\ntitle: T\n---\n", ""},
		{"a page takes no comments", "pages/a.md", "---\ntitle: T\ncomments: closed\n---\n", "pages/a.md:3: comments: a page takes no comments; take the line out, or make it a post"},
		{"but may say so", "pages/a.md", "---\ntitle: T\ncomments: off\n---\n", ""},
		{"reserved by name", "pages/Admin.md", "---\ntitle: T\n---\n", "pages/Admin.md:1: slug: /admin is an address of the blog's own; give another slug"},
		{"reserved by slug", "pages/a.md", "---\ntitle: T\nslug: feed.xml\n---\n", "pages/a.md:3: slug: /feed.xml is an address of the blog's own; give another slug"},
		{"a post may be called so", "posts/admin.md", "---\ntitle: T\ndate: 2026-01-02\n---\n", ""},
		{"a lonely index", "pages/index.md", "---\ntitle: T\n---\n", "pages/index.md: an index file stands in a folder of its own; move it to pages/NAME/index.md"},
		{"a name without letters", "pages/!.md", "---\ntitle: T\n---\n", "pages/!.md:1: slug: no slug can be made of the file's name; give one in the front matter"},
		{"a name that breaks lines", "pages/a\nb\x1b[1m.md", "no", "\"pages/a\\nb\\x1b[1m.md\":1: there is no front matter; begin it with a line ---, then title: and date: on lines of their own, then a line --- again"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := content.Load(files(tt.file, tt.src))
			got := ""
			if err != nil {
				got = without(err)
			}
			if got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestEveryReservedSlugIsRefused(t *testing.T) {
	t.Parallel()
	for _, slug := range content.ReservedSlugs {
		_, err := content.Load(files("pages/a.md", "---\ntitle: T\nslug: "+slug+"\n---\n"))
		if err == nil {
			t.Errorf("a page at /%s: got no problem, want one", slug)
		}
	}
}

func TestProblemsAreAnError(t *testing.T) {
	t.Parallel()
	_, err := content.Load(files("posts/a.md", ""))
	if ps, ok := errors.AsType[content.Problems](err); !ok || len(ps) != 1 || ps[0].File != "posts/a.md" {
		t.Errorf("got %#v, want one Problem with posts/a.md", err)
	}
	if _, err := content.Load(fstest.MapFS{}); err != nil {
		t.Errorf("an empty folder: got %v, want no error", err)
	}
}
