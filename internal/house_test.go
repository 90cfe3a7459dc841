// Package internal_test holds the plan of the house: which rooms there are, what
// each may import, and where each outside dependency lives. Changing the
// architecture means changing these tables in the same commit.
package internal_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// module is the prefix of every import inside the house.
const module = "hamlet/"

// plan names each room, from the ground up, and what it may import inside the
// house. Its tests may also import what lies below these, apptest, and what the
// table of tests adds.
var plan = []struct {
	room string
	may  []string
}{
	{"static", nil},
	{"templates", nil},
	{"internal/account", nil},
	{"internal/rule", []string{"internal/account"}},
	{"internal/spam", nil},
	{"internal/tex", nil},
	{"internal/markup", []string{"internal/tex"}},
	{"internal/search", nil},
	{"internal/picture", nil},
	{"internal/privacy", nil},
	{"internal/reach", nil},
	{"internal/webmention", []string{"internal/privacy", "internal/reach"}},
	{"internal/locale", nil},
	{"internal/content", []string{"internal/markup"}},
	{"internal/comment", []string{"internal/account", "internal/rule", "internal/spam"}},
	{"internal/opinion", []string{"internal/comment", "internal/account", "internal/spam", "internal/privacy"}},
	{"internal/desk", []string{"internal/comment", "internal/account", "internal/spam"}},
	{"internal/insight", []string{"internal/comment", "internal/rule", "internal/account", "internal/spam"}},
	{"internal/akismet", []string{"internal/account", "internal/spam", "internal/privacy", "internal/reach"}},
	{"internal/reason", []string{"internal/spam", "internal/locale"}},
	{"internal/notify", []string{"internal/comment", "internal/locale", "internal/privacy"}},
	{"internal/site", []string{"internal/content", "internal/markup", "internal/search"}},
	{"internal/away", []string{"internal/notify", "internal/comment", "internal/account", "internal/locale", "internal/privacy", "internal/reach"}},
	{"internal/store", []string{"internal/akismet", "internal/away", "internal/opinion", "internal/comment", "internal/insight", "internal/desk", "internal/account", "internal/rule", "internal/spam", "internal/search", "internal/webmention", "internal/privacy"}},
	{"internal/web", []string{
		"internal/akismet", "internal/insight",
		"internal/site", "internal/content", "internal/away", "internal/opinion", "internal/comment", "internal/desk", "internal/reason", "internal/account", "internal/rule", "internal/spam", "internal/markup",
		"internal/locale", "internal/picture", "internal/search", "internal/webmention", "internal/privacy",
	}},
	{"internal/app", []string{
		"internal/akismet", "internal/insight", "internal/reason",
		"internal/web", "internal/store", "internal/away", "internal/opinion", "internal/notify", "internal/site", "internal/content", "internal/comment", "internal/desk",
		"internal/account", "internal/rule", "internal/spam", "internal/markup",
		"internal/locale", "internal/picture", "internal/search", "internal/webmention", "internal/privacy", "templates", "static",
	}},
	{testRoom, []string{
		"internal/akismet", "internal/insight",
		"internal/app", "internal/web", "internal/store", "internal/away", "internal/opinion", "internal/notify", "internal/site", "internal/content", "internal/comment", "internal/desk",
		"internal/account", "internal/rule", "internal/spam", "internal/markup",
		"internal/locale", "internal/picture", "internal/search", "internal/webmention", "internal/privacy", "templates", "static",
	}},
	{"cmd/bench", []string{"internal/app", "internal/comment", "internal/desk", "internal/account", "internal/spam"}},
	{"cmd/hamlet", []string{
		"internal/akismet", "internal/app", "internal/insight", "internal/site", "internal/content", "internal/comment", "internal/desk", "internal/reason", "internal/account", "internal/rule", "internal/spam",
	}},
}

// tests names rooms above or beside a room that its tests work with, for they use
// the real thing and no mock.
var tests = map[string][]string{
	"cmd/bench":        {"internal/content"},
	"internal/account": {"internal/store"},
	"internal/comment": {"internal/store"},
	"internal/notify":  {"templates"},
	"internal/reason":  {"templates"},
	"internal/web":     {"templates", "static", "internal/store"},
}

// testRoom opens whole blogs for tests; only tests may import it.
const testRoom = "internal/apptest"

