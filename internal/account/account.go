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
// # Ways to log in
//
// By name and password; who has a second step (one-time codes or a passkey) is asked for it
// after that, and has no session before. By a passkey alone, which is two steps in one:
// what one has, and the finger or the PIN that unlocks it. Who has a passkey and no password
// types a recovery code in its place when the passkey is lost. The last passkey of who has
// no password is not removed.
//
// Passkeys follow Web Authentication, Level 3 (W3C), https://www.w3.org/TR/webauthn-3/: any
// signature that the library knows, no attestation, kept in the device, the user verified.
// A challenge is answered once, within 5 minutes, on the origin of the blog's address and
// for the name in it; a blog whose address is a number has none. A passkey whose counter
// does not rise (7.2, step 22; 6.1.1) may have been copied: neither it nor its copy is taken
// any more, and the audit log says so. Counters that stay at zero are no counters.
//
// One-time codes follow RFC 6238 on RFC 4226: HMAC-SHA-1, 6 digits, steps of 30 seconds, a
// secret of 160 bits (RFC 4226, 4, R6). A code of the step before or after is taken, for clocks
// differ; each once, and none older than one that was used (RFC 6238, 5.2). The secret is sealed
// where it is kept. It counts from the first right code on: 10 tries, 15 minutes.
//
// Recovery codes are 10, of 80 random bits each, in groups of four; typed in any case, with
// blanks or hyphens or none. They are kept as SHA-256, which is enough for what cannot be
// guessed, and each is used once.
//
// # Limits
//
//   - A second step: 5 tries, within 10 minutes of the first.
//   - Passkeys of one user: 20. What waits for an answer, of each kind: 4096; who comes
//     then takes the place of who waited longest.
//   - An invitation: 7 days, one account, 128 random bits, of which SHA-256 is kept.
//   - How often may be tried is counted by the room that knows addresses, web: 10 passwords in
//     15 minutes from one address, 300 in an hour for one name from all addresses together,
//     and 20 in 15 minutes from a browser that was logged in by that name before, which are
//     counted for it alone. So strangers cannot lock anybody out of the browsers they use;
//     passkeys are not counted by name, and on the shell "hamlet user passwd" and
//     "hamlet user reset" always work.
//
// # Sessions
//
// Web keeps them; this room lists and ends them. A new password, and being disabled or removed,
// ends all; a changed role or author counts with the next request. What cannot be undone, or
// shows a secret, asks who has not proved it for 10 minutes who they are ([Service.Prove]).
//
// Whatever is done to accounts needs an owner, or is one's own; there is always an owner who
// is not disabled, also when two demote each other at once.
//
// # Sources
//
// Passwords: NIST SP 800-63B, 5.1.1 (length, no rules of composition), RFC 9106 (argon2id;
// 64 MiB, 3 passes, 2 lanes), RFC 8265 (names and passwords composed before they are
// compared).
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

// ActID numbers what moderators did on a blog and may take back, from 1; 0 is nothing of that.
type ActID int64
