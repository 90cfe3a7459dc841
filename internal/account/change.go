package account

import (
	"context"
	"errors"
	"fmt"
)

// ErrLastOwner means that a blog would be left without an owner.
var ErrLastOwner = errors.New("this is the last owner")

// standing is what a user is on the blog, in words for the audit log.
func (u User) standing() string {
	if u.Writes == "" {
		return string(u.Role)
	}
	return fmt.Sprintf("%s, writes as %s", u.Role, u.Writes)
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
		if u.Role == Owner && role != Owner && owners < 2 {
			return u, ErrLastOwner
		}
		u.Role, u.Writes = role, writes
		return u, nil
	})
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
