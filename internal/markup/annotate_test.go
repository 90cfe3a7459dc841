package markup_test

import (
	"fmt"
	"html"
	"html/template"
	"regexp"
	"strings"
	"testing"

	"hamlet/internal/markup"
)

// taken reads a text in which {-this} speaks for spam and {+that} for ham.
func taken(s string) (typed string, pieces []markup.Piece) {
	for s != "" {
		before, rest, _ := strings.Cut(s, "{")
		inside, after, _ := strings.Cut(rest, "}")
		pieces = append(pieces, markup.Piece{Text: before})
		if inside != "" {
			pieces = append(pieces, markup.Piece{Text: inside[1:], Class: map[byte]string{'-': "for-spam", '+': "for-ham"}[inside[0]]})
		}
		s = after
	}
	for _, p := range pieces {
		typed += p.Text
	}
	return typed, pieces
}

func TestAnnotate(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, typed, want string }{
		{"words", "A {+boat}, {-cheap}.", `<p>A <mark class="for-ham">boat</mark>, <mark class="for-spam">cheap</mark>.</p>`},
		{"where it weighed alone", "cheaply {-cheap} cheap", `<p>cheaply <mark class="for-spam">cheap</mark> cheap</p>`},
		{"in markup", "*{-cheap}* `{+boat}`", `<p><em><mark class="for-spam">cheap</mark></em> <code><mark class="for-ham">boat</mark></code></p>`},
		{"over markup", "{-very **cheap** watches}", `<p><mark class="for-spam">very</mark> <strong><mark class="for-spam">cheap</mark></strong> <mark class="for-spam">watches</mark></p>`},
		{"over half a markup", "**{-cheap** watches}, *boat*", `<p><strong><mark class="for-spam">cheap</mark></strong> <mark class="for-spam">watches</mark>, <em>boat</em></p>`},
		{"over a line", "{-cheap\nwatches} now", `<mark class="for-spam">cheap`},
		{"over a line, to its end", "{-cheap\nwatches} now", `watches</mark> now`},
		{"over paragraphs", "{-cheap\n\n> watches} now", "<p><mark class=\"for-spam\">cheap</mark></p>\n<blockquote>\n<p><mark class=\"for-spam\">watches</mark> now</p>"},
		{"with signs", "{-$100!!!} and 1 * 2 {+*} 3", `<p><mark class="for-spam">$100!!!</mark> and 1 * 2 <mark class="for-ham">*</mark> 3</p>`},
		{"two that touch", "{-cheap }{+boat}", `<mark class="for-spam">cheap</mark> <mark class="for-ham">boat</mark>`},
		{"what looks like HTML", "x{-<b>}y &amp; &lt;b&gt;", `<p>x<mark class="for-spam">&lt;b&gt;</mark>y &amp;`},
		{"no entity", "a & b &{-amp};", `<p>a &amp; b &amp;`},
		{"a link", "[{+boat}](https://shop.example:8080/boat?a=1&b=2) {-now}", `<mark class="for-ham">boat</mark></a> <b class="host" dir="ltr">shop.example</b> <mark class="for-spam">now</mark></p>`},
		{"no tags in attributes", "[x](https://example.org/{-boat})", `href="https://example.org/boat"`},
		{"by way of another", "[read](https://find.example/url?sa=t&q=https%3A%2F%2Fshop.example%2Fboat)", `</a> <b class="host" dir="ltr">find.example</b> <b class="host" dir="ltr">→ shop.example</b></p>`},
		{"by way of two", "https://a.example/?to=https://b.example/?to=http%253A//b%C3%A0nk.example", `<b class="host" dir="ltr">a.example</b> <b class="host" dir="ltr">→ b.example</b>`},
		{"by way of another, in capitals", "https://a.example/?u=a@b.example&v=HTTPS://Bank.example", `<b class="host" dir="ltr">→ Bank.example</b> <span class="host" dir="ltr">bank.example</span>`},
		{"by way of itself", "https://a.example/login?next=https://a.example/boat", `<b class="host" dir="ltr">a.example</b></p>`},
		{"by no way", "https://a.example/?q=http%3A&u=https:///&w=%zz&v=/b.example", `<b class="host" dir="ltr">a.example</b></p>`},
		{"another script", "[bank](https://bаnk.example/)", `</a> <b class="host" dir="ltr">xn--bnk-6cd.example</b> <span class="host" dir="ltr">bаnk.example</span>`},
		{"punycode as typed", "https://xn--bcher-kva.example/", `<b class="host" dir="ltr">xn--bcher-kva.example</b> <span class="host" dir="ltr">bücher.example</span>`},
		{"no link", "[x](javascript:alert(1))", "x"},
	} {
		typed, pieces := taken(test.typed)
		got := string(markup.Annotate(markup.Stranger(typed), pieces))
		if !strings.Contains(got, test.want) {
			t.Errorf("%s: got %s\nwant %s", test.name, got, test.want)
		}
	}
	if got, want := markup.Annotate(markup.Verbatim("<i>boat</i>"), []markup.Piece{{Text: "<i>"}, {"boat", "for-ham"}, {Text: "</i>"}}), template.HTML("<p>&lt;i&gt;<mark class=\"for-ham\">boat</mark>&lt;/i&gt;</p>\n"); got != want {
		t.Errorf("verbatim: got %s, want %s", got, want)
	}
}

