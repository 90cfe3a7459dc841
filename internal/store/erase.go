package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hamlet/internal/account"
	"hamlet/internal/comment"
)

// subscriptionRow says who wants mails about the replies to what.
type subscriptionRow struct {
	CommentID int64 `gorm:"primaryKey;autoIncrement:false"`
	PersonID  int64 `gorm:"primaryKey;autoIncrement:false"`
	Since     int64
	MutedAt   *int64
}

func (subscriptionRow) TableName() string { return "subscriptions" }

// Erase takes away all that is kept of a comment with this link number.
func (s *Comments) Erase(ctx context.Context, id comment.ID, link int64, entry account.Entry) (comment.Erased, error) {
	var e comment.Erased
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		if err := lockPeople(tx); err != nil {
			return err
		}
		c, err := lockComment(ctx, tx, id)
		if err != nil {
			return err
		}
		if c.Link != link || !c.ErasedAt.IsZero() {
			return comment.ErrNotFound
		}
		if e, err = s.erase(ctx, tx, c, entry); err != nil {
			return err
		}
		if err := s.db.endPassing(ctx); err != nil {
			return err
		}
		return s.eraseIdle(ctx, tx, c.Person)
	})
	if err != nil {
		return e, fmt.Errorf("erase comment %d: %w", id, err)
	}
	s.db.forgotten(ctx)
	return e, nil
}

// eraseIdle erases a person, if nothing is left that is theirs.
func (s *Comments) eraseIdle(ctx context.Context, tx *gorm.DB, who comment.PersonID) error {
	if who == 0 {
		return nil
	}
	n, err := rowsOf[commentRow](tx).Where("person_id = ?", int64(who)).Limit(1).Count(ctx, "id")
	if err != nil || n > 0 {
		return err
	}
	return s.db.erasePerson(ctx, tx, int64(who))
}

// erase takes a comment away within a transaction.
func (s *Comments) erase(ctx context.Context, tx *gorm.DB, c comment.Comment, entry account.Entry) (comment.Erased, error) {
	e := comment.Erased{ID: c.ID, Post: c.Post, Shown: c.Status == comment.Approved}
	err := s.forgetKeys(ctx, tx, c.ID)
	if err != nil {
		return e, err
	}
	if e.Placed, err = answered(ctx, tx, c); err != nil {
		return e, err
	}
	if e.Placed {
		err = s.empty(tx, c)
	} else {
		if _, err = rowsOf[commentRow](tx).Where("id = ?", int64(c.ID)).Delete(ctx); err == nil {
			err = wordsWent(tx)
		}
	}
	if err != nil {
		return e, err
	}
	s.db.late.leave(c.ID)
	if err := record(ctx, tx, entry); err != nil {
		return e, err
	}
	if err := s.unteach(ctx, tx, c.ID); err != nil || !e.Shown {
		return e, err
	}
	return e, raise(tx, c.Post)
}

// forgetKeys destroys the keys of where a comment came from, and of how it was sent to
// another filter, unless they are those of a person.
func (s *Comments) forgetKeys(ctx context.Context, tx *gorm.DB, id comment.ID) error {
	var uids [][]byte
	err := tx.Raw("SELECT uid FROM (SELECT uid FROM networks WHERE comment_id = ? UNION SELECT uid FROM opinions WHERE comment_id = ?) AS own "+
		"WHERE uid IS NOT NULL AND uid NOT IN (SELECT uid FROM people)", int64(id), int64(id)).Scan(&uids).Error
	if err != nil || len(uids) == 0 {
		return err
	}
	return s.db.people.destroy(ctx, uids...)
}

// answered reports whether replies hang on a comment that readers see, or may come to see.
func answered(ctx context.Context, tx *gorm.DB, c comment.Comment) (bool, error) {
	if c.Status != comment.Approved {
		return false, nil
	}
	n, err := rowsOf[commentRow](tx).Where("post = ? AND parent_id = ? AND status IN ? AND deleted_at IS NULL", c.Post, int64(c.ID),
		[]string{string(comment.Approved), string(comment.Pending)}).Limit(1).Count(ctx, "id")
	return n > 0, err
}

