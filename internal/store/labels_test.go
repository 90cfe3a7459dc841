package store_test

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// other is a second database of the same kind.
func (b *bench) other() *bench {
	b.Helper()
	for _, e := range engines {
		if (e.name == "postgres") == strings.HasPrefix(b.url, "postgres") {
			return newBench(b.TB, e)
		}
	}
	b.Fatalf("no engine for %s", b.url)
	return nil
}

func (b *bench) exported() []comment.Label {
	b.Helper()
	ls, err := b.Comments().LabelsByOrigin(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	return ls
}

func importEntry(added int) account.Entry {
	return account.Entry{At: start, Actor: "shell", Action: "import", Target: "labels", Detail: strconv.Itoa(added)}
}

func (b *bench) imports(labels ...comment.Label) int {
	b.Helper()
	added, err := b.Comments().ImportLabels(b.Context(), labels, importEntry)
	if err != nil {
		b.Fatal(err)
	}
	return added
}

// given is the labels as they were given, without the numbers they have here.
func given(labels []comment.Label) []comment.Label {
	labels = slices.Clone(labels)
	for i := range labels {
		labels[i].Seq, labels[i].Comment = 0, 0
	}
	return labels
}

// from is a label of another site.
func from(site string, seq int64, id comment.ID, lesson *spam.Lesson) comment.Label {
	return comment.Label{At: start.Add(time.Duration(seq) * time.Second), Lesson: lesson, Origin: comment.Origin{Site: site, Seq: seq, Comment: id}}
}

var learned = &spam.Lesson{Spam: true, Vector: spam.Vector{Extractor: 2, Hashes: []uint32{7, 9}, Values: []float32{1, 0.5}}}

// importedAsExported grows the labels of a site at random, decisions of its own
// among labels it imported itself, and takes them to another site each time.
func importedAsExported(b *bench) {
	there := b.other()
	id := b.add(a(comment.Pending), "")
	third := int64(0)
	rapid.Check(b.TB, func(t *rapid.T) {
		for range rapid.IntRange(0, 3).Draw(t, "labels") {
			lesson := rapid.SampledFrom([]*spam.Lesson{nil, learned, {Vector: learned.Vector}}).Draw(t, "lesson")
			if rapid.Bool().Draw(t, "own") {
				b.clock.pass(time.Millisecond)
				b.update(id, comment.Change{Status: comment.Approved, Relabel: true, Lesson: lesson})
				continue
			}
			third += rapid.Int64Range(1, 3).Draw(t, "gap")
			b.imports(from("third", third, comment.ID(rapid.IntRange(1, 3).Draw(t, "comment")), lesson))
		}
		want := b.exported()
		there.imports(want...)
		got := there.exported()
		if diff := cmp.Diff(given(want), given(got), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("there: -want +got\n%s", diff)
		}
		if diff := cmp.Diff(groups(want), groups(got), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("which labels are of one comment: -want +got\n%s", diff)
		}
		if added := b.imports(got...); added != 0 {
			t.Fatalf("back again: %d new", added)
		}
	})
	if there.count("labels") == 0 {
		b.Error("there were no labels")
	}
}

// groups is, for each label, the first label of the same comment.
func groups(labels []comment.Label) []int {
	out := make([]int, len(labels))
	for i, l := range labels {
		out[i] = slices.IndexFunc(labels, func(o comment.Label) bool { return o.Comment == l.Comment })
	}
	return out
}

func importedOnce(b *bench) {
	labels := []comment.Label{from("there", 3, 8, learned), from("there", 5, 2, nil)}
	for i, want := range []int{2, 0, 0} {
		if got := b.imports(labels...); got != want {
			b.Errorf("time %d: got %d new, want %d", i+1, got, want)
		}
	}
	if got := b.imports(append(labels, from("there", 6, 8, nil), from("elsewhere", 5, 2, learned))...); got != 2 {
		b.Errorf("a longer one: got %d new, want 2", got)
	}
	audit := b.audit()
	if len(audit) != 2 || audit[0] != importEntry(2) || audit[1] != importEntry(2) {
		b.Errorf("audit: got %+v, want a line for each time something came", audit)
	}
}

// importedRelabelled sees which labels are of one comment: those of one comment of
// one site, and no comment of this blog.
func importedRelabelled(b *bench) {
	id := b.add(a(comment.Pending), "")
	b.update(id, comment.Change{Status: comment.Spam, Relabel: true, Lesson: learned})
	b.imports(from("there", 1, id, learned), from("there", 2, id+1, learned), from("elsewhere", 1, id, learned), from("there", 7, id, nil))
	var got []comment.ID
	for _, l := range b.labels(0) {
		got = append(got, l.Comment)
	}
	if want := []comment.ID{id, -2, -3, -4, -2}; !slices.Equal(got, want) {
		b.Errorf("got labels of comments %v, want %v", got, want)
	}
	b.update(id, comment.Change{Status: comment.Pending, Relabel: true})
	if last := b.labels(5); len(last) != 1 || last[0].Seq != 6 || last[0].Comment != id {
		b.Errorf("taken back here: got %+v", last)
	}
}

// importsRemoved takes labels of two sites, removes those of the one, and finds what would
// be there if they had never come, as often as it is done; then they can come again.
func importsRemoved(b *bench) {
	remove := func(site string) int {
		b.Helper()
		removed, err := b.Comments().RemoveImported(b.Context(), site, importEntry)
		if err != nil {
			b.Fatal(err)
		}
		return removed
	}
	wants := func(what string, relabelled bool, removals int64, sites ...comment.Imported) {
		b.Helper()
		again, err := b.Comments().Relabelled(b.Context(), 3)
		if err != nil || again != relabelled {
			b.Errorf("%s: relabelled is %v, %v, want %v", what, again, err, relabelled)
		}
		if n, err := b.Comments().CountAfter(b.Context(), 1); err != nil || n != len(b.labels(1)) {
			b.Errorf("%s: %d labels after the first, %v, want %d", what, n, err, len(b.labels(1)))
		}
		if n, err := b.Comments().Removals(b.Context()); err != nil || n != removals {
			b.Errorf("%s: removed %d times, %v, want %d", what, n, err, removals)
		}
		if got, err := b.Comments().Imported(b.Context()); err != nil || !slices.Equal(got, sites) {
			b.Errorf("%s: imported %+v, %v, want %+v", what, got, err, sites)
		}
	}
	id := b.add(a(comment.Pending), "")
	b.update(id, comment.Change{Status: comment.Spam, Relabel: true, Lesson: learned})
	elsewhere := from("elsewhere", 9, 1, learned)
	there := []comment.Label{from("there", 1, 7, learned), from("there", 2, 8, learned), from("there", 5, 7, nil)}
	b.imports(elsewhere)
	before := b.exported()
	wants("one site", false, 0, comment.Imported{Site: "elsewhere", Labels: 1})
	b.imports(there...)
	both := b.exported()
	wants("two sites", true, 0, comment.Imported{Site: "elsewhere", Labels: 1}, comment.Imported{Site: "there", Labels: 3})
	audit := len(b.audit())
	for i, want := range []int{3, 0, 0} {
		if got := remove("there"); got != want {
			b.Errorf("time %d: removed %d, want %d", i+1, got, want)
		}
		if diff := cmp.Diff(before, b.exported()); diff != "" {
			b.Errorf("time %d: -before +after\n%s", i+1, diff)
		}
		wants("removed", false, 1, comment.Imported{Site: "elsewhere", Labels: 1})
	}
	if got := b.audit()[audit:]; len(got) != 1 || got[0] != importEntry(3) {
		b.Errorf("audit: got %+v, want one line", got)
	}
	if got := remove(before[0].Origin.Site); got != 0 {
		b.Errorf("labels given here: %d removed", got)
	}
	b.imports(there...) // under new numbers: the old ones belong to those that may be put back
	again := b.exported()
	if diff := cmp.Diff(given(both), given(again)); diff != "" || again[2].Seq != 6 {
		b.Errorf("imported again: %+v, -before +after\n%s", again[2:], diff)
	}
	if got := remove("there") + remove("elsewhere"); got != 4 {
		b.Errorf("both: removed %d, want 4", got)
	}
	wants("both", false, 3)
}

func contradictionsRefused(b *bench) {
	id := b.add(a(comment.Pending), "")
	b.update(id, comment.Change{Status: comment.Spam, Relabel: true, Lesson: learned})
	here := b.exported()[0].Origin.Site
	b.imports(from("there", 4, 1, learned), from("there", 6, 1, learned))
	before, audit := b.exported(), len(b.audit())
	changed := from("there", 4, 1, learned)
	changed.At = changed.At.Add(time.Second)
	for name, label := range map[string]comment.Label{
		"another lesson":            from("there", 4, 1, nil),
		"another comment":           from("there", 4, 2, learned),
		"another time":              changed,
		"in between":                from("there", 5, 1, learned),
		"before all":                from("there", 1, 9, learned),
		"given here, another":       from(here, 1, id, learned),
		"given here, not kept here": from(here, 2, id, learned),
	} {
		_, err := b.Comments().ImportLabels(b.Context(), []comment.Label{from("new", 1, 1, learned), label}, importEntry)
		if !errors.Is(err, comment.ErrContradiction) {
			b.Errorf("%s: got %v, want ErrContradiction", name, err)
		}
	}
	broken := from("there", 9, 1, &spam.Lesson{Vector: spam.Vector{Hashes: []uint32{2, 1}, Values: []float32{1, 1}}})
	if _, err := b.Comments().ImportLabels(b.Context(), []comment.Label{from("new", 1, 1, learned), broken}, importEntry); err == nil {
		b.Error("a vector that is none was taken")
	}
	if diff := cmp.Diff(before, b.exported()); diff != "" || len(b.audit()) != audit {
		b.Errorf("something was kept: -want +got\n%s", diff)
	}
}
