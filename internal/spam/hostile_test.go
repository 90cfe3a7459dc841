package spam_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"hamlet/internal/spam"
)

// hostileShapes make some n bytes that are meant to cost much or to break something.
var hostileShapes = []struct {
	name string
	make func(n int) string
}{
	{"one word", filled("a")},
	{"one emoji", filled("🎰")},
	{"newlines", filled("\n")},
	{"NULs", filled("\x00")},
	{"not UTF-8", filled("\xff\xc0\x80\xed\xa0\x80")},
	{"no first byte of a character", filled("\x80")},
	{"any bytes", anyBytes},
	{"one phrase", filled("buy cheap pills now ")},
	{"words all different", numbered("w%dx%d ")},
	{"words of one letter", filled("a b c d e f g h ")},
	{"numbers", filled("1234567890 ")},
	{"links to one host", numbered("http://spam.example/%d ")},
	{"links to many hosts", numbered("http://a%d.example/b%d ")},
	{"short links", filled("http://a ")},
	{"links without an end", filled("http://www.")},
	{"one long link", func(n int) string { return "http://" + strings.Repeat("a.b/", n/4) }},
	{"one long host", func(n int) string { return "http://" + strings.Repeat("a.", n/2) + "example" }},
	{"one long name of a host", func(n int) string { return "http://" + strings.Repeat("a", n) + ".example/" }},
	{"one long path", func(n int) string { return "www.shop.example/" + strings.Repeat("x", n) }},
	{"one long user name", func(n int) string { return "https://" + strings.Repeat("u", n) + "@shop.example" }},
	{"hosts without a scheme", filled("buy.co.uk ")},
	{"one host without a scheme", filled("a.")},
	{"mail addresses", numbered("a%d@b%d.example ")},
	{"HTML, nested", filled("<div>")},
	{"HTML, one tag", func(n int) string { return "<a " + strings.Repeat("title=x ", n/8) + ">" }},
	{"HTML comments", filled("<!--")},
	{"HTML links", numbered(`<a href="http://a%d.example">b%d</a>`)},
	{"forum code, nested", filled("[b][i]")},
	{"forum links, open", filled("[url=")},
	{"forum links", numbered("[url=http://a%d.example]b%d[/url]")},
	{"Markdown, open", filled("![](")},
	{"Markdown links", numbered("[a%d](http://b%d.example)")},
	{"brackets", filled("[")},
	{"angle brackets", filled("<")},
	{"character references", filled("&#x61;")},
	{"references of references", func(n int) string { return "&" + strings.Repeat("amp;", n/4) }},
	{"references without an end", filled("&#")},
	{"overrides", filled("\u202eab\u202c")},
	{"invisible characters", filled("a\u200b\u00ad")},
	{"marks on one letter", func(n int) string { return "e" + strings.Repeat("\u0301", n/2) }},
	{"marks in disorder", filled("\u0301\u0323\u0300\u0327")},
	{"towers of marks", filled("z\u0336\u0301\u0323\u0300\u0327\u0330\u0315")},
	{"jamo", filled("\u1112\u1161\u11ab")},
	{"signs that grow", filled("\ufdfa")},
	{"wide letters", filled("ｃａｓｉｎｏ ")},
	{"letters of two scripts", filled("раypal ")},
	{"Chinese", filled("免费赌场在线投注")},
	{"kana", filled("ラーメン食べた")},
	{"spaced letters", filled("c a s i n o ")},
	{"quotes", filled("'")},
	{"words with quotes", filled("a'b'c")},
	{"full stops", filled(".")},
	{"at signs", filled("@")},
	{"capitals", filled("AaBb")},
	{"sigmas", filled("ΣΑΣ ")},
	{"dotted capitals", filled("İ")},
}

// filled repeats s.
func filled(s string) func(int) string {
	return func(n int) string { return strings.Repeat(s, max(1, n/len(s))) }
}

// numbered repeats a form with ever new numbers in it.
func numbered(form string) func(int) string {
	holes := strings.Count(form, "%d")
	return func(n int) string {
		var b strings.Builder
		for i := 0; b.Len() < n; i++ {
			_, _ = fmt.Fprintf(&b, form, []any{i, 7 * i}[:holes]...)
		}
		return b.String()
	}
}

func anyBytes(n int) string {
	r := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.IntN(256))
	}
	return string(b)
}

// everywhere puts a text into each field of a message, and into all of them.
func everywhere(s string) []spam.Message {
	return []spam.Message{
		{Body: s},
		{Author: s, Body: "Thank you!"},
		{AuthorURL: s, Body: "Thank you!"},
		{AuthorURL: "https://" + s, Body: "Thank you!"},
		{Permalink: s, Body: "Thank you!"},
		{Author: s, AuthorURL: s, Body: s, Permalink: s},
	}
}

