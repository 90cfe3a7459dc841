package comment_test

import (
	"errors"
	"testing"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
)

// TestOwnerByAddress reads and erases what came with an address, in any case of it.
func TestOwnerByAddress(t *testing.T) {
	t.Parallel()
	s, _ := open(t, says(spam.Ham), "")
	mine := hello()
	mine.Email = "ada@example.org"
	first := mustSubmit(t, s, mine).ID
	reply := hello()
	reply.Author, reply.Email, reply.Parent = "Bo", "bo@example.org", itoa(first)
	mustSubmit(t, s, reply)
	ctx, owner := t.Context(), account.Shell
	const asked = " ADA@example.org"

	h, err := s.Holding(ctx, owner, asked)
	if err != nil || h.Person.Address != "ada@example.org" || len(h.Comments) != 1 || h.Comments[0].Comment.ID != first {
		t.Errorf("got %+v, %v", h, err)
	}
	moderator := account.Actor{Name: "ben", Role: account.Moderator}
	for name, err := range map[string]error{
		"read by a moderator":    func() error { _, err := s.Holding(ctx, moderator, asked); return err }(),
		"counted by a moderator": func() error { _, err := s.CountUnder(ctx, moderator, asked); return err }(),
		"erased by a moderator":  func() error { _, _, err := s.EraseAddress(ctx, moderator, asked); return err }(),
	} {
		if !errors.Is(err, account.ErrForbidden) {
			t.Errorf("%s: got %v, want %v", name, err, account.ErrForbidden)
		}
	}
	who, all, err := s.EraseAddress(ctx, owner, asked)
	if err != nil || who != h.Person.ID || len(all) != 1 || !all[0].Placed {
		t.Errorf("erased person %d with %+v, %v", who, all, err)
	}
	if n, err := s.CountUnder(ctx, owner, "bo@example.org"); n != 1 || err != nil {
		t.Errorf("of somebody else there are %d comments, %v", n, err)
	}
	for name, err := range map[string]error{
		"read again":   func() error { _, err := s.Holding(ctx, owner, asked); return err }(),
		"erased again": func() error { _, _, err := s.EraseAddress(ctx, owner, asked); return err }(),
		"no address":   func() error { _, err := s.CountUnder(ctx, owner, ""); return err }(),
	} {
		if !errors.Is(err, comment.ErrNotFound) {
			t.Errorf("%s: got %v, want %v", name, err, comment.ErrNotFound)
		}
	}
}
