package markup_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hamlet/internal/markup"
)

// rendering is a text, what it comes to, and what is wrong with it ("3:1 words").
type rendering struct {
	name, src, want string
	faults          []string
}

func check(t *testing.T, o markup.Options, tests []rendering) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := markup.Author([]byte(tt.src), o)
			if got := strings.TrimSpace(string(r.HTML)); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
			var faults []string
			for _, f := range r.Faults {
				faults = append(faults, fmt.Sprintf("%d:%d: %s", f.Line, f.Column, f.Text))
			}
			if diff := cmp.Diff(tt.faults, faults); diff != "" {
				t.Errorf("faults: %s", diff)
			}
			wellFormed(t, string(r.HTML))
		})
	}
}

func TestAttributes(t *testing.T) {
	t.Parallel()
	check(t, markup.Options{}, []rendering{
		{name: "heading", src: "## A *b* {#c .d .e lang=de}", want: `<h2 id="c" class="d e" lang="de"><a class="anchor" href="#c">A <em>b</em></a></h2>`},
		{name: "underlined heading", src: "A {#b}\n---", want: `<h2 id="b"><a class="anchor" href="#b">A</a></h2>`},
		{name: "paragraph", src: "a\n{.b dir=rtl}", want: `<p class="b" dir="rtl">a</p>`},
		{name: "quotation", src: "> a\n{.b}", want: "<blockquote class=\"b\"><p>a</p>\n</blockquote>"},
		{name: "list", src: "- a\n{.b}", want: "<ul class=\"b\">\n<li>a</li>\n</ul>"},
		{name: "table", src: "|a|\n|-|\n{#b .c}", want: "<div class=\"table\" tabindex=\"0\">\n<table id=\"b\" class=\"c\">\n<thead>\n<tr>\n<th>a</th>\n</tr>\n</thead>\n</table>\n</div>"},
		{name: "image", src: "a ![b](c.png){.d width=300} e", want: `<p>a <img src="c.png" alt="b" class="d" width="300" decoding="async"> e</p>`},
		{name: "link and code", src: "[a](b){.c} `d`{.e}", want: `<p><a href="b" class="c">a</a> <code class="e">d</code></p>`},
		{name: "code block", src: "```\na\n```\n{.b #c}", want: `<pre class="chroma b" id="c" tabindex="0" data-copy="Copy" data-copied="Copied"><code>a` + "\n</code></pre>"},
		{name: "none to give them to", src: "{.a}\n\nb", want: "<p>{.a}</p>\n<p>b</p>"},
		{name: "text in braces", src: "a {b} {c\n{d}", want: "<p>a {b} {c\n{d}</p>"},
		{
			name: "no looks and no scripts", src: "a\n{style=\"color:red\" onclick=\"x()\" .b}", want: `<p class="b">a</p>`,
			faults: []string{`2:1: the attribute "style" cannot be given here`, `2:1: the attribute "onclick" cannot be given here`},
		},
		{name: "values are checked", src: "a\n{lang=\"d e\"}", want: `<p>a</p>`, faults: []string{`2:1: "d e" is no value for the attribute "lang"`}},
		{
			name: "ids are never the page's, and once each", src: "# A {#main}\n\n## B {#c}\n\n## C\n\nd\n{#c}",
			want:   "<h2 id=\"section-main\"><a class=\"anchor\" href=\"#section-main\">A</a></h2>\n<h3 id=\"c\"><a class=\"anchor\" href=\"#c\">B</a></h3>\n<h3 id=\"c-3\"><a class=\"anchor\" href=\"#c-3\">C</a></h3>\n<p id=\"c-2\">d</p>",
			faults: []string{`1:1: the id "main" is taken; this one is "section-main"`, `7:1: the id "c" is taken; this one is "c-2"`},
		},
	})
}

