package account

import (
	"context"
	"time"
)

// Passkey is a key in a browser or on a stick that a user logs in with.
type Passkey struct {
	ID   int64
	User int64
	Name string // as the user calls it
	// Credential is what browsers name it by.
	Credential []byte
	// Record is its public key and what else is kept to check it, as JSON.
	Record    string
	CreatedAt time.Time
	UsedAt    time.Time // zero: never
	// DoubtedAt is since when it counts its uses as if there were two of it; zero: it
	// does not.
	DoubtedAt time.Time
}

// Factors is what this room needs kept of the ways to log in beside passwords. Each
// method is one transaction.
type Factors interface {
	// AddPasskey keeps a new passkey and the entry. One whose credential is kept already
	// is ErrConflict.
	AddPasskey(ctx context.Context, p Passkey, e Entry) error
	// Passkeys lists the passkeys of a user, the oldest first.
	Passkeys(ctx context.Context, user int64) ([]Passkey, error)
	// UsePasskey keeps record, use and doubt of a passkey, and the entry if it says anything.
	UsePasskey(ctx context.Context, p Passkey, e Entry) error
	// RemovePasskey removes a passkey of a user, else it is ErrNotFound; ErrLastWay if nothing
	// would be left to log in with.
	RemovePasskey(ctx context.Context, user, id int64, e Entry) error
	// SetOTP keeps the secret of one-time codes, sealed, in place of the one before. Codes
	// up to the step are used up.
	SetOTP(ctx context.Context, user int64, secret string, step int64, e Entry) error
	// OTP is the secret of a user's one-time codes; empty for none.
	OTP(ctx context.Context, user int64) (string, error)
	// UseStep uses up all codes to a step, and reports whether that one was unused.
	UseStep(ctx context.Context, user, step int64) (bool, error)
	// DropOTP forgets the secret; none is ErrNotFound.
	DropOTP(ctx context.Context, user int64, e Entry) error
	// SetRecovery keeps the hashes of recovery codes in place of those before.
	SetRecovery(ctx context.Context, user int64, hashes [][32]byte, e Entry) error
	// Recovery counts the recovery codes that are left.
	Recovery(ctx context.Context, user int64) (int, error)
	// UseRecovery takes a recovery code away, and reports whether it was there; then it
	// keeps the entry.
	UseRecovery(ctx context.Context, user int64, hash [32]byte, e Entry) (bool, error)
}

// Session is a login that lasts, as its user may know it.
type Session struct {
	// ID names it where its token must not be seen.
	ID      string
	User    int64
	Began   time.Time
	Until   time.Time // when it ends if it is not used
	Browser string    // kind of browser, as it called itself when the session began
}

// Sessions is what this room needs of the sessions, which the web keeps. Each method is
// one transaction.
type Sessions interface {
	// Sessions lists the sessions of a user that have not ended, the newest first.
	Sessions(ctx context.Context, user int64) ([]Session, error)
	// EndSessions ends those sessions of a user that drop is true of, and keeps the
	// entry if there were any.
	EndSessions(ctx context.Context, user int64, drop func(Session) bool, e Entry) (int, error)
}

// Invitation is a link that makes one account.
type Invitation struct {
	ID        int64
	Role      Role
	Writes    string // see User
	By        string
	CreatedAt time.Time
	ExpiresAt time.Time
}

// Invitations is what this room needs kept of invitations, which are found by the hash of
// the secret in the link. Each method is one transaction.
type Invitations interface {
	// Invite keeps an invitation and the entry.
	Invite(ctx context.Context, inv Invitation, hash [32]byte, e Entry) error
	// Invitation finds one that has not expired at a time, else it is ErrNotFound.
	Invitation(ctx context.Context, hash [32]byte, at time.Time) (Invitation, error)
	// Invitations lists those that have not expired at a time, the newest first.
	Invitations(ctx context.Context, at time.Time) ([]Invitation, error)
	// Revoke removes an invitation, else it is ErrNotFound.
	Revoke(ctx context.Context, id int64, e Entry) error
	// Accept removes an invitation that has not expired and keeps the new user, with a
	// passkey if there is one, and the entry: all or nothing. Without the invitation it
	// is ErrNotFound, with a taken name ErrNameTaken.
	Accept(ctx context.Context, hash [32]byte, u User, key *Passkey, e Entry) (int64, error)
}
