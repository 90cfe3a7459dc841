package store_test

import (
	"errors"

	"hamlet/internal/comment"
	"hamlet/internal/desk"
)

// asides keeps what moderators have beside comments.
func asides(b *bench) {
	ada := b.addUser(user("ada"))
	one, two := b.add(a(comment.Pending), ""), b.add(a(comment.Pending), "")
	notes, ctx := b.Notes(), b.Context()
	for _, body := range []string{"Seen this before.", "Not again."} {
		if _, err := notes.AddNote(ctx, one, desk.Note{At: start, Author: "ada", Body: body}, 2, entry); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := notes.AddNote(ctx, one, desk.Note{At: start, Author: "ada", Body: "x"}, 2, entry); !errors.Is(err, desk.ErrNotes) {
		b.Errorf("one more than the most: %v", err)
	}
	if _, err := notes.AddNote(ctx, 99, desk.Note{At: start, Author: "ada", Body: "x"}, 2, entry); !errors.Is(err, comment.ErrNotFound) {
		b.Errorf("about nothing: %v", err)
	}
	lines := b.count("audit")
	for range 2 { // the second time it is so already
		if _, err := notes.Assign(ctx, two, ada, entry); err != nil {
			b.Fatal(err)
		}
	}
	if got := b.count("audit") - lines; got != 1 {
		b.Errorf("given twice to the same, and recorded %d times", got)
	}
	all, err := notes.Asides(ctx, []comment.ID{one, two})
	if err != nil || len(all) != 2 || len(all[one].Notes) != 2 || all[one].Notes[1].Body != "Not again." || all[two].Assignee != "ada" {
		b.Fatalf("beside the comments: %+v, %v", all, err)
	}
	if _, err := notes.RemoveNote(ctx, one, all[one].Notes[0].ID, "bo", entry); !errors.Is(err, comment.ErrNotFound) {
		b.Errorf("a note removed by another: %v", err)
	}
	if _, err := notes.RemoveNote(ctx, one, all[one].Notes[0].ID, "ada", entry); err != nil {
		b.Error(err)
	}
	if _, err := notes.RemoveNote(ctx, one, all[one].Notes[1].ID, "", entry); err != nil {
		b.Error(err)
	}
	if _, err := notes.Assign(ctx, two, 0, entry); err != nil {
		b.Error(err)
	}
	if all, err := notes.Asides(ctx, []comment.ID{one, two}); err != nil || len(all) != 0 {
		b.Errorf("nothing is left, and there is %+v, %v", all, err)
	}
}
