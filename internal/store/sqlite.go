package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/mattn/go-sqlite3"
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
)

// sqliteOldest is the first version without the bug that could corrupt a
// database in WAL mode with two connections: https://sqlite.org/wal.html#walresetbug
const sqliteOldest = "3.51.3"

// sqliteWait is how long a connection waits for another program's transaction.
const (
	sqliteWait   = "15000" // milliseconds
	busyPatience = 15 * time.Second
)

// sqliteCache is how much of the database the writer keeps at hand, in KiB and negative as
// SQLite wants it: a comment touches pages all over it, for its traces are hashes.
const sqliteCache = "-32768"

// sqliteReaders is how many connections read at a time.
const sqliteReaders = 4

func connectSQLite(ctx context.Context, s source) (*pools, error) {
	if err := touch(s.path); err != nil {
		return nil, err
	}
	common := url.Values{
		"_busy_timeout": {sqliteWait}, "_foreign_keys": {"on"}, "_stmt_cache_size": {"256"},
	}
	// What is deleted for good is overwritten in the file.
	writer := url.Values{"_txlock": {"immediate"}, "_synchronous": {"FULL"}, "_secure_delete": {"on"}, "_cache_size": {sqliteCache}}
	reader := url.Values{"_query_only": {"on"}}
	file := (&url.URL{Scheme: "file", Path: s.path, OmitHost: true}).String()
	if s.path == "" {
		// A database of this VFS is shared by the connections that know its name.
		file = "file:/" + rand.Text()
		common.Set("vfs", "memdb")
	} else {
		reader.Set("mode", "ro")
	}
	write, err := openPool(file, common, writer, 1)
	if err != nil {
		return nil, err
	}
	read, err := openPool(file, common, reader, sqliteReaders)
	if err != nil {
		return nil, errors.Join(err, write.Close())
	}
	p := &pools{write: write, read: read, queue: newQueue(), dialect: sqliteDialect, migrate: migrateSQLite}
	if err := prepareSQLite(ctx, write, s.path != ""); err != nil {
		return nil, errors.Join(err, p.close())
	}
	if s.path != "" {
		p.queue.there = staying(s.path)
	}
	return p, nil
}

func sqliteDialect(db *sql.DB) gorm.Dialector { return sqlite.New(sqlite.Config{Conn: db}) }

// touch creates the file, if it is missing, for its owner alone. SQLite gives
// its other files the same permissions.
func touch(path string) error {
	if path == "" {
		return nil
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // the path is the owner's setting
	if err != nil {
		return err
	}
	return f.Close()
}

// openPool opens a pool whose connections stay open: the writer's keeps a
// database in memory alive.
func openPool(file string, common, more url.Values, size int) (*sql.DB, error) {
	db, err := sql.Open(sqlite.DriverName, file+"?"+common.Encode()+"&"+more.Encode())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	return db, nil
}

// prepareSQLite checks the engine and sets the journal.
func prepareSQLite(ctx context.Context, db *sql.DB, file bool) error {
	var version, journal string
	if err := db.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&version); err != nil {
		return err
	}
	if err := checkSQLiteVersion(version); err != nil {
		return err
	}
	// What a savepoint would bring back is otherwise written to a file for each comment.
	if _, err := db.ExecContext(ctx, "PRAGMA temp_store = MEMORY"); err != nil {
		return fmt.Errorf("keep savepoints in memory: %w", err)
	}
	if err := whileBusy(ctx, func() error { return db.QueryRowContext(ctx, "PRAGMA journal_mode = WAL").Scan(&journal) }); err != nil {
		return fmt.Errorf("set the journal: %w", err)
	}
	if file && journal != "wal" {
		return fmt.Errorf("no write-ahead log possible here (journal_mode is %s); is the folder on a network drive?", journal)
	}
	return nil
}

// whileBusy does something again for as long as another program is in the way. SQLite waits by
// itself for a transaction to end, but not where two programs set the journal of a new file.
func whileBusy(ctx context.Context, do func() error) error {
	patience := time.NewTimer(busyPatience)
	defer patience.Stop()
	for {
		err := do()
		if busy := (sqlite3.Error{}); !errors.As(err, &busy) || busy.Code != sqlite3.ErrBusy {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-patience.C:
			return err
		case <-time.After(busyPatience / 1000):
		}
	}
}

func checkSQLiteVersion(version string) error {
	if olderVersion(version, sqliteOldest) {
		return fmt.Errorf("this program was built with SQLite %s, which can corrupt databases; at least %s is needed",
			version, sqliteOldest)
	}
	return nil
}

// olderVersion compares versions like 3.51.3 number by number; what is no
// number counts as 0.
func olderVersion(a, b string) bool {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	for i := range max(len(as), len(bs)) {
		if x, y := part(as, i), part(bs, i); x != y {
			return x < y
		}
	}
	return false
}

func part(version []string, i int) int {
	if i >= len(version) {
		return 0
	}
	n, err := strconv.Atoi(version[i])
	if err != nil {
		return 0
	}
	return n
}
