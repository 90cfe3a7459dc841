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
		page, err := b.Comments().List(b.Context(), comment.Pending, before, 3)
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
		if cs, err := b.Comments().List(b.Context(), comment.Pending, 0, limit); len(cs) != 0 || err != nil {
			b.Errorf("limit %d: %d comments, %v", limit, len(cs), err)
		}
	}
}

func counts(b *bench) {
	want := map[comment.Status]int{comment.Pending: 0, comment.Approved: 0, comment.Spam: 0, comment.Trash: 0}
	check := func() {
		b.Helper()
		got, err := b.Comments().Counts(b.Context())
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

func knownAuthors(b *bench) {
	id := b.add(by("Zoë  Løve", comment.Pending), " Ada.Löve@Example.org ")
	b.add(by("Bo", comment.Approved), "bo@example.org")
	b.add(by("Cleo", comment.Approved), "")
	known := func(author, email string, want bool) {
		b.Helper()
		got, err := b.Comments().KnownAuthor(b.Context(), author, email)
		if err != nil || got != want {
			b.Errorf("known %q %q: %v, %v; want %v", author, email, got, err, want)
		}
	}
	known("Zoë  Løve", "ada.löve@example.org", false) // not approved yet
	b.update(id, comment.Change{Status: comment.Approved})
	for _, same := range []string{"ada.löve@example.org", "ADA.LÖVE@EXAMPLE.ORG", "\tAda.Löve@example.org\n"} {
		known("Zoë  Løve", same, true)
	}
	for _, same := range []string{"zoë  løve", "ZOË  LØVE", " Zoe\u0308  Løve\t"} {
		known(same, "ada.löve@example.org", true)
	}
	for _, other := range []string{"ada.love@example.org", "ada@example.org", "bo@example.org", "", "%", "' OR 1=1 --"} {
		known("Zoë  Løve", other, false)
	}
	for _, other := range []string{"Bo", "Cleo", "Zoe  Løve", "", "%", "' OR 1=1 --"} {
		known(other, "ada.löve@example.org", false)
	}
	known("Cleo", "", false)
	b.update(id, comment.Change{Status: comment.Trash})
	known("Zoë  Løve", "ada.löve@example.org", false)

	b.add(by("Bob", comment.Approved), "bo@example.org") // one address, two names
	known("Bo", "bo@example.org", true)
	known("bob", "bo@example.org", true)
}

// by is a comment of an author.
func by(author string, st comment.Status) comment.Comment {
	c := a(st)
	c.Author = author
	return c
}
