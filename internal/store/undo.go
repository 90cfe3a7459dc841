package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"hamlet/internal/comment"
)

// UndoAct takes an act back; see [comment.Acts].
func (s *Comments) UndoAct(ctx context.Context, id comment.ActID, u comment.Undoing) (comment.Undone, error) {
	var done comment.Undone
	var refused error
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		act, err := actOf(tx, id, lockAct(tx))
		if err != nil {
			return err
		}
		if refused = u.May(act); refused != nil {
			return refused
		}
		if act.Beside() {
			done, err = s.putBack(ctx, tx, act, u)
		} else {
			done, err = s.takeBack(ctx, tx, act, u)
		}
		if errors.Is(err, comment.ErrChanged) {
			refused = err
		}
		return err
	})
	s.db.ring()
	if refused != nil {
		return done, refused
	}
	return done, err
}

// takeBack undoes what an act did with comments, or, if all of them were changed since,
// nothing: comment.ErrChanged.
func (s *Comments) takeBack(ctx context.Context, tx *gorm.DB, act comment.Act, u comment.Undoing) (comment.Undone, error) {
	o := undoing{s: s, u: u, done: comment.Undone{Act: act}}
	if err := (&Jobs{s.db}).endOf(tx, act.ID); err != nil {
		return o.done, err
	}
	changes, err := rowsOf[changeRow](tx).Where("act_id = ? AND undone = 0", int64(act.ID)).Order("comment_id").Find(ctx)
	if err != nil {
		return o.done, err
	}
	if err := o.look(ctx, tx, changes); err != nil {
		return o.done, err
	}
	if len(o.back) == 0 {
		return o.done, comment.ErrChanged
	}
	if err := record(ctx, tx, u.Entry(o.done)); err != nil {
		return o.done, err
	}
	if err := o.write(ctx, tx); err != nil {
		return o.done, err
	}
	return o.done, ended(tx, act.ID, u)
}

// lockAct makes a query of an act lock it; a transaction of SQLite is alone anyway.
func lockAct(tx *gorm.DB) string {
	if tx.Name() != "postgres" {
		return ""
	}
	return " FOR UPDATE OF a"
}

// ended notes that an act is undone.
func ended(tx *gorm.DB, act comment.ActID, u comment.Undoing) error {
	return tx.Model(&actRow{}).Where("id = ?", int64(act)).
		Updates(map[string]any{"undone_at": millis(u.At), "undone_by": u.By}).Error
}

// undoing is some changes being taken back in a transaction.
type undoing struct {
	s    *Comments
	u    comment.Undoing
	done comment.Undone
	back []goingBack
}

// goingBack is a comment as it is and as it is to be.
type goingBack struct {
	change changeRow
	now    lockedRow
	then   comment.Comment
}

// look locks the comments of some changes and finds those that can go back. It writes
// nothing.
func (o *undoing) look(ctx context.Context, tx *gorm.DB, changes []changeRow) error {
	ids := make([]int64, len(changes))
	for i, ch := range changes {
		ids[i] = ch.CommentID
	}
	locked, err := lockSome(ctx, tx, ids)
	if err != nil {
		return err
	}
	for _, ch := range changes {
		now, found := locked[ch.CommentID]
		if !found || now.Revision != ch.Revision {
			o.done.Changed = append(o.done.Changed, comment.ID(ch.CommentID))
			continue
		}
		if err := o.u.MayOn(now.Comment); err != nil {
			return err
		}
		b := goingBack{change: ch, now: now}
		if b.then, err = ch.before(now.Comment); err != nil {
			return err
		}
		o.back = append(o.back, b)
		if ch.WasStatus != "" {
			o.done.Back = append(o.done.Back, b.then)
		}
		if b.shows() && !slices.Contains(o.done.Shown, now.Post) {
			o.done.Shown = append(o.done.Shown, now.Post)
		}
	}
	slices.Sort(o.done.Shown) // threads are locked in one order everywhere
	return nil
}

// shows reports whether readers see something else after it.
func (b goingBack) shows() bool {
	return b.now.Status == comment.Approved || b.then.Status == comment.Approved
}

// before is the comment as it was before the change, but for its revision.
func (r changeRow) before(c comment.Comment) (comment.Comment, error) {
	c.Revision++
	if r.WasStatus == "" {
		c.Status, c.Prior = comment.Trash, "" // nobody sees it there either: it is deleted
		return c, nil
	}
	c.Status, c.Prior = comment.Status(r.WasStatus), comment.Status(r.WasPrior)
	if r.WasBody == nil {
		return c, nil
	}
	row, err := newCommentRow(c)
	if err != nil {
		return c, err
	}
	row.ID, row.Body, row.Verdict, row.EditedAt, row.EditedBy = int64(c.ID), *r.WasBody, *r.WasVerdict, r.WasEditedAt, *r.WasEditedBy
	return row.comment()
}

// write takes back what can go back, in the order in which keep takes its locks.
func (o *undoing) write(ctx context.Context, tx *gorm.DB) error {
	for _, b := range o.back {
		if err := o.rewrite(ctx, tx, b); err != nil {
			return fmt.Errorf("comment %d: %w", b.now.ID, err)
		}
	}
	if err := removeLabels(ctx, tx, o.back); err != nil {
		return err
	}
	for _, b := range o.back {
		if err := o.restore(ctx, tx, b); err != nil {
			return fmt.Errorf("comment %d: %w", b.now.ID, err)
		}
	}
	for _, post := range o.done.Shown {
		if err := raise(tx, post); err != nil {
			return err
		}
	}
	return nil
}

