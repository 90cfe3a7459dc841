package spam_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"hamlet/internal/spam"
)

// The primer teaches what the tests measure, so none of it may be in them; it links to
// nobody, and has both labels.
func TestPrimer(t *testing.T) {
	t.Parallel()
	measured := map[string]bool{}
	for _, name := range []string{"harmless.jsonl", "evasion.jsonl"} {
		for _, r := range readRecords(t, name) {
			measured[r.Body] = true
		}
	}
	files, err := filepath.Glob("primer/*.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	address := regexp.MustCompile(`https?://[^/\s"'<>\])]+`)
	reserved := regexp.MustCompile(`\.example(\.(org|net|com|dev))?$|//192\.0\.2\.\d+$|//(\w+\.)*example\.(org|net|com|dev)$`)
	labels := map[string]int{}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			r, err := spam.ParseRecord([]byte(line))
			if err != nil {
				t.Fatalf("%s: %v: %s", name, err, line)
			}
			labels[r.Label]++
			if m := r.Message; measured[m.Body] || m.Body == "" {
				t.Errorf("%s: %q is in a test, or empty", name, m.Body)
			}
			for _, link := range address.FindAllString(r.Message.AuthorURL+" "+r.Message.Body, -1) {
				if !reserved.MatchString(link) {
					t.Errorf("%s: %s may be somebody's", name, link)
				}
			}
		}
	}
	if labels["spam"] < 100 || labels["ham"] < 100 || len(labels) != 2 {
		t.Errorf("got labels %v, want a hundred of spam and of ham", labels)
	}
}
