package account

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// ErrNoPasskeys means that there is no passkey to ask for, or that browsers make none for
// this blog: its address has no name, but a number.
var ErrNoPasskeys = errors.New("there are no passkeys")

// ErrLastWay means that a user would have no way to log in any more.
var ErrLastWay = errors.New("this is the only way to log in to the account")

// The bounds of passkeys.
const (
	MaxPasskeys    = 20  // of one user
	MaxPasskeyName = 100 // characters
)

// ceremonyLasts is how long a browser has to answer a challenge.
const ceremonyLasts = 5 * time.Minute

// Ceremony is a challenge to a browser's passkeys.
type Ceremony struct {
	ID      string          `json:"id"` // the answer comes with it, once
	Options json.RawMessage `json:"options"`
}

// challenge is a ceremony that waits for its answer.
type challenge struct {
	rp      *webauthn.WebAuthn
	session *webauthn.SessionData
	user    User   // who registers, or is asked for; zero: whoever it is
	invited string // the invitation of who registers; empty for a user there is
}

// party is the blog as passkeys know it.
func (s *Service) party() (*webauthn.WebAuthn, error) {
	if s.o.Site == nil {
		return nil, ErrNoPasskeys
	}
	title, base := s.o.Site()
	u, err := url.Parse(base)
	if err != nil || u.Hostname() == "" || net.ParseIP(u.Hostname()) != nil {
		return nil, ErrNoPasskeys
	}
	rp, err := webauthn.New(&webauthn.Config{
		RPID: u.Hostname(), RPDisplayName: title, RPOrigins: []string{u.Scheme + "://" + u.Host},
		AttestationPreference: protocol.PreferNoAttestation,
	})
	if err != nil {
		return nil, fmt.Errorf("passkeys of %s: %w", base, errors.Join(ErrNoPasskeys, err))
	}
	return rp, nil
}

// Passkeyed reports whether passkeys can be made for this blog.
func (s *Service) Passkeyed() bool {
	_, err := s.party()
	return err == nil
}

// holder is a user with passkeys, as the library wants to see it.
type holder struct {
	User
	keys []Passkey
}

// WebAuthnID is the handle.
func (h holder) WebAuthnID() []byte { return h.Handle[:] }

// WebAuthnName is the name to log in with.
func (h holder) WebAuthnName() string { return h.Name }

// WebAuthnDisplayName is the same.
func (h holder) WebAuthnDisplayName() string { return h.Name }

// WebAuthnCredentials are the passkeys; one that is damaged is none.
func (h holder) WebAuthnCredentials() []webauthn.Credential {
	var out []webauthn.Credential
	for _, k := range h.keys {
		var c webauthn.Credential
		if json.Unmarshal([]byte(k.Record), &c) == nil {
			out = append(out, c)
		}
	}
	return out
}

func (h holder) descriptors() []protocol.CredentialDescriptor {
	var out []protocol.CredentialDescriptor
	for _, c := range h.WebAuthnCredentials() {
		out = append(out, c.Descriptor())
	}
	return out
}

func (s *Service) holder(ctx context.Context, u User) (holder, error) {
	keys, err := s.o.Store.Passkeys(ctx, u.ID)
	return holder{u, keys}, err
}

// RegisterPasskey begins to add a passkey to a user.
func (s *Service) RegisterPasskey(ctx context.Context, u User) (Ceremony, error) {
	h, err := s.holder(ctx, u)
	if err != nil {
		return Ceremony{}, err
	}
	return s.register(h, "")
}

func (s *Service) register(h holder, invited string) (Ceremony, error) {
	rp, err := s.party()
	if err != nil {
		return Ceremony{}, err
	}
	options, session, err := rp.BeginRegistration(h,
		webauthn.WithAuthenticatorSelection(protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired,
		}),
		webauthn.WithExclusions(h.descriptors()))
	if err != nil {
		return Ceremony{}, fmt.Errorf("register a passkey: %w", err)
	}
	return s.begun(challenge{rp, session, h.User, invited}, options.Response)
}

