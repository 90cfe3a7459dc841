package store

import (
	"context"
	"crypto/hmac"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"gorm.io/gorm"

	"hamlet/internal/account"
	"hamlet/internal/comment"
)

// Rekey gives the database and the key store another key: the keys of commenters are
// wrapped anew, what addresses are looked up by is made anew, and what comments are
// remembered by. Proofs and forms, which only the old key can tell, are forgotten.
//
// Nobody else may have them open. The key store goes first, in one transaction, then the
// database in one: cut off anywhere, it can be called again with the same two keys, and
// goes on where it was. The entry is kept with the second.
func Rekey(ctx context.Context, o Options, next []byte, entry account.Entry) error {
	to, err := deriveKeys(next)
	if err != nil {
		return err
	}
	db, err := Open(ctx, o)
	switch {
	case err == nil:
		err = errors.Join(db.rewrap(ctx, to), db.Close())
	case errors.Is(err, ErrWrongKeys): // it came so far before
		err = o.keyStoreOpens(ctx, to)
	case errors.Is(err, ErrWrongKey): // and then further
		return o.opens(ctx, next)
	}
	if err == nil {
		err = o.rekeyDatabase(ctx, to, entry, false)
	}
	if err != nil {
		return fmt.Errorf("give the database another key: %w", err)
	}
	return o.opens(ctx, next)
}

// Abandon gives the database another key when its own is lost: whatever was sealed is
// given up, people are nobody from now on, and the key store is deleted. It can be called
// again with the same key.
func Abandon(ctx context.Context, o Options, next []byte, entry account.Entry) error {
	to, err := deriveKeys(next)
	if err == nil {
		err = o.rekeyDatabase(ctx, to, entry, true)
	}
	for _, name := range []string{o.Keys, o.Keys + "-journal"} {
		if err == nil {
			if err = os.Remove(name); errors.Is(err, fs.ErrNotExist) {
				err = nil
			}
		}
	}
	if err != nil {
		return fmt.Errorf("give the database another key: %w", err)
	}
	return o.opens(ctx, next)
}

// opens reports whether everything opens with a key, and makes what follows from it.
func (o Options) opens(ctx context.Context, key []byte) error {
	o.Key = key
	db, err := Open(ctx, o)
	if err != nil {
		return err
	}
	return db.Close()
}

// keyStoreOpens reports whether the key store opens with keys.
func (o Options) keyStoreOpens(ctx context.Context, k *keys) error {
	s, err := openKeyStore(ctx, o.Keys, k, o.Now, o.Log)
	if err != nil {
		return err
	}
	return s.close()
}

// wrappedKey is a key of the key store as it will be kept.
type wrappedKey struct {
	uid, wrapped []byte
	index        []byte // nil for none
	createdAt    int64
}

// rewrap wraps all keys of the key store anew.
func (db *DB) rewrap(ctx context.Context, to *keys) error {
	return db.people.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		all, err := db.wrappedAnew(ctx, tx, to)
		if err != nil {
			return err
		}
		// Indexes are unique, and none of the old ones must be in the way.
		if err := tx.Exec("DELETE FROM keys").Error; err != nil {
			return err
		}
		for _, k := range all {
			err := tx.Exec("INSERT INTO keys (created_at, uid, address, wrapped) VALUES (?, ?, ?, ?)", k.createdAt, k.uid, k.index, k.wrapped).Error
			if err != nil {
				return err
			}
		}
		if err := tx.Exec("DELETE FROM meta WHERE name LIKE 'passing %'").Error; err != nil {
			return err // what was hashed with these is forgotten, too
		}
		return tx.Exec("UPDATE meta SET value = ? WHERE name = ?", to.checkStore(), keyCheck).Error
	})
}

