package markup_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hamlet/internal/markup"
)

func TestHeadings(t *testing.T) {
	t.Parallel()
	r := markup.Author([]byte("# One *and* `two`\n\n> ### Quoted\n\n## See [three](/3)\n\n### Привет"), markup.Options{})
	want := []markup.Heading{
		{Level: 2, ID: "one-and-two", Text: "One and two"},
		{Level: 3, ID: "see-three", Text: "See three"},
		{Level: 4, ID: "привет", Text: "Привет"},
	}
	if diff := cmp.Diff(want, r.Headings); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"one-and-two", "quoted", "see-three", "привет"}, r.IDs); diff != "" {
		t.Error(diff)
	}
}

func TestSections(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, src string
		want      []markup.Section
	}{
		{"nothing", "", nil},
		{"no heading", "a *b*\nc", []markup.Section{{Text: "a b c"}}},
		{"nothing before the first", "## A\n\nb", []markup.Section{{ID: "a", Heading: "A", Text: "b"}}},
		{"code, tables, pictures and lists", "a\n\n## B\n\n- c\n- d\n\n```go\ne()\n```\n\n|f|g|\n|-|-|\n|h|i|\n\n![j](k.png)\n\n## L", []markup.Section{
			{Text: "a"}, {ID: "b", Heading: "B", Text: "c d e() f g h i j"}, {ID: "l", Heading: "L"},
		}},
		{"footnotes are in the last one", "a[^1]\n\n## B\n\nc\n\n[^1]: d *e*", []markup.Section{{Text: "a"}, {ID: "b", Heading: "B", Text: "c d e"}}},
		{"raw HTML is no text", "a <b title=x>c</b>\n\n<div>d</div>\n\n&amp; \\*e", []markup.Section{{Text: "a c & *e"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := markup.Author([]byte(tt.src), markup.Options{})
			if diff := cmp.Diff(tt.want, r.Sections); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		src  string
		want int
	}{
		{"", 0},
		{"one two, three — well-known don't", 5},
		{"## Heading\n\n- a\n- b 3.5", 4},
		{"你好，世界", 2},
		{"日本語です", 3},
		{"สวัสดี", 3},
		{"한국어 문장", 2},
		{"Go 语言", 2},
		{"... — !", 0},
	} {
		if got := markup.Author([]byte(tt.src), markup.Options{}).Words; got != tt.want {
			t.Errorf("%q: got %d words, want %d", tt.src, got, tt.want)
		}
	}
}

func TestLead(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, src, lead, opening, html string }{
		{"none", "a\n\nb", "", "a b", "<p>a</p>\n<p>b</p>\n"},
		{"between paragraphs", "*a*\n\n<!--more-->\n\nb", "<p><em>a</em></p>\n", "a", "<p><em>a</em></p>\n<p>b</p>\n"},
		{"with blanks, without empty lines", "a\n<!-- more -->\nb", "<p>a</p>\n", "a", "<p>a</p>\n<p>b</p>\n"},
		{"in a paragraph", "a <!--more--> b\n\nc", "<p>a  b</p>\n", "a b", "<p>a  b</p>\n<p>c</p>\n"},
		{"the first counts", "a\n\n<!--more-->\n\nb\n\n<!--more-->\n\nc", "<p>a</p>\n", "a", "<p>a</p>\n<p>b</p>\n<!--more-->\n<p>c</p>\n"},
		{"not in code", "a\n\n    <!--more-->\n", "", "a", "<p>a</p>\n<pre class=\"chroma\" tabindex=\"0\" data-copy=\"Copy\" data-copied=\"Copied\"><code>&lt;!--more--&gt;\n</code></pre>\n"},
		{
			"without ids, notes and anchors", "## H\n\na[^1]\n\n<!--more-->\n\n[^1]: b", "<h2>H</h2>\n<p>a</p>\n", "a",
			"<h2 id=\"h\"><a class=\"anchor\" href=\"#h\">H</a></h2>\n<p>a<sup id=\"fnref:1\"><a href=\"#fn:1\" class=\"footnote-ref\" role=\"doc-noteref\">1</a></sup></p>\n" +
				"<div class=\"footnotes\" role=\"doc-endnotes\">\n<hr>\n<ol>\n<li id=\"fn:1\">\n<p>b&#160;<a href=\"#fnref:1\" class=\"footnote-backref\" role=\"doc-backlink\" aria-label=\"Back to the text\">&#x21a9;&#xfe0e;</a></p>\n</li>\n</ol>\n</div>\n",
		},
		{
			"as clean as the text", "<p onclick=\"x()\"><img src=\"c.png\" alt=\"\"><script>x()</script></p>\n\n<!--more-->\n\n![](d.png)",
			"<p><img src=\"/p/c.png\" alt=\"\" loading=\"lazy\" decoding=\"async\"/></p>\n", "",
			"<p><img src=\"/p/c.png\" alt=\"\" loading=\"lazy\" decoding=\"async\"/></p>\n<p><img src=\"/p/d.png\" alt=\"\" decoding=\"async\"/></p>\n",
		},
		{
			"two notes in one", "<sup><a class=\"footnote-ref\">1</a><a class=\"footnote-ref\">2</a></sup>b\n\n<!--more-->", "<p>b</p>\n", "12b",
			"<p><sup><a class=\"footnote-ref\">1</a><a class=\"footnote-ref\">2</a></sup>b</p>\n",
		},
		{"closes what is open", "<div>a\n\n<!--more-->\n\nb\n\n</div>", "<div>a\n</div>", "", "<div>a\n<p>b</p>\n</div>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := markup.Author([]byte(tt.src), markup.Options{Base: "/p/"})
			got := []string{string(r.Lead), r.Opening, string(r.HTML)}
			if diff := cmp.Diff([]string{tt.lead, tt.opening, tt.html}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLinks(t *testing.T) {
	t.Parallel()
	const src = "Here is [one](a/b \"t\") and ü ![two](c.png).\n\n> - [![in](d.png)](e)\n>   <https://f.example>\n\n" +
		"See http://g.example/h, www.i.example, j@k.example or [ref].\n\n[ref]: l\n\n<p\n  class=x><a class=\"y\"\nhref=\"m\">n</a>\n\nx <img alt=\"\" src='o.png'> [p](q)\n"
	want := []markup.Link{
		{To: "a/b", Line: 7, Column: 9},
		{To: "c.png", Image: true, Line: 7, Column: 30},
		{To: "e", Line: 9, Column: 5},
		{To: "d.png", Image: true, Line: 9, Column: 6},
		{To: "https://f.example", Line: 10, Column: 5},
		{To: "http://g.example/h", Line: 12, Column: 5},
		{To: "http://www.i.example", Line: 12, Column: 25},
		{To: "mailto:j@k.example", Line: 12, Column: 40},
		{To: "l", Line: 12, Column: 55},
		{To: "m", Line: 17, Column: 11},
		{To: "o.png", Image: true, Line: 20, Column: 3},
		{To: "q", Line: 20, Column: 28},
	}
	r := markup.Author([]byte(src), markup.Options{Base: "/posts/x/", Line: 7})
	if diff := cmp.Diff(want, r.Links); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"/posts/x/c.png", "/posts/x/d.png", "/posts/x/o.png"}, r.Pictures); diff != "" {
		t.Error(diff)
	}
}

func TestPictures(t *testing.T) {
	t.Parallel()
	known := func(path string) (markup.Picture, bool) {
		if path != "/p/a b.jpg" {
			return markup.Picture{}, false
		}
		return markup.Picture{Width: 800, Height: 600, Src: "/media/1.jpg?a&b", Variants: []markup.Variant{{"/media/4.jpg", 400}, {"/media/8.jpg", 800}}}, true
	}
	const sizes = `srcset="/media/4.jpg 400w, /media/8.jpg 800w" sizes="(min-width: 42em) 40em, 100vw"`
	for _, tt := range []struct{ name, src, want string }{
		{"first", "![x](a%20b.jpg)", `<p><img src="/media/1.jpg?a&amp;b" alt="x" width="800" height="600" ` + sizes + ` decoding="async"></p>`},
		{"others are lazy", "![x](b.jpg \"t\") ![y](/p/a%20b.jpg)", `<p><img src="/p/b.jpg" alt="x" title="t" decoding="async"> ` +
			`<img src="/media/1.jpg?a&amp;b" alt="y" width="800" height="600" ` + sizes + ` loading="lazy" decoding="async"></p>`},
		{"raw", `x <img src="a b.jpg" alt="" width="400">`, `<p>x <img src="/media/1.jpg?a&amp;b" alt="" width="400" height="300" ` + sizes + ` decoding="async"/></p>`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := markup.Author([]byte(tt.src), markup.Options{Base: "/p/", Picture: known})
			if got := strings.TrimSpace(string(r.HTML)); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}
