package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hamlet/internal/comment"
)

// Outbox keeps the mails that are to be sent; it is a notify.Outbox.
//
// A mail is a row, written in the transaction of what it tells of. It says which
// comments it is about and whom it is for, and no text nor address; those are read when it
// goes out, and with them whether it is wanted still.
//
// What limits the mails, so that nobody can be pestered by typing an address:
//
//   - An address gets at most mostADay mails in 24 hours, of them mostReplies about
//     replies, and one that asks to confirm it. The others wait, and replies that wait
//     go out together.
//   - Addresses that are not confirmed get mostNew mails in an hour, all together. Of
//     those with private links, no more are written down than that: the page after sending
//     has the link too.
//   - Nothing goes to whoever wants no mails or was erased, and nothing about replies to
//     an address that is not confirmed.
//   - An address that refuses two mails for good, and took none between them, gets none
//     any more.
type Outbox struct{ db *DB }

// Outbox is the mails' part of the database.
func (db *DB) Outbox() *Outbox { return &Outbox{db} }

// The limits; see Outbox.
const (
	mostADay    = 10
	mostReplies = 8
	mostNew     = 60
	mostFolded  = 50 // replies in a mail
)

// Times of mails, in milliseconds.
const (
	hourMillis = int64(time.Hour / time.Millisecond)
	dayMillis  = 24 * hourMillis
	// lease is how long a mail that is being sent is nobody else's.
	lease = int64(5 * time.Minute / time.Millisecond)
	// keepSent, keepDead and keepIdle are how long mails are kept that were sent, that
	// were given up, and that nobody sent though they were due.
	keepSent = 7 * dayMillis
	keepDead = 30 * dayMillis
	keepIdle = 7 * dayMillis
)

// pauses are how long to wait after each attempt; after one more a mail is given up.
var pauses = []time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 8 * time.Hour, 24 * time.Hour}

// outboxRow is a mail as it is kept.
type outboxRow struct {
	ID          int64 `gorm:"primaryKey"`
	Kind        string
	PersonID    int64
	CommentID   *int64
	AboutID     *int64
	Note        string
	CreatedAt   int64 `gorm:"autoCreateTime:false"`
	RunAt       int64
	LockedUntil int64
	Attempts    int
	Error       string
	SentAt      *int64
	FailedAt    *int64
}

func (outboxRow) TableName() string { return "outbox" }

// waits picks the mails that are to be sent some time.
const waits = "sent_at IS NULL AND failed_at IS NULL"

// givenUp are mails, or notices, that were, and that nobody has discarded.
const givenUp = "failed_at IS NOT NULL AND discarded_at IS NULL"

// mailSwitch is the name of what says in the database that mails are sent, so that every program
// on it knows.
const mailSwitch = "mail"

// Switch notes whether mails are sent from now on. If not, none is written down, and
// those that wait are forgotten.
func (o *Outbox) Switch(ctx context.Context, on bool) error {
	err := o.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		if on {
			row := metaRow{Name: mailSwitch, Value: []byte{1}}
			return rowsOf[metaRow](tx, clause.OnConflict{DoNothing: true}).Create(ctx, &row)
		}
		if err := tx.Exec("DELETE FROM outbox WHERE " + waits).Error; err != nil {
			return err
		}
		_, err := rowsOf[metaRow](tx).Where("name = ?", mailSwitch).Delete(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("switch mails: %w", err)
	}
	return nil
}

func mailsAreSent(ctx context.Context, tx *gorm.DB) (bool, error) {
	value, err := meta(ctx, tx, mailSwitch)
	return value != nil, err
}

// Woken has something to read when mails may have been written by this program.
func (o *Outbox) Woken() <-chan struct{} { return o.db.woken }

// ring wakes who sends mails. It is for after a transaction.
func (db *DB) ring() {
	select {
	case db.woken <- struct{}{}:
	default: // it is woken already
	}
}

// announce writes the mails that a change of a comment calls for; a new one was the
// zero Comment before. note is what a moderator says about it.
func (s *Comments) announce(ctx context.Context, tx *gorm.DB, before, after comment.Comment, note string) error {
	// Of a new beginning by nobody who gave an address there is nobody to tell.
	shown := before.Status != comment.Approved && after.Status == comment.Approved && (after.Person != 0 || after.Parent != 0)
	told := after.Tell && after.Person != 0 && before.Status != after.Status
	if !shown && !told {
		return nil
	}
	if on, err := mailsAreSent(ctx, tx); err != nil || !on {
		return err
	}
	mail := outboxRow{PersonID: int64(after.Person), CommentID: orNull(int64(after.ID)), Note: note}
	if told {
		if err := s.tell(ctx, tx, before, after, mail); err != nil {
			return err
		}
	}
	if !shown {
		return nil
	}
	if err := s.askToConfirm(ctx, tx, after); err != nil {
		return err
	}
	return s.tellReply(ctx, tx, after)
}

// announceNew writes the mails that a new comment calls for.
func (s *Comments) announceNew(ctx context.Context, tx *gorm.DB, row *commentRow) error {
	c := comment.Comment{
		ID: comment.ID(row.ID), Parent: comment.ID(row.ParentID), Person: comment.PersonID(orZero(row.PersonID)),
		Status: comment.Status(row.Status), Tell: row.Tell != 0,
	}
	copy(c.Proof[:], row.Proof)
	return s.announce(ctx, tx, comment.Comment{}, c, "")
}

