package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"

	"gorm.io/gorm"
)

// pools are the connections to a database, and what differs between engines.
type pools struct {
	write, read *sql.DB // the same on PostgreSQL
	queue       *queue  // of writers; nil on PostgreSQL
	dialect     func(*sql.DB) gorm.Dialector
	migrate     func(ctx context.Context, db *sql.DB) error
}

func (p *pools) close() error {
	return errors.Join(p.read.Close(), p.write.Close())
}

// db migrates the database and hands it to GORM.
func (p *pools) db(ctx context.Context, log *slog.Logger) (*DB, error) {
	if err := p.migrate(ctx, p.write); err != nil {
		return nil, err
	}
	write, err := gorm.Open(p.dialect(p.write), config(log))
	if err != nil {
		return nil, fmt.Errorf("set up: %w", err)
	}
	read, err := gorm.Open(p.dialect(p.read), config(log))
	if err != nil {
		return nil, fmt.Errorf("set up: %w", err)
	}
	db := &DB{write: write, read: read, queue: p.queue, late: &late{}}
	if db.queue != nil {
		db.late = db.queue.late
	}
	return db, nil
}
