package spam_test

import (
	"regexp"
	"strings"
	"testing"

	"hamlet/internal/spam"
)

// The primer teaches what the tests measure, so none of it may be in them; it links to
// nobody, says nothing twice, and has both labels.
func TestPrimer(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, name := range []string{"harmless.jsonl", "evasion.jsonl"} {
		for _, r := range readRecords(t, name) {
			seen[r.Body] = true
		}
	}
	address := regexp.MustCompile(`https?://[^/\s"'<>\])]+`)
	reserved := regexp.MustCompile(`\.example(\.(org|net|com|dev))?\.?$|//192\.0\.2\.\d+$|//(\w+\.)*example\.(org|net|com|dev)\.?$`)
	examples, err := spam.Primer()
	if err != nil {
		t.Fatal(err)
	}
	labels := map[bool]int{}
	for _, e := range examples {
		labels[e.Spam]++
		m := e.Message
		whole := m.Author + "|" + m.AuthorURL + "|" + m.Body
		if seen[m.Body] || seen[whole] || m.Body == "" {
			t.Errorf("%s: %q is in a test, was said before, or is empty", e.Source, m.Body)
		}
		seen[whole] = true
		for _, link := range address.FindAllString(m.AuthorURL+" "+m.Body, -1) {
			if !reserved.MatchString(link) {
				t.Errorf("%s: %s may be somebody's", e.Source, link)
			}
		}
	}
	if labels[true] < 500 || labels[false] < 500 {
		t.Errorf("got %v comments by whether they are spam, want 500 of both", labels)
	}
}

func TestParsePrimer(t *testing.T) {
	t.Parallel()
	got, err := spam.ParsePrimer("primer/spam/links.txt", "Ada||first\n@ a-post\nBob|https://bob.example|one\\n\\ttwo | three\n")
	if err != nil {
		t.Fatal(err)
	}
	want := []spam.Message{
		{Author: "Ada", Body: "first"},
		{Author: "Bob", AuthorURL: "https://bob.example", Body: "one\n\ttwo | three", Permalink: "a-post"},
	}
	if len(got) != len(want) {
		t.Fatalf("got %d comments, want %d", len(got), len(want))
	}
	for i, e := range got {
		m := e.Message
		if w := want[i]; m.Author != w.Author || m.AuthorURL != w.AuthorURL || m.Body != w.Body || m.Permalink != w.Permalink || !e.Spam {
			t.Errorf("got %+v, want spam %+v", e, w)
		}
	}
	if _, err := spam.ParsePrimer("primer/ham/short.txt", "Ada||fine\nno fields\n"); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("got error %v, want one that names line 2", err)
	}
}