// tell writes the mail to the author who wants to know what becomes of a comment. Of
// spam nothing is said, and nothing when it is only tidied away.
func (s *Comments) tell(ctx context.Context, tx *gorm.DB, before, after comment.Comment, mail outboxRow) error {
	switch {
	case before.ID == 0:
		return s.tellLink(ctx, tx, mail)
	case after.Status == comment.Approved, after.Status == comment.Trash && before.Status != comment.Spam:
		mail.Kind = string(comment.MailOutcome)
		return s.tellOutcome(ctx, tx, mail)
	}
	return nil
}

// tellOutcome writes the mail about what was decided, to go out when that is not likely to be
// undone any more. One that waits goes with it, which is to say not at all, unless this one
// is undone.
func (s *Comments) tellOutcome(ctx context.Context, tx *gorm.DB, mail outboxRow) error {
	now := s.db.now()
	mail.CreatedAt, mail.RunAt = millis(now), millis(now.Add(comment.OutcomeAfter)) // both are due at once, or both would go out
	err := tx.Exec("UPDATE outbox SET run_at = ? WHERE "+waits+" AND attempts = 0 AND locked_until <= ? AND kind = ? AND comment_id = ?",
		mail.RunAt, mail.CreatedAt, mail.Kind, mail.CommentID).Error
	if err != nil {
		return err
	}
	return rowsOf[outboxRow](tx).Create(ctx, &mail)
}

// tellLink writes the mail with the private link, unless there are many of them.
func (s *Comments) tellLink(ctx context.Context, tx *gorm.DB, mail outboxRow) error {
	mail.Kind = string(comment.MailLink)
	now := millis(s.db.now())
	new, err := rowsOf[outboxRow](tx).Where("kind = ? AND created_at > ?", mail.Kind, now-hourMillis).Count(ctx, "id")
	if err != nil || new >= mostNew {
		return err
	}
	own, err := rowsOf[outboxRow](tx).
		Where("person_id = ? AND kind = ? AND created_at > ?", mail.PersonID, mail.Kind, now-dayMillis).Count(ctx, "id")
	if err != nil || own >= mostADay {
		return err
	}
	return s.put(ctx, tx, mail)
}

// askToConfirm writes the mail that asks whether an address may get mails about
// replies, if that was asked for and is not known.
func (s *Comments) askToConfirm(ctx context.Context, tx *gorm.DB, c comment.Comment) error {
	var asked int64
	err := tx.Raw(`SELECT COUNT(*) FROM subscriptions s JOIN people p ON p.id = s.person_id
		WHERE s.comment_id = ? AND s.person_id = ? AND s.muted_at IS NULL AND p.muted_at IS NULL AND p.confirmed_at IS NULL`,
		int64(c.ID), int64(c.Person)).Scan(&asked).Error
	if err != nil || asked == 0 {
		return err
	}
	return s.put(ctx, tx, outboxRow{Kind: string(comment.MailConfirm), PersonID: int64(c.Person), CommentID: orNull(int64(c.ID))})
}

// tellReply writes a mail to everybody who wants to hear of replies to a comment that
// this one stands below: one to each, about the nearest.
func (s *Comments) tellReply(ctx context.Context, tx *gorm.DB, c comment.Comment) error {
	if c.Parent == 0 {
		return nil
	}
	var found []struct {
		PersonID, CommentID int64
		Proof               []byte
	}
	const most = 200 // comments above: no thread that people wrote is as deep
	err := tx.Raw(`WITH RECURSIVE above (id, parent_id, far) AS (
			SELECT id, parent_id, 1 FROM comments WHERE id = ?
			UNION ALL
			SELECT c.id, c.parent_id, a.far + 1 FROM comments c JOIN above a ON c.id = a.parent_id WHERE a.far < ?)
		SELECT s.person_id, s.comment_id, c.proof FROM above a
			JOIN comments c ON c.id = a.id AND c.status = 'approved'
			JOIN subscriptions s ON s.comment_id = a.id AND s.muted_at IS NULL
			JOIN people p ON p.id = s.person_id AND p.muted_at IS NULL AND p.confirmed_at IS NOT NULL
		WHERE s.person_id <> ? AND NOT EXISTS
			(SELECT 1 FROM outbox o WHERE o.about_id = ? AND o.person_id = s.person_id AND o.kind = 'reply')
		ORDER BY a.far, s.person_id`, int64(c.Parent), most, int64(c.Person), int64(c.ID)).Scan(&found).Error
	if err != nil {
		return err
	}
	var told []int64
	for _, f := range found {
		own := c.Proof != comment.Proof{} && slices.Equal(f.Proof, c.Proof[:])
		if own || slices.Contains(told, f.PersonID) {
			continue
		}
		told = append(told, f.PersonID)
		mail := outboxRow{Kind: string(comment.MailReply), PersonID: f.PersonID, CommentID: &f.CommentID, AboutID: orNull(int64(c.ID))}
		if err := s.put(ctx, tx, mail); err != nil {
			return err
		}
	}
	return nil
}

// put writes a mail down, to be sent at once.
func (s *Comments) put(ctx context.Context, tx *gorm.DB, mail outboxRow) error {
	mail.CreatedAt = millis(s.db.now())
	mail.RunAt = mail.CreatedAt
	return rowsOf[outboxRow](tx).Create(ctx, &mail)
}
