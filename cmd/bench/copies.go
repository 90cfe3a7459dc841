package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// copies are the tables of which a part comes again in each copy of a blog's comments, and
// what is another in it, in SQL: :n is the number of the copy, :ids
// and :seqs how many numbers of comments and of labels a part has, and :ms how long it took
// to come. All else is as it was.
var copies = []struct {
	table, key string
	other      map[string]string
}{
	{"comments", "id", map[string]string{
		"id": "id + :n * :ids", "parent_id": "CASE parent_id WHEN 0 THEN 0 ELSE parent_id + :n * :ids END",
		"wave": "CASE wave WHEN 0 THEN 0 ELSE wave + :n * :ids END", "body": "body || ' ' || :n",
		"created_at": "created_at + :n * :ms", "placed_at": "placed_at + :n * :ms", "form_key": "NULL",
	}},
	{"comment_hosts", "comment_id", nil},
	{"comment_words", "docid", map[string]string{"docid": "docid + :n * :ids", "words": "words || ' ' || :n"}},
	{"receipts", "comment_id", nil},
	{"networks", "comment_id", map[string]string{"expires_at": "expires_at + :n * :ms"}},
	{"traces", "comment_id", map[string]string{"at": "at + :n * :ms", "expires_at": "expires_at + :n * :ms"}},
	{"labels", "comment_id", map[string]string{"seq": "seq + :n * :seqs", "at": "at + :n * :ms"}},
	{"reports", "comment_id", map[string]string{"id": "NULL", "at": "at + :n * :ms"}},
}

// copied makes the comments of a database so many times as many: each part is like the first,
// came after the one before, and has its number at the end of each text. What was judged and decided
// is copied and not done again, which would take ten times as long.
func copied(ctx context.Context, file string, times int, took time.Duration) error {
	db, err := sql.Open("sqlite3", "file:"+file+"?_synchronous=OFF&_cache_size=-200000") // internal/store has it
	if err != nil {
		return fmt.Errorf("open %s: %w", file, err)
	}
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1)
	var ids, seqs int64
	err = db.QueryRowContext(ctx, "SELECT (SELECT MAX(id) FROM comments), (SELECT COALESCE(MAX(seq), 0) FROM labels)").Scan(&ids, &seqs)
	if err != nil {
		return fmt.Errorf("count what is to be copied: %w", err)
	}
	for n := 1; n < times; n++ {
		named := strings.NewReplacer(":n", fmt.Sprint(n), ":ids", fmt.Sprint(ids), ":seqs", fmt.Sprint(seqs), ":ms", fmt.Sprint(took.Milliseconds()))
		if err := onePart(ctx, db, named); err != nil {
			return fmt.Errorf("copy %d: %w", n, err)
		}
	}
	return nil
}

// onePart copies the first part once.
func onePart(ctx context.Context, db *sql.DB, named *strings.Replacer) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	for _, c := range copies {
		columns, err := columnsOf(ctx, tx, c.table)
		if err != nil {
			return errors.Join(err, tx.Rollback())
		}
		other := map[string]string{c.key: c.key + " + :n * :ids"}
		maps.Copy(other, c.other)
		values := slices.Clone(columns)
		for i, name := range columns {
			if is, ok := other[name]; ok {
				values[i] = is
			}
		}
		if c.table == "comment_words" { // a virtual table does not list its docid
			columns, values = append(columns, "docid"), append(values, other["docid"])
		}
		_, err = tx.ExecContext(ctx, named.Replace(fmt.Sprintf("INSERT INTO %[1]s (%[2]s) SELECT %[3]s FROM %[1]s WHERE %[4]s <= :ids ORDER BY %[4]s",
			c.table, strings.Join(columns, ", "), strings.Join(values, ", "), c.key)))
		if err != nil {
			return errors.Join(fmt.Errorf("%s: %w", c.table, err), tx.Rollback())
		}
	}
	return tx.Commit()
}

func columnsOf(ctx context.Context, tx *sql.Tx, table string) ([]string, error) {
	rows, err := tx.QueryContext(ctx, "SELECT name FROM pragma_table_info(?)", table)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}
