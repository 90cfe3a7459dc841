package account

import (
	"context"
	"fmt"
)

// Taken is what [Service.Reset] took away.
type Taken struct {
	Passkeys int
	Codes    bool // one-time codes
	Recovery int  // recovery codes
	Sessions int
}

// Reset takes away a user's passkeys, one-time codes and recovery codes, and ends their
// sessions: afterwards the password alone logs in. It is for who lost what the second step
// is made with. The actor must be permitted to [ManageUsers]. The errors are
// [ErrForbidden], [ErrNotFound], and [ErrLastWay] for a user without a password.
func (s *Service) Reset(ctx context.Context, by Actor, name string) (t Taken, err error) {
	if err := by.May(ManageUsers); err != nil {
		return t, err
	}
	u, err := s.byName(ctx, cleanName(name))
	if err != nil {
		return t, fmt.Errorf("reset %q: %w", name, err)
	}
	w, err := s.Ways(ctx, u)
	if err != nil {
		return t, err
	}
	if !w.Password {
		return t, ErrLastWay
	}
	for _, k := range w.Passkeys {
		if err := s.RemovePasskey(ctx, by, u, k.ID); err != nil {
			return t, err
		}
		t.Passkeys++
	}
	if w.OTP {
		if err := s.DropOTP(ctx, by, u); err != nil {
			return t, err
		}
	}
	t.Codes, t.Recovery = w.OTP, w.Recovery
	t.Sessions, err = s.EndSessions(ctx, by, u, "")
	return t, err
}
