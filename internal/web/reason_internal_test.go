package web

import (
	"strings"
	"testing"

	"hamlet/internal/spam"
)

func TestReasonText(t *testing.T) {
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
		spam.ReasonBias:                         "what is assumed of every comment",
		spam.ReasonRest:                         "everything else together",
		"a feature of another model":            "a feature of another model",
		"shape:a shape of the future":           "shape:a shape of the future",
	}
	for feature, want := range tests {
		if got := reasonText(en, spam.Reason{Feature: feature}); got != want {
			t.Errorf("%s: got %q, want %q", feature, got, want)
		}
	}
	de := say(t, "de")
	for feature, want := range map[string]string{
		"shape:links=3-4": "3 bis 4 Links", "shape:links=0": "keine Links", "shape:links=1": "1 Link",
		"shape:together=1,0,5-16": "eine Website, keine Links und 5 bis 16 Wörter, zusammengenommen",
	} {
		if got := reasonText(de, spam.Reason{Feature: feature}); got != want {
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
			got := reasonText(say(t, language), spam.Reason{Feature: name})
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
		{Author: "joe 5", Body: strings.Repeat("long line of words that goes on and on to the end \n", 30)},
	} {
		for _, r := range filter.Judge(m).Reasons {
			got := reasonText(en, r)
			kind, _, _ := strings.Cut(r.Feature, ":")
			if got == r.Feature || strings.HasPrefix(got, "reason.") || strings.HasSuffix(kind, "shape") && strings.ContainsAny(got, "=+%<") {
				t.Errorf("%s: got %q", r.Feature, got)
			}
		}
	}
}
