package spam_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"hamlet/internal/spam"
)

// verdicts are n made up verdicts on the messages of one blog.
func verdicts(n int, source string, p float64, isSpam bool) []spam.Judged {
	return slices.Repeat([]spam.Judged{{Probability: p, Spam: isSpam, Source: source}}, n)
}

// The figures of each part, beside those of all.
func TestReportBySource(t *testing.T) {
	t.Parallel()
	m := spam.Default()
	limits := spam.NewFilter(m).Thresholds()
	unsure := (limits.Unsure + limits.Spam) / 2
	r := spam.ReportOf(m, slices.Concat(
		verdicts(990, "big.example.org", 0, false), verdicts(6, "big.example.org", unsure, false), verdicts(4, "big.example.org", 1, false),
		verdicts(400, "fair.example.org", 0, false), verdicts(4, "fair.example.org", unsure, false),
		verdicts(30, "hard.example.org", 0, false), verdicts(20, "hard.example.org", 1, false),
		verdicts(8, "hard.example.org", 1, true), verdicts(2, "hard.example.org", 0, true),
		verdicts(9, "small.example.org", 0, false), verdicts(1, "small.example.org", unsure, false),
		verdicts(3, "only.example.org", 1, true),
	))
	if want := 3 * 1464.0 / 35; r.HamNeeded != int(math.Ceil(want)) {
		t.Errorf("ham needed: got %d, want %v rounded up", r.HamNeeded, want)
	}
	tests := []struct {
		name                        string
		spam, ham, held, calledSpam int
		recall, auc, ratio          float64 // -1: undefined
		overTwice, tooFew           bool
	}{
		{name: "big.example.org", ham: 1000, held: 10, calledSpam: 4, recall: -1, auc: -1, ratio: 0.01 / (35.0 / 1464)},
		{name: "fair.example.org", ham: 404, held: 4, recall: -1, auc: -1, ratio: 4.0 / 404 / (35.0 / 1464)},
		{name: "hard.example.org", spam: 10, ham: 50, held: 20, calledSpam: 20, recall: 0.8, auc: 0.8*0.6 + 0.8*0.4/2 + 0.2*0.6/2, ratio: 0.4 / (35.0 / 1464), overTwice: true},
		{name: "small.example.org", ham: 10, held: 1, recall: -1, auc: -1, ratio: 0.1 / (35.0 / 1464), tooFew: true},
		{name: "only.example.org", spam: 3, recall: 1, auc: -1, ratio: -1, tooFew: true},
	}
	if len(r.Sources) != len(tests) {
		t.Fatalf("got %d parts", len(r.Sources))
	}
	for i, tt := range tests {
		got := r.Sources[i]
		if got.Name != tt.name || got.Spam != tt.spam || got.Ham != tt.ham || got.Held != tt.held || got.CalledSpam != tt.calledSpam ||
			got.OverTwice != tt.overTwice || got.TooFew != tt.tooFew || got.Messages != tt.spam+tt.ham {
			t.Errorf("%s: got %+v", tt.name, got)
		}
		for _, c := range []struct {
			figure string
			got    spam.Figure
			want   float64
		}{{"recall", got.Recall, tt.recall}, {"ROC-AUC", got.AUC, tt.auc}, {"ratio", got.Ratio, tt.ratio}} {
			if c.got.Defined() != (c.want >= 0) || c.got.Defined() && math.Abs(float64(c.got)-c.want) > 1e-12 {
				t.Errorf("%s: %s: got %v, want %v", tt.name, c.figure, c.got, c.want)
			}
		}
	}
}

// Where no ham at all is held, no part can be told to be worse or better.
func TestReportWithoutFalsePositives(t *testing.T) {
	t.Parallel()
	r := spam.ReportOf(spam.Default(), slices.Concat(verdicts(50, "a", 0, false), verdicts(5, "b", 0, false)))
	for _, s := range r.Sources {
		if s.Ratio.Defined() || !s.TooFew || s.OverTwice {
			t.Errorf("%s: got %+v", s.Name, s)
		}
	}
}

