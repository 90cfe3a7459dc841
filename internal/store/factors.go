package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hamlet/internal/account"
)

// passkeyRow is a passkey as it is kept.
type passkeyRow struct {
	ID         int64 `gorm:"primaryKey"`
	UserID     int64
	Name       string
	Credential []byte
	Record     string
	CreatedAt  int64 `gorm:"autoCreateTime:false"`
	UsedAt     *int64
	DoubtedAt  *int64
}

func (passkeyRow) TableName() string { return "passkeys" }

func newPasskeyRow(p account.Passkey) passkeyRow {
	return passkeyRow{
		UserID: p.User, Name: p.Name, Credential: p.Credential, Record: p.Record, CreatedAt: millis(p.CreatedAt),
		UsedAt: timeOrNull(p.UsedAt), DoubtedAt: timeOrNull(p.DoubtedAt),
	}
}

func (r passkeyRow) passkey() account.Passkey {
	return account.Passkey{
		ID: r.ID, User: r.UserID, Name: r.Name, Credential: r.Credential, Record: r.Record, CreatedAt: fromMillis(r.CreatedAt),
		UsedAt: timeOrZero(r.UsedAt), DoubtedAt: timeOrZero(r.DoubtedAt),
	}
}

// stepRow is the secret of a user's one-time codes.
type stepRow struct {
	UserID   int64 `gorm:"primaryKey"`
	Sealed   []byte
	Since    int64
	LastStep int64
}

func (stepRow) TableName() string { return "one_time_codes" }

// recoveryRow is a recovery code.
type recoveryRow struct {
	UserID int64  `gorm:"primaryKey"`
	Hash   []byte `gorm:"primaryKey"`
}

func (recoveryRow) TableName() string { return "recovery_codes" }

// AddPasskey keeps a new passkey.
func (s *Accounts) AddPasskey(ctx context.Context, p account.Passkey, e account.Entry) error {
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		if err := addPasskey(ctx, tx, p); err != nil {
			return err
		}
		return record(ctx, tx, e)
	})
	if err != nil {
		return fmt.Errorf("add passkey of user %d: %w", p.User, err)
	}
	return nil
}

func addPasskey(ctx context.Context, tx *gorm.DB, p account.Passkey) error {
	if err := lockTable(tx, "passkeys"); err != nil {
		return err
	}
	n, err := rowsOf[passkeyRow](tx).Where("credential = ?", p.Credential).Count(ctx, "id")
	if err != nil {
		return err
	}
	if n > 0 {
		return account.ErrConflict
	}
	row := newPasskeyRow(p)
	return rowsOf[passkeyRow](tx).Create(ctx, &row)
}

// Passkeys lists the passkeys of a user, the oldest first.
func (s *Accounts) Passkeys(ctx context.Context, user int64) ([]account.Passkey, error) {
	rows, err := rowsOf[passkeyRow](s.db.read).Where("user_id = ?", user).Order("id").Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the passkeys of user %d: %w", user, err)
	}
	out := make([]account.Passkey, len(rows))
	for i, r := range rows {
		out[i] = r.passkey()
	}
	return out, nil
}

// UsePasskey keeps what changes of a passkey when it is used.
func (s *Accounts) UsePasskey(ctx context.Context, p account.Passkey, e account.Entry) error {
	row := newPasskeyRow(p)
	return s.touched(ctx, "use passkey", e, func(ctx context.Context, tx *gorm.DB) (int, error) {
		return rowsOf[passkeyRow](tx).Where("id = ? AND user_id = ?", p.ID, p.User).
			Select("Record", "UsedAt", "DoubtedAt").Updates(ctx, row)
	})
}

// RemovePasskey removes a passkey of a user, but the last one that is taken of who has no
// password.
func (s *Accounts) RemovePasskey(ctx context.Context, user, id int64, e account.Entry) error {
	return s.touched(ctx, "remove passkey", e, func(ctx context.Context, tx *gorm.DB) (int, error) {
		if err := lockTable(tx, "passkeys"); err != nil {
			return 0, err
		}
		n, err := rowsOf[passkeyRow](tx).Where("id = ? AND user_id = ?", id, user).Delete(ctx)
		if err != nil || n == 0 {
			return 0, err
		}
		u, err := rowsOf[userRow](tx).Where("id = ?", user).Take(ctx)
		if err != nil || u.PasswordHash != "" {
			return n, err
		}
		left, err := rowsOf[passkeyRow](tx).Where("user_id = ? AND doubted_at IS NULL", user).Count(ctx, "id")
		if err == nil && left == 0 {
			err = account.ErrLastWay
		}
		return n, err
	})
}

