package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"hamlet/internal/comment"
	"hamlet/internal/store"
)

func TestSQLiteVersion(t *testing.T) {
	t.Parallel()
	for version, good := range map[string]bool{
		"3.51.3": true, "3.51.10": true, "3.52.0": true, "4.0.0": true, "3.54.1": true, "3.60": true,
		"3.51.2": false, "3.9.99": false, "3.51": false, "2.99.99": false, "": false, "next": false,
	} {
		if err := store.CheckSQLiteVersion(version); (err == nil) != good {
			t.Errorf("version %q: %v", version, err)
		}
	}
}

// TestSQLiteSettings asks the connections how they are set.
func TestSQLiteSettings(t *testing.T) {
	t.Parallel()
	db := mustOpen(t, options(newFile(t)))
	cases := []struct {
		name   string
		pool   *sql.DB
		pragma string
		want   string
	}{
		{"writer", store.Raw(db), "journal_mode", "wal"},
		{"writer", store.Raw(db), "synchronous", "2"}, // FULL
		{"writer", store.Raw(db), "foreign_keys", "1"},
		{"writer", store.Raw(db), "busy_timeout", "15000"},
		{"writer", store.Raw(db), "secure_delete", "1"},
		{"reader", store.RawReader(db), "query_only", "1"},
		{"reader", store.RawReader(db), "busy_timeout", "15000"},
	}
	for _, c := range cases {
		var got string
		if err := c.pool.QueryRowContext(t.Context(), "PRAGMA "+c.pragma).Scan(&got); err != nil || got != c.want {
			t.Errorf("%s: %s = %s, %v; want %s", c.name, c.pragma, got, err, c.want)
		}
	}
	for name, pool := range map[string]*sql.DB{"file": store.RawReader(db), "memory": store.RawReader(mustOpen(t, options(":memory:")))} {
		if _, err := pool.ExecContext(t.Context(), "DELETE FROM comments"); err == nil {
			t.Errorf("%s: the readers' connection writes", name)
		}
	}
}

// TestTwoPrograms lets two programs use one file, as the server and a command do.
func TestTwoPrograms(t *testing.T) {
	t.Parallel()
	o := options(newFile(t))
	const each, workers = 40, 4
	var wg sync.WaitGroup
	for range 2 {
		cs := mustOpen(t, o).Comments()
		for range workers {
			wg.Go(func() {
				for range each {
					if err := submitAndApprove(t.Context(), cs); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
	}
	wg.Wait()
	b := &bench{TB: t, DB: mustOpen(t, o)}
	const want = 2 * workers * each
	if ls := b.labels(0); len(ls) != want || ls[want-1].Seq != want || b.revision("hello") != want {
		t.Errorf("%d labels, revision %d; want %d", len(ls), b.revision("hello"), want)
	}
}

func submitAndApprove(ctx context.Context, cs *store.Comments) error {
	added, err := cs.Add(ctx, a(comment.Pending), comment.Given{Email: "ada@example.org"})
	if err != nil {
		return err
	}
	if _, err := cs.Get(ctx, added.ID); err != nil {
		return err
	}
	_, err = cs.Update(ctx, added.ID, func(comment.Comment) (comment.Change, error) {
		return comment.Change{Status: comment.Approved, Relabel: true, Entry: entry}, nil
	})
	return err
}

// TestLogStaysBounded writes far more than the write-ahead log should ever
// hold, while readers come and go. Without a transaction around each insert
// the log would grow with every one of them.
func TestLogStaysBounded(t *testing.T) {
	t.Parallel()
	o := options(newFile(t))
	db := mustOpen(t, o)
	c := a(comment.Pending) // one INSERT and nothing else
	c.Body = strings.Repeat("words ", 1500)
	const writers, each, limit = 16, 80, 16 << 20
	ctx, done := context.WithCancel(t.Context())
	var reader, wg sync.WaitGroup
	reader.Go(func() {
		for ctx.Err() == nil {
			_, _ = db.Comments().List(ctx, everything, comment.Pending, 0, 5)
		}
	})
	for range writers {
		wg.Go(func() {
			for range each {
				if _, err := db.Comments().Add(t.Context(), c, comment.Given{}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	done()
	reader.Wait()
	log, err := os.Stat(o.URL + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	if log.Size() > limit {
		t.Errorf("the log has %d bytes after %d comments of %d bytes", log.Size(), writers*each, len(c.Body))
	}
}

// TestDeletedForGood reads the files as a thief would, while the blog runs and after:
// what was deleted or erased for good is not in them any more when that is answered.
func TestDeletedForGood(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		remove func(*bench, comment.ID)
	}{
		{"deleted by a moderator", func(b *bench, id comment.ID) { b.update(id, comment.Change{Delete: true, Entry: entry}) }},
		{"erased by its author", func(b *bench, id comment.ID) {
			if _, err := b.Comments().Erase(b.Context(), id, 0, entry); err != nil {
				b.Fatal(err)
			}
		}},
		{"erased with all under the address", func(b *bench, id comment.ID) {
			c, err := b.Comments().Get(b.Context(), id)
			if err == nil {
				_, err = b.Comments().EraseAll(b.Context(), c.Person, entryOf)
			}
			if err != nil {
				b.Fatal(err)
			}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := options(newFile(t))
			db := mustOpen(t, o)
			b := &bench{TB: t, DB: db}
			c := a(comment.Trash)
			c.Body = "take this back, please " + strings.Repeat(".", 6000)
			kept := b.add(a(comment.Approved), "")
			tt.remove(b, b.add(c, "ada@example.org"))
			for _, when := range []string{"while it is open", "after it was closed"} {
				if content := readAll(t, o.URL); bytes.Contains(content, []byte("take this back")) || !bytes.Contains(content, []byte("A fine post.")) {
					t.Errorf("%s the files still hold the comment, or not the other (%d)", when, kept)
				}
				if err := db.Close(); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// readAll is everything that is in the files of a database.
func readAll(t *testing.T, path string) []byte {
	t.Helper()
	files, err := filepath.Glob(path + "*")
	if err != nil || len(files) == 0 {
		t.Fatalf("files %v, %v", files, err)
	}
	var all []byte
	for _, f := range files {
		content, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, content...)
	}
	return all
}
