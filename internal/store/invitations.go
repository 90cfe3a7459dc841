package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"hamlet/internal/account"
)

// invitationRow is an invitation as it is kept.
type invitationRow struct {
	ID        int64 `gorm:"primaryKey"`
	Hash      []byte
	Role      string
	Writes    string
	InvitedBy string
	CreatedAt int64 `gorm:"autoCreateTime:false"`
	ExpiresAt int64
}

func (invitationRow) TableName() string { return "invitations" }

func (r invitationRow) invitation() account.Invitation {
	return account.Invitation{
		ID: r.ID, Role: account.Role(r.Role), Writes: r.Writes, By: r.InvitedBy,
		CreatedAt: fromMillis(r.CreatedAt), ExpiresAt: fromMillis(r.ExpiresAt),
	}
}

// Invite keeps an invitation, and removes those that have expired.
func (s *Accounts) Invite(ctx context.Context, inv account.Invitation, hash [32]byte, e account.Entry) error {
	return s.touched(ctx, "keep an invitation", account.Entry{}, func(ctx context.Context, tx *gorm.DB) (int, error) {
		if err := lockTable(tx, "act_parts"); err != nil {
			return 0, err
		}
		if _, err := rowsOf[invitationRow](tx).Where("expires_at <= ?", millis(s.db.now())).Delete(ctx); err != nil {
			return 0, err
		}
		row := invitationRow{
			Hash: hash[:], Role: string(inv.Role), Writes: inv.Writes, InvitedBy: inv.By,
			CreatedAt: millis(inv.CreatedAt), ExpiresAt: millis(inv.ExpiresAt),
		}
		_, err := beside(ctx, tx, about{entry: e}, nil, func() ([]setPart, error) {
			err := rowsOf[invitationRow](tx).Create(ctx, &row)
			return []setPart{{partInvitation, idKey(row.ID)}}, err
		})
		return 1, err
	})
}

// Invitation finds an invitation that has not expired.
func (s *Accounts) Invitation(ctx context.Context, hash [32]byte, at time.Time) (account.Invitation, error) {
	row, err := rowsOf[invitationRow](s.db.read).Where("hash = ? AND expires_at > ?", hash[:], millis(at)).Take(ctx)
	if err != nil {
		return account.Invitation{}, fmt.Errorf("invitation: %w", notFound(err, account.ErrNotFound))
	}
	return row.invitation(), nil
}

// Invitations lists the invitations that have not expired, the newest first.
func (s *Accounts) Invitations(ctx context.Context, at time.Time) ([]account.Invitation, error) {
	rows, err := rowsOf[invitationRow](s.db.read).Where("expires_at > ?", millis(at)).Order("id DESC").Find(ctx)
	if err != nil {
		return nil, fmt.Errorf("list invitations: %w", err)
	}
	out := make([]account.Invitation, len(rows))
	for i, r := range rows {
		out[i] = r.invitation()
	}
	return out, nil
}

// Revoke removes an invitation.
func (s *Accounts) Revoke(ctx context.Context, id int64, e account.Entry) error {
	return s.touched(ctx, "revoke an invitation", account.Entry{}, func(ctx context.Context, tx *gorm.DB) (n int, err error) {
		_, err = beside(ctx, tx, about{entry: e}, []setPart{{partInvitation, idKey(id)}}, func() ([]setPart, error) {
			n, err = rowsOf[invitationRow](tx).Where("id = ?", id).Delete(ctx)
			if err == nil && n == 0 {
				err = account.ErrNotFound
			}
			return nil, err
		})
		return n, err
	})
}

// Accept makes a user of an invitation.
func (s *Accounts) Accept(ctx context.Context, hash [32]byte, u account.User, key *account.Passkey, e account.Entry) (int64, error) {
	row := newUserRow(u)
	err := s.touched(ctx, "accept an invitation", e, func(ctx context.Context, tx *gorm.DB) (int, error) {
		n, err := rowsOf[invitationRow](tx).Where("hash = ? AND expires_at > ?", hash[:], millis(s.db.now())).Delete(ctx)
		if err != nil || n == 0 {
			return 0, err
		}
		row.ID = 0
		if err := vacant(ctx, tx, row.Folded, false); err != nil {
			return 0, err
		}
		if err := rowsOf[userRow](tx).Create(ctx, &row); err != nil {
			return 0, err
		}
		if key == nil {
			return 1, nil
		}
		p := *key
		p.User = row.ID
		return 1, addPasskey(ctx, tx, p)
	})
	return row.ID, err
}