// touched does something to rows, and keeps the entry if it says anything; no row is
// account.ErrNotFound.
func (s *Accounts) touched(ctx context.Context, what string, e account.Entry, do func(context.Context, *gorm.DB) (int, error)) error {
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		n, err := do(ctx, tx)
		if err == nil && n == 0 {
			err = account.ErrNotFound
		}
		if err != nil || e.Action == "" {
			return err
		}
		return record(ctx, tx, e)
	})
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// SetOTP keeps the secret of one-time codes, sealed.
func (s *Accounts) SetOTP(ctx context.Context, user int64, otp string, step int64, e account.Entry) error {
	return s.touched(ctx, "keep the secret of one-time codes", e, func(ctx context.Context, tx *gorm.DB) (int, error) {
		u, err := rowsOf[userRow](tx).Where("id = ?", user).Take(ctx)
		if err != nil {
			return 0, notFound(err, account.ErrNotFound)
		}
		sealed, err := s.db.box.seal(s.db.box.ofUser(u.Handle), aStep, otp)
		if err != nil {
			return 0, err
		}
		row := stepRow{UserID: user, Sealed: sealed, Since: millis(s.db.now()), LastStep: step}
		return 1, rowsOf[stepRow](tx, clause.OnConflict{UpdateAll: true}).Create(ctx, &row)
	})
}

// OTP opens the secret of a user's one-time codes; empty for none.
func (s *Accounts) OTP(ctx context.Context, user int64) (string, error) {
	rows, err := rowsOf[stepRow](s.db.read).Where("user_id = ?", user).Limit(1).Find(ctx)
	if err != nil || len(rows) == 0 {
		return "", err
	}
	u, err := rowsOf[userRow](s.db.read).Where("id = ?", user).Take(ctx)
	if err == nil {
		var otp string
		if otp, err = s.db.box.ofUser(u.Handle).open(aStep, rows[0].Sealed); err == nil {
			return otp, nil
		}
	}
	return "", fmt.Errorf("read the secret of one-time codes of user %d: %w", user, err)
}

// UseStep uses up all codes to a step.
func (s *Accounts) UseStep(ctx context.Context, user, step int64) (fresh bool, err error) {
	err = s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		n, err := rowsOf[stepRow](tx).Where("user_id = ? AND last_step < ?", user, step).Update(ctx, "last_step", step)
		fresh = n > 0
		return err
	})
	if err != nil {
		return false, fmt.Errorf("use a one-time code of user %d: %w", user, err)
	}
	return fresh, nil
}

// DropOTP forgets the secret of one-time codes.
func (s *Accounts) DropOTP(ctx context.Context, user int64, e account.Entry) error {
	return s.touched(ctx, "forget the secret of one-time codes", e, func(ctx context.Context, tx *gorm.DB) (int, error) {
		return rowsOf[stepRow](tx).Where("user_id = ?", user).Delete(ctx)
	})
}

// resealSteps seals the secrets of one-time codes with another key.
func resealSteps(ctx context.Context, tx *gorm.DB, from, to *keys) error {
	rows, err := rowsOf[stepRow](tx).Find(ctx)
	if err != nil {
		return err
	}
	for _, r := range rows {
		u, err := rowsOf[userRow](tx).Where("id = ?", r.UserID).Take(ctx)
		if err != nil {
			return err
		}
		otp, err := from.ofUser(u.Handle).open(aStep, r.Sealed)
		if err != nil {
			return fmt.Errorf("the secret of one-time codes of user %d is damaged: %w", r.UserID, err)
		}
		sealed, err := to.seal(to.ofUser(u.Handle), aStep, otp)
		if err != nil {
			return err
		}
		if _, err := rowsOf[stepRow](tx).Where("user_id = ?", r.UserID).Update(ctx, "sealed", sealed); err != nil {
			return err
		}
	}
	return nil
}

// SetRecovery keeps the hashes of recovery codes in place of those before.
func (s *Accounts) SetRecovery(ctx context.Context, user int64, hashes [][32]byte, e account.Entry) error {
	return s.touched(ctx, "keep recovery codes", e, func(ctx context.Context, tx *gorm.DB) (int, error) {
		if _, err := rowsOf[recoveryRow](tx).Where("user_id = ?", user).Delete(ctx); err != nil {
			return 0, err
		}
		for _, h := range hashes {
			row := recoveryRow{UserID: user, Hash: h[:]}
			if err := rowsOf[recoveryRow](tx).Create(ctx, &row); err != nil {
				return 0, err
			}
		}
		return 1, nil
	})
}

// Recovery counts the recovery codes that are left.
func (s *Accounts) Recovery(ctx context.Context, user int64) (int, error) {
	n, err := rowsOf[recoveryRow](s.db.read).Where("user_id = ?", user).Count(ctx, "hash")
	if err != nil {
		return 0, fmt.Errorf("count the recovery codes of user %d: %w", user, err)
	}
	return int(n), nil
}

// UseRecovery takes a recovery code away, and reports whether it was there.
func (s *Accounts) UseRecovery(ctx context.Context, user int64, hash [32]byte, e account.Entry) (used bool, err error) {
	err = s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		n, err := rowsOf[recoveryRow](tx).Where("user_id = ? AND hash = ?", user, hash[:]).Delete(ctx)
		if used = n > 0; err != nil || !used {
			return err
		}
		return record(ctx, tx, e)
	})
	if err != nil {
		return false, fmt.Errorf("use a recovery code of user %d: %w", user, err)
	}
	return used, nil
}
