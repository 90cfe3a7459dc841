package web

import (
	"reflect"
	"strings"
	"testing"

	"hamlet/internal/markup"
)

func TestWordsOfAnAddress(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, address, want string }{
		{"an old permalink", "/2019/05/the-oven_is.html", "the oven is"},
		{"another script", "/posts/привет-мир/", "привет мир"},
		{"a number alone", "/?p=12/17", ""},
		{"nothing", "/", ""},
		{"an extension alone", "/.env", "env"},
		{"an email address", "/x/ada.fern@example.org", ""},
		{"an email address, escaped twice", "/ada%40example.org", ""},
		{"not UTF-8", "/a\xff\xfeb", "a b"},
		{"markup", "/<script>alert(1)", "script alert"},
		{"long", "/" + strings.Repeat("word-", 40), strings.TrimSpace(strings.Repeat("word ", 16))},
	} {
		if got := words(tt.address); got != tt.want || len(got) > maxQuery {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestNestedHeadings(t *testing.T) {
	t.Parallel()
	h := func(level int, id string) markup.Heading { return markup.Heading{Level: level, ID: id, Text: id} }
	e := func(id string, below ...tocEntry) tocEntry { return tocEntry{ID: id, Text: id, Below: below} }
	for _, tt := range []struct {
		name     string
		headings []markup.Heading
		want     []tocEntry
	}{
		{"none", nil, nil},
		{"two levels", []markup.Heading{h(2, "a"), h(3, "b"), h(3, "c"), h(2, "d")}, []tocEntry{e("a", e("b"), e("c")), e("d")}},
		{"the third level is too deep", []markup.Heading{h(2, "a"), h(3, "b"), h(4, "c")}, []tocEntry{e("a", e("b"))}},
		{"begins with a lower one", []markup.Heading{h(3, "a"), h(2, "b")}, []tocEntry{e("a"), e("b")}},
		{"a level left out", []markup.Heading{h(2, "a"), h(4, "b"), h(3, "c")}, []tocEntry{e("a", e("c"))}},
	} {
		if got := nested(tt.headings); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: got %+v, want %+v", tt.name, got, tt.want)
		}
	}
}
