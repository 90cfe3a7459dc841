package store

import (
	"bytes"
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"hamlet/internal/comment"
)

// Raw is the database below the store, to look at what is really there.
func Raw(db *DB) *sql.DB {
	pool, err := db.write.DB()
	if err != nil {
		panic(err)
	}
	return pool
}

// RawReader is the pool of SQLite's readers.
func RawReader(db *DB) *sql.DB {
	pool, err := db.read.DB()
	if err != nil {
		panic(err)
	}
	return pool
}

// Few sets how many comments are few.
func Few(db *DB, n int) { db.few = n }

// Settled waits for what is done beside.
func Settled(db *DB) { db.background.done.Wait() }

// Asked is what is asked of the readers meanwhile, in SQL.
func Asked(db *DB, do func() error) ([]string, error) { return askedThrough(&db.read, do) }

// AskedOfWriter is what the connection that writes is asked meanwhile.
func AskedOfWriter(db *DB, do func() error) ([]string, error) { return askedThrough(&db.write, do) }

func askedThrough(through **gorm.DB, do func() error) ([]string, error) {
	was, r := *through, &recorder{Interface: logger.Discard}
	defer func() { *through = was }()
	*through = was.Session(&gorm.Session{Logger: r})
	err := do()
	return r.sql, err
}

// Queued reports whether writers wait in a queue.
func Queued(db *DB) bool { return db.queue != nil }

type recorder struct {
	logger.Interface
	sql []string
}

func (r *recorder) Trace(_ context.Context, _ time.Time, sql func() (string, int64), _ error) {
	asked, _ := sql()
	r.sql = append(r.sql, asked)
}

// Waiting counts the calls that wait for SQLite's writer.
func Waiting(db *DB) int {
	db.queue.mu.Lock()
	defer db.queue.mu.Unlock()
	return len(db.queue.waiting)
}

// Gathers lets SQLite's writer believe that its last transaction was for so many and took so long, and
// that it may wait so long; it returns how many it was for.
func Gathers(db *DB, last int, took time.Duration) (was int) {
	db.queue.turn.Lock()
	defer db.queue.turn.Unlock()
	was = db.queue.last
	db.queue.last, db.queue.took, db.queue.patience = last, took, took
	return was
}

// Revision is the revision of a thread; 0 if nothing ever was approved.
func Revision(ctx context.Context, db *DB, post string) (int64, error) {
	var n int64
	row := RawReader(db).QueryRowContext(ctx, "SELECT COALESCE(MAX(revision), 0) FROM threads WHERE post = $1", post)
	err := row.Scan(&n)
	return n, err
}

// openBox seals nothing, to see that a test for leaks finds one.
type openBox struct{}

func (openBox) seal(_ secret, _ byte, text string) ([]byte, error) { return []byte(text), nil }
func (openBox) former(string) [][]byte                             { return nil }

func (openBox) index(address string) []byte {
	return fmt.Append(make([]byte, 32), address)[len(address):]
}
func (openBox) trace(hash uint64) int64           { return int64(hash) }
func (openBox) form(_ secret, hash []byte) []byte { return hash[:formSize] }

func (openBox) reporter(_ secret, who string, _ int64) []byte {
	return append([]byte(who), make([]byte, reporterSize)...)[:reporterSize]
}
func (openBox) ofUser(h []byte) secret { return secret{h, make([]byte, keySize)} }

// SealNothing takes the protection of addresses away.
func SealNothing(db *DB) { db.box = openBox{} }

// hashBox keeps the plain hash that anybody can compute.
type hashBox struct{}

func (hashBox) seal(secret, byte, string) ([]byte, error) { return []byte("sealed"), nil }
func (hashBox) former(string) [][]byte                    { return nil }

func (hashBox) index(address string) []byte {
	sum := sha256.Sum256([]byte(strings.ToLower(strings.TrimSpace(address))))
	return sum[:]
}

func (hashBox) trace(hash uint64) int64           { return int64(hash) }
func (hashBox) form(_ secret, hash []byte) []byte { return hash[:formSize] }

func (hashBox) reporter(_ secret, who string, _ int64) []byte {
	sum := sha256.Sum256([]byte(who))
	return sum[:reporterSize]
}
func (hashBox) ofUser(h []byte) secret { return secret{h, make([]byte, keySize)} }