// empty leaves only the place of a comment.
func (s *Comments) empty(tx *gorm.DB, c comment.Comment) error {
	for _, table := range []string{"receipts", "traces", "edits", "act_changes", "act_parts", "outbox", "networks", "subscriptions", "notes", "rule_hits", "reports", "opinions"} {
		if err := tx.Exec("DELETE FROM "+table+" WHERE comment_id = ?", int64(c.ID)).Error; err != nil {
			return err
		}
	}
	if err := tx.Exec("DELETE FROM outbox WHERE about_id = ?", int64(c.ID)).Error; err != nil {
		return err
	}
	if err := dropFinding(tx, int64(c.ID)); err != nil {
		return err
	}
	return tx.Model(&commentRow{}).Where("id = ?", int64(c.ID)).Updates(map[string]any{
		"score": nil, "doubt": 0, "sign": "", "lang": "", "wave": 0, "reported": 0,
		"author": "", "url": "", "body": "", "folded": "", "standing": 0, "prior": "", "hold": "", "verdict": "{}", "role": "",
		"person_id": nil, "proof": nil, "email_sealed": nil, "email_index": nil, "form_key": nil, "edited_at": nil,
		"assignee_id": nil, "pinned_at": nil, "edited_by": "",
		"tell": 0, "link": c.Link + 1, "revision": c.Revision + 1, "erased_at": millis(s.db.now()),
	}).Error
}

// unteach empties what the filter was taught by a comment, as the package comment of
// internal/comment has it: a lesson of ham is taken back, one of spam forgets its author.
func (s *Comments) unteach(ctx context.Context, tx *gorm.DB, id comment.ID) error {
	if err := lockTable(tx, "labels"); err != nil {
		return err
	}
	said, err := saidSpam(tx, id)
	if err != nil {
		return err
	}
	ham, err := rowsOf[labelRow](tx).Where("comment_id = ? AND lesson IS NOT NULL", int64(id)).Limit(1).Count(ctx, "seq")
	if err != nil || ham == 0 {
		return err
	}
	empty := map[string]any{"author": 0}
	if !said {
		empty = map[string]any{"author": 0, "wave": 0, "moderator": 0, "lesson": nil}
	}
	if err := tx.Model(&labelRow{}).Where("comment_id = ?", int64(id)).Updates(empty).Error; err != nil || said {
		return err
	}
	_, err = s.label(ctx, tx, id, comment.Change{})
	return err
}

// EraseAll erases all comments of a person, and the person.
func (s *Comments) EraseAll(ctx context.Context, who comment.PersonID, entry func(comment.ID) account.Entry) ([]comment.Erased, error) {
	var all []comment.Erased
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) (err error) {
		if err := lockPeople(tx); err != nil {
			return err
		}
		if all, err = s.eraseBy(ctx, tx, who, entry); err != nil {
			return err
		}
		if err := record(ctx, tx, entry(0)); err != nil {
			return err
		}
		if err := s.db.endPassing(ctx); err != nil {
			return err
		}
		return s.db.erasePerson(ctx, tx, int64(who))
	})
	if err != nil {
		return all, fmt.Errorf("erase person %d: %w", who, err)
	}
	s.db.forgotten(ctx)
	return all, nil
}

// eraseBy erases the comments of a person, the newest first, so that replies by the
// same person keep no places. It locks the oldest first, as whoever locks many: see someWaves.
func (s *Comments) eraseBy(
	ctx context.Context, tx *gorm.DB, who comment.PersonID, entry func(comment.ID) account.Entry,
) ([]comment.Erased, error) {
	rows, err := rowsOf[commentRow](tx, clause.Locking{Strength: "UPDATE"}).Omit(hidden...).
		Where("person_id = ?", int64(who)).Order("id").Find(ctx)
	if err != nil {
		return nil, err
	}
	slices.Reverse(rows)
	comments, err := commentsOf(rows)
	if err != nil {
		return nil, err
	}
	all := make([]comment.Erased, len(comments))
	for i, c := range comments {
		if all[i], err = s.erase(ctx, tx, c, entry(c.ID)); err != nil {
			return all, err
		}
	}
	return all, nil
}

