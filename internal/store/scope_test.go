package store_test

import (
	"slices"

	"hamlet/internal/comment"
)

// scoped puts comments under three posts, and lists them for who has two, none, or all.
func scoped(b *bench) {
	of := map[string]comment.ID{}
	for _, post := range []string{"harbour", "mill", "church"} {
		c := a(comment.Pending)
		c.Post = post
		of[post] = b.add(c, "")
		edited := a(comment.Approved)
		edited.Post = post
		id := b.add(edited, "")
		_, err := b.Comments().Revise(b.Context(), id, func(m comment.Mine) (comment.Revision, error) {
			return comment.Revision{Comment: m.Comment, Edit: &comment.Edit{
				Comment: id, At: start, Status: comment.EditPending, Was: m.Comment.Body, Body: post,
			}}, nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name string
		in   comment.Scope
		want []string
	}{
		{"all", everything, []string{"church", "mill", "harbour"}},
		{"two", comment.Scope{Posts: []string{"harbour", "church", "nowhere"}}, []string{"church", "harbour"}},
		{"none", comment.Scope{}, nil},
	} {
		cs, err := b.Comments().List(b.Context(), tt.in, comment.Pending, 0, 10)
		var want []comment.ID
		for _, post := range tt.want {
			want = append(want, of[post])
		}
		if got := ids(cs); err != nil || !slices.Equal(got, want) {
			b.Errorf("list %s: got %v, %v, want %v", tt.name, got, err, want)
		}
		n, err := b.Comments().Counts(b.Context(), tt.in)
		if err != nil || n[comment.Pending] != len(want) || n[comment.Approved] != len(want) {
			b.Errorf("counts %s: got %v, %v, want %d", tt.name, n, err, len(want))
		}
		edits, err := b.Comments().PendingEdits(b.Context(), tt.in, 10)
		slices.Reverse(edits)
		var posts []string
		for _, m := range edits {
			posts = append(posts, m.Pending.Body)
		}
		if err != nil || !slices.Equal(posts, tt.want) {
			b.Errorf("edits %s: got %v, %v, want %v", tt.name, posts, err, tt.want)
		}
		if n, err := b.Comments().CountEdits(b.Context(), tt.in); err != nil || n != len(want) {
			b.Errorf("count of edits %s: got %d, %v, want %d", tt.name, n, err, len(want))
		}
	}
}
