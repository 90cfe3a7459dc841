package comment

import (
	"context"
	"errors"
	"fmt"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/rule"
	"hamlet/internal/spam"
)

// Revision is what an author, or a moderator with an edit, does to a comment; it is
// kept in one transaction.
type Revision struct {
	Comment Comment // as it is to be
	// Judged is set when the verdict is another; its receipt is kept instead of the
	// one before.
	Judged bool
	// Waiting is what becomes of the edit that waits; empty: it goes on waiting.
	Waiting EditStatus
	Edit    *Edit // to be added; nil for none
	// Asked is what another filter is to be asked, if it never was about this comment; nil for
	// nothing.
	Asked *AsSent
	// Rules are those that the new text hits.
	Rules []rule.Rule
	// Relabel keeps Lesson as the comment's label.
	Relabel bool
	Lesson  *spam.Lesson
	Entry   account.Entry // for the audit log; zero for none
	// Act keeps an act of it, by which it can be undone.
	Act bool
}

// byAuthor stands in the audit log for whoever has a comment's private link.
const byAuthor = "the author"

// errUnchanged means that there is nothing to be kept.
var errUnchanged = errors.New("nothing changes")

// Rewrite puts a new text in place of the comment's, by its private link. The new text
// is judged like a new comment. Of a comment that is published, ham takes the place of the
// text before, unless the policy is to hold everything; else the text before stays up
// until a moderator decides. Of a comment that is held, the text is replaced at once, and the
// comment is placed anew, unless a moderator has placed it.
//
// seen is the [Mine.Mark] of the text that its author had before them; where that is another
// meanwhile, nothing is changed. Empty, it may be any.
//
// The errors are [InvalidError], [ErrNotFound], [ErrClosed], [ErrNoThread], [ErrChanged] and
// ErrConflict.
func (s *Service) Rewrite(ctx context.Context, token, body, seen string) error {
	m, err := s.Mine(ctx, token)
	if err != nil {
		return err
	}
	if err := s.open(m.Comment.Post); err != nil {
		return fmt.Errorf("edit comment %d: %w", m.Comment.ID, err)
	}
	body = clean(body)
	if err := s.checkEdit(ctx, m.Comment, body); err != nil {
		return err
	}
	judged := m.Comment
	judged.Body = body
	e, err := s.reconsider(ctx, &judged)
	if err != nil {
		return err
	}
	return s.revise(ctx, token, StepEdit, func(m Mine) (Revision, error) {
		if seen != "" && seen != m.Mark() && body != m.Text() {
			return Revision{}, ErrChanged
		}
		return s.rewrite(m, judged, e)
	})
}

// invalid is the error of a field that is wrong; nil if it is not.
func invalid(field string, w Wrong) error {
	if w == (Wrong{}) {
		return nil
	}
	return &InvalidError{Fields: map[string]Wrong{field: w}}
}

// checkEdit finds what is wrong with a new text. Like the first it must not hold the
// address that was given with it.
func (s *Service) checkEdit(ctx context.Context, c Comment, body string) error {
	address := ""
	if c.Person != 0 {
		var err error
		if address, err = s.store.Address(ctx, c.Person); err != nil && !errors.Is(err, ErrErased) {
			return fmt.Errorf("edit comment %d: %w", c.ID, err)
		}
	}
	return invalid("body", s.checkBody(body, address))
}

// reconsider judges a comment that is there already, as if it came now.
func (s *Service) reconsider(ctx context.Context, c *Comment) (Evidence, error) {
	c.Verdict = spam.Verdict{}
	e := s.judge(ctx, c)
	if err := ctx.Err(); err != nil {
		return e, err
	}
	err := s.govern(ctx, *c, Submission{}, &e)
	if err != nil {
		return e, err
	}
	e.Known, err = s.known(ctx, *c)
	return e, err
}

// rewrite is what a new text does. judged is the comment with it, and with the verdict
// on it.
func (s *Service) rewrite(m Mine, judged Comment, e Evidence) (Revision, error) {
	now := m.Comment
	edit := &Edit{Comment: now.ID, At: s.moment(), Status: EditApplied, Was: now.Body, Body: judged.Body, Verdict: judged.Verdict}
	r := Revision{Comment: now, Edit: edit, Rules: e.Rules}
	if m.Pending != nil {
		r.Waiting = EditWithdrawn
	}
	if judged.Body == now.Body {
		r.Edit, r.Rules = nil, nil
		if m.Pending == nil {
			return r, errUnchanged
		}
		return r, nil
	}
	if m.Pending != nil && judged.Body == m.Pending.Body {
		return r, errUnchanged
	}
	if now.Status == Approved {
		e.Known = true
	}
	status, hold := Place(e, s.policy)
	edit.Hold = hold
	switch {
	case now.Status == Approved && status != Approved:
		edit.Status = EditPending
		return r, nil
	case now.Status == Approved:
		r.Comment.EditedAt = edit.At
	case !m.Decided:
		r.Comment.Status, r.Comment.Hold = status, hold
	}
	r.Comment.Body, r.Comment.EditedBy, r.Comment.Verdict, r.Judged = judged.Body, "", judged.Verdict, true
	r.Asked = s.asking.asked(r.Comment, Submission{}, e)
	return r, nil
}

