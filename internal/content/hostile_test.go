package content_test

import (
	"strings"
	"testing"
	"time"

	"hamlet/internal/content"
)

// TestHostileFrontMatter has front matter made to take long, or to take the program
// down.
func TestHostileFrontMatter(t *testing.T) {
	t.Parallel()
	const n = 60_000
	// What is meant to take long takes minutes; all else takes tenths of a second, or
	// seconds with the race detector on a busy machine.
	const limit = 30 * time.Second
	deep := func(open, inner, shut string, levels int) string {
		return strings.Repeat(open, levels) + inner + strings.Repeat(shut, levels)
	}
	bomb := "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n" +
		"e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\ntags: [*f,*f,*f]\n"
	for _, tt := range []struct{ name, src string }{
		{"deep lists", "---\ntags: " + deep("[", "a", "]", n/2) + "\n---\n"},
		{"deep open lists", "---\ntags: " + strings.Repeat("[", n) + "\n---\n"},
		{"deep tables", "---\nevent: " + deep("{a: ", "b", "}", n/5) + "\n---\n"},
		{"deep blocks", "---\ntags:\n" + strings.Repeat("- ", n/2) + "a\n---\n"},
		{"deep questions", "---\n" + strings.Repeat("? ", n/2) + "a\n---\n"},
		{"bomb", "---\n" + bomb + "---\n"},
		{"alias in itself", "---\ntitle: &t\n  a: *t\n---\n"},
		{"many keys", "---\n" + strings.Repeat("title: x\n", n/9) + "---\n"},
		{"many broken lines", "---\n" + strings.Repeat("a: b: c\n", n/8) + "---\n"},
		{"many anchors", "---\ntags: [" + strings.Repeat("&a a,", n/5) + "]\n---\n"},
		{"quotes", "---\ntitle: " + strings.Repeat("\"a\" ", n/4) + "\n---\n"},
		{"deep TOML", "+++\ntags = " + deep("[", "", "]", n/2) + "\n+++\n"},
		{"deep open TOML", "+++\ntags = " + strings.Repeat("[", n) + "\n+++\n"},
		{"deep TOML tables", "+++\nevent = " + deep("{a = ", "1", "}", n/6) + "\n+++\n"},
		{"dotted TOML", "+++\na" + strings.Repeat(".a", n/2-10) + " = 1\n+++\n"},
		{"dotted TOML header", "+++\n[a" + strings.Repeat(".a", n/2-10) + "]\n+++\n"},
		{"many TOML tables", "+++\n" + strings.Repeat("[[a]]\n", n/6) + "+++\n"},
		{"too long", "---\ntitle: " + strings.Repeat("x", 100_000) + "\n---\n"},
		{"long word for a key", "---\n" + strings.Repeat("x", n) + ": 1\n---\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			ps := problems(t, files("posts/x.md", tt.src))
			if took := time.Since(start); took > limit {
				t.Errorf("took %s, want less than %s", took, limit)
			}
			if told := ps.Error(); len(told) > 1<<20 {
				t.Errorf("%d bytes are told of it", len(told))
			}
		})
	}
}

func TestDepthOfTOML(t *testing.T) {
	t.Parallel()
	const deep = "posts/x.md:4: this is nested too deeply; at most 32 levels are possible"
	dotted := strings.Repeat("a.", 33)
	for _, tt := range []struct{ name, more, want string }{
		{"brackets", "x = " + strings.Repeat("[", 33), deep},
		{"brackets on lines", strings.Repeat("x = [\n", 33) + "1", "posts/x.md:36: this is nested too deeply; at most 32 levels are possible"},
		{"dots", dotted + "a = 1", deep},
		{"quoted dots", "'a b'" + strings.Repeat(".\"c d\"", 33) + " = 1", deep},
		{"dots in a table", "x = {" + dotted + "a = 1}", deep},
		{"dots in a text", "summary = \"" + dotted + "\"", ""},
		{"brackets in texts", "summary = '" + strings.Repeat("[", 50) + "' # " + strings.Repeat("[", 50), ""},
		{"brackets in a long text", "summary = \"\"\"\n\\\"" + strings.Repeat("[", 50) + "\n\"\"\"", ""},
		{"quote in a text", "summary = \"\\\"" + strings.Repeat("[", 50) + "\"", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := content.Load(files("posts/x.md", "+++\ntitle = \"T\"\ndate = 2026-01-02\n"+tt.more+"\n+++\n"))
			if got := without(err); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestLongLinesAreFine(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("word ", 20_000)
	p := mustLoad(t, files("posts/x.md", "---\ntitle: T\ndate: 2026-01-02\nsummary: "+long[:60_000]+"\n---\n"+long)).Posts[0]
	if p.Words() != 20_000 || len(p.Summary) != 59_999 {
		t.Errorf("got %d words and a summary of %d bytes", p.Words(), len(p.Summary))
	}
}

func TestTooMuchOfSite(t *testing.T) {
	t.Parallel()
	got := without(problems(t, files("site.toml", "title = \""+strings.Repeat("x", 100_000)+"\"")))
	if want := "site.toml:1: the file has 98 KiB; at most 64 KiB are possible"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestOddNames(t *testing.T) {
	t.Parallel()
	lib := mustLoad(t, files(
		"posts/a b#c?d%20e.md", shortPost, "posts/"+strings.Repeat("ä", 100)+".md", shortPost,
		"posts/x'y\"z<w>.md", shortPost, "posts/-.-/..md/index.md", shortPost, "posts/RTL\u202eabc/index.md", shortPost, "posts/RTL\u202eabc/a&b.jpg", "x",
	))
	var slugs []string
	for _, p := range lib.Posts {
		slugs = append(slugs, p.Slug)
	}
	if got, want := strings.Join(slugs, " "), "rtl-abc a-b-c-d-20e xy-z-w "+strings.Repeat("ä", 100); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
