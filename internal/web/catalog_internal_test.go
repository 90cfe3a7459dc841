package web

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hamlet/internal/locale"
	"hamlet/templates"
)

// families begin the ids that the program puts together; what is in them is
// tested where that is done.
var families = []string{
	"reason.", "list.no_", "site.authors", "site.categories", "site.series", "kept.", "sent.", "left.", "find.",
	"notices.format_", "notices.pace_", "notices.wrong_", "rules.does_", "rules.for_", "rules.is_",
}

// literal matches a text in quotes, in a program or a template.
var literal = regexp.MustCompile("[\"`]([a-z_]+(?:\\.[a-z_0-9]+)+)[\"`]")

// named are the ids of texts that the program and the templates name.
func named(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, root := range []string{"..", "../../templates"} {
		err := fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(name, "_test.go") || !slices.Contains([]string{".go", ".html"}, path.Ext(name)) {
				return err
			}
			text, err := fs.ReadFile(os.DirFS(root), name)
			for _, m := range literal.FindAllSubmatch(text, -1) {
				out[string(m[1])] = name
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// TestEveryTextIsUsed finds texts that nobody says any more.
func TestEveryTextIsUsed(t *testing.T) {
	t.Parallel()
	texts, err := locale.Load(templates.FS)
	if err != nil {
		t.Fatal(err)
	}
	used := named(t)
	for _, id := range texts.IDs("en") {
		inFamily := slices.ContainsFunc(families, func(f string) bool { return strings.HasPrefix(id, f) })
		if _, ok := used[id]; !ok && !inFamily {
			t.Errorf("nobody says %s", id)
		}
	}
}

// TestEveryTextSaidExists finds ids in calls that are no texts. Those in
// templates are the checker's, those in tables TestEveryKindHasText's.
func TestEveryTextSaidExists(t *testing.T) {
	t.Parallel()
	texts, err := locale.Load(templates.FS)
	if err != nil {
		t.Fatal(err)
	}
	call := regexp.MustCompile(`\.(?:T|Around)\("([a-z_.]+[a-z])"`)
	err = fs.WalkDir(os.DirFS(".."), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return err
		}
		text, err := fs.ReadFile(os.DirFS(".."), name)
		for _, m := range call.FindAllSubmatch(text, -1) {
			if id := string(m[1]); !texts.Has(id) && !strings.HasPrefix(name, "locale/") {
				t.Errorf("%s says %s, which is no text", name, id)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestGermanIsComplete holds German to what English has: the same texts with the
// same placeholders.
func TestGermanIsComplete(t *testing.T) {
	t.Parallel()
	texts, err := locale.Load(templates.FS)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(texts.IDs("en"), texts.IDs("de")); diff != "" {
		t.Errorf("English (-) and German (+) differ:\n%s", diff)
	}
	for _, id := range texts.IDs("en") {
		if got, want := texts.Placeholders("de", id), texts.Placeholders("en", id); !slices.Equal(got, want) {
			t.Errorf("%s: German has %v, English %v", id, got, want)
		}
	}
}

// German speaks to readers and moderators as strangers, never as friends.
func TestGermanIsPolite(t *testing.T) {
	t.Parallel()
	file, err := fs.ReadFile(templates.FS, "locales/de.toml")
	if err != nil {
		t.Fatal(err)
	}
	familiar := regexp.MustCompile(`(?i)\b(du|dir|dich|deine?[mnrs]?|gib|bestätige)\b[^=]`)
	for n, line := range strings.Split(string(file), "\n") {
		if said := familiar.FindString(line); said != "" {
			t.Errorf("de.toml:%d says %q: %s", n+1, said, line)
		}
	}
}