// moment is now, as it is kept.
func (s *Service) moment() time.Time { return s.now().UTC().Truncate(time.Millisecond) }

// WithdrawEdit takes back the edit that waits; the text before stays.
func (s *Service) WithdrawEdit(ctx context.Context, token string) error {
	return s.revise(ctx, token, StepWithdrawEdit, func(m Mine) (Revision, error) {
		return Revision{Comment: m.Comment, Waiting: EditWithdrawn}, nil
	})
}

// Withdraw takes a comment out of everybody's sight but the moderators', who find it in
// the trash. No moderator can bring it back; its author can.
func (s *Service) Withdraw(ctx context.Context, token string) error {
	return s.revise(ctx, token, StepWithdraw, func(m Mine) (Revision, error) {
		r := Revision{Comment: m.Comment, Entry: s.entryOf("withdraw", m.Comment.ID, string(m.Comment.Status)+" → withdrawn")}
		if m.Pending != nil {
			r.Waiting = EditWithdrawn
		}
		r.Comment.Prior, r.Comment.Status, r.Comment.WithdrawnAt = m.Comment.Status, Trash, s.moment()
		return r, nil
	})
}

// PutBack brings back what was withdrawn, to no better place than it was: what was
// published is judged anew, and published again if it is ham; what was held is held.
func (s *Service) PutBack(ctx context.Context, token string) error {
	m, err := s.Mine(ctx, token)
	if err != nil {
		return err
	}
	judged := m.Comment
	e, err := s.reconsider(ctx, &judged)
	if err != nil {
		return err
	}
	return s.revise(ctx, token, StepPutBack, func(m Mine) (Revision, error) {
		r := Revision{Comment: m.Comment}
		c := &r.Comment
		c.Status, c.Prior, c.WithdrawnAt = m.Comment.Prior, "", time.Time{}
		if c.Status == Approved && c.Body == judged.Body {
			e.Known = true
			c.Verdict, r.Judged, r.Rules = judged.Verdict, true, e.Rules
			if c.Status, c.Hold = Place(e, s.policy); c.Status != Approved {
				c.Status = Pending
			}
		}
		r.Entry = s.entryOf("put back", c.ID, "withdrawn → "+string(c.Status))
		return r, nil
	})
}

// Renewed is the private link that Renew puts in the place of another for a form with this
// id. It opens nothing before that, and is told first: its owner may never hear of the answer.
func (s *Service) Renewed(ctx context.Context, token, form string) (string, error) {
	id, link, mailed, err := s.own(token)
	if err != nil {
		return "", err
	}
	if _, err := s.Mine(ctx, token); err != nil {
		return "", err
	}
	return s.ownPath(id, s.links.next(id, link, form), mailed), nil
}

// Renew makes a new private link and revokes those there are; it returns the path. The
// same form by the same old link, sent again, gets the same. Whoever has the old link alone
// does not know the id of the form, and gets nothing.
func (s *Service) Renew(ctx context.Context, token, form string) (string, error) {
	id, link, mailed, err := s.own(token)
	if err != nil {
		return "", err
	}
	next := s.links.next(id, link, form)
	_, err = s.store.Revise(ctx, id, func(m Mine) (Revision, error) {
		if m.check(next) == nil {
			return Revision{}, errUnchanged
		}
		r := Revision{Comment: m.Comment}
		r.Comment.Link = next
		return r, m.check(link)
	})
	if err != nil && !errors.Is(err, errUnchanged) {
		return "", fmt.Errorf("renew a private link: %w", err)
	}
	return s.ownPath(id, next, mailed), nil
}

// ownPath is the private link to a comment, of a mail or not.
func (s *Service) ownPath(id ID, link int64, mailed bool) string {
	if mailed {
		return s.MailedPath(id, link)
	}
	return s.OwnPath(id, link)
}

// entryOf is what the audit log says of what an author did.
func (s *Service) entryOf(action string, id ID, detail string) account.Entry {
	return account.Entry{At: s.now().UTC(), Actor: byAuthor, Action: action, Target: fmt.Sprintf("comment %d", id), Detail: detail}
}

