package store

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"gorm.io/driver/sqlite"
	"gorm.io/gorm"

	"hamlet/internal/comment"
)

// ErrWrongKeys means that the key store was made with another key.
var ErrWrongKeys = errors.New("the key store was made with another key; restore the key file that belongs to it, " +
	"or take the key store away: the addresses of commenters are lost then, and nothing else")

// keyStore keeps the keys that addresses and networks are sealed with, wrapped by
// the blog's key, and what an address is looked up by. It is a file beside the
// database, and not in it, so that whoever is erased here is erased from every copy
// of the database there is.
//
// The journal is rolled back and not written ahead, and what is deleted is
// overwritten: a key that is gone is gone from the file when its deletion is answered,
// and from the disk as far as a file system goes.
//
// # Order
//
// A key is kept before anything is sealed with it. It is destroyed only by a
// transaction of the database that has the people to itself (see lockPeople), before
// that ends; and a new person's row is kept only if the key is there at that time. So
// whenever the power fails, the worst that is left is a key of nobody, which upkeep
// takes away, or a person whose address cannot be opened.
type keyStore struct {
	name  string // for messages
	write *gorm.DB
	read  *sql.DB
	queue *queue
	keys  *keys
	now   func() time.Time
	fresh bool // there was none before
}

// keySchema is the layout of version 1.
const keySchema = `
CREATE TABLE meta (
    name  TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
-- address is what a person is looked up by; the keys of networks have none.
CREATE TABLE keys (
    uid        BLOB    NOT NULL PRIMARY KEY CHECK (length(uid) = 16),
    address    BLOB    UNIQUE CHECK (length(address) = 32),
    wrapped    BLOB    NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
PRAGMA user_version = 1;`

const keyStoreVersion = 1

// openKeyStore opens the key store, and creates it if it is missing. An empty path is
// one in memory.
func openKeyStore(ctx context.Context, path string, k *keys, now func() time.Time, log *slog.Logger) (*keyStore, error) {
	s := &keyStore{name: path, queue: newQueue(), keys: k, now: now}
	if err := s.connect(ctx, path, log); err != nil {
		return nil, fmt.Errorf("key store %s: %w", path, err)
	}
	return s, nil
}

func (s *keyStore) connect(ctx context.Context, path string, log *slog.Logger) error {
	if err := touch(path); err != nil {
		return err
	}
	common := url.Values{
		"_busy_timeout": {sqliteWait}, "_stmt_cache_size": {"16"}, "_synchronous": {"EXTRA"}, "_secure_delete": {"on"},
	}
	file := (&url.URL{Scheme: "file", Path: path, OmitHost: true}).String()
	if path == "" {
		file = "file:/" + rand.Text()
		common.Set("vfs", "memdb")
	} else {
		common.Set("_journal_mode", "TRUNCATE")
	}
	write, err := openPool(file, common, url.Values{"_txlock": {"immediate"}}, 1)
	if err != nil {
		return err
	}
	// Not opened for reading only: whoever comes first after another program was killed
	// rolls its journal back.
	if s.read, err = openPool(file, common, url.Values{"_query_only": {"on"}}, keyReaders); err == nil {
		s.write, err = gorm.Open(sqlite.New(sqlite.Config{Conn: write}), config(log))
	}
	if err == nil {
		err = s.prepare(ctx, write)
	}
	if err == nil {
		if path != "" {
			s.queue.there = staying(path)
		}
		return nil
	}
	if s.read != nil {
		err = errors.Join(err, s.read.Close())
	}
	return errors.Join(err, write.Close())
}

// keyReaders is how many connections look keys up at a time.
const keyReaders = 2

// prepare lays the tables out, and refuses a store of another version or key.
func (s *keyStore) prepare(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // nothing, after a commit
	var version int
	if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	if version > keyStoreVersion {
		return fmt.Errorf("its version is %d, and this program knows versions up to %d: it was used with a newer hamlet",
			version, keyStoreVersion)
	}
	if version == 0 {
		s.fresh = true
		if _, err := tx.ExecContext(ctx, keySchema); err != nil {
			return fmt.Errorf("lay out: %w", err)
		}
		if _, err := tx.ExecContext(ctx, "INSERT INTO meta (name, value) VALUES (?, ?)", keyCheck, s.keys.checkStore()); err != nil {
			return err
		}
	}
	var known []byte
	if err := tx.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = ?", keyCheck).Scan(&known); err != nil {
		return fmt.Errorf("check the key: %w", err)
	}
	if !hmac.Equal(known, s.keys.checkStore()) {
		return ErrWrongKeys
	}
	return tx.Commit()
}

func (s *keyStore) close() error {
	err := s.read.Close()
	write, werr := s.write.DB()
	if werr == nil {
		werr = write.Close()
	}
	return errors.Join(err, werr)
}

// change is DB.change for the key store.
func (s *keyStore) change(ctx context.Context, fn work) error {
	return s.queue.do(s.write, &job{ctx: ctx, fn: fn})
}

