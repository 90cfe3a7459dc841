package content_test

import (
	"os"
	"testing"
	"time"

	"hamlet/internal/content"
)

// TestSampleContent guards the blogs that come with the program.
func TestSampleContent(t *testing.T) {
	t.Parallel()
	for _, dir := range []string{"../../content", "../../cmd/hamlet/starter/content"} {
		root, err := os.OpenRoot(dir)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = root.Close() })
		lib, err := content.Load(root.FS())
		if err != nil {
			t.Errorf("%s:\n%v", dir, err)
		}
		for _, p := range lib.Posts {
			if p.Draft || p.Date.After(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)) {
				t.Errorf("%s is not shown: draft %v, date %s", p.Source, p.Draft, p.Date)
			}
			t.Logf("%s %s %q", p.Source, p.Slug, p.Teaser())
		}
	}
}
