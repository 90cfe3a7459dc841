package store_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/spam"
	"hamlet/internal/store"
)

// postgresEnv names the server that the suite may create databases on; the
// script .ci/postgres sets it.
const postgresEnv = "HAMLET_TEST_POSTGRES"

// engine makes empty databases of one kind.
type engine struct {
	name string
	// url makes the URL of an empty database.
	url func(tb testing.TB) string
}

var engines = []engine{
	{"sqlite memory", func(testing.TB) string { return ":memory:" }},
	{"sqlite file", newFile},
	{"postgres", newPostgres},
}

func newFile(tb testing.TB) string {
	tb.Helper()
	return filepath.Join(tb.TempDir(), "hamlet.db")
}

// newPostgres creates a database on the test's server, to be dropped afterwards.
func newPostgres(tb testing.TB) string {
	tb.Helper()
	server := os.Getenv(postgresEnv)
	if server == "" {
		tb.Skipf("SKIPPED: no PostgreSQL to test with: run this by .ci/postgres, or set %s", postgresEnv)
	}
	admin, err := sql.Open("pgx", server)
	if err != nil {
		tb.Fatal(err)
	}
	name := "test_" + strings.ToLower(rand.Text())
	if _, err := admin.ExecContext(tb.Context(), "CREATE DATABASE "+name); err != nil {
		tb.Fatalf("create database: %v", err)
	}
	tb.Cleanup(func() {
		if _, err := admin.ExecContext(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			tb.Errorf("drop database: %v", err)
		}
		if err := admin.Close(); err != nil {
			tb.Error(err)
		}
	})
	u, err := url.Parse(server)
	if err != nil {
		tb.Fatalf("%s: %v", postgresEnv, err)
	}
	u.Path = "/" + name
	return u.String()
}

// onEach runs a test on every engine.
func onEach(t *testing.T, es []engine, test func(t *testing.T, e engine)) {
	t.Helper()
	for _, e := range es {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			test(t, e)
		})
	}
}

// start is when the clock of a test stands at first.
var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// clock is a time that passes when a test says so.
type clock struct {
	mu   sync.Mutex
	at   time.Time
	step time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(c.step)
	return c.at
}

// each lets so much time pass whenever somebody looks.
func (c *clock) each(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.step = d
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

var testKey = []byte("0123456789abcdef0123456789abcdef")

func options(url string) store.Options {
	return store.Options{
		URL: url, Key: testKey, Log: slog.New(slog.DiscardHandler),
		Now: func() time.Time { return start },
	}
}

// kept is options with a key store that stays.
func kept(tb testing.TB, url string) store.Options {
	tb.Helper()
	o := options(url)
	o.Keys = filepath.Join(tb.TempDir(), "people.keys")
	return o
}

func mustOpen(tb testing.TB, o store.Options) *store.DB {
	tb.Helper()
	db, err := store.Open(tb.Context(), o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := db.Close(); err != nil {
			tb.Error(err)
		}
	})
	return db
}

// bench is a database with what tests do to it; every step must succeed.
type bench struct {
	testing.TB
	*store.DB
	url   string
	file  string // of the key store
	clock *clock
	log   *bytes.Buffer
}

