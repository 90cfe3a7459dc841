package site_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hamlet/internal/content"
	"hamlet/internal/search"
	"hamlet/internal/site"
)

// TestBuildIsPure: the same content in any order gives the same bytes, and is
// not changed.
func TestBuildIsPure(t *testing.T) {
	t.Parallel()
	names := rapid.SampledFrom([]string{"a", "A", "b c", "B-C", "ä", "日本", "", "?"})
	posts := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) *content.Post {
		p := post(rapid.StringMatching(`[a-zä]{1,3}`).Draw(t, "slug"), rapid.IntRange(-2, 5).Draw(t, "day"))
		p.Kind = rapid.SampledFrom([]content.Kind{content.KindPost, content.KindPost, content.KindPage}).Draw(t, "kind")
		p.Title = rapid.SampledFrom([]string{"x", "X", "y"}).Draw(t, "title")
		p.Tags = rapid.SliceOfN(names, 0, 4).Draw(t, "tags")
		p.Draft = rapid.Bool().Draw(t, "draft")
		p.Pinned = rapid.Bool().Draw(t, "pinned")
		p.Authors, p.Series, p.Part = p.Tags, rapid.SampledFrom([]string{"", "S", "s"}).Draw(t, "series"), rapid.IntRange(0, 2).Draw(t, "part")
		p.Aliases = []string{"/" + rapid.StringMatching(`[ab]`).Draw(t, "alias")}
		return p
	}), 0, 30, func(p *content.Post) string { return p.Slug })
	rapid.Check(t, func(t *rapid.T) {
		in := posts.Draw(t, "posts")
		before := show(in)
		one, two := build(in...), build(rapid.Permutation(in).Draw(t, "shuffled")...)
		for _, path := range []string{"/a", "/b", "/posts/a", "/posts/ä", "/c"} {
			if got, want := found(one, path), found(two, path); got != want {
				t.Fatalf("%s: in one order %s, in another %s", path, got, want)
			}
		}
		if got, want := dump(one), dump(two); got != want {
			t.Fatalf("one order:\n%s\nanother:\n%s", got, want)
		}
		if show(in) != before {
			t.Fatal("the content was changed")
		}
	})
}

// show is all that content says.
func show(posts []*content.Post) string {
	var b strings.Builder
	for _, p := range posts {
		fmt.Fprintf(&b, "%#v\n", p)
	}
	return b.String()
}

// dump is all that a site says.
func dump(s *site.Site) string {
	var b strings.Builder
	fmt.Fprintln(&b, s.Version, s.Next(), slugs(s.Pages()))
	lists := map[string]func(int) (site.List, bool){"front": s.Front}
	scopes := []site.Scope{{}}
	for _, t := range site.Taxonomies() {
		fmt.Fprintln(&b, t, counted(s.Terms(t)), s.Stamp(t))
		for _, term := range s.Terms(t) {
			sc := site.Scope{Taxonomy: t, Slug: term.Slug}
			scopes = append(scopes, sc)
			lists[term.URL] = func(n int) (site.List, bool) { return s.Listed(t, term.Slug, n) }
		}
	}
	for _, y := range s.Archive() {
		fmt.Fprintf(&b, "%+v %s\n", y, s.ArchiveStamp())
		lists[y.URL] = func(n int) (site.List, bool) { return s.Archived(y.Year, 0, n) }
	}
	for _, name := range slices.Sorted(maps.Keys(lists)) {
		dumpList(&b, s, lists[name])
	}
	for _, p := range s.Posts() {
		at, _ := s.Place(p)
		fmt.Fprintln(&b, p.URL, names(p.Tags), names(p.By), slugs(neighbours(p)), slugs(s.Related(p)), at.Part, at.Of, p.Stamp())
	}
	for _, sc := range scopes {
		for _, f := range formats {
			d, _ := s.Feed(f, sc)
			fmt.Fprintf(&b, "%s %v\n%s\n", d.Type, d.Modified, d.Body)
		}
	}
	fmt.Fprintf(&b, "%s%s%v", s.Sitemap().Body, s.Robots().Body, slugs(s.Near("/posts/ab", 3)))
	return b.String()
}

func dumpList(b *strings.Builder, s *site.Site, page func(int) (site.List, bool)) {
	for n := 1; ; n++ {
		l, ok := page(n)
		if !ok {
			return
		}
		fmt.Fprintln(b, slugs(l.Posts), l.Page, l.Pages, l.URL, l.NewerURL, l.OlderURL, l.Stamp(), s.LinkedList(l))
	}
}

