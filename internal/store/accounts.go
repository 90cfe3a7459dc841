package store

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"

	"hamlet/internal/account"
	"hamlet/internal/comment"
)

// Accounts keeps users and what was done to them; it is an account.Store.
type Accounts struct{ db *DB }

var _ account.Store = (*Accounts)(nil)

// userRow is a user as it is kept.
type userRow struct {
	ID           int64 `gorm:"primaryKey"`
	Name         string
	Folded       string
	Looks        string
	Role         string
	Writes       string
	PasswordHash string
	Epoch        int64
	CreatedAt    int64 `gorm:"autoCreateTime:false"`
	Handle       []byte
	DisabledAt   *int64
}

func (userRow) TableName() string { return "users" }

func newUserRow(u account.User) userRow {
	return userRow{
		Name: u.Name, Folded: account.Fold(u.Name), Looks: comment.NameKey(u.Name), Role: string(u.Role), Writes: u.Writes,
		PasswordHash: u.PasswordHash, Epoch: u.Epoch, CreatedAt: millis(u.CreatedAt),
		Handle: u.Handle[:], DisabledAt: timeOrNull(u.DisabledAt),
	}
}

func (r userRow) user() account.User {
	u := account.User{
		ID: r.ID, Name: r.Name, Role: account.Role(r.Role), Writes: r.Writes,
		PasswordHash: r.PasswordHash, Epoch: r.Epoch, CreatedAt: fromMillis(r.CreatedAt),
		DisabledAt: timeOrZero(r.DisabledAt),
	}
	copy(u.Handle[:], r.Handle)
	return u
}

// AddUser keeps a new user.
func (s *Accounts) AddUser(ctx context.Context, u account.User, first bool, e account.Entry) (int64, error) {
	row := newUserRow(u)
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		if err := vacant(ctx, tx, row.Folded, first); err != nil {
			return err
		}
		if err := rowsOf[userRow](tx).Create(ctx, &row); err != nil {
			return err
		}
		return record(ctx, tx, e)
	})
	if err != nil {
		return 0, fmt.Errorf("add user %q: %w", u.Name, err)
	}
	return row.ID, nil
}

// vacant checks that the name is free and, with first, that there is no user
// at all, and keeps it so until the transaction ends.
func vacant(ctx context.Context, tx *gorm.DB, folded string, first bool) error {
	if err := lockTable(tx, "users"); err != nil {
		return err
	}
	all, err := rowsOf[userRow](tx).Count(ctx, "id")
	if err != nil {
		return err
	}
	if first && all > 0 {
		return account.ErrSetupClosed
	}
	same, err := rowsOf[userRow](tx).Where("folded = ?", folded).Count(ctx, "id")
	if err != nil {
		return err
	}
	if same > 0 {
		return account.ErrNameTaken
	}
	return nil
}

// SetPassword replaces the hash and raises the epoch by one.
func (s *Accounts) SetPassword(ctx context.Context, id int64, hash string, e account.Entry) error {
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		r := tx.Model(&userRow{}).Where("id = ?", id).Updates(map[string]any{
			"password_hash": hash, "epoch": gorm.Expr("epoch + 1"),
		})
		if r.Error != nil {
			return r.Error
		}
		if r.RowsAffected == 0 {
			return account.ErrNotFound
		}
		return record(ctx, tx, e)
	})
	if err != nil {
		return fmt.Errorf("set password of user %d: %w", id, err)
	}
	return nil
}

// RenewHash replaces a hash that is still the old one.
func (s *Accounts) RenewHash(ctx context.Context, id int64, old, renewed string) error {
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		_, err := rowsOf[userRow](tx).Where("id = ? AND password_hash = ?", id, old).Update(ctx, "password_hash", renewed)
		return err
	})
	if err != nil {
		return fmt.Errorf("renew hash of user %d: %w", id, err)
	}
	return nil
}