func TestCallouts(t *testing.T) {
	t.Parallel()
	check(t, markup.Options{Words: map[string]string{"note": "Hinweis"}}, []rendering{
		{name: "named by the page", src: "> [!NOTE]\n> a *b*", want: "<div class=\"callout callout-note\" role=\"note\">\n<p class=\"callout-title\">Hinweis</p>\n<p>a <em>b</em></p>\n</div>"},
		{name: "in English without words", src: "> [!tip]\n>\n> a", want: "<div class=\"callout callout-tip\" role=\"note\">\n<p class=\"callout-title\">Tip</p>\n<p>a</p>\n</div>"},
		{name: "with a title", src: "> [!WARNING] Mind *the* gap\n> - a", want: "<div class=\"callout callout-warning\" role=\"note\">\n<p class=\"callout-title\">Mind <em>the</em> gap</p>\n<ul>\n<li>a</li>\n</ul>\n</div>"},
		{name: "details", src: "> [!DETAILS] More\n> a", want: "<details class=\"callout callout-details\">\n<summary>More</summary>\n<p>a</p>\n</details>"},
		{name: "folded and open", src: "> [!CAUTION]+ C\n> a", want: "<details class=\"callout callout-caution\" open>\n<summary>C</summary>\n<p>a</p>\n</details>"},
		{name: "folded", src: "> [!IMPORTANT]-\n> a", want: "<details class=\"callout callout-important\">\n<summary>Important</summary>\n<p>a</p>\n</details>"},
		{name: "in each other", src: "> [!NOTE]\n> > [!TIP]\n> > a\n{#x}", want: "<div class=\"callout callout-note\" role=\"note\" id=\"x\">\n<p class=\"callout-title\">Hinweis</p>\n<div class=\"callout callout-tip\" role=\"note\">\n<p class=\"callout-title\">Tip</p>\n<p>a</p>\n</div>\n</div>"},
		{
			name: "unknown", src: "> [!FOO] b\n> a", want: "<blockquote>\n<p>[!FOO] b</p>\n<p>a</p>\n</blockquote>",
			faults: []string{"1:3: there is no callout [!FOO]; there are note, tip, important, warning, caution and details"},
		},
		{name: "only at the beginning", src: "> a\n> [!NOTE]", want: "<blockquote>\n<p>a\n[!NOTE]</p>\n</blockquote>"},
		{name: "only in quotations", src: "[!NOTE]\na", want: "<p>[!NOTE]\na</p>"},
	})
}

func TestDetails(t *testing.T) {
	t.Parallel()
	check(t, markup.Options{}, []rendering{
		{name: "Markdown inside", src: "<details>\n<summary>A *b*</summary>\n\nc *d*\n\n- e\n\n</details>\n\nf", want: "<details>\n<summary>A *b*</summary>\n<p>c <em>d</em></p>\n<ul>\n<li>e</li>\n</ul>\n</details>\n<p>f</p>"},
		{name: "unclosed", src: "<details>\n<summary>A</summary>\n\nb", want: "<details>\n<summary>A</summary>\n<p>b</p>\n</details>"},
	})
}

func TestFigures(t *testing.T) {
	t.Parallel()
	check(t, markup.Options{Base: "/p/"}, []rendering{
		{name: "image with a title", src: "![a](b.png \"It's *c* & d\")", want: "<figure>\n<img src=\"/p/b.png\" alt=\"a\" decoding=\"async\">\n<figcaption>It’s *c* &amp; d</figcaption>\n</figure>"},
		{name: "in a link, with a class", src: "[![a](b.png \"c\"){.wide}](/d)", want: "<figure class=\"wide\">\n<a href=\"/d\"><img src=\"/p/b.png\" alt=\"a\" decoding=\"async\"></a>\n<figcaption>c</figcaption>\n</figure>"},
		{name: "without a title", src: "![a](b.png)", want: "<p><img src=\"/p/b.png\" alt=\"a\" decoding=\"async\"></p>"},
		{name: "beside words", src: "![a](b.png \"c\") d", want: "<p><img src=\"/p/b.png\" alt=\"a\" title=\"c\" decoding=\"async\"> d</p>"},
		{name: "from elsewhere", src: "![a](https://x.example/b.png \"c\")", want: "<figure>\n<a href=\"https://x.example/b.png\">a</a>\n<figcaption>c</figcaption>\n</figure>"},
		{name: "shortcode", src: `{{< figure src="b.png" alt="a <b>" caption="c" width="300px" class="wide" link="/d" >}}`, want: "<figure class=\"wide\">\n<a href=\"/d\"><img src=\"/p/b.png\" alt=\"a &lt;b&gt;\" width=\"300\" decoding=\"async\"></a>\n<figcaption>c</figcaption>\n</figure>"},
		{name: "shortcode without an image", src: `{{< figure >}}`, want: "<p>{{&lt; figure &gt;}}</p>", faults: []string{"1:1: the shortcode figure needs an image: src"}},
	})
}

