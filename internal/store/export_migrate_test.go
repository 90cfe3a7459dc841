package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"testing"

	"github.com/pressly/goose/v3"
)

// Versions are the numbers of the migrations, ascending; both engines have the same.
func Versions(tb testing.TB) []int {
	tb.Helper()
	var versions [2][]int
	for i, engine := range []string{"sqlite", "postgres"} {
		files, err := fs.Glob(migrations, "migrations/"+engine+"/*.sql")
		if err != nil {
			tb.Fatal(err)
		}
		for _, f := range files {
			n, err := strconv.Atoi(path.Base(f)[:5])
			if err != nil || n < 1 {
				tb.Fatalf("a migration is called %s", f)
			}
			versions[i] = append(versions[i], n)
		}
	}
	if !slices.Equal(versions[0], versions[1]) || len(versions[0]) == 0 {
		tb.Fatalf("migrations for SQLite are %d, for PostgreSQL %d", versions[0], versions[1])
	}
	return versions[0]
}

// MigrateTo makes a database of an earlier version, with the data that testdata has of
// that version, or, moved up to it, of the newest one before it; version 0 is an empty
// database.
func MigrateTo(tb testing.TB, url string, version int) {
	tb.Helper()
	s, err := parseURL(url)
	if err != nil {
		tb.Fatal(err)
	}
	p, err := s.connect(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	defer p.close()
	if version == 0 {
		return
	}
	dialect, folder := goose.DialectSQLite3, "migrations/sqlite"
	if s.postgres != "" {
		dialect, folder = goose.DialectPostgres, "migrations/postgres"
	}
	g, err := provider(dialect, p.write, folder)
	if err != nil {
		tb.Fatal(err)
	}
	of := version
	data, err := os.ReadFile(fmt.Sprintf("testdata/%s/%d.sql", path.Base(folder), of))
	for errors.Is(err, fs.ErrNotExist) && of > 1 {
		of--
		data, err = os.ReadFile(fmt.Sprintf("testdata/%s/%d.sql", path.Base(folder), of))
	}
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := g.UpTo(tb.Context(), int64(of)); err != nil {
		tb.Fatal(err)
	}
	if _, err := p.write.ExecContext(tb.Context(), string(data)); err != nil {
		tb.Fatal(err)
	}
	if _, err := g.UpTo(tb.Context(), int64(version)); err != nil {
		tb.Fatal(err)
	}
}