// by picks a slice by its name.
func by(t *testing.T, parts []spam.Slice, name string) spam.Slice {
	t.Helper()
	i := slices.IndexFunc(parts, func(s spam.Slice) bool { return s.Name == name })
	if i < 0 {
		t.Fatalf("no %q in %+v", name, parts)
	}
	return parts[i]
}

func TestReportByLanguageAndScript(t *testing.T) {
	t.Parallel()
	examples := []spam.Example{
		{Message: spam.Message{Body: "Danke, das hat mir sehr geholfen."}, Lang: "de"},
		{Message: spam.Message{Body: "Спасибо, очень помогло."}, Lang: "ru"},
		{Message: spam.Message{Body: "Спасибо!"}, Lang: "ru", Spam: true},
		{Message: spam.Message{Body: "+1"}},
	}
	r := spam.Evaluate(spam.Default(), examples)
	if got := by(t, r.Languages, "ru"); got.Messages != 2 || got.Ham != 1 || got.Spam != 1 {
		t.Errorf("ru: got %+v", got)
	}
	if len(r.Languages) != 3 || by(t, r.Languages, "").Messages != 1 {
		t.Errorf("languages: got %+v", r.Languages)
	}
	if len(r.Scripts) != 3 || by(t, r.Scripts, "Cyrillic").Messages != 2 || by(t, r.Scripts, spam.NoScript).Messages != 1 {
		t.Errorf("scripts: got %+v", r.Scripts)
	}
	if r := spam.Evaluate(spam.Default(), examples[3:]); len(r.Languages) != 0 {
		t.Errorf("nobody said a language: got %+v", r.Languages)
	}
}

func TestFairnessSlices(t *testing.T) {
	t.Parallel()
	long := "This text is rather long, since it is not to count among those that are short."
	day := func(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }
	one := func(body string) []spam.Example { return []spam.Example{{Message: spam.Message{Body: body}}} }
	tests := []struct {
		name, slice string
		examples    []spam.Example
		want        int
	}{
		{"nine words", spam.SliceShort, one("one two three four five six seven eight nine"), 1},
		{"ten words", spam.SliceShort, one("one two three four five six seven eight nine ten"), 0},
		{"eighteen characters", spam.SliceShort, one("谢谢你的分享对我很有帮助我会再来看"), 1},
		{"many characters", spam.SliceShort, one("谢谢你的分享，对我很有帮助，我会再来看你的博客。"), 0},
		{"no link", spam.SliceOneLink, one(long), 0},
		{"a link", spam.SliceOneLink, one(long + " https://example.org/a."), 1},
		{"a link twice", spam.SliceOneLink, one(`<a href="HTTPS://example.org/a">https://example.org/a/</a>`), 1},
		{"two links", spam.SliceOneLink, one("www.example.org and http://example.com"), 0},
		{"backticks", spam.SliceCode, one("use `go vet` before"), 1},
		{"one backtick", spam.SliceCode, one("it`s fine\nisn`t it"), 0},
		{"a fence", spam.SliceCode, one("```\nx := 1\n```"), 1},
		{"an element", spam.SliceCode, one("<pre class=x>ls</pre>"), 1},
		{"no element", spam.SliceCode, one("<preview> and <codes>"), 0},
		{"two lines set in", spam.SliceCode, one("like this:\n    a = 1\n    b = 2\n"), 1},
		{"one line set in", spam.SliceCode, one("like this:\n    a = 1\nand so on"), 0},
		{"first of a name by date", spam.SliceFirst, []spam.Example{
			{Source: "a", Message: spam.Message{Author: "Ada Oak", Date: day(2)}, Spam: true},
			{Source: "a", Message: spam.Message{Author: " ada  oak", Date: day(1)}},
			{Source: "b", Message: spam.Message{Author: "Ada Oak", Date: day(3)}},
			{Source: "b", Message: spam.Message{Author: "", Date: day(1)}},
		}, 2},
		{"English elsewhere", spam.SliceForeign, []spam.Example{
			{Source: "a", Lang: "pt"},
			{Source: "a", Lang: "pt"},
			{Source: "a", Lang: "en"},
			{Source: "b", Lang: "en"},
			{Source: "b", Lang: "en"},
			{Source: "b", Lang: "pt"},
			{Source: "c", Lang: "en?"},
			{Source: "c", Lang: "und"},
			{Source: "c", Lang: "en", Spam: true},
		}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := spam.Evaluate(spam.Default(), tt.examples)
			if got := by(t, r.Fairness, tt.slice); got.Messages != tt.want {
				t.Errorf("got %d, want %d", got.Messages, tt.want)
			}
			if len(r.Fairness) != len(spam.FairnessSlices) {
				t.Errorf("got slices %+v", r.Fairness)
			}
		})
	}
}