func TestEmbeds(t *testing.T) {
	t.Parallel()
	card := func(url, img, title, host string) string {
		return `<p class="video-card"><a href="` + url + `" rel="noopener noreferrer">` + img + `<span class="video-title">` + title + `</span> <span class="video-at">Video at ` + host + `</span></a></p>`
	}
	still := func(alt string) string { return `<img src="/p/s.jpg" alt="` + alt + `" decoding="async">` }
	check(t, markup.Options{Base: "/p/"}, []rendering{
		{name: "bare address", src: "https://youtu.be/abc_-123?t=5", want: card("https://youtu.be/abc_-123?t=5", "", "Video", "youtu.be")},
		{name: "link", src: "[A *talk*](https://www.youtube.com/watch?v=abc)", want: card("https://www.youtube.com/watch?v=abc", "", "A talk", "youtube.com")},
		{name: "picture", src: "[![A talk](s.jpg)](https://vimeo.com/12345)", want: card("https://vimeo.com/12345", still(""), "A talk", "vimeo.com")},
		{name: "picture and title", src: "[![The hall](s.jpg)](https://tube.example/w/9c9de5e8-0a1e-484a-b099-e80766180a6d \"A talk\")", want: card("https://tube.example/w/9c9de5e8-0a1e-484a-b099-e80766180a6d", still("The hall"), "A talk", "tube.example")},
		{name: "shortcode", src: `{{< video src="https://youtu.be/abc" title="A & b" still="s.jpg" >}}`, want: card("https://youtu.be/abc", still(""), "A &amp; b", "youtu.be")},
		{name: "as in Hugo", src: "{{< youtube abc >}}\n\n{{% vimeo id=\"123\" %}}", want: card("https://www.youtube.com/watch?v=abc", "", "Video", "youtube.com") + "\n" + card("https://vimeo.com/123", "", "Video", "vimeo.com")},
		{name: "in a sentence it is a link", src: "See https://youtu.be/abc", want: `<p>See <a href="https://youtu.be/abc">https://youtu.be/abc</a></p>`},
		{name: "another page is a link", src: "https://www.youtube.com/about", want: `<p><a href="https://www.youtube.com/about">https://www.youtube.com/about</a></p>`},
		{
			name: "a picture from elsewhere", src: "[![A](https://x.example/s.jpg)](https://youtu.be/abc)", want: card("https://youtu.be/abc", "", "A", "youtu.be"),
			faults: []string{"1:1: the picture of a video has to be in this blog"},
		},
		{
			name: "file", src: `{{< video src="c.mp4" title="A" still="s.jpg" captions="c.vtt" lang="en" >}}`,
			want: "<figure class=\"video\">\n<video controls preload=\"none\" src=\"/p/c.mp4\" poster=\"/p/s.jpg\" aria-label=\"A\"><track kind=\"captions\" src=\"/p/c.vtt\" srclang=\"en\"><a href=\"/p/c.mp4\">A</a></video>\n<figcaption>A</figcaption>\n</figure>",
		},
		{name: "sound", src: `{{<audio a.mp3 "B">}}`, want: "<figure class=\"audio\">\n<audio controls preload=\"none\" src=\"/p/a.mp3\" aria-label=\"B\"><a href=\"/p/a.mp3\">B</a></audio>\n<figcaption>B</figcaption>\n</figure>"},
		{name: "dangerous", src: `{{< video src="javascript:x" >}}`, want: "<p>{{&lt; video src=&quot;javascript:x&quot; &gt;}}</p>", faults: []string{"1:1: the shortcode video has an address that cannot be followed"}},
		{
			name: "unknown", src: "a\n\n  {{< tweet user=x >}}\nb", want: "<p>a</p>\n<p>{{&lt; tweet user=x &gt;}}</p>\n<p>b</p>",
			faults: []string{"3:3: the shortcode tweet is not known; there are figure, video, audio, youtube and vimeo"},
		},
	})
	r := markup.Author([]byte("[![A](s.jpg)](https://youtu.be/abc)\n\n{{< audio a.mp3 >}}"), markup.Options{Base: "/p/"})
	want := []markup.Link{{To: "https://youtu.be/abc", Line: 1, Column: 1}, {To: "s.jpg", Image: true, Line: 1, Column: 1}, {To: "a.mp3", Line: 3, Column: 1}}
	if diff := cmp.Diff(want, r.Links); diff != "" {
		t.Errorf("links: %s", diff)
	}
}

