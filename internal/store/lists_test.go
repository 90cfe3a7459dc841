package store_test

import (
	"slices"

	"github.com/google/go-cmp/cmp"

	"hamlet/internal/comment"
)

func listsByPage(b *bench) {
	var want []comment.ID
	for range 7 {
		want = append(want, b.add(a(comment.Pending), ""))
		b.add(a(comment.Spam), "")
	}
	slices.Reverse(want)
	var got []comment.ID
	for before := comment.ID(0); ; {
		page, err := b.Comments().List(b.Context(), everything, comment.Pending, before, 3)
		if err != nil {
			b.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		if len(page) > 3 {
			b.Fatalf("page of %d", len(page))
		}
		got = append(got, ids(page)...)
		before = page[len(page)-1].ID
	}
	if !slices.Equal(got, want) {
		b.Errorf("pages are %v, want %v", got, want)
	}
	for _, limit := range []int{0, -1} {
		if cs, err := b.Comments().List(b.Context(), everything, comment.Pending, 0, limit); len(cs) != 0 || err != nil {
			b.Errorf("limit %d: %d comments, %v", limit, len(cs), err)
		}
	}
}

func counts(b *bench) {
	want := map[comment.Status]int{comment.Pending: 0, comment.Approved: 0, comment.Spam: 0, comment.Trash: 0}
	check := func() {
		b.Helper()
		got, err := b.Comments().Counts(b.Context(), everything)
		if err != nil {
			b.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			b.Errorf("counts: -want +got\n%s", diff)
		}
	}
	check()
	for n, st := range []comment.Status{comment.Pending, comment.Approved, comment.Spam} {
		for range n + 1 {
			b.add(a(st), "")
			want[st]++
		}
	}
	check()
}

// by is a comment of an author.
func by(author string, st comment.Status) comment.Comment {
	c := a(st)
	c.Author = author
	return c
}