func TestScriptIn(t *testing.T) {
	t.Parallel()
	tests := []struct{ text, want string }{
		{"", "none"},
		{"12 :-)", "none"},
		{"Ada", "Latin"},
		{"Příliš", "Latin"},
		{"Привет Ada", "Cyrillic"},
		{"γειά", "Greek"},
		{"你好", "Han"},
		{"記事をありがとう", spam.Japanese},
		{"ありがとう", spam.Japanese},
		{"カタカナ", spam.Japanese},
		{"고맙습니다", "Hangul"},
		{"شكرا", "Arabic"},
		{"ขอบคุณ", "Thai"},
		{"\xff\xfe", "none"},
		{"見見見見見見見見見の", "Han"},
	}
	for _, tt := range tests {
		if got := spam.ScriptIn(tt.text); got != tt.want {
			t.Errorf("%q: got %s, want %s", tt.text, got, tt.want)
		}
	}
}

func TestWordsIn(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text string
		want int
	}{
		{"", 0},
		{" . !", 0},
		{"one", 1},
		{"it's one-two", 3},
		{"l’eau", 1},
		{"a1 b2", 2},
		{"你", 1},
		{"你好吗", 2},
		{"Go 语言 is fun", 4},
		{"हिन्दी में", 2},
		{strings.Repeat("w ", 40), 40},
	}
	for _, tt := range tests {
		if got := spam.WordsIn(tt.text); got != tt.want {
			t.Errorf("%q: got %d, want %d", tt.text, got, tt.want)
		}
	}
}

// Against intervals reckoned by hand.
func TestIntervals(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		got       spam.Interval
		low, high float64
	}{
		{"none of ten", spam.Wilson(0, 10), 0, 0.2775},
		{"five of ten", spam.Wilson(5, 10), 0.2366, 0.7634},
		{"all of ten", spam.Wilson(10, 10), 0.7225, 1},
		{"10 of 1000", spam.Wilson(10, 1000), 0.0054, 0.0183},
		{"an area", spam.Hanley(0.9, 50, 100), 0.8398, 0.9602},
		{"all right", spam.Hanley(1, 50, 100), 1, 1},
		{"one of each", spam.Hanley(0.5, 1, 1), 0, 1},
	}
	for _, tt := range tests {
		if math.Abs(float64(tt.got.Low)-tt.low) > 5e-5 || math.Abs(float64(tt.got.High)-tt.high) > 5e-5 {
			t.Errorf("%s: got %v, want %v to %v", tt.name, tt.got, tt.low, tt.high)
		}
	}
	if got := spam.Wilson(0, 0); got.Low.Defined() || got.High.Defined() {
		t.Errorf("of nothing: got %v", got)
	}
	if got := fmt.Sprint(spam.Hanley(math.NaN(), 0, 1)); got != "{NaN NaN}" {
		t.Errorf("of no area: got %v", got)
	}
}