// begun keeps a challenge until its answer comes.
func (s *Service) begun(c challenge, options any) (Ceremony, error) {
	out, err := json.Marshal(options)
	if err != nil {
		return Ceremony{}, fmt.Errorf("passkey options: %w", err)
	}
	return Ceremony{s.challenges.put(c), out}, nil
}

// AskPasskey begins to log in with a passkey, whoever it is; with a user it asks for one
// of this user's. Who has none is [ErrNoPasskeys], as is a blog that can have none.
func (s *Service) AskPasskey(ctx context.Context, u *User) (Ceremony, error) {
	rp, err := s.party()
	if err != nil {
		return Ceremony{}, err
	}
	verified := webauthn.WithUserVerification(protocol.VerificationRequired)
	if u == nil {
		options, session, err := rp.BeginDiscoverableLogin(verified)
		if err != nil {
			return Ceremony{}, fmt.Errorf("ask for a passkey: %w", err)
		}
		return s.begun(challenge{rp: rp, session: session}, options.Response)
	}
	h, err := s.holder(ctx, *u)
	if err != nil {
		return Ceremony{}, err
	}
	if len(h.WebAuthnCredentials()) == 0 {
		return Ceremony{}, ErrNoPasskeys
	}
	options, session, err := rp.BeginLogin(h, verified)
	if err != nil {
		return Ceremony{}, fmt.Errorf("ask for a passkey of %s: %w", u.Name, err)
	}
	return s.begun(challenge{rp: rp, session: session, user: *u}, options.Response)
}

// AddPasskey ends what [Service.RegisterPasskey] began, and returns recovery codes if the
// user had none and needs some now. The errors are [ErrBadCredentials] if the browser's
// answer does not hold, and [ErrConflict] if there is no more room, or the passkey is known.
func (s *Service) AddPasskey(ctx context.Context, u User, ceremony, response, name string) ([]string, error) {
	c, ok := s.challenges.take(ceremony)
	if !ok || c.user.ID != u.ID || c.invited != "" {
		return nil, ErrBadCredentials
	}
	h, err := s.holder(ctx, u)
	if err != nil {
		return nil, err
	}
	if len(h.keys) >= MaxPasskeys {
		return nil, ErrConflict
	}
	key, err := s.made(h, c, response, name)
	if err != nil {
		return nil, err
	}
	e := s.entry(u.Actor(), "passkey add", u, key.Name)
	if err := s.o.Store.AddPasskey(ctx, key, e); err != nil {
		return nil, err
	}
	return s.firstCodes(ctx, u)
}

// made checks that the browser made a passkey for a challenge.
func (s *Service) made(h holder, c challenge, response, name string) (Passkey, error) {
	parsed, err := protocol.ParseCredentialCreationResponseBytes([]byte(response))
	if err != nil {
		return Passkey{}, fmt.Errorf("register a passkey: %w: %w", ErrBadCredentials, err)
	}
	made, err := c.rp.CreateCredential(h, *c.session, parsed)
	if err != nil {
		return Passkey{}, fmt.Errorf("register a passkey: %w: %w", ErrBadCredentials, err)
	}
	record, err := json.Marshal(made)
	if err != nil {
		return Passkey{}, fmt.Errorf("register a passkey: %w", err)
	}
	return Passkey{User: h.ID, Name: s.passkeyName(name), Credential: made.ID, Record: string(record), CreatedAt: s.o.Now().UTC()}, nil
}

// passkeyName is what a passkey is called; without a visible name, the day it was made.
func (s *Service) passkeyName(name string) string {
	name = cleanName(name)
	if !visible(name) || name == "" {
		return s.o.Now().UTC().Format(time.DateOnly)
	}
	if utf8.RuneCountInString(name) > MaxPasskeyName {
		name = string([]rune(name)[:MaxPasskeyName])
	}
	return name
}

