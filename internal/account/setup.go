package account

import (
	"context"
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"io"
	"strings"
	"sync"
)

// setupBytes is how long the secret of the setup link is: 160 bits.
const setupBytes = 20

// setup keeps the secret of the setup link, in memory only.
type setup struct {
	mu    sync.Mutex
	token string // empty before it is asked for, and after it was used
	used  bool
}

// get makes the token the first time; empty once it was used.
func (s *setup) get(random io.Reader) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.token != "" || s.used {
		return s.token, nil
	}
	b := make([]byte, setupBytes)
	if _, err := io.ReadFull(random, b); err != nil {
		return "", fmt.Errorf("make a setup token: %w", err)
	}
	// Letters and digits only, so that a link in a log is copied whole.
	s.token = strings.ToLower(base32.StdEncoding.EncodeToString(b))
	return s.token, nil
}

// opens compares in constant time.
func (s *setup) opens(token string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.token != "" && subtle.ConstantTimeCompare([]byte(s.token), []byte(token)) == 1
}

// use makes the token worthless.
func (s *setup) use() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.token, s.used = "", true
}

// SetupToken is the secret of the one-time link that makes the first account;
// empty when there is an account already. It is the same until it is used.
func (s *Service) SetupToken(ctx context.Context) (string, error) {
	empty, err := s.noUserYet(ctx)
	if err != nil || !empty {
		return "", err
	}
	return s.setup.get(s.o.Random)
}

// CheckSetup returns nil while the token opens the setup form, else [ErrSetupClosed].
func (s *Service) CheckSetup(ctx context.Context, token string) error {
	if !s.setup.opens(token) {
		return ErrSetupClosed
	}
	empty, err := s.noUserYet(ctx)
	if err != nil {
		return err
	}
	if !empty {
		return ErrSetupClosed
	}
	return nil
}

// Setup makes the first account, an owner, and uses the token up. A form filled
// in wrongly is an [InvalidError] and leaves the token as it was.
func (s *Service) Setup(ctx context.Context, token, name, password string) (User, error) {
	if err := s.CheckSetup(ctx, token); err != nil {
		return User{}, err
	}
	// Who holds the link is the owner: the entry names the account it makes.
	n := NewUser{Name: name, Role: Owner, Password: password}.clean()
	u, err := s.add(ctx, n, true, Entry{Actor: n.Name, Action: "setup"})
	if err != nil {
		return User{}, err
	}
	s.setup.use()
	return u, nil
}

func (s *Service) noUserYet(ctx context.Context) (bool, error) {
	users, err := s.o.Store.Users(ctx)
	if err != nil {
		return false, fmt.Errorf("look for a first user: %w", err)
	}
	return len(users) == 0, nil
}