func newBench(tb testing.TB, e engine) *bench {
	tb.Helper()
	b := &bench{TB: tb, clock: &clock{at: start}, log: &bytes.Buffer{}}
	b.url = e.url(tb)
	o := options(b.url)
	if b.url != ":memory:" {
		o = kept(tb, b.url)
	}
	o.KeepNetwork = 7 * 24 * time.Hour
	b.file, o.Now = o.Keys, b.clock.now
	o.Log = slog.New(slog.NewJSONHandler(b.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	b.DB = mustOpen(tb, o)
	tb.Cleanup(b.tallied)
	return b
}

// another is another program that has opened the same database; nil for one in memory, which none can.
func (b *bench) another() *bench {
	if b.url == ":memory:" {
		return nil
	}
	o := options(b.url)
	o.Keys = b.file
	return &bench{TB: b.TB, DB: mustOpen(b.TB, o), clock: b.clock}
}

// tallied compares, after each test, how many comments of each status a post is said to have with
// those there are.
func (b *bench) tallied() {
	b.Helper()
	var apart int
	err := store.Raw(b.DB).QueryRowContext(context.Background(), "SELECT count(*) FROM (SELECT post, status, count(*) AS n FROM comments "+
		"WHERE deleted_at IS NULL AND erased_at IS NULL GROUP BY post, status) AS c "+
		"FULL JOIN (SELECT post, status, n FROM tallies WHERE n > 0) AS t ON c.post = t.post AND c.status = t.status "+
		"WHERE c.n IS NULL OR t.n IS NULL OR c.n <> t.n").Scan(&apart)
	if err == nil && apart > 0 { // a test may have left no database to ask
		b.Errorf("%d tallies are wrong", apart)
	}
}

// a is a comment to begin with.
func a(status comment.Status) comment.Comment {
	return comment.Comment{
		Post: "hello", Author: "Ada", Body: "A fine post.", Status: status, CreatedAt: start,
		Verdict: spam.Verdict{Class: spam.Ham, Probability: 0.01, Model: "test"},
	}
}

func (b *bench) add(c comment.Comment, email string) comment.ID {
	b.Helper()
	return b.give(c, comment.Given{Email: email}).ID
}

func (b *bench) give(c comment.Comment, g comment.Given) comment.Added {
	b.Helper()
	added, err := b.Comments().Add(b.Context(), c, g)
	if err != nil {
		b.Fatal(err)
	}
	return added
}

func (b *bench) get(id comment.ID) comment.Comment {
	b.Helper()
	c, err := b.Comments().Get(b.Context(), id)
	if err != nil {
		b.Fatal(err)
	}
	return c
}

// update also removes what is deleted for good, as upkeep does later.
func (b *bench) update(id comment.ID, ch comment.Change) comment.Comment {
	b.Helper()
	c, err := b.Comments().Update(b.Context(), id, func(comment.Comment) (comment.Change, error) { return ch, nil })
	if err != nil {
		b.Fatal(err)
	}
	if ch.Delete {
		b.purge()
	}
	return c.Comment
}

// purge removes what is deleted for good as if it had been long ago.
func (b *bench) purge() {
	b.Helper()
	if err := store.PurgeUntil(b.Context(), b.DB, start.AddDate(10, 0, 0)); err != nil {
		b.Fatal(err)
	}
}

func (b *bench) revision(post string) int64 {
	b.Helper()
	n, err := store.Revision(b.Context(), b.DB, post)
	if err != nil {
		b.Fatal(err)
	}
	return n
}

func (b *bench) labels(after int64) []comment.Label {
	b.Helper()
	ls, err := b.Comments().Labels(b.Context(), after)
	if err != nil {
		b.Fatal(err)
	}
	return ls
}

// count counts rows.
func (b *bench) count(from string) int {
	b.Helper()
	var n int
	if err := store.Raw(b.DB).QueryRowContext(b.Context(), "SELECT count(*) FROM "+from).Scan(&n); err != nil {
		b.Fatal(err)
	}
	return n
}

// audit is the audit log, oldest first.
func (b *bench) audit() []account.Entry {
	b.Helper()
	rows, err := store.Raw(b.DB).QueryContext(b.Context(), "SELECT at, actor, action, target, detail FROM audit ORDER BY id")
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	var es []account.Entry
	for rows.Next() {
		var e account.Entry
		var at int64
		if err := rows.Scan(&at, &e.Actor, &e.Action, &e.Target, &e.Detail); err != nil {
			b.Fatal(err)
		}
		e.At = time.UnixMilli(at).UTC()
		es = append(es, e)
	}
	if err := rows.Err(); err != nil {
		b.Fatal(err)
	}
	return es
}