// homes names, for each outside dependency, the rooms it lives in. An import
// belongs to the longest prefix that matches.
var homes = map[string][]string{
	"github.com/labstack/echo/v4":        {"internal/web", "cmd/bench"},
	"github.com/alexedwards/scs/v2":      {"internal/web"},
	"github.com/throttled/throttled/v2":  {"internal/web"},
	"github.com/klauspost/compress":      {"internal/web"},
	"github.com/andybalholm/brotli":      {"internal/web"},
	"gorm.io":                            {"internal/store", "cmd/bench"},
	"github.com/jackc/pgx/v5":            {"internal/store"},
	"github.com/pressly/goose/v3":        {"internal/store"},
	"github.com/mattn/go-sqlite3":        {"internal/store"}, // what SQLite said
	"github.com/yuin/goldmark":           {"internal/markup"},
	"github.com/alecthomas/chroma/v2":    {"internal/markup"},
	"github.com/bep/goat":                {"internal/markup"},
	"github.com/microcosm-cc/bluemonday": {"internal/markup"},
	"github.com/rivo/uniseg":             {"internal/markup", "internal/search"},
	"go.yaml.in/yaml/v3":                 {"internal/content"},
	"github.com/BurntSushi/toml":         {"internal/content", "internal/locale", "cmd/hamlet"},
	"github.com/fsnotify/fsnotify":       {"internal/content"},
	"github.com/wneessen/go-mail":        {"internal/notify"},
	"github.com/nicksnyder/go-i18n/v2":   {"internal/locale"},
	"github.com/dustin/go-humanize":      {"internal/content"},
	"github.com/alexedwards/argon2id":    {"internal/account"},
	"github.com/go-webauthn/webauthn":    {"internal/account"},
	"github.com/pquerna/otp":             {"internal/account"},
	"github.com/boombuler/barcode":       {"internal/account"},
	"github.com/alecthomas/kong":         {"cmd/hamlet"},
	"golang.org/x/term":                  {"cmd/hamlet"},
	"github.com/schollz/progressbar/v3":  {"cmd/hamlet"},
	"github.com/emersion/go-smtp":        {testRoom}, // the other end of mails
	"github.com/emersion/go-sasl":        {testRoom},

	// What could as well be in the standard library.
	"golang.org/x/net/html": {"internal/markup", "internal/site", "internal/webmention"},
	"golang.org/x/net/idna": {"internal/comment", "internal/desk", "internal/markup", "internal/rule", "internal/store", "internal/web"},
	"golang.org/x/image":    {"internal/picture"},
	"golang.org/x/sync":     {"cmd/bench", "internal/app", "internal/comment", "internal/web"},
	"golang.org/x/text": {
		"internal/account", "internal/content", "internal/locale", "internal/markup", "internal/picture", "internal/search",
		"internal/akismet", "internal/site", "internal/spam", "internal/store", "internal/web",
	},
	"golang.org/x/time":             {"internal/akismet"},
	"golang.org/x/net/publicsuffix": {"internal/rule", "internal/spam"},
}

// testHomes are the outside dependencies that any test may use, and no program.
var testHomes = []string{
	"github.com/google/go-cmp", "pgregory.net/rapid", "go.uber.org/goleak", "golang.org/x/net/html",
	"github.com/chromedp/chromedp", "github.com/chromedp/cdproto", "github.com/rogpeppe/go-internal",
	"github.com/santhosh-tekuri/jsonschema/v6", "golang.org/x/sys", "github.com/pquerna/otp/totp",
}

func TestHouse(t *testing.T) {
	found := map[string]bool{}
	for _, imp := range imports(t, "..") {
		found[imp.room] = true
		if home := imp.home(); slices.Contains(homes[home], imp.room) {
			found[home+" in "+imp.room] = true
		}
		if problem := imp.problem(); problem != "" {
			t.Errorf("%s: %s", imp.file, problem)
		}
	}
	for _, p := range plan {
		if !found[p.room] {
			t.Errorf("the plan has a room %s, and there is no such package", p.room)
		}
	}
	for dependency, rooms := range homes {
		for _, room := range rooms {
			if !found[dependency+" in "+room] {
				t.Errorf("the plan has %s in %s, and it is not there", dependency, room)
			}
		}
	}
}

// TestReadme compares the table of rooms in the README with the plan.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if cells := strings.Split(line, "|"); len(cells) == 7 {
			for room := range strings.SplitSeq(cells[2], ",") {
				shown[strings.Trim(room, " `")] = strings.TrimSpace(cells[4])
			}
		}
	}
	for _, p := range plan {
		if got, want := shown[p.room], inWords(p.may); got != want && got != "everything below" && got != "everything" {
			t.Errorf("the README says that %s imports %q, and the plan says %q", p.room, got, want)
		}
	}
}

// inWords is a list of rooms as the README shows it.
func inWords(rooms []string) string {
	if len(rooms) == 0 {
		return "nothing"
	}
	names := make([]string, len(rooms))
	for i, room := range rooms {
		names[i] = "`" + path.Base(room) + "`"
	}
	return strings.Join(names, ", ")
}

