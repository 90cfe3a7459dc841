package app_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/app"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// The filter reads posts, newest first, as text: no pages, no drafts, no markup.
func TestPostTexts(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, post := range map[string]string{
		"posts/a.md":     "---\ntitle: Wiese\ndate: 2026-01-02\n---\nEin **Reiher**.\n\n## Teich\n\nViel Schilf.\n",
		"posts/b.md":     "---\ntitle: Bach\ndate: 2026-03-02\n---\nEin Biber.\n",
		"posts/draft.md": "---\ntitle: Entwurf\ndate: 2026-04-02\ndraft: true\n---\nEin Otter.\n",
		"pages/me.md":    "---\ntitle: Ich\n---\nEin Mensch.\n",
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(post), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	texts, err := app.PostTexts(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, text := range slices.Collect(texts) {
		got = append(got, strings.Join(strings.Fields(text), " "))
	}
	if want := []string{"Bach Ein Biber.", "Wiese Ein Reiher. Teich Viel Schilf."}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if _, err := app.PostTexts(filepath.Join(dir, "nowhere")); err == nil {
		t.Error("no folder: no error")
	}
}

// The filter of a command beside the server lets the posts speak as the server's does:
// those that are shown.
func TestPrepare(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct {
		front string
		speak bool
	}{
		"shown":     {"date: 2026-01-02", true},
		"scheduled": {"date: 2036-01-02", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := filepath.Join(t.TempDir(), "data")
			cfg := app.Config{Content: t.TempDir(), Data: data, Addr: "127.0.0.1:0", CommentRate: "0"}
			w := app.World{
				Now: func() time.Time { return time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC) },
				Content: fstest.MapFS{"posts/mill.md": {Data: []byte(
					"---\ntitle: Mill\n" + want.front + "\n---\nZorbik quandle vintrel mandolar, brint quandle ostrefel.\n")}},
			}
			d, err := app.OpenData(t.Context(), cfg, w)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = d.Close() })
			if err := d.Prepare(t.Context()); err != nil {
				t.Fatal(err)
			}
			es, err := d.Comments.Explain(t.Context(), account.Shell, []comment.Comment{{Post: "mill", Body: "Quandle vintrel?"}}, comment.InFull)
			if err != nil {
				t.Fatal(err)
			}
			speak := slices.ContainsFunc(es[0].Now.Receipt, func(r spam.Reason) bool { return r.Feature == "word:quandle" && r.Posts < 0 })
			if speak != want.speak {
				t.Errorf("the post speaks for its words: %v, want %v; %v", speak, want.speak, es[0].Now.Receipt)
			}
		})
	}
}
