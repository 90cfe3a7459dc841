package store_test

import (
	"bytes"
	"database/sql"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hamlet/internal/comment"
	"hamlet/internal/store"
)

// onFiles is a database in a file, with its key store.
func onFiles(t *testing.T) *bench {
	t.Helper()
	return newBench(t, engine{url: newFile})
}

// again opens the database of a bench a second time, or a copy of it.
func (b *bench) again(t *testing.T, url string) *bench {
	t.Helper()
	var log bytes.Buffer
	o := options(url)
	o.Keys, o.Log = b.file, slog.New(slog.NewTextHandler(&log, nil))
	return &bench{TB: t, DB: mustOpen(t, o), url: url, file: b.file, clock: b.clock, log: &log}
}

// TestErasedInEveryCopy erases somebody and looks into a copy of the database made
// before, with the key store of today.
func TestErasedInEveryCopy(t *testing.T) {
	t.Parallel()
	b := onFiles(t)
	ada, bo := b.add(a(comment.Approved), "ada@example.org"), b.add(a(comment.Approved), "bo@example.org")
	backup := filepath.Join(t.TempDir(), "copy.db")
	b.exec("VACUUM INTO $1", backup)
	var wrapped, index []byte
	row := store.RawKeys(b.DB).QueryRowContext(t.Context(), "SELECT wrapped, address FROM keys LIMIT 1")
	if err := row.Scan(&wrapped, &index); err != nil {
		t.Fatal(err)
	}
	both := []comment.ID{ada, bo}
	for _, id := range both {
		if err := b.erase(b.get(id).Person); err != nil {
			t.Fatal(err)
		}
	}
	if all := readAll(t, b.file); bytes.Contains(all, wrapped) || bytes.Contains(all, index) || len(all) == 0 {
		t.Error("the key is in the file still, or in its journal")
	}
	old := b.again(t, backup)
	if n := old.count("people"); n != 2 {
		t.Fatalf("the copy has %d people, so it proves nothing", n)
	}
	for _, id := range both {
		if got, err := old.Comments().Address(t.Context(), old.get(id).Person); !errors.Is(err, comment.ErrErased) {
			t.Errorf("the copy has address %q, %v", got, err)
		}
		if c := old.get(id); c.Body != "A fine post." {
			t.Errorf("the comment in the copy is %+v", c)
		}
	}
	// Who comes back is somebody new, and opens nothing of before.
	before := old.get(ada).Person
	if after := old.get(old.add(a(comment.Approved), "ada@example.org")).Person; after == before {
		t.Error("an erased person came back to life")
	}
	if _, err := old.Comments().Address(t.Context(), before); !errors.Is(err, comment.ErrErased) {
		t.Errorf("the old address came back: %v", err)
	}
}

func TestLostKeyStore(t *testing.T) {
	t.Parallel()
	b := onFiles(t)
	id := b.add(a(comment.Approved), "ada@example.org")
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{b.file, b.file + "-journal"} {
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
	}
	const line = "the key store was missing"
	lost := b.again(t, b.url)
	if n := strings.Count(lost.log.String(), line); n != 1 {
		t.Errorf("it is said %d times: %s", n, lost.log)
	}
	if c := lost.get(id); c.Body != "A fine post." || c.Author != "Ada" {
		t.Errorf("the comment is %+v", c)
	}
	if got, err := lost.Comments().Address(t.Context(), lost.get(id).Person); !errors.Is(err, comment.ErrErased) {
		t.Errorf("the address is %q, %v", got, err)
	}
	if got := lost.address(lost.add(a(comment.Approved), "ada@example.org")); got != "ada@example.org" {
		t.Errorf("the next address is %q", got)
	}
	lost.expire()
	if n := lost.count("people"); n != 2 {
		t.Errorf("%d people", n)
	}
	if once := b.again(t, b.url); strings.Contains(once.log.String(), line) {
		t.Error("it is said again")
	}
}

