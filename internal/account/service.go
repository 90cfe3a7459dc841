package account

import (
	"context"
	"time"
)

// Store is what this room needs kept. Each method is one transaction.
type Store interface {
	// AddUser keeps a new user and the entry, and returns the user's id. With
	// first it refuses with ErrSetupClosed unless there is no user yet, in the
	// same transaction. A taken name (whatever its case) is ErrNameTaken.
	AddUser(ctx context.Context, u User, first bool, e Entry) (int64, error)
	// SetPassword replaces the hash, raises the epoch by one, keeps the entry.
	SetPassword(ctx context.Context, id int64, hash string, e Entry) error
	// UserByName finds a user whatever the case of the name, else ErrNotFound.
	UserByName(ctx context.Context, name string) (User, error)
	// UserByID finds a user, else ErrNotFound.
	UserByID(ctx context.Context, id int64) (User, error)
	// Users lists all users by name.
	Users(ctx context.Context) ([]User, error)
}

// Options is what a Service is made of; all fields are required.
type Options struct {
	Store Store
	Now   func() time.Time
}

// Service is the one door to the users of a blog.
type Service struct{ o Options }

// New makes a Service.
func New(o Options) *Service { return &Service{o} }

// SetupToken is the secret of the one-time link that makes the first account;
// empty when there is an account already.
func (s *Service) SetupToken(ctx context.Context) (string, error) { return "", nil }

// CheckSetup returns nil while the token opens the setup form, else ErrSetupClosed.
func (s *Service) CheckSetup(ctx context.Context, token string) error { return ErrSetupClosed }

// Setup makes the first account, an owner, and uses the token up.
func (s *Service) Setup(ctx context.Context, token, name, password string) (User, error) {
	return User{}, ErrSetupClosed
}

// AddUser makes an account; the actor must be permitted to ManageUsers. The
// errors are InvalidError, ErrNameTaken, ErrForbidden.
func (s *Service) AddUser(ctx context.Context, by Actor, name string, role Role, password string) (User, error) {
	return User{}, nil
}

// SetPassword changes a password and ends the user's sessions.
func (s *Service) SetPassword(ctx context.Context, by Actor, name, password string) error { return nil }

// Authenticate checks name and password, in the same time whether or not there
// is such a user. The error is ErrBadCredentials.
func (s *Service) Authenticate(ctx context.Context, name, password string) (User, error) {
	return User{}, ErrBadCredentials
}

// User finds the user of a session: the same id and epoch, else ErrNotFound.
func (s *Service) User(ctx context.Context, id, epoch int64) (User, error) {
	return User{}, ErrNotFound
}

// Users lists all users by name.
func (s *Service) Users(ctx context.Context, by Actor) ([]User, error) { return nil, nil }