// annotations are the tags of a text, and the hosts that are told.
var annotations = regexp.MustCompile(` <(b|span) class="host" dir="ltr">[^<]*</(b|span)>|<[^>]*>`)

func seen(said string) string { return html.UnescapeString(annotations.ReplaceAllString(said, "")) }

// FuzzAnnotate: without the marks and hosts it is what it was, whatever is typed and
// marked.
func FuzzAnnotate(f *testing.F) {
	f.Add("A *boat* <b> & [x](https://example.org/) `y`\n> z", 3, 7)
	f.Add("&lt;mark>", 1, 2)
	f.Fuzz(func(t *testing.T, typed string, from, to int) {
		from = min(max(from, 0), len(typed))
		to = min(max(to, from), len(typed))
		said := markup.Stranger(typed)
		got := string(markup.Annotate(said, []markup.Piece{{Text: typed[:from]}, {typed[from:to], "for-spam"}, {Text: typed[to:]}}))
		if seen(got) != seen(string(said)) {
			t.Errorf("%q with %q: got %s, of %s", typed, typed[from:to], got, said)
		}
	})
}

// weighed is a text of so many characters, of whose pieces so many are marked.
func weighed(characters, marks int) (template.HTML, []markup.Piece) {
	var typed strings.Builder
	var pieces []markup.Piece
	for i := range marks {
		word := fmt.Sprintf("word%04d", i%(marks/2))
		rest := strings.Repeat("a ", (characters/marks-len(word))/2)
		pieces = append(pieces, markup.Piece{Text: word, Class: "for-spam"}, markup.Piece{Text: " " + rest})
		typed.WriteString(word + " " + rest)
	}
	return markup.Verbatim(typed.String()), pieces
}

// TestAnnotateIsLinear: twice as much text with twice as many marks is about twice the work.
func TestAnnotateIsLinear(t *testing.T) {
	said, pieces := weighed(10_000, 500)
	if got := strings.Count(string(markup.Annotate(said, pieces)), "<mark"); got != 500 {
		t.Errorf("got %d marks, want 500", got)
	}
	one := testing.AllocsPerRun(5, func() { markup.Annotate(said, pieces) })
	said, pieces = weighed(20_000, 1_000)
	two := testing.AllocsPerRun(5, func() { markup.Annotate(said, pieces) })
	if one > 10_000 || two > 2.2*one {
		t.Errorf("got %.0f and %.0f allocations", one, two)
	}
}

func BenchmarkAnnotate(b *testing.B) {
	for _, n := range []int{1, 4} {
		said, pieces := weighed(n*10_000, n*500)
		b.Run(fmt.Sprintf("%d characters", n*10_000), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				markup.Annotate(said, pieces)
			}
		})
	}
}
