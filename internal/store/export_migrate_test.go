package store

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"

	"github.com/pressly/goose/v3"
)

// LatestVersion is the number of the newest migration; both engines have the same.
func LatestVersion(tb testing.TB) int {
	tb.Helper()
	var counts []int
	for _, engine := range []string{"sqlite", "postgres"} {
		files, err := fs.Glob(migrations, "migrations/"+engine+"/*.sql")
		if err != nil {
			tb.Fatal(err)
		}
		for i, f := range files {
			if !strings.HasPrefix(f, fmt.Sprintf("migrations/%s/%05d_", engine, i+1)) {
				tb.Fatalf("migration %d is called %s", i+1, f)
			}
		}
		counts = append(counts, len(files))
	}
	if counts[0] != counts[1] || counts[0] == 0 {
		tb.Fatalf("%d migrations for SQLite, %d for PostgreSQL", counts[0], counts[1])
	}
	return counts[0]
}

// MigrateTo makes a database of an earlier version and fills it with the data
// that testdata has of that version; version 0 is an empty database.
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
	if _, err := g.UpTo(tb.Context(), int64(version)); err != nil {
		tb.Fatal(err)
	}
	data, err := os.ReadFile(fmt.Sprintf("testdata/%s/%d.sql", path.Base(folder), version))
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := p.write.ExecContext(tb.Context(), string(data)); err != nil {
		tb.Fatal(err)
	}
}
