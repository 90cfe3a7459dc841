package account

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/boombuler/barcode/qr"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
)

// One-time codes as every app makes them: a new one each 30 seconds.
const (
	otpStep   = 30 * time.Second
	otpDigits = 6
	otpLasts  = 15 * time.Minute // until a secret that was shown must be confirmed
	otpTries  = 10               // to confirm it
)

// recoveryCodes is how many recovery codes there are at a time, and recoveryBytes how much
// secret is in one: it is kept as a plain hash, which nobody can turn around.
const (
	recoveryCodes = 10
	recoveryBytes = 10
)

// NewOTP is a secret of one-time codes that waits to be confirmed by a code.
type NewOTP struct {
	Ticket string
	Secret string // in groups of four, as one types it
	URL    string // for an app on the same device
	Code   QR     // the URL as a picture
}

// QR is a picture of squares, as the path of an SVG, each square one unit wide.
type QR struct {
	Size int // of the whole, with the margin
	Path string
}

// newSecret waits for its first code.
type newSecret struct {
	user   int64
	secret string
}

// StartOTP makes a secret of one-time codes for a user; it counts from [Service.ConfirmOTP]
// on.
func (s *Service) StartOTP(u User) (NewOTP, error) {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: s.site(), AccountName: plain(u.Name), Rand: rand.Reader})
	if err != nil {
		return NewOTP{}, fmt.Errorf("make a secret of one-time codes: %w", err)
	}
	return s.shown(s.secrets.put(newSecret{u.ID, key.Secret()}), key)
}

// ShowOTP shows a secret again that waits to be confirmed, after a wrong code.
func (s *Service) ShowOTP(u User, ticket string) (NewOTP, error) {
	w, ok := s.secrets.peek(ticket)
	if !ok || w.user != u.ID {
		return NewOTP{}, ErrNotFound
	}
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(w.secret)
	if err != nil {
		return NewOTP{}, fmt.Errorf("show a secret of one-time codes: %w", err)
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: s.site(), AccountName: plain(u.Name), Secret: raw})
	if err != nil {
		return NewOTP{}, fmt.Errorf("show a secret of one-time codes: %w", err)
	}
	return s.shown(ticket, key)
}

func (*Service) shown(ticket string, key *otp.Key) (NewOTP, error) {
	picture, err := newQR(key.URL())
	return NewOTP{Ticket: ticket, Secret: grouped(key.Secret(), " "), URL: key.URL(), Code: picture}, err
}

// plain is a name without colons, which part the names of blog and user in such links.
func plain(name string) string { return strings.ReplaceAll(name, ":", "") }

// site is the name of the blog, as apps show it.
func (s *Service) site() string {
	title := ""
	if s.o.Site != nil {
		title, _ = s.o.Site()
	}
	return cmp.Or(strings.TrimSpace(plain(title)), "hamlet")
}

// grouped puts something between every four characters.
func grouped(text, between string) string {
	var parts []string
	for ; len(text) > 4; text = text[4:] {
		parts = append(parts, text[:4])
	}
	return strings.Join(append(parts, text), between)
}

// quiet is the margin that readers of such pictures want around them.
const quiet = 4

func newQR(text string) (QR, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return QR{}, fmt.Errorf("draw a code: %w", err)
	}
	size := code.Bounds().Dx()
	var path strings.Builder
	for y := range size {
		for x := range size {
			if r, _, _, _ := code.At(x, y).RGBA(); r == 0 {
				_, _ = fmt.Fprintf(&path, "M%d %dh1v1h-1z", x+quiet, y+quiet)
			}
		}
	}
	return QR{Size: size + 2*quiet, Path: path.String()}, nil
}

// ConfirmOTP turns one-time codes on for a user who can make one with the secret, and
// returns recovery codes if the user had none. The errors are [ErrBadCredentials] for a
// wrong code and [ErrNotFound] when the secret was shown too long ago.
func (s *Service) ConfirmOTP(ctx context.Context, u User, ticket, code string) ([]string, error) {
	w, ok := s.secrets.try(ticket, otpTries)
	if !ok || w.user != u.ID {
		return nil, ErrNotFound
	}
	step, ok := s.stepOf(w.secret, code)
	if !ok {
		return nil, ErrBadCredentials
	}
	s.secrets.take(ticket)
	if err := s.o.Store.SetOTP(ctx, u.ID, w.secret, step, s.entry(u.Actor(), "codes on", u, "one-time codes")); err != nil {
		return nil, err
	}
	return s.firstCodes(ctx, u)
}

