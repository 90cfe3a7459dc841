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
//   - A role is owner, moderator or author. An owner may do everything; a moderator
//     may decide on comments, whatever they are under; an author on those under posts
//     of their own.
//   - A permission is asked for the whole blog ([Actor.May]) or for one post
//     ([Actor.MayOn]); [Actor.Scope] is what lists are cut to. What is asked for the
//     whole blog is closed to authors, but the desk itself ([UseDesk]).
//   - What a user writes is the name of an author as posts have it; the posts of this
//     author are the user's own.
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
	// ErrConflict means that something is so already.
	ErrConflict    = errors.New("this is so already")
	ErrSetupClosed = errors.New("this setup link is used up or wrong")
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

// User is somebody with a name and a password.
type User struct {
	ID   int64
	Name string
	Role Role
	// Writes is the name of the author, as posts have it, whose posts are this user's
	// own; empty for none.
	Writes string
	// PasswordHash is an argon2id hash in PHC form; empty: no password logs in.
	PasswordHash string
	// Epoch counts password changes; a session of an earlier epoch is over.
	Epoch     int64
	CreatedAt time.Time
	// Handle is what passkeys know the user by: random, and nothing else.
	Handle [32]byte
	// DisabledAt is since when nobody logs in; zero: the account is in use.
	DisabledAt time.Time
}

// Actor is the user as an actor, without posts of their own.
func (u User) Actor() Actor { return Actor{Name: u.Name, Role: u.Role} }

// Entry is one line of the audit log.
type Entry struct {
	At     time.Time
	Actor  string
	Action string // "approve", "spam", "user add", …
	Target string // "comment 12", "user ada"
	Detail string // free words: "pending → approved"
}