// HashOnly makes the look-up key an ordinary hash.
func HashOnly(db *DB) { db.box, db.traced.last = hashBox{}, nil }

// RawKeys is the key store below the store.
func RawKeys(db *DB) *sql.DB {
	pool, err := db.people.write.DB()
	if err != nil {
		panic(err)
	}
	return pool
}

// RememberAnew makes the traces from the comments, as the first version of the
// program that has traces does.
func RememberAnew(ctx context.Context, db *DB) error {
	if _, err := Raw(db).ExecContext(ctx, "DELETE FROM meta WHERE name = '"+tracesKept+"'"); err != nil {
		return err
	}
	return db.rememberAll(ctx)
}

// Late counts the comments whose traces are still to be written.
func Late(db *DB) int { return db.late.count() }

// ForgetDownTo forgets with room for less.
func ForgetDownTo(ctx context.Context, db *DB, most int64) error {
	return db.Comments().forgetDownTo(ctx, most)
}

// RoundTrip makes a row of a comment and a comment of the row.
func RoundTrip(c comment.Comment) (comment.Comment, error) {
	row, err := newCommentRow(c)
	if err != nil {
		return comment.Comment{}, err
	}
	row.ID = int64(c.ID)
	return row.comment()
}

var (
	CheckSQLiteVersion = checkSQLiteVersion
	EncodeLesson       = encodeLesson
	DecodeLesson       = decodeLesson
)

// RewrapOnly does the first half of Rekey, as if it was cut off then.
func RewrapOnly(ctx context.Context, db *DB, next []byte) error {
	to, err := deriveKeys(next)
	if err != nil {
		return err
	}
	return db.rewrap(ctx, to)
}

// PurgeUntil removes what was deleted for good until some time.
func PurgeUntil(ctx context.Context, db *DB, until time.Time) error {
	return db.Comments().purge(ctx, until)
}

// CompareNames is what Open does when names are compared otherwise than before.
func CompareNames(ctx context.Context, db *DB) error { return db.compareNames(ctx) }

// KeepAsBefore keeps an address by what it was looked up by when the two ways to write a domain
// were two.
func KeepAsBefore(ctx context.Context, db *DB, email string) error {
	was := mac(db.box.(*keys).indexKey, strings.ToLower(strings.TrimSpace(email)))
	return db.people.change(ctx, func(_ context.Context, tx *gorm.DB) error {
		return tx.Exec("UPDATE keys SET address = ? WHERE address = ?", was, db.box.index(email)).Error
	})
}

// PassingGrace is how long keys that pass are known after an erasure.
const PassingGrace = passingGrace

// PassingKeys are the names of the keys that pass in the key store.
func PassingKeys(db *DB) map[string]bool {
	names := map[string]bool{}
	for kind := range db.passing {
		all, err := db.people.passingKeys(db.people.write, kind)
		if err != nil {
			panic(err)
		}
		for _, k := range all {
			names[kind+" "+string(k.secret.uid)] = true
		}
	}
	return names
}

// Confirmed are the guesses that somebody can confirm with files, the blog's key and all keys that
// are in the key store: those of which a keyed hash is in the files, whatever it is of.
func Confirmed(db *DB, master, files []byte, guesses []string) []string {
	all, err := db.people.uids(db.people.read.Query("SELECT uid FROM keys"))
	if err != nil {
		panic(err)
	}
	keys := [][]byte{master}
	for _, use := range []string{
		"e-mail sealing", "e-mail index", "key check", "traces", "wrapping", "forms", "audit", "networks", "reports", "second steps",
	} {
		key, err := hkdf.Key(sha256.New, master, nil, "hamlet 1: "+use, keySize)
		if err != nil {
			panic(err)
		}
		keys = append(keys, key)
	}
	for _, uid := range all {
		key, err := db.people.get(context.Background(), uid)
		if err != nil {
			panic(err)
		}
		keys = append(keys, key.key)
	}
	for kind := range db.passing {
		all, err := db.people.passingKeys(db.people.write, kind)
		if err != nil {
			panic(err)
		}
		for _, k := range all {
			keys = append(keys, k.secret.key)
		}
	}
	var found []string
	for _, guess := range guesses {
		for _, key := range keys {
			if sum := mac(key, guess); bytes.Contains(files, sum[:8]) || bytes.Contains(files, sum[24:]) {
				found = append(found, guess)
				break
			}
		}
	}
	return found
}
