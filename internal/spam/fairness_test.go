package spam_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"hamlet/internal/spam"
)

// readRecords reads a file of testdata.
func readRecords(tb testing.TB, name string) []record {
	tb.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		tb.Fatal(err)
	}
	var all []record
	for line := range strings.Lines(string(data)) {
		var r record
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			tb.Fatalf("%s: %v: %s", name, err, line)
		}
		all = append(all, r)
	}
	return all
}

func (r record) message() spam.Message {
	return spam.Message{Author: r.Author, AuthorURL: r.AuthorURL, Body: r.Body, Permalink: r.Permalink}
}

// tally counts verdicts of one sort of comment.
type tally struct{ all, held, spam int }

func (t *tally) add(c spam.Class) {
	t.all++
	if c != spam.Ham {
		t.held++
	}
	if c == spam.Spam {
		t.spam++
	}
}

// tallies are tallies by name.
type tallies map[string]*tally

func (ts tallies) add(name string, c spam.Class) {
	if ts[name] == nil {
		ts[name] = &tally{}
	}
	ts[name].add(c)
}

// String is a table for people.
func (ts tallies) String() string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(ts)) {
		t := ts[name]
		_, _ = fmt.Fprintf(&b, "%-28s %4d  held %5.1f %%  spam %5.1f %%\n", name, t.all,
			100*float64(t.held)/float64(t.all), 100*float64(t.spam)/float64(t.all))
	}
	return b.String()
}

// sites are given to comments that have none, and taken from those that have
// one: whether an honest reader names a page is no matter of honesty.
var sites = []string{"https://a-shelf-of-books.example.org", "http://garden.example.net/", "https://nilsson.example/blog/", "https://radio-notes.test"}

// What honest readers write, in 47 languages and on many occasions, is
// published, with and without a site: of a language no more than one comment in eight is held, of
// an occasion no more than one in six.
func TestFairness(t *testing.T) {
	t.Parallel()
	f := spam.NewFilter(spam.Default())
	languages, occasions, withSite, whole := tallies{}, tallies{}, tallies{}, &tally{}
	for i, r := range readRecords(t, "harmless.jsonl") {
		m := r.message()
		v := f.Judge(m)
		languages.add(r.Lang, v.Class)
		occasions.add(r.Kind, v.Class)
		whole.add(v.Class)
		if v.Class != spam.Ham {
			t.Logf("held: %s %q (%s): %s %.3f %v", r.ID, r.Body, m.AuthorURL, v.Class, v.Probability, v.Reasons[:min(7, len(v.Reasons))])
		}
		m.AuthorURL = ""
		withSite.add("without a site", f.Judge(m).Class)
		m.AuthorURL = sites[i%len(sites)]
		withSite.add("with a site", f.Judge(m).Class)
	}
	t.Logf("harmless comments by language:\n%s\nby occasion:\n%s\n%s", languages, occasions, withSite)
	if len(languages) < 35 || whole.all < 400 {
		t.Errorf("got %d comments in %d languages only", whole.all, len(languages))
	}
	for name, c := range languages {
		if c.all < 8 {
			t.Errorf("%s: got %d comments, want 8 or more", name, c.all)
		}
		if 8*c.held > c.all || c.spam > 0 {
			t.Errorf("%s: %d of %d held, %d called spam", name, c.held, c.all, c.spam)
		}
	}
	for name, c := range occasions {
		if 6*c.held > c.all {
			t.Errorf("%s: %d of %d held", name, c.held, c.all)
		}
	}
	for name, c := range withSite {
		if 15*c.held > c.all {
			t.Errorf("%s: %d of %d held", name, c.held, c.all)
		}
	}
}

// What nobody sees does not matter: the white space around a comment, how its lines
// end, and whether a letter and its accent were sent as one character or as two.
func TestUnseenDifferences(t *testing.T) {
	t.Parallel()
	changes := map[string]func(string) string{
		"a line end behind":     func(s string) string { return s + "\n" },
		"white space behind":    func(s string) string { return s + " \r\n\t\n " },
		"white space in front":  func(s string) string { return "\n " + s },
		"lines end in CR LF":    func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
		"a byte order mark":     func(s string) string { return "\ufeff" + s },
		"accents by themselves": norm.NFD.String,
		"accents as one":        norm.NFC.String,
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, r := range append(readRecords(t, "harmless.jsonl"), readRecords(t, "evasion.jsonl")...) {
				if r.Kind == "marks on letters" || r.Kind == "invisible characters" {
					continue // the disguise is just this
				}
				m := r.message()
				want := spam.Extract(m)
				m.Body = change(m.Body)
				if got := spam.Extract(m); !reflect.DeepEqual(got, want) {
					t.Errorf("%s: got %d features, want the %d of the other", r.ID, len(got.Hashes), len(want.Hashes))
				}
			}
		})
	}
}
