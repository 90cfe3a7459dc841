package comment

import (
	"context"
	"fmt"

	"hamlet/internal/account"
	"hamlet/internal/spam"
)

// Decide is a moderator's decision on a comment. Permission, transition, audit
// entry and training label are one step: the store keeps all of them in one
// transaction, or none. The errors are [account.ErrForbidden], [ErrNotFound] and
// [TransitionError].
//
// The comment is returned as it is afterwards (as it was, if deleted).
func (s *Service) Decide(ctx context.Context, actor account.Actor, id ID, a Action) (Comment, error) {
	about := s.about(ctx, id) // before the transaction, which should not wait for files
	thread := ""              // the post whose thread changes
	c, err := s.store.Update(ctx, id, func(c Comment) (Change, error) {
		if err := actor.May(account.ModerateComments); err != nil {
			return Change{}, err
		}
		to, err := next(c.Status, c.Prior, a)
		if err != nil {
			return Change{}, err
		}
		if c.Status == Approved || to.to == Approved {
			thread = c.Post
		}
		return s.change(actor, c, a, to, about), nil
	})
	if thread != "" {
		s.changed(thread) // after an error too: it may come from a commit that was done
	}
	if err != nil {
		return Comment{}, fmt.Errorf("%s comment %d: %w", a, id, err)
	}
	return c, nil
}

// about tells what the post of a comment is about; nothing, if there is none.
func (s *Service) about(ctx context.Context, id ID) About {
	c, err := s.store.Get(ctx, id)
	if err != nil {
		return About{} // the decision finds it missing as well
	}
	return s.posts.About(c.Post)
}

func (s *Service) change(actor account.Actor, c Comment, a Action, to step, about About) Change {
	detail := fmt.Sprintf("%s → %s", c.Status, to.to)
	if a == Delete {
		detail = string(c.Status) + " → deleted"
	}
	ch := Change{
		Status: to.to, Prior: to.prior, Delete: a == Delete,
		Entry: account.Entry{
			At: s.now().UTC(), Actor: actor.Name, Action: string(a),
			Target: fmt.Sprintf("comment %d", c.ID), Detail: detail,
		},
	}
	switch to.label {
	case isHam, isSpam:
		ch.Relabel = true
		lesson := spam.NewLesson(message(c, about), to.label == isSpam, actor.Name)
		ch.Lesson = &lesson
	case takeBack:
		ch.Relabel = true
	case keepLabel:
	}
	return ch
}
