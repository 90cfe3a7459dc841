package content_test

import (
	"strings"
	"testing"
	"time"

	"hamlet/internal/content"
)

// checked checks a folder on a day in May.
func checked(t *testing.T, pairs ...string) string {
	t.Helper()
	_, ps := content.Check(files(pairs...), content.Checking{
		Now: time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC), BaseURL: "https://blog.example.org",
		Exists: func(_ *content.Library, path string) bool { return path == "/tags/a" || path == "/static/x.css" },
	})
	if len(ps) == 0 {
		return ""
	}
	return ps.Error()
}

func TestCheckFollowsLinks(t *testing.T) {
	t.Parallel()
	others := []string{
		"posts/bread.md", shortPost + "## The oven\n\ntext\n",
		"posts/trip/index.md", shortPost + "![boat](boat.jpg)\n", "posts/trip/boat.jpg", "x",
		"posts/hidden.md", "---\ntitle: T\ndate: 2026-01-02\ndraft: true\n---\n## A\n",
		"posts/later.md", "---\ntitle: T\ndate: 2026-06-01\n---\n",
		"posts/over.md", "---\ntitle: T\ndate: 2026-01-02\nexpires: 2026-02-01\n---\n",
		"posts/removed.md", "---\ntitle: T\ndate: 2026-01-02\ngone: true\n---\n",
		"posts/moved.md", "---\ntitle: T\ndate: 2026-01-02\naliases: /2019/moved\n---\n",
		"pages/about.md", "---\ntitle: T\n---\n## Who\n", "gone.txt", "/posts/lost\n",
	}
	for _, tt := range []struct{ name, text, want string }{
		{"post", "[a](/posts/bread)", ""},
		{"post with a slash", "[a](/posts/bread/)", ""},
		{"relative", "[a](bread)", ""},
		{"page", "[a](/about#who)", ""},
		{"absolute", "[a](https://blog.example.org/posts/bread#the-oven)", ""},
		{"the blog's own, in full", "[a](https://blog.example.org) [b](https://blog.example.org/) [c](https://blog.example.org?x=1)", ""},
		{"an anchor of the front page", "[a](https://blog.example.org#latest)", ""},
		{"a name that begins alike", "[a](https://blog.example.organic/x) [b](https://blog.example.org.example.com) [c](https://blog.example.org:8443/x)", ""},
		{"elsewhere", "[a](https://example.org/nothing) <mail@example.org> [b](//example.org/x)", ""},
		{"front page", "[a](/) [b](/?x=1)", ""},
		{"list", "[a](/tags/a)", ""},
		{"alias", "[a](/2019/moved)", ""},
		{"file", "[a](/posts/trip/boat.jpg) ![b](trip/boat.jpg)", ""},
		{"own anchor", "[a](#here)\n\n## Here", ""},
		{"anchors of the page", "[a](#comments) [b](/posts/bread#comment-7) [c](#)", ""},
		{"footnote", "Text[^1].\n\n[^1]: Note.", ""},
		{"nothing", "one\n\ntwo [a](/posts/braed) three", ":7:5: this link leads to nothing: there is no /posts/braed; did you mean /posts/bread?"},
		{"nothing alike", "[a](/shop/cart)", ":5:1: this link leads to nothing: there is no /shop/cart"},
		{"nothing relative", "[a](../about/us)", ":5:1: this link leads to nothing: there is no /about/us"},
		{"wrong folder", "[a](/blog/bread)", ":5:1: this link leads to nothing: there is no /blog/bread; did you mean /posts/bread?"},
		{"no list", "[a](/tags/b)", ":5:1: this link leads to nothing: there is no /tags/b"},
		{"file instead of address", "[a](trip/index.md)", ":5:1: this link leads to nothing: there is no /posts/trip/index.md; write the address of that post: /posts/trip"},
		{"no anchor", "[a](/posts/bread#the-ovne)", ":5:1: this link leads to #the-ovne, and posts/bread.md has no such anchor; did you mean #the-oven?"},
		{"no own anchor", "[a](#there)\n\n## Here", ":5:1: this link leads to #there, and posts/x.md has no such anchor; did you mean #here?"},
		{"no picture", "![a](cat.jpg)", ":5:1: this image leads to nothing: there is no /posts/cat.jpg"},
		{"a post is no picture", "![a](bread)", ":5:1: this image leads to nothing: there is no /posts/bread; did you mean /posts/bread?"},
		{"draft", "[a](hidden#b)", ":5:1: warning: this link leads to posts/hidden.md, which is a draft: readers find nothing there yet"},
		{"scheduled", "[a](later)", ":5:1: warning: this link leads to posts/later.md, which is scheduled: readers find nothing there yet"},
		{"expired", "[a](over)", ":5:1: this link leads to posts/over.md, which is expired"},
		{"gone", "[a](removed)", ":5:1: this link leads to posts/removed.md, which is gone"},
		{"gone by list", "[a](/posts/lost)", ":5:1: this link leads to /posts/lost, which gone.txt says is gone"},
		{"empty", "[a]()", ":5:1: this link has no address"},
		{"no address", "[a](/%zz)", ":5:1: this link is not an address: /%zz"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := checked(t, append([]string{"posts/x.md", shortPost + tt.text + "\n"}, others...)...)
			want := tt.want
			if want != "" {
				want = "posts/x.md" + want
			}
			if got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestCheckKnowsPermalinks(t *testing.T) {
	t.Parallel()
	got := checked(t, "site.toml", `permalink = "/:year/:slug"`,
		"posts/trip/index.md", shortPost+"[a](/2026/trip) [b](/posts/trip) [c](/2026/trip/boat.jpg) [d](boat.jpg) [e](/2025/trip)\n", "posts/trip/boat.jpg", "x")
	if want := "posts/trip/index.md:5:73: this link leads to nothing: there is no /2025/trip; did you mean /2026/trip?"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestCheckFindsClashes(t *testing.T) {
	t.Parallel()
	post := func(more string) string { return "---\ntitle: T\ndate: 2026-01-02\n" + more + "\n---\n" }
	for _, tt := range []struct {
		name  string
		files []string
		want  string
	}{
		{"alias of a page", []string{"posts/a.md", post("aliases: [/old, /about]"), "pages/about.md", "---\ntitle: T\n---\n"}, "posts/a.md:4:10: aliases: this alias is never reached: /about is the address of pages/about.md; take it out"},
		{"alias of itself", []string{"posts/a.md", post("aliases: /posts/a")}, "posts/a.md:4:10: aliases: this alias is never reached: /posts/a is the address of posts/a.md; take it out"},
		{"alias of a file", []string{"posts/a/index.md", post("aliases: /posts/a/b.jpg"), "posts/a/b.jpg", "x"}, "posts/a/index.md:4:10: aliases: this alias is never reached: there is something else at /posts/a/b.jpg; take it out"},
		{"alias that is gone", []string{"posts/a.md", post("aliases: /old"), "gone.txt", "# x\n/old/\n"}, "gone.txt:2: /old is not gone: it is an alias of posts/a.md; take one of them out"},
		{"gone and there", []string{"posts/a.md", post(""), "gone.txt", "/posts/a\n"}, "gone.txt:1: /posts/a is not gone: it is the address of posts/a.md; take the line out"},
		{"gone and a draft", []string{"posts/a.md", post("draft: true"), "gone.txt", "/posts/a\n"}, ""},
		{"part twice", []string{"posts/a.md", post("series: Oven\npart: 2"), "posts/b.md", post("series: oven\npart: 2"), "posts/c.md", post("series: Other\npart: 2")}, "posts/b.md:5:7: part: part 2 of oven is posts/a.md already; give one of them another number"},
		{"parts of two", []string{"posts/a.md", post("series: C\npart: 2"), "posts/b.md", post("series: \"C#\"\npart: 2")}, ""},
		{"names in pictures", []string{"posts/a.md", post("tags: [\"🦉\"]\nseries: \"🦉\"")}, ""},
		{"no image", []string{"posts/a/index.md", post("image: b.jpg")}, "posts/a/index.md:4:8: image: there is no picture at /posts/a/b.jpg"},
		{"image of another", []string{"posts/a.md", post("image: /posts/b/b.jpg"), "posts/b/index.md", post(""), "posts/b/b.jpg", "x"}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := checked(t, tt.files...); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
			if _, err := content.Load(files(tt.files...)); err != nil {
				t.Errorf("this keeps a blog from starting: %v", err)
			}
		})
	}
}

func TestCheckTellsWhatLoadTells(t *testing.T) {
	t.Parallel()
	got := checked(t, "posts/a.md", "---\ntitle: T\n---\n", "posts/b.md", shortPost+"[a](a) [c](c)\n", "posts/c.md", "no")
	if lines := strings.Split(got, "\n"); len(lines) != 2 || !strings.HasPrefix(lines[0], "posts/a.md:1: date: ") || !strings.HasPrefix(lines[1], "posts/c.md:1: ") {
		t.Errorf("got\n%s\nwant what is broken, and not the links to it", got)
	}
}

func TestCheckTellsTheFaultsOfATextOnce(t *testing.T) {
	t.Parallel()
	got := checked(t, "posts/a.md", shortPost+"> [!nonsense]\n> text\n")
	if strings.Count(got, "posts/a.md:5:") != 1 {
		t.Errorf("got %q, want one fault of the text", got)
	}
}
