package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"hamlet/internal/comment"
)

// Next takes the next mail that is due; false if none is. It is nobody else's until
// it is answered for, or the lease has passed.
func (o *Outbox) Next(ctx context.Context) (comment.Letter, bool, error) {
	l, ok, err := o.next(ctx)
	if err != nil {
		return comment.Letter{}, false, fmt.Errorf("take a mail: %w", err)
	}
	return l, ok, nil
}

func (o *Outbox) next(ctx context.Context) (comment.Letter, bool, error) {
	for {
		// Looking costs little; a transaction is only begun when there is a mail.
		if who, err := o.due(o.db.read.WithContext(ctx), ""); err != nil || who == 0 {
			return comment.Letter{}, false, err
		}
		l, found := comment.Letter{}, false
		err := o.db.change(ctx, func(ctx context.Context, tx *gorm.DB) (err error) {
			l, found, err = o.claim(ctx, tx)
			return err
		})
		if err != nil || !found {
			return comment.Letter{}, false, err
		}
		if len(l.IDs) == 0 {
			continue // what was due is not wanted any more, or has to wait
		}
		switch l.To, err = (&Comments{o.db}).Address(ctx, l.Person); {
		case errors.Is(err, comment.ErrErased), errors.Is(err, comment.ErrNotFound):
			if err := o.drop(ctx, l.IDs); err != nil {
				return comment.Letter{}, false, err
			}
		case err != nil:
			return comment.Letter{}, false, err
		default:
			return l, true, nil
		}
	}
}

// due is who has a mail that is due, and none that is being sent; 0 for nobody. On
// PostgreSQL lock keeps them for this transaction, and passes over those whom another has.
func (o *Outbox) due(tx *gorm.DB, lock string) (who int64, err error) {
	now := millis(o.db.now())
	err = tx.Raw(`SELECT p.id FROM people p WHERE
			EXISTS (SELECT 1 FROM outbox o WHERE o.person_id = p.id AND o.sent_at IS NULL AND o.failed_at IS NULL AND o.run_at <= ?)
			AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.person_id = p.id AND o.sent_at IS NULL AND o.failed_at IS NULL AND o.locked_until > ?)
		ORDER BY (SELECT MIN(o.run_at) FROM outbox o WHERE o.person_id = p.id AND o.sent_at IS NULL AND o.failed_at IS NULL), p.id
		LIMIT 1 `+lock, now, now).Scan(&who).Error
	return who, err
}

// round is the mails of one person that are due.
type round struct {
	now       int64
	who       int64
	confirmed bool
	muted     bool
	rows      []outboxRow // oldest first
	comments  map[int64]comment.Comment
	wants     map[int64]bool // comments about whose replies mails are wanted
}

// claim finds somebody with a mail that is due. Of what is due to them, it takes away what is
// not wanted any more, puts off what is too much, and takes the oldest of the rest.
func (o *Outbox) claim(ctx context.Context, tx *gorm.DB) (l comment.Letter, found bool, err error) {
	lock := ""
	if tx.Name() == "postgres" {
		lock = "FOR NO KEY UPDATE OF p SKIP LOCKED"
	}
	who, err := o.due(tx, lock)
	if err != nil || who == 0 {
		return l, false, err
	}
	r, err := o.round(ctx, tx, who)
	if err != nil {
		return l, false, err
	}
	if r.taken() {
		return l, true, nil
	}
	if err := r.weed(ctx, tx); err != nil {
		return l, false, err
	}
	if err := r.putOff(tx); err != nil || len(r.rows) == 0 {
		return l, true, err
	}
	l = r.letter()
	if l.Kind == comment.MailLinks {
		if l.All, err = commentsBy(ctx, tx, who); err != nil {
			return l, true, err
		}
	}
	return l, true, tx.Model(&outboxRow{}).Where("id IN ?", l.IDs).Update("locked_until", r.now+lease).Error
}

