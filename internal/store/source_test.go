package store_test

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hamlet/internal/comment"
	"hamlet/internal/store"
)

// TestURLRefused sees that a wrong setting is named, with what is allowed, and
// that no password of it is told.
func TestURLRefused(t *testing.T) {
	t.Parallel()
	const secret = "s3cret"
	cases := []struct{ name, url, says string }{
		{"empty", "", `database ""`},
		{"another engine", "mysql://ada:s3cret@db.example.org/blog", `"mysql://ada@db.example.org/blog"`},
		{"misspelt", "postgre://ada:s3cret@db.example.org/blog", `"postgre://ada@db.example.org/blog"`},
		{"no slashes", "postgres:ada:s3cret@db.example.org", `"postgres:…"`},
		{"parameters", "mssql://db.example.org/blog?user=ada&password=s3cret", `"mssql://db.example.org/blog"`},
		{"another engine, not a URL", "mysql://ada:%zzs3cret@h", `"mysql:…"`},
		{"a percent sign in the password", "postgres://ada:s3cret%@db.example.org/blog", "%XX"},
		{"a percent sign first", "postgres://ada:%zzs3cret@db.example.org/blog", "%XX"},
		{"file URL", "file:hamlet.db?mode=ro", `"file:…"`},
		{"sqlite with slashes", "sqlite://data/hamlet.db", `"sqlite://data/hamlet.db"`},
		{"sqlite without path", "sqlite:", `database "sqlite:"`},
		{"words", "host=db.example.org user=ada password=s3cret", `database "…"`},
		{"a space before it", " postgres://ada:s3cret@db.example.org/blog", `database "…"`},
		{"a slash in the password", "postgres://ada:1/s3cret@db.example.org/blog", "%XX"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := store.Open(t.Context(), options(c.url))
			if err == nil {
				t.Fatal("opened")
			}
			if got := err.Error(); !strings.Contains(got, c.says) || !strings.Contains(got, store.Allowed) {
				t.Errorf("error is %q, want it to say %s and what is allowed", got, c.says)
			}
			if strings.Contains(err.Error(), secret) {
				t.Errorf("the password is told: %v", err)
			}
		})
	}
}

// TestConnectingTellsNoPassword asks servers that are not there.
func TestConnectingTellsNoPassword(t *testing.T) {
	t.Parallel()
	const nobody = "127.0.0.1:1" // tcpmux; nothing listens there
	for name, u := range map[string]string{
		"nobody listens":        "postgres://ada:s3cret@" + nobody + "/blog",
		"password with signs":   "postgresql://ada:s3cret%3A%2F%40@" + nobody + "/blog",
		"password as parameter": "postgres://ada@" + nobody + "/blog?password=s3cret",
		"unknown parameter":     "postgres://ada:s3cret@" + nobody + "/blog?sslmode=s3cret",
		"impossible port":       "postgres://ada:s3cret@127.0.0.1:99999999/blog",
		"missing certificate":   "postgres://ada:s3cret@" + nobody + "/blog?sslmode=verify-full&sslrootcert=/no/such/s3cret",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := store.Open(t.Context(), options(u))
			if err == nil {
				t.Fatal("opened")
			}
			if got := err.Error(); strings.Contains(got, "s3cret") || !strings.Contains(got, "://ada@127.0.0.1") {
				t.Errorf("error is %q, want it to name the server and no password", got)
			}
		})
	}
}

// TestWrongPassword asks a server that is there.
func TestWrongPassword(t *testing.T) {
	t.Parallel()
	u, err := url.Parse(newPostgres(t))
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.UserPassword(u.User.Username(), "s3cret")
	_, err = store.Open(t.Context(), options(u.String()))
	if err == nil || strings.Contains(err.Error(), "s3cret") || !strings.Contains(err.Error(), "password authentication failed") {
		t.Errorf("error is %v", err)
	}
}

// TestPaths opens files whose names mean something in a URL.
func TestPaths(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"hamlet.db", "with space.db", "what?mode=memory.db", "a#b.db", "100%.db", "%20.db", "a&b=c.db",
		"größe 日本 🦉.db", "quote'\".db", "file:x.db", "semi;colon.db", "+.db", "no-extension", ":memory:.db",
	} {
		for _, prefix := range []string{"", "sqlite:"} {
			t.Run(prefix+name, func(t *testing.T) {
				t.Parallel()
				dir := filepath.Join(t.TempDir(), "a folder? 100%")
				if err := os.Mkdir(dir, 0o700); err != nil {
					t.Fatal(err)
				}
				path := filepath.Join(dir, name)
				db := mustOpen(t, options(prefix+path))
				if _, err := db.Comments().Add(t.Context(), a("approved"), comment.Given{}); err != nil {
					t.Fatal(err)
				}
				checkFiles(t, dir, name)
				if cs, err := db.Comments().Outline(t.Context(), "hello"); err != nil || len(cs) != 1 {
					t.Errorf("thread is %v, %v", cs, err)
				}
			})
		}
	}
}

// checkFiles sees that a folder holds just one database, and that only its
// owner may read it.
func checkFiles(t *testing.T, dir, name string) {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range files {
		names = append(names, f.Name())
		info, err := f.Info()
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", f.Name(), info.Mode())
		}
	}
	if got, want := strings.Join(names, " "), name+" "+name+"-shm "+name+"-wal"; got != want {
		t.Errorf("files are %q, want %q", got, want)
	}
}

func TestPathRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	text := filepath.Join(dir, "notes.txt")
	if err := os.WriteFile(text, []byte(strings.Repeat("This is a text and no database. ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string]string{
		"a folder": dir, "a missing folder": filepath.Join(dir, "no", "hamlet.db"), "a text": text,
	} {
		if _, err := store.Open(t.Context(), options(path)); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: error is %v, want it to name %s", name, err, path)
		}
	}
}

// TestRelativePath is not parallel: it changes the working folder.
func TestRelativePath(t *testing.T) {
	t.Chdir(t.TempDir())
	mustOpen(t, options("hamlet 1.db"))
	if _, err := os.Stat("hamlet 1.db"); err != nil {
		t.Error(err)
	}
}

// TestMemoryIsPrivate opens two databases in memory.
func TestMemoryIsPrivate(t *testing.T) {
	one, other := mustOpen(t, options(":memory:")), mustOpen(t, options("sqlite::memory:"))
	if _, err := one.Comments().Add(t.Context(), a("approved"), comment.Given{}); err != nil {
		t.Fatal(err)
	}
	if n, err := store.Revision(t.Context(), other, "hello"); err != nil || n != 0 {
		t.Errorf("the other has revision %d, %v", n, err)
	}
	if _, err := os.Stat(":memory:"); err == nil {
		t.Error("there is a file now")
	}
}
