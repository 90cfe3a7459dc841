package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"hamlet/internal/account"
	"hamlet/internal/desk"
)

// Audit reads the audit log; it is a desk.AuditLog.
type Audit struct{ db *DB }

var _ desk.AuditLog = (*Audit)(nil)

func (r auditRow) line() desk.Line {
	return desk.Line{ID: r.ID, Hash: hex.EncodeToString(r.Hash), Entry: account.Entry{
		At: fromMillis(r.At), Actor: r.Actor, Action: r.Action, Target: r.Target, Detail: r.Detail,
	}}
}

// Lines reads lines below a number, the newest first.
func (s *Audit) Lines(ctx context.Context, f desk.AuditFilter, below int64, limit int) ([]desk.Line, error) {
	q := s.picked(ctx, f).Order("id DESC").Limit(limit)
	if below > 0 {
		q = q.Where("id < ?", below)
	}
	var rows []auditRow
	if err := q.Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read the audit log: %w", err)
	}
	lines := make([]desk.Line, len(rows))
	for i, r := range rows {
		lines[i] = r.line()
	}
	return lines, nil
}

// picked is the query of what a filter picks.
func (s *Audit) picked(ctx context.Context, f desk.AuditFilter) *gorm.DB {
	q := s.db.read.WithContext(ctx).Model(&auditRow{})
	for _, part := range []struct{ column, text string }{{"actor", f.Actor}, {"action", f.Action}, {"target", f.Target}} {
		if part.text != "" {
			q = q.Where(part.column+" = ?", part.text)
		}
	}
	if !f.Since.IsZero() {
		q = q.Where("at >= ?", millis(f.Since))
	}
	if !f.Until.IsZero() {
		q = q.Where("at < ?", millis(f.Until))
	}
	if f.Text == "" {
		return q
	}
	columns := "actor || ' ' || action || ' ' || target || ' ' || detail"
	if s.db.OnServer() {
		columns = "(" + columns + `) COLLATE "C"` // which lowers ASCII alone, as SQLite does
	}
	return q.Where("LOWER("+columns+`) LIKE ? ESCAPE '\'`, "%"+escapeLike(lowerASCII(f.Text))+"%")
}

// escapeLike lets a text stand for itself in LIKE … ESCAPE '\'.
func escapeLike(s string) string {
	return strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(s)
}

func lowerASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

// EachLine hands out lines, the oldest first, until an error.
func (s *Audit) EachLine(ctx context.Context, f desk.AuditFilter, do func(desk.Line) error) error {
	const together = 500
	for last := int64(0); ; {
		var rows []auditRow
		if err := s.picked(ctx, f).Where("id > ?", last).Order("id").Limit(together).Find(&rows).Error; err != nil {
			return fmt.Errorf("read the audit log: %w", err)
		}
		for _, r := range rows {
			last = r.ID
			if err := do(r.line()); err != nil {
				return err
			}
		}
		if len(rows) < together {
			return nil
		}
	}
}

// Actions lists what was ever done.
func (s *Audit) Actions(ctx context.Context) ([]string, error) {
	var all []string
	if err := s.db.read.WithContext(ctx).Raw("SELECT DISTINCT action FROM audit ORDER BY action").Scan(&all).Error; err != nil {
		return nil, fmt.Errorf("read the audit log: %w", err)
	}
	return all, nil
}

// Verify looks at every line, in one snapshot of the database.
func (s *Audit) Verify(ctx context.Context, p desk.Pin) (desk.Chain, error) {
	var v verifier
	snapshot := &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	if !s.db.OnServer() {
		snapshot = nil // SQLite knows no other isolation
	}
	err := s.db.read.WithContext(ctx).Transaction(func(tx *gorm.DB) error { return v.run(ctx, tx, s.db.chainSeal, p) }, snapshot)
	if err != nil {
		return desk.Chain{}, fmt.Errorf("verify the audit log: %w", err)
	}
	return v.Chain, nil
}

// verifier goes along the chain.
type verifier struct {
	desk.Chain
	end    anchor // as found so far
	pinned bool
}

func (v *verifier) run(ctx context.Context, tx *gorm.DB, k chainSeal, p desk.Pin) error {
	told := anchor{}
	row, err := rowsOf[metaRow](tx).Where("name = ?", anchorName).Take(ctx)
	switch {
	case err == nil:
		told = k.decode(row.Value)
	case !errors.Is(err, gorm.ErrRecordNotFound):
		return err
	}
	v.end.hash = make([]byte, hashSize)
	if err := v.walk(ctx, tx, p); err != nil || v.Fault != "" {
		return err
	}
	switch {
	case !told.sealed:
		v.Fault, v.Line = desk.EndUnsealed, v.end.last
	case told.count != v.end.count || told.last != v.end.last || !bytes.Equal(told.hash, v.end.hash):
		v.Fault, v.Line = desk.EndMissing, v.end.last
	case p != desk.Pin{} && !v.pinned:
		v.Fault, v.Line = desk.PinMissing, p.Line
	}
	return nil
}

// walk goes along until a line has a fault.
func (v *verifier) walk(ctx context.Context, tx *gorm.DB, p desk.Pin) error {
	const together = 1000
	for {
		rows, err := rowsOf[auditRow](tx).Where("id > ?", v.end.last).Order("id").Limit(together).Find(ctx)
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, r := range rows {
			if v.Fault = v.fault(&r); v.Fault != "" {
				v.Line = r.ID
				return nil
			}
			v.end.count, v.end.last, v.end.hash = v.end.count+1, r.ID, r.Hash
			v.Lines, v.Last, v.Hash = int(v.end.count), r.ID, hex.EncodeToString(r.Hash)
			v.pinned = v.pinned || p == desk.Pin{Line: v.Last, Hash: v.Hash}
		}
	}
}

// fault is what is wrong with the next line.
func (v *verifier) fault(r *auditRow) desk.ChainFault {
	switch {
	case len(r.Hash) == 0:
		return desk.LineUnchained
	case !bytes.Equal(r.Hash, r.digest()):
		return desk.LineChanged
	case !bytes.Equal(r.Previous, v.end.hash):
		return desk.LineMissing
	}
	return ""
}
