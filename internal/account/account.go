// Package account knows who may do what, and who did it: roles and what they
// permit, users and their passwords, and the entries of the audit log.
//
// It is a ground-floor room: it knows no database, no network and no clock of
// its own. A rule elsewhere that needs permission takes an [Actor] as an
// argument and asks [Actor.May].
//
// # Words
//
//   - An actor is whoever acts: a logged-in user, or the owner at the shell.
//   - A role is owner or moderator. An owner may do everything; a moderator may
//     decide on comments.
//   - An entry is one line of the audit log: who did what to what, and when.
package account

import (
	"errors"
	"fmt"
	"time"
)

// Errors of this room. They are wrapped with what was being done.
var (
	ErrForbidden      = errors.New("not permitted")
	ErrNotFound       = errors.New("no such user")
	ErrNameTaken      = errors.New("this name is taken")
	ErrBadCredentials = errors.New("name or password is wrong")
	ErrSetupClosed    = errors.New("this setup link is used up or wrong")
)

// InvalidError says which fields of a form are wrong, and why, in sentences for
// the person who filled it in.
type InvalidError struct {
	Fields map[string]string
}

func (e *InvalidError) Error() string { return fmt.Sprintf("invalid account: %v", e.Fields) }

// Role is what a user is on this blog.
type Role string

// The roles, from most to least powerful.
const (
	Owner     Role = "owner"
	Moderator Role = "moderator"
)

// Roles lists every role, for messages and tests.
var Roles = []Role{Owner, Moderator}

// Permission is something an actor may or may not do.
type Permission string

// The permissions.
const (
	// ModerateComments is to see the queue and to decide on comments.
	ModerateComments Permission = "moderate comments"
	// ManageUsers is to add users and to set their passwords.
	ManageUsers Permission = "manage users"
)

// permits is the whole table of who may do what.
var permits = map[Role]map[Permission]bool{
	Owner:     {ModerateComments: true, ManageUsers: true},
	Moderator: {ModerateComments: true},
}

// Actor is whoever acts. The zero Actor may do nothing.
type Actor struct {
	Name string
	Role Role
}

// Shell is the actor of a command typed on the machine the blog runs on: who
// can read the data folder is its owner.
var Shell = Actor{Name: "shell", Role: Owner}

// May returns nil when the actor has the permission, else an error that wraps
// [ErrForbidden] and names both.
func (a Actor) May(p Permission) error {
	if permits[a.Role][p] {
		return nil
	}
	return fmt.Errorf("%s (%s) may not %s: %w", a.Name, a.Role, p, ErrForbidden)
}

// User is somebody with a name and a password.
type User struct {
	ID   int64
	Name string
	Role Role
	// PasswordHash is an argon2id hash in PHC form.
	PasswordHash string
	// Epoch counts password changes; a session of an earlier epoch is over.
	Epoch     int64
	CreatedAt time.Time
}

// Actor is the user as an actor.
func (u User) Actor() Actor { return Actor{Name: u.Name, Role: u.Role} }

// Entry is one line of the audit log.
type Entry struct {
	At     time.Time
	Actor  string
	Action string // "approve", "spam", "user add", …
	Target string // "comment 12", "user ada"
	Detail string // free words: "pending → approved"
}
