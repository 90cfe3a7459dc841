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
//   - An epoch counts the passwords a user has had. A session remembers the
//     epoch it began in, so a new password ends every session before it.
//   - The setup link is the one-time door to the first account.
//
// # Rules
//
// There is never a default account or a default password. While a blog has no
// user, the setup link makes the first one, an owner; it is shown only where
// the owner reads (the log of the program), works once, and is forgotten when
// the program ends. From then on owners add users.
//
// A name has 1 to 50 visible characters on one line; "Ada" and "ada" are one
// name. A password has at least 10 characters and is not the name. There are
// no rules about digits and signs, which make passwords worse.
//
// Passwords are kept as argon2id hashes. A hash takes 64 MiB while it is made,
// so only a few are made at once and the others wait their turn: a flood of
// logins costs patience, not memory. A login with an unknown name costs a hash
// too, so that time does not tell which names exist.
//
// # Example
//
//	accounts := account.New(account.Options{Store: store, Now: time.Now})
//	u, err := accounts.Authenticate(ctx, name, password)
//	if errors.Is(err, account.ErrBadCredentials) { … }
//	err = u.Actor().May(account.ModerateComments)
package account

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
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

// InvalidError says which fields of a form are wrong, and why.
type InvalidError struct {
	Fields map[string]Wrong
}

// Error lists the fields in the order of their names.
func (e *InvalidError) Error() string {
	var parts []string
	for _, f := range slices.Sorted(maps.Keys(e.Fields)) {
		parts = append(parts, f+": "+e.Fields[f].String())
	}
	return strings.Join(parts, " ")
}

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
