package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"
)

// InvitationLasts is how long an invitation can be accepted.
const InvitationLasts = 7 * 24 * time.Hour

// ErrInvitation means that a link makes no account: it was used, revoked, is too old, or
// never was one.
var ErrInvitation = errors.New("this invitation does not work")

// Invite makes an invitation; the actor must be permitted to [ManageUsers]. The secret is
// for the link and is told this once. The errors are [InvalidError] and [ErrForbidden].
func (s *Service) Invite(ctx context.Context, by Actor, role Role, writes string) (secret string, inv Invitation, err error) {
	if err := by.May(ManageUsers); err != nil {
		return "", inv, err
	}
	writes = cleanWrites(writes)
	if err := invalid(map[string]Wrong{FieldRole: checkRole(role), FieldWrites: checkWrites(role, writes)}); err != nil {
		return "", inv, err
	}
	now := s.o.Now().UTC()
	inv = Invitation{Role: role, Writes: writes, By: by.Name, CreatedAt: now, ExpiresAt: now.Add(InvitationLasts)}
	secret = rand.Text()
	e := Entry{At: now, Actor: by.Name, Action: "invite", Target: "users", Detail: User{Role: role, Writes: writes}.standing()}
	return secret, inv, s.o.Store.Invite(ctx, inv, sha256.Sum256([]byte(secret)), e)
}

// Invitations lists what can still be accepted; the actor must be permitted to
// [ManageUsers].
func (s *Service) Invitations(ctx context.Context, by Actor) ([]Invitation, error) {
	if err := by.May(ManageUsers); err != nil {
		return nil, err
	}
	return s.o.Store.Invitations(ctx, s.o.Now())
}

// Revoke makes an invitation worthless; the actor must be permitted to [ManageUsers].
func (s *Service) Revoke(ctx context.Context, by Actor, id int64) error {
	if err := by.May(ManageUsers); err != nil {
		return err
	}
	e := Entry{At: s.o.Now().UTC(), Actor: by.Name, Action: "invitation revoke", Target: "users", Detail: fmt.Sprintf("invitation %d", id)}
	return s.o.Store.Revoke(ctx, id, e)
}

// Invited reads an invitation by its secret, else it is [ErrInvitation].
func (s *Service) Invited(ctx context.Context, secret string) (Invitation, error) {
	inv, err := s.o.Store.Invitation(ctx, sha256.Sum256([]byte(secret)), s.o.Now())
	if errors.Is(err, ErrNotFound) {
		err = ErrInvitation
	}
	return inv, err
}

// InvitePasskey begins to make a passkey for an account that is made of an invitation.
func (s *Service) InvitePasskey(ctx context.Context, secret, name string) (Ceremony, error) {
	if _, err := s.Invited(ctx, secret); err != nil {
		return Ceremony{}, err
	}
	name = cleanName(name)
	if err := invalid(map[string]Wrong{FieldName: checkName(name)}); err != nil {
		return Ceremony{}, err
	}
	return s.register(holder{User: User{Name: name, Handle: newHandle()}}, secret)
}

// Accept makes an account of an invitation, with a password, or with the passkey that
// answers [Service.InvitePasskey]; then it returns recovery codes. The errors are
// [ErrInvitation], [InvalidError], [ErrNameTaken] and [ErrBadCredentials].
func (s *Service) Accept(ctx context.Context, secret, name string, a Answer) (User, []string, error) {
	inv, err := s.Invited(ctx, secret)
	if err != nil {
		return User{}, nil, err
	}
	u := User{Name: cleanName(name), Role: inv.Role, Writes: inv.Writes, CreatedAt: s.o.Now().UTC(), Handle: newHandle()}
	var key *Passkey
	if a.Ceremony != "" {
		c, ok := s.challenges.take(a.Ceremony)
		if !ok || c.invited != secret {
			return User{}, nil, ErrBadCredentials
		}
		u.Handle, u.Name = c.user.Handle, c.user.Name
		made, err := s.made(holder{User: u}, c, a.Response, "")
		if err != nil {
			return User{}, nil, err
		}
		key = &made
	} else if u.PasswordHash, err = s.newHash(ctx, u, a.Password); err != nil {
		return User{}, nil, err
	}
	e := s.entry(u.Actor(), "invitation accept", u, u.standing()+", invited by "+inv.By)
	u.ID, err = s.o.Store.Accept(ctx, sha256.Sum256([]byte(secret)), u, key, e)
	switch {
	case errors.Is(err, ErrNotFound):
		return User{}, nil, ErrInvitation
	case err != nil:
		return User{}, nil, err
	case key == nil:
		return u, nil, nil
	}
	codes, err := s.firstCodes(ctx, u)
	return u, codes, err
}

// newHash checks name and password of a new account, and hashes it.
func (s *Service) newHash(ctx context.Context, u User, password string) (string, error) {
	password = cleanPassword(password)
	if err := checkUser(NewUser{Name: u.Name, Role: u.Role, Writes: u.Writes, Password: password}); err != nil {
		return "", err
	}
	return s.hash.hash(ctx, password)
}

// newHandle is a handle that no user had.
func newHandle() (h [32]byte) {
	rand.Read(h[:]) // never fails: see its documentation
	return h
}