func (o *Outbox) round(ctx context.Context, tx *gorm.DB, who int64) (r round, err error) {
	r = round{now: millis(o.db.now()), who: who, wants: map[int64]bool{}}
	var person struct{ ConfirmedAt, MutedAt *int64 }
	if err := tx.Raw("SELECT confirmed_at, muted_at FROM people WHERE id = ?", who).Scan(&person).Error; err != nil {
		return r, err
	}
	r.confirmed, r.muted = person.ConfirmedAt != nil, person.MutedAt != nil
	r.rows, err = rowsOf[outboxRow](tx).Where("person_id = ? AND run_at <= ? AND "+waits, who, r.now).Order("id").Find(ctx)
	if err != nil {
		return r, err
	}
	var wanted []int64
	err = tx.Raw("SELECT comment_id FROM subscriptions WHERE person_id = ? AND muted_at IS NULL", who).Scan(&wanted).Error
	for _, id := range wanted {
		r.wants[id] = true
	}
	if err == nil {
		r.comments, err = commentsOfMails(ctx, tx, r.rows)
	}
	return r, err
}

// taken reports whether another sender has a mail of this round. Who was due was found
// before the person was locked, and on PostgreSQL that may be a moment after somebody
// else took the mail and let the person go.
func (r round) taken() bool {
	return slices.ContainsFunc(r.rows, func(row outboxRow) bool { return row.LockedUntil > r.now })
}

// commentsOfMails reads the comments that mails are about.
func commentsOfMails(ctx context.Context, tx *gorm.DB, rows []outboxRow) (map[int64]comment.Comment, error) {
	var ids []int64
	for _, row := range rows {
		ids = append(ids, orZero(row.CommentID), orZero(row.AboutID))
	}
	found, err := rowsOf[commentRow](tx).Omit(hidden...).Where("id IN ? AND deleted_at IS NULL", ids).Find(ctx)
	if err != nil {
		return nil, err
	}
	cs, err := commentsOf(found)
	out := make(map[int64]comment.Comment, len(cs))
	for _, c := range cs {
		out[int64(c.ID)] = c
	}
	return out, err
}

// mostLinks is how many private links are in a mail that has all.
const mostLinks = 100

// commentsBy reads the newest comments of a person.
func commentsBy(ctx context.Context, tx *gorm.DB, who int64) ([]comment.Comment, error) {
	rows, err := rowsOf[commentRow](tx).Omit(hidden...).
		Where("person_id = ? AND erased_at IS NULL AND deleted_at IS NULL", who).Order("id DESC").Limit(mostLinks).Find(ctx)
	if err != nil {
		return nil, err
	}
	return commentsOf(rows)
}

// weed takes away what is not wanted any more, and what was overtaken by a later
// mail about the same.
func (r *round) weed(ctx context.Context, tx *gorm.DB) error {
	type subject struct {
		kind        string
		own, answer int64
	}
	last := map[subject]int64{}
	about := func(row outboxRow) subject {
		if row.Kind == string(comment.MailConfirm) {
			return subject{kind: row.Kind}
		}
		return subject{row.Kind, orZero(row.CommentID), orZero(row.AboutID)}
	}
	for _, row := range r.rows {
		if r.wanted(row) {
			last[about(row)] = row.ID
		}
	}
	var gone []int64
	r.rows = slices.DeleteFunc(r.rows, func(row outboxRow) bool {
		useless := !r.wanted(row) || last[about(row)] != row.ID
		if useless {
			gone = append(gone, row.ID)
		}
		return useless
	})
	if len(gone) == 0 {
		return nil
	}
	_, err := rowsOf[outboxRow](tx).Where("id IN ?", gone).Delete(ctx)
	return err
}

