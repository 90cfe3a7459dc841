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
	return up(ctx, p, func() error {
		_, err := db.ExecContext(ctx, eachOnce)
		return err
	})
}

// eachOnce lets each version be recorded once: goose has no lock for SQLite, and of two programs
// that start on a file at once both would apply what can be applied twice.
const eachOnce = `
DELETE FROM goose_db_version WHERE id NOT IN (SELECT min(id) FROM goose_db_version GROUP BY version_id);
CREATE UNIQUE INDEX IF NOT EXISTS goose_db_version_once ON goose_db_version (version_id);`

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
	return up(ctx, p, func() error { return nil })
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

// up applies what is missing, after what is to be done before. When two programs start on a new
// SQLite file at once, both may try the same migration, and one fails without having changed
// anything. It looks again as long as it finds that the other got ahead.
func up(ctx context.Context, p *goose.Provider, before func() error) error {
	for {
		have, want, err := p.GetVersions(ctx)
		if err != nil {
			return fmt.Errorf("read the database's version: %w", err)
		}
		if have > want {
			return fmt.Errorf("its version is %d, and this program knows versions up to %d: "+
				"it was used with a newer hamlet; use that one, or a backup", have, want)
		}
		if have < want {
			if err := before(); err != nil {
				return fmt.Errorf("let each version be recorded once: %w", err)
			}
		}
		if _, err = p.Up(ctx); err == nil {
			return nil
		}
		now, _, errNow := p.GetVersions(ctx)
		if errNow != nil || now == have {
			return fmt.Errorf("migrate from version %d to %d: %w", have, want, errors.Join(err, errNow))
		}
	}
}