// wrappedAnew are the keys of the key store, wrapped with another key. Those of nobody,
// whose address nobody can tell, are left out.
func (db *DB) wrappedAnew(ctx context.Context, tx *gorm.DB, to *keys) ([]wrappedKey, error) {
	var rows []struct {
		UID, Address, Wrapped []byte
		CreatedAt             int64
	}
	if err := tx.Raw("SELECT uid, address, wrapped, created_at FROM keys ORDER BY uid").Scan(&rows).Error; err != nil {
		return nil, err
	}
	all := make([]wrappedKey, 0, len(rows))
	for _, r := range rows {
		key, err := db.people.keys.unwrap(r.UID, r.Wrapped)
		if err != nil {
			return nil, fmt.Errorf("a key in the key store is damaged: %w", err)
		}
		k := wrappedKey{uid: r.UID, wrapped: to.wrap(key), createdAt: r.CreatedAt}
		if r.Address != nil {
			address, err := db.addressUnder(ctx, key)
			if errors.Is(err, comment.ErrNotFound) {
				continue
			}
			if err != nil {
				return nil, err
			}
			k.index = to.index(address)
		}
		all = append(all, k)
	}
	return all, nil
}

// addressUnder is the address that is sealed with a key.
func (db *DB) addressUnder(ctx context.Context, key secret) (string, error) {
	row, err := rowsOf[personRow](db.read).Where("uid = ?", key.uid).Take(ctx)
	if err != nil {
		return "", notFound(err, comment.ErrNotFound)
	}
	return key.open(anAddress, row.EmailSealed)
}

// rekeyDatabase notes in the database which key it has now, and takes out what the new
// one cannot tell. If the old one is lost, that is everything that was sealed.
func (o Options) rekeyDatabase(ctx context.Context, to *keys, entry account.Entry, lost bool) (err error) { //nolint:gocognit // one transaction, step by step
	db, err := o.bare(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.closePools()) }()
	var from keys
	if !lost {
		known, err := deriveKeys(o.Key)
		if err != nil {
			return err
		}
		from = *known
	}
	return db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		known, err := rowsOf[metaRow](tx).Where("name = ?", keyCheck).Take(ctx)
		if err == nil && hmac.Equal(known.Value, to.check()) {
			return nil // it came so far before
		}
		if err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
			return err
		}
		statements := []string{
			"UPDATE comments SET proof = NULL, form_key = NULL WHERE proof IS NOT NULL OR form_key IS NOT NULL",
			"UPDATE reports SET reporter = NULL",
			"DELETE FROM meta WHERE name = '" + foundBy[0].name + "'", // the next to open makes the former anew
			"DELETE FROM traces", "DELETE FROM meta WHERE name = '" + tracesKept + "'",
			// What is sealed in a copy of an account stays sealed with the old key.
			"DELETE FROM acts WHERE id IN (SELECT act_id FROM act_parts WHERE part = '" + partUser + "')",
		}
		if lost {
			statements = append(statements,
				"UPDATE comments SET person_id = NULL, email_sealed = NULL, email_index = NULL, tell = 0 "+
					"WHERE person_id IS NOT NULL OR email_index IS NOT NULL",
				"DELETE FROM people", "DELETE FROM networks", "DELETE FROM one_time_codes",
				"UPDATE opinions SET uid = NULL, sealed = NULL, run_at = NULL, guid = '', error = ''")
		}
		for _, statement := range statements {
			if err := tx.Exec(statement).Error; err != nil {
				return err
			}
		}
		if err := resealSteps(ctx, tx, &from, to); err != nil {
			return err
		}
		if err := db.reseal(ctx, tx, from.chainSeal, to.chainSeal, lost); err != nil {
			return err
		}
		if err := record(ctx, tx, entry); err != nil {
			return err
		}
		return keepMeta(tx, keyCheck, to.check())
	})
}

// bare is the database without its keys, migrated.
func (o Options) bare(ctx context.Context) (*DB, error) {
	src, err := parseURL(o.URL)
	if err != nil {
		return nil, fmt.Errorf("database %q: %w", Redact(o.URL), err)
	}
	p, err := src.connect(ctx)
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", src.name, src.scrub(err))
	}
	db, err := p.db(ctx, o.Log)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s: %w", src.name, src.scrub(err)), p.close())
	}
	db.name, db.now = src.name, o.Now
	return db, nil
}
