package spam_test

import (
	"slices"
	"strings"
	"testing"

	"hamlet/internal/spam"
)

// Words in disguise are read as the words they stand for.
func TestDisguises(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, body, shape string }{
		{"digits", "v1agra", "shape:letters written as digits=1"},
		{"signs", "v!@gr@", "shape:letters written as digits=1"},
		{"Cyrillic letters", "vіаgrа", "shape:letters of two scripts in a word=1"},
		{"full-width letters", "ｖｉａｇｒａ", "shape:wide letters=5+"},
		{"mathematical letters", "𝓿𝓲𝓪𝓰𝓻𝓪", "shape:wide letters=5+"},
		{"small capitals", "ᴠɪᴀɢʀᴀ", ""},
		{"accents", "vïàgrà", ""},
		{"marks on letters", "v̲i̲a̲g̲r̲a̲", "shape:words with marks on their letters=1"},
		{"zero-width spaces", "vi\u200bagra", "shape:invisible characters=1"},
		{"soft hyphens", "vi\u00adagra", "shape:invisible characters=1"},
		{"letters apart", "v i a g r a", "shape:letters that stand apart=1"},
		{"letters wide apart", "v  i  a  g  r  a", "shape:letters that stand apart=1"},
		{"dots between letters", "v.i.a.g.r.a", "shape:letters that stand apart=1"},
		{"empty markup", "vi[i][/i]agra", "shape:words cut by markup=1"},
		{"empty tags", "vi<b></b>agra", "shape:words cut by markup=1"},
		{"empty emphasis", "vi****agra", "shape:words cut by markup=1"},
		{"turned round", "\u202eargaiv\u202c", ""},
		{"character references", "&#118;iagra", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := spam.FeatureNames(spam.Message{Body: "Buy " + tt.body + " now"})
			for _, want := range []string{"word:viagra", tt.shape} {
				if want != "" && !slices.Contains(got, want) {
					t.Errorf("no feature %q in %q", want, got)
				}
			}
		})
	}
}

// A word of look-alikes alone is read as Latin where the rest is Latin, and left
// as it is among others of its script.
func TestDisguisedByNeighbours(t *testing.T) {
	t.Parallel()
	latin := spam.FeatureNames(spam.Message{Body: "Free сосо for everybody"})
	if !slices.Contains(latin, "word:coco") {
		t.Errorf("no %q in %q", "word:coco", latin)
	}
	russian := spam.FeatureNames(spam.Message{Body: "Я написал программу на Python, она рисует сосну и дуб"})
	for _, name := range russian {
		if strings.HasPrefix(name, "shape:letters of two scripts") {
			t.Errorf("an honest text of two scripts has %q", name)
		}
	}
}

// Code, abbreviations and other languages are no disguise.
func TestNoDisguise(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		"for (int i = 0; i < n; i++) { a[i] = b[i]; }", "Use utf8, mp3 and x86, the U.S.A. way.", "**Bold**, _slanted_ and <b>strong</b> text.",
		"José, été, Gdańsk, Škoda, naïve", "e.g. this, i.e. that, a.m. or p.m.", "$name = $_GET[id]; echo $name;", "Größe, Füße und Käse",
		"Write to ada@example.org or @ada", "Wow! Great!! Yes!",
	} {
		for _, name := range spam.FeatureNames(spam.Message{Body: body}) {
			for _, shape := range []string{"letters written", "letters that stand apart", "words cut", "words with marks", "letters of two", "words of random"} {
				if strings.HasPrefix(name, "shape:"+shape) {
					t.Errorf("%q has %q", body, name)
				}
			}
		}
	}
}

// What the text of a link says is told apart from the rest.
func TestAnchors(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`See <a href="https://example.org/x" rel="nofollow">cheap shoes</a> today`,
		"See [url=https://example.org/x]cheap shoes[/url] today",
		"See [cheap shoes](https://example.org/x) today",
	} {
		got := spam.FeatureNames(spam.Message{Body: body})
		for _, want := range []string{"anchor:cheap", "anchor:shoes", "shape:words of anchors=1-2", "word:today"} {
			if !slices.Contains(got, want) {
				t.Errorf("%s: no %q in %q", body, want, got)
			}
		}
		for _, not := range []string{"anchor:see", "anchor:today", "anchor:href", "anchor:nofollow"} {
			if slices.Contains(got, not) {
				t.Errorf("%s: unwanted %q", body, not)
			}
		}
	}
}

// The words of the post are those of its address, its title and its tags.
func TestWordsOfThePost(t *testing.T) {
	t.Parallel()
	m := spam.Message{Permalink: "2024/%D1%80%D0%BE%D0%B7%D1%8B-mulching", Title: "Pruning Roses", Tags: []string{"garden tools"}}
	for body, want := range map[string]string{
		"I dig my own beds twice in every spring": "shape:words of the post=0",
		"Mulching is fine":                        "shape:words of the post=1",
		"The rose gardens and a tool":             "shape:words of the post=3-4",
		"A rose in a small garden":                "shape:words of the post=2",
		"розы":                                    "shape:words of the post=1",
	} {
		m.Body = body
		if got := spam.FeatureNames(m); !slices.Contains(got, want) {
			t.Errorf("%q: no %q in %q", body, want, got)
		}
	}
	m = spam.Message{Permalink: "pruning-roses"}
	for name, body := range map[string]string{
		"few words":               "I dig my own beds twice",
		"words of another script": "Я каждую весну дважды перекапываю свои старые грядки",
	} {
		m.Body = body
		if got := spam.FeatureNames(m); slices.Contains(got, "shape:words of the post=0") {
			t.Errorf("%s: none of the post's are among the signs", name)
		}
	}
}
