//go:build !race

// The race detector makes these thirty times slower, and has nothing to find in them:
// nothing here runs beside anything else.

package markup_test

import (
	"strings"
	"testing"
	"time"

	"hamlet/internal/markup"
)

// worstOfAuthors are pieces whose repetition might be slow in what only authors
// can write.
var worstOfAuthors = []string{
	"$", "$a", "$a ", "$a\n", "$$", "$$a ", "$$\n", "$$a\n", "$5 a", "$x$ ", "$\\frac{", "{", "{.a}", "{.a\n", "a{.b}", "`a`{.b}", "{.a}\n", "a\n{.b}\n",
	"{{<", "{{< a >}}\n", "{{< a \"", "{{< figure b >}}\n", "> [!NOTE]\n", "> [!NOTE] a\n\n", ">[!X]", "> > [!NOTE]\n", "\"", "'", "a'b ", "\"a ", "-- ", "...", "\\\"",
	"<", "<a>", "<b>", "</b>", "<div>\n", "<div>\n\n", "<script>", "<script>\n", "<!--", "<!--\n", "<!-- more -->\n", "<!--more--> ", "<textarea>\n\n", "<template>", "<select>", "<svg>",
	"<p>\n\n", "<table><tr>", "<a href=b>", "<img src=a>", "<x y=\"", "<b id=a>", "<details>\n\n", "<?\n", "<![CDATA[\n",
	"[^a]", "[^a]: b\n", "[^a]: b[^a]\n\n", "a\n: b\n", ":\n", "|a|\n|-|\n", "|", "# a\n", "# a {#b}\n", "# a {.b\n", "![a](b \"c\")\n\n", "[![a](b)](c)\n\n", "https://youtu.be/a\n\n",
	"```\n", "```go\na\n```\n", "```{1-9}\na\n```\n", "```math\na\n```\n", "```goat\n+--+\n```\n", "- [ ] a\n", "~~a", "*a **a ", "[a](", "![a", "http://a.b ", "www.a.b ", "a@b.c ", "字\n",
	"[a](<b", "[a](\"", "[](", "*a_ ", "\\```\n", "\\```\n![~", "[^\\```\n", "> a\n", "- a\n", "  - a\n", "[a]: x\n", "`a``b", "\t", "&#", "👩‍👩‍👧",
}

// TestAuthorIsCheap: authors are trusted, but one long line must not keep a blog
// from starting.
func TestAuthorIsCheap(t *testing.T) {
	const size, limit = 100_000, time.Minute
	for _, piece := range worstOfAuthors {
		src := []byte(strings.Repeat(piece, 1+size/len(piece)))
		began := time.Now()
		_ = markup.Author(src, markup.Options{Base: "/posts/x/"})
		if took := time.Since(began); took > limit {
			t.Errorf("%q takes %v, want less than %v", piece, took, limit)
		} else if testing.Verbose() && took > 300*time.Millisecond {
			t.Logf("%q takes %v", piece, took)
		}
	}
}

// TestColouringIsCheap has lines that keep a lexer busy for minutes: one too long
// to be coloured, and many that are just short enough.
func TestColouringIsCheap(t *testing.T) {
	const limit = time.Minute
	for _, tt := range []struct{ language, piece string }{{"ts", "$"}, {"html", "&"}, {"go", "#"}} {
		for _, code := range []string{strings.Repeat(tt.piece, 60_000), strings.Repeat(strings.Repeat(tt.piece, 990)+"\n", 60)} {
			began := time.Now()
			_ = markup.Author([]byte("```"+tt.language+"\n"+code+"\n```"), markup.Options{})
			if took := time.Since(began); took > limit {
				t.Errorf("%d bytes of %q as %s take %v, want less than %v", len(code), tt.piece, tt.language, took, limit)
			}
		}
	}
}

func TestStrangerIsCheap(t *testing.T) {
	const size, limit = 10_000, 300 * time.Millisecond
	for _, piece := range worst {
		src := strings.Repeat(piece, 1+size/len([]rune(piece)))
		took := time.Duration(1<<63 - 1)
		for range 10 { // the machine may be busy with something else
			began := time.Now()
			_ = markup.Stranger(src)
			if took = min(took, time.Since(began)); took < limit {
				break
			}
		}
		if took >= limit {
			t.Errorf("%q takes %v, want less than %v", piece, took, limit)
		}
	}
}
