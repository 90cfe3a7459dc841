package store

import (
	"context"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// table is what may be asked of the table of one kind of row, as in GORM's generics API and
// meant the same way: every question carries its context, and what was asked may be asked on
// in two ways. That API is compiled anew, whole, for each kind of row; for our
// forty this took fifty seconds of processor, two gigabytes of memory and a sixth of the program.
type table[T any] struct{ q question }

// rowsOf asks the table of T.
func rowsOf[T any](db *gorm.DB, with ...clause.Expression) table[T] {
	t := table[T]{question{db: db}}
	if len(with) > 0 {
		t.q = t.q.and(func(db *gorm.DB) *gorm.DB { return db.Clauses(with...) })
	}
	return t
}

func (t table[T]) Where(query string, args ...any) table[T] { return table[T]{t.q.where(query, args)} }
func (t table[T]) Order(by any) table[T]                    { return table[T]{t.q.order(by)} }
func (t table[T]) Limit(n int) table[T]                     { return table[T]{t.q.limit(n)} }

func (t table[T]) Select(query string, args ...any) table[T] {
	return table[T]{t.q.columns(query, args)}
}

func (t table[T]) Omit(columns ...string) table[T] { return table[T]{t.q.omit(columns)} }

// Find is all rows.
func (t table[T]) Find(ctx context.Context) ([]T, error) {
	var rows []T
	err := t.q.in(ctx).Find(&rows).Error
	return rows, err
}

// Take is one row, or gorm.ErrRecordNotFound.
func (t table[T]) Take(ctx context.Context) (T, error) {
	var row T
	err := t.q.in(ctx).Take(&row).Error
	return row, err
}

func (t table[T]) Count(ctx context.Context, column string) (int64, error) {
	return t.q.count(ctx, new(T), column)
}

// Create writes a new row, and puts the number it was given into it.
func (t table[T]) Create(ctx context.Context, row *T) error {
	return t.q.in(ctx).Create(row).Error
}

func (t table[T]) CreateInBatches(ctx context.Context, rows *[]T, size int) error {
	return t.q.in(ctx).CreateInBatches(rows, size).Error
}

// Update sets one column, and counts the rows it was set in.
func (t table[T]) Update(ctx context.Context, column string, to any) (int, error) {
	return changed(t.q.in(ctx).Model(new(T)).Update(column, to))
}

// Updates sets what is not zero in row.
func (t table[T]) Updates(ctx context.Context, row T) (int, error) {
	return changed(t.q.in(ctx).Updates(row))
}

func (t table[T]) Delete(ctx context.Context) (int, error) {
	return changed(t.q.in(ctx).Delete(new(T)))
}

func changed(done *gorm.DB) (int, error) { return int(done.RowsAffected), done.Error }

// question is a question that is not asked yet; nothing in it depends on the kind of row.
type question struct {
	db  *gorm.DB
	ops []func(*gorm.DB) *gorm.DB
}

func (q question) and(op func(*gorm.DB) *gorm.DB) question {
	return question{q.db, append(slices.Clip(q.ops), op)}
}

func (q question) where(query string, args []any) question {
	return q.and(func(db *gorm.DB) *gorm.DB { return db.Where(query, args...) })
}

func (q question) order(by any) question {
	return q.and(func(db *gorm.DB) *gorm.DB { return db.Order(by) })
}

func (q question) limit(n int) question {
	return q.and(func(db *gorm.DB) *gorm.DB { return db.Limit(n) })
}

func (q question) columns(query string, args []any) question {
	return q.and(func(db *gorm.DB) *gorm.DB { return db.Select(query, args...) })
}

func (q question) omit(columns []string) question {
	return q.and(func(db *gorm.DB) *gorm.DB { return db.Omit(columns...) })
}

// in is the question with its context, and nothing that was asked of db before.
func (q question) in(ctx context.Context) *gorm.DB {
	db := q.db.Session(&gorm.Session{NewDB: true, Context: ctx})
	for _, op := range q.ops {
		db = op(db)
	}
	return db
}

func (q question) count(ctx context.Context, model any, column string) (n int64, err error) {
	err = q.in(ctx).Model(model).Select(column).Count(&n).Error
	return n, err
}
