package account

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// ErrLastOwner means that a blog would be left without an owner.
var ErrLastOwner = errors.New("this is the last owner")

// standing is what a user is on the blog, in words for the audit log.
func (u User) standing() string {
	is := string(u.Role)
	if u.Writes != "" {
		is += ", writes as " + u.Writes
	}
	if !u.DisabledAt.IsZero() {
		is += ", disabled"
	}
	return is
}

// SetRole changes what a user is on the blog, and whose posts are the user's own; the
// actor must be permitted to [ManageUsers]. It counts from the user's next request on.
// The errors are [InvalidError], [ErrNotFound], [ErrLastOwner], [ErrForbidden].
func (s *Service) SetRole(ctx context.Context, by Actor, name string, role Role, writes string) (User, error) {
	writes = cleanWrites(writes)
	fields := map[string]Wrong{FieldRole: checkRole(role), FieldWrites: checkWrites(role, writes)}
	if err := invalid(fields); err != nil {
		return User{}, err
	}
	return s.change(ctx, by, name, "role", func(u User, owners int) (User, error) {
		if role != Owner && u.lastOf(owners) {
			return u, ErrLastOwner
		}
		u.Role, u.Writes = role, writes
		return u, nil
	})
}

// Disable keeps a user from logging in, and ends their sessions; Enable lets them again.
// The actor must be permitted to [ManageUsers]. The errors are [ErrNotFound],
// [ErrLastOwner] and [ErrForbidden].
func (s *Service) Disable(ctx context.Context, by Actor, name string) (User, error) {
	return s.change(ctx, by, name, "user disable", func(u User, owners int) (User, error) {
		if u.lastOf(owners) {
			return u, ErrLastOwner
		}
		if u.DisabledAt.IsZero() {
			u.DisabledAt = s.o.Now().UTC()
		}
		return u, nil
	})
}

// Enable takes back what [Service.Disable] did, but for the sessions.
func (s *Service) Enable(ctx context.Context, by Actor, name string) (User, error) {
	return s.change(ctx, by, name, "user enable", func(u User, _ int) (User, error) {
		u.DisabledAt = time.Time{}
		return u, nil
	})
}

// Remove removes a user and all that is kept of them, but for what they did. The errors
// are those of [Service.Disable].
func (s *Service) Remove(ctx context.Context, by Actor, name string) error {
	if err := by.May(ManageUsers); err != nil {
		return err
	}
	u, err := s.byName(ctx, cleanName(name))
	if err == nil {
		err = s.o.Store.RemoveUser(ctx, u.ID, func(u User, owners int) (Entry, error) {
			if u.lastOf(owners) {
				return Entry{}, ErrLastOwner
			}
			return s.entry(by, "user remove", u, u.standing()), nil
		})
	}
	if err != nil {
		return fmt.Errorf("remove user %q: %w", name, err)
	}
	return nil
}

// lastOf reports whether nobody could manage the blog without the user, of so many owners
// that are not disabled.
func (u User) lastOf(owners int) bool {
	return u.Role == Owner && u.DisabledAt.IsZero() && owners < 2
}

// Named finds a user by name; the actor must be permitted to [ManageUsers].
func (s *Service) Named(ctx context.Context, by Actor, name string) (User, error) {
	if err := by.May(ManageUsers); err != nil {
		return User{}, err
	}
	return s.byName(ctx, cleanName(name))
}

// change changes a user, and says in the audit log what the user was and is.
func (s *Service) change(ctx context.Context, by Actor, name, action string, do func(u User, owners int) (User, error)) (User, error) {
	if err := by.May(ManageUsers); err != nil {
		return User{}, err
	}
	u, err := s.byName(ctx, cleanName(name))
	if err == nil {
		u, err = s.o.Store.ChangeUser(ctx, u.ID, func(was User, owners int) (User, Entry, error) {
			is, err := do(was, owners)
			return is, Entry{
				At: s.o.Now().UTC(), Actor: by.Name, Action: action, Target: "user " + was.Name,
				Detail: was.standing() + " → " + is.standing(),
			}, err
		})
	}
	if err != nil {
		return User{}, fmt.Errorf("change user %q: %w", name, err)
	}
	return u, nil
}

// Find finds a user by number; the actor must be permitted to [ManageUsers].
func (s *Service) Find(ctx context.Context, by Actor, id int64) (User, error) {
	if err := by.May(ManageUsers); err != nil {
		return User{}, err
	}
	return s.o.Store.UserByID(ctx, id)
}
