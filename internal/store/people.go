package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hamlet/internal/comment"
)

// personRow is whoever gave an address with a comment.
type personRow struct {
	ID          int64  `gorm:"primaryKey"`
	UID         []byte `gorm:"column:uid"` // of the key that the address is sealed with
	EmailSealed []byte
	CreatedAt   int64 `gorm:"autoCreateTime:false"`
	ConfirmedAt *int64
	MutedAt     *int64
}

func (personRow) TableName() string { return "people" }

// giver is who gives an address with a comment that is being added.
type giver struct {
	id     int64 // 0 for nobody, and for somebody new
	key    secret
	sealed []byte // nil unless new
}

// giver finds who gives an address, or makes the key of somebody new.
func (s *Comments) giver(ctx context.Context, email string) (g giver, err error) {
	if email = strings.TrimSpace(email); email == "" {
		return giver{}, nil
	}
	if g.key, err = s.db.people.of(ctx, s.db.box.index(email), s.db.box.former(email)...); err != nil {
		return giver{}, err
	}
	if g.id, err = personOf(ctx, s.db.read, g.key.uid); err != nil || g.id != 0 {
		return g, err
	}
	g.sealed, err = s.db.box.seal(g.key, anAddress, email)
	return g, err
}

// personOf is the number of the person with this key; 0 for none.
func personOf(ctx context.Context, tx *gorm.DB, uid []byte) (int64, error) {
	row, err := rowsOf[personRow](tx).Select("id").Where("uid = ?", uid).Take(ctx)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return 0, nil
	}
	return row.ID, err
}

// errErasedMeanwhile says that a person was erased while a comment of theirs was on
// its way; it is of somebody new then.
var errErasedMeanwhile = errors.New("the author was erased meanwhile")

// keepPerson keeps the row of somebody new, and returns the number of the giver; 0 for
// nobody.
func (s *Comments) keepPerson(ctx context.Context, tx *gorm.DB, g giver) (int64, error) {
	if g.id != 0 || g.sealed == nil {
		return g.id, nil
	}
	row := personRow{UID: g.key.uid, EmailSealed: g.sealed, CreatedAt: millis(s.db.now())}
	if err := rowsOf[personRow](tx, clause.OnConflict{DoNothing: true}).Create(ctx, &row); err != nil {
		return 0, err
	}
	switch _, err := s.db.people.get(ctx, g.key.uid); {
	case errors.Is(err, comment.ErrErased):
		return 0, errErasedMeanwhile
	case err != nil:
		return 0, err
	}
	return personOf(ctx, tx, g.key.uid)
}

// Person is whoever gave this address with a comment that is still there, compared
// without case and surrounding space; comment.ErrNotFound if nobody did.
func (s *Comments) Person(ctx context.Context, email string) (comment.PersonID, error) {
	key, err := s.db.people.find(ctx, s.db.box.index(email), s.db.box.former(email)...)
	var id int64
	if err == nil {
		id, err = personOf(ctx, s.db.read, key.uid)
	}
	if err == nil && id == 0 {
		err = comment.ErrNotFound
	}
	if err != nil {
		return 0, fmt.Errorf("look a person up: %w", err)
	}
	return comment.PersonID(id), nil
}

// Address is the address of a person. If its key is gone, by erasure or because the
// key store was lost, the error is comment.ErrErased.
func (s *Comments) Address(ctx context.Context, id comment.PersonID) (string, error) {
	address, err := s.address(ctx, id)
	if err != nil {
		return "", fmt.Errorf("address of person %d: %w", id, err)
	}
	return address, nil
}

func (s *Comments) address(ctx context.Context, id comment.PersonID) (string, error) {
	row, err := rowsOf[personRow](s.db.read).Where("id = ?", int64(id)).Take(ctx)
	if err != nil {
		return "", notFound(err, comment.ErrNotFound)
	}
	key, err := s.db.people.get(ctx, row.UID)
	if err != nil {
		return "", err
	}
	return key.open(anAddress, row.EmailSealed)
}

// Confirm keeps when a mail to a person's address was answered; the first time counts.
func (s *Comments) Confirm(ctx context.Context, id comment.PersonID, at time.Time) error {
	err := s.db.change(ctx, func(_ context.Context, tx *gorm.DB) error {
		r := tx.Exec("UPDATE people SET confirmed_at = COALESCE(confirmed_at, ?) WHERE id = ?", millis(at), int64(id))
		if r.Error == nil && r.RowsAffected == 0 {
			return comment.ErrNotFound
		}
		return r.Error
	})
	if err != nil {
		return fmt.Errorf("confirm the address of person %d: %w", id, err)
	}
	return nil
}

// erasePerson destroys the key of a person, and with it the address in every copy of the
// database, then deletes what is kept of the person but for the comments, in a transaction
// that has locked the people. The key goes first, and at once: after an error it can be
// called again.
func (db *DB) erasePerson(ctx context.Context, tx *gorm.DB, id int64) error {
	row, err := rowsOf[personRow](tx).Select("uid").Where("id = ?", id).Take(ctx)
	if err != nil {
		return notFound(err, comment.ErrNotFound)
	}
	if err := db.people.destroy(ctx, row.UID); err != nil {
		return err
	}
	// Networks, and what another filter was told, were sealed with it once.
	if _, err := rowsOf[networkRow](tx).Where("uid = ?", row.UID).Delete(ctx); err != nil {
		return err
	}
	if err := tx.Exec("UPDATE opinions SET uid = NULL, sealed = NULL, run_at = NULL, guid = '', error = '' WHERE uid = ?", row.UID).Error; err != nil {
		return err
	}
	_, err = rowsOf[personRow](tx).Where("id = ?", id).Delete(ctx)
	return err
}

// lockPeople lets nobody else keep or delete people, nor comments of theirs, until the
// transaction ends; whoever destroys a key has to have it.
func lockPeople(tx *gorm.DB) error { return lockTable(tx, "people") }