func TestOtherKeyStores(t *testing.T) {
	t.Parallel()
	b := onFiles(t)
	b.add(a(comment.Approved), "ada@example.org")
	other := kept(t, newFile(t))
	other.Keys, other.Key = b.file, []byte(strings.Repeat("k", 32))
	if _, err := store.Open(t.Context(), other); !errors.Is(err, store.ErrWrongKeys) {
		t.Errorf("a key store made with another key: %v", err)
	}
	damaged := kept(t, newFile(t))
	if err := os.WriteFile(damaged.Keys, bytes.Repeat([]byte("no keys"), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(t.Context(), damaged); err == nil || !strings.Contains(err.Error(), damaged.Keys) {
		t.Errorf("a damaged key store: %v", err)
	}
	newer := kept(t, newFile(t))
	mustOpen(t, newer)
	raw(t, newer.Keys, "PRAGMA user_version = 9")
	if _, err := store.Open(t.Context(), newer); err == nil || !strings.Contains(err.Error(), "newer hamlet") {
		t.Errorf("a key store of a newer program: %v", err)
	}
	if info, err := os.Stat(b.file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key store is for others too: %v, %v", info.Mode(), err)
	}
}

// raw changes a file of SQLite that nobody has open.
func raw(t *testing.T, path, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite3", path)
	if err == nil {
		_, err = db.ExecContext(t.Context(), statement)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

const refusePeople = "CREATE TRIGGER refuse BEFORE INSERT ON people BEGIN SELECT RAISE(ABORT, 'power failure'); END"

// TestCutOffWhileMoving stops between the keys and the rows of people of before.
func TestCutOffWhileMoving(t *testing.T) {
	t.Parallel()
	o := kept(t, newFile(t))
	versions := store.Versions(t)
	store.MigrateTo(t, o.URL, versions[len(versions)-1])
	raw(t, o.URL, refusePeople)
	if _, err := store.Open(t.Context(), o); err == nil {
		t.Fatal("nothing failed, so this proves nothing")
	}
	raw(t, o.URL, "DROP TRIGGER refuse")
	b := &bench{TB: t, DB: mustOpen(t, o)}
	if got := b.address(38); got != "Ada.Quill@Mail.example.org" || b.keys() != 1 {
		t.Errorf("the address is %q, with %d keys", got, b.keys())
	}
}

// TestCutOffWhileAdding stops between the key and the row of somebody new.
func TestCutOffWhileAdding(t *testing.T) {
	t.Parallel()
	b := onFiles(t)
	b.exec(refusePeople)
	if _, err := b.Comments().Add(t.Context(), a(comment.Approved), comment.Given{Email: "ada@example.org"}); err == nil {
		t.Fatal("nothing failed, so this proves nothing")
	}
	if n := b.count("comments"); n != 0 || b.keys() != 1 || b.revision("hello") != 0 {
		t.Errorf("%d comments, %d keys", n, b.keys())
	}
	b.exec("DROP TRIGGER refuse")
	if got := b.address(b.add(a(comment.Approved), "ada@example.org")); got != "ada@example.org" || b.keys() != 1 {
		t.Errorf("the address is %q, with %d keys", got, b.keys())
	}
}

// TestCutOffWhileErasing stops between the key and the row of somebody erased.
func TestCutOffWhileErasing(t *testing.T) {
	t.Parallel()
	b := onFiles(t)
	person := b.get(b.add(a(comment.Approved), "ada@example.org")).Person
	b.exec("CREATE TRIGGER refuse BEFORE DELETE ON people BEGIN SELECT RAISE(ABORT, 'power failure'); END")
	if err := b.erase(person); err == nil {
		t.Fatal("nothing failed, so this proves nothing")
	}
	if _, err := b.Comments().Address(t.Context(), person); !errors.Is(err, comment.ErrErased) {
		t.Errorf("the address is there still: %v", err)
	}
	b.exec("DROP TRIGGER refuse")
	if err := b.erase(person); err != nil || b.count("people") != 0 {
		t.Errorf("erased again: %v", err)
	}
}

// TestKeyStoreFails sees that a comment whose address cannot be sealed is not kept
// without it, and that others are.
func TestKeyStoreFails(t *testing.T) {
	t.Parallel()
	b := onFiles(t)
	if _, err := store.RawKeys(b.DB).ExecContext(t.Context(), "DROP TABLE keys"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Comments().Add(t.Context(), a(comment.Approved), comment.Given{Email: "ada@example.org"}); err == nil {
		t.Error("an address was taken that could not be kept")
	}
	b.add(a(comment.Approved), "")
	if n := b.count("comments"); n != 1 {
		t.Errorf("%d comments", n)
	}
}
