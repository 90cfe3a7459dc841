package account

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// A second step must follow the first within some minutes, and may be tried a few times.
const (
	secondLasts = 10 * time.Minute
	secondTries = 5
)

// Ways are the ways in which a user can prove who they are.
type Ways struct {
	Password bool
	OTP      bool // one-time codes
	Passkeys []Passkey
	Recovery int // recovery codes that are left
}

// TwoSteps reports whether a password alone does not log in: a user with one-time codes
// or a passkey is asked for one of these as well, or for a recovery code.
func (w Ways) TwoSteps() bool { return w.OTP || len(w.Passkeys) > 0 }

// Ways tells in which ways a user can prove who they are.
func (s *Service) Ways(ctx context.Context, u User) (Ways, error) {
	w := Ways{Password: u.PasswordHash != ""}
	secret, err := s.o.Store.OTP(ctx, u.ID)
	if err == nil {
		w.OTP = secret != ""
		w.Passkeys, err = s.o.Store.Passkeys(ctx, u.ID)
	}
	if err == nil {
		w.Recovery, err = s.o.Store.Recovery(ctx, u.ID)
	}
	if err != nil {
		return Ways{}, fmt.Errorf("ways of %s to log in: %w", u.Name, err)
	}
	return w, nil
}

// Answer is what somebody gives to prove who they are: one of these.
type Answer struct {
	Password string
	Code     string // a one-time code, or a recovery code
	Ceremony string // that a passkey answers
	Response string // and its answer, as JSON
}

// enabled passes a user on who may log in. A disabled one is told nothing that a wrong
// password would not be told.
func (*Service) enabled(u User) (User, error) {
	if !u.DisabledAt.IsZero() {
		return User{}, fmt.Errorf("%s is disabled: %w", u.Name, ErrBadCredentials)
	}
	return u, nil
}

// Login is the first step: name and password. A user with a second step to go gets a
// ticket for it, and is not logged in. Who has no password, and lost their passkeys, gives
// a recovery code in its place. The error is [ErrBadCredentials]; any other means
// that it could not be checked.
func (s *Service) Login(ctx context.Context, name, password string) (u User, ticket string, err error) {
	u, err = s.Authenticate(ctx, name, password)
	if errors.Is(err, ErrBadCredentials) && recoveryShape.MatchString(password) {
		u, err = s.recover(ctx, name, password)
		return u, "", err
	}
	if err != nil {
		return User{}, "", err
	}
	w, err := s.Ways(ctx, u)
	if err != nil || !w.TwoSteps() {
		return u, "", err
	}
	return u, s.halves.put(u), nil
}

// recover logs in with a recovery code alone, if there is no password it could follow. A name
// nobody has costs what any other costs.
func (s *Service) recover(ctx context.Context, name, code string) (User, error) {
	u, err := s.byName(ctx, cleanName(name))
	if err != nil && !errors.Is(err, ErrNotFound) {
		return User{}, fmt.Errorf("log in: %w", err)
	}
	id := u.ID
	if u.PasswordHash != "" || !u.DisabledAt.IsZero() {
		id = 0 // nobody's
	}
	used, err := s.o.Store.UseRecovery(ctx, id, recoveryHash(code), s.entry(u.Actor(), "recovery code", u, "used in place of a passkey"))
	if err != nil {
		return User{}, fmt.Errorf("log in: %w", err)
	}
	if !used {
		return User{}, ErrBadCredentials
	}
	return u, nil
}

// Halfway finds who a ticket was given to, else it is [ErrNotFound].
func (s *Service) Halfway(ctx context.Context, ticket string) (User, error) {
	u, ok := s.halves.peek(ticket)
	if !ok {
		return User{}, ErrNotFound
	}
	return s.User(ctx, u.ID, u.Epoch)
}

// SecondStep ends a login with a code or a passkey. The errors are [ErrBadCredentials],
// and [ErrNotFound] for a ticket that is too old, or was tried too often.
func (s *Service) SecondStep(ctx context.Context, ticket string, a Answer) (User, error) {
	half, ok := s.halves.try(ticket, secondTries)
	if !ok {
		return User{}, ErrNotFound
	}
	u, err := s.User(ctx, half.ID, half.Epoch)
	if err != nil {
		return User{}, err
	}
	a.Password = "" // was the first step
	if err := s.Prove(ctx, u, a); err != nil {
		return User{}, err
	}
	s.halves.take(ticket)
	return u, nil
}

// PasskeyLogin logs in with a passkey alone, which proves a device and its user at once.
// The error is [ErrBadCredentials].
func (s *Service) PasskeyLogin(ctx context.Context, ceremony, response string) (User, error) {
	return s.passkeyUser(ctx, ceremony, response)
}

// Prove returns nil if an answer proves that it is the user. The error is
// [ErrBadCredentials].
func (s *Service) Prove(ctx context.Context, u User, a Answer) error {
	switch {
	case a.Ceremony != "":
		by, err := s.passkeyUser(ctx, a.Ceremony, a.Response)
		if err == nil && by.ID != u.ID {
			err = ErrBadCredentials
		}
		return err
	case a.Code != "":
		return s.code(ctx, u, a.Code)
	case a.Password != "":
		by, err := s.Authenticate(ctx, u.Name, a.Password)
		if err == nil && by.ID != u.ID {
			err = ErrBadCredentials
		}
		return err
	}
	return ErrBadCredentials
}

// renew hashes a password anew that was hashed with less work than is wanted today. That
// it could not be kept is no reason not to log in.
func (s *Service) renew(ctx context.Context, u User, password string) error {
	if u.PasswordHash == "" || !s.hash.weak(u.PasswordHash) {
		return nil
	}
	renewed, err := s.hash.hash(ctx, password)
	if err == nil {
		err = s.o.Store.RenewHash(ctx, u.ID, u.PasswordHash, renewed)
	}
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}
