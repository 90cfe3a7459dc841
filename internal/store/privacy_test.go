package store_test

import (
	"database/sql"
	"slices"
	"strings"

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
		if !strings.HasPrefix(name, "sqlite_") && !strings.HasPrefix(name, "goose_db_version.") {
			names = append(names, name)
		}
	}
	if err := rows.Err(); err != nil || len(names) == 0 {
		b.Fatal(err, names)
	}
	return names
}
