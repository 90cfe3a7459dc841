package content_test

import (
	"strings"
	"testing"
	"time"

	"hamlet/internal/content"
)

func TestBegin(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 31, 22, 15, 0, 0, time.UTC)
	lib := mustLoad(t, files("site.toml", `time_zone = "Europe/Berlin"`, "posts/2025/taken.md", shortPost))
	long := strings.Repeat("永遠 ", 40)
	for _, tt := range []struct {
		name    string
		outline content.Outline
		file    string
		front   string // besides draft
	}{
		{"post", content.Outline{Kind: content.KindPost, Title: " First \"frost\": <a>\n"}, "posts/first-frost-a.md", "title: \"First \\\"frost\\\": <a>\"\ndate: 2026-06-01 00:15\n"},
		{"bundle", content.Outline{Kind: content.KindPost, Title: "Über uns", Bundle: true}, "posts/über-uns/index.md", "title: \"Über uns\"\ndate: 2026-06-01 00:15\n"},
		{"page", content.Outline{Kind: content.KindPage, Title: "About"}, "pages/about.md", "title: \"About\"\n"},
		{"other scripts", content.Outline{Kind: content.KindPost, Title: "Привет, мир! 你好"}, "posts/привет-мир-你好.md", "title: \"Привет, мир! 你好\"\ndate: 2026-06-01 00:15\n"},
		{"slug", content.Outline{Kind: content.KindPost, Title: "!", Slug: "x"}, "posts/x.md", "title: \"!\"\ndate: 2026-06-01 00:15\n"},
		{"date in front", content.Outline{Kind: content.KindPost, Title: "2026-05-31 News"}, "posts/2026-05-31-news.md", "title: \"2026-05-31 News\"\ndate: 2026-06-01 00:15\nslug: \"2026-05-31-news\"\n"},
		{"dots", content.Outline{Kind: content.KindPost, Title: "T", Slug: "v1.5"}, "posts/v1.5.md", "title: \"T\"\ndate: 2026-06-01 00:15\nslug: \"v1.5\"\n"},
		{"index", content.Outline{Kind: content.KindPage, Title: "Index"}, "pages/index/index.md", "title: \"Index\"\n"},
		{"long", content.Outline{Kind: content.KindPost, Title: long}, "posts/" + strings.TrimRight(strings.Repeat("永遠-", 17), "-") + ".md", "title: \"" + strings.TrimSpace(long) + "\"\ndate: 2026-06-01 00:15\n"},
		{"a number", content.Outline{Kind: content.KindPost, Title: "1984"}, "posts/1984.md", "title: \"1984\"\ndate: 2026-06-01 00:15\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			name, text, err := content.Begin(lib, tt.outline, now)
			if err != nil || name != tt.file || string(text) != "---\n"+tt.front+"draft: true\n---\n\n" {
				t.Fatalf("got %s and %v:\n%s\nwant %s:\n%s", name, err, text, tt.file, tt.front)
			}
			p := mustLoad(t, files(name, string(text))).Posts[0]
			if want := strings.Join(strings.Fields(tt.outline.Title), " "); p.Title != want || !p.Draft {
				t.Errorf("read again: got the title %q, want %q", p.Title, want)
			}
			if tt.outline.Slug != "" && p.Slug != tt.outline.Slug {
				t.Errorf("read again: got the slug %s, want %s", p.Slug, tt.outline.Slug)
			}
		})
	}
	for _, tt := range []struct {
		name    string
		outline content.Outline
		want    string
	}{
		{"no title", content.Outline{Kind: content.KindPost, Title: " "}, "a title is a line of text"},
		{"control", content.Outline{Kind: content.KindPost, Title: "a\x1bb"}, "a title is a line of text"},
		{"no letter", content.Outline{Kind: content.KindPost, Title: "?!"}, "no address can be made of this title; give one with --slug"},
		{"taken", content.Outline{Kind: content.KindPost, Title: "Taken"}, "the slug taken is taken by posts/2025/taken.md; give another one with --slug"},
		{"path", content.Outline{Kind: content.KindPost, Title: "T", Slug: "../x"}, "a slug has lower-case letters, digits, and single hyphens, dots or underscores between them; did you mean x?"},
		{"reserved", content.Outline{Kind: content.KindPage, Title: "Search"}, "/search is an address of the blog's own; give another slug with --slug"},
		{"long slug", content.Outline{Kind: content.KindPost, Title: "T", Slug: strings.Repeat("x", 121)}, "the slug is too long for the name of a file; it may have 120 bytes"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if name, _, err := content.Begin(lib, tt.outline, now); err == nil || err.Error() != tt.want {
				t.Errorf("got %s and %v, want %s", name, err, tt.want)
			}
		})
	}
}
