package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"gorm.io/gorm"
)

// openPeople opens the key store, and moves the addresses to it that are of before
// there was one.
func (db *DB) openPeople(ctx context.Context, o Options, k *keys) (err error) {
	log := o.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	if db.people, err = openKeyStore(ctx, o.Keys, k, o.Now, o.Log); err != nil {
		return err
	}
	err = db.tellLost(ctx, log)
	if err == nil {
		err = db.movePeople(ctx, k, log)
	}
	if err == nil {
		err = db.openPassing(ctx)
	}
	if err != nil {
		return errors.Join(err, db.people.close())
	}
	return nil
}

// tellLost says in the log that the key store was lost.
func (db *DB) tellLost(ctx context.Context, log *slog.Logger) error {
	if !db.people.fresh {
		return nil
	}
	people, err := rowsOf[personRow](db.read).Count(ctx, "id")
	if err != nil {
		return fmt.Errorf("count people: %w", err)
	}
	if people > 0 {
		log.WarnContext(ctx, "the key store was missing and is made anew: the addresses given with comments so far cannot be "+
			"opened any more; the comments are not affected", "file", db.people.name, "people", people)
	}
	return nil
}

// moveBatch is how many comments with an address of before are looked at at once.
const moveBatch = 500

// movePeople makes people of the addresses that comments had before there were people.
// Each key is kept before the row it belongs to, so that it can be cut off anywhere and
// done again.
func (db *DB) movePeople(ctx context.Context, k *keys, log *slog.Logger) error {
	moved, lost := 0, 0
	for {
		rows, err := rowsOf[commentRow](db.read).Select("id", "uid", "email_sealed", "email_index", "created_at").
			Where("email_index IS NOT NULL").Order("id").Limit(moveBatch).Find(ctx)
		if err != nil {
			return fmt.Errorf("find addresses of before: %w", err)
		}
		if len(rows) == 0 {
			break
		}
		n, err := db.moveRows(ctx, k, rows)
		if err != nil {
			return fmt.Errorf("move addresses to the people: %w", err)
		}
		moved, lost = moved+n, lost+len(rows)-n
	}
	if moved+lost == 0 {
		return nil
	}
	log.InfoContext(ctx, "addresses now have keys of their own", "comments", moved, "unreadable", lost)
	return db.emptyLog(ctx)
}

// oldAddress is an address of before, with the comment it was given with.
type oldAddress struct {
	comment int64
	at      int64
	text    string // empty if it cannot be opened
	index   []byte
	key     secret
}

// moveRows moves the addresses of some comments; how many could be opened.
func (db *DB) moveRows(ctx context.Context, k *keys, rows []commentRow) (moved int, err error) {
	old := make([]oldAddress, len(rows))
	for i, r := range rows {
		old[i] = oldAddress{comment: r.ID, at: r.CreatedAt}
		if text, err := k.openBefore(r.UID, r.EmailSealed); err == nil {
			old[i].text, old[i].index = text, k.index(text)
			moved++
		}
	}
	if err := db.people.keepAll(ctx, old); err != nil {
		return 0, err
	}
	return moved, db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		for _, o := range old {
			if err := db.moveOne(ctx, tx, o); err != nil {
				return err
			}
		}
		return nil
	})
}

// moveOne makes a person of an address, or finds the one it is of, and empties the
// columns it was in.
func (db *DB) moveOne(ctx context.Context, tx *gorm.DB, o oldAddress) error {
	var person *int64
	if o.text != "" {
		sealed, err := db.box.seal(o.key, anAddress, o.text)
		if err != nil {
			return err
		}
		err = tx.Exec("INSERT INTO people (created_at, uid, email_sealed) VALUES (?, ?, ?) ON CONFLICT (uid) DO NOTHING",
			o.at, o.key.uid, sealed).Error
		if err != nil {
			return err
		}
		id, err := personOf(ctx, tx, o.key.uid)
		if err != nil {
			return err
		}
		person = orNull(id)
	}
	return tx.Exec("UPDATE comments SET person_id = ?, email_sealed = NULL, email_index = NULL "+
		"WHERE id = ? AND email_index IS NOT NULL", person, o.comment).Error
}

// keepAll finds or makes the keys of addresses, in one transaction.
func (s *keyStore) keepAll(ctx context.Context, old []oldAddress) error {
	err := s.change(ctx, func(_ context.Context, tx *gorm.DB) error {
		for _, o := range old {
			if o.index == nil {
				continue
			}
			key := newSecret()
			err := tx.Exec("INSERT INTO keys (created_at, uid, address, wrapped) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
				millis(s.now()), key.uid, o.index, s.keys.wrap(key)).Error
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("keep keys: %w", err)
	}
	for i := range old {
		if old[i].index == nil {
			continue
		}
		if old[i].key, err = s.find(ctx, old[i].index); err != nil {
			return err
		}
	}
	return nil
}
