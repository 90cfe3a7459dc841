package store_test

import (
	"bytes"
	"fmt"
	"slices"
	"sync"

	"hamlet/internal/desk"
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

// lines records n lines.
func (b *bench) lines(n int) {
	b.Helper()
	for range n {
		u := user("ada")
		u.Name = fmt.Sprintf("user %d", b.count("users"))
		if _, err := b.Accounts().AddUser(b.Context(), u, false, entry); err != nil {
			b.Fatal(err)
		}
	}
}

// forge changes the audit log past the program, as whoever has the database can.
func (b *bench) forge(sql string) {
	b.Helper()
	guards := [2]string{"DROP TRIGGER IF EXISTS audit_is_kept", "DROP TRIGGER IF EXISTS audit_is_true"}
	for _, g := range guards {
		if b.OnServer() {
			g += " ON audit"
		}
		b.exec(g)
	}
	b.exec(sql)
}

func (b *bench) verify(p desk.Pin) desk.Chain {
	b.Helper()
	c, err := b.Audit().Verify(b.Context(), p)
	if err != nil {
		b.Fatal(err)
	}
	return c
}

// forgeriesShow does each thing to the log that can be done with the database alone.
func forgeriesShow(b *bench) {
	b.lines(5)
	if c := b.verify(desk.Pin{}); c.Fault != "" || c.Lines != 5 || c.Last != 5 || len(c.Hash) != 64 {
		b.Fatalf("the log as it was written: %+v", c)
	}
	pin, err := desk.ParsePin(b.verify(desk.Pin{}).Pin())
	if err != nil {
		b.Fatal(err)
	}
	for _, step := range []struct {
		name, sql, back string
		fault           desk.ChainFault
		line            int64
	}{
		{"a word", "UPDATE audit SET actor = 'nobody' WHERE id = 3", "UPDATE audit SET actor = '" + entry.Actor + "' WHERE id = 3", desk.LineChanged, 3},
		{"a time", "UPDATE audit SET at = at + 1 WHERE id = 1", "UPDATE audit SET at = at - 1 WHERE id = 1", desk.LineChanged, 1},
		{
			"words that move between columns", "UPDATE audit SET actor = actor || substr(action, 1, 1), action = substr(action, 2) WHERE id = 2",
			"UPDATE audit SET actor = '" + entry.Actor + "', action = '" + entry.Action + "' WHERE id = 2", desk.LineChanged, 2,
		},
		{"a number", "UPDATE audit SET id = 9 WHERE id = 4", "UPDATE audit SET id = 4 WHERE id = 9", desk.LineMissing, 5},
		{"a line that was put in", "INSERT INTO audit (id, at, actor, action, target, detail) VALUES (6, 0, 'x', 'x', 'x', 'x')", "DELETE FROM audit WHERE id = 6", desk.LineUnchained, 6},
		{"no end", "UPDATE meta SET name = 'elsewhere' WHERE name = 'audit'", "UPDATE meta SET name = 'audit' WHERE name = 'elsewhere'", desk.EndUnsealed, 5},
	} {
		b.forge(step.sql)
		if c := b.verify(desk.Pin{}); c.Fault != step.fault || c.Line != step.line {
			b.Errorf("%s: %+v", step.name, c)
		}
		b.exec(step.back)
		if c := b.verify(pin); c.Fault != "" {
			b.Fatalf("%s, put back: %+v", step.name, c)
		}
	}
	b.forge("DELETE FROM audit WHERE id = 5")
	if c := b.verify(desk.Pin{}); c.Fault != desk.EndMissing || c.Line != 4 {
		b.Errorf("the last line removed: %+v", c)
	}
	b.lines(1)
	if c := b.verify(desk.Pin{}); c.Fault != desk.LineMissing || c.Line != 6 {
		b.Errorf("the last line removed, and the log gone on: %+v", c)
	}
	b.forge("DELETE FROM audit WHERE id = 2")
	if c := b.verify(desk.Pin{}); c.Fault != desk.LineMissing || c.Line != 3 {
		b.Errorf("a line removed in the middle: %+v", c)
	}
}

// pinnedLine keeps a line elsewhere: another log that is sound in itself has it not.
func pinnedLine(b *bench) {
	b.lines(2)
	pin := desk.Pin{Line: 2, Hash: b.verify(desk.Pin{}).Hash}
	b.lines(2)
	if c := b.verify(pin); c.Fault != "" || c.Lines != 4 {
		b.Errorf("with the line: %+v", c)
	}
	pin.Line = 3
	if c := b.verify(pin); c.Fault != desk.PinMissing || c.Line != 3 {
		b.Errorf("with another line: %+v", c)
	}
}

// sealNeverMadeGood breaks the seal of the end: what is written after that makes it no
// better.
func sealNeverMadeGood(b *bench) {
	b.lines(2)
	b.exec("DELETE FROM meta WHERE name = 'audit'")
	b.lines(2)
	if c := b.verify(desk.Pin{}); c.Fault != desk.EndUnsealed || c.Last != 4 {
		b.Errorf("after the end was taken away: %+v", c)
	}
}

// auditSearched asks for lines, in a list and one by one.
func auditSearched(b *bench) {
	for i, e := range []struct{ actor, action, target, detail string }{
		{"ada", "approve", "comment 1", "pending → approved"},
		{"bo", "spam", "comment 2", "100%_sure"},
		{"ada", "spam", "comment 10", "PENDING → spam"},
	} {
		at := entry
		at.At, at.Actor, at.Action, at.Target, at.Detail = start.AddDate(0, 0, i), e.actor, e.action, e.target, e.detail
		u := user("x")
		u.Name = e.target
		if _, err := b.Accounts().AddUser(b.Context(), u, false, at); err != nil {
			b.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name string
		f    desk.AuditFilter
		want []int64
	}{
		{"all", desk.AuditFilter{}, []int64{3, 2, 1}},
		{"actor", desk.AuditFilter{Actor: "ada"}, []int64{3, 1}},
		{"action and actor", desk.AuditFilter{Actor: "ada", Action: "spam"}, []int64{3}},
		{"target exactly", desk.AuditFilter{Target: "comment 1"}, []int64{1}},
		{"text in any case", desk.AuditFilter{Text: "Pending"}, []int64{3, 1}},
		{"text of signs", desk.AuditFilter{Text: "%_s"}, []int64{2}},
		{"text across columns", desk.AuditFilter{Text: "bo spam"}, []int64{2}},
		{"from a day on", desk.AuditFilter{Since: start.AddDate(0, 0, 1)}, []int64{3, 2}},
		{"before a day", desk.AuditFilter{Until: start.AddDate(0, 0, 1)}, []int64{1}},
	} {
		lines, err := b.Audit().Lines(b.Context(), tt.f, -1, 10)
		if err != nil {
			b.Fatal(err)
		}
		var got, each []int64
		for _, l := range lines {
			got = append(got, l.ID)
		}
		err = b.Audit().EachLine(b.Context(), tt.f, func(l desk.Line) error { each = append(each, l.ID); return nil })
		slices.Reverse(each)
		if !slices.Equal(got, tt.want) || !slices.Equal(each, tt.want) || err != nil {
			b.Errorf("%s: lines %d, each %d, %v; want %d", tt.name, got, each, err, tt.want)
		}
	}
	if lines, err := b.Audit().Lines(b.Context(), desk.AuditFilter{}, 3, 1); err != nil || len(lines) != 1 || lines[0].ID != 2 {
		b.Errorf("the page below line 3: %+v, %v", lines, err)
	}
}