// mustBeSound fails if a verdict is none that one can show, keep and recompute.
func mustBeSound(t interface {
	Helper()
	Errorf(string, ...any)
}, f *spam.Filter, m spam.Message,
) {
	t.Helper()
	v := f.Receipt(m)
	if !(v.Probability > 0 && v.Probability < 1) || v.Class == "" {
		t.Errorf("got probability %v, class %q", v.Probability, v.Class)
	}
	if again := f.Judge(m); again.LogOdds != v.LogOdds || again.Class != v.Class {
		t.Errorf("got log-odds %v with the receipt, %v without", v.LogOdds, again.LogOdds)
	}
	if sum := v.Receipt.LogOdds(); sum != v.LogOdds {
		t.Errorf("the receipt sums to %v, the log-odds are %v", sum, v.LogOdds)
	}
	for _, r := range v.Receipt {
		if !utf8.ValidString(r.Feature) || len(r.Feature) > 1200 {
			t.Errorf("a feature is named %.60q, %d bytes", r.Feature, len(r.Feature))
		}
	}
	if n := len(v.Reasons); n > 15 {
		t.Errorf("got %d reasons", n)
	}
	data, err := v.Receipt.MarshalBinary()
	if err != nil || len(data) > 128<<10 {
		t.Errorf("the receipt takes %d bytes: %v", len(data), err)
	}
	var back spam.Receipt
	if err := back.UnmarshalBinary(data); err != nil || back.LogOdds() != v.LogOdds {
		t.Errorf("the receipt comes back as %v: %v", back.LogOdds(), err)
	}
}

// A megabyte of anything anywhere gives a verdict whose parts are sound, before a
// moderator has taught what is peculiar to it and afterwards.
func TestHostileInput(t *testing.T) {
	t.Parallel()
	untaught := spam.NewFilter(spam.Default())
	for _, shape := range hostileShapes {
		t.Run(shape.name, func(t *testing.T) {
			t.Parallel()
			mustBeSound(t, untaught, spam.Message{Body: shape.make(1)})
			mustBeSound(t, untaught, spam.Message{Body: shape.make(10_000)})
			taught := spam.NewFilter(spam.Default())
			for _, m := range everywhere(shape.make(1 << 20)) {
				mustBeSound(t, untaught, m)
				taught.Learn(spam.Lesson{Vector: spam.Extract(m), Spam: true})
				mustBeSound(t, taught, m)
			}
		})
	}
}

// readBody is how many bytes of a body are read at most.
const readBody = 24 << 10

// However long a message is, the work is that of the part that is read: what
// lies between its beginning and its end changes nothing.
func TestTheMiddleIsNotRead(t *testing.T) {
	t.Parallel()
	ends := strings.Repeat("quiet words and a link http://a.example/b, ", readBody/40)
	want := spam.Extract(spam.Message{Body: ends + ends})
	for _, shape := range hostileShapes {
		for _, n := range []int{100, 1 << 20} {
			if got := spam.Extract(spam.Message{Body: ends + shape.make(n) + ends}); !reflect.DeepEqual(got, want) {
				t.Errorf("%s, %d bytes: got %d features, want the %d there are without", shape.name, n, len(got.Hashes), len(want.Hashes))
			}
		}
	}
}

// Twice the text is at most some twice the features and the memory (three times, for
// slices grow by steps, and what a cut leaves of a long link is words), not four times,
// up to where the text is cut, and no more beyond. It is not parallel, for memory is
// counted; time is not measured, for a busy machine would decide.
func TestWorkGrowsInLine(t *testing.T) {
	for _, shape := range hostileShapes {
		t.Run(shape.name, func(t *testing.T) {
			small, half, most := extract(shape.make(readBody/4)), extract(shape.make(readBody/2)), extract(shape.make(4*readBody))
			for _, c := range []struct {
				name              string
				small, half, most int
				slack, limit      int
			}{
				{"features", small.features, half.features, most.features, 100, readBody},
				{"allocations", small.allocations, half.allocations, most.allocations, 200, readBody / 2},
				{"bytes of memory", small.bytes, half.bytes, most.bytes, 256 << 10, 400 * readBody},
			} {
				if c.half > 3*c.small+c.slack || c.most > 3*c.half+c.slack || c.most > c.limit {
					t.Errorf("%s: got %d for a quarter, %d for half and %d for more than is read", c.name, c.small, c.half, c.most)
				}
			}
		})
	}
}

// work is what reading a body took.
type work struct{ features, allocations, bytes int }

func extract(body string) work {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	v := spam.Extract(spam.Message{Body: body})
	runtime.ReadMemStats(&after)
	return work{len(v.Hashes), int(after.Mallocs - before.Mallocs), int(after.TotalAlloc - before.TotalAlloc)}
}

