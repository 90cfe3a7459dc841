package store

import (
	"hamlet/internal/account"
)

// auditRow is a line of the audit log. The schema lets nobody change or delete one, and
// each follows on the one before; see chain.go.
type auditRow struct {
	ID       int64 `gorm:"primaryKey"`
	At       int64
	Actor    string
	Action   string
	Target   string
	Detail   string
	Previous []byte
	Hash     []byte
}

func (auditRow) TableName() string { return "audit" }

func newAuditRow(e account.Entry) auditRow {
	return auditRow{At: millis(e.At), Actor: e.Actor, Action: e.Action, Target: e.Target, Detail: e.Detail}
}