// wanted tells whether a mail still says something that is true, to somebody who
// wants it.
func (r *round) wanted(row outboxRow) bool {
	if r.muted {
		return false
	}
	own, there := r.comments[orZero(row.CommentID)]
	mine := there && int64(own.Person) == r.who && own.ErasedAt.IsZero()
	switch comment.MailKind(row.Kind) {
	case comment.MailLink:
		return mine
	case comment.MailConfirm:
		return mine && own.Status == comment.Approved && r.wants[int64(own.ID)] && !r.confirmed
	case comment.MailOutcome:
		return mine && (own.Status == comment.Approved || own.Status == comment.Trash)
	case comment.MailReply:
		reply, there := r.comments[orZero(row.AboutID)]
		return mine && own.Status == comment.Approved && r.wants[int64(own.ID)] && r.confirmed &&
			there && reply.Status == comment.Approved && reply.ErasedAt.IsZero()
	case comment.MailLinks, comment.MailErase:
		return true
	}
	return false
}

// putOff lets wait what would be too much now; see Outbox.
func (r *round) putOff(tx *gorm.DB) error {
	var day, confirms, fresh []int64
	// What went out together is one mail.
	err := tx.Raw("SELECT sent_at FROM outbox WHERE person_id = ? AND sent_at > ? GROUP BY sent_at, CASE WHEN kind = 'reply' THEN 0 ELSE id END "+
		"ORDER BY sent_at DESC", r.who, r.now-dayMillis).Scan(&day).Error
	if err != nil {
		return err
	}
	err = tx.Raw("SELECT sent_at FROM outbox WHERE person_id = ? AND kind = 'confirm' AND sent_at > ? ORDER BY sent_at DESC",
		r.who, r.now-dayMillis).Scan(&confirms).Error
	if err != nil {
		return err
	}
	if !r.confirmed {
		err = tx.Raw("SELECT sent_at FROM outbox WHERE kind IN ('link', 'confirm') AND sent_at > ? ORDER BY sent_at DESC LIMIT ?",
			r.now-hourMillis, mostNew).Scan(&fresh).Error
	}
	if err != nil {
		return err
	}
	var failed error
	r.rows = slices.DeleteFunc(r.rows, func(row outboxRow) bool {
		kind := comment.MailKind(row.Kind)
		until := after(day, mostADay, dayMillis)
		if kind == comment.MailReply {
			until = max(until, after(day, mostReplies, dayMillis))
		}
		if kind == comment.MailConfirm {
			until = max(until, after(confirms, 1, dayMillis))
		}
		if kind == comment.MailConfirm || kind == comment.MailLink {
			until = max(until, after(fresh, mostNew, hourMillis))
		}
		if until <= r.now || failed != nil {
			return false
		}
		failed = tx.Model(&outboxRow{}).Where("id = ?", row.ID).Update("run_at", until).Error
		return true
	})
	return failed
}

// after is when there are fewer than most of the times, newest first, in a span
// before; 0 if there are now.
func after(times []int64, most int, span int64) int64 {
	if len(times) < most {
		return 0
	}
	return times[most-1] + span
}

// letter is the oldest mail; replies go out together.
func (r *round) letter() comment.Letter {
	first := r.rows[0]
	l := comment.Letter{
		Kind: comment.MailKind(first.Kind), Person: comment.PersonID(r.who), Confirmed: r.confirmed,
		IDs: []comment.MailID{comment.MailID(first.ID)}, Note: first.Note, Own: r.comments[orZero(first.CommentID)],
	}
	if l.Kind != comment.MailReply {
		return l
	}
	l.IDs = nil
	for _, row := range r.rows {
		if row.Kind == first.Kind && len(l.IDs) < mostFolded {
			l.IDs = append(l.IDs, comment.MailID(row.ID))
			l.Replies = append(l.Replies, comment.Answer{Own: r.comments[orZero(row.CommentID)], Reply: r.comments[orZero(row.AboutID)]})
		}
	}
	return l
}

// drop forgets mails.
func (o *Outbox) drop(ctx context.Context, ids []comment.MailID) error {
	return o.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		_, err := rowsOf[outboxRow](tx).Where("id IN ?", ids).Delete(ctx)
		return err
	})
}
