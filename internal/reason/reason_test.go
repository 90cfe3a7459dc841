package reason_test

import (
	"strings"
	"testing"

	"hamlet/internal/locale"
	"hamlet/internal/reason"
	"hamlet/internal/spam"
	"hamlet/templates"
)

// say is the printer of a language as it is built in.
func say(t *testing.T, lang string) *locale.Printer {
	t.Helper()
	c, err := locale.Load(templates.FS)
	if err != nil {
		t.Fatal(err)
	}
	return c.Printer(lang)
}

func TestText(t *testing.T) {
	t.Parallel()
	en := say(t, "en")
	tests := map[string]string{
		"word:casino":                           "the word “casino”",
		"words:buy now":                         "the words “buy now”",
		"chars:赚钱":                              "the characters “赚钱”",
		"author:cheap":                          "“cheap” in the author's name",
		"site.host:example.com":                 "the author's site is on example.com",
		"link.host:example.com":                 "a link to example.com",
		"shape:links=3-4":                       "3 to 4 links",
		"shape:links=0":                         "no links",
		"shape:links=1":                         "1 link",
		"shape:links=20+":                       "20 or more links",
		"shape:has forum links":                 "the text has forum links",
		"shape:together=1,0,5-16":               "a site, no links and 5 to 16 words, taken together",
		"author.shape:case=random":              "the author's name is written in small letters and capitals without order",
		"site.shape:none":                       "the author names no site",
		"memory:link called spam=1":             "1 comment that was called spam here led where a link leads",
		"memory:same text under other posts=3+": "the same text, or nearly the same, came to 3 or more other posts within a day",
		"author.site:title/2/site":              "a name of 2 words in words with a capital each and a site, taken together",
		"author.site:lower/5/none":              "a name of 5 words in small letters and no site, taken together",
		"author.site:of the future":             "author.site:of the future",
		"marks:a,␣":                             "how marks are set, as “a,␣” is (a and A for letters, 0 for a digit)",
		"lines:short/link":                      "a short line, then a line that is an address",
		"lines:edge/linked":                     "the text begins with a line with an address",
		"lines:empty/edge":                      "the text ends with an empty line",
		"lines:of/the future":                   "lines:of/the future",
		"link.shape:depth=0":                    "a link to a page no folders deep in a site",
		"link.shape:file=pdf":                   "a link to a file that ends in “.pdf”",
		"link.shape:words of the post":          "a link by an address with a word of the post in it",
		spam.ReasonTaught:                       "what you taught the filter, for comments that do not have it",
		spam.ReasonBias:                         "what is assumed of every comment",
		spam.ReasonRest:                         "everything else together",
		"a feature of another model":            "a feature of another model",
		"shape:a shape of the future":           "shape:a shape of the future",
	}
	for feature, want := range tests {
		if got := reason.Text(en, feature); got != want {
			t.Errorf("%s: got %q, want %q", feature, got, want)
		}
	}
	de := say(t, "de")
	for feature, want := range map[string]string{
		"shape:links=3-4": "3 bis 4 Links", "shape:links=0": "keine Links", "shape:links=1": "1 Link",
		"shape:together=1,0,5-16": "eine Website, keine Links und 5 bis 16 Wörter, zusammengenommen",
	} {
		if got := reason.Text(de, feature); got != want {
			t.Errorf("%s: got %q, want %q", feature, got, want)
		}
	}
}

// TestMemoryIsInWords finds a text for everything that can be remembered.
func TestMemoryIsInWords(t *testing.T) {
	t.Parallel()
	names := spam.MemoryFeatures()
	if len(names) < 20 {
		t.Fatalf("only %d features: %q", len(names), names)
	}
	for _, language := range []string{"en", "de"} {
		for _, name := range names {
			got := reason.Text(say(t, language), name)
			if got == name || strings.ContainsAny(got, "=+<{") {
				t.Errorf("%s: %s: got %q", language, name, got)
			}
		}
	}
}

// TestReasonsAreInWords judges what has many signs, and finds each said in words.
func TestReasonsAreInWords(t *testing.T) {
	t.Parallel()
	en, filter := say(t, "en"), spam.NewFilter(spam.Default())
	for _, m := range []spam.Message{
		{},
		{Author: "Ada", Body: "I had the same trouble with my roses last spring; cutting them back helped."},
		{Author: "CHEAP pills", AuthorURL: "http://a.b-c-d.example.com/x/y/?q=1", Body: "Buy now!!! http://example.com/a http://example.org/ <a href='x'>y</a> [url=x]y[/url]"},
		{Author: "http://example.com/", Body: "<p>раypal\u200b</p> $5 100% a@example.org zzzzzz ☎ 12345 `x` {} -> | ...\n> :) ;) x()"},
		{Author: "example.com", Body: "XKCDQWRT"},
		{Author: "Ada", Permalink: "pruning-roses", Body: "See http://my-club.example.co.uk/2024/123456/pruning-of-old-roses.pdf?a=b and https://example.org/a/b/#c"},
		{Author: "joe 5", Body: strings.Repeat("long line of words that goes on and on to the end \n", 30)},
	} {
		for _, r := range filter.Receipt(m).Receipt {
			got := reason.Text(en, r.Feature)
			kind, _, _ := strings.Cut(r.Feature, ":")
			if got == r.Feature || strings.HasPrefix(got, "reason.") || strings.HasSuffix(kind, "shape") && strings.ContainsAny(got, "=+%<") {
				t.Errorf("%s: got %q", r.Feature, got)
			}
		}
	}
}

