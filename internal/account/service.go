package account

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"time"
)

// Store is what this room needs kept.
type Store interface {
	Users
	Factors
	Sessions
	Invitations
}

// Users is what this room needs kept of users. Each method is one transaction.
type Users interface {
	// AddUser keeps a new user and the entry, and returns the user's id. With
	// first it refuses with ErrSetupClosed unless there is no user yet, in the
	// same transaction. A taken name (one that [Fold] makes the same) is ErrNameTaken.
	AddUser(ctx context.Context, u User, first bool, e Entry) (int64, error)
	// SetPassword replaces the hash, raises the epoch by one, keeps the entry.
	SetPassword(ctx context.Context, id int64, hash string, e Entry) error
	// RenewHash replaces a hash that is still the old one by one of the same password.
	RenewHash(ctx context.Context, id int64, old, renewed string) error
	// ChangeUser reads a user, asks change what to make of it, and keeps role, author and
	// whether it is disabled, and the entry. Owners is how many there are that are not
	// disabled, and no change of another user comes between. Who is disabled loses
	// all sessions. The user is returned as it is afterwards; a missing one
	// is ErrNotFound, and an error of change is returned as it is.
	ChangeUser(ctx context.Context, id int64, change func(u User, owners int) (User, Entry, error)) (User, error)
	// RemoveUser removes a user with all that is kept of it beside the audit log, like
	// ChangeUser.
	RemoveUser(ctx context.Context, id int64, check func(u User, owners int) (Entry, error)) error
	// UserByHandle finds the user that passkeys know by a handle, else ErrNotFound.
	UserByHandle(ctx context.Context, handle [32]byte) (User, error)
	// UserByName finds the user whose name [Fold] makes the same, else ErrNotFound.
	UserByName(ctx context.Context, name string) (User, error)
	// UserByID finds a user, else ErrNotFound.
	UserByID(ctx context.Context, id int64) (User, error)
	// Users lists all users by name.
	Users(ctx context.Context) ([]User, error)
}

// Options is what a Service is made of.
type Options struct {
	Store  Store            // required
	Now    func() time.Time // required
	Random io.Reader        // of the setup token; crypto/rand if nil
	Cost   Cost             // of a password hash; DefaultCost if zero (tests take {8, 1, 1})
	// Site is the name and the address of the blog, as they are now; without, there
	// are no passkeys.
	Site func() (title, base string)
}

// Service is the one door to the users of a blog. It may be used by many at once.
type Service struct {
	o     Options
	hash  *hasher
	setup setup

	challenges *pending[challenge] // to passkeys
	halves     *pending[User]      // logins that lack the second step
	secrets    *pending[newSecret] // of one-time codes, to be confirmed
}

// New makes a Service.
func New(o Options) *Service {
	if o.Random == nil {
		o.Random = rand.Reader
	}
	if o.Cost == (Cost{}) {
		o.Cost = DefaultCost
	}
	return &Service{
		o: o, hash: newHasher(o.Cost),
		challenges: newPending[challenge](o.Now, ceremonyLasts),
		halves:     newPending[User](o.Now, secondLasts),
		secrets:    newPending[newSecret](o.Now, otpLasts),
	}
}

// NewUser is what an account is made of.
type NewUser struct {
	Name     string
	Role     Role
	Writes   string // see User
	Password string
}

// clean makes of it what is kept.
func (n NewUser) clean() NewUser {
	n.Name, n.Writes, n.Password = cleanName(n.Name), cleanWrites(n.Writes), cleanPassword(n.Password)
	return n
}

// AddUser makes an account; the actor must be permitted to [ManageUsers]. The
// errors are [InvalidError], [ErrNameTaken], [ErrForbidden].
func (s *Service) AddUser(ctx context.Context, by Actor, n NewUser) (User, error) {
	if err := by.May(ManageUsers); err != nil {
		return User{}, err
	}
	return s.add(ctx, n.clean(), false, Entry{Actor: by.Name, Action: "user add"})
}