func TestFences(t *testing.T) {
	t.Parallel()
	const (
		begin = `<pre class="chroma" tabindex="0" data-copy="Copy" data-copied="Copied"><code`
		plain = "a\nb\nc\n"
	)
	line := func(class, number, text string) string {
		if number != "" {
			number = ` data-line="` + number + `"`
		}
		return `<span class="` + class + `"` + number + ">" + text + "</span>\n"
	}
	numbered := strings.Replace(begin, "chroma", "chroma numbered", 1)
	full := "<figure class=\"code\">\n<figcaption>main.go</figcaption>\n" + numbered + ` class="language-x">` +
		line("line", "1", "a") + line("line marked", "2", "b") + line("line marked", "3", "c") + "</code></pre>\n</figure>"
	ten := numbered + ` class="language-x">` + line("line", "10", "a") + line("line marked", "11", "b") + line("line", "12", "c") + "</code></pre>"
	marked := begin + ` class="language-x">` + line("line marked", "", "a") + line("line", "", "b") + line("line marked", "", "c") + "</code></pre>"
	var tests []rendering
	for info, want := range map[string]string{
		`x {linenos=true hl_lines="2-3" title="main.go"}`:  full,
		`x {linenos=table,hl_lines=[2,"3"],title=main.go}`: full,
		`x title="main.go" showLineNumbers {2-3}`:          full,
		`x:main.go {2,3} linenos`:                          full,
		`{.x .numberLines hl_lines="2 3" title='main.go'}`: full,
		`x linenums="10" hl_lines="2"`:                     ten,
		`x {linenos=inline linenostart=10 hl_lines=[2]}`:   ten,
		`x{1,3-5}`:                               marked,
		`x {1,3}`:                                marked,
		`x {linenos=false hl_lines="1 3 x 9-2"}`: marked,
		`x {.class #id`:                          begin + ` class="language-x">` + plain + "</code></pre>",
	} {
		tests = append(tests, rendering{name: info, src: "```" + info + "\n" + plain + "```", want: want})
	}
	check(t, markup.Options{}, tests)
}

