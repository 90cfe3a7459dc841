package content_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"
	"time"

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
			if got, want := string(p.HTML), "<p>Knead <em>well</em>.</p>\n"; got != want {
				t.Errorf("HTML: got %q, want %q", got, want)
			}
		})
	}
}

func TestLoadNamesTheLineOfAnUnknownKey(t *testing.T) {
	t.Parallel()
	got := problems(t, files("posts/x.md", "---\ntitle: X\ndarft: true\ndate: 2026-01-02\n---\n")).Error()
	if want := "posts/x.md:3: darft: unknown key; did you mean draft?"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
