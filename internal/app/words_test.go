package app_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"hamlet/internal/apptest"
)

// TestWordsInPosts: what is added to a text is in the language of the blog.
func TestWordsInPosts(t *testing.T) {
	t.Parallel()
	const post = "---\ntitle: T\ndate: 2026-05-01\n---\n" +
		"> [!TIP]\n> Text[^1].\n\n> [!DETAILS]\n> Text.\n\n[^1]: Text.\n\n```\ncode\n```\n\n```goat\n+--+\n```\n\nhttps://youtu.be/abc\n"
	b := apptest.Open(t, apptest.Options{Content: fstest.MapFS{
		"site.toml":  {Data: []byte(`language = "de"`)},
		"posts/p.md": {Data: []byte(post)},
	}})
	page := b.Get("/posts/p").Body
	for _, want := range []string{
		">Tipp<", ">Einzelheiten<", `aria-label="Zurück zum Text"`, `data-copy="Kopieren"`, `data-copied="Kopiert"`,
		`aria-label="Zeichnung"`, "Video bei youtu.be",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("there is no %s in\n%s", want, page)
		}
	}
}
