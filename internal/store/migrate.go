package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations
var migrations embed.FS

func migrateSQLite(ctx context.Context, db *sql.DB) error {
	p, err := provider(goose.DialectSQLite3, db, "migrations/sqlite")
	if err != nil {
		return err
	}
	return up(ctx, p)
}

func migratePostgres(ctx context.Context, db *sql.DB) error {
	// Several programs may start at the same time: one migrates, the others wait.
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 600))
	if err != nil {
		return err
	}
	p, err := provider(goose.DialectPostgres, db, "migrations/postgres", goose.WithSessionLocker(locker))
	if err != nil {
		return err
	}
	return up(ctx, p)
}

func provider(d goose.Dialect, db *sql.DB, folder string, o ...goose.ProviderOption) (*goose.Provider, error) {
	files, err := fs.Sub(migrations, folder)
	if err != nil {
		return nil, err
	}
	p, err := goose.NewProvider(d, db, files, append(o, goose.WithDisableGlobalRegistry(true))...)
	if err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	return p, nil
}

// up applies what is missing. goose has no lock for SQLite: when two programs
// start on a new file at once, both may try the same migration, and one fails
// without having changed anything. It looks again as long as it finds that the
// other got ahead.
func up(ctx context.Context, p *goose.Provider) error {
	for {
		have, want, err := p.GetVersions(ctx)
		if err != nil {
			return fmt.Errorf("read the database's version: %w", err)
		}
		if have > want {
			return fmt.Errorf("its version is %d, and this program knows versions up to %d: "+
				"it was used with a newer hamlet; use that one, or a backup", have, want)
		}
		_, err = p.Up(ctx)
		if err == nil {
			return nil
		}
		now, _, errNow := p.GetVersions(ctx)
		if errNow != nil || now == have {
			return fmt.Errorf("migrate from version %d to %d: %w", have, want, errors.Join(err, errNow))
		}
	}
}
