package spam_test

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"hamlet/internal/spam"
)

// part is the text of a span.
func part(m spam.Message, s spam.Span) string {
	return map[spam.Field]string{spam.FieldBody: m.Body, spam.FieldAuthor: m.Author, spam.FieldSite: m.AuthorURL}[s.Field][s.From:s.To]
}

// Where a reason comes from is told in the text as it was typed, however it was
// disguised.
func TestSpans(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body, feature string
		want                []string
	}{
		{"a word", "Play CASINO now", "word:casino", []string{"CASINO"}},
		{"each time", "Casino, casino? CASINO!", "word:casino", []string{"Casino", "casino", "CASINO"}},
		{"a pair", "so buy,\nnow!", "words:buy now", []string{"buy,\nnow"}},
		{"invisible characters", "a ca\u200bsi\u00adno b", "word:casino", []string{"ca\u200bsi\u00adno"}},
		{"character references", "x &#x63;asin&#111; y", "word:casino", []string{"&#x63;asin&#111;"}},
		{"a reference without its end", "x&ampcasino y", "word:casino", []string{"casino"}},
		{"a reference that composes", "caf e&#x301;te\u0301", "word:été", []string{"e&#x301;te\u0301"}},
		{"full-width letters", "ｃａｓｉｎｏ!", "word:casino", []string{"ｃａｓｉｎｏ"}},
		{"letters of two scripts", "ok раypal ok", "word:paypal", []string{"раypal"}},
		{"a ligature", "my oﬀice ﬁrst", "word:office", []string{"oﬀice"}},
		{"broken bytes before", "\xff\xfe\xfd casino", "word:casino", []string{"casino"}},
		{"Chinese", "他说谢谢分享。谢谢", "chars:谢谢", []string{"谢谢", "谢谢"}},
		{"a letter with fifty accents", "casino a" + strings.Repeat("\u0301", 50) + " viagra", "word:viagra", []string{"viagra"}},
		{"a link", "see (https://WWW.example.com/A?b&amp;c), ok", "link.host:example.com", []string{"https://WWW.example.com/A?b&amp;c"}},
		{"marks", "Really!! Yes!", "shape:exclamation marks=3-4", []string{"!", "!", "!"}},
		{"markup", `<A HREF="x">`, "shape:has HTML links", []string{"<A "}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := spam.Message{Body: tt.body}
			e := spam.Tell(m, spam.Verdict{Receipt: spam.Receipt{{Feature: tt.feature, Weight: 1}}})
			var got []string
			for _, s := range e.Findings[0].Spans {
				got = append(got, part(m, s))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got\n%s\nthe features are %q", diff, spam.FeatureNames(m))
			}
		})
	}
}

// What stands behind the part that is left unread has its place all the same.
func TestSpanBehindTheCut(t *testing.T) {
	t.Parallel()
	m := spam.Message{Body: "é" + strings.Repeat("word ", 10_000) + "casino"}
	e := spam.Tell(m, spam.Verdict{Receipt: spam.Receipt{{Feature: "word:casino", Weight: 1}}})
	if s := e.Findings[0].Spans; len(s) != 1 || part(m, s[0]) != "casino" {
		t.Errorf("got %v of %d bytes", s, len(m.Body))
	}
}

