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
	if testing.Short() {
		t.Skip("takes a while")
	}
	const size, limit = 100_000, slowness * 10 * time.Second
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
	if testing.Short() {
		t.Skip("takes a while")
	}
	const limit = slowness * 10 * time.Second
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

// TestAuthorStaysSmall has texts of 100 kB that would come to gigabytes, or to
// hours.
func TestAuthorStaysSmall(t *testing.T) {
	t.Parallel()
	const most = 8 << 20
	for _, tt := range []struct{ name, src, fault string }{
		{"an address named often", "[a]: /" + strings.Repeat("b", 50_000) + "\n\n" + strings.Repeat("[a] ", 12_000), "links by reference repeat too much"},
		{"a title named often", "[a]: /b '" + strings.Repeat("c", 50_000) + "'\n\n" + strings.Repeat("![x][a] ", 7_000), "links by reference repeat too much"},
		{"rows without cells", strings.Repeat("|a", 25_000) + "|\n" + strings.Repeat("|-", 25_000) + "|\n" + strings.Repeat("|a\n", 1_000), "tables lack too many cells"},
		{"tables with rows without cells", strings.Repeat(strings.Repeat("|a", 250)+"|\n"+strings.Repeat("|-", 250)+"|\n"+strings.Repeat("a\n", 250)+"\n", 66), "tables lack too many cells"},
		{"escaped bars", "|a|b|\n|-|-|\n" + strings.Repeat("|`\\|`|`\\|`|\n", 8_000), "escape too many bars"},
	} {
		r := markup.Author([]byte(tt.src), markup.Options{Base: "/posts/x/"})
		if len(r.HTML) > most {
			t.Errorf("%s: %d bytes of Markdown are %d of HTML, want at most %d", tt.name, len(tt.src), len(r.HTML), most)
		}
		if len(r.Faults) == 0 || !strings.Contains(r.Faults[0].Text, tt.fault) {
			t.Errorf("%s: faults %.200v, want first %q", tt.name, r.Faults, tt.fault)
		}
	}
}

// TestLargeTablesStayTables: the limits are far from what people write.
func TestLargeTablesStayTables(t *testing.T) {
	t.Parallel()
	src := "[a]: https://a.example/b\n\n" + strings.Repeat("[a] ", 20_000) + "\n\n" +
		"|a|b|c|d|\n|-|-|-|-|\n" + strings.Repeat("|`x\\|y`|\n", 4_000)
	r := markup.Author([]byte(src), markup.Options{})
	if got := strings.Count(string(r.HTML), "<td>"); len(r.Faults) > 0 || got != 16_000 {
		t.Errorf("%d cells, faults %v, want 16000 and none", got, r.Faults)
	}
}
