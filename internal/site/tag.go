package site

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/collate"
	"golang.org/x/text/unicode/norm"
)

// tag finds the tags of the posts, and gives each post its own.
func (s *Site) tag(byName *collate.Collator) {
	s.tagged = map[string]tagged{}
	slugs := make([][]string, len(s.posts))
	for i, p := range slices.Backward(s.posts) { // the oldest post names a tag
		slugs[i] = s.collect(p)
	}
	for slug, t := range s.tagged {
		t.tag.Count = len(t.posts)
		slices.Reverse(t.posts)
		s.tagged[slug] = t
		s.tags = append(s.tags, t.tag)
	}
	slices.SortFunc(s.tags, func(a, b Tag) int {
		return cmp.Or(byName.CompareString(a.Name, b.Name), cmp.Compare(a.Slug, b.Slug))
	})
	for i, p := range s.posts {
		for _, slug := range slugs[i] {
			p.Tags = append(p.Tags, s.tagged[slug].tag)
		}
	}
}

// collect enters a post under each of its tags, once, and returns their slugs
// in the post's order.
func (s *Site) collect(p *Post) []string {
	var slugs []string
	for _, name := range p.Post.Tags {
		slug := tagSlug(name)
		if slug == "" || slices.Contains(slugs, slug) {
			continue
		}
		t, known := s.tagged[slug]
		if !known {
			t.tag = Tag{Name: norm.NFC.String(strings.TrimSpace(name)), Slug: slug, URL: tagURL(slug)}
		}
		t.posts = append(t.posts, p)
		s.tagged[slug] = t
		slugs = append(slugs, slug)
	}
	return slugs
}

func tagURL(slug string) string { return "/tags/" + url.PathEscape(slug) }

// spelled are the signs that tell some names apart (C, C# and C++ are three
// languages), and the apostrophes, which join what they stand in.
var spelled = strings.NewReplacer("+", " plus ", "#", " sharp ", "'", "", "’", "")

// tagSlug is the name of a tag as it stands in a URL: letters and digits of any
// script in lower case and one width, and pictures, joined by hyphens. Empty if
// the name has none of them.
func tagSlug(name string) string {
	folded := strings.ToLower(norm.NFKC.String(spelled.Replace(name)))
	return norm.NFC.String(strings.Join(strings.FieldsFunc(folded, betweenWords), "-"))
}

func betweenWords(r rune) bool {
	switch {
	case unicode.Is(unicode.Variation_Selector, r): // a heart is a heart in any colour
		return true
	case r > unicode.MaxASCII && unicode.IsSymbol(r):
		return false
	}
	return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r)
}
