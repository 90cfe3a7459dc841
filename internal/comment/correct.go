package comment

import (
	"context"
	"fmt"
	"slices"

	"hamlet/internal/account"
)

// Corrects reports whether a moderator may change the text: not what its author has
// withdrawn or erased, nor what another page says.
func (c Comment) Corrects() bool {
	return c.WithdrawnAt.IsZero() && c.ErasedAt.IsZero() && c.Channel != Webmention
}

// ErrSame means that the text to be put in place of another is the same. It is an ErrConflict.
var ErrSame = fmt.Errorf("the text is the same: %w", ErrConflict)

// Correct puts a moderator's text in place of the comment's, for whoever saw this revision
// of it. Readers see that a moderator changed it, its author and moderators who and what. It
// stays where it is and is judged anew, so that the verdict is one on the text that stands;
// what was learned of it stays learned, for that was decided on the text before. The errors
// are [account.ErrForbidden], [InvalidError], [ErrNotFound], [ErrChanged], [ErrSame] and
// ErrConflict.
func (s *Service) Correct(ctx context.Context, actor account.Actor, id ID, body string, revision int64) (Acted, error) {
	now, err := s.Get(ctx, actor, id)
	if err != nil {
		return Acted{}, err
	}
	body = clean(body)
	if err := s.checkEdit(ctx, now, body); err != nil {
		return Acted{}, err
	}
	judged := now
	judged.Body = body
	if _, err := s.reconsider(ctx, &judged); err != nil {
		return Acted{}, err
	}
	acted, err := s.reviseOne(ctx, id, func(m Mine) (Revision, error) { return s.correct(actor, m.Comment, judged, revision) })
	if err != nil {
		return Acted{}, fmt.Errorf("edit comment %d: %w", id, err)
	}
	return acted, nil
}

// correct is what a moderator's text does; judged is the comment with it.
func (s *Service) correct(actor account.Actor, c, judged Comment, revision int64) (Revision, error) {
	switch {
	case actor.MayOn(account.ModerateComments, c.Post) != nil:
		return Revision{}, actor.MayOn(account.ModerateComments, c.Post)
	case c.Revision != revision:
		return Revision{}, ErrChanged
	case !c.Corrects():
		return Revision{}, ErrConflict
	case c.Body == judged.Body:
		return Revision{}, ErrSame
	}
	edit := &Edit{
		Comment: c.ID, At: s.moment(), Status: EditApplied, Was: c.Body, Body: judged.Body, Verdict: judged.Verdict, Editor: actor.Name,
	}
	r := Revision{Comment: c, Edit: edit, Judged: true, Act: true, Entry: account.Entry{
		At: edit.At, Actor: actor.Name, Action: string(Correct), Target: fmt.Sprintf("comment %d", c.ID), Detail: "the text",
	}}
	r.Comment.Body, r.Comment.Verdict = judged.Body, judged.Verdict
	r.Comment.EditedAt, r.Comment.EditedBy = edit.At, actor.Name
	return r, nil
}

// Reply is what a moderator answers to a comment.
type Reply struct {
	Body     string
	Role     Role  // that the moderator has under the post
	Revision int64 // of the comment, as it was seen
}

// ReplyTo publishes a moderator's reply, and approves the comment that it answers, if it is
// not published: both or neither. The reply is judged like every comment, but not held. What
// is returned is the comment that was answered. The errors are [account.ErrForbidden],
// [InvalidError], [ErrNoThread], [ErrNotFound], [ErrChanged] and [TransitionError].
func (s *Service) ReplyTo(ctx context.Context, actor account.Actor, id ID, r Reply) (Acted, error) {
	parent, err := s.Get(ctx, actor, id)
	if err != nil {
		return Acted{}, err
	}
	if s.threads.Thread(parent.Post) == ThreadMissing {
		return Acted{}, fmt.Errorf("answer comment %d: %w", id, ErrNoThread)
	}
	reply := Comment{
		Post: parent.Post, Parent: id, Author: actor.Name, Body: clean(r.Body), Status: Approved, Role: r.Role, CreatedAt: s.moment(),
	}
	if err := invalid("body", s.checkBody(reply.Body, "")); err != nil {
		return Acted{}, err
	}
	s.judge(ctx, &reply)
	if err := ctx.Err(); err != nil {
		return Acted{}, err
	}
	about, was := s.posts.About(parent.Post), Approved
	acted, err := s.store.Reply(ctx, reply, func(c Comment) (*Change, error) {
		d := Decision{Action: Approve, Revision: &r.Revision}
		if was = c.Status; was == Approved && c.ErasedAt.IsZero() {
			if d.stale(c) {
				return nil, ErrChanged
			}
			return nil, actor.MayOn(account.ModerateComments, c.Post)
		}
		ch, err := s.decided(actor, c, d, about)
		return &ch, err
	}, func(kept ID) account.Entry { return replyEntry(actor, reply, was, kept) })
	s.changed(parent.Post) // after an error too: it may come from a commit that was done
	if err != nil {
		return Acted{}, fmt.Errorf("answer comment %d: %w", id, err)
	}
	return acted, nil
}

// replyEntry is what the audit log says of a reply.
func replyEntry(actor account.Actor, reply Comment, was Status, kept ID) account.Entry {
	detail := fmt.Sprintf("comment %d", kept)
	if was != Approved {
		detail += fmt.Sprintf("; %s → %s", was, Approved)
	}
	return account.Entry{
		At: reply.CreatedAt, Actor: actor.Name, Action: string(ReplyTo), Target: fmt.Sprintf("comment %d", reply.Parent), Detail: detail,
	}
}

// Batch is a decision on many comments, made on one after the other in transactions that
// somebody else opens.
type Batch struct {
	s     *Service
	actor account.Actor
	d     Decision
	about map[string]About
	shown []string // the posts whose threads change
}

// Batch begins a decision on many comments.
func (s *Service) Batch(actor account.Actor, d Decision) *Batch {
	return &Batch{s: s, actor: actor, d: d, about: map[string]About{}}
}

// Decide is what the decision does to a comment, seen at a revision, with no entry of its
// own; the errors are those of [Service.Decide].
func (b *Batch) Decide(c Comment, seen int64) (Change, error) {
	about, known := b.about[c.Post]
	if !known {
		about = b.s.posts.About(c.Post)
		b.about[c.Post] = about
	}
	d := b.d
	d.Revision = &seen
	ch, err := b.s.decided(b.actor, c, d, about)
	if err == nil && (c.Status == Approved || ch.Status == Approved) {
		b.Shows(c.Post)
	}
	ch.Entry = account.Entry{}
	return ch, err
}

// Shows notes a post whose thread changes.
func (b *Batch) Shows(post string) {
	if !slices.Contains(b.shown, post) {
		b.shown = append(b.shown, post)
	}
}

// Kept is called when a transaction has ended, whether it was kept or not: readers see what
// was decided.
func (b *Batch) Kept() {
	for _, post := range b.shown {
		b.s.changed(post)
	}
	b.shown = nil
}