// add checks, hashes and keeps a cleaned new user; with first only if there is no user
// yet.
func (s *Service) add(ctx context.Context, n NewUser, first bool, e Entry) (User, error) {
	if err := checkUser(n); err != nil {
		return User{}, err
	}
	hash, err := s.hash.hash(ctx, n.Password)
	if err != nil {
		return User{}, err
	}
	now := s.o.Now().UTC()
	u := User{Name: n.Name, Role: n.Role, Writes: n.Writes, PasswordHash: hash, CreatedAt: now, Handle: newHandle()}
	e.At, e.Target, e.Detail = now, "user "+u.Name, u.standing()
	if u.ID, err = s.o.Store.AddUser(ctx, u, first, e); err != nil {
		return User{}, fmt.Errorf("add user %s: %w", u.Name, err)
	}
	return u, nil
}

// SetPassword changes a password and ends the user's sessions; it must be the actor's own,
// or the actor must be permitted to [ManageUsers]. The errors are [InvalidError] (for the password),
// [ErrNotFound], [ErrForbidden].
func (s *Service) SetPassword(ctx context.Context, by Actor, name, password string) error {
	u, err := s.byName(ctx, cleanName(name))
	if err := s.mayChange(by, User{Name: cleanName(name)}); err != nil {
		return err
	}
	if err != nil {
		return fmt.Errorf("set password of %q: %w", name, err)
	}
	password = cleanPassword(password)
	if err := invalid(map[string]Wrong{FieldPassword: checkPassword(u.Name, password)}); err != nil {
		return err
	}
	hash, err := s.hash.hash(ctx, password)
	if err != nil {
		return err
	}
	e := Entry{At: s.o.Now().UTC(), Actor: by.Name, Action: "password set", Target: "user " + u.Name}
	if err := s.o.Store.SetPassword(ctx, u.ID, hash, e); err != nil {
		return fmt.Errorf("set password of %s: %w", u.Name, err)
	}
	return nil
}

// Authenticate checks name and password, in the same time whether or not there
// is such a user, and whether or not it is disabled. The error is [ErrBadCredentials]; any other means that it
// could not be checked.
func (s *Service) Authenticate(ctx context.Context, name, password string) (User, error) {
	// Without a user there is no hash, and the check fails after the same work.
	u, err := s.byName(ctx, cleanName(name))
	if err != nil && !errors.Is(err, ErrNotFound) {
		return User{}, fmt.Errorf("log in: %w", err)
	}
	ok, err := s.hash.matches(ctx, cleanPassword(password), u.PasswordHash)
	if err != nil {
		return User{}, fmt.Errorf("log in: %w", err)
	}
	if !ok {
		return User{}, ErrBadCredentials
	}
	if err := s.renew(ctx, u, cleanPassword(password)); err != nil {
		return User{}, fmt.Errorf("log in: %w", err)
	}
	return s.enabled(u)
}

// byName finds the user of a cleaned name. A name that no user can have is not
// asked for: a database may refuse even to look for some bytes.
func (s *Service) byName(ctx context.Context, name string) (User, error) {
	if checkName(name).Fault != "" {
		return User{}, ErrNotFound
	}
	u, err := s.o.Store.UserByName(ctx, name)
	if err != nil {
		return User{}, err
	}
	return u, nil
}

// User finds the user of a session: the same id and epoch, else [ErrNotFound].
func (s *Service) User(ctx context.Context, id, epoch int64) (User, error) {
	u, err := s.o.Store.UserByID(ctx, id)
	if err != nil {
		return User{}, fmt.Errorf("find user %d: %w", id, err)
	}
	if !u.DisabledAt.IsZero() {
		return User{}, fmt.Errorf("find user %d: disabled: %w", id, ErrNotFound)
	}
	if u.Epoch != epoch {
		return User{}, fmt.Errorf("find user %d: session of an earlier password: %w", id, ErrNotFound)
	}
	return u, nil
}

// Users lists all users by name; the actor must be permitted to [ManageUsers].
func (s *Service) Users(ctx context.Context, by Actor) ([]User, error) {
	if err := by.May(ManageUsers); err != nil {
		return nil, err
	}
	users, err := s.o.Store.Users(ctx)
	if err != nil {
		return nil, fmt.Errorf("list users: %w", err)
	}
	return users, nil
}
