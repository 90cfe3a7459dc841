package comment

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"hamlet/internal/account"
	"hamlet/internal/spam"
)

// Decision is what a moderator does to a comment, and says about it.
type Decision struct {
	Action Action
	// Way is how the decision came, if not from the desk; for the audit log.
	Way string
	// Reason is why a comment goes to the trash, in words for its author; optional, and
	// nothing with another action. What is longer than MaxReason is cut.
	Reason string
	// Seen is the [Comment.Mark] of the text that the moderator saw; empty: not told.
	// What is to teach the filter is refused with [ErrChanged] if the text is another
	// by now, for its author may edit it at any time.
	Seen string
	// Revision is the revision of the comment that the moderator saw; nil: not told. If
	// it is another by now, the decision is refused with [ErrChanged].
	Revision *int64
}

// MaxReason is how long a moderator's reason may be, in characters.
const MaxReason = 500

// reason is the reason as it is kept: one line, of a length to be read.
func (d Decision) reason() string {
	if d.Action != ToTrash {
		return ""
	}
	words := []rune(oneLine(d.Reason))
	if len(words) > MaxReason {
		words = append(words[:MaxReason-1], '…')
	}
	return string(words)
}

// Decide is a moderator's decision on a comment. Permission, transition, audit
// entry and training label are one step: the store keeps all of them in one
// transaction, or none. The errors are [account.ErrForbidden], [ErrNotFound] and
// [TransitionError].
//
// The comment is returned as it is afterwards (as it was, if deleted).
func (s *Service) Decide(ctx context.Context, actor account.Actor, id ID, d Decision) (Comment, error) {
	acted, err := s.Act(ctx, actor, id, d)
	return acted.Comment, err
}

// Act is Decide for whoever wants to be able to undo it.
func (s *Service) Act(ctx context.Context, actor account.Actor, id ID, d Decision) (Acted, error) {
	about := s.about(ctx, id) // before the transaction, which should not wait for files
	thread := ""              // the post whose thread changes
	c, err := s.store.Update(ctx, id, func(c Comment) (Change, error) {
		ch, err := s.decided(actor, c, d, about)
		if err == nil && (c.Status == Approved || ch.Status == Approved) {
			thread = c.Post
		}
		return ch, err
	})
	if thread != "" {
		s.changed(thread) // after an error too: it may come from a commit that was done
	}
	if err != nil {
		return Acted{}, fmt.Errorf("%s comment %d: %w", d.Action, id, err)
	}
	return c, nil
}

// decided is what a decision does to a comment as it is, if it can be made.
func (s *Service) decided(actor account.Actor, c Comment, d Decision, about About) (Change, error) {
	if err := actor.MayOn(account.ModerateComments, c.Post); err != nil {
		return Change{}, err
	}
	if !c.Allows(d.Action) {
		return Change{}, &TransitionError{From: c.Status, Action: d.Action}
	}
	to, err := next(c.Status, c.Prior, d.Action)
	if err != nil {
		return Change{}, err
	}
	if d.stale(c) || d.Seen != "" && d.Seen != c.Mark() && to.label != keepLabel {
		return Change{}, ErrChanged
	}
	return s.change(actor, c, d, to, about), nil
}

// stale reports whether the comment is another than the one that was seen.
func (d Decision) stale(c Comment) bool { return d.Revision != nil && *d.Revision != c.Revision }

// ErrChanged means that the comment decided on is not as it was seen: its author or
// another moderator has changed it. It is an ErrConflict.
var ErrChanged = fmt.Errorf("it was changed meanwhile: %w", ErrConflict)

// Mark is a mark of the text of a comment; another text has another.
func (c Comment) Mark() string { return markOf(c.Body) }

func markOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

// about tells what the post of a comment is about; nothing, if there is none.
func (s *Service) about(ctx context.Context, id ID) About {
	c, err := s.store.Get(ctx, id)
	if err != nil {
		return About{} // the decision finds it missing as well
	}
	return s.posts.About(c.Post)
}

func (s *Service) change(actor account.Actor, c Comment, d Decision, to step, about About) Change {
	detail := fmt.Sprintf("%s → %s", c.Status, to.to)
	if d.Action == Delete {
		detail = string(c.Status) + " → deleted"
	}
	if d.Way != "" {
		detail += ", " + d.Way
	}
	if d.reason() != "" {
		detail += ": " + d.reason()
	}
	ch := Change{
		Status: to.to, Prior: to.prior, Delete: d.Action == Delete, Reason: d.reason(),
		Entry: account.Entry{
			At: s.now().UTC(), Actor: actor.Name, Action: string(d.Action),
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