// find looks a key up by an address, or comment.ErrNotFound. One that is kept by a former index
// is kept by the index from then on.
func (s *keyStore) find(ctx context.Context, index []byte, former ...[]byte) (secret, error) {
	key, err := s.at(ctx, index)
	if len(former) == 0 || !errors.Is(err, comment.ErrNotFound) {
		return key, err
	}
	err = s.change(ctx, func(_ context.Context, tx *gorm.DB) error {
		return tx.Exec("UPDATE keys SET address = ? WHERE uid = (SELECT uid FROM keys WHERE address IN ? ORDER BY created_at LIMIT 1)"+
			" AND NOT EXISTS (SELECT 1 FROM keys WHERE address = ?)", index, former, index).Error
	})
	if err != nil {
		return secret{}, fmt.Errorf("look a key up as it was kept before: %w", err)
	}
	return s.at(ctx, index)
}

// at is find by one index.
func (s *keyStore) at(ctx context.Context, index []byte) (secret, error) {
	key, err := s.key(s.read.QueryRowContext(ctx, "SELECT uid, wrapped FROM keys WHERE address = ?", index))
	if errors.Is(err, sql.ErrNoRows) {
		return secret{}, comment.ErrNotFound
	}
	return key, err
}

// get reads a key by its name; if it is gone, the error is comment.ErrErased.
func (s *keyStore) get(ctx context.Context, uid []byte) (secret, error) {
	key, err := s.key(s.read.QueryRowContext(ctx, "SELECT uid, wrapped FROM keys WHERE uid = ?", uid))
	if errors.Is(err, sql.ErrNoRows) {
		return secret{}, comment.ErrErased
	}
	return key, err
}

// some reads keys by their names; those that are gone are not there.
func (s *keyStore) some(ctx context.Context, uids [][]byte) (map[string]secret, error) {
	args := make([]any, len(uids))
	for i, uid := range uids {
		args[i] = uid
	}
	rows, err := s.read.QueryContext(ctx, "SELECT uid, wrapped FROM keys WHERE uid IN (?"+strings.Repeat(", ?", len(uids)-1)+")", args...) //nolint:gosec // question marks alone
	if err != nil {
		return nil, fmt.Errorf("look keys up: %w", err)
	}
	defer func() { _ = rows.Close() }()
	out := make(map[string]secret, len(uids))
	for rows.Next() {
		key, err := s.key(rows)
		if err != nil {
			return nil, err
		}
		out[string(key.uid)] = key
	}
	return out, rows.Err()
}

func (s *keyStore) key(row interface{ Scan(into ...any) error }) (secret, error) {
	var uid, kept []byte
	if err := row.Scan(&uid, &kept); err != nil {
		return secret{}, fmt.Errorf("look a key up: %w", err)
	}
	key, err := s.keys.unwrap(uid, kept)
	if err != nil {
		return secret{}, fmt.Errorf("a key in the key store is damaged: %w", err)
	}
	return key, nil
}

// of is the key of an address, made the first time.
func (s *keyStore) of(ctx context.Context, index []byte, former ...[]byte) (secret, error) {
	key, err := s.find(ctx, index, former...)
	if !errors.Is(err, comment.ErrNotFound) {
		return key, err
	}
	// Of two who make it at once, both take the one that was kept.
	if err := s.keep(ctx, newSecret(), index); err != nil {
		return secret{}, err
	}
	return s.find(ctx, index)
}

// keep keeps a key, unless there is one of this address; index is nil for a key of no
// address.
func (s *keyStore) keep(ctx context.Context, key secret, index []byte) error {
	err := s.change(ctx, func(_ context.Context, tx *gorm.DB) error {
		return tx.Exec("INSERT INTO keys (created_at, uid, address, wrapped) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
			millis(s.now()), key.uid, index, s.keys.wrap(key)).Error
	})
	if err != nil {
		return fmt.Errorf("keep a key: %w", err)
	}
	return nil
}

// destroy deletes keys for good. It returns when that is on the disk.
func (s *keyStore) destroy(ctx context.Context, uids ...[]byte) error {
	if len(uids) == 0 {
		return nil
	}
	err := s.change(ctx, func(_ context.Context, tx *gorm.DB) error {
		return tx.Exec("DELETE FROM keys WHERE uid IN ?", uids).Error
	})
	if err != nil {
		return fmt.Errorf("destroy keys: %w", err)
	}
	return nil
}

// noted reports whether something was noted.
func (s *keyStore) noted(ctx context.Context, name string) (bool, error) {
	var n int
	err := s.read.QueryRowContext(ctx, "SELECT COUNT(*) FROM meta WHERE name = ?", name).Scan(&n)
	return n > 0, err
}

// notes notes something for good.
func (s *keyStore) notes(ctx context.Context, name string) error {
	return s.change(ctx, func(_ context.Context, tx *gorm.DB) error {
		return tx.Exec("INSERT INTO meta (name, value) VALUES (?, x'01') ON CONFLICT DO NOTHING", name).Error
	})
}