// Text of any kind in any field gives a sound verdict.
func TestAnyMessageIsJudged(t *testing.T) {
	t.Parallel()
	f := spam.NewFilter(spam.Default())
	rapid.Check(t, func(t *rapid.T) {
		piece := rapid.OneOf(rapid.String(), rapid.Custom(func(t *rapid.T) string {
			shape := rapid.SampledFrom(hostileShapes).Draw(t, "shape")
			return shape.make(rapid.IntRange(1, 400).Draw(t, "bytes"))
		}), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }))
		text := rapid.Map(rapid.SliceOfN(piece, 0, 5), func(s []string) string { return strings.Join(s, "") })
		mustBeSound(t, f, spam.Message{
			Author: text.Draw(t, "author"), AuthorURL: text.Draw(t, "site"), Body: text.Draw(t, "body"), Permalink: text.Draw(t, "post"),
		})
	})
}

func FuzzJudge(f *testing.F) {
	filter := spam.NewFilter(spam.Default())
	for _, shape := range hostileShapes {
		s := shape.make(60)
		f.Add(s, s, s, s)
	}
	f.Fuzz(func(t *testing.T, author, site, body, permalink string) {
		mustBeSound(t, filter, spam.Message{Author: author, AuthorURL: site, Body: body, Permalink: permalink})
	})
}

// Spam that is hostile in its shape is still spam, and clumsiness is none.
func TestSensibleVerdicts(t *testing.T) {
	t.Parallel()
	f := spam.NewFilter(spam.Default())
	offers := "cheap viagra online casino payday loans replica watches buy now "
	tests := []struct {
		name string
		m    spam.Message
		spam bool // it must be held; otherwise it must not be called spam
	}{
		{"5 000 links", spam.Message{Author: "Best Deals", Body: numbered("http://deals%d.example/buy ")(150_000)}, true},
		{"5 000 forum links", spam.Message{Author: "Pills", Body: numbered("[url=http://pills%d.example]viagra[/url] ")(200_000)}, true},
		{"5 000 HTML links", spam.Message{Author: "Casino", Body: numbered(`<a href="http://casino%d.example/">casino</a> `)(200_000)}, true},
		{"a phrase a thousand times", spam.Message{Author: "Shop", AuthorURL: "http://shop.example", Body: strings.Repeat(offers, 1000)}, true},
		{"an essay", spam.Message{Author: "Edith Moreau", Body: essay(10_000)}, false},
		{"an essay with a site", spam.Message{Author: "Edith Moreau", AuthorURL: "https://edith.example.org", Body: essay(10_000)}, false},
		{"an essay ten times over", spam.Message{Author: "Edith Moreau", Body: essay(100_000)}, false},
		{"a cat on the keyboard", spam.Message{Author: "Ada", Body: "This is what the cat wrote: " + filled("j")(1<<20)}, false},
		{"a megabyte of one word", spam.Message{Author: "Ada", Body: filled("a")(1 << 20)}, false},
		{"a log pasted in", spam.Message{Author: "Tom", Body: "I get this, what is wrong?\n" + numbered("2025-11-22T10:00:00Z level=info msg=\"request %d took %d ms\"\n")(60_000)}, false},
		{"blank lines", spam.Message{Author: "Ada", Body: "Thank you!" + filled("\n")(100_000)}, false},
		{"applause", spam.Message{Author: "Ada", Body: "Bravo! " + filled("👏")(4000)}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			v := f.Judge(tt.m)
			if tt.spam && v.Class == spam.Ham || !tt.spam && v.Class == spam.Spam {
				t.Errorf("got %s, %.3f: %v", v.Class, v.Probability, v.Reasons)
			}
			t.Logf("%s, %.3f", v.Class, v.Probability)
		})
	}
}

// essay is an honest text of some n bytes in which no sentence is said twice in a row.
func essay(n int) string {
	who := []string{"My brother", "The miller", "Our neighbour", "A teacher from the village", "My late father", "The woman at the inn"}
	did := []string{"told us about", "remembered", "had painted", "never believed in", "walked along", "took a photograph of", "mended"}
	what := []string{"the old bridge", "the flood of that spring", "the path behind the chapel", "the wheel", "the orchard", "the last train"}
	when := []string{"when I was nine", "in the dry summer", "long before the road came", "every autumn", "with great patience", "although nobody asked"}
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		b.WriteString(who[i%6] + " " + did[i%7] + " " + what[i/2%6] + " " + when[i/3%6] + ". ")
		if i%9 == 8 {
			b.WriteString("\n\n")
		}
	}
	return b.String()
}

// What it costs to judge what is meant to cost much, beside a comment of the median
// length and an honest one that is as long.
func BenchmarkHostile(b *testing.B) {
	f := spam.NewFilter(spam.Default())
	run := func(name string, m spam.Message) {
		b.Run(strings.ReplaceAll(name, " ", "_"), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f.Judge(m)
			}
		})
	}
	run("a median comment", typical)
	run("an essay", spam.Message{Author: "Edith Moreau", Body: essay(readBody)})
	for _, shape := range hostileShapes {
		run(shape.name, spam.Message{Body: shape.make(1 << 20)})
	}
	for _, shape := range hostileShapes {
		s := shape.make(1 << 20)
		run("fields, "+shape.name, spam.Message{Author: s, AuthorURL: s, Permalink: s, Body: "Thank you!"})
	}
}
