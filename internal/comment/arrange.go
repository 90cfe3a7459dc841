package comment

import (
	"context"
	"fmt"
	"time"

	"hamlet/internal/account"
)

// Arrangement is what a moderator does with a conversation.
type Arrangement string

// The arrangements.
const (
	Pin    Arrangement = "pin"    // it stands first in its thread
	Unpin  Arrangement = "unpin"  //
	Lock   Arrangement = "lock"   // the comment, and none below it, may be replied to
	Unlock Arrangement = "unlock" //
)

// Arranged is what moderators did with the conversations of a thread.
type Arranged struct{ Pinned, Locked []ID }

// Arrange does something with the conversation of a published comment. Only one that
// replies to nothing can be pinned. The errors are [account.ErrForbidden], [ErrNotFound]
// and ErrConflict.
func (s *Service) Arrange(ctx context.Context, actor account.Actor, id ID, what Arrangement) (ActID, error) {
	c, err := s.store.Get(ctx, id)
	if err != nil {
		return 0, err
	}
	if err := actor.MayOn(account.ModerateComments, c.Post); err != nil {
		return 0, err
	}
	if c.Status != Approved || what == Pin && c.Parent != 0 {
		return 0, fmt.Errorf("%s comment %d: %w", what, id, ErrConflict)
	}
	now := s.now().UTC().Truncate(time.Millisecond)
	e := account.Entry{At: now, Actor: actor.Name, Action: string(what), Target: fmt.Sprintf("comment %d", id)}
	act, err := s.store.Arrange(ctx, c, what, e)
	s.changed(c.Post) // after an error too: it may come from a commit that was done
	if err != nil {
		return 0, fmt.Errorf("%s comment %d: %w", what, id, err)
	}
	return act, nil
}
