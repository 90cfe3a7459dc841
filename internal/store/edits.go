package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"hamlet/internal/comment"
)

// editRow is a change of a text by its author.
type editRow struct {
	ID        int64 `gorm:"primaryKey"`
	CommentID int64
	At        int64
	Status    string
	Was       string
	Body      string
	Hold      string
	Verdict   string // see keptVerdict
	Editor    string
}

func (editRow) TableName() string { return "edits" }

func newEditRow(e comment.Edit) (editRow, error) {
	verdict, err := verdictText(e.Verdict)
	if err != nil {
		return editRow{}, fmt.Errorf("edit of comment %d: %w", e.Comment, err)
	}
	return editRow{
		CommentID: int64(e.Comment), At: millis(e.At), Status: string(e.Status),
		Was: e.Was, Body: e.Body, Hold: string(e.Hold), Verdict: verdict, Editor: e.Editor,
	}, nil
}

func (r editRow) edit() (comment.Edit, error) {
	e := comment.Edit{
		ID: comment.EditID(r.ID), Comment: comment.ID(r.CommentID), At: fromMillis(r.At),
		Status: comment.EditStatus(r.Status), Was: r.Was, Body: r.Body, Hold: comment.Hold(r.Hold), Editor: r.Editor,
	}
	var err error
	if e.Verdict, err = verdictOf(r.Verdict); err != nil {
		return comment.Edit{}, fmt.Errorf("edit %d: %w", r.ID, err)
	}
	return e, nil
}

// Mine reads a comment with what its author may know.
func (s *Comments) Mine(ctx context.Context, id comment.ID) (comment.Mine, error) {
	c, err := s.Get(ctx, id)
	if err != nil {
		return comment.Mine{}, err
	}
	return mineOf(ctx, s.db.read, c)
}

// mineOf completes a comment by what its author may know.
func mineOf(ctx context.Context, tx *gorm.DB, c comment.Comment) (comment.Mine, error) {
	m := comment.Mine{Comment: c, Replies: comment.RepliesNoAddress}
	waiting, err := rowsOf[editRow](tx).Where("comment_id = ? AND status = ?", int64(c.ID), string(comment.EditPending)).Limit(1).Find(ctx)
	if err == nil && len(waiting) == 1 {
		var e comment.Edit
		e, err = waiting[0].edit()
		m.Pending = &e
	}
	var n int64
	if err == nil {
		n, err = rowsOf[labelRow](tx).Where("comment_id = ?", int64(c.ID)).Limit(1).Count(ctx, "seq")
		m.Decided = n > 0
	}
	if err == nil && c.Person != 0 {
		m.Replies, err = repliesTo(tx, c)
	}
	if err != nil {
		return comment.Mine{}, fmt.Errorf("read comment %d for its author: %w", c.ID, err)
	}
	return m, nil
}

// repliesTo is whether the author of a comment gets mails about replies to it: tellReply
// writes none but to addresses that are confirmed and take mails.
func repliesTo(tx *gorm.DB, c comment.Comment) (comment.Replies, error) {
	var found struct {
		ConfirmedAt, MutedAt *int64
		Wanted               bool
	}
	err := tx.Raw(`SELECT p.confirmed_at, p.muted_at, EXISTS
			(SELECT 1 FROM subscriptions s WHERE s.comment_id = ? AND s.person_id = p.id AND s.muted_at IS NULL) AS wanted
		FROM people p WHERE p.id = ?`, int64(c.ID), int64(c.Person)).Scan(&found).Error
	switch {
	case found.MutedAt != nil:
		return comment.RepliesStopped, err
	case !found.Wanted:
		return comment.RepliesOff, err
	case found.ConfirmedAt == nil:
		return comment.RepliesUnconfirmed, err
	}
	return comment.RepliesOn, err
}

// Revise reads a comment, asks decide, and keeps the revision. decide runs inside the
// transaction; it must not use the database itself.
func (s *Comments) Revise(
	ctx context.Context, id comment.ID, decide func(comment.Mine) (comment.Revision, error),
) (comment.Acted, error) {
	var done comment.Acted
	var refused error
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		c, err := lockComment(ctx, tx, id)
		if err != nil {
			return err
		}
		m, err := mineOf(ctx, tx, c)
		if err != nil {
			return err
		}
		var r comment.Revision
		if r, refused = decide(m); refused != nil {
			return refused
		}
		done.Comment = r.Comment
		done.Revision = c.Revision + 1
		done.Act, err = s.revise(ctx, tx, m, done.Comment, r)
		return err
	})
	s.db.ring()
	switch {
	case refused != nil:
		return comment.Acted{}, refused
	case err != nil:
		return comment.Acted{}, fmt.Errorf("revise comment %d: %w", id, err)
	}
	return done, nil
}