func TestFinding(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		lang string
		f    spam.Finding
		want string
	}{
		{"en", spam.Finding{Reason: spam.Reason{Feature: "link.host:example.com"}, Times: 3}, "3 links to example.com"},
		{"de", spam.Finding{Reason: spam.Reason{Feature: "link.host:example.com"}, Times: 3}, "3 Links zu example.com"},
		{"en", spam.Finding{Reason: spam.Reason{Feature: "link.host:example.com"}, Times: 3, New: true}, "3 links to example.com, which this blog never linked"},
		{"en", spam.Finding{Reason: spam.Reason{Feature: "link.host:example.com"}, Times: 1}, "a link to example.com"},
		{"en", spam.Finding{Reason: spam.Reason{Feature: "word:now"}, Times: 3}, "the word “now”"},
	} {
		if got := reason.Finding(say(t, tt.lang), tt.f); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

func TestParts(t *testing.T) {
	t.Parallel()
	en := say(t, "en")
	for want, r := range map[string]spam.Reason{
		"":                                {Weight: 3},
		"of it +0.80 from your decisions": {Weight: 3, Taught: 0.8},
		"of it \u22120.25, for your own posts use it":                                  {Weight: 3, Posts: -0.25},
		"of it +0.80 from your decisions; of it \u22120.25, for your own posts use it": {Weight: 3, Taught: 0.8, Posts: -0.25},
	} {
		if got := reason.Parts(en, r); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestEveryChangeIsInWords finds a text for every counterfactual and class.
func TestEveryChangeIsInWords(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "de"} {
		for _, c := range spam.Changes {
			if got := reason.Without(say(t, lang), spam.Without{Change: c, Count: 2}); got == "" || strings.Contains(got, "reason.") {
				t.Errorf("%s: %s: got %q", lang, c, got)
			}
		}
		for _, c := range []spam.Class{spam.Ham, spam.Unsure, spam.Spam} {
			if got := reason.Would(say(t, lang), c); got == "" || strings.Contains(got, "reason.") {
				t.Errorf("%s: %s: got %q", lang, c, got)
			}
		}
	}
	en := say(t, "en")
	one, more := reason.Without(en, spam.Without{Change: spam.NoLinks, Count: 1}), reason.Without(en, spam.Without{Change: spam.NoLinks, Count: 3})
	if one != "without the link" || more != "without the 3 links" {
		t.Errorf("got %q and %q", one, more)
	}
}

func TestPercentIsNeverCertain(t *testing.T) {
	t.Parallel()
	tests := []struct {
		p    float64
		want string
	}{
		{0, "under 1 %"},
		{0.0099, "under 1 %"},
		{0.01, "1 %"},
		{0.5, "50 %"},
		{0.99, "99 %"},
		{0.995, "over 99 %"},
		{1, "over 99 %"},
	}
	for _, tt := range tests {
		if got := reason.Percent(say(t, "en"), tt.p); got != tt.want {
			t.Errorf("%v: got %q, want %q", tt.p, got, tt.want)
		}
	}
}

// TestFormIsInWords finds a text for everything that a form can tell.
func TestFormIsInWords(t *testing.T) {
	t.Parallel()
	told := map[string]bool{}
	f := spam.NewFilter(spam.Default())
	for _, form := range []spam.Form{
		{Trap: true, Token: spam.TokenMissing, Seconds: 1},
		{Token: spam.TokenWrong, Seconds: 5},
		{Token: spam.TokenExpired},
		{Token: spam.TokenGood, Seconds: 60, Touched: true},
	} {
		for _, body := range []string{"Thank you for the soup.", "Buy cheap pills at https://pills.example/ and https://more.example/ today!!!"} {
			for _, r := range f.Receipt(spam.Message{Body: body, Form: form}).Receipt {
				if strings.HasPrefix(r.Feature, "form:") {
					told[r.Feature] = true
				}
			}
		}
	}
	if len(told) != 9 {
		t.Errorf("forms told %v, want nine things", told)
	}
	for _, language := range []string{"en", "de"} {
		for name := range told {
			if got := reason.Text(say(t, language), name); got == name {
				t.Errorf("%s: no text for %s", language, name)
			}
		}
	}
}
