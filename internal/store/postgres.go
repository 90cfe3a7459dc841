package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
)

const (
	postgresConns   = 10
	postgresTimeout = 10 * time.Second // to connect, if the URL does not say
	postgresIdle    = 5 * time.Minute
)

func connectPostgres(ctx context.Context, s source) (*pools, error) {
	c, err := postgresConfig(s)
	if err != nil {
		return nil, err
	}
	if c.ConnectTimeout == 0 {
		c.ConnectTimeout = postgresTimeout
	}
	db := stdlib.OpenDB(*c)
	db.SetMaxOpenConns(postgresConns)
	db.SetMaxIdleConns(postgresConns)
	db.SetConnMaxIdleTime(postgresIdle)
	p := &pools{write: db, read: db, dialect: postgresDialect, migrate: migratePostgres}
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(err, p.close())
	}
	return p, nil
}

func postgresConfig(s source) (*pgx.ConnConfig, error) {
	c, err := pgx.ParseConfig(s.postgres)
	if err != nil {
		if cause := errors.Unwrap(err); cause != nil {
			err = cause // the error itself repeats the URL
		}
		return nil, fmt.Errorf("the URL cannot be understood: %w", err)
	}
	return c, nil
}

func postgresDialect(db *sql.DB) gorm.Dialector { return postgres.New(postgres.Config{Conn: db}) }
