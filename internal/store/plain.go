package store

import (
	"context"
	"database/sql"
	"errors"
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
	err = p.db.Statement.ConnPool.QueryRowContext(ctx, p.numbered(query), args...).Scan(into...)
	if found = err == nil; errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return found, p.told(ctx, query, begin, err)
}

// rows reads all rows; scan is called at each.
func (p plain) rows(ctx context.Context, query string, args []any, scan func(*sql.Rows) error) error {
	begin := p.db.NowFunc()
	rows, err := p.db.Statement.ConnPool.QueryContext(ctx, p.numbered(query), args...)
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

// insertAll writes new rows in one statement.
func insertAll[T any](ctx context.Context, tx *gorm.DB, rows []T) error {
	if len(rows) == 0 {
		return nil
	}
	l, err := layoutOf[T]()
	if err != nil {
		return err
	}
	args := make([]any, 0, len(rows)*len(l.fields))
	for i := range rows {
		args = l.of(args, reflect.ValueOf(&rows[i]).Elem())
	}
	_, err = plain{tx}.exec(ctx, l.into+lists(l.values, len(rows)), args...)
	return err
}

// insertNumbered writes a new row and returns the number that it was given.
func insertNumbered[T any](ctx context.Context, tx *gorm.DB, row *T) (id int64, err error) {
	l, err := layoutOf[T]()
	if err != nil {
		return 0, err
	}
	p, query, args := plain{tx}, l.into+l.values, l.of(nil, reflect.ValueOf(row).Elem())
	if tx.Name() == "postgres" {
		_, err = p.row(ctx, query+" RETURNING id", args, &id)
		return id, err
	}
	done, err := p.exec(ctx, query, args...) // to its end: what goes wrong after the first row of an answer is told to nobody
	if err != nil {
		return 0, err
	}
	return done.LastInsertId()
}