func TestTokensOverSeveralLines(t *testing.T) {
	t.Parallel()
	got := author(t, "```go {linenos=true}\n/* a\nb */\n\nc\n```", markup.Options{})
	want := `<span class="line" data-line="1"><span class="cm">/* a</span></span>` + "\n" + `<span class="line" data-line="2"><span class="cm">b */</span></span>` + "\n" +
		`<span class="line" data-line="3"></span>` + "\n" + `<span class="line" data-line="4">c</span>` + "\n</code>"
	if !strings.Contains(got, want) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestMath(t *testing.T) {
	t.Parallel()
	const x = `<math><semantics><mi>x</mi><annotation encoding="application/x-tex">x</annotation></semantics></math>`
	block := strings.Replace(x, "<math>", `<math display="block">`, 1)
	check(t, markup.Options{}, []rendering{
		{name: "in a line", src: "a $x$, $x$-axis ($x$)", want: "<p>a " + x + ", " + x + "-axis (" + x + ")</p>"},
		{name: "money", src: "\\$x$ cost $5 and $10, or US$5 or A$6; $3-$4 $PATH:$HOME; $5 here or 6$ there", want: "<p>$x$ cost $5 and $10, or US$5 or A$6; $3-$4 $PATH:$HOME; $5 here or 6$ there</p>"},
		{name: "not Markdown inside", src: "$a_b*c_d*e$", want: `<p><math><semantics><mrow><msub><mi>a</mi><mi>b</mi></msub><mo>∗</mo><msub><mi>c</mi><mi>d</mi></msub><mo>∗</mo><mi>e</mi></mrow><annotation encoding="application/x-tex">a_b*c_d*e</annotation></semantics></math></p>`},
		{name: "not in code", src: "`$x$`", want: "<p><code>$x$</code></p>"},
		{name: "on its own", src: "a\n$$x$$\nb", want: "<p>a</p>\n<div class=\"formula\" tabindex=\"0\">" + block + "</div>\n<p>b</p>"},
		{name: "on lines", src: "$$\nx\n$$", want: "<div class=\"formula\" tabindex=\"0\">" + block + "</div>"},
		{name: "fence", src: "```math\nx\n```", want: "<div class=\"formula\" tabindex=\"0\">" + block + "</div>"},
		{name: "two dollars in a line", src: "a $$x$$ b", want: "<p>a " + block + " b</p>"},
		{name: "in a list", src: "- $$\n  x\n  $$\n- $x$", want: "<ul>\n<li>\n<div class=\"formula\" tabindex=\"0\">" + block + "</div>\n</li>\n<li>" + x + "</li>\n</ul>"},
		{name: "raw HTML beside it", src: "$x$ <b>c</b>", want: "<p>" + x + " <b>c</b></p>"},
		{
			name: "wrong", src: "é $a \\foo <b$ c", want: `<p>é <code class="math-error" title="\foo is not known here">$a \foo &lt;b$</code> c</p>`,
			faults: []string{`1:6: formula: \foo is not known here`},
		},
		{
			name: "not closed", src: "a\n\n$$\nx\n\nb", want: "<p>a</p>\n<pre class=\"math-error\" tabindex=\"0\"><code>$$\nx</code></pre>\n<p>b</p>",
			faults: []string{"3:1: this formula is not closed by $$"},
		},
	})
}

func TestTypography(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ language, src, want string }{
		{"", `"a 'b' c" -- d --- e...`, `“a ‘b’ c” – d — e…`},
		{"", `don't, the '90s, bakers' "x".`, `don’t, the ’90s, bakers’ “x”.`},
		{"", `("a") "*b*" *"c"* "[d](e)"`, `(“a”) “<em>b</em>” <em>“c”</em> “<a href="e">d</a>”`},
		{"", `a board of 6" by 5', run --help; a --> b, \"c\" &quot;`, `a board of 6&quot; by 5', run --help; a --&gt; b, &quot;c&quot; &quot;`},
		{"", "`\"a\"--...` $a''$ <b title=\"x\">\"y\"</b>", `<code>&#34;a&#34;--...</code> <math>`},
		{"", "\"a\nb\" \"`c`\"", "“a\nb” “<code>c</code>”"},
		{"", "https://x.example/a--b'c", `<a href="https://x.example/a--b'c">https://x.example/a--b'c</a>`},
		{"de", `"a 'b' c"`, `„a ‚b‘ c“`},
		{"de-AT", `"a"`, `„a“`},
		{"de_CH", `"a 'b'"`, `«a ‹b›»`},
		{"fr", `"a 'b' l'eau"`, "«\u202fa “b” l’eau\u202f»"},
		{"sv", `"a"`, `”a”`},
		{"ja", `"a"`, `「a」`},
		{"xx", `"a"`, `“a”`},
	} {
		got := author(t, tt.src, markup.Options{Language: tt.language})
		if !strings.HasPrefix(got, "<p>"+tt.want) {
			t.Errorf("%s %s: got %s, want %s", tt.language, tt.src, got, tt.want)
		}
	}
}

