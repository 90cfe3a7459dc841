package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"strings"

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

// Waiting counts the calls that wait for SQLite's writer.
func Waiting(db *DB) int {
	db.queue.mu.Lock()
	defer db.queue.mu.Unlock()
	return len(db.queue.waiting)
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

func (openBox) seal(_ []byte, address string) ([]byte, error) { return []byte(address), nil }
func (openBox) index(address string) []byte                   { return []byte(address) }
func (openBox) trace(hash uint64) int64                       { return int64(hash) }

// SealNothing takes the protection of addresses away.
func SealNothing(db *DB) { db.box = openBox{} }

// hashBox keeps the plain hash that anybody can compute.
type hashBox struct{}

func (hashBox) seal([]byte, string) ([]byte, error) { return []byte("sealed"), nil }
func (hashBox) index(address string) []byte {
	sum := sha256.Sum256([]byte(strings.ToLower(strings.TrimSpace(address))))
	return sum[:]
}

func (hashBox) trace(hash uint64) int64 { return int64(hash) }

// HashOnly makes the look-up key an ordinary hash.
func HashOnly(db *DB) { db.box = hashBox{} }

// Unsealed reads the address of a comment.
func Unsealed(ctx context.Context, db *DB, id int64) (string, error) {
	var uid, sealed []byte
	row := Raw(db).QueryRowContext(ctx, "SELECT uid, email_sealed FROM comments WHERE id = $1", id)
	if err := row.Scan(&uid, &sealed); err != nil {
		return "", err
	}
	return db.box.(*keys).unseal(uid, sealed)
}

// RememberAnew makes the traces from the comments, as the first version of the
// program that has traces does.
func RememberAnew(ctx context.Context, db *DB) error {
	if _, err := Raw(db).ExecContext(ctx, "DELETE FROM meta WHERE name = '"+tracesKept+"'"); err != nil {
		return err
	}
	return db.rememberAll(ctx)
}

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