// passkeyUser ends what [Service.AskPasskey] began: it is whoever the browser's answer
// proves. The error is [ErrBadCredentials].
func (s *Service) passkeyUser(ctx context.Context, ceremony, response string) (User, error) {
	c, ok := s.challenges.take(ceremony)
	if !ok || c.invited != "" {
		return User{}, ErrBadCredentials
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes([]byte(response))
	if err != nil {
		return User{}, fmt.Errorf("passkey: %w: %w", ErrBadCredentials, err)
	}
	var h holder
	var used *webauthn.Credential
	if c.user.ID != 0 {
		if h, err = s.holder(ctx, c.user); err != nil {
			return User{}, err
		}
		used, err = c.rp.ValidateLogin(h, *c.session, parsed)
	} else {
		_, used, err = c.rp.ValidatePasskeyLogin(func(_, handle []byte) (webauthn.User, error) {
			h, err = s.byHandle(ctx, handle)
			return h, err
		}, *c.session, parsed)
	}
	if err != nil {
		return User{}, fmt.Errorf("passkey: %w: %w", ErrBadCredentials, err)
	}
	return s.used(ctx, h, used)
}

func (s *Service) byHandle(ctx context.Context, handle []byte) (holder, error) {
	var known [32]byte
	if len(handle) != len(known) {
		return holder{}, ErrNotFound
	}
	copy(known[:], handle)
	u, err := s.o.Store.UserByHandle(ctx, known)
	if err != nil {
		return holder{}, err
	}
	return s.holder(ctx, u)
}

// used notes that a passkey was used.
func (s *Service) used(ctx context.Context, h holder, c *webauthn.Credential) (User, error) {
	for _, k := range h.keys {
		if string(k.Credential) != string(c.ID) {
			continue
		}
		if c.Authenticator.CloneWarning || !k.DoubtedAt.IsZero() {
			return User{}, s.doubt(ctx, h.User, k)
		}
		record, err := json.Marshal(c)
		if err != nil {
			return User{}, fmt.Errorf("passkey: %w", err)
		}
		k.Record, k.UsedAt = string(record), s.o.Now().UTC()
		if err := s.o.Store.UsePasskey(ctx, k, Entry{}); err != nil {
			return User{}, err
		}
		return s.enabled(h.User)
	}
	return User{}, ErrBadCredentials
}

// doubt marks a passkey that counts its uses as if there were two of it. It is not taken any
// more: its user removes it, and makes a new one.
func (s *Service) doubt(ctx context.Context, u User, k Passkey) error {
	if k.DoubtedAt.IsZero() {
		k.DoubtedAt = s.o.Now().UTC()
		if err := s.o.Store.UsePasskey(ctx, k, s.entry(u.Actor(), "passkey doubted", u, k.Name+": it may have been copied")); err != nil {
			return err
		}
	}
	return fmt.Errorf("passkey %s may have been copied: %w", k.Name, ErrBadCredentials)
}

// RemovePasskey takes a passkey of the actor's own away, or of anybody's if the actor may
// [ManageUsers]. The errors are [ErrForbidden], [ErrNotFound], and [ErrLastWay] for who has
// no password: they set one first.
func (s *Service) RemovePasskey(ctx context.Context, by Actor, u User, id int64) error {
	if err := s.mayChange(by, u); err != nil {
		return err
	}
	if err := s.o.Store.RemovePasskey(ctx, u.ID, id, s.entry(by, "passkey remove", u, fmt.Sprintf("passkey %d", id))); err != nil {
		return err
	}
	return s.lastCodes(ctx, by, u)
}

// mayChange returns nil if the actor is the user, or may manage users.
func (*Service) mayChange(by Actor, u User) error {
	if by.Name == u.Name && strings.TrimSpace(by.Name) != "" {
		return nil
	}
	return by.May(ManageUsers)
}

// entry is what the audit log says of what somebody did to a user.
func (s *Service) entry(by Actor, action string, u User, detail string) Entry {
	return Entry{At: s.o.Now().UTC(), Actor: by.Name, Action: action, Target: "user " + u.Name, Detail: detail}
}
