package search_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"hamlet/internal/search"
)

func TestTermsOf(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text            string
		inOrder, beside []string
	}{
		{"", nil, nil},
		{"Ada's e-mail, ÉTÉ!", []string{"ada", "e", "mail", "ete"}, []string{"email"}},
		{"C++ and F#", []string{"c++", "and", "f#"}, nil},
		{"notepad++", []string{"notepad++"}, []string{"notepad"}},
		{"東京都", []string{"東京", "京都"}, []string{"都"}},
	} {
		got := search.TermsOf(tt.text)
		if diff := cmp.Diff(search.Terms{InOrder: tt.inOrder, Beside: tt.beside}, got); diff != "" {
			t.Errorf("%q: -want +got\n%s", tt.text, diff)
		}
	}
}

func TestWants(t *testing.T) {
	t.Parallel()
	whole := func(words ...string) (out []search.WantedTerm) {
		for _, w := range words {
			out = append(out, search.WantedTerm{Text: w})
		}
		return out
	}
	for _, tt := range []struct {
		query string
		want  []search.Wanted
	}{
		{"", nil},
		{" !? ", nil},
		{"Two words", []search.Wanted{{Phrase: whole("two")}, {Phrase: whole("words")}}},
		{`"Two words" -three`, []search.Wanted{{Phrase: whole("two", "words")}, {Phrase: whole("three"), Exclude: true}}},
		{`"two words`, []search.Wanted{{Phrase: whole("two", "words")}}},
		{"pass*", []search.Wanted{{Phrase: []search.WantedTerm{{Text: "pass", Begin: true}}}}},
		{`"pass*"`, []search.Wanted{{Phrase: whole("pass")}}},
		{"e-mail", []search.Wanted{{Phrase: whole("e", "mail"), Or: "email"}}},
		{"東京都", []search.Wanted{{Phrase: whole("東京", "京都")}}},
		{"東", []search.Wanted{{Phrase: []search.WantedTerm{{Text: "東", Begin: true}}}}},
	} {
		if diff := cmp.Diff(tt.want, search.Wants(tt.query)); diff != "" {
			t.Errorf("%q: -want +got\n%s", tt.query, diff)
		}
	}
}