// revise does a step to the comment of a private link, if it can be done to it.
func (s *Service) revise(ctx context.Context, token string, step Step, do func(Mine) (Revision, error)) error {
	id, link, _, err := s.own(token)
	if err != nil {
		return err
	}
	_, err = s.reviseOne(ctx, id, func(m Mine) (Revision, error) {
		if err := m.check(link); err != nil {
			return Revision{}, err
		}
		if !m.Allows(step) {
			return Revision{}, ErrConflict
		}
		return do(m)
	})
	if errors.Is(err, errUnchanged) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%s comment %d: %w", step, id, err)
	}
	return nil
}

// reviseOne does something to a comment, and tells if its thread shows it.
func (s *Service) reviseOne(ctx context.Context, id ID, do func(Mine) (Revision, error)) (Acted, error) {
	thread := ""
	acted, err := s.store.Revise(ctx, id, func(m Mine) (Revision, error) {
		r, err := do(m)
		if err == nil && shows(m.Comment, r.Comment) {
			thread = m.Comment.Post
		}
		return r, err
	})
	if thread != "" {
		s.changed(thread) // after an error too: it may come from a commit that was done
	}
	return acted, err
}

// shows reports whether readers see a difference between what a comment was and is.
func shows(was, is Comment) bool {
	if was.Status != Approved && is.Status != Approved {
		return false
	}
	return was.Status != is.Status || was.Body != is.Body
}

// PendingEdits lists published comments in the actor's scope with edits that wait for a
// moderator, those that waited longest first.
func (s *Service) PendingEdits(ctx context.Context, actor account.Actor, limit int) ([]Mine, error) {
	in, err := scope(actor)
	if err != nil {
		return nil, err
	}
	return s.store.PendingEdits(ctx, in, limit)
}

// CountEdits counts the edits in the actor's scope that wait for a moderator.
func (s *Service) CountEdits(ctx context.Context, actor account.Actor) (int, error) {
	in, err := scope(actor)
	if err != nil {
		return 0, err
	}
	return s.store.CountEdits(ctx, in)
}

// EditActions are the decisions on an edit.
var EditActions = []Action{ApproveEdit, DeclineEdit, SpamEdit}

// DecideEdit is a moderator's decision on an edit of a published comment. It takes the
// place of the text before (ApproveEdit): like approving a comment, that says that the text
// is ham, and the filter learns the new text instead of the old. Or it is declined
// (DeclineEdit), which says nothing about either. Or it is spam (SpamEdit): somebody was
// approved with a harmless text to put another in its place. Then the comment is spam with
// what it was to say, is seen no more, and the filter learns that. It is ErrConflict if the edit does not
// wait any more, or the comment is not published any more.
func (s *Service) DecideEdit(ctx context.Context, actor account.Actor, id ID, edit EditID, action Action) (Acted, error) {
	about := s.about(ctx, id) // before the transaction, which should not wait for files
	acted, err := s.reviseOne(ctx, id, func(m Mine) (Revision, error) {
		if err := actor.MayOn(account.ModerateComments, m.Comment.Post); err != nil {
			return Revision{}, err
		}
		if m.Pending == nil || m.Pending.ID != edit || m.Comment.Status != Approved {
			return Revision{}, ErrConflict
		}
		entry := account.Entry{
			At: s.now().UTC(), Actor: actor.Name, Action: string(action),
			Target: fmt.Sprintf("comment %d", id), Detail: fmt.Sprintf("edit %d", edit),
		}
		return s.decidedEdit(m, action, entry, about)
	})
	if err != nil {
		return Acted{}, fmt.Errorf("decide on edit %d of comment %d: %w", edit, id, err)
	}
	return acted, nil
}

// decidedEdit is what a decision on the edit that waits does.
func (s *Service) decidedEdit(m Mine, action Action, entry account.Entry, about About) (Revision, error) {
	r := Revision{Comment: m.Comment, Waiting: EditDeclined, Act: true, Entry: entry}
	switch action {
	case DeclineEdit:
		return r, nil
	case ApproveEdit:
		r.Waiting = EditApplied
	case SpamEdit:
		// A moderator who restores it finds it in the queue, and does not publish it by that.
		r.Comment.Status, r.Comment.Prior = Spam, Pending
		r.Entry.Detail += ", approved → spam"
	default:
		return r, fmt.Errorf("%q is no decision on an edit: %w", action, ErrConflict)
	}
	r.Judged, r.Relabel = true, true
	r.Comment.Body, r.Comment.Verdict = m.Pending.Body, m.Pending.Verdict
	r.Comment.EditedAt, r.Comment.EditedBy = s.moment(), ""
	lesson := spam.NewLesson(message(r.Comment, about), action == SpamEdit, entry.Actor)
	r.Lesson = &lesson
	return r, nil
}