func TestUnclosedHTMLSwallowsNothing(t *testing.T) {
	t.Parallel()
	const fault = "this raw HTML is not closed; it is shown as text"
	check(t, markup.Options{}, []rendering{
		{name: "script", src: "<script>\nx()\n\nb", want: "<p>&lt;script&gt;\nx()</p>\n<p>b</p>", faults: []string{"1:1: " + fault}},
		{name: "script in a line", src: "a <script>b\n\nc", want: "<p>a &lt;script&gt;b</p>\n<p>c</p>", faults: []string{"1:3: " + fault}},
		{name: "closed script", src: "a\n\n<script>\nb\n\nc</script>\n\nd", want: "<p>a</p>\n\n<p>d</p>"},
		{name: "comment", src: "a\n<!-- b\n\nc", want: "<p>a\n&lt;!-- b</p>\n<p>c</p>", faults: []string{"2:1: " + fault}},
		{name: "tag without an end", src: "<div class=\"a\n\nb \"c\" d", want: "<p>&lt;div class=&quot;a\n</p>\n<p>b “c” d</p>", faults: []string{"1:1: " + fault}},
		{name: "element that hides", src: "a\n\n<div><template>\nb\n</div>\n\nc", want: "<p>a</p>\n<div>&lt;template&gt;\nb\n&lt;/div&gt;\n<p>c</p>\n</div>", faults: []string{"3:6: " + fault}},
		{name: "closed further down", src: "<video src=\"a.mp4\">\n\nb\n\n</video>\n\nc", want: "<video src=\"a.mp4\">\n<p>b</p>\n</video>\n<p>c</p>"},
	})
}

func TestDiagrams(t *testing.T) {
	t.Parallel()
	check(t, markup.Options{}, []rendering{
		{
			name: "drawn", src: "```goat {title=\"A & b\"}\no--\n\nx\n```",
			want: "<figure class=\"diagram\" tabindex=\"0\">\n<svg role=\"img\" aria-label=\"A &amp; b\" width=\"32\" height=\"57\" viewBox=\"0 0 32 57\" font-family=\"monospace\">" +
				"<g transform=\"translate(8,16)\">\n<path d=\"M 0,0 L 16,0\" fill=\"none\" stroke=\"currentColor\"></path>\n" +
				"<circle cx=\"0\" cy=\"0\" r=\"6\" stroke=\"currentColor\" class=\"hollow\" fill=\"none\"></circle>\n" +
				"<text text-anchor=\"middle\" x=\"0\" y=\"36\" fill=\"currentColor\" font-size=\"13\">x</text>\n</g></svg>\n<figcaption>A &amp; b</figcaption>\n</figure>",
		},
		{
			name: "too large", src: "```goat\n" + strings.Repeat("x\n", 101) + "```",
			want:   `<pre class="chroma" tabindex="0" data-copy="Copy" data-copied="Copied"><code class="language-goat">` + strings.Repeat("x\n", 101) + "</code></pre>",
			faults: []string{"1:1: this drawing is larger than 160 by 100 characters; it is shown as code"},
		},
	})
}

func TestRawIDsDoNotClash(t *testing.T) {
	t.Parallel()
	fault := func(at, id string) string { return at + `: the id "` + id + `" is taken; this element has none` }
	check(t, markup.Options{}, []rendering{
		{name: "its own", src: "<b id=c1>a</b>", want: `<p><b id="c1">a</b></p>`},
		{name: "of the page", src: "a\n\n<div id=comments>b</div>\n", want: "<p>a</p>\n<div>b</div>", faults: []string{fault("3:9", "comments")}},
		{name: "of a kind of the page", src: "<b class=x id='comment-12'>b</b>", want: `<p><b class="x">b</b></p>`, faults: []string{fault("1:16", "comment-12")}},
		{name: "of a heading below", src: "<b id=x>b</b>\n\n## x", want: "<p><b>b</b></p>\n<h2 id=\"x\"><a class=\"anchor\" href=\"#x\">x</a></h2>", faults: []string{fault("1:7", "x")}},
		{name: "twice", src: "<b id=x>b</b> <b id=x>c</b>", want: `<p><b id="x">b</b> <b>c</b></p>`, faults: []string{fault("1:21", "x")}},
	})
}
