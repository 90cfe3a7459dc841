package store_test

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/store"
)

// columnsDeclared walks the tables as they really are: whoever adds a column says what
// it is for and for how long, or why it is about nobody.
func columnsDeclared(b *bench) {
	declared := map[string]int{}
	for _, k := range store.Kept() {
		for _, c := range k.Columns {
			declared[c]++
		}
	}
	for c := range store.Impersonal {
		declared[c]++
	}
	there := append(columnsOf(b, store.Raw(b.DB)), columnsOf(b, store.RawKeys(b.DB))...)
	for _, c := range there {
		if declared[c] == 0 {
			b.Errorf("the column %s is not declared: see Kept and Impersonal", c)
		}
	}
	for c, times := range declared {
		if times > 1 {
			b.Errorf("the column %s is declared %d times", c, times)
		}
		if !slices.Contains(there, c) {
			b.Errorf("the column %s is declared, and there is none", c)
		}
	}
}

// columnsOf are the columns of all tables but those of the engine and of goose.
func columnsOf(b *bench, db *sql.DB) []string {
	b.Helper()
	query := "SELECT m.name || '.' || c.name FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table'"
	if _, err := db.ExecContext(b.Context(), "SELECT 1 FROM sqlite_schema"); err != nil {
		query = "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public'"
	}
	rows, err := db.QueryContext(b.Context(), query)
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			b.Fatal(err)
		}
		if strings.HasPrefix(name, "comment_words_") || name == "comment_words.docid" {
			continue // what FTS4 keeps its index in; the number of the comment
		}
		if !strings.HasPrefix(name, "sqlite_") && !strings.HasPrefix(name, "goose_db_version.") {
			names = append(names, name)
		}
	}
	if err := rows.Err(); err != nil || len(names) == 0 {
		b.Fatal(err, names)
	}
	return names
}

// notedWithout reads and erases a person, and looks at the notes of it.
func notedWithout(b *bench) {
	b.add(a(comment.Approved), "ada@example.org")
	noted := func(target, action string) account.Entry {
		return account.Entry{At: start, Actor: "shell", Action: action, Target: target}
	}
	cs := b.Comments()
	h, err := cs.Holding(b.Context(), 1, noted("person 1", "export"))
	if err != nil || len(h.Comments) != 1 || h.Person.Address != "ada@example.org" {
		b.Errorf("got %+v, %v", h, err)
	}
	if _, err := cs.Holding(b.Context(), 9, noted("person 9", "export")); !errors.Is(err, comment.ErrNotFound) {
		b.Errorf("of nobody: %v", err)
	}
	_, err = cs.EraseAll(b.Context(), 1, func(id comment.ID) account.Entry {
		if id == 0 {
			return noted("person 1", "erase")
		}
		return noted(fmt.Sprintf("comment %d", id), "erase")
	})
	if err != nil {
		b.Fatal(err)
	}
	want := []account.Entry{noted("person 1", "export"), noted("comment 1", "erase"), noted("person 1", "erase")}
	if got := b.audit(); !slices.Equal(got, want) {
		b.Errorf("got %v, want %v", got, want)
	}
}
