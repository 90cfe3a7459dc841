package spam_test

import (
	"slices"
	"strings"
	"testing"

	"hamlet/internal/spam"
)

// givenNames are names that people are given in many places.
var givenNames = []string{
	"John", "Mohammed", "Svetlana", "Wei", "José", "Nguyen", "Krzysztof", "Chukwuemeka", "Aoife", "Ng",
	"Владимир", "李伟", "محمد", "Ελένη", "प्रिया", "さくら", "지우", "Jean-Luc", "O'Neil", "DeAndre", "Schwanhild", "Hrvoje",
}

// How somebody is called is no sign: with another given name the features are
// the same, and so is the verdict.
func TestGivenNamesAreNoSign(t *testing.T) {
	t.Parallel()
	bodies := []string{
		kind.Body, hostile.Body, "Nice post!", "Buy cheap pills at http://pills.example.com/now", "",
		"Спасибо за статью!", "```\nfmt.Println(x)\n```", "Please I want to ask how do you make it, I am learning since two month.",
	}
	forms := []string{"*", "* Baker", "* van der Berg", "* Smith Jones", "* from the plant shop", "*."}
	for _, form := range forms {
		for _, body := range bodies {
			for _, site := range []string{"", "https://plants.example.org/about"} {
				message := func(given string) spam.Message {
					return spam.Message{Author: strings.Replace(form, "*", given, 1), AuthorURL: site, Body: body, Permalink: "a-garden"}
				}
				want := spam.FeatureNames(message("John"))
				for _, given := range givenNames[1:] {
					if got := spam.FeatureNames(message(given)); !slices.Equal(got, want) {
						t.Errorf("%s under %q: %q are not the features of John: %q", given, body, without(got, want), without(want, got))
					}
				}
			}
		}
	}
}

// without is what is in a and not in b.
func without(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
}

// From which country somebody comes is no sign: neither the author's site nor links
// tell one country's top-level domain from another's.
func TestCountriesAreNoSign(t *testing.T) {
	t.Parallel()
	message := func(tld string) spam.Message {
		return spam.Message{
			Author: "Ada Nilsson", AuthorURL: "https://ada-nilsson." + tld + "/garden",
			Body: "I wrote about it at http://www.roses-and-more." + tld + "/clay?x=1 and on ada-nilsson." + tld + ", or write to ada@roses." + tld + ".",
		}
	}
	want := spam.FeatureNames(message("de"))
	for _, tld := range []string{"ru", "cn", "ng", "in", "br", "io", "tv", "us", "fr", "co"} {
		if got := spam.FeatureNames(message(tld)); !slices.Equal(got, want) {
			t.Errorf(".%s: %q are not the features of .de: %q", tld, without(got, want), without(want, got))
		}
	}
}

// Who provides a mail box is no sign.
func TestMailProvidersAreNoSign(t *testing.T) {
	t.Parallel()
	message := func(host string) spam.Message {
		return spam.Message{Body: "Write to roses@" + host + " if you have one to spare."}
	}
	want := spam.FeatureNames(message("post.example.org"))
	for _, host := range []string{"mail.example.com", "qq.example.cn", "yandex.example.ru"} {
		if got := spam.FeatureNames(message(host)); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", host, without(got, want), without(want, got))
		}
	}
}

// What no person is called is looked at more closely.
func TestNamesOfBots(t *testing.T) {
	t.Parallel()
	tests := map[string][]string{
		"AaronSaw":             {"author.shape:case=camel"},
		"cVvuQykBqwFSie":       {"author.shape:case=random", "author.shape:random letters", "author.shape:length=13-20"},
		"xqvbzkw":              {"author.shape:random letters"},
		"BEST PRICES":          {"author.shape:case=upper"},
		"buy cheap shoes":      {"author:cheap", "author:shoes", "author.shape:words=3"},
		"shoes24":              {"author.shape:digits", "author.shape:length=6-8"},
		"cheap-shoes.example":  {"author.shape:case=lower"},
		"www.shoes.example":    {"author.shape:address", "author:shoes"},
		"cheap-shoes.com":      {"author.shape:host", "author:cheap"},
		"How to lose weight":   {"author:lose", "author:weight"},
		"раypal support today": {"author.shape:letters of two scripts in a word", "author:support"},
	}
	for name, want := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := spam.FeatureNames(spam.Message{Author: name, Body: "x"})
			if missing := without(want, got); len(missing) > 0 {
				t.Errorf("no features %q in %q", missing, got)
			}
		})
	}
}