// revise writes a revision, in the order in which keep takes its locks, and returns the act
// that is kept of it, if it is one.
func (s *Comments) revise(ctx context.Context, tx *gorm.DB, m comment.Mine, is comment.Comment, r comment.Revision) (comment.ActID, error) {
	kept, err := s.revising(ctx, tx, m, r)
	if err != nil {
		return 0, err
	}
	if err := s.db.rewrite(ctx, tx, m.Comment, is, r); err != nil {
		return 0, err
	}
	edit, err := keepEdits(ctx, tx, is.ID, r)
	if err != nil {
		return 0, err
	}
	if r.Judged && r.Edit != nil && r.Edit.Editor == "" {
		if err := s.askAnew(ctx, tx, is, r.Asked); err != nil {
			return 0, err
		}
	}
	if r.Entry.Action != "" {
		if err := record(ctx, tx, r.Entry); err != nil {
			return 0, err
		}
	}
	if r.Relabel {
		if kept.Label, err = s.label(ctx, tx, is.ID, comment.Change{Lesson: r.Lesson}); err != nil {
			return 0, err
		}
	}
	if err := s.hitBy(ctx, tx, is.ID, r); err != nil {
		return 0, err
	}
	if r.Act {
		if edit != 0 {
			kept.EditID = &edit
		}
		if err := rowsOf[changeRow](tx).Create(ctx, &kept); err != nil {
			return 0, err
		}
	}
	return comment.ActID(kept.ActID), s.revised(ctx, tx, m.Comment, is)
}

// revising begins the act that a revision is, if it is one.
func (s *Comments) revising(ctx context.Context, tx *gorm.DB, m comment.Mine, r comment.Revision) (changeRow, error) {
	if !r.Act {
		return changeRow{}, nil
	}
	act, err := beginAct(ctx, tx, r.Entry, 1)
	if err != nil {
		return changeRow{}, err
	}
	kept, err := s.db.changing(tx, act, m.Comment)
	if err == nil && r.Judged {
		err = kept.rewording(ctx, tx, m.Comment)
	}
	if r.Waiting != "" && m.Pending != nil {
		id, was := int64(m.Pending.ID), string(m.Pending.Status)
		kept.EditID, kept.WasEdit = &id, &was
	}
	return kept, err
}

// revised writes what follows from a revision of a comment.
func (s *Comments) revised(ctx context.Context, tx *gorm.DB, was, is comment.Comment) error {
	if was.Status == is.Status && was.Body == is.Body {
		return nil
	}
	if err := s.db.note(ctx, tx, is); err != nil {
		return err
	}
	// What its author takes back or puts back is no news to anybody.
	if is.Status == comment.Approved && was.WithdrawnAt.IsZero() {
		if err := s.announce(ctx, tx, was, is, ""); err != nil {
			return err
		}
	}
	if was.Status == comment.Approved || is.Status == comment.Approved {
		return raise(tx, is.Post)
	}
	return nil
}

// hitBy keeps which rules a new text hits, or, if it is not up, only counts them.
func (s *Comments) hitBy(ctx context.Context, tx *gorm.DB, id comment.ID, r comment.Revision) error {
	if r.Judged {
		return s.db.hitAnew(ctx, tx, int64(id), r.Rules)
	}
	return s.db.countHits(tx, r.Rules)
}

// rewrite writes what a revision changes of a comment itself.
func (db *DB) rewrite(ctx context.Context, tx *gorm.DB, was, c comment.Comment, r comment.Revision) error {
	row, err := newCommentRow(c)
	if err != nil {
		return err
	}
	columns := map[string]any{
		"body": row.Body, "status": row.Status, "prior": row.Prior, "hold": row.Hold, "verdict": row.Verdict,
		"revision": row.Revision, "link": row.Link, "edited_at": row.EditedAt, "edited_by": row.EditedBy, "withdrawn_at": row.WithdrawnAt,
		"score": row.Score, "doubt": row.Doubt, "sign": row.Sign, "lang": row.Lang,
	}
	if was.Status != c.Status || was.Body != c.Body { // whoever was shown a list has not seen this text
		columns["placed_at"] = millis(db.now())
	}
	err = tx.Model(&commentRow{}).Where("id = ?", int64(c.ID)).Updates(columns).Error
	if err == nil && was.Body != c.Body {
		err = db.keepFinding(ctx, tx, int64(c.ID), findingOf(c))
	}
	if err != nil || !r.Judged {
		return err
	}
	if _, err := rowsOf[receiptRow](tx).Where("comment_id = ?", int64(c.ID)).Delete(ctx); err != nil {
		return err
	}
	receipt, err := newReceiptRow(c.Verdict.Receipt)
	if err != nil {
		return err
	}
	return keepReceipt(ctx, tx, int64(c.ID), receipt)
}

