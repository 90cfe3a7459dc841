package markup_test

import (
	"html"
	"html/template"
	"regexp"
	"strings"
	"testing"

	"hamlet/internal/markup"
)

func TestAnnotate(t *testing.T) {
	t.Parallel()
	weighty := []markup.Weighty{{"cheap", "for-spam"}, {"cheap watches", "for-spam"}, {"boat", "for-ham"}, {"<b>", "for-spam"}, {"amp", "for-spam"}, {"", "none"}}
	for _, test := range []struct{ name, typed, want string }{
		{"words", "A boat, cheap.", `<p>A <mark class="for-ham">boat</mark>, <mark class="for-spam">cheap</mark>.</p>`},
		{"the longest first", "cheap watches", `<p><mark class="for-spam">cheap watches</mark></p>`},
		{"not within words", "cheaply boats lifeboat boaté", `<p>cheaply boats lifeboat boaté</p>`},
		{"as typed", "Cheap BOAT", `<p>Cheap BOAT</p>`},
		{"in markup", "*cheap* `boat`", `<p><em><mark class="for-spam">cheap</mark></em> <code><mark class="for-ham">boat</mark></code></p>`},
		{"what looks like HTML", "x<b>y &amp; &lt;b&gt;", `<p>x<mark class="for-spam">&lt;b&gt;</mark>y &amp;`},
		{"no entity", "a & b &amp;", `<p>a &amp; b &amp;`},
		{"a link", "[boat](https://shop.example:8080/boat?a=1&b=2)", `<mark class="for-ham">boat</mark></a> <b class="host" dir="ltr">shop.example</b></p>`},
		{"no tags in attributes", "[x](https://example.org/boat)", `href="https://example.org/boat"`},
		{"another script", "[bank](https://bаnk.example/)", `</a> <b class="host" dir="ltr">xn--bnk-6cd.example</b> <span class="host" dir="ltr">bаnk.example</span>`},
		{"punycode as typed", "https://xn--bcher-kva.example/", `<b class="host" dir="ltr">xn--bcher-kva.example</b> <span class="host" dir="ltr">bücher.example</span>`},
		{"no link", "[x](javascript:alert(1))", "x"},
	} {
		got := string(markup.Annotate(markup.Stranger(test.typed), weighty))
		if !strings.Contains(got, test.want) {
			t.Errorf("%s: got %s\nwant %s", test.name, got, test.want)
		}
	}
	if got, want := markup.Annotate(markup.Verbatim("<i>boat</i>"), weighty), template.HTML("<p>&lt;i&gt;<mark class=\"for-ham\">boat</mark>&lt;/i&gt;</p>\n"); got != want {
		t.Errorf("verbatim: got %s, want %s", got, want)
	}
}

// annotations are the tags of a text, and the hosts that are told.
var annotations = regexp.MustCompile(` <(b|span) class="host" dir="ltr">[^<]*</(b|span)>|<[^>]*>`)

func seen(said string) string { return html.UnescapeString(annotations.ReplaceAllString(said, "")) }

// FuzzAnnotate: without the marks and hosts it is what it was, whatever is typed and
// marked.
func FuzzAnnotate(f *testing.F) {
	f.Add("A *boat* <b> & [x](https://example.org/) `y`\n> z", "boat")
	f.Add("&lt;mark>", "<mark")
	f.Fuzz(func(t *testing.T, typed, word string) {
		said := markup.Stranger(typed)
		if got := string(markup.Annotate(said, []markup.Weighty{{word, "for-spam"}})); seen(got) != seen(string(said)) {
			t.Errorf("%q with %q: got %s, of %s", typed, word, got, said)
		}
	})
}
