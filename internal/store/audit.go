package store

import (
	"context"

	"gorm.io/gorm"

	"hamlet/internal/account"
)

// auditRow is a line of the audit log. The schema lets nobody change or delete one.
type auditRow struct {
	ID     int64 `gorm:"primaryKey"`
	At     int64
	Actor  string
	Action string
	Target string
	Detail string
}

func (auditRow) TableName() string { return "audit" }

// record adds a line to the audit log, in the transaction of what it tells about.
func record(ctx context.Context, tx *gorm.DB, e account.Entry) error {
	row := auditRow{At: millis(e.At), Actor: e.Actor, Action: e.Action, Target: e.Target, Detail: e.Detail}
	return gorm.G[auditRow](tx).Create(ctx, &row)
}