// CountBy counts the comments of a person.
func (s *Comments) CountBy(ctx context.Context, who comment.PersonID) (int, error) {
	if _, err := rowsOf[personRow](s.db.read).Select("id").Where("id = ?", int64(who)).Take(ctx); err != nil {
		return 0, fmt.Errorf("person %d: %w", who, notFound(err, comment.ErrNotFound))
	}
	n, err := rowsOf[commentRow](s.db.read).Where("person_id = ? AND deleted_at IS NULL", int64(who)).Count(ctx, "id")
	if err != nil {
		return 0, fmt.Errorf("count the comments of person %d: %w", who, err)
	}
	return int(n), nil
}

// MuteReplies notes whether the author of a comment wants mails about its replies.
func (s *Comments) MuteReplies(ctx context.Context, id comment.ID, link int64, mute bool) error {
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		c, err := addressed(ctx, tx, id, link)
		if err != nil {
			return err
		}
		now := millis(s.db.now())
		var muted *int64
		if mute {
			muted = &now
		}
		row := subscriptionRow{CommentID: int64(id), PersonID: int64(c.Person), Since: now, MutedAt: muted}
		err = rowsOf[subscriptionRow](tx, clause.OnConflict{
			Columns: []clause.Column{{Name: "comment_id"}, {Name: "person_id"}}, DoUpdates: clause.AssignmentColumns([]string{"muted_at"}),
		}).Create(ctx, &row)
		if err != nil || mute || c.Status != comment.Approved {
			return err
		}
		if on, err := mailsAreSent(ctx, tx); err != nil || !on {
			return err
		}
		return s.askToConfirm(ctx, tx, c)
	})
	s.db.ring()
	if err != nil {
		return fmt.Errorf("mute the replies to comment %d: %w", id, err)
	}
	return nil
}

// addressed locks a comment that an address was given with.
func addressed(ctx context.Context, tx *gorm.DB, id comment.ID, link int64) (comment.Comment, error) {
	c, err := lockComment(ctx, tx, id)
	switch {
	case err != nil:
		return c, err
	case c.Link != link || !c.ErasedAt.IsZero():
		return c, comment.ErrNotFound
	case c.Person == 0:
		return c, comment.ErrConflict
	}
	return c, nil
}

// AskErasure queues the mail with the link to erase everything.
func (s *Comments) AskErasure(ctx context.Context, id comment.ID, link int64) error {
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		c, err := addressed(ctx, tx, id, link)
		if err != nil {
			return err
		}
		return s.db.ask(ctx, tx, comment.MailErase, c.Person)
	})
	s.db.ring()
	if err != nil {
		return fmt.Errorf("ask to erase everything by comment %d: %w", id, err)
	}
	return nil
}

// AskLinks queues the mail with the links to all comments of whoever has this address.
// Whether anybody has it, a transaction is written that is as long.
func (s *Comments) AskLinks(ctx context.Context, address string) error {
	who, err := s.Person(ctx, address)
	if errors.Is(err, comment.ErrNotFound) {
		who, err = 0, nil
	}
	if err == nil {
		err = s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error { return s.db.ask(ctx, tx, comment.MailLinks, who) })
	}
	s.db.ring()
	if err != nil {
		return fmt.Errorf("ask for links: %w", err)
	}
	return nil
}

// How many mails of a kind a person can ask for in a day. They are asked for by
// whoever knows the address.
const mostAsked = 3

// ask queues a mail, unless the person has asked for it often, or there is no such
// person. Something is written in any case, so that it takes as long.
func (db *DB) ask(ctx context.Context, tx *gorm.DB, kind comment.MailKind, who comment.PersonID) error {
	on, err := mailsAreSent(ctx, tx)
	if err != nil || !on {
		return err
	}
	now := millis(db.now())
	err = tx.Exec(`INSERT INTO outbox (kind, person_id, created_at, run_at)
		SELECT ?, p.id, ?, ? FROM people p WHERE p.id = ? AND
			(SELECT count(*) FROM outbox o WHERE o.person_id = p.id AND o.kind = ? AND o.created_at > ?) < ? AND
			NOT EXISTS (SELECT 1 FROM outbox o WHERE o.person_id = p.id AND o.kind = ? AND o.sent_at IS NULL AND o.failed_at IS NULL)`,
		string(kind), now, now, int64(who), string(kind), now-dayMillis, mostAsked, string(kind)).Error
	if err != nil {
		return err
	}
	return tx.Exec("INSERT INTO meta (name, value) VALUES ('asked', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
		fmt.Appendf(nil, "%d", now)).Error
}
