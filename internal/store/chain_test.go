package store_test

import (
	"bytes"
	"sync"

	"hamlet/internal/store"
)

// chained reads the hashes of the audit log, each line's own and that of the one before.
func (b *bench) chained() (previous, own [][]byte) {
	b.Helper()
	rows, err := store.Raw(b.DB).QueryContext(b.Context(), "SELECT previous, hash FROM audit ORDER BY id")
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var p, h []byte
		if err := rows.Scan(&p, &h); err != nil {
			b.Fatal(err)
		}
		previous, own = append(previous, p), append(own, h)
	}
	if err := rows.Err(); err != nil {
		b.Fatal(err)
	}
	return previous, own
}

// chainNeverForks records from many sides: each line follows on the one before it.
func chainNeverForks(b *bench) {
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			u := user("ada")
			u.Name = string(rune('a'+i)) + "da"
			if _, err := b.Accounts().AddUser(b.Context(), u, false, entry); err != nil {
				b.Error(err)
			}
		})
	}
	all.Wait()
	previous, own := b.chained()
	if len(own) != 20 {
		b.Fatalf("%d lines, want 20", len(own))
	}
	before := make([]byte, 32)
	for i := range own {
		if !bytes.Equal(previous[i], before) {
			b.Errorf("line %d does not follow on the one before", i+1)
		}
		before = own[i]
	}
}