// keepEdits writes what a revision does to the edits of a comment, and returns the number of
// a new one; 0 for none.
func keepEdits(ctx context.Context, tx *gorm.DB, id comment.ID, r comment.Revision) (int64, error) {
	if r.Waiting != "" {
		_, err := rowsOf[editRow](tx).Where("comment_id = ? AND status = ?", int64(id), string(comment.EditPending)).
			Update(ctx, "status", string(r.Waiting))
		if err != nil {
			return 0, err
		}
	}
	if r.Edit == nil {
		return 0, nil
	}
	row, err := newEditRow(*r.Edit)
	if err != nil {
		return 0, err
	}
	err = rowsOf[editRow](tx).Create(ctx, &row)
	return row.ID, err
}

// Edits reads the edits of comments, oldest first.
func (s *Comments) Edits(ctx context.Context, ids []comment.ID) (map[comment.ID][]comment.Edit, error) {
	rows, err := rowsOf[editRow](s.db.read).Where("comment_id IN ?", ids).Order("id").Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the edits of comments: %w", err)
	}
	edits := map[comment.ID][]comment.Edit{}
	for _, r := range rows {
		e, err := r.edit()
		if err != nil {
			return nil, err
		}
		edits[e.Comment] = append(edits[e.Comment], e)
	}
	return edits, nil
}

// undecided selects the edits that a moderator is to decide on: those of published
// comments. What became of the others is decided with their comment.
const undecided = "status = 'pending' AND comment_id IN (SELECT id FROM comments WHERE status = 'approved' AND comments.id = comment_id)"

// waiting selects the edits that wait in a scope.
func (s *Comments) waiting(in comment.Scope) table[editRow] {
	q := rowsOf[editRow](s.db.read).Where(undecided)
	if in.All {
		return q
	}
	return q.Where("comment_id IN (SELECT id FROM comments WHERE post IN ?)", in.Posts)
}

// PendingEdits reads published comments with edits that wait, the oldest first.
func (s *Comments) PendingEdits(ctx context.Context, in comment.Scope, limit int) ([]comment.Mine, error) {
	rows, err := s.waiting(in).Order("id").Limit(limit).Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the edits that wait: %w", err)
	}
	out := make([]comment.Mine, len(rows))
	for i, r := range rows {
		e, err := r.edit()
		if err != nil {
			return nil, err
		}
		if out[i].Comment, err = s.Get(ctx, e.Comment); err != nil {
			return nil, err
		}
		out[i].Pending = &e
	}
	return out, nil
}

// CountEdits counts the edits of published comments that wait.
func (s *Comments) CountEdits(ctx context.Context, in comment.Scope) (int, error) {
	n, err := s.waiting(in).Count(ctx, "id")
	if err != nil {
		return 0, fmt.Errorf("count the edits that wait: %w", err)
	}
	return int(n), nil
}

// Waits reads how long the held comments waited that were last decided on. What the
// filter took for spam is not among them: it does not wait in the queue. How many labels
// are looked at is bounded, so that this takes no longer with a million.
func (s *Comments) Waits(ctx context.Context, limit int) ([]time.Duration, error) {
	var waits []int64
	err := s.db.read.WithContext(ctx).Raw(`SELECT first.at - c.created_at FROM
		(SELECT comment_id, MIN(at) AS at, MAX(seq) AS seq FROM
			(SELECT comment_id, at, seq FROM labels ORDER BY seq DESC LIMIT ?) AS newest
			WHERE comment_id > 0 GROUP BY comment_id) AS first
		JOIN comments c ON c.id = first.comment_id AND c.hold NOT IN ('', 'spam')
		ORDER BY first.seq DESC LIMIT ?`, 4*limit, limit).Scan(&waits).Error
	if err != nil {
		return nil, fmt.Errorf("read how long comments waited: %w", err)
	}
	out := make([]time.Duration, len(waits))
	for i, w := range waits {
		out[i] = time.Duration(w) * time.Millisecond
	}
	return out, nil
}
