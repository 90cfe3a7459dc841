package store

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"math/bits"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"
)

// plain is the database without GORM, for what is asked and written with every comment: to find out
// by reflection how to say it took longer than having it done. The rows are the same, so
// are the errors, and values stand in queries as ? on both engines.
type plain struct{ db *gorm.DB }

func (p plain) exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	begin := p.db.NowFunc()
	done, err := p.db.Statement.ConnPool.ExecContext(ctx, p.numbered(query), args...)
	return done, p.told(ctx, query, begin, err)
}

// row reads the only row there is; found is false if there is none.
func (p plain) row(ctx context.Context, query string, args []any, into ...any) (found bool, err error) {
	begin := p.db.NowFunc()
	err = p.db.Statement.ConnPool.QueryRowContext(p.whole(ctx), p.numbered(query), args...).Scan(into...)
	if found = err == nil; errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return found, p.told(ctx, query, begin, err)
}

// rows reads all rows; scan is called at each.
func (p plain) rows(ctx context.Context, query string, args []any, scan func(*sql.Rows) error) error {
	begin := p.db.NowFunc()
	rows, err := p.db.Statement.ConnPool.QueryContext(p.whole(ctx), p.numbered(query), args...)
	if err != nil {
		return p.told(ctx, query, begin, err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return p.told(ctx, query, begin, rows.Err())
}

// whole is the context for a short look: on SQLite it is not cut off once it has begun, for to
// watch whether it should be costs two goroutines, and more than the look.
func (p plain) whole(ctx context.Context) context.Context {
	if p.db.Name() == "postgres" || ctx.Err() != nil {
		return ctx
	}
	return context.WithoutCancel(ctx)
}

// told logs what GORM would have logged, and is an error as GORM would have told it.
func (p plain) told(ctx context.Context, query string, begin time.Time, err error) error {
	p.db.Logger.Trace(ctx, begin, func() (string, int64) { return query, -1 }, err)
	if t, ok := p.db.Dialector.(gorm.ErrorTranslator); ok && err != nil {
		return t.Translate(err)
	}
	return err
}

// numbered is a query as the engine wants it: PostgreSQL counts values.
func (p plain) numbered(query string) string {
	if p.db.Name() != "postgres" {
		return query
	}
	var b strings.Builder
	for i := 1; ; i++ {
		before, after, found := strings.Cut(query, "?")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		b.WriteString("$" + strconv.Itoa(i))
		query = after
	}
}

// layout is where a kind of row has its columns, without the number that the engine gives.
type layout struct {
	into, values string // of the statement
	fields       [][]int
}

var layouts sync.Map // of reflect.Type

// layoutOf reads from a kind of row what GORM reads from it.
func layoutOf[T any]() (layout, error) {
	of := reflect.TypeFor[T]()
	if l, known := layouts.Load(of); known {
		return l.(layout), nil
	}
	s, err := schema.Parse(new(T), &sync.Map{}, schema.NamingStrategy{})
	if err != nil {
		return layout{}, err
	}
	var l layout
	var names []string
	for _, f := range s.Fields {
		if !f.AutoIncrement {
			names, l.fields = append(names, f.DBName), append(l.fields, f.StructField.Index)
		}
	}
	l.into = "INSERT INTO " + s.Table + " (" + strings.Join(names, ", ") + ") VALUES "
	l.values = values(len(names))
	layouts.Store(of, l)
	return l, nil
}

// values are the places of n values.
func values(n int) string { return "(?" + strings.Repeat(", ?", n-1) + ")" }

// lists are the places of n lists of values.
func lists(values string, n int) string { return values + strings.Repeat(", "+values, n-1) }

func (l layout) of(args []any, row reflect.Value) []any {
	for _, f := range l.fields {
		args = append(args, row.FieldByIndex(f).Interface())
	}
	return args
}

// insertAll writes new rows with few statements.
func insertAll[T any](ctx context.Context, tx *gorm.DB, rows []T) error {
	l, err := layoutOf[T]()
	if err != nil {
		return err
	}
	for some := range even(rows) {
		args := make([]any, 0, len(some)*len(l.fields))
		for i := range some {
			args = l.of(args, reflect.ValueOf(&some[i]).Elem())
		}
		if _, err := (plain{tx}).exec(ctx, l.into+lists(l.values, len(some)), args...); err != nil {
			return err
		}
	}
	return nil
}

// evenMost is how many rows a statement writes at most.
const evenMost = 256

// even cuts a list so that there are few different lengths, and so few different statements,
// which the engine knows again then.
func even[T any](all []T) iter.Seq[[]T] {
	return func(yield func([]T) bool) {
		for rest := all; len(rest) > 0; {
			n := min(1<<(bits.Len(uint(len(rest)))-1), evenMost)
			if !yield(rest[:n:n]) {
				return
			}
			rest = rest[n:]
		}
	}
}

// insertNumbered writes new rows and returns the numbers that they were given.
func insertNumbered[T any](ctx context.Context, tx *gorm.DB, rows ...*T) (ids []int64, err error) {
	l, err := layoutOf[T]()
	if err != nil {
		return nil, err
	}
	for some := range even(rows) {
		var args []any
		for _, row := range some {
			args = l.of(args, reflect.ValueOf(row).Elem())
		}
		if ids, err = (plain{tx}).numbers(ctx, l.into+lists(l.values, len(some)), args, len(some), ids); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

// numbers inserts n rows, and appends the numbers that they were given.
func (p plain) numbers(ctx context.Context, insert string, args []any, n int, ids []int64) ([]int64, error) {
	if p.db.Name() == "postgres" {
		err := p.rows(ctx, insert+" RETURNING id", args, func(rows *sql.Rows) error {
			ids = append(ids, 0)
			return rows.Scan(&ids[len(ids)-1])
		})
		return ids, err
	}
	done, err := p.exec(ctx, insert, args...) // to its end: what goes wrong after the first row of an answer is told to nobody
	if err != nil {
		return nil, err
	}
	last, err := done.LastInsertId() // the writer is alone: those before it have the numbers before it
	for id := last - int64(n) + 1; id <= last; id++ {
		ids = append(ids, id)
	}
	return ids, err
}
