package content_test

import (
	"flag"
	"fmt"
	"os"
	"path"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hamlet/internal/content"
)

var update = flag.Bool("update", false, "write the golden files")

// TestGolden compares what testdata/golden comes to with the .html files beside
// testdata/golden. Look at the diff after go test -run Golden -update.
func TestGolden(t *testing.T) {
	t.Parallel()
	lib, err := content.Load(os.DirFS("testdata/golden"))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range lib.Posts {
		t.Run(p.Slug, func(t *testing.T) {
			t.Parallel()
			file := path.Join("testdata", p.Slug+".html")
			got := fmt.Sprintf("<!--\nsource: %s\ntitle: %s\ndate: %s\nauthors: %s\ntags: %s\ncomments: %s\nfiles: %s\nsummary: %s\n-->\n%s",
				p.Source, p.Title, p.Date, strings.Join(p.Authors, ", "), strings.Join(p.Tags, ", "), p.Comments, strings.Join(p.Files, ", "), p.Teaser(), p.HTML())
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("want -, got +:\n%s", diff)
			}
		})
	}
}