// ChangeUser changes what a user is on the blog.
func (s *Accounts) ChangeUser(
	ctx context.Context, id int64, change func(account.User, int) (account.User, account.Entry, error),
) (account.User, error) {
	var after account.User
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		was, owners, err := lockUser(ctx, tx, id)
		if err != nil {
			return err
		}
		var e account.Entry
		if after, e, err = change(was, owners); err != nil {
			return err
		}
		_, err = beside(ctx, tx, about{entry: e}, []setPart{{partStanding, idKey(id)}}, func() ([]setPart, error) {
			return nil, setStanding(ctx, tx, id, standingRow{Role: string(after.Role), Writes: after.Writes, DisabledAt: timeOrNull(after.DisabledAt)})
		})
		return err
	})
	if err != nil {
		return account.User{}, fmt.Errorf("change user %d: %w", id, err)
	}
	return after, nil
}

// RemoveUser removes a user; what hangs on it goes with it.
func (s *Accounts) RemoveUser(ctx context.Context, id int64, check func(account.User, int) (account.Entry, error)) error {
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		was, owners, err := lockUser(ctx, tx, id)
		if err != nil {
			return err
		}
		e, err := check(was, owners)
		if err != nil {
			return err
		}
		_, err = beside(ctx, tx, about{entry: e}, []setPart{{partUser, idKey(id)}}, func() ([]setPart, error) {
			if _, err := rowsOf[sessionRow](tx).Where("user_id = ?", id).Delete(ctx); err != nil {
				return nil, err
			}
			_, err := rowsOf[userRow](tx).Where("id = ?", id).Delete(ctx)
			return nil, err
		})
		return err
	})
	if err != nil {
		return fmt.Errorf("remove user %d: %w", id, err)
	}
	return nil
}

// lockUser reads a user, and counts the owners that are not disabled; both stay so until
// the transaction ends.
func lockUser(ctx context.Context, tx *gorm.DB, id int64) (u account.User, owners int, err error) {
	if err := lockTable(tx, "act_parts", "users"); err != nil {
		return u, 0, err
	}
	row, err := rowsOf[userRow](tx).Where("id = ?", id).Take(ctx)
	if err != nil {
		return u, 0, notFound(err, account.ErrNotFound)
	}
	owners, err = ownersOf(ctx, tx)
	return row.user(), owners, err
}

// ownersOf counts the owners that are not disabled.
func ownersOf(ctx context.Context, tx *gorm.DB) (int, error) {
	n, err := rowsOf[userRow](tx).Where("role = ? AND disabled_at IS NULL", string(account.Owner)).Count(ctx, "id")
	return int(n), err
}

// UserByHandle finds the user that passkeys know by a handle, else account.ErrNotFound.
func (s *Accounts) UserByHandle(ctx context.Context, handle [32]byte) (account.User, error) {
	row, err := rowsOf[userRow](s.db.read).Where("handle = ?", handle[:]).Take(ctx)
	if err != nil {
		return account.User{}, fmt.Errorf("user of a passkey: %w", notFound(err, account.ErrNotFound))
	}
	return row.user(), nil
}

// UserByName finds the user whose name account.Fold makes the same, else
// account.ErrNotFound.
func (s *Accounts) UserByName(ctx context.Context, name string) (account.User, error) {
	// Nobody has such a name, and PostgreSQL would not even compare it.
	if !utf8.ValidString(name) || strings.ContainsRune(name, 0) {
		return account.User{}, fmt.Errorf("user %q: %w", name, account.ErrNotFound)
	}
	row, err := rowsOf[userRow](s.db.read).Where("folded = ?", account.Fold(name)).Take(ctx)
	if err != nil {
		return account.User{}, fmt.Errorf("user %q: %w", name, notFound(err, account.ErrNotFound))
	}
	return row.user(), nil
}

// UserByID finds a user, else account.ErrNotFound.
func (s *Accounts) UserByID(ctx context.Context, id int64) (account.User, error) {
	row, err := rowsOf[userRow](s.db.read).Where("id = ?", id).Take(ctx)
	if err != nil {
		return account.User{}, fmt.Errorf("user %d: %w", id, notFound(err, account.ErrNotFound))
	}
	return row.user(), nil
}

// Users lists all users by name.
func (s *Accounts) Users(ctx context.Context) ([]account.User, error) {
	rows, err := rowsOf[userRow](s.db.read).Order("folded").Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("list users: %w", err)
	}
	users := make([]account.User, len(rows))
	for i, r := range rows {
		users[i] = r.user()
	}
	return users, nil
}