// names are the names of terms.
func names(terms []*site.Term) string {
	var out []string
	for _, t := range terms {
		out = append(out, t.Name)
	}
	return strings.Join(out, ", ")
}

func neighbours(p *site.Post) []*site.Post {
	return slices.DeleteFunc([]*site.Post{p.Newer, p.Older}, func(p *site.Post) bool { return p == nil })
}

// TestVersionKnowsEveryField changes each field of a post and of the blog in
// turn; a field added later and forgotten in the version fails here.
func TestVersionKnowsEveryField(t *testing.T) {
	t.Parallel()
	base := buildVillage().Version
	version := func(change func(l *content.Library)) string {
		l := village()
		change(l)
		return site.Build(l, site.Options{BaseURL: "https://village.example.org", Now: now}).Version
	}
	for _, name := range []string{"Kind", "Slug", "Sum", "Date", "Updated", "Dir", "Files"} {
		got := version(func(l *content.Library) { alter(t, reflect.ValueOf(l.Posts[0]).Elem().FieldByName(name)) })
		if got == base {
			t.Errorf("another %s of a post has the same version", name)
		}
	}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[content.Meta]()) {
		got := version(func(l *content.Library) { alter(t, reflect.ValueOf(&l.Meta).Elem().FieldByIndex(f.Index)) })
		if got == base {
			t.Errorf("another %s of the blog has the same version", f.Name)
		}
	}
	if got := site.Build(village(), site.Options{BaseURL: "https://example.org", Now: now}).Version; got == base {
		t.Error("another address has the same version")
	}
	if got := version(func(l *content.Library) { l.Gone = []string{"/old"} }); got == base {
		t.Error("a path that is gone has the same version")
	}
	if got := site.Build(village(), site.Options{BaseURL: "https://village.example.org", Now: now, Index: search.Build(docs(village().Posts))}).Version; got == base {
		t.Error("with an index it has the same version")
	}
	if got := version(func(l *content.Library) { l.Posts = l.Posts[1:] }); got == base {
		t.Error("a post less has the same version")
	}
}

// alter gives a field another value.
func alter(t *testing.T, v reflect.Value) {
	t.Helper()
	switch old := v.Interface().(type) {
	case content.Kind:
		v.SetString(string(content.KindPage))
	case string, content.CommentMode:
		v.SetString(v.String() + "x")
	case []string:
		v.Set(reflect.ValueOf(append(slices.Clone(old), "x")))
	case time.Time:
		v.Set(reflect.ValueOf(old.Add(-time.Second)))
	case int:
		v.SetInt(int64(old) + 1)
	case map[string]content.Author:
		v.Set(reflect.ValueOf(map[string]content.Author{"Mara Lind": {About: "x"}}))
	case *time.Location:
		v.Set(reflect.ValueOf(time.FixedZone(old.String(), 3*3600)))
	default:
		t.Fatalf("no other value known for a %T", old)
	}
}

// TestVersionCountsBounds: words that move from one field to the next are a
// change.
func TestVersionCountsBounds(t *testing.T) {
	t.Parallel()
	a, b := post("p", 1), post("p", 1)
	a.Slug, a.Sum = "ab", "c"
	b.Slug, b.Sum = "a", "bc"
	if build(a).Version == build(b).Version {
		t.Error("two slugs have one version")
	}
}

// TestVersionOnlyKnowsWhatIsShown: nobody's cache should notice a draft.
func TestVersionOnlyKnowsWhatIsShown(t *testing.T) {
	t.Parallel()
	draft := post("draft", 1)
	draft.Draft = true
	if build(post("p", 1)).Version != build(post("p", 1), draft, post("later", -1)).Version {
		t.Error("a draft changed the version")
	}
}

// TestEverythingIsForAuthors: authors at work see what readers do not see yet, and
// not what readers see no more.
func TestEverythingIsForAuthors(t *testing.T) {
	t.Parallel()
	posts := []*content.Post{post("shown", 1), post("draft", 2), post("later", -3), post("over", 4), post("gone", 5)}
	posts[1].Draft, posts[3].Expires, posts[4].Gone = true, day(1), true
	for _, tt := range []struct {
		everything bool
		want       string
	}{{false, "shown"}, {true, "later shown draft"}} {
		s := site.Build(&content.Library{Posts: posts}, site.Options{BaseURL: "https://blog.example.org", Now: now, Everything: tt.everything})
		if got := slugs(s.Posts()); got != tt.want {
			t.Errorf("everything is %t: got %s, want %s", tt.everything, got, tt.want)
		}
		if got := s.Next(); !got.Equal(day(-3)) {
			t.Errorf("everything is %t: the next change is at %s, want %s", tt.everything, got, day(-3))
		}
	}
}