// stepOf is the step of which a code is, if it is of now or of one step beside.
func (s *Service) stepOf(secret, code string) (int64, bool) {
	code = strings.Join(strings.Fields(code), "")
	now, found, is := s.o.Now(), int64(0), false
	for _, beside := range []int64{-1, 0, 1} {
		at := now.Add(time.Duration(beside) * otpStep)
		want, err := totp.GenerateCodeCustom(secret, at, totp.ValidateOpts{
			Period: uint(otpStep / time.Second), Digits: otpDigits, Algorithm: otp.AlgorithmSHA1,
		})
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			found, is = at.Unix()/int64(otpStep/time.Second), true
		}
	}
	return found, is
}

// DropOTP turns one-time codes off: the actor's own, or anybody's if the actor may
// [ManageUsers].
func (s *Service) DropOTP(ctx context.Context, by Actor, u User) error {
	if err := s.mayChange(by, u); err != nil {
		return err
	}
	if err := s.o.Store.DropOTP(ctx, u.ID, s.entry(by, "codes off", u, "one-time codes")); err != nil {
		return err
	}
	return s.lastCodes(ctx, by, u)
}

// code checks a one-time code or a recovery code, and uses it up. The error is
// [ErrBadCredentials].
func (s *Service) code(ctx context.Context, u User, code string) error {
	secret, err := s.o.Store.OTP(ctx, u.ID)
	if err != nil {
		return err
	}
	if secret != "" {
		if step, ok := s.stepOf(secret, code); ok {
			fresh, err := s.o.Store.UseStep(ctx, u.ID, step)
			if err != nil {
				return err
			}
			if fresh {
				return nil
			}
		}
	}
	used, err := s.o.Store.UseRecovery(ctx, u.ID, recoveryHash(code), s.entry(u.Actor(), "recovery code", u, "used"))
	if err != nil {
		return err
	}
	if !used {
		return ErrBadCredentials
	}
	return nil
}

// recoveryShape is what a recovery code looks like, in groups or not.
var recoveryShape = regexp.MustCompile(`^\s*(?i:[a-z2-7]{4}[- ]?){4}\s*$`)

// recoveryHash is what is kept of a recovery code, however it was typed.
func recoveryHash(code string) [32]byte {
	code = strings.Map(func(r rune) rune {
		if (r >= 'a' && r <= 'z') || (r >= '2' && r <= '7') {
			return r
		}
		return -1
	}, strings.ToLower(code))
	return sha256.Sum256([]byte(code))
}

// RenewCodes makes new recovery codes in place of those there are: the actor's own, or
// anybody's if the actor may [ManageUsers]. They are shown now and never again. Without a
// second step there is nothing to recover: [ErrConflict].
func (s *Service) RenewCodes(ctx context.Context, by Actor, u User) ([]string, error) {
	if err := s.mayChange(by, u); err != nil {
		return nil, err
	}
	w, err := s.Ways(ctx, u)
	if err != nil {
		return nil, err
	}
	if !w.TwoSteps() {
		return nil, ErrConflict
	}
	codes := make([]string, recoveryCodes)
	hashes := make([][32]byte, recoveryCodes)
	for i := range codes {
		secret := make([]byte, recoveryBytes)
		rand.Read(secret) // never fails: see its documentation
		codes[i] = grouped(strings.ToLower(base32.StdEncoding.EncodeToString(secret)), "-")
		hashes[i] = recoveryHash(codes[i])
	}
	if err := s.o.Store.SetRecovery(ctx, u.ID, hashes, s.entry(by, "recovery codes", u, "made anew")); err != nil {
		return nil, err
	}
	return codes, nil
}

// firstCodes makes recovery codes for a user who has none.
func (s *Service) firstCodes(ctx context.Context, u User) ([]string, error) {
	n, err := s.o.Store.Recovery(ctx, u.ID)
	if err != nil || n > 0 {
		return nil, err
	}
	return s.RenewCodes(ctx, u.Actor(), u)
}

// lastCodes takes the recovery codes away from a user who has nothing to recover any more.
func (s *Service) lastCodes(ctx context.Context, by Actor, u User) error {
	w, err := s.Ways(ctx, u)
	if err != nil || w.TwoSteps() || w.Recovery == 0 {
		return err
	}
	return s.o.Store.SetRecovery(ctx, u.ID, nil, s.entry(by, "recovery codes", u, "taken away: there is no second step"))
}