// rewrite writes the comment as it was. A comment that the act made is deleted for good.
func (o *undoing) rewrite(ctx context.Context, tx *gorm.DB, b goingBack) error {
	at := millis(o.u.At)
	if b.change.WasStatus == "" {
		if err := hide(tx, b.then, at); err != nil {
			return err
		}
		return tx.Exec("UPDATE comments SET status = ?, prior = '' WHERE id = ?", string(b.then.Status), int64(b.then.ID)).Error
	}
	row, err := newCommentRow(b.then)
	if err != nil {
		return err
	}
	fields := map[string]any{"status": row.Status, "prior": row.Prior, "revision": row.Revision, "deleted_at": nil}
	if b.now.Status != b.then.Status || b.change.WasBody != nil {
		fields["placed_at"] = at
	}
	if b.change.WasBody != nil {
		fields["score"], fields["doubt"], fields["sign"], fields["lang"] = row.Score, row.Doubt, row.Sign, row.Lang
		fields["body"], fields["verdict"], fields["edited_at"], fields["edited_by"] = row.Body, *b.change.WasVerdict, row.EditedAt, row.EditedBy
	}
	if err := tx.Model(&commentRow{}).Where("id = ?", int64(b.then.ID)).Updates(fields).Error; err != nil || b.change.WasBody == nil {
		return err
	}
	if err := o.s.db.keepFinding(ctx, tx, int64(b.then.ID), findingOf(b.then)); err != nil {
		return err
	}
	if _, err := rowsOf[receiptRow](tx).Where("comment_id = ?", int64(b.then.ID)).Delete(ctx); err != nil || b.change.WasReceipt == nil {
		return err
	}
	return keepReceipt(ctx, tx, int64(b.then.ID), &receiptRow{Receipt: b.change.WasReceipt})
}

// restore brings back what belongs to a comment, and notes that the change is taken back.
func (o *undoing) restore(ctx context.Context, tx *gorm.DB, b goingBack) error {
	kept := b.change.WasTraces
	if b.change.WasStatus == "" {
		kept = nil
	}
	if err := o.s.db.bringTraces(ctx, tx, b.then, kept); err != nil {
		return err
	}
	if err := bringEdit(tx, b.change); err != nil {
		return err
	}
	if err := o.unannounce(ctx, tx, b); err != nil {
		return err
	}
	// What an earlier act left is there again.
	err := tx.Exec("UPDATE act_changes SET revision = ? WHERE comment_id = ? AND revision = ? AND undone = 0",
		b.then.Revision, b.change.CommentID, b.change.WasRevision).Error
	if err != nil {
		return err
	}
	return tx.Exec("UPDATE act_changes SET undone = 1 WHERE act_id = ? AND comment_id = ?", b.change.ActID, b.change.CommentID).Error
}

// bringEdit puts an edit back where it was.
func bringEdit(tx *gorm.DB, ch changeRow) error {
	switch {
	case ch.EditID == nil:
		return nil
	case ch.WasEdit == nil:
		return tx.Exec("DELETE FROM edits WHERE id = ?", *ch.EditID).Error
	default:
		return tx.Exec("UPDATE edits SET status = ? WHERE id = ?", *ch.WasEdit, *ch.EditID).Error
	}
}

// unannounce takes back the mails that the act called for, as long as none is on its way.
// Whoever was told the outcome already is told the new one.
func (o *undoing) unannounce(ctx context.Context, tx *gorm.DB, b goingBack) error {
	at := millis(o.done.Act.At)
	id := int64(b.then.ID)
	err := tx.Exec("DELETE FROM outbox WHERE "+waits+" AND attempts = 0 AND locked_until <= ? AND created_at >= ? AND kind IN ('outcome', 'reply') AND (comment_id = ? OR about_id = ?)",
		millis(o.u.At), at, id, id).Error
	if err != nil || b.change.WasStatus == "" || !b.then.Tell {
		return err
	}
	told, err := rowsOf[outboxRow](tx).Where("comment_id = ? AND kind = ? AND created_at >= ?", id, string(comment.MailOutcome), at).Count(ctx, "id")
	if err != nil || told == 0 {
		return err
	}
	return o.s.announce(ctx, tx, b.now.Comment, b.then, "")
}

// removeLabels removes the labels that were given with some changes, as if they had never
// been: what each comment was called before stands again.
func removeLabels(ctx context.Context, tx *gorm.DB, back []goingBack) error {
	var seqs []int64
	for _, b := range back {
		if b.change.Label != nil {
			seqs = append(seqs, *b.change.Label)
		}
	}
	if len(seqs) == 0 {
		return nil
	}
	if err := lockTable(tx, "labels"); err != nil {
		return err
	}
	last, err := lastLabel(ctx, tx)
	if err != nil {
		return err
	}
	if err := tx.Exec("DELETE FROM labels WHERE seq IN ?", seqs).Error; err != nil {
		return err
	}
	if err := keepMeta(tx, labelsGiven, binary.BigEndian.AppendUint64(nil, uint64(last))); err != nil { //nolint:gosec // a number from 0
		return err
	}
	return countRemoval(ctx, tx, slices.Min(seqs))
}

// labelsGiven is where the highest number stands that a label ever had, once labels given
// here were removed: no other label may get it, for it may be known elsewhere.
const labelsGiven = "labels given"

// lastLabel is the highest number that a label ever had. The table of labels is locked.
func lastLabel(ctx context.Context, tx *gorm.DB) (int64, error) {
	given, err := metaNumbers(ctx, tx, labelsGiven)
	if err != nil {
		return 0, err
	}
	var last int64
	err = tx.Raw("SELECT COALESCE(MAX(seq), 0) FROM labels").Scan(&last).Error
	return slices.Max(append(given, last)), err
}