// What comes from the same words is told together, and the sums stay.
func TestFindings(t *testing.T) {
	t.Parallel()
	m := spam.Message{
		Author: "Best Casino", AuthorURL: "https://casino.example.org/win/",
		Body: "buy cheap pills https://pills.example.com/buy and https://pills.example.com/now",
	}
	r := spam.Receipt{
		{Feature: "words:buy cheap", Weight: 2},
		{Feature: "word:cheap", Weight: 1, Taught: 0.5},
		{Feature: "link.host:example.com", Weight: 1},
		{Feature: "word:buy", Weight: -0.75},
		{Feature: "link.word:pills", Weight: 0.5, Posts: -0.25},
		{Feature: "site.word:casino", Weight: 0.5},
		{Feature: "words:cheap pills", Weight: 0.25},
		{Feature: "word:pills", Weight: 0.25},
		{Feature: "site.host:example.org", Weight: 0.25},
		{Feature: "a feature of another model", Weight: 0.125},
		{Feature: spam.ReasonBias, Weight: -0.125},
		{Feature: "stem:cheap", Weight: 0.0625},
		{Feature: "stem:pills", Weight: -0.0625},
	}
	type told struct {
		feature               string
		weight, taught, posts float64
		times, parts          int
	}
	want := []told{
		{"words:buy cheap", 3.0625, 0.5, 0, 1, 3},
		{"link.host:example.com", 1.5, 0, -0.25, 2, 2},
		{"site.host:example.org", 0.75, 0, 0, 1, 2},
		{"word:buy", -0.75, 0, 0, 1, 1},
		{"words:cheap pills", 0.4375, 0, 0, 1, 3},
		{spam.ReasonBias, -0.125, 0, 0, 0, 1},
		{"a feature of another model", 0.125, 0, 0, 0, 1},
	}
	var got []told
	for _, f := range spam.Tell(m, spam.Verdict{Receipt: r}).Findings {
		got = append(got, told{f.Feature, f.Weight, f.Taught, f.Posts, f.Times, len(f.Parts)})
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(told{})); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestMarks(t *testing.T) {
	t.Parallel()
	m := spam.Message{AuthorURL: "https://pills.example.com/", Body: " buy cheap pills, thanks a lot "}
	e := spam.Tell(m, spam.Verdict{Receipt: spam.Receipt{
		{Feature: "words:buy cheap", Weight: 1},
		{Feature: "word:cheap", Weight: 0.5},
		{Feature: "word:pills", Weight: 0.01},
		{Feature: "words:thanks a", Weight: -0.5},
		{Feature: "word:a", Weight: -0.5},
		{Feature: "site.host:example.com", Weight: 1},
	}})
	var got []string
	for _, k := range e.Marks {
		got = append(got, string(k.Field)+" "+part(m, k.Span))
	}
	if want := []string{"author_url https://pills.example.com/", "body buy cheap", "body thanks a"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if len(e.Marks) == 3 && (e.Marks[1].Weight != 1.5 || e.Marks[2].Weight != -1) {
		t.Errorf("got weights %v", e.Marks)
	}
}

// Each counterfactual is what the same filter says of the changed message.
func TestWithout(t *testing.T) {
	t.Parallel()
	f := spam.NewFilter(spam.Default())
	m := spam.Message{
		Author: "Bob", AuthorURL: "https://cheap-casino-bonus.example.com/",
		Body: "Nice read. Get [a bonus](https://casino-bonus.example.com/win) or <a href=\"http://www.example.net\">this one</a>.",
	}
	changed := map[spam.Change]spam.Message{}
	for _, c := range spam.Changes {
		changed[c] = m
	}
	set := func(c spam.Change, change func(*spam.Message)) {
		n := m
		change(&n)
		changed[c] = n
	}
	set(spam.NoLinks, func(n *spam.Message) { n.Body = "Nice read. Get a bonus or this one." })
	set(spam.NoSite, func(n *spam.Message) { n.AuthorURL = "" })
	set(spam.NoName, func(n *spam.Message) { n.Author = "" })
	set(spam.FirstSentence, func(n *spam.Message) { n.Body = "Nice read." })
	found := map[spam.Change]bool{}
	for _, w := range spam.Explain(f, m).Without {
		found[w.Change] = true
		want := f.Judge(changed[w.Change])
		if w.Probability != want.Probability || w.LogOdds != want.LogOdds || w.Class != want.Class {
			t.Errorf("without %s: got %+v, the filter says %v, %s", w.Change, w, want.Probability, want.Class)
		}
		if (w.Change == spam.NoLinks) != (w.Count == 2) {
			t.Errorf("without %s: got %d", w.Change, w.Count)
		}
	}
	if !found[spam.NoLinks] || !found[spam.NoSite] || found[spam.NoTaught] || found[spam.NoMemory] {
		t.Errorf("told are %v", found)
	}
	f.Learn(spam.Lesson{Vector: spam.Extract(m)})
	untaught := spam.NewFilter(spam.Default()).Judge(m)
	i := slices.IndexFunc(spam.Explain(f, m).Without, func(w spam.Without) bool { return w.Change == spam.NoTaught })
	if i < 0 {
		t.Fatal("what was taught made no difference")
	}
	if w := spam.Explain(f, m).Without[i]; w.LogOdds != untaught.LogOdds || w.Class != untaught.Class {
		t.Errorf("without what was taught: got %+v, the model alone says %v", w, untaught.LogOdds)
	}
}

// What is gone already makes no difference, and is not told.
func TestNothingWithout(t *testing.T) {
	t.Parallel()
	for _, m := range []spam.Message{{}, {Body: "One sentence"}, {Body: "  One. "}} {
		if got := spam.Explain(spam.NewFilter(spam.Default()), m).Without; len(got) != 0 {
			t.Errorf("%q: got %+v", m.Body, got)
		}
	}
}

// checkExplanation holds an explanation to what is true of each.
func checkExplanation(t interface{ Errorf(string, ...any) }, f *spam.Filter, m spam.Message) {
	e := spam.Explain(f, m)
	if judged := f.Judge(m); judged.LogOdds != e.LogOdds || judged.Class != e.Class {
		t.Errorf("judged %v, explained %v", judged.LogOdds, e.LogOdds)
	}
	sum, parts := 0.0, 0
	inside := func(s spam.Span) bool {
		whole := spam.Span{Field: s.Field, To: 1 << 40}
		defer func() { _ = recover() }()
		return s.From < s.To && s.From >= whole.From && part(m, s) != ""
	}
	for _, x := range e.Findings {
		sum += x.Weight
		parts += len(x.Parts)
		if x.Times != len(x.Spans) {
			t.Errorf("%s: %d times, %d places", x.Feature, x.Times, len(x.Spans))
		}
		for _, s := range x.Spans {
			if !inside(s) {
				t.Errorf("%s: %+v is not in the text", x.Feature, s)
			}
		}
	}
	if sum != e.LogOdds || parts != len(e.Receipt) {
		t.Errorf("the findings sum to %v with %d parts, the verdict is %v with %d", sum, parts, e.LogOdds, len(e.Receipt))
	}
	last := spam.Mark{}
	for _, k := range e.Marks {
		if k.From > k.To || k.Field == last.Field && k.From < last.To || k.From < k.To && !inside(k.Span) {
			t.Errorf("mark %+v after %+v", k, last)
		}
		last = k
	}
	for _, w := range e.Without {
		if w.Class == e.Class && math.Abs(w.Probability-e.Probability) < 0.01 {
			t.Errorf("%+v changes nothing of %v", w, e.Probability)
		}
	}
}

func TestExplainAnything(t *testing.T) {
	t.Parallel()
	f := spam.NewFilter(spam.Default())
	f.Learn(spam.Lesson{Vector: spam.Extract(kind), Spam: true}, spam.Lesson{Vector: spam.Extract(hostile)})
	rapid.Check(t, func(t *rapid.T) { checkExplanation(t, f, drawMessage.Draw(t, "message")) })
}

func FuzzExplain(f *testing.F) {
	filter := spam.NewFilter(spam.Default())
	filter.Learn(spam.Lesson{Vector: spam.Extract(hostile)})
	f.Add(hostile.Author, hostile.AuthorURL, hostile.Body)
	f.Add("\xff&#0;", "//&amp;", "&&#x;&#;&notit;&#x110000;\u0301e\u0301 http://h\u200bttp://x [url][/url](http://")
	f.Add("ﷺ", "İ", "谢\u0301谢 www.w&period;x &CounterClockwiseContourIntegral;&NotEqualTilde; a\u0345\u0345")
	f.Fuzz(func(t *testing.T, author, site, body string) {
		checkExplanation(t, filter, spam.Message{Author: author, AuthorURL: site, Body: body})
	})
}

func TestExplanationAsJSON(t *testing.T) {
	t.Parallel()
	data, err := json.Marshal(spam.Explain(spam.NewFilter(spam.Default()), hostile))
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{`"probability":`, `"thresholds":`, `"findings":[{"feature":`, `"marks":[{"field":"`, `"without":[{"change":`} {
		if !bytes.Contains(data, []byte(key)) {
			t.Errorf("there is no %s in %s", key, data)
		}
	}
}
