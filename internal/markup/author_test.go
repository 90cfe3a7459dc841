package markup_test

import (
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"hamlet/internal/markup"
)

// author renders a text that can be rendered.
func author(t *testing.T, src string, o markup.Options) string {
	t.Helper()
	return string(markup.Author([]byte(src), o).HTML)
}

func TestAuthorRenders(t *testing.T) {
	t.Parallel()
	bundle := markup.Options{Base: "/posts/café/", Prefix: "café"}
	for _, tt := range []struct {
		name, src string
		options   markup.Options
		want      string
	}{
		{
			name: "columns lean by class",
			src:  "| a | b | c | d |\n|:-|:-:|-:|-|\n| 1 | 2 | 3 | 4 |\n",
			want: "<div class=\"table\" tabindex=\"0\">\n<table>\n<thead>\n<tr>\n" +
				"<th class=\"align-left\">a</th>\n<th class=\"align-center\">b</th>\n<th class=\"align-right\">c</th>\n<th>d</th>\n" +
				"</tr>\n</thead>\n<tbody>\n<tr>\n" +
				"<td class=\"align-left\">1</td>\n<td class=\"align-center\">2</td>\n<td class=\"align-right\">3</td>\n<td>4</td>\n" +
				"</tr>\n</tbody>\n</table>\n</div>\n",
		},
		{
			name: "the end of a line is a space",
			src:  "oven,\nthen will be\n[lit](/x) on\n“Friday”\n*night*.\n",
			want: "<p>oven,\nthen will be\n<a href=\"/x\">lit</a> on\n“Friday”\n<em>night</em>.</p>\n",
		},
		{
			name: "but not between characters that are written without spaces",
			src:  "日本\n語。\n字 abc\n字\n",
			want: "<p>日本語。字 abc\n字</p>\n",
		},
		{
			name: "tasks are characters, not form controls",
			src:  "- [x] done\n- [ ] open\n",
			want: "<ul>\n<li><span class=\"task\">☑</span> done</li>\n<li><span class=\"task\">☐</span> open</li>\n</ul>\n",
		},
		{
			name: "definition list",
			src:  "When\n: Saturday\n",
			want: "<dl>\n<dt>When</dt>\n<dd>Saturday</dd>\n</dl>\n",
		},
		{
			name: "code of an unknown language is plain",
			src:  "```klingon\nqapla' < \"x\"\n```\n",
			want: "<pre class=\"chroma\" tabindex=\"0\" data-copy=\"Copy\" data-copied=\"Copied\"><code class=\"language-klingon\">qapla' &lt; &quot;x&quot;\n</code></pre>\n",
		},
		{
			name: "a language cannot leave its attribute",
			src:  "```x\"onload=\"y\nz\n```\n",
			want: "<pre class=\"chroma\" tabindex=\"0\" data-copy=\"Copy\" data-copied=\"Copied\"><code class=\"language-x&quot;onload=&quot;y\">z\n</code></pre>\n",
		},
		{
			name: "code is coloured by class",
			src:  "```go {hl_lines=[1]}\nvar x = \"<\" // y\n```\n",
			want: "<pre class=\"chroma\" tabindex=\"0\" data-copy=\"Copy\" data-copied=\"Copied\"><code class=\"language-go\"><span class=\"line marked\"><span class=\"kd\">var</span> x = " +
				"<span class=\"s\">&quot;&lt;&quot;</span> <span class=\"c1\">// y</span></span>\n</code></pre>\n",
		},
		{
			name: "footnotes have the prefix", options: bundle,
			src: "A[^x]\n\n[^x]: B\n",
			want: "<p>A<sup id=\"café-fnref:1\"><a href=\"#café-fn:1\" class=\"footnote-ref\" role=\"doc-noteref\">1</a></sup></p>\n" +
				"<div class=\"footnotes\" role=\"doc-endnotes\">\n<hr>\n<ol>\n<li id=\"café-fn:1\">\n" +
				"<p>B&#160;<a href=\"#café-fnref:1\" class=\"footnote-backref\" role=\"doc-backlink\" aria-label=\"Back to the text\">&#x21a9;&#xfe0e;</a></p>\n</li>\n</ol>\n</div>\n",
		},
		{
			name: "relative addresses are in the bundle", options: bundle,
			src:  "![A cat](cat%20one.jpg) [b](sub/b.pdf?x=1&y=2#z) [c](../other) [d](./d)\n",
			want: "<p><img src=\"/posts/caf%C3%A9/cat%20one.jpg\" alt=\"A cat\" decoding=\"async\"> <a href=\"/posts/caf%C3%A9/sub/b.pdf?x=1&amp;y=2#z\">b</a> <a href=\"/posts/other\">c</a> <a href=\"/posts/caf%C3%A9/d\">d</a></p>\n",
		},
		{
			name: "other addresses stay", options: bundle,
			src:  "[a](/about) [b](#c) [d](?e) [f](https://example.org/g) [h](mailto:i@example.org) [j]()\n",
			want: "<p><a href=\"/about\">a</a> <a href=\"#c\">b</a> <a href=\"?e\">d</a> <a href=\"https://example.org/g\">f</a> <a href=\"mailto:i@example.org\">h</a> <a href=\"\">j</a></p>\n",
		},
		{
			name: "relative addresses in raw HTML", options: bundle,
			src:  "<img src=\"cat.jpg\" alt=\"\"><video poster=\"p.png\" src=\"/v.mp4\"></video>\n",
			want: "<p><img src=\"/posts/caf%C3%A9/cat.jpg\" alt=\"\" decoding=\"async\"/><video poster=\"/posts/caf%C3%A9/p.png\" src=\"/v.mp4\"></video></p>\n",
		},
		{
			name: "an image from elsewhere is a link",
			src:  "![A *cat*](https://example.org/cat.jpg) ![](//example.org/x.png) [![in](https://example.org/i.png)](/there)\n",
			want: "<p><a href=\"https://example.org/cat.jpg\">A <em>cat</em></a> <a href=\"//example.org/x.png\">//example.org/x.png</a> <a href=\"/there\">in</a></p>\n",
		},
		{
			name: "what is dangerous or no address loses its link",
			src:  "[a](javascript:alert(1)) [b](JaVa&#115;cript:x) [c](https://[::1) ![d](vbscript:x) <javascript:e>\n",
			want: "<p>a b c d javascript:e</p>\n",
		},
		{
			name: "raw HTML is closed",
			src:  "<div><b>bold\n\ntext <i>more</b> here\n",
			want: "<div><b>bold\n</b><p><b>text <i>more</i></b><i> here</i></p><i>\n</i></div>",
		},
		{
			name: "raw HTML cannot close what is around it",
			src:  "</div></article></body>\n\nstill here\n",
			want: "\n<p>still here</p>\n",
		},
		{
			name: "an unclosed comment is text",
			src:  "a\n\n<!-- b\n\nc\n",
			want: "<p>a</p>\n<p>&lt;!-- b</p>\n<p>c</p>\n",
		},
		{
			name: "what the policy blocks is left out",
			src:  "<p style=\"color:red\" onclick=\"x()\" class=\"y\">z<script>alert(1)</script><style>p{}</style></p>\n",
			want: "<p class=\"y\">z</p>\n",
		},
		{
			name: "so are scripts in raw addresses",
			src:  "<a href=\" java&#10;script:x\">a</a> <img src=\"data:text/html,b\" alt=\"\"> <img src=\"data:image/png;base64,AAAA\" alt=\"\">\n",
			want: "<p><a>a</a> <img alt=\"\"/> <img src=\"data:image/png;base64,AAAA\" alt=\"\"/></p>\n",
		},
		{
			name: "plaintext cannot swallow the page",
			src:  "a <plaintext> b\n",
			want: "<p>a &lt;plaintext&gt; b</p>\n",
		},
		{
			name: "lines of Chinese join without a space",
			src:  "你好\n世界\n",
			want: "<p>你好世界</p>\n",
		},
		{
			name: "control characters are shown as such",
			src:  "a\x00b\x1bc\n",
			want: "<p>a\uFFFDb\uFFFDc</p>\n",
		},
		{name: "nothing", src: "", want: ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := author(t, tt.src, tt.options); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestHeadingsAreAnchors(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, src, want string }{
		{"latin", "## Hello, World!", `<h2 id="hello-world"><a class="anchor" href="#hello-world">Hello, World!</a></h2>`},
		{"cyrillic", "## Привет мир", `<h2 id="привет-мир"><a class="anchor" href="#привет-мир">Привет мир</a></h2>`},
		{"devanagari keeps its marks", "## हिन्दी", `<h2 id="हिन्दी"><a class="anchor" href="#हिन्दी">हिन्दी</a></h2>`},
		{"decomposed letters are composed", "## Cafe\u0301", "<h2 id=\"café\"><a class=\"anchor\" href=\"#café\">Cafe\u0301</a></h2>"},
		{"mark-up is not in the id", "## *A* `b` &amp; \\*c", `<h2 id="a-b-c"><a class="anchor" href="#a-b-c"><em>A</em> <code>b</code> &amp; *c</a></h2>`},
		{"apostrophes vanish", "## Don't, don’t", `<h2 id="dont-dont"><a class="anchor" href="#dont-dont">Don’t, don’t</a></h2>`},
		{"no letters", "## ☃", `<h2 id="section"><a class="anchor" href="#section">☃</a></h2>`},
		{
			"a link inside stays a link", "## See [this](/x)",
			`<h2 id="see-this">See <a href="/x">this</a> <a class="anchor" href="#see-this" aria-label="# See this">#</a></h2>`,
		},
		{"underlined", "Title\n---", `<h2 id="section-title"><a class="anchor" href="#section-title">Title</a></h2>`},
		{"first level steps down", "# A\n\n### B", "<h2 id=\"a\"><a class=\"anchor\" href=\"#a\">A</a></h2>\n<h4 id=\"b\"><a class=\"anchor\" href=\"#b\">B</a></h4>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := strings.TrimSpace(author(t, tt.src, markup.Options{})); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

var idAttr = regexp.MustCompile(` id="([^"]*)"`)

func TestHeadingIDsAreUniqueAndNeverThePages(t *testing.T) {
	t.Parallel()
	var src strings.Builder
	src.WriteString("## Same\n\n## Same\n\n## Same 2\n\n## same!\n")
	for _, id := range []string{"respond", "Comment-12", "main", "comments", "Comments title", "error body", "Respond title", "Field author"} {
		src.WriteString("\n## " + id + "\n")
	}
	var got []string
	for _, m := range idAttr.FindAllStringSubmatch(author(t, src.String(), markup.Options{}), -1) {
		got = append(got, m[1])
	}
	want := "same same-2 same-2-2 same-3 section-respond section-comment-12 section-main section-comments " +
		"section-comments-title section-error-body section-respond-title section-field-author"
	if s := strings.Join(got, " "); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
}

// wellFormed finds what is not closed, or closed and not open, in the way an XML
// reader would; HTML readers forgive too much to tell.
func wellFormed(t *testing.T, s string) {
	t.Helper()
	void := map[string]bool{"img": true, "br": true, "hr": true, "input": true, "wbr": true, "source": true, "embed": true, "col": true, "area": true, "track": true, "param": true}
	var open []string
	z := html.NewTokenizer(strings.NewReader(s))
	for {
		switch z.Next() {
		case html.ErrorToken:
			if !errors.Is(z.Err(), io.EOF) || len(open) > 0 {
				t.Errorf("%v, open %v, in %q", z.Err(), open, s)
			}
			return
		case html.StartTagToken:
			if name := z.Token().Data; !void[name] {
				open = append(open, name)
			}
		case html.EndTagToken:
			name := z.Token().Data
			if len(open) == 0 || open[len(open)-1] != name {
				t.Errorf("</%s> closes %v in %q", name, open, s)
				return
			}
			open = open[:len(open)-1]
		}
	}
}

func TestAuthorIsWellFormed(t *testing.T) {
	t.Parallel()
	for _, src := range []string{
		"<div>", "</div>", "<p><div></p></div>", "<b><i></b></i>", "<table><div>x</table>", "<ul><li>a<li>b", "a <br> b</br>",
		"<img src=x", "<a href=x><a href=y>z", "* a\n<div>\n* b\n</div>", "<select><option>a<div>", "<svg><g></svg>", "<p>\n\n# x\n\n</p>",
		"<textarea>x", "<details><summary>s\n\ntext", "<x-y>z", "<form><form>x</form>", "<![CDATA[x]]>", "<?php x ?>", "<!DOCTYPE html>", "> <div>\n\nx",
		"<h1>a<h2>b", "| a |\n|-|\n| <div> |", "[a](<b>c</b>)", "<title>x", "<noscript><p>x", "<iframe>", "<math><mi>x", "<template><p>x", "<frameset>", "<col>",
	} {
		wellFormed(t, author(t, src, markup.Options{Base: "/posts/x/"}))
	}
}

func TestAuthorShowsHTMLThatIsTooDeep(t *testing.T) {
	t.Parallel()
	r := markup.Author([]byte("a\n\n"+strings.Repeat("<div>", 2000)+"\n\n*b*"), markup.Options{Line: 10})
	if want := "<p>a</p>\n&lt;div&gt;&lt;div&gt;"; !strings.HasPrefix(string(r.HTML), want) {
		t.Errorf("got %.80q, want %q", r.HTML, want)
	}
	if want := "<p><em>b</em></p>\n"; !strings.HasSuffix(string(r.HTML), want) {
		t.Errorf("got HTML without %q", want)
	}
	want := []markup.Fault{{Line: 12, Column: 1, Text: "raw HTML in this text is nested too deeply; it is shown as text"}}
	if diff := cmp.Diff(want, r.Faults); diff != "" {
		t.Error(diff)
	}
}

func TestAuthorLimitsNesting(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ mark, tag string }{{">", "<blockquote>"}, {"- ", "<ul>"}, {"1. ", "<ol>"}} {
		got := strings.Count(author(t, strings.Repeat(tt.mark, 5000)+"x", markup.Options{}), tt.tag)
		if got < 99 || got > 101 {
			t.Errorf("%q nests %d deep, want 100", tt.mark, got)
		}
	}
}

func TestOpening(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("word ", 100)
	for _, tt := range []struct{ name, src, want string }{
		{"mark-up is taken off", "# T\n\nA *b* [c](/d) `e`  &amp; \\*f\ng[^1] ~~h~~ <b>i</b>\n\n[^1]: no", "A b c e & *f g h i"},
		{"paragraphs join", "A.\n\nB.", "A. B."},
		{"pictures are passed over", "![alt](x.png) ![b](https://example.org/y.png)\n![c](z.png)\n\nB.", "B."},
		{"but not beside words", "A ![b](x.png)", "A b"},
		{"lists count if there is nothing else", "- a\n- b\n\n```\nc\n```", "a b c"},
		{"a long one is cut at a word", long, strings.TrimSpace(strings.Repeat("word ", 48)) + "…"},
		{"without spaces between characters", strings.Repeat("字", 300), strings.Repeat("字", 240) + "…"},
		{"never inside of what readers see as one", strings.Repeat("👩‍👩‍👧", 300), strings.Repeat("👩‍👩‍👧", 240) + "…"},
		{"nothing", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := markup.Author([]byte(tt.src), markup.Options{})
			if r.Opening != tt.want {
				t.Errorf("got  %q\nwant %q", r.Opening, tt.want)
			}
		})
	}
}

func FuzzAuthor(f *testing.F) {
	f.Add("# A\n\n<div style=x>[b](c) ![d](e)\n\n|a|\n|-|\n")
	f.Add("<p onclick=x><script>y</script>\n\n> - 1. x[^1]\n\n[^1]: y")
	f.Add("> [!NOTE]- \"a\" $x^2$\n{.b style=c}\n\n```go {hl_lines=1 title=d}\ne\n```\n\n{{< video f.mp4 >}}\n\n<!--more-->\n\n<div><template>\n")
	f.Add("# A {#main}\n\n![b](c \"d\"){width=3}\n\n$$\n\\frac12\n$$\n\n```goat\n+-->\n```\n\n[![e](f)](https://youtu.be/g)\n\n<!-- h")
	f.Fuzz(func(t *testing.T, src string) {
		r := markup.Author([]byte(src), markup.Options{Base: "/posts/x/", Prefix: "x"})
		for _, fault := range r.Faults {
			if fault.Line < 1 || fault.Column < 1 || fault.Line > 1+strings.Count(src, "\n") {
				t.Errorf("fault at %v in %q", fault, src)
			}
		}
		z := html.NewTokenizer(strings.NewReader(string(r.HTML)))
		for z.Next() != html.ErrorToken {
			tok := z.Token()
			if tok.Type == html.StartTagToken && (tok.Data == "script" || tok.Data == "style") {
				t.Errorf("%s in %q", tok.Data, r.HTML)
			}
			for _, a := range tok.Attr {
				if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
					t.Errorf("%s in %q", a.Key, r.HTML)
				}
			}
		}
	})
}
