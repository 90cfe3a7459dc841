package site_test

import (
	"fmt"
	"strings"
	"testing"

	"hamlet/internal/content"
	"hamlet/internal/site"
)

func TestTagSlugs(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, tag, slug string }{
		{"plain", "go", "go"},
		{"case", "Go", "go"},
		{"width", "Ｇｏ", "go"},
		{"words", "  Web   design ", "web-design"},
		{"hyphen", "web-design", "web-design"},
		{"punctuation", "rock/pop, & more!", "rock-pop-more"},
		{"apostrophes", "Farmers' rock’n'roll", "farmers-rocknroll"},
		{"digits", "2026", "2026"},
		{"accents", "Café", "café"},
		{"decomposed", "Cafe\u0301", "café"},
		{"Greek", "ΑΘΉΝΑ", "αθήνα"},
		{"Cyrillic", "Деревня", "деревня"},
		{"Japanese", "日本語", "日本語"},
		{"Thai keeps its marks", "ไทยแลนด์", "ไทยแลนด์"},
		{"C", "C", "c"},
		{"C sharp", "C#", "c-sharp"},
		{"C plus plus", "C++", "c-plus-plus"},
		{"ligature", "ﬁsh", "fish"},
		{"picture", "🦉", "🦉"},
		{"picture with a style", "❤\ufe0f", "❤"},
		{"path", "../../etc", "etc"},
		{"no letter", "???", ""},
		{"nothing", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := build(post("p", 1, tt.tag))
			var got string
			if tags := mustPost(t, s, "p").Tags; len(tags) > 0 {
				got = tags[0].Slug
			}
			if got != tt.slug {
				t.Errorf("got %q, want %q", got, tt.slug)
			}
			if _, ok := s.Listed(site.Tags, tt.slug, 1); ok != (tt.slug != "") {
				t.Errorf("there is a list: got %v", ok)
			}
		})
	}
}

func TestTagsMerge(t *testing.T) {
	t.Parallel()
	draft := post("draft", 9, "VILLAGE LIFE")
	draft.Draft = true
	s := build(
		draft,
		post("new", 1, "village-life", "Bees"),
		post("mid", 2, "VILLAGE life", "village life"),
		post("old", 3, " Village Life", "Äpfel", "zoo"),
	)
	var got []string
	for _, tag := range s.Terms(site.Tags) {
		l, ok := s.Listed(site.Tags, tag.Slug, 1)
		if !ok || l.Term != tag {
			t.Errorf("list of %v: %+v, %v", tag, l, ok)
		}
		got = append(got, fmt.Sprintf("%s %d: %s", tag.Name, tag.Count, slugs(l.Posts)))
	}
	want := "Äpfel 1: old, Bees 1: new, Village Life 3: new mid old, zoo 1: old"
	if got := strings.Join(got, ", "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for slug, want := range map[string]string{
		"new": "Village Life 3, Bees 1", "mid": "Village Life 3", "old": "Village Life 3, Äpfel 1, zoo 1",
	} {
		var got []string
		for _, tag := range mustPost(t, s, slug).Tags {
			got = append(got, fmt.Sprint(tag.Name, " ", tag.Count))
		}
		if got := strings.Join(got, ", "); got != want {
			t.Errorf("tags of %s: got %s, want %s", slug, got, want)
		}
	}
	if _, ok := s.Listed(site.Tags, "Village Life", 1); ok {
		t.Error("a tag is found by its name")
	}
}

// TestPagesAreNotTagged: the list of a tag is of posts.
func TestPagesAreNotTagged(t *testing.T) {
	t.Parallel()
	p := page("about", "About")
	p.Tags = []string{"us"}
	if got := build(p).Terms(site.Tags); len(got) > 0 {
		t.Errorf("got %v, want none", got)
	}
	if got := build([]*content.Post{}...).Terms(site.Tags); len(got) > 0 {
		t.Errorf("got %v, want none", got)
	}
}