// TestHouseFails plants violations: a plan that forbids nothing is no plan.
func TestHouseFails(t *testing.T) {
	for _, tt := range []struct {
		name string
		imp  imported
		want string
	}{
		{"upward", imported{room: "internal/spam", path: "hamlet/internal/comment"}, "may not import internal/comment"},
		{"sideways", imported{room: "internal/store", path: "hamlet/internal/site"}, "may not import internal/site"},
		{"skipping the plan", imported{room: "internal/store", path: "hamlet/internal/markup"}, "may not import internal/markup"},
		{"upward in a test", imported{room: "internal/spam", path: "hamlet/internal/comment", test: true}, "may not import internal/comment"},
		{"no room", imported{room: "internal/utils", path: "strings"}, "not a room of the plan"},
		{"dependency away from home", imported{room: "internal/web", path: "gorm.io/gorm"}, "gorm.io lives in internal/store"},
		{"dependency without a home", imported{room: "internal/web", path: "github.com/spf13/viper"}, "has no home"},
		{"dependency of tests", imported{room: "internal/web", path: "github.com/google/go-cmp/cmp"}, "has no home"},
		{"above, in a test that may", imported{room: "internal/comment", path: "hamlet/internal/store", test: true}, ""},
		{"above, in the program", imported{room: "internal/comment", path: "hamlet/internal/store"}, "may not import internal/store"},
		{"test room in the program", imported{room: "cmd/hamlet", path: "hamlet/internal/apptest"}, "only tests may import"},
		{"longest prefix", imported{room: "internal/markup", path: "golang.org/x/net/html/atom"}, ""},
		{"look-alike", imported{room: "internal/markup", path: "github.com/yuin/goldmark-emoji"}, "has no home"},
		{"as planned", imported{room: "internal/store", path: "hamlet/internal/comment"}, ""},
		{"below, in a test", imported{room: "internal/site", path: "hamlet/internal/markup", test: true}, ""},
		{"test room in a test", imported{room: "internal/web", path: "hamlet/internal/apptest", test: true}, ""},
		{"standard library", imported{room: "internal/app", path: "net/http"}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.imp.problem()
			if (tt.want == "") != (got == "") || !strings.Contains(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// imported is an import clause; path is empty for a file without imports.
type imported struct {
	file, room, path string
	test             bool
}

// imports reads the import clauses of every Go file below root.
func imports(t *testing.T, root string) []imported {
	t.Helper()
	var all []imported
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || len(d.Name()) > 1 && strings.HasPrefix(d.Name(), ".")):
			return fs.SkipDir
		case path.Ext(name) != ".go" || path.Dir(name) == "internal":
			return nil
		}
		got, err := importsOf(root, name)
		all = append(all, got...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func importsOf(root, name string) ([]imported, error) {
	f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, name), nil, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	file := imported{file: name, room: path.Dir(name), test: strings.HasSuffix(name, "_test.go")}
	all := []imported{file}
	for _, spec := range f.Imports {
		file.path, err = strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		all = append(all, file)
	}
	return all, nil
}

// problem is what the plan has against the import; empty if nothing.
func (i imported) problem() string {
	may, ok := roomsBelow(i.room, i.test)
	if i.test {
		may = append(may, tests[i.room]...)
	}
	inside := strings.TrimPrefix(i.path, module)
	switch {
	case !ok:
		return fmt.Sprintf("%s is not a room of the plan", i.room)
	case inside == testRoom && !i.test:
		return fmt.Sprintf("%s: only tests may import %s", i.room, testRoom)
	case inside == testRoom || inside == i.room:
		return ""
	case inside != i.path && !slices.Contains(may, inside):
		return fmt.Sprintf("%s may not import %s", i.room, inside)
	case inside == i.path && isOutside(i.path):
		return i.outside()
	}
	return ""
}

// outside checks an import of a dependency against its homes.
func (i imported) outside() string {
	if i.test && slices.ContainsFunc(testHomes, func(p string) bool { return within(i.path, p) }) {
		return ""
	}
	switch home := i.home(); {
	case home == "":
		return fmt.Sprintf("%s has no home in the plan", i.path)
	case !slices.Contains(homes[home], i.room) && i.room != testRoom:
		return fmt.Sprintf("%s lives in %s, not in %s", home, strings.Join(homes[home], ", "), i.room)
	}
	return ""
}

// home is the dependency of the plan that the import belongs to; empty if none.
func (i imported) home() string {
	home := ""
	for prefix := range homes {
		if within(i.path, prefix) && len(prefix) > len(home) {
			home = prefix
		}
	}
	return home
}

// roomsBelow is what a room may import; deep adds what lies below that.
func roomsBelow(room string, deep bool) (below []string, ok bool) {
	for _, p := range plan {
		if p.room != room {
			continue
		}
		below = slices.Clone(p.may)
		for _, b := range p.may {
			if further, _ := roomsBelow(b, true); deep {
				below = append(below, further...)
			}
		}
		return below, true
	}
	return nil, false
}

func within(path, prefix string) bool { return path == prefix || strings.HasPrefix(path, prefix+"/") }

// isOutside reports whether a path is no package of the standard library: only
// the outside world has a dot in the first element.
func isOutside(p string) bool {
	first, _, _ := strings.Cut(p, "/")
	return strings.Contains(first, ".")
}
